// Lints about how declarations are called and documented.

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "compiler/analysis/walk.h"
#include "compiler/lint/lint.h"

namespace wend {
namespace {

using namespace ast;

// ------------------------------------------------------------------------------------------ deprecated

struct DeprecatedDecl {
  const Decl* decl = nullptr;
  std::string advice;
};

// What the documentation says behind "Deprecated" (any case): "use `order_placed`"; nullopt where it is not.
std::optional<std::string> deprecation_of(const Decl& decl) {
  constexpr std::string_view kWord = "deprecated";
  for (std::string_view line : decl.docs) {
    line.remove_prefix(std::min(line.find_first_not_of("# \t"), line.size()));
    if (line.size() < kWord.size()) continue;
    const bool same = std::equal(kWord.begin(), kWord.end(), line.begin(),
                                 [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
    if (!same) continue;
    line.remove_prefix(kWord.size());
    if (!line.empty() && line.front() != ':' && line.front() != '.' && line.front() != ',' && line.front() != ' ') {
      continue;
    }
    line.remove_prefix(std::min(line.find_first_not_of(":., \t"), line.size()));
    while (!line.empty() && (line.back() == '.' || line.back() == ' ')) line.remove_suffix(1);
    return std::string(line);
  }
  return std::nullopt;
}

class DeprecatedFinder {
 public:
  explicit DeprecatedFinder(Context& context) : context_(context) {}

  void run() {
    collect();
    if (events_.empty() && messages_.empty() && constants_.empty()) return;
    for (const JourneyInfo& journey : context_.program.journeys) read_journey(*journey.decl);
  }

 private:
  void collect() {
    for (const File& file : context_.files) {
      for (const Decl* decl : file.decls) {
        const std::optional<std::string> advice = deprecation_of(*decl);
        if (!advice) continue;
        const DeprecatedDecl row{decl, *advice};
        if (decl->kind == DeclKind::kEvent) events_[decl->name.text] = row;
        if (decl->kind == DeclKind::kMessage) messages_[decl->name.text] = row;
        if (decl->kind == DeclKind::kConst) constants_[decl->name.text] = row;
      }
    }
  }
  void use(const std::map<std::string_view, DeprecatedDecl>& decls, const Word& word, const char* kind) {
    const auto found = decls.find(word.text);
    if (found == decls.end()) return;
    context_.sink.report(Deprecated{word.span, kind, std::string(word.text), found->second.advice,
                                    found->second.decl->name.span});
  }
  void read_expr(const Expr& whole) {
    for_each_expr_below(whole, [&](const Expr& expr) {
      if (const auto* name = expr.as<NameExpr>()) {
        const bool constant = context_.program.info(expr).resolution.kind == ResolutionKind::kConst;
        use(constant ? constants_ : events_, {name->name, name->span}, constant ? "constant" : "event");
      }
      if (const auto* silence = expr.as<NoExpr>()) use(events_, silence->occurrence.event, "event");
    });
  }
  void read_occurrence(const Occurrence& occurrence) {
    use(events_, occurrence.event, "event");
    if (occurrence.where != nullptr) read_expr(*occurrence.where);
  }
  void read_journey(const JourneyDecl& journey) {
    for (const Clause* clause : journey.clauses) {
      if (const auto* on = clause->as<OnClause>()) {
        for (const Trigger* trigger : on->triggers) read_occurrence(trigger->occurrence);
      }
      if (const auto* until = clause->as<UntilClause>()) {
        read_expr(*until->condition);
        if (until->where != nullptr) read_expr(*until->where);
      }
      if (const auto* goal = clause->as<GoalClause>()) read_occurrence(goal->occurrence);
    }
    for_each_step_of(journey, [&](const Step& step) { read_step(step); });
  }
  void read_step(const Step& step) {
    for_each_expr(step, [&](const Expr& expr) { read_expr(expr); });
    if (const auto* send = step.as<SendStep>()) use(messages_, send->body.message, "message");
    if (const auto* first = step.as<SendFirstStep>()) {
      for (const SendBody& body : first->bodies) use(messages_, body.message, "message");
    }
    // `where` was read with the expressions of the step.
    if (const auto* wait = step.as<WaitForStep>()) use(events_, wait->occurrence.event, "event");
    if (const auto* wait = step.as<WaitAfterLastStep>()) use(events_, wait->occurrence.event, "event");
    if (const auto* emit = step.as<EmitStep>()) use(events_, emit->event, "event");
    if (const auto* any = step.as<WaitAnyStep>()) {
      for (const ast::WaitArm& arm : any->arms) {
        for (const Occurrence& occurrence : arm.occurrences) read_occurrence(occurrence);
      }
    }
  }

  Context& context_;
  std::map<std::string_view, DeprecatedDecl> events_, messages_, constants_;
};

// ------------------------------------------------------------------------------------------ naming

const char* kind_word(DeclKind kind) {
  switch (kind) {
    case DeclKind::kEvent:
      return "event";
    case DeclKind::kSegment:
      return "segment";
    case DeclKind::kConst:
      return "constant";
    case DeclKind::kMessage:
      return "message";
    case DeclKind::kPolicy:
      return "policy";
    case DeclKind::kJourney:
      return "journey";
    default:
      return nullptr;
  }
}

std::string without_underscores(std::string_view name) {
  std::string text(name);
  std::erase(text, '_');
  return text;
}

void check_name(Context& context, const Decl& decl, const char* kind, std::map<std::string, Span>& seen) {
  const std::string name(decl.name.text);
  Naming message{decl.name.span, Naming::Why::kUnderscores, kind, name, std::nullopt};
  if (name.front() == '_' || name.back() == '_' || name.find("__") != std::string::npos) {
    context.sink.report(message);
    return;
  }
  const auto [first, is_new] = seen.emplace(without_underscores(name), decl.name.span);
  if (!is_new && context.text(first->second) != name) {
    message.why = Naming::Why::kNearlySame;
    message.other = first->second;
    context.sink.report(message);
    return;
  }
  const std::string word = kind;
  if (name.starts_with(word + "_") || name.ends_with("_" + word)) {
    message.why = Naming::Why::kKindInName;
    context.sink.report(message);
  }
}

}  // namespace

void lint_deprecated(Context& context) { DeprecatedFinder(context).run(); }

void lint_naming(Context& context) {
  std::map<DeclKind, std::map<std::string, Span>> seen;
  for (const File& file : context.files) {
    for (const Decl* decl : file.decls) {
      const char* kind = kind_word(decl->kind);
      const auto* journey = decl->as<JourneyDecl>();
      const bool named = journey == nullptr || !journey->anonymous;
      if (kind == nullptr || !named || decl->name.empty()) continue;
      check_name(context, *decl, kind, seen[decl->kind]);
    }
  }
}

}  // namespace wend
