#ifndef WEND_COMPILER_ANALYSIS_TEST_VALUES_H_
#define WEND_COMPILER_ANALYSIS_TEST_VALUES_H_

// The values in `test` blocks: checked against what is declared and turned into encoded values
// (vm/core/value.h). They must be fixed: literals, lists and records of them, constants of the project.
// Internal to compiler/analysis. One thread.

#include <deque>
#include <optional>
#include <string>

#include "compiler/analysis/types.h"
#include "vm/core/time_zone.h"
#include "vm/core/value.h"

namespace wend {

class TestValues {
 public:
  explicit TestValues(Context& context);

  // The project's zone, else UTC: what local times in tests are read in.
  const Zone& zone() const { return *zone_; }

  // Checks that the value fits; false after a report. A record may leave fields out, which are missing then.
  bool check(const ast::Expr& expr, const ExprChecker::Target& target);
  // nullopt after a report. The value views memory of this object.
  std::optional<Value> value(const ast::Expr& expr);
  // The instant of a TimeExpr or the beginning of a DateExpr.
  Millis instant(const ast::Expr& moment) const;

  // The properties of an event, encoded; unknown and ill-typed ones are reported. `record` may be null.
  std::string properties(const ast::RecordExpr* record, const EventInfo* event);
  // Attributes of a contact; `created_at`, which is the engine's own, goes into `created_at_ms`.
  std::string attributes(const ast::RecordExpr* record, std::optional<Millis>* created_at_ms);

 private:
  bool check_field(const ast::RecordField& field, const TypeInfo& record);
  bool check_duplicates(const ast::RecordExpr& record);
  std::optional<Value> record_value(const ast::RecordExpr& record);
  std::optional<Value> list_value(const ast::ListExpr& list);
  Value keep(std::string bytes, bool is_list);
  std::optional<Value> not_fixed(const ast::Expr& expr);

  Context& context_;
  Scope scope_;
  const Zone* zone_;
  std::deque<std::string> memory_;
  int depth_ = 0;  // of constants that name each other
};

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_TEST_VALUES_H_
