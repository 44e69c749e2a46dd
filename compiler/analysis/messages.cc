// Declared messages: what their channel needs and has. Templates are compiled, and checked, by
// compiler/template.

#include <algorithm>
#include <array>
#include <span>

#include "compiler/analysis/passes.h"
#include "compiler/diagnostics/suggest.h"

namespace wend {
namespace {

using namespace ast;

std::string_view item_word(MessageItemKind kind) {
  constexpr std::array<std::string_view, 12> kWords = {"subject",  "body",      "from",  "to",
                                                       "reply_to", "preheader", "html",  "text",
                                                       "category", "topic",     "offer", "data"};
  return kWords[static_cast<size_t>(kind)];
}

using Items = std::span<const MessageItemKind>;
constexpr MessageItemKind kEmailItems[] = {
    MessageItemKind::kSubject, MessageItemKind::kPreheader, MessageItemKind::kBody,    MessageItemKind::kHtml,
    MessageItemKind::kText,    MessageItemKind::kFrom,      MessageItemKind::kReplyTo, MessageItemKind::kTo};
constexpr MessageItemKind kSmsItems[] = {MessageItemKind::kBody, MessageItemKind::kFrom,
                                         MessageItemKind::kTo};
constexpr MessageItemKind kPushItems[] = {MessageItemKind::kSubject, MessageItemKind::kBody};
constexpr MessageItemKind kWebhookItems[] = {MessageItemKind::kBody, MessageItemKind::kTo};
constexpr MessageItemKind kOwnItems[] = {MessageItemKind::kSubject, MessageItemKind::kBody,
                                         MessageItemKind::kFrom, MessageItemKind::kTo};
constexpr MessageItemKind kEmailNeeds[] = {MessageItemKind::kSubject, MessageItemKind::kBody};
constexpr MessageItemKind kBodyNeeds[] = {MessageItemKind::kBody};

struct ChannelParts {
  Items items;
  Items needs;
};

ChannelParts parts_of(BuiltinChannel channel) {
  switch (channel) {
    case BuiltinChannel::kEmail:
      return {kEmailItems, kEmailNeeds};
    case BuiltinChannel::kSms:
      return {kSmsItems, kBodyNeeds};
    case BuiltinChannel::kPush:
    case BuiltinChannel::kInapp:
      return {kPushItems, kBodyNeeds};
    case BuiltinChannel::kWebhook:
      return {kWebhookItems, kBodyNeeds};
    case BuiltinChannel::kAudience:
      break;
  }
  // A declared channel.
  return {kOwnItems, kBodyNeeds};
}

bool is_template(MessageItemKind kind) {
  return kind != MessageItemKind::kCategory && kind != MessageItemKind::kTopic &&
         kind != MessageItemKind::kOffer && kind != MessageItemKind::kData;
}

class MessageChecker {
 public:
  MessageChecker(Context& context, const MessageInfo& message) : context_(context), message_(message) {}

  void run() {
    const MessageDecl& decl = *message_.decl;
    check_duplicates();
    if (message_.channel == kNone) {
      const std::string name(decl.channel.text);
      if (context_.has_unread_modules) return;
      context_.sink.report(UnknownChannel{decl.channel.span,
                                          name,
                                          near_names(name, names_of(context_.names.channels)),
                                          {"email", "sms", "push", "inapp", "webhook", "audience"}});
      return;
    }
    const auto channel = static_cast<BuiltinChannel>(message_.channel);
    if (channel == BuiltinChannel::kAudience) {
      context_.not_yet(decl.channel.span, "a message for the channel `audience`");
      return;
    }
    check_items(parts_of(channel));
  }

 private:
  const MessageItem* find(MessageItemKind kind) const {
    for (const MessageItem* item : message_.decl->items) {
      if (item->kind == kind) return item;
    }
    return nullptr;
  }

  void check_duplicates() {
    for (const MessageItem* item : message_.decl->items) {
      const MessageItem* first = find(item->kind);
      // A body is the html and the text in one.
      if (first == item && item->kind == MessageItemKind::kBody) {
        const MessageItem* html = find(MessageItemKind::kHtml);
        const MessageItem* text = find(MessageItemKind::kText);
        const MessageItem* other = html != nullptr ? html : text;
        if (other != nullptr) context_.sink.report(DuplicateItem{other->span, item->span, "body"});
      }
      if (first != item) {
        context_.sink.report(DuplicateItem{item->span, first->span, std::string(item_word(item->kind))});
      }
    }
  }

  void check_items(const ChannelParts& parts) {
    const std::string& channel = context_.program.channels[message_.channel].name;
    std::vector<std::string> names;
    for (const MessageItemKind kind : parts.items) names.emplace_back(item_word(kind));
    for (const MessageItem* item : message_.decl->items) {
      if (!is_template(item->kind)) continue;
      if (std::find(parts.items.begin(), parts.items.end(), item->kind) != parts.items.end()) continue;
      context_.sink.report(ItemNotForChannel{item->span, std::string(item_word(item->kind)), channel, names});
    }
    MessageNeeds needs{message_.decl->name.span, message_.name, channel, {}};
    for (const MessageItemKind kind : parts.needs) {
      const bool other_body = kind == MessageItemKind::kBody && (find(MessageItemKind::kHtml) != nullptr ||
                                                                 find(MessageItemKind::kText) != nullptr);
      if (find(kind) == nullptr && !other_body) needs.missing.emplace_back(item_word(kind));
    }
    if (!needs.missing.empty()) context_.sink.report(needs);
  }

  Context& context_;
  const MessageInfo& message_;
};

}  // namespace

void check_messages(Context& context) {
  for (const MessageInfo& message : context.program.messages) {
    if (message.decl != nullptr) MessageChecker(context, message).run();
  }
}

}  // namespace wend
