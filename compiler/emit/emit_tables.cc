// Everything of a program that is no journey: settings, events, attributes, channels, messages.

#include <fmt/format.h>

#include <algorithm>

#include "compiler/diagnostics/messages.h"
#include "compiler/emit/context.h"
#include "compiler/emit/emit_expr.h"
#include "vm/base/check.h"

namespace wend::emit {
namespace {

TypeTag type_tag(BaseType type) {
  switch (type) {
    case BaseType::kBool:
      return TypeTag::kBool;
    case BaseType::kInt:
      return TypeTag::kInt;
    case BaseType::kNumber:
      return TypeTag::kNumber;
    case BaseType::kString:
      return TypeTag::kString;
    case BaseType::kEnum:
      return TypeTag::kEnum;
    case BaseType::kDuration:
      return TypeTag::kDuration;
    case BaseType::kCalendar:
      return TypeTag::kCalendar;
    case BaseType::kTime:
      return TypeTag::kTime;
    case BaseType::kDate:
      return TypeTag::kDate;
    case BaseType::kClock:
      return TypeTag::kClock;
    case BaseType::kPercent:
      return TypeTag::kPercent;
    case BaseType::kList:
      return TypeTag::kList;
    case BaseType::kRecord:
      return TypeTag::kRecord;
    default:
      return TypeTag::kAny;
  }
}

struct MessageParts {
  CategoryKind category = CategoryKind::kMarketing;
  const ast::StringExpr* category_name = nullptr;
  const ast::StringExpr* topic = nullptr;
  const ast::StringExpr* offer = nullptr;
};

MessageParts parts_of(const ast::MessageDecl& decl) {
  MessageParts parts;
  for (const ast::MessageItem* item : decl.items) {
    switch (item->kind) {
      case ast::MessageItemKind::kCategory:
        parts.category = static_cast<CategoryKind>(item->category);
        parts.category_name = item->text;
        break;
      case ast::MessageItemKind::kTopic:
        parts.topic = item->text;
        break;
      case ast::MessageItemKind::kOffer:
        parts.offer = item->text;
        break;
      default:
        break;
    }
  }
  return parts;
}
static_assert(static_cast<int>(ast::CategoryKind::kTransactional) ==
              static_cast<int>(CategoryKind::kTransactional));
static_assert(static_cast<int>(ast::CategoryKind::kNamed) == static_cast<int>(CategoryKind::kNamed));

void add_declared_parts(Context& context, const ast::MessageDecl& decl, MessageRow& row) {
  MessageParts parts = parts_of(decl);
  auto string = [&](const ast::StringExpr* expr) {
    return expr == nullptr ? none_of<StringIx>() : context.tables.string(expr->value.text);
  };
  row.category = parts.category;
  row.category_name = string(parts.category_name);
  row.topic = string(parts.topic);
  row.offer = string(parts.offer);
}

MessageRow message_row(Context& context, uint32_t index) {
  using Part = ast::MessageItemKind;
  const MessageInfo& message = context.checked.messages[index];
  std::string shown = message.decl != nullptr ? message.name : '"' + one_line(message.name) + '"';
  auto routine = [&](Part part, const char* name) {
    return context.template_routine(fmt::format("{} {}", shown, name), context.templates.find(index, part));
  };
  MessageRow row;
  row.name = context.tables.string(message.name);
  row.channel = ChannelIx{message.channel};
  row.inline_text = message.decl == nullptr;
  if (message.decl != nullptr) add_declared_parts(context, *message.decl, row);
  row.subject = routine(Part::kSubject, "subject");
  row.preheader = routine(Part::kPreheader, "preheader");
  row.body = routine(Part::kBody, "body");
  row.html = routine(Part::kHtml, "html");
  row.text = routine(Part::kText, "text");
  row.from = routine(Part::kFrom, "from");
  row.reply_to = routine(Part::kReplyTo, "reply_to");
  row.to = routine(Part::kTo, "to");
  return row;
}

}  // namespace

TypeIx type_row(Context& context, TypeRef type) {
  TypeRow row;
  row.tag = type_tag(type->base);
  if (type->is(BaseType::kList)) row.element = type_row(context, type->element);
  for (const RecordFieldInfo& field : type->fields) {
    row.fields.push_back({context.tables.string(field.name), type_row(context, field.type), field.optional});
  }
  row.open_record = type->open;
  for (const std::string& value : type->values) row.values.push_back(context.tables.string(value));
  return context.tables.type(row);
}

void emit_settings(Context& context) {
  const SettingsInfo& settings = context.checked.settings;
  SettingsRow& row = context.program.settings;
  if (settings.zone) row.zone = context.tables.string(*settings.zone);
  row.late_ms = settings.late_ms;
  row.catch_up_ms = settings.catch_up_ms;
  row.machine_opens_count = settings.machine_opens_count;
  row.open_events = context.checked.open_events;
  row.language = settings.language;
}

void emit_events(Context& context) {
  for (const EventInfo& event : context.checked.events) {
    EventRow row;
    row.name = context.tables.string(event.name);
    row.wire_name = context.tables.string(event.wire_name);
    row.open = event.open;
    row.is_engagement = event.word.has_value();
    row.word = event.word.value_or(EngagementWord::kOpened);
    for (const PropertyInfo& property : event.properties) {
      row.properties.push_back({context.tables.string(property.name), context.tables.property(property.name),
                                type_row(context, property.type), property.optional});
    }
    std::sort(row.properties.begin(), row.properties.end(),
              [](const PropertyRow& a, const PropertyRow& b) { return a.number < b.number; });
    context.tables.add(context.program.events, std::move(row), "events");
  }
}

void emit_attributes(Context& context) {
  Code unused(context.tables);
  ExprEmitter expr(context, unused);
  for (const AttributeInfo& attribute : context.checked.attributes) {
    AttributeRow row;
    row.name = context.tables.string(attribute.name);
    row.type = type_row(context, attribute.type);
    row.optional = attribute.optional;
    if (attribute.default_value != nullptr) {
      if (std::optional<Constant> value = expr.literal(*attribute.default_value)) {
        row.default_const = context.tables.constant(*value);
      } else {
        context.sink.report(NotYetSupported{attribute.default_value->span, "a default that is computed"});
      }
    }
    context.tables.add(context.program.attributes, row, "attributes");
  }
}

void emit_channels(Context& context) {
  for (const ChannelInfo& channel : context.checked.channels) {
    ChannelRow row;
    row.name = context.tables.string(channel.name);
    row.address = AttrIx{channel.address};
    row.consent = channel.consent.empty() ? row.name : context.tables.string(channel.consent);
    row.cost = channel.cost;
    row.reaches_person = channel.reaches_person;
    context.tables.add(context.program.channels, row, "channels");
  }
}

void emit_messages(Context& context) {
  for (uint32_t index = 0; index < context.checked.messages.size(); ++index) {
    context.tables.add(context.program.messages, message_row(context, index), "messages");
    Tables::Overflow overflow = context.tables.take_overflow();
    if (overflow.what.empty()) continue;
    const MessageInfo& message = context.checked.messages[index];
    Span at = message.decl != nullptr ? message.decl->name.span : message.text->span;
    context.sink.report(ProgramTooLarge{at, overflow.what, overflow.found, overflow.limit});
    return;
  }
}

}  // namespace wend::emit
