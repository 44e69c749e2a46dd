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
  return file_not_found(CatalogFileMissing::kCode, "catalog", m.path, m.at, m.near);
}

Diagnostic describe(const CatalogFileOutsideProject& m) {
  return file_outside_project(CatalogFileOutsideProject::kCode, "catalog", m.path, m.at);
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
