// Zones over the system's time zone database, read with H. Hinnant's date library; no other file includes it.
//
// Each zone is flattened once into a table of periods of constant offset. The library stops at the last
// change that a zone file lists (2037, or 2007 in "slim" files), so the file's closing rule is applied from
// there on; 400 years of it are enough, because the Gregorian calendar repeats after 146,097 days, a whole
// number of weeks.
#include "vm/core/time_zone.h"

#include <date/tz.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "vm/base/check.h"
#include "vm/core/posix_tz.h"
#include "vm/core/time_zone_table.h"

namespace wend {
namespace {

constexpr char kZoneFolder[] = "/usr/share/zoneinfo/";
constexpr Millis kCycleMs = 146097 * kMillisPerDay;  // 400 years
// No zone was ever further from UTC than 15h14m.
constexpr Millis kFurthestOffsetMs = 16 * kMillisPerHour;
constexpr Millis kEarliestMs = kMinInstant - 2 * kMillisPerDay;
constexpr Millis kLatestMs = kMaxInstant + 2 * kMillisPerDay;

}  // namespace

class Zone {
 public:
  Zone(std::string name, std::vector<ZonePeriod> periods, bool repeats)
      : name_(std::move(name)), periods_(std::move(periods)), repeats_(repeats) {}

  const std::string& name() const { return name_; }

  const ZonePeriod& at(Millis instant_ms) const { return periods_[index_at(fold(instant_ms))]; }

  Millis next_change(Millis instant_ms) const {
    const Millis folded = fold(instant_ms);
    const size_t i = index_at(folded);
    if (i + 1 == periods_.size()) return kNever;
    const Millis change = periods_[i + 1].begin_ms + (instant_ms - folded);
    return change > kLatestMs ? kNever : change;
  }

  Millis from_local(Millis local_ms) const {
    const Millis folded = fold(local_ms);
    size_t i = index_at(folded - kFurthestOffsetMs);
    while (true) {
      const Millis instant = folded - periods_[i].offset_ms;
      // Before this period and behind the one before it: a gap. The first match is the earliest of two.
      if (instant < periods_[i].begin_ms) return periods_[i].begin_ms + (local_ms - folded);
      if (i + 1 == periods_.size() || instant < periods_[i + 1].begin_ms)
        return instant + (local_ms - folded);
      ++i;
    }
  }

 private:
  // Brings an instant (or local time) behind the table's last full cycle back into it.
  Millis fold(Millis ms) const {
    ms = std::clamp(ms, kEarliestMs, kLatestMs);
    const Millis last = periods_.back().begin_ms;
    if (!repeats_ || ms < last) return ms;
    return ms - ((ms - last) / kCycleMs + 1) * kCycleMs;
  }
  size_t index_at(Millis instant_ms) const {
    const auto after = std::upper_bound(periods_.begin() + 1, periods_.end(), instant_ms,
                                        [](Millis ms, const ZonePeriod& p) { return ms < p.begin_ms; });
    return static_cast<size_t>(after - periods_.begin()) - 1;
  }

  std::string name_;
  std::vector<ZonePeriod> periods_;  // never empty; the first reaches back for ever
  bool repeats_;                     // the last 400 years of the table come again and again
};

namespace {

std::optional<PosixRule> closing_rule(const std::string& name) {
  std::ifstream file(kZoneFolder + name, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), {});
  if (bytes.empty() || bytes.back() != '\n') return std::nullopt;
  bytes.pop_back();
  const size_t line = bytes.rfind('\n');
  if (line == std::string::npos) return std::nullopt;
  return parse_posix_rule(std::string_view(bytes).substr(line + 1));
}

void append_period(std::vector<ZonePeriod>& periods, ZonePeriod period) {
  const bool same =
      !periods.empty() && periods.back().offset_ms == period.offset_ms && periods.back().name == period.name;
  if (!same) periods.push_back(std::move(period));
}

std::vector<ZonePeriod> listed_periods(const date::time_zone& source) {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  std::vector<ZonePeriod> periods;
  Millis at = kEarliestMs;
  while (at < kLatestMs) {
    const date::sys_info info = source.get_info(date::sys_seconds(seconds(at / 1000)));
    append_period(periods, {at, duration_cast<milliseconds>(info.offset).count(), info.abbrev});
    const Millis end = duration_cast<milliseconds>(info.end.time_since_epoch()).count();
    if (end <= at) break;
    at = end;
  }
  return periods;
}

// Continues the table by the rule for 400 years and the rest of the last. True where it added a cycle.
bool append_rule(std::vector<ZonePeriod>& periods, const PosixRule& rule) {
  if (!rule.has_daylight) return false;
  const Millis last = periods.back().begin_ms;
  const int64_t first_year = civil_from_days(days_of_local(std::max(last, Millis{0}))).year;
  for (int64_t year = first_year; year <= first_year + 402; ++year) {
    ZonePeriod daylight{to_daylight_ms(rule, year), rule.daylight_offset_ms, rule.daylight_name};
    ZonePeriod standard{to_standard_ms(rule, year), rule.standard_offset_ms, rule.standard_name};
    if (daylight.begin_ms > standard.begin_ms) std::swap(daylight, standard);
    if (daylight.begin_ms > last) append_period(periods, std::move(daylight));
    if (standard.begin_ms > last) append_period(periods, std::move(standard));
  }
  return true;
}

std::unique_ptr<const Zone> load_zone(const std::string& name) {
  // The library throws for a name that it does not have and for an unreadable database.
  try {
    const date::time_zone* source = date::locate_zone(name);
    std::vector<ZonePeriod> periods = listed_periods(*source);
    const std::optional<PosixRule> rule = closing_rule(name);
    const bool repeats = rule.has_value() && append_rule(periods, *rule);
    return std::make_unique<const Zone>(name, std::move(periods), repeats);
  } catch (const std::exception&) {
    return nullptr;
  }
}

// Zones that were asked for. They live as long as the process, because programs and contacts refer to them.
class ZoneCache {
 public:
  ZoneCache() { zones_.emplace("UTC", std::make_unique<const Zone>("UTC", utc_periods(), false)); }

  const Zone* find(std::string_view name) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = zones_.find(name);
    if (found != zones_.end()) return found->second.get();
    if (!plausible(name)) return nullptr;
    std::unique_ptr<const Zone> zone = load_zone(std::string(name));
    if (zone == nullptr) return nullptr;
    return zones_.emplace(std::string(name), std::move(zone)).first->second.get();
  }

 private:
  static std::vector<ZonePeriod> utc_periods() { return {ZonePeriod{kEarliestMs, 0, "UTC"}}; }
  // Names come from contacts: whatever could be a path, or is too long, is not looked for.
  static bool plausible(std::string_view name) {
    if (name.empty() || name.size() > 64 || name.front() == '/' || name.find('.') != std::string_view::npos)
      return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
             c == '_' || c == '-' || c == '+';
    });
  }

  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<const Zone>, std::less<>> zones_;  // guarded by mutex_
};

ZoneCache& cache() {
  static ZoneCache* const zones = new ZoneCache;  // never destroyed: zones outlive every static
  return *zones;
}

}  // namespace

const ZonePeriod& zone_period(const Zone& zone, Millis instant_ms) { return zone.at(instant_ms); }

const Zone* find_zone(std::string_view name) { return cache().find(name); }

const Zone& utc_zone() {
  static const Zone* const utc = cache().find("UTC");
  return *utc;
}

std::string_view zone_name(const Zone& zone) { return zone.name(); }

std::string time_zone_database_version() {
  std::ifstream file(std::string(kZoneFolder) + "tzdata.zi");
  std::string line;
  static constexpr std::string_view kPrefix = "# version ";
  if (!std::getline(file, line) || line.compare(0, kPrefix.size(), kPrefix) != 0) return "unknown";
  return line.substr(kPrefix.size());
}

Millis zone_offset_ms(const Zone& zone, Millis instant_ms) { return zone.at(instant_ms).offset_ms; }

Millis to_local_ms(const Zone& zone, Millis instant_ms) {
  instant_ms = std::clamp(instant_ms, kEarliestMs, kLatestMs);
  return instant_ms + zone.at(instant_ms).offset_ms;
}

Millis next_offset_change(const Zone& zone, Millis instant_ms) {
  return zone.next_change(std::clamp(instant_ms, kEarliestMs, kLatestMs));
}

Millis from_local_ms(const Zone& zone, Millis local_ms) {
  return zone.from_local(std::clamp(local_ms, kEarliestMs, kLatestMs));
}

}  // namespace wend
