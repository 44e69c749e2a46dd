#ifndef WEND_COMPILER_ANALYSIS_TEST_FACTS_H_
#define WEND_COMPILER_ANALYSIS_TEST_FACTS_H_

// Values that make conditions hold: what a contact or an event must have so that `event.total >= 30` is true,
// or false. Used to write tests (test_paths.h). Internal to compiler/analysis. Pure; one thread.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/analysis/checked.h"
#include "compiler/text/source_file.h"
#include "vm/core/time_zone.h"

namespace wend {

// A value that a test writes.
struct Fact {
  BaseType base = BaseType::kString;
  std::string text;   // kString, kEnum; of a list or record its source
  double number = 0;  // int, number, percent; milliseconds of duration, time, clock; days of a date
  bool truth = false;

  bool operator==(const Fact&) const = default;
};

// As the language writes it; local times in `zone`.
std::string fact_source(const Fact& fact, const Zone& zone);
// Some value of the type, for a property of this name that must be there.
Fact sample_fact(const TypeInfo& type, std::string_view name, const Zone& zone);

// What is known of a test so far.
struct Facts {
  std::map<std::string, Fact> contact;
  std::map<std::string, Fact> trigger;
  std::map<std::string, Fact> arriving;  // of the event that a wait looks at
  // Attributes and properties that must not be there.
  std::vector<std::string> missing;
};

// An engagement word that a condition asks for, and whether it must be so.
struct WantedEngagement {
  const QueryInfo* query = nullptr;
  bool happened = false;
};

// Chooses facts. Whatever it cannot choose for is kept in left_open() as it is written.
class FactSolver {
 public:
  FactSolver(const CheckedProgram& program, const SourceMap& sources, const Zone& zone)
      : program_(program), sources_(sources), zone_(zone) {}

  // Makes `condition` come out as `wanted`. `event_is_trigger`: `event.x` means the event that starts the run.
  void solve(const ast::Expr& condition, bool wanted, bool event_is_trigger, Facts& facts,
             std::vector<WantedEngagement>& engagements, std::vector<std::string>& left_open) const;
  // The value of a literal or constant; nullopt for everything else.
  std::optional<Fact> fixed(const ast::Expr& expr) const;
  // Makes the subject of a `match` be this value, or with nullptr none of `others`.
  bool match(const ast::Expr& subject, const ast::Expr* value, const std::vector<const ast::Expr*>& others,
             Facts& facts) const;

 private:
  struct Variable {
    std::map<std::string, Fact>* facts = nullptr;
    std::string place;  // "contact.x", for `missing`
    std::string name;
    TypeRef type = nullptr;
    bool optional = false;
  };
  struct Task {
    bool event_is_trigger;
    Facts& facts;
    std::vector<WantedEngagement>& engagements;
  };
  bool try_solve(const ast::Expr& condition, bool wanted, const Task& task) const;
  bool solve_comparison(const ast::BinaryExpr& comparison, bool wanted, const Task& task) const;
  std::optional<Variable> variable(const ast::Expr& expr, bool event_is_trigger, Facts& facts) const;
  bool assign(const Variable& variable, ast::BinaryOp op, const Fact& literal, bool wanted) const;
  bool assign_list(const Variable& variable, ast::BinaryOp op, const Fact& literal, bool wanted) const;
  bool assign_missing(const Variable& variable, Facts& facts) const;
  bool same_value(const Variable& left, const Variable& right, bool wanted) const;
  bool in_list(const Variable& variable, const ast::ListExpr& list, bool wanted) const;

  const CheckedProgram& program_;
  const SourceMap& sources_;
  const Zone& zone_;
};

}  // namespace wend

#endif  // WEND_COMPILER_ANALYSIS_TEST_FACTS_H_
