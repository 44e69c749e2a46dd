#include "vm/trace/trace_text.h"

#include "vm/core/time_zone.h"

namespace wend {
namespace {

const Program* program_of(const TraceEntry& entry, const TraceImages& images) {
  const auto it = images.find(entry.image);
  return it == images.end() ? nullptr : &it->second->program();
}

std::string in_quotes(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string ignored_sentence(const TraceEntry& entry) {
  const auto why = [&]() -> std::string_view {
    switch (static_cast<TraceIgnored>(entry.number)) {
      case TraceIgnored::kWhereFalse:
        return "its `where` is false";
      case TraceIgnored::kWhereMissing:
        return "its `where` asks for something that is missing";
      case TraceIgnored::kForFalse:
        return "it is not for this contact: its `for` is false";
      case TraceIgnored::kForMissing:
        return "its `for` asks for something that is missing";
      case TraceIgnored::kKeyMissing:
        return "the key of its `each` is missing";
      case TraceIgnored::kAlreadyActive:
        return "the contact is in it already";
      case TraceIgnored::kOnce:
        return "the contact was in it before, and it enters once";
      case TraceIgnored::kOncePer:
        return "the contact was in it not long enough ago";
      case TraceIgnored::kTooMany:
        return "the contact has too many runs of it";
      case TraceIgnored::kLate:
        return "the event is too old to start anything";
      case TraceIgnored::kGroup:
        return "the contact is in another journey of its group";
      case TraceIgnored::kUntilHolds:
        return "what its `until` waits for holds already";
    }
    return "no reason is known";
  };
  std::string out = "not entered: " + std::string(why());
  if (!entry.text.empty()) out += ", " + entry.text;
  if (!entry.more.empty()) out += " (" + entry.more + ")";
  return out;
}

std::string event_sentence(const TraceEntry& entry) {
  std::string out = entry.kind == TraceKind::kIdentify ? "identified" : in_quotes(entry.text) + " came";
  if ((entry.number & kTraceLate) != 0) out += ", too late to start or continue anything";
  if ((entry.number & kTraceHistorical) != 0) out += ", imported: it starts and continues nothing";
  if ((entry.number & kTraceClamped) != 0) out += ", dated in the future: taken as happening on arrival";
  return out;
}

std::string engagement_sentence(const TraceEntry& entry) {
  std::string out = entry.text;
  if (!entry.more.empty()) out += " " + in_quotes(entry.more);
  if (entry.number != 0) out += ", delivery " + std::to_string(entry.number);
  if (entry.kind == TraceKind::kRepeat) out += ": again, not counted";
  if (entry.kind == TraceKind::kMachine) out += ": by a machine, not counted";
  if (entry.number == 0) out += ", of no delivery that is known";
  return out;
}

std::string_view branch_way(int64_t way) {
  if (way == 1) return "yes";
  return way == 0 ? "no" : "missing, which counts as no";
}

// Sentences about a step, which is named in front.
std::string step_sentence(const TraceEntry& entry, const Zone& zone) {
  const auto instant = [&] { return format_pattern(zone, entry.number, "%Y-%m-%d %H:%M:%S"); };
  switch (entry.kind) {
    case TraceKind::kBranch:
      return std::string(branch_way(entry.number));
    case TraceKind::kWait:
      return "until " + instant();
    case TraceKind::kWaitEvent:
      return in_quotes(entry.text) + " came";
    case TraceKind::kWaitDue:
      return "over";
    case TraceKind::kWaitPast:
      return "goes on at once: its moment is missing or past";
    case TraceKind::kWaitAlready:
      return "goes on at once: it has happened";
    case TraceKind::kWaitNever:
      return "goes on at once: it can't happen, nothing was handed over";
    case TraceKind::kWaitMoved:
      return "the moment has moved to " + instant();
    case TraceKind::kWaitHolds:
      return "its condition holds";
    case TraceKind::kHanded:
      return "handed over" + (entry.more.empty() ? "" : " to " + entry.more) + ", delivery " +
             std::to_string(entry.number);
    case TraceKind::kSuppressed:
      return "not sent: suppressed because " + entry.more;
    case TraceKind::kHeld:
      return "held until " + instant() + " because of " + entry.more;
    case TraceKind::kReleased:
      return "released: everything is asked anew";
    case TraceKind::kCancelled:
      return "not sent: cancelled while it was held";
    case TraceKind::kPass:
      return "pass " + std::to_string(entry.number);
    case TraceKind::kCall:
      return "asked with " + entry.more + ", delivery " + std::to_string(entry.number);
    case TraceKind::kAudience:
      return (entry.more == "add" ? "added to \"" : "taken from \"") + entry.text + "\", delivery " +
             std::to_string(entry.number);
    default:
      return {};
  }
}

std::string plain_sentence(const TraceEntry& entry) {
  switch (entry.kind) {
    case TraceKind::kDuplicate:
      return (entry.text.empty() ? "the identification" : in_quotes(entry.text)) + " came again (id " +
             entry.more + "): left out";
    case TraceKind::kUnheard:
      return "no journey listens for " + in_quotes(entry.text);
    case TraceKind::kEntered:
      return "entered" + (entry.text.empty() ? "" : " for " + in_quotes(entry.text)) + ", run " +
             std::to_string(entry.run) + (entry.number > 1 ? ", time " + std::to_string(entry.number) : "");
    case TraceKind::kAttribute:
      return entry.more.empty() ? "contact." + entry.text + " cleared"
                                : "contact." + entry.text + " = " + entry.more;
    case TraceKind::kNote:
      return "note: " + entry.text;
    case TraceKind::kConverted:
      return "converted by " + in_quotes(entry.text) + (entry.more.empty() ? "" : ", value " + entry.more);
    case TraceKind::kUntil:
      return "`until` holds: " + entry.text;
    case TraceKind::kHorizon:
      return "`lasts at most` is over";
    case TraceKind::kEnded:
      return "ended: " + (entry.text.empty() ? entry.more : entry.more + " (" + entry.text + ")");
    case TraceKind::kViolation:
      return entry.text + "." + entry.more + " is absent or of another type than declared";
    case TraceKind::kFollows:
      return in_quotes(entry.text) + " follows";
    case TraceKind::kFollowUpsCut:
      return "too many events followed from this one; the rest is left out";
    case TraceKind::kHistoryCut:
      return "more than 1,000 events of " + entry.text + ": the oldest are forgotten, counts are at least so many";
    case TraceKind::kScore:
      return "score." + entry.text + " = " + entry.more;
    default:
      return std::string(trace_kind_name(entry.kind));
  }
}

}  // namespace

std::string_view trace_kind_name(TraceKind kind) {
  switch (kind) {
    case TraceKind::kEvent:
      return "event";
    case TraceKind::kDuplicate:
      return "duplicate";
    case TraceKind::kIdentify:
      return "identify";
    case TraceKind::kUnheard:
      return "unheard";
    case TraceKind::kIgnored:
      return "ignored";
    case TraceKind::kEntered:
      return "entered";
    case TraceKind::kStep:
      return "step";
    case TraceKind::kBranch:
      return "branch";
    case TraceKind::kWait:
      return "wait";
    case TraceKind::kWaitEvent:
      return "wait_event";
    case TraceKind::kWaitDue:
      return "wait_due";
    case TraceKind::kWaitPast:
      return "wait_past";
    case TraceKind::kWaitAlready:
      return "wait_already";
    case TraceKind::kWaitNever:
      return "wait_never";
    case TraceKind::kWaitMoved:
      return "wait_moved";
    case TraceKind::kHanded:
      return "handed";
    case TraceKind::kSuppressed:
      return "suppressed";
    case TraceKind::kAttribute:
      return "attribute";
    case TraceKind::kNote:
      return "note";
    case TraceKind::kEngagement:
      return "engagement";
    case TraceKind::kRepeat:
      return "repeat";
    case TraceKind::kMachine:
      return "machine";
    case TraceKind::kConverted:
      return "converted";
    case TraceKind::kUntil:
      return "until";
    case TraceKind::kHorizon:
      return "horizon";
    case TraceKind::kEnded:
      return "ended";
    case TraceKind::kViolation:
      return "violation";
    case TraceKind::kFollowUpsCut:
      return "follow_ups_cut";
    case TraceKind::kHeld:
      return "held";
    case TraceKind::kReleased:
      return "released";
    case TraceKind::kCancelled:
      return "cancelled";
    case TraceKind::kHistoryCut:
      return "history_cut";
    case TraceKind::kScore:
      return "score";
    case TraceKind::kWaitHolds:
      return "wait_holds";
    case TraceKind::kFollows:
      return "follows";
    case TraceKind::kPass:
      return "pass";
    case TraceKind::kAudience:
      return "audience";
    case TraceKind::kCall:
      return "call";
  }
  return "unknown";
}

std::string trace_journey(const TraceEntry& entry, const TraceImages& images) {
  const Program* program = program_of(entry, images);
  if (program == nullptr || entry.journey >= program->journeys.size()) return {};
  return program->text(program->journeys[entry.journey].name);
}

std::optional<StepPlace> trace_step(const TraceEntry& entry, const TraceImages& images) {
  const Program* program = program_of(entry, images);
  if (program == nullptr || entry.step >= program->steps.size()) return std::nullopt;
  const StepRow& row = program->steps[entry.step];
  StepPlace place;
  place.name = is_none(row.label) ? "line " + std::to_string(row.line) : "@" + program->text(row.label);
  place.file = program->text(row.file);
  place.line = row.line;
  place.source = program->text(row.text);
  return place;
}

std::string step_text(const Program& program, StepIx step) {
  const StepRow& row = program.steps[step.index()];
  return "line " + std::to_string(row.line) + ": " + program.text(row.text);
}

std::string trace_sentence(const TraceEntry& entry, const TraceImages& images, const Zone& zone) {
  switch (entry.kind) {
    case TraceKind::kEvent:
    case TraceKind::kIdentify:
      return event_sentence(entry);
    case TraceKind::kIgnored:
      return ignored_sentence(entry);
    case TraceKind::kEngagement:
    case TraceKind::kRepeat:
    case TraceKind::kMachine:
      return engagement_sentence(entry);
    default:
      break;
  }
  const Program* program = program_of(entry, images);
  const std::string said = step_sentence(entry, zone);
  const bool speaks_of_step = entry.kind == TraceKind::kStep || !said.empty();
  if (!speaks_of_step) return plain_sentence(entry);
  if (program == nullptr || entry.step >= program->steps.size()) return said;
  const std::string step = step_text(*program, StepIx{entry.step});
  return said.empty() ? step : step + " -> " + said;
}

}  // namespace wend
