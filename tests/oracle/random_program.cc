// Random programs: the grammar of section 5 with types in mind. What the compiler refuses is thrown away.

#include <algorithm>

#include "tests/oracle/random_expr.h"

namespace wend::oracle {
namespace {

Piece line(std::string text, bool may_go = true) { return Piece{std::move(text) + "\n", {}, "", may_go}; }

class ProgramMaker {
 public:
  explicit ProgramMaker(Random& random) : random_(random) {}

  Piece make() {
    Piece program{"", {}, "", false};
    program.inner.push_back(settings());
    for (const std::string& name : event_names()) {
      program.inner.push_back(line("event " + name + " { " + Vocabulary::kFields + " }"));
    }
    program.inner.push_back(line(std::string("contact { ") + Vocabulary::kAttributes + " }"));
    for (const Piece& message : messages()) program.inner.push_back(message);
    const int count = random_.between(1, 3);
    for (int k = 0; k < count; ++k) program.inner.push_back(journey("j" + std::to_string(k)));
    return program;
  }

 private:
  Piece settings() {
    std::string items =
        "zone \"" + random_.pick<std::string>({"Europe/Paris", "America/New_York", "UTC"}) + "\"";
    if (random_.chance(30)) items += " late " + random_.pick<std::string>({"2h", "3d", "10m"});
    if (random_.chance(20)) items += " machine_opens count";
    return line("settings { " + items + " }");
  }

  std::vector<Piece> messages() {
    const std::string print = printed();
    return {
        line("message mail: email { subject \"Hi {{ contact.first_name | default: 'you' }}\" body \"<p>" +
             print + "</p>\" }"),
        line("message text: sms { body \"" + print + "\" topic \"news\" }"),
        line("message hook: webhook { body \"" + printed() + "\" }"),
        line("message receipt: email { category transactional subject \"S\" body \"" + printed() + "\" }"),
        line("message ping: push { body \"" + printed() + "\" }")};
  }

  // What every journey may print.
  std::string printed() {
    std::string text;
    const int count = random_.between(0, 3);
    for (int k = 0; k < count; ++k) {
      text += random_.pick<std::string>(
          {"{{ trigger.key }} ", "{{ event.n | plus: 1 }} ", "{{ trigger.amount | round: 1 }} ",
           "{{ contact.first_name | default: '-' | upcase }} ", "{{ trigger.items.size }} ",
           "{{ trigger.skus | join: '+' }} ", "{{ contact.level }} ", "{{ trigger.word | escape }} ",
           "{{ trigger.at_door }} ", "{{ trigger.due | default: 'never' }} ",
           "{{ contact.plan | capitalize }} ", "{{ trigger.tier | upcase }} ",
           "{{ trigger.word | truncate: 3 }} ", "{{ run.count }} ",
           "{{ trigger.items[0].sku | url_encode }} ", "{{ trigger.amount | times: 2 | floor }} ",
           "{% if trigger.flag %}yes{% else %}no{% endif %} ",
           "{% if trigger.n > 2 and contact.vip %}big{% elsif trigger.word contains 'a' %}a{% endif %} ",
           "{% unless contact.vip %}plain{% endunless %} "});
    }
    return text + "end";
  }

  // ------------------------------------------------------------------------------------------- journeys

  Piece journey(const std::string& name) {
    labels_ = 0;
    scope_ = Scope();
    scope_.no_event = random_.chance(10);
    Piece journey{"journey " + name + " {\n", {}, "}\n", true};
    clauses(journey);
    scope_.step = true;
    Piece body = steps(random_.between(1, 6), 3);
    journey.inner.insert(journey.inner.end(), body.inner.begin(), body.inner.end());
    return journey;
  }

  std::string where(Scope scope, int percent) {
    if (!random_.chance(percent)) return "";
    scope.arriving = true;
    if (scope_.no_event && !scope.entry) return "";
    if (!scope.entry && random_.chance(50)) return " where event.key == trigger.key";
    return " where " + random_expr(random_, scope, Kind::kBool, 2);
  }

  void clauses(Piece& journey) {
    Scope entry;
    entry.entry = true;
    Scope run;
    Scope whom;
    whom.entry = whom.no_event = true;
    const std::string trigger = random_.pick(event_names());
    if (scope_.no_event) {
      const std::string word = random_.pick<std::string>({"opened", "clicked", "sent", "suppressed"});
      journey.inner.push_back(line("on " + word, false));
      // Sends that start sends would never come to an end.
      if (word == "sent" || word == "suppressed") journey.inner.push_back(line("enter once", false));
    } else if (random_.chance(15)) {
      std::string other = random_.pick(event_names());
      journey.inner.push_back(
          line(other == trigger ? "on " + trigger : "on " + trigger + ", " + other, false));
    } else {
      journey.inner.push_back(line("on " + trigger + where(entry, 25), false));
    }
    if (random_.chance(20)) {
      journey.inner.push_back(line("for (" + random_expr(random_, whom, Kind::kBool, 2) + ")"));
    }
    if (!scope_.no_event && random_.chance(60)) journey.inner.push_back(line(enter()));
    for (int k = random_.between(0, 2); k > 0; --k) journey.inner.push_back(until(run));
    if (random_.chance(50)) journey.inner.push_back(line(goal(run)));
    if (random_.chance(85)) journey.inner.push_back(lasts());
    if (random_.chance(15)) journey.inner.push_back(line("zone \"Australia/Lord_Howe\""));
    if (random_.chance(10)) journey.inner.push_back(line("zone contact"));
    if (random_.chance(20))
      journey.inner.push_back(line("priority " + std::to_string(random_.between(1, 3))));
  }

  std::string enter() {
    std::string clause = "enter";
    clause += random_.pick<std::string>(
        {"", " again", " once", " once per 1d", " once per 2h", " restart", " restart"});
    if (clause == "enter" || random_.chance(50)) {
      clause += " each " + random_.pick<std::string>({"event.key", "event.key", "event.skus",
                                                      "event.items.sku", "event.word", "event.n"});
    }
    return clause;
  }

  Piece until(const Scope& run) {
    std::string head = "until ";
    if (random_.chance(25)) {
      head += random_.pick<std::string>({"clicked", "opened", "bounced", "clicked on \"shop\""});
    } else {
      head += random_.pick(event_names()) + where(run, 50);
    }
    return last_act(head);
  }

  Piece lasts() {
    return last_act("lasts at most " + random_.pick<std::string>({"60d", "70d", "80d", "40d"}));
  }

  Piece last_act(std::string head) {
    if (random_.chance(50)) return line(std::move(head));
    Piece block{head + " {\n", {}, "}\n", true};
    const int count = random_.between(1, 2);
    for (int k = 0; k < count; ++k) block.inner.push_back(plain(false));
    return block;
  }

  std::string goal(const Scope& run) {
    const bool engagement = random_.chance(20);
    std::string clause = "goal " + (engagement ? random_.pick<std::string>({"clicked", "opened"})
                                               : random_.pick(event_names()) + where(run, 30));
    if (random_.chance(60)) clause += " within " + random_.pick<std::string>({"1h", "1d", "3d", "10m"});
    if (!engagement && random_.chance(50)) {
      clause += scope_.no_event
                    ? " value event.amount"
                    : " value " + random_.pick<std::string>({"event.amount", "trigger.n", "event.n * 2"});
    }
    return clause;
  }

  // ------------------------------------------------------------------------------------------- steps

  Piece steps(int count, int depth) {
    Piece body{"", {}, "", false};
    for (int k = 0; k < count; ++k) body.inner.push_back(step(depth));
    return body;
  }

  std::string length() { return random_.pick<std::string>({"10m", "20m", "1h", "1h", "5h", "1d", "2d"}); }

  // Without a block and without time.
  Piece plain(bool may_exit) {
    switch (random_.below(may_exit ? 9 : 8)) {
      case 0:
      case 1:
      case 2:
        return send();
      case 3:
        return line("set contact.level = " + random_expr(random_, scope_, Kind::kInt, 2));
      case 4:
        return line(random_.pick<std::string>(
            {"set contact.worth = " + random_expr(random_, scope_, Kind::kNumber, 2),
             "set contact.first_name = " + random_expr(random_, scope_, Kind::kString, 1),
             "set contact.vip = " + random_.pick<std::string>({"true", "false", "missing"}),
             "set contact.plan = \"team\"", "set contact.first_name = missing"}));
      case 5:
        return line("set contact.renewal = " + random_expr(random_, scope_, Kind::kDate, 1));
      case 6:
        return line("set contact.meeting = " + random_expr(random_, scope_, Kind::kTime, 1));
      case 7:
        return line("note \"n" + std::to_string(random_.below(100)) + "\"");
      default:
        return line(random_.chance(50) ? "exit \"out\"" : "exit");
    }
  }

  Piece send() {
    std::string text;
    if (random_.chance(40)) {
      const std::string label = "s" + std::to_string(++labels_);
      scope_.labels.push_back(label);
      text = "@" + label + " ";
    }
    if (scope_.no_event) {
      text += "send sms \"{{ contact.first_name | default: 'x' }} {{ run.count }}\"";
    } else if (random_.chance(25)) {
      text += "send sms \"" + printed() + "\"";
    } else {
      const std::vector<std::string> names = {"email mail", "sms text", "webhook hook", "email receipt",
                                              "push ping"};
      const std::string name = random_.pick(names);
      text += "send " + name;
      scope_.messages.push_back(name.substr(name.find(' ') + 1));
    }
    if (random_.chance(10)) text += " while " + random_expr(random_, scope_, Kind::kBool, 1);
    return line(text);
  }

  // A block whose labels and names are known only inside.
  Piece block(std::string head, int depth, bool droppable, const std::string& name = "") {
    const Scope outer = scope_;
    if (!name.empty()) scope_.names.push_back(name);
    Piece body = steps(random_.between(1, 3), depth - 1);
    body.head = std::move(head) + " {\n";
    body.tail = "}\n";
    body.may_go = droppable;
    scope_.names = outer.names;
    return body;
  }

  Piece wait() {
    switch (random_.below(7)) {
      case 0:
      case 1:
        return line("wait " + length());
      case 2:
        return line("wait (" + random_expr(random_, scope_, Kind::kDuration, 1) + ")");
      case 3:
        return line("wait until " + random_.pick<std::string>({"09:00", "02:30", "21:00..08:00",
                                                               "09:00..17:00", "00:00", "01:45..02:15"}));
      case 4:
        return line("wait until " + random_.pick<std::string>({"monday 09:00", "sunday", "saturday..sunday",
                                                               "monday..thursday 09:00..17:00",
                                                               "friday..monday 22:00", "sunday 02:30"}));
      case 5:
        return line(
            "wait until day " + std::to_string(random_.between(0, 3)) +
            (random_.chance(50) ? " at " + random_.pick<std::string>({"09:00", "02:15", "00:00"}) : ""));
      default:
        return line("wait " + random_.pick<std::string>({"1mo", "1h30m", "90s", "3d"}));
    }
  }

  Piece with_else(Piece first, int depth, int percent) {
    Piece both{"", {std::move(first)}, "", true};
    if (random_.chance(percent)) both.inner.push_back(block("else", depth, true));
    return both;
  }

  std::string awaited() {
    if (random_.chance(40)) {
      std::string word = random_.pick<std::string>({"opened", "clicked", "clicked", "bounced"});
      if (!scope_.labels.empty() && random_.chance(30)) word += " " + random_.pick(scope_.labels);
      return word + (word == "clicked" && random_.chance(25) ? " on \"shop\"" : "");
    }
    return random_.pick(event_names()) + where(scope_, 40);
  }

  Piece wait_any(int depth) {
    Piece any{"wait up to " + length() + " {\n", {}, "}\n", true};
    const int count = random_.between(1, 3);
    for (int k = 0; k < count; ++k) {
      std::string head = "on " + awaited();
      if (random_.chance(20)) head += ", " + random_.pick(event_names());
      any.inner.push_back(block(head + " ->", depth, k > 0));
    }
    if (random_.chance(60)) any.inner.push_back(block("else ->", depth, true));
    return any;
  }

  Piece match(int depth) {
    if (!scope_.no_event && random_.chance(50)) {
      Piece match{"match trigger.tier {\n", {}, "}\n", true};
      match.inner.push_back(block("\"a\" ->", depth, false));
      match.inner.push_back(block(random_.chance(50) ? "\"b\", \"c\" ->" : "else ->", depth, false));
      return match;
    }
    const std::string subject =
        scope_.no_event ? "contact.level"
                        : random_.pick<std::string>({"contact.level", "event.n", "trigger.items[0].q"});
    Piece match{"match " + subject + " {\n", {}, "}\n", true};
    match.inner.push_back(block("1, 2 ->", depth, true));
    if (subject == "trigger.items[0].q" && random_.chance(60))
      match.inner.push_back(block("missing ->", depth, true));
    match.inner.push_back(block("else ->", depth, false));
    return match;
  }

  Piece step(int depth) {
    const size_t what = random_.below(depth > 0 ? 20 : 10);
    if (what < 6) return plain(depth < 3);
    if (what < 10) return wait();
    if (what < 13) {
      return with_else(block("if " + random_expr(random_, scope_, Kind::kBool, 2), depth, false), depth, 60);
    }
    if (what < 16) {
      const bool named = random_.chance(30);
      std::string head = "wait for " + awaited();
      if (named) head += " as seen";
      head += " up to " + length();
      return with_else(
          block(head, depth, false, named && head.find(" on \"") == std::string::npos ? "seen" : ""), depth,
          60);
    }
    if (what == 16) return wait_any(depth);
    if (what == 17) return match(depth);
    const std::string moment =
        scope_.no_event
            ? "contact.meeting"
            : random_.pick<std::string>({"contact.renewal at 09:00", "contact.meeting", "trigger.at_door",
                                         "(contact.meeting - 1h)", "(trigger.due + 1d) at 02:30",
                                         "(trigger.at + 2h)", "(contact.renewal - 1d) at 12:00"});
    return with_else(block("wait until " + moment, depth, false), depth, 100);
  }

  Random& random_;
  Scope scope_;
  int labels_ = 0;
};

}  // namespace

std::string source_of(const Piece& piece) {
  std::string text = piece.head;
  for (const Piece& inner : piece.inner) text += source_of(inner);
  return text + piece.tail;
}

Piece random_program(Random& random) { return ProgramMaker(random).make(); }

}  // namespace wend::oracle
