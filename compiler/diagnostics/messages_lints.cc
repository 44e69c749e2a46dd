#include "compiler/diagnostics/messages_lints.h"

#include <fmt/format.h>

#include "compiler/diagnostics/wording.h"

namespace wend {

Diagnostic describe(const Deprecated& m) {
  Diagnostic d = start_diagnostic(Deprecated::kCode, fmt::format("a deprecated {} is used", m.kind), m.at,
                                  fmt::format("{} is about to go away", in_quotes(m.name)));
  d.secondary.push_back({m.declared_at, "its documentation calls it deprecated"});
  if (!m.advice.empty()) d.help.push_back(m.advice);
  return d;
}

Diagnostic describe(const Naming& m) {
  using Why = Naming::Why;
  std::string title = "a name with underscores where there is no word";
  std::string label = "reads like a slip of the finger";
  std::string help = "one underscore between two words, none around them";
  if (m.why == Why::kNearlySame) {
    title = fmt::format("two {}s whose names differ only by underscores", m.kind);
    label = "easily taken for the other";
    help = "keep one of the two, or tell them apart by a word";
  }
  if (m.why == Why::kKindInName) {
    title = fmt::format("a name that says that it is {}", with_article(m.kind));
    label = fmt::format("stands only where {} can be meant", with_article(m.kind));
    help = "leave the word out";
  }
  Diagnostic d = start_diagnostic(Naming::kCode, title, m.at, label);
  if (m.other) d.secondary.push_back({*m.other, "the other one"});
  d.help.push_back(help);
  return d;
}

Diagnostic describe(const NoExitOnPurchase& m) {
  Diagnostic d = start_diagnostic(NoExitOnPurchase::kCode, "a buyer goes on being reminded", m.at,
                                  fmt::format("nothing ends a run at {}", in_quotes(m.purchase)));
  d.secondary.push_back({m.send, "also to those who have bought by then"});
  d.fixes.push_back(insert_fix("let a purchase end the run", Applicability::kSuggested, m.clause.file,
                               m.clause.end, fmt::format("\n  until {}{}", m.purchase, m.correlation)));
  return d;
}

Diagnostic describe(const EventMayComeBefore& m) {
  Diagnostic d = start_diagnostic(EventMayComeBefore::kCode, "what this waits for may have come before", m.at,
                                  fmt::format("only a {} from here on counts", in_quotes(m.words)));
  d.secondary.push_back({m.waited, "whoever does it in this time is waited for in vain"});
  d.help.push_back(
      fmt::format("ask first: `if {} {{ .. }} else {{ wait for {} up to .. }}`", m.words, m.words));
  return d;
}

Diagnostic describe(const StaleTrigger& m) {
  Diagnostic d = start_diagnostic(StaleTrigger::kCode, "a value as it was when the run began", m.at,
                                  fmt::format("{} may be another by now", in_quotes(m.attribute)));
  if (m.declared_at) d.secondary.push_back({*m.declared_at, "kept up to date here"});
  d.fixes.push_back(replace_fix("ask for what it is now", Applicability::kSuggested, m.at, m.attribute));
  return d;
}

Diagnostic describe(const DstSensitiveWait& m) {
  constexpr int64_t kHourMs = 3'600'000;
  Diagnostic d = start_diagnostic(
      DstSensitiveWait::kCode, "a wait of whole days that is an hour off when the clocks change", m.at,
      fmt::format("{} hours, not {} local day{}", m.length_ms / kHourMs, m.length_ms / kHourMs / 24,
                  m.length_ms / kHourMs == 24 ? "" : "s"));
  d.secondary.push_back({m.clock, fmt::format("{} by the clock on the wall", m.clock_text)});
  d.fixes.push_back(
      replace_fix("come back to that time of day", Applicability::kSuggested, m.at,
                  fmt::format("wait {}h wait until {}", m.length_ms / kHourMs - 4, m.clock_text)));
  return d;
}

Diagnostic describe(const UnboundedReentry& m) {
  Diagnostic d = start_diagnostic(UnboundedReentry::kCode, "every such event sends a message", m.at,
                                  fmt::format("{} can come many times a day", in_quotes(m.event)));
  d.secondary.push_back({m.send, "goes out at each of them"});
  d.help.push_back("say how often: `enter once per 7d`, or let a policy `cap 3 per 7d`");
  return d;
}

Diagnostic describe(const EventNeverSent& m) {
  Diagnostic d =
      start_diagnostic(EventNeverSent::kCode, "an event that this channel never reports", m.at,
                       fmt::format("nobody ever learns that {} was {}",
                                   m.channel == "sms" ? "an SMS" : with_article(m.channel), m.word));
  if (m.send) d.secondary.push_back({*m.send, "the message it asks about"});
  d.help.push_back(m.channel == "sms" && m.word == "opened" ? "ask for `clicked`, where the text has a link"
                                                            : "ask about a message on another channel");
  return d;
}

Diagnostic describe(const CapStarvation& m) {
  Diagnostic d =
      start_diagnostic(CapStarvation::kCode, "a cap that has no room for what is sent in any case", m.at,
                       fmt::format("lets {} through in any {}, and {} are sent in that time", m.count,
                                   duration_text(m.window_ms), m.needed));
  d.secondary.push_back(
      {m.journey, m.other ? "sends a part of them" : "sends them all, whatever its branches say"});
  if (m.other) d.secondary.push_back({*m.other, "sends the others, to the same contacts"});
  d.notes.push_back("what comes last is suppressed, for every contact and every time");
  d.help.push_back(m.other ? "let only one of the two take a contact: put both into one `group`"
                           : "send less, let the messages lie further apart, or raise the cap");
  return d;
}

Diagnostic describe(const SmsTooLong& m) {
  if (m.character.empty()) {
    Diagnostic d = start_diagnostic(SmsTooLong::kCode, "a text message of many parts", m.at,
                                    fmt::format("{} parts at least, each paid for", m.segments));
    d.notes.push_back(
        "one part holds 160 characters, several hold 153 each; what `{{ }}` prints comes on top");
    d.help.push_back("say it in fewer words");
    return d;
  }
  Diagnostic d = start_diagnostic(SmsTooLong::kCode, "one character makes this text message longer", m.at,
                                  fmt::format("{} parts instead of {}, because of {}", m.segments,
                                              m.segments_without, in_quotes(m.character)));
  d.notes.push_back("with a character outside of the GSM alphabet a part holds 67 characters instead of 153");
  if (!m.replacements.empty()) {
    d.fixes.push_back({"use signs of the GSM alphabet", Applicability::kSuggested, m.replacements});
  } else {
    d.help.push_back("leave the character out");
  }
  return d;
}

Diagnostic describe(const SubjectTooLong& m) {
  Diagnostic d =
      start_diagnostic(SubjectTooLong::kCode, "a subject that no inbox shows in full", m.at,
                       fmt::format("{} characters, besides what `{{{{ }}}}` prints", m.characters));
  d.notes.push_back(fmt::format("mail programs cut a subject behind 40 to {} characters", m.most));
  d.help.push_back("put what matters first, and the rest into the preheader");
  return d;
}

Diagnostic describe(const RawHtml& m) {
  Diagnostic d = start_diagnostic(RawHtml::kCode, "data is printed into HTML as it is", m.at,
                                  "tags in it become tags of the message");
  d.secondary.push_back({m.value_at, "whoever sets this writes a part of the page"});
  d.help.push_back("leave `raw` out, unless this is HTML of your own making");
  return d;
}

Diagnostic describe(const PersonalDataInUrl& m) {
  Diagnostic d =
      start_diagnostic(PersonalDataInUrl::kCode, "personal data in a link", m.at,
                       fmt::format("{} ends up in logs and in the statistics of others", in_quotes(m.value)));
  d.help.push_back("pass `contact.id`, and look the rest up on your own site");
  return d;
}

}  // namespace wend
