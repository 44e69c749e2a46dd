// Random logs for random programs: clusters at one instant, duplicates, late events, imports, engagement,
// changes of attributes and zones, properties that are missing or of the wrong type.

#include <nlohmann/json.hpp>

#include "tests/oracle/local_time.h"
#include "tests/oracle/random_expr.h"

namespace wend::oracle {
namespace {

using Json = nlohmann::ordered_json;

class LogMaker {
 public:
  explicit LogMaker(Random& random) : random_(random) {}

  std::vector<std::string> make() {
    std::vector<std::string> lines;
    const int count = random_.between(5, 50);
    contacts_ = random_.between(1, 3);
    // Begins shortly before clocks change in Europe.
    now_ = 1774569600000 + static_cast<Millis>(random_.below(3)) * 12 * kMillisPerHour;
    for (int k = 0; k < count; ++k) {
      now_ += step();
      const std::string line = next(k).dump();
      lines.push_back(line);
      if (random_.chance(6)) lines.push_back(line);
    }
    return lines;
  }

 private:
  Millis step() {
    static const std::vector<Millis> kSteps = {0,
                                               0,
                                               0,
                                               kMillisPerMinute,
                                               10 * kMillisPerMinute,
                                               10 * kMillisPerMinute,
                                               20 * kMillisPerMinute,
                                               kMillisPerHour,
                                               kMillisPerHour,
                                               5 * kMillisPerHour,
                                               kMillisPerDay};
    return random_.pick(kSteps);
  }

  Millis lateness() {
    static const std::vector<Millis> kLate = {10 * kMillisPerMinute, kMillisPerHour,    3 * kMillisPerHour,
                                              26 * kMillisPerHour,   3 * kMillisPerDay, 8 * kMillisPerDay};
    return random_.chance(10) ? random_.pick(kLate) : 0;
  }

  Json next(int number) {
    const bool identify = random_.chance(20);
    const Millis late = identify ? 0 : lateness();
    Json line;
    line["type"] = identify ? "identify" : "track";
    line["messageId"] = "m" + std::to_string(number);
    line["userId"] = "c" + std::to_string(random_.below(static_cast<size_t>(contacts_)));
    line["timestamp"] = rfc3339(utc(), now_ - late);
    if (identify) {
      line["traits"] = traits();
      return line;
    }
    if (random_.chance(35)) {
      engagement(line);
    } else {
      line["event"] = random_.pick(event_names());
      line["properties"] = properties();
    }
    if (random_.chance(6)) line["context"]["traits"] = traits();
    if (random_.chance(2)) line["historical"] = true;
    return line;
  }

  std::string moment() {
    const Millis off = (static_cast<Millis>(random_.below(97)) - 24) * kMillisPerHour;
    return rfc3339(utc(), now_ + off);
  }
  std::string day() { return moment().substr(0, 10); }

  Json properties() {
    Json p = Json::object();
    const auto maybe = [&](const char* name, Json value, int percent) {
      if (random_.chance(percent)) p[name] = random_.chance(3) ? Json::array({"odd"}) : std::move(value);
    };
    maybe("key", "k" + std::to_string(random_.below(3)), 96);
    maybe("n", static_cast<int>(random_.below(7)) - 1, 95);
    maybe("amount", random_.pick<Json>({0, 1, 2.5, 10.25, 80, -3.5}), 95);
    maybe("tier", random_.pick<Json>({"a", "b", "c", "z"}), 95);
    maybe("flag", random_.chance(50), 50);
    maybe("at_door", moment(), 60);
    maybe("due", day(), 60);
    maybe("hold", random_.pick<Json>({"10m", "1h", "2d"}), 60);
    maybe("word", random_.pick<Json>({"apple", " Ana ", "x", "<b>&", ""}), 60);
    Json skus = Json::array();
    for (size_t k = random_.below(4); k > 0; --k) skus.push_back(random_.pick<Json>({"x", "y", "z"}));
    p["skus"] = skus;
    Json items = Json::array();
    for (size_t k = random_.below(3); k > 0; --k) {
      items.push_back(
          {{"sku", random_.pick<Json>({"x", "y", "ana b"})}, {"q", static_cast<int>(random_.below(5))}});
    }
    p["items"] = items;
    return p;
  }

  Json traits() {
    Json t = Json::object();
    const auto maybe = [&](const char* name, Json value, int percent) {
      if (random_.chance(percent)) t[name] = random_.chance(15) ? Json() : std::move(value);
    };
    maybe("email", random_.pick<Json>({"a@x.example", "b@x.example"}), 50);
    maybe("phone", "+331", 50);
    maybe("push_token", "tok", 30);
    maybe("timezone",
          random_.pick<Json>({"Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
                              "Nowhere/None", "America/Sao_Paulo"}),
          30);
    maybe("first_name", random_.pick<Json>({"Ana", "Ben & Co"}), 40);
    maybe("level", static_cast<int>(random_.below(4)), 20);
    maybe("worth", random_.pick<Json>({3, 0.5}), 20);
    maybe("vip", random_.chance(50), 30);
    maybe("plan", random_.pick<Json>({"free", "pro"}), 30);
    maybe("renewal", day(), 30);
    maybe("meeting", moment(), 30);
    if (random_.chance(10))
      t["refused"] =
          random_.pick<Json>({Json::array({"sms"}), Json::array({"news", "email"}), Json::array()});
    if (random_.chance(10)) t["tags"] = Json::array({"y", "x", "y"});
    return t;
  }

  void engagement(Json& line) {
    line["event"] = random_.pick<std::string>({"opened", "opened", "clicked", "clicked", "bounced",
                                               "delivered", "complained", "replied", "Email Opened",
                                               "Email Link Clicked", "Email Bounced"});
    Json p = Json::object();
    if (random_.chance(30)) p["message"] = random_.pick<Json>({"mail", "text", "ping", "receipt"});
    if (random_.chance(15)) p["channel"] = random_.pick<Json>({"email", "sms"});
    if (random_.chance(40)) p["link"] = random_.pick<Json>({"shop", "blog"});
    if (random_.chance(15)) p["machine"] = true;
    if (random_.chance(50)) p["type"] = "soft";
    line["properties"] = p;
  }

  Random& random_;
  int contacts_ = 1;
  Millis now_ = 0;
};

}  // namespace

std::vector<std::string> random_log(Random& random) { return LogMaker(random).make(); }

}  // namespace wend::oracle
