// Liquid templates by section 6 of the language.

#include <algorithm>
#include <cmath>
#include <map>

#include "tests/oracle/state.h"

namespace wend::oracle {
namespace {

Value path_root(std::string_view word, std::string_view next, const Env& env, bool& took_next) {
  took_next = true;
  if (word == "contact") return attribute(*env.program, *env.contact, std::string(next));
  if (word == "event" || word == "trigger")
    return env.trigger != nullptr ? event_member(*env.trigger, next) : Value();
  if (word == "run") return env.run != nullptr ? run_member(*env.run, next) : Value();
  if (word == "message" && env.message != nullptr) {
    if (next == "name") return of_string(env.message->name);
    if (next == "channel") return of_string(env.message->channel);
    return {};
  }
  if (env.run != nullptr) {
    const auto bound = env.run->names.find(std::string(word));
    if (bound != env.run->names.end()) return event_member(bound->second, next);
  }
  took_next = false;
  return env.with != nullptr ? member(*env.with, word) : Value();
}

Value value_of(const liquid::Value& v, const Env& env) {
  switch (v.kind) {
    case liquid::ValueKind::kString:
      return of_string(std::string(v.text));
    case liquid::ValueKind::kInt:
      return of_int(v.integer);
    case liquid::ValueKind::kNumber:
      return of_number(v.number);
    case liquid::ValueKind::kBool:
      return of_bool(v.boolean);
    case liquid::ValueKind::kPath:
      break;
    default:
      return {};
  }
  bool took_next = false;
  const std::string_view next = v.parts.size() > 1 ? v.parts[1].word : std::string_view();
  Value value = path_root(v.parts[0].word, next, env, took_next);
  for (size_t k = took_next ? 2 : 1; k < v.parts.size(); ++k) {
    value = v.parts[k].is_index ? element(value, v.parts[k].index) : member(value, v.parts[k].word);
  }
  return value;
}

std::string escaped(const std::string& s) {
  std::string out;
  for (const char c : s) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string url_encoded(const std::string& s) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : s) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ') {
      out += '+';
    } else if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

std::string first_characters(const std::string& s, int64_t count) {
  size_t at = 0;
  for (; at < s.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(s[at]) & 0xC0U) != 0x80U;
    if (begins && count-- <= 0) break;
  }
  return s.substr(0, at);
}

Value truncated(const std::string& s, const std::vector<Value>& a) {
  const int64_t most = a.size() > 1 && a[1].is(Type::kInt) ? a[1].i : 50;
  const std::string ending = a.size() > 2 ? a[2].s : "...";
  if (characters(s) <= most) return of_string(s);
  return of_string(first_characters(s, std::max<int64_t>(0, most - characters(ending))) + ending);
}

Value arithmetic_filter(const std::string& name, const Value& x, const Value& y) {
  if (!x.is_number() || !y.is_number()) return {};
  const bool ints = x.is(Type::kInt) && y.is(Type::kInt);
  if (name == "plus")
    return ints ? of_int(saturated_add(x.i, y.i)) : of_number(x.as_double() + y.as_double());
  if (name == "minus")
    return ints ? of_int(saturated_add(x.i, -y.i)) : of_number(x.as_double() - y.as_double());
  if (name == "times")
    return ints ? of_int(saturated_mul(x.i, y.i)) : of_number(x.as_double() * y.as_double());
  if (y.as_double() == 0) return {};
  if (!ints) return of_number(x.as_double() / y.as_double());
  return of_int(static_cast<int64_t>(std::floor(static_cast<double>(x.i) / static_cast<double>(y.i))));
}

Value text_filter(const std::string& name, const std::string& s, const std::vector<Value>& a,
                  const Env& env) {
  if (name == "upcase") return call_function("upper", {of_string(s)}, env);
  if (name == "downcase") return call_function("lower", {of_string(s)}, env);
  if (name == "strip") return call_function("trim", {of_string(s)}, env);
  if (name == "capitalize") {
    if (s.empty()) return of_string(s);
    return of_string(call_function("upper", {of_string(s.substr(0, 1))}, env).s +
                     call_function("lower", {of_string(s.substr(1))}, env).s);
  }
  if (name == "url_encode") return of_string(url_encoded(s));
  if (name == "escape") return of_string(escaped(s));
  if (name == "truncate") return truncated(s, a);
  const std::string other = a.size() > 1 ? text_of(a[1], env.zone) : "";
  if (name == "append") return of_string(s + other);
  if (name == "prepend") return of_string(other + s);
  return {};
}

Value apply_filter(const std::string& name, const std::vector<Value>& a, const Env& env) {
  const Value& x = a[0];
  if (name == "default") {
    const bool nothing = x.missing() || (x.is(Type::kBool) && x.i == 0) ||
                         (x.is(Type::kString) && x.s.empty()) || (x.is(Type::kList) && x.list.empty());
    return nothing && a.size() > 1 ? a[1] : x;
  }
  if (x.missing() || name == "raw") return x;
  if (name == "plus" || name == "minus" || name == "times" || name == "divided_by") {
    return a.size() > 1 ? arithmetic_filter(name, x, a[1]) : Value();
  }
  if (name == "round" || name == "floor" || name == "ceil" || name == "abs" || name == "sum") {
    return call_function(name, a, env);
  }
  if (name == "size") return x.is(Type::kList) || x.is(Type::kString) ? member(x, "size") : Value();
  if (name == "first") return element(x, 0);
  if (name == "last") return element(x, -1);
  if (name == "join") {
    std::string joined;
    const std::string between = a.size() > 1 ? a[1].s : " ";
    for (size_t k = 0; k < x.list.size(); ++k)
      joined += (k > 0 ? between : std::string()) + text_of(x.list[k], env.zone);
    return of_string(joined);
  }
  if (name == "date") {
    if (a.size() < 2) return {};
    if (x.is(Type::kTime)) return of_string(strftime_text(env.zone, x.i, a[1].s));
    return x.is(Type::kDate) ? of_string(strftime_text(utc(), x.i * kMillisPerDay, a[1].s)) : Value();
  }
  return text_filter(name, text_of(x, env.zone), a, env);
}

std::string output(const liquid::Pipeline& pipeline, bool html, const Env& env) {
  Value value = value_of(pipeline.value, env);
  bool safe = false;
  for (const liquid::Filter& filter : pipeline.filters) {
    std::vector<Value> arguments = {value};
    for (const liquid::Value& argument : filter.arguments) arguments.push_back(value_of(argument, env));
    value = apply_filter(std::string(filter.name), arguments, env);
    safe = safe || filter.name == "raw" || filter.name == "escape";
  }
  const std::string text = text_of(value, env.zone);
  return html && !safe ? escaped(text) : text;
}

// Liquid's own idea of truth and equality: only nil and false are false, nil equals nil.
bool term_holds(const liquid::Term& term, const Env& env) {
  using liquid::Comparison;
  const Value left = value_of(term.left, env);
  if (term.comparison == Comparison::kNone) return !left.missing() && !(left.is(Type::kBool) && left.i == 0);
  const auto is_empty = [](const Value& v) {
    return (v.is(Type::kString) && v.s.empty()) || (v.is(Type::kList) && v.list.empty());
  };
  const auto is_blank = [&](const Value& v) {
    return v.missing() || is_empty(v) || (v.is(Type::kBool) && v.i == 0) ||
           (v.is(Type::kString) && v.s.find_first_not_of(" \t\r\n") == std::string::npos);
  };
  const auto special = [&](const liquid::Value& what, const Value& v) {
    return what.kind == liquid::ValueKind::kEmpty ? is_empty(v) : is_blank(v);
  };
  const auto is_special = [](const liquid::Value& v) {
    return v.kind == liquid::ValueKind::kEmpty || v.kind == liquid::ValueKind::kBlank;
  };
  const Value right = value_of(term.right, env);
  if (term.comparison == Comparison::kEq || term.comparison == Comparison::kNe) {
    bool same = false;
    if (is_special(term.right)) {
      same = special(term.right, left);
    } else if (is_special(term.left)) {
      same = special(term.left, right);
    } else {
      same = equal(left, right);
    }
    return same == (term.comparison == Comparison::kEq);
  }
  if (left.missing() || right.missing()) return false;
  if (term.comparison == Comparison::kContains) {
    if (left.is(Type::kString) && right.is(Type::kString)) return left.s.find(right.s) != std::string::npos;
    return std::any_of(left.list.begin(), left.list.end(), [&](const Value& v) { return equal(v, right); });
  }
  const std::optional<int> sign = order(left, right);
  if (!sign) return false;
  switch (term.comparison) {
    case Comparison::kLt:
      return *sign < 0;
    case Comparison::kLe:
      return *sign <= 0;
    case Comparison::kGt:
      return *sign > 0;
    default:
      return *sign >= 0;
  }
}

// `a and b or c` is a and (b or c).
bool condition_holds(const liquid::Condition& condition, size_t from, const Env& env) {
  const bool first = term_holds(condition.terms[from], env);
  if (from + 1 == condition.terms.size()) return first;
  const bool rest = condition_holds(condition, from + 1, env);
  return condition.and_after[from] ? first && rest : first || rest;
}

std::string render_nodes(const std::vector<liquid::Node>& nodes, bool html, const Env& env) {
  std::string out;
  for (const liquid::Node& node : nodes) {
    if (node.kind == liquid::NodeKind::kText) out += node.text;
    if (node.kind == liquid::NodeKind::kOutput) out += output(node.pipeline, html, env);
    if (node.kind != liquid::NodeKind::kIf) continue;
    for (const liquid::Branch& branch : node.branches) {
      if (branch.condition && condition_holds(*branch.condition, 0, env) == branch.negated) continue;
      out += render_nodes(branch.body, html, env);
      break;
    }
  }
  return out;
}

}  // namespace

std::string render(const liquid::Template& tree, bool html, const Env& env) {
  return render_nodes(tree.nodes, html, env);
}

}  // namespace wend::oracle
