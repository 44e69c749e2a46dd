#include "compiler/analysis/sends.h"

#include <algorithm>
#include <span>

#include "compiler/analysis/passes.h"
#include "compiler/analysis/walk.h"
#include "compiler/diagnostics/suggest.h"

namespace wend {

using namespace ast;

void SendState::add(uint32_t send) {
  const auto at = std::lower_bound(sends.begin(), sends.end(), send);
  if (at == sends.end() || *at != send) sends.insert(at, send);
}

void SendState::merge(const SendState& other) {
  for (const uint32_t send : other.sends) add(send);
  unknown = unknown || other.unknown;
}

SendState all_sends(const Context& context, uint32_t journey) {
  SendState state;
  for (uint32_t i = 0; i < context.program.sends.size(); ++i) {
    if (context.program.sends[i].journey == journey) state.add(i);
  }
  for_each_step_of(*context.program.journeys[journey].decl, [&](const Step& step) {
    const auto* steps = step.as<DoStep>();
    if (steps != nullptr && steps->expansion == nullptr) state.unknown = true;
  });
  return state;
}

namespace {

// Channels whose messages are one text, so that it may stand in the step.
bool takes_inline_text(uint32_t channel) {
  return channel == static_cast<uint32_t>(BuiltinChannel::kSms) ||
         channel == static_cast<uint32_t>(BuiltinChannel::kPush) ||
         channel == static_cast<uint32_t>(BuiltinChannel::kInapp) ||
         channel == static_cast<uint32_t>(BuiltinChannel::kWebhook) ||
         channel > static_cast<uint32_t>(BuiltinChannel::kAudience);  // declared ones
}

class SendCollector {
 public:
  explicit SendCollector(Context& context) : context_(context), program_(context.program) {}

  void run() {
    // Inline messages and sends are numbered in the order of the source.
    for (const File& file : context_.files) {
      for (const Decl* decl : file.decls) {
        const auto* journey = decl->as<JourneyDecl>();
        if (journey == nullptr) continue;
        const uint32_t row = context_.names.journeys.at(journey->name.text);
        if (program_.journeys[row].decl != journey) continue;  // a duplicate
        labels_.clear();
        for_each_step_of(*journey, [&](const Step& step) { collect(step, row); });
      }
    }
  }

 private:
  void collect(const Step& step, uint32_t journey);
  void collect_send(const Step& step, std::span<const SendBody> bodies, uint32_t journey);
  uint32_t find_channel(const Word& word);
  uint32_t declared_message(const SendBody& body);
  uint32_t inline_message(const SendBody& body);
  void bind(const Word& name);

  Context& context_;
  CheckedProgram& program_;
  std::unordered_map<std::string_view, Span> labels_;
};

void SendCollector::collect(const Step& step, uint32_t journey) {
  if (!step.label.empty() && !labels_.emplace(step.label.text, step.label.span).second) {
    context_.sink.report(
        DuplicateLabel{step.label.span, labels_[step.label.text], std::string(step.label.text)});
  }
  if (const auto* send = step.as<SendStep>()) collect_send(step, {&send->body, 1}, journey);
  if (const auto* send = step.as<SendFirstStep>()) collect_send(step, send->bodies, journey);
  if (const auto* wait = step.as<WaitForStep>()) bind(wait->as);
  if (const auto* wait = step.as<WaitAfterLastStep>()) bind(wait->as);
  if (const auto* call = step.as<CallStep>()) bind(call->as);
  if (const auto* wait = step.as<WaitAnyStep>()) {
    for (const ast::WaitArm& arm : wait->arms) bind(arm.as);
  }
}

void SendCollector::bind(const Word& name) {
  if (name.empty()) return;
  context_.names.slots.emplace(name.text, static_cast<uint32_t>(context_.names.slots.size()));
  if (context_.names.slots.size() > kMaxSlots) {
    context_.sink.report(ProgramTooLarge{name.span, "`as` names", context_.names.slots.size(), kMaxSlots});
  }
}

void SendCollector::collect_send(const Step& step, std::span<const SendBody> bodies, uint32_t journey) {
  context_.info(step).send = static_cast<uint32_t>(program_.sends.size());
  for (uint32_t place = 0; place < bodies.size(); ++place) {
    const SendBody& body = bodies[place];
    SendInfo send;
    send.step = &step;
    send.body = &body;
    send.journey = journey;
    send.message = body.text != nullptr ? inline_message(body) : declared_message(body);
    send.place = place;
    if (place == 0) send.others = static_cast<uint32_t>(bodies.size() - 1);
    program_.sends.push_back(send);
  }
}

uint32_t SendCollector::find_channel(const Word& word) {
  const Names& names = context_.names;
  if (auto found = names.channels.find(word.text); found != names.channels.end()) return found->second;
  if (!context_.has_unread_modules) {
    context_.sink.report(UnknownChannel{word.span,
                                        std::string(word.text),
                                        near_names(word.text, names_of(names.channels)),
                                        {"email", "sms", "push", "inapp", "webhook", "audience"}});
  }
  return kNone;
}

uint32_t SendCollector::declared_message(const SendBody& body) {
  const auto found = context_.names.messages.find(body.message.text);
  if (found == context_.names.messages.end()) {
    if (!context_.has_unread_modules) {
      context_.sink.report(UnknownMessage{body.message.span, std::string(body.message.text),
                                          near_names(body.message.text, context_.message_names())});
    }
    return kNone;
  }
  const MessageInfo& message = program_.messages[found->second];
  if (!body.channel.empty()) {
    const uint32_t channel = find_channel(body.channel);
    if (channel != kNone && message.channel != kNone && channel != message.channel) {
      context_.sink.report(ChannelMismatch{body.channel.span, std::string(body.channel.text), message.name,
                                           program_.channels[message.channel].name, message.decl->name.span});
    }
  }
  return found->second;
}

uint32_t SendCollector::inline_message(const SendBody& body) {
  MessageInfo message;
  message.name = std::string(body.text->value.text);
  message.text = body.text;
  if (body.channel.empty()) {
    context_.sink.report(InlineTextForChannel{body.text->span, {}, {}});
  } else {
    message.channel = find_channel(body.channel);
    if (message.channel == static_cast<uint32_t>(BuiltinChannel::kEmail)) {
      context_.sink.report(InlineTextForChannel{body.text->span, "email", {"subject", "body"}});
    } else if (message.channel != kNone && !takes_inline_text(message.channel)) {
      context_.not_yet(body.channel.span, "`send " + std::string(body.channel.text) + "`");
    }
  }
  message.scope.message = static_cast<uint32_t>(program_.messages.size());
  program_.messages.push_back(std::move(message));
  return program_.messages.back().scope.message;
}

bool negated_by_parent(const Context& context, const EngagementExpr& expr) {
  return context.negated.contains(&expr);
}

// The send step of the journey that carries the label; kNone where none does.
uint32_t labelled_send(const Context& context, uint32_t journey, std::string_view label) {
  const std::vector<SendInfo>& sends = context.program.sends;
  for (uint32_t i = 0; i < sends.size(); ++i) {
    if (sends[i].journey == journey && sends[i].step->label.text == label) return i;
  }
  return kNone;
}

void report_asked_before_sent(Context& context, const EngagementExpr& expr, uint32_t journey,
                              const SendState& state) {
  const std::vector<SendInfo>& sends = context.program.sends;
  AskedBeforeSent message;
  message.at = expr.span;
  message.name_at = expr.target.span;
  message.word = std::string(engagement_word_text(expr.word));
  message.name = std::string(expr.target.text);
  message.negated = negated_by_parent(context, expr);
  if (!state.sends.empty()) {
    const SendInfo& nearest = sends[state.sends.back()];
    message.nearest = nearest.step->span;
    message.nearest_is_only = state.sends.size() == 1;
    if (nearest.message != kNone && context.program.messages[nearest.message].decl != nullptr) {
      message.nearest_name = context.program.messages[nearest.message].name;
    }
  }
  const uint32_t label = labelled_send(context, journey, expr.target.text);
  for (uint32_t i = 0; i < sends.size(); ++i) {
    if (sends[i].journey != journey || message.first_sent) continue;
    const bool same = label != kNone
                          ? i == label
                          : sends[i].message != kNone &&
                                context.program.messages[sends[i].message].name == expr.target.text;
    if (same) message.first_sent = sends[i].step->span;
  }
  context.sink.report(message);
}

uint32_t add_query(Context& context, const EngagementExpr& expr, QueryScope scope, uint32_t target) {
  context.program.queries.push_back({engagement_word(expr.word), scope, target, expr.link});
  return static_cast<uint32_t>(context.program.queries.size() - 1);
}

}  // namespace

std::string_view engagement_word_text(ast::EngagementWord word) {
  constexpr std::string_view kWords[] = {"opened",  "clicked",    "delivered",  "bounced", "failed",
                                         "replied", "complained", "suppressed", "sent"};
  return kWords[static_cast<size_t>(word)];
}

void collect_sends(Context& context) { SendCollector(context).run(); }

uint32_t resolve_query(Context& context, const EngagementExpr& expr, uint32_t journey,
                       const SendState& state) {
  if (expr.target.empty()) {
    const bool none = state.sends.empty() && !state.unknown;
    return add_query(context, expr, none ? QueryScope::kContact : QueryScope::kLastSend, kNone);
  }
  const std::vector<SendInfo>& sends = context.program.sends;
  if (const uint32_t label = labelled_send(context, journey, expr.target.text); label != kNone) {
    const bool sent = std::binary_search(state.sends.begin(), state.sends.end(), label);
    if (!sent && !state.unknown) report_asked_before_sent(context, expr, journey, state);
    return sent || state.unknown ? add_query(context, expr, QueryScope::kSend, label) : kNone;
  }
  const auto message = context.names.messages.find(expr.target.text);
  if (message == context.names.messages.end()) {
    if (context.has_unread_modules) return kNone;
    std::vector<std::string> candidates = context.message_names();
    for (const SendInfo& send : sends) {
      if (send.journey == journey && !send.step->label.empty())
        candidates.emplace_back(send.step->label.text);
    }
    context.sink.report(UnknownMessage{expr.target.span, std::string(expr.target.text),
                                       near_names(expr.target.text, candidates), true});
    return kNone;
  }
  const bool sent = std::any_of(state.sends.begin(), state.sends.end(),
                                [&](uint32_t send) { return sends[send].message == message->second; });
  if (!sent && !state.unknown) {
    report_asked_before_sent(context, expr, journey, state);
    return kNone;
  }
  return add_query(context, expr, QueryScope::kMessage, message->second);
}

}  // namespace wend
