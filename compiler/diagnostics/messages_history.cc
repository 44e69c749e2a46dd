#include "compiler/diagnostics/messages_history.h"

#include <fmt/format.h>

#include "compiler/diagnostics/wording.h"

namespace wend {

Diagnostic describe(const SegmentCircle& m) {
  Diagnostic d =
      start_diagnostic(SegmentCircle::kCode, fmt::format("segment {} needs itself", in_quotes(m.name)), m.at,
                       fmt::format("its condition comes back to {}", in_quotes(m.name)));
  if (!(m.declared_at == m.at)) d.secondary.push_back({m.declared_at, "declared here"});
  d.help.push_back("give one segment of the circle a condition of its own");
  return d;
}

Diagnostic describe(const BadScore& m) {
  return start_diagnostic(BadScore::kCode, fmt::format("score {} cannot be kept so", in_quotes(m.name)), m.at,
                          m.problem);
}

Diagnostic describe(const CatalogFileMissing& m) {
  Diagnostic d =
      start_diagnostic(CatalogFileMissing::kCode, fmt::format("catalog file \"{}\" cannot be read", m.path),
                       m.at, "no such file");
  std::vector<std::string> literals;
  for (const std::string& name : m.near) literals.push_back(fmt::format("\"{}\"", name));
  add_near_names(d, m.at, literals);
  d.notes.push_back("the name is relative to the folder of the source file");
  return d;
}

Diagnostic describe(const CatalogFileOutsideProject& m) {
  Diagnostic d = start_diagnostic(CatalogFileOutsideProject::kCode,
                                  fmt::format("catalog file \"{}\" lies outside the project", m.path), m.at,
                                  "would be lost when the project is copied or deployed");
  d.help.push_back("move the file into the project's folder");
  return d;
}

Diagnostic describe(const BadCatalogRow& m) {
  Diagnostic d = start_diagnostic(BadCatalogRow::kCode,
                                  fmt::format("this row does not fit catalog {}", in_quotes(m.catalog)), m.at,
                                  m.problem);
  d.secondary.push_back({m.declared_at, "declared here"});
  return d;
}

Diagnostic describe(const CatalogTooLarge& m) {
  Diagnostic d =
      start_diagnostic(CatalogTooLarge::kCode, fmt::format("catalog {} is too large", in_quotes(m.catalog)),
                       m.at, fmt::format("more than {} {}", m.limit, m.what));
  d.help.push_back("keep what journeys read, or bring it as properties of the events");
  return d;
}

}  // namespace wend
