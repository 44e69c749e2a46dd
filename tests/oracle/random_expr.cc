#include "tests/oracle/random_expr.h"

namespace wend::oracle {
namespace {

class ExprMaker {
 public:
  ExprMaker(Random& random, const Scope& scope) : random_(random), scope_(scope) {}

  std::string make(Kind kind, int depth) {
    if (scope_.no_event) return of_contact(kind, depth);
    if (depth > 0 && random_.chance(12))
      return "((" + make(kind, depth - 1) + ") ?? (" + make(kind, depth - 1) + "))";
    switch (kind) {
      case Kind::kBool:
        return truth(depth);
      case Kind::kInt:
        return whole(depth);
      case Kind::kNumber:
        return number(depth);
      case Kind::kString:
        return words(depth);
      case Kind::kTier:
        return root() + ".tier";
      case Kind::kTime:
        return time(depth);
      case Kind::kDate:
        return date(depth);
      case Kind::kDuration:
        return duration(depth);
      case Kind::kTexts:
        return random_.pick<std::string>(
            {root() + ".skus", root() + ".items.sku", "[\"x\", \"y\"]", "contact.tags"});
    }
    return "true";
  }

 private:
  std::string of_contact(Kind kind, int depth) {
    switch (kind) {
      case Kind::kBool:
        if (scope_.step && random_.chance(40)) return asked();
        if (depth > 0 && random_.chance(30)) {
          return "(" + of_contact(kind, depth - 1) + random_.pick<std::string>({" and ", " or "}) + "not " +
                 of_contact(kind, 0) + ")";
        }
        return random_.pick<std::string>({"contact.vip", "contact.level > 1", "contact.email is present",
                                          "contact.plan != \"free\"", "clock < 12:00",
                                          "contact.renewal > today", "contact.meeting is missing",
                                          "contact.worth >= 1.5"});
      case Kind::kInt:
        return random_.pick<std::string>({"contact.level", "contact.level + 1", "3", "month(now)"});
      case Kind::kNumber:
        return random_.pick<std::string>({"contact.worth", "contact.worth * 2.0", "0.5"});
      case Kind::kString:
      case Kind::kTier:
        return random_.pick<std::string>({"contact.first_name", "contact.email", "\"ana\""});
      case Kind::kTime:
        return random_.pick<std::string>({"contact.meeting", "now", "contact.created_at"});
      case Kind::kDate:
        return random_.pick<std::string>({"contact.renewal", "today", "(today + 2d)"});
      case Kind::kDuration:
        return random_.pick<std::string>({"10m", "(now - contact.created_at)", "(contact.meeting - now)"});
      case Kind::kTexts:
        return "contact.tags";
    }
    return "true";
  }

  // An event that is in sight.
  std::string root() {
    std::vector<std::string> roots = {"event", "trigger"};  // in a `where` two events, in the body one
    if (scope_.entry) roots = {"event"};
    roots.insert(roots.end(), scope_.names.begin(), scope_.names.end());
    return random_.pick(roots);
  }
  std::string run_or(const std::string& run_part, const std::string& other) {
    return scope_.entry ? other : run_part;
  }

  std::string truth(int depth) {
    if (depth > 0 && random_.chance(35)) {
      const std::string a = make(Kind::kBool, depth - 1), b = make(Kind::kBool, depth - 1);
      switch (random_.below(4)) {
        case 0:
          return "(" + a + " and " + b + ")";
        case 1:
          return "(" + a + " or " + b + ")";
        default:
          return "not (" + a + ")";
      }
    }
    if (scope_.step && random_.chance(35)) return asked();
    return test(depth > 0 ? depth - 1 : 0);
  }

  std::string asked() {
    const std::string word =
        random_.pick<std::string>({"opened", "opened", "clicked", "clicked", "suppressed", "sent", "bounced",
                                   "delivered", "complained", "replied"});
    std::string about;
    if (!scope_.labels.empty() && random_.chance(35)) about = " " + random_.pick(scope_.labels);
    if (about.empty() && !scope_.messages.empty() && random_.chance(25))
      about = " " + random_.pick(scope_.messages);
    return word + about + (word == "clicked" && random_.chance(30) ? " on \"shop\"" : "");
  }

  std::string test(int depth) {
    const std::string order = random_.pick<std::string>({"==", "!=", "<", "<=", ">", ">="});
    const std::string same = random_.pick<std::string>({"==", "!="});
    switch (random_.below(14)) {
      case 0:
        return make(Kind::kInt, depth) + " " + order + " " + make(Kind::kInt, depth);
      case 1:
        return make(Kind::kNumber, depth) + " " + order + " " + make(Kind::kNumber, depth);
      case 2:
        return make(Kind::kString, depth) + " " + order + " " + make(Kind::kString, depth);
      case 3:
        return root() + ".tier " + same + " " + random_.pick<std::string>({"\"a\"", "\"b\"", "\"c\""});
      case 4:
        return make(Kind::kTime, depth) + " " + order + " " + make(Kind::kTime, depth);
      case 5:
        return make(Kind::kDate, depth) + " " + order + " " + make(Kind::kDate, depth);
      case 6:
        return make(Kind::kDuration, depth) + " " + order + " " + make(Kind::kDuration, depth);
      case 7:
        return root() + random_.pick<std::string>({".flag", ".word", ".at_door", ".due", ".hold"}) + " is " +
               random_.pick<std::string>({"missing", "present"});
      case 8:
        return random_.chance(50) ? root() + ".flag" : "contact.vip";
      case 9:
        return make(Kind::kString, depth) + " " +
               random_.pick<std::string>({"contains", "starts with", "ends with"}) + " " +
               make(Kind::kString, 0);
      case 10:
        return make(Kind::kString, depth) + " matches \"" +
               random_.pick<std::string>({"^k[0-9]$", "a", "x|y"}) + "\"";
      case 11:
        return random_.chance(50)
                   ? make(Kind::kString, depth) + " in " + make(Kind::kTexts, depth)
                   : "any_of(" + make(Kind::kTexts, depth) + ", " + make(Kind::kTexts, depth) + ")";
      case 12:
        return random_.chance(50) ? "contact.plan " + same + " \"pro\"" : "clock " + order + " 12:00";
      default:
        return "weekday(" + make(Kind::kTime, depth) + ") " + same + " \"sunday\"";
    }
  }

  std::string whole(int depth) {
    if (depth > 0 && random_.chance(30)) {
      const std::string a = make(Kind::kInt, depth - 1), b = make(Kind::kInt, depth - 1);
      switch (random_.below(6)) {
        case 0:
          return "(" + a + " + " + b + ")";
        case 1:
          return "(" + a + " - " + b + ")";
        case 2:
          return "(" + a + " * " + b + ")";
        case 3:
          return "mod(" + a + ", " + b + ")";
        case 4:
          return "max(" + a + ", " + b + ")";
        default:
          return "clamp(" + a + ", 0, 5)";
      }
    }
    return random_.pick<std::string>(
        {root() + ".n", root() + ".n", "contact.level", root() + ".items.size", run_or("run.count", "2"),
         "length(" + root() + ".key)", root() + ".items[0].q", root() + ".items[-1].q", "month(now)",
         "floor(" + root() + ".amount)", std::to_string(random_.between(-2, 6))});
  }

  std::string number(int depth) {
    if (depth > 0 && random_.chance(30)) {
      const std::string a = make(Kind::kNumber, depth - 1), b = make(Kind::kNumber, depth - 1);
      const std::string op = random_.pick<std::string>({" + ", " - ", " * ", " / "});
      return "(" + a + op + b + ")";
    }
    return random_.pick<std::string>({root() + ".amount", root() + ".amount", "contact.worth", "2.5", "0.0",
                                      "avg(" + root() + ".items.q)", "sum(" + root() + ".items.q) * 1.0",
                                      "round(" + root() + ".amount)", "-" + root() + ".amount"});
  }

  std::string words(int depth) {
    if (depth > 0 && random_.chance(20)) {
      const std::string a = make(Kind::kString, depth - 1);
      return random_.pick<std::string>({"lower(" + a + ")", "upper(" + a + ")", "trim(" + a + ")",
                                        "(" + a + " + " + make(Kind::kString, 0) + ")"});
    }
    return random_.pick<std::string>({root() + ".key", root() + ".key", root() + ".word",
                                      "contact.first_name", root() + ".skus[0]", root() + ".items[1].sku",
                                      "\"k1\"", "\"ana\"", "contact.email"});
  }

  std::string time(int depth) {
    if (depth > 0 && random_.chance(30)) {
      return "(" + make(Kind::kTime, depth - 1) + random_.pick<std::string>({" + ", " - "}) +
             (random_.chance(70) ? make(Kind::kDuration, depth - 1)
                                 : random_.pick<std::string>({"1mo", "2mo", "1y"})) +
             ")";
    }
    return random_.pick<std::string>({"now", root() + ".at", root() + ".at_door", "contact.meeting",
                                      "contact.created_at", run_or("run.entered_at", "now"),
                                      "2026-03-29 02:30", "2026-03-30T09:00:00+02:00"});
  }

  std::string date(int depth) {
    if (depth > 0 && random_.chance(30)) {
      return "(" + make(Kind::kDate, depth - 1) + random_.pick<std::string>({" + ", " - "}) +
             random_.pick<std::string>({"1d", "2d", "1mo", "36h"}) + ")";
    }
    return random_.pick<std::string>(
        {"today", root() + ".due", "contact.renewal", "2026-03-29", "2026-03-31"});
  }

  std::string duration(int depth) {
    if (depth > 0 && random_.chance(30)) {
      switch (random_.below(4)) {
        case 0:
          return "(" + make(Kind::kTime, depth - 1) + " - " + make(Kind::kTime, depth - 1) + ")";
        case 1:
          return "(" + make(Kind::kDuration, depth - 1) + " * " + make(Kind::kInt, 0) + ")";
        case 2:
          return "(" + make(Kind::kDuration, depth - 1) + " - " + make(Kind::kDuration, depth - 1) + ")";
        default:
          return "(" + make(Kind::kDate, depth - 1) + " - " + make(Kind::kDate, depth - 1) + ")";
      }
    }
    return random_.pick<std::string>({"10m", "1h", "1d", "90s", root() + ".hold", root() + ".hold"});
  }

  Random& random_;
  const Scope& scope_;
};

}  // namespace

const std::vector<std::string>& event_names() {
  static const std::vector<std::string> kNames = {"cart", "order", "visit", "left"};
  return kNames;
}

std::string random_expr(Random& random, const Scope& scope, Kind kind, int depth) {
  return ExprMaker(random, scope).make(kind, depth);
}

}  // namespace wend::oracle
