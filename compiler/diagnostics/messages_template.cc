#include "compiler/diagnostics/messages_template.h"

#include <fmt/format.h>

#include "compiler/diagnostics/wording.h"

namespace wend {

Diagnostic describe(const TemplateFileMissing& m) {
  return file_not_found(TemplateFileMissing::kCode, "template", m.path, m.at, m.near);
}

Diagnostic describe(const TemplateSyntax& m) {
  Diagnostic d = start_diagnostic(TemplateSyntax::kCode, "this template cannot be read", m.at, m.problem);
  if (m.opened) d.secondary.push_back({*m.opened, "opened here"});
  return d;
}

Diagnostic describe(const UnknownTemplateName& m) {
  Diagnostic d = start_diagnostic(UnknownTemplateName::kCode,
                                  fmt::format("unknown name {} in a template", in_quotes(m.name)), m.at,
                                  "would always print nothing");
  if (!m.as_member.empty()) {
    d.fixes.push_back(replace_fix(fmt::format("to print the property, write {}", in_quotes(m.as_member)),
                                  Applicability::kSuggested, m.at, m.as_member));
  } else {
    add_near_names(d, m.at, m.near);
  }
  if (!m.known.empty()) d.notes.push_back(fmt::format("templates know {}", quoted_list(m.known, "and")));
  return d;
}

Diagnostic describe(const UnknownFilter& m) {
  Diagnostic d = start_diagnostic(UnknownFilter::kCode, fmt::format("unknown filter {}", in_quotes(m.name)),
                                  m.at, "no filter has this name");
  add_near_names(d, m.at, m.near);
  return d;
}

Diagnostic describe(const FilterArgument& m) {
  return start_diagnostic(FilterArgument::kCode,
                          fmt::format("wrong argument of the filter {}", in_quotes(m.filter)), m.at, m.problem);
}

Diagnostic describe(const TemplateFileOutsideProject& m) {
  return file_outside_project(TemplateFileOutsideProject::kCode, "template", m.path, m.at);
}

Diagnostic describe(const UnknownTag& m) {
  Diagnostic d = start_diagnostic(UnknownTag::kCode, fmt::format("unknown tag {}", in_quotes(m.name)), m.at,
                                  "no template tag has this name");
  add_near_names(d, m.at, m.near);
  return d;
}

Diagnostic describe(const FilterWrongType& m) {
  Diagnostic d = start_diagnostic(FilterWrongType::kCode,
                                  fmt::format("the filter {} takes {}", in_quotes(m.filter), m.expected), m.at,
                                  fmt::format("does nothing to {}", with_article(m.found)));
  d.secondary.push_back({m.value_at, m.found});
  return d;
}

Diagnostic describe(const MissingFallback& m) {
  Diagnostic d = start_diagnostic(MissingFallback::kCode, "a value that may be missing is printed", m.at,
                                  "prints nothing for contacts without it");
  if (m.declared_at) d.secondary.push_back({*m.declared_at, "declared optional here"});
  d.fixes.push_back(insert_fix("say what to print instead", Applicability::kShown, m.at.file, m.insert_at,
                               " | default: \"...\""));
  return d;
}

}  // namespace wend
