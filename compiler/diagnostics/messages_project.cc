#include "compiler/diagnostics/messages_project.h"

#include <fmt/format.h>

#include "compiler/diagnostics/wording.h"

namespace wend {

Diagnostic describe(const NotYetSupported& m) {
  Diagnostic d = start_diagnostic(NotYetSupported::kCode, fmt::format("{} does not run yet", m.what), m.at,
                                  "understood, but this version of Wend cannot run it");
  d.notes.push_back("it is part of the language and comes with a later version");
  return d;
}

Diagnostic describe(const NoWendFiles& m) {
  Diagnostic d = start_diagnostic(NoWendFiles::kCode, fmt::format("no .wend files in {}", in_quotes(m.folder)),
                                  m.at, "neither here nor in the folders below");
  d.help.push_back("`wend new NAME` makes a project to start from");
  return d;
}

Diagnostic describe(const FileUnreadable& m) {
  return start_diagnostic(FileUnreadable::kCode, "a file of the project cannot be read", m.at, m.reason);
}

Diagnostic describe(const EmptyProgram& m) {
  Diagnostic d =
      start_diagnostic(EmptyProgram::kCode, "this program does nothing", m.at, "no file declares a journey");
  d.help.push_back("a journey can be one sentence: `on signed_up wait 1d send sms \"Welcome\"`");
  return d;
}

Diagnostic describe(const ProgramTooLarge& m) {
  Diagnostic d =
      start_diagnostic(ProgramTooLarge::kCode, fmt::format("this program has too many {}", m.what), m.at,
                       fmt::format("{} {}; at most {} are possible", m.found, m.what, m.limit));
  d.help.push_back("make two projects of it");
  return d;
}

Diagnostic describe(const ConfigError& m) {
  Diagnostic d = start_diagnostic(ConfigError::kCode, "the configuration cannot be used", m.at, m.problem);
  if (!m.help.empty()) d.help.push_back(m.help);
  return d;
}

Diagnostic describe(const DuplicateSetting& m) {
  Diagnostic d =
      start_diagnostic(DuplicateSetting::kCode, fmt::format("the setting {} stands twice", in_quotes(m.setting)),
                       m.at, "written again here");
  d.secondary.push_back({m.first, "first written here"});
  d.help.push_back("keep one of the two; settings hold for the whole project");
  return d;
}

Diagnostic describe(const BadSetting& m) {
  Diagnostic d = start_diagnostic(BadSetting::kCode,
                                  fmt::format("the setting {} cannot have this value", in_quotes(m.setting)),
                                  m.at, m.problem);
  if (!m.help.empty()) d.help.push_back(m.help);
  return d;
}

Diagnostic describe(const UnusedAllow& m) {
  Diagnostic d = start_diagnostic(UnusedAllow::kCode, "an `allow` that silences nothing", m.at,
                                  fmt::format("{} finds nothing here", in_quotes(m.name)));
  d.help.push_back("delete the comment");
  return d;
}

Diagnostic describe(const BadAllow& m) {
  Diagnostic d = start_diagnostic(BadAllow::kCode, "this comment silences nothing", m.at, m.problem);
  d.help.push_back("write `# wend: allow NAME -- REASON`");
  return d;
}

Diagnostic describe(const InternalError& m) {
  Diagnostic d = start_diagnostic(InternalError::kCode, "the compiler made code that cannot run", m.at,
                                  "the program that this was made of is not at fault");
  d.notes.push_back(m.what);
  d.help.push_back("please report it with the files of the project");
  return d;
}

}  // namespace wend
