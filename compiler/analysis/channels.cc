// The addresses of declared channels.

#include "compiler/analysis/passes.h"
#include "compiler/analysis/types.h"

namespace wend {
namespace {

using namespace ast;

void check_address(Context& context, ChannelInfo& channel) {
  const MemberExpr& path = *channel.decl->address;
  Scope scope;
  scope.here = "the address of a channel";
  scope.has = "`contact`";
  ExprChecker checker(context, scope);
  const TypeRef text = context.type(BaseType::kString);
  const ExprInfo found = checker.check(path, text);
  if (found.type->is(BaseType::kError)) return;
  if (found.resolution.kind != ResolutionKind::kAttribute) {
    context.sink.report(
        NotInScope{path.span, context.text(path.span), "the address of a channel", "`contact.ATTRIBUTE`"});
    return;
  }
  if (found.type->is(BaseType::kAny)) {
    checker.use_as(path, text);
  } else if (!found.type->is_text()) {
    context.sink.report(
        WrongTypeFor{path.span, "the address of a channel", "string", type_syntax(found.type), std::nullopt});
    return;
  }
  channel.address = found.resolution.index;
}

}  // namespace

void check_channels(Context& context) {
  // By index: an open program gets attributes on the way, never channels.
  for (size_t i = 0; i < context.program.channels.size(); ++i) {
    ChannelInfo& channel = context.program.channels[i];
    if (channel.decl != nullptr && channel.decl->address != nullptr) check_address(context, channel);
  }
}

}  // namespace wend
