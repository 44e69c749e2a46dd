// Declarations that belong to no journey alone: parameters of `steps`, rules of `migrate`.

#include <algorithm>

#include "compiler/analysis/passes.h"
#include "compiler/analysis/type_syntax.h"
#include "compiler/analysis/walk.h"
#include "compiler/diagnostics/suggest.h"

namespace wend {
namespace {

using namespace ast;

void check_parameters(Context& context, const StepsDecl& decl) {
  std::unordered_map<std::string_view, Span> seen;
  for (const Parameter& parameter : decl.parameters) {
    TypeReader(context).read(*parameter.type);
    const auto [first, fresh] = seen.emplace(parameter.name.text, parameter.name.span);
    if (fresh) continue;
    context.sink.report(
        DuplicateProperty{parameter.name.span, first->second, std::string(parameter.name.text)});
  }
}

void check_migrate(Context& context, const MigrateDecl& decl) {
  const auto found = context.names.journeys.find(decl.name.text);
  if (found == context.names.journeys.end()) {
    context.sink.report(UnknownJourney{decl.name.span, std::string(decl.name.text),
                                       near_names(decl.name.text, names_of(context.names.journeys))});
    return;
  }
  std::vector<std::string> labels;
  for_each_step(context.program.journeys[found->second].decl->steps, [&](const Step& step) {
    if (!step.label.empty()) labels.emplace_back(step.label.text);
  });
  std::unordered_map<std::string_view, Span> moved;
  for (const MigrateRule& rule : decl.rules) {
    // The label on the left is that of the version before, which this program need not have any more.
    const auto [first, fresh] = moved.emplace(rule.from.text, rule.from.span);
    if (!fresh) {
      context.sink.report(
          DuplicateProperty{rule.from.span, first->second, "@" + std::string(rule.from.text)});
    }
    if (rule.to.empty() || std::find(labels.begin(), labels.end(), rule.to.text) != labels.end()) continue;
    Span name = rule.to.span;  // without its `@`
    if (context.sources.text(name).starts_with("@")) ++name.begin;
    context.sink.report(UnknownLabel{name, std::string(rule.to.text), std::string(decl.name.text),
                                     near_names(rule.to.text, labels)});
  }
}

}  // namespace

void check_sequences(Context& context) {
  for (const File& file : context.files) {
    for (const Decl* decl : file.decls) {
      if (const auto* steps = decl->as<StepsDecl>()) check_parameters(context, *steps);
    }
  }
}

void check_migrations(Context& context) {
  for (const File& file : context.files) {
    for (const Decl* decl : file.decls) {
      if (const auto* migrate = decl->as<MigrateDecl>()) check_migrate(context, *migrate);
    }
  }
}

}  // namespace wend
