#include "compiler/diagnostics/messages_send.h"

#include <fmt/format.h>

#include <utility>

#include "compiler/diagnostics/wording.h"

namespace wend {
namespace {

// "a subject and a body"
std::string parts_text(const std::vector<std::string>& parts) {
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += i + 1 == parts.size() ? " and " : ", ";
    text += with_article(parts[i]);
  }
  return text;
}

}  // namespace

Diagnostic describe(const MessageNeeds& m) {
  std::string missing;
  for (const std::string& part : m.missing)
    missing += fmt::format("{}{}", missing.empty() ? "" : " and no ", part);
  Diagnostic d =
      start_diagnostic(MessageNeeds::kCode, fmt::format("message {} has no {}", in_quotes(m.name), missing),
                       m.at, fmt::format("the channel `{}` cannot send it without", m.channel));
  for (const std::string& part : m.missing) {
    d.help.push_back(fmt::format("write `{} \"...\"` or `{} file \"...\"` into the message", part, part));
  }
  return d;
}

Diagnostic describe(const AskedBeforeSent& m) {
  const std::string words = in_quotes(fmt::format("{} {}", m.word, m.name));
  Diagnostic d = start_diagnostic(
      AskedBeforeSent::kCode,
      m.first_sent ? fmt::format("{} is asked before any path has sent {}", words, in_quotes(m.name))
                   : fmt::format("{} is asked, and no path here has sent {}", words, in_quotes(m.name)),
      m.at,
      m.negated ? "always false here, so the branch below is taken by everyone"
                : "always false here, so nobody takes the branch below");
  if (m.nearest) {
    d.secondary.push_back(
        {*m.nearest, m.nearest_is_only ? "the only message sent by then" : "the last message sent by then"});
  }
  if (m.first_sent) d.secondary.push_back({*m.first_sent, "first sent here"});
  if (!m.nearest_name.empty()) {
    d.fixes.push_back(replace_fix("to ask about the message that was sent", Applicability::kSuggested,
                                  m.name_at, m.nearest_name));
  } else {
    d.help.push_back("send it before asking, or leave the question out");
  }
  return d;
}

Diagnostic describe(const ChannelMismatch& m) {
  Diagnostic d =
      start_diagnostic(ChannelMismatch::kCode, "a message is sent on a channel that it was not written for",
                       m.at, fmt::format("{} is written for `{}`", in_quotes(m.message), m.message_channel));
  if (m.declared_at)
    d.secondary.push_back({*m.declared_at, fmt::format("declared for `{}` here", m.message_channel)});
  d.fixes.push_back(
      replace_fix("send it on its own channel", Applicability::kSuggested, m.at, m.message_channel));
  return d;
}

Diagnostic describe(const InlineTextForChannel& m) {
  if (m.channel.empty()) {
    Diagnostic d = start_diagnostic(InlineTextForChannel::kCode, "a text without a channel", m.at,
                                    "sent how: as an SMS, as a push?");
    d.help.push_back("name the channel, as in `send sms \"...\"`");
    return d;
  }
  Diagnostic d = start_diagnostic(InlineTextForChannel::kCode,
                                  fmt::format("`{}` takes a declared message, not one text", m.channel), m.at,
                                  fmt::format("one text; the channel needs {}", parts_text(m.needs)));
  std::string items;
  for (const std::string& part : m.needs) items += fmt::format(" {} \"...\"", part);
  d.help.push_back(
      fmt::format("declare it with `message NAME: {} {{{} }}`, and write `send NAME`", m.channel, items));
  return d;
}

Diagnostic describe(const DuplicateItem& m) {
  Diagnostic d =
      start_diagnostic(DuplicateItem::kCode, fmt::format("{} stands twice in a message", in_quotes(m.item)),
                       m.at, "written again here");
  d.secondary.push_back({m.first, "first written here"});
  d.help.push_back("keep one of the two");
  return d;
}

Diagnostic describe(const ItemNotForChannel& m) {
  Diagnostic d =
      start_diagnostic(ItemNotForChannel::kCode, fmt::format("`{}` has no {}", m.channel, in_quotes(m.item)),
                       m.at, "nobody would ever see it");
  if (!m.items.empty()) {
    d.notes.push_back(fmt::format("a message for `{}` has {}", m.channel, quoted_list(m.items, "and")));
  }
  d.help.push_back("delete it, or declare the message for another channel");
  return d;
}

Diagnostic describe(const MissingData& m) {
  Diagnostic d =
      start_diagnostic(MissingData::kCode, fmt::format("{} is sent without its data", in_quotes(m.message)),
                       m.at, fmt::format("no value for {}", quoted_list(m.missing, "and")));
  if (m.declared_at) d.secondary.push_back({*m.declared_at, "declared here"});
  std::string values;
  for (const std::string& name : m.missing)
    values += fmt::format("{}{}: ...", values.empty() ? "" : ", ", name);
  d.help.push_back(fmt::format("write `send {} with {{ {} }}`", m.message, values));
  return d;
}

Diagnostic describe(const HibernatedJourney& m) {
  Diagnostic d =
      start_diagnostic(HibernatedJourney::kCode,
                       fmt::format("whoever enters {} is left alone by its policy", in_quotes(m.journey)),
                       m.at, "nothing that this guard speaks of is ever sent");
  d.secondary.push_back({m.guard, "true for everybody who enters"});
  if (m.sent_at) d.secondary.push_back({*m.sent_at, "suppressed because of `hibernate`"});
  d.help.push_back(
      fmt::format("declare a second policy like {} without this guard, and name it in the journey "
                  "with `policy NAME`",
                  in_quotes(m.policy)));
  return d;
}

Diagnostic describe(const ThrottleOfNothing& m) {
  Diagnostic d = start_diagnostic(ThrottleOfNothing::kCode, "a throttle of zero lets nothing through", m.at,
                                  "every message would wait for ever");
  d.help.push_back("write how many may go in which time, as in `throttle 100 per 1s`");
  return d;
}

Diagnostic describe(const GuardNeverAsked& m) {
  Diagnostic d = start_diagnostic(GuardNeverAsked::kCode,
                                  fmt::format("no policy is asked about {}", in_quotes(m.channel)), m.at,
                                  "reaches no person");
  d.notes.push_back("policies protect people; `webhook` and `audience` reach systems");
  d.help.push_back("delete the channel from the guard");
  return d;
}

Diagnostic describe(const CompetingJourneys& m) {
  Diagnostic d = start_diagnostic(CompetingJourneys::kCode,
                                  fmt::format("{} and {} write on `{}` because of one event",
                                              in_quotes(m.other), in_quotes(m.journey), m.channel),
                                  m.at, fmt::format("starts {}", in_quotes(m.journey)));
  if (m.other_at) d.secondary.push_back({*m.other_at, fmt::format("starts {} as well", in_quotes(m.other))});
  d.help.push_back("write `group NAME` in both, and a `priority` in the one that matters more");
  return d;
}

Diagnostic describe(const NoPolicy& m) {
  Diagnostic d =
      start_diagnostic(NoPolicy::kCode, "marketing is sent, and no policy says how much is too much", m.at,
                       fmt::format("any number of these a day, at any hour, on `{}`", m.channel));
  d.notes.push_back("the built-in policy only leaves out contacts who refused");
  if (m.sends_sms) {
    d.help.push_back("this is a start:");
    d.help.push_back("`policy marketing { consent opt_out  consent sms opt_in  cap 3 per 7d }`");
    d.help.push_back("inside it `quiet sms, push 21:00..08:00` keeps the nights free");
    return d;
  }
  d.help.push_back(
      "`policy marketing { consent opt_out  cap 3 per 7d  quiet sms, push 21:00..08:00 }` is a start");
  return d;
}

Diagnostic describe(const SmsWithoutOptIn& m) {
  Diagnostic d = start_diagnostic(SmsWithoutOptIn::kCode, "marketing by SMS goes to people who never agreed",
                                  m.at, fmt::format("{} asks for no consent to `sms`", in_quotes(m.policy)));
  if (m.sent_at) d.secondary.push_back({*m.sent_at, "sent here"});
  d.notes.push_back("most countries allow marketing by SMS only with consent given before");
  d.help.push_back("write `consent sms opt_in` in the policy");
  return d;
}

Diagnostic describe(const SmsWithoutQuietHours& m) {
  Diagnostic d = start_diagnostic(SmsWithoutQuietHours::kCode, "marketing by SMS may go out at night", m.at,
                                  fmt::format("{} has no quiet hours for `sms`", in_quotes(m.policy)));
  if (m.sent_at) d.secondary.push_back({*m.sent_at, "sent here"});
  d.help.push_back("write `quiet sms 21:00..08:00` in the policy");
  return d;
}

Diagnostic describe(const SuppressedFallsThrough& m) {
  Diagnostic d = start_diagnostic(SuppressedFallsThrough::kCode,
                                  "contacts whose message was suppressed do not come in here", m.at,
                                  "missing for them: never sent is not the same as not opened");
  if (m.sent_at) d.secondary.push_back({*m.sent_at, "may be suppressed by the policy"});
  std::string text = fmt::format("suppressed or {}", m.condition);
  if (m.needs_parentheses) text = fmt::format("({})", text);
  d.fixes.push_back(replace_fix("to take them in", Applicability::kSuggested, m.at, std::move(text)));
  return d;
}

}  // namespace wend
