#include "compiler/driver/test_report.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "compiler/diagnostics/render_text.h"

namespace wend {
namespace {

Span failure_span(const TestPlace& place) { return {FileId(place.file), place.begin, place.end}; }

uint32_t failure_line(const TestResult& result, const TestFailure& failure) {
  const Span span = failure_span(failure.place);
  return result.sources->file(span.file).byte_position(span.begin).line + 1;
}

std::string failure_source(const TestResult& result, const TestFailure& failure) {
  return std::string(result.sources->text(failure_span(failure.place)));
}

std::string indented_trace(std::string_view text) {
  std::string out;
  size_t at = 0;
  while (at < text.size()) {
    const size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) out += "    " + std::string(text.substr(at, end - at));
    out += "\n";
    at = end + 1;
  }
  return out;
}

size_t failed_of(const std::vector<TestResult>& results) {
  return static_cast<size_t>(std::count_if(results.begin(), results.end(),
                                           [](const TestResult& result) { return !result.passed(); }));
}

std::string failure_plain(const TestResult& result, const TestFailure& failure) {
  return result.test->file + ":" + std::to_string(failure_line(result, failure)) + ": " +
         failure_source(result, failure) + "\nexpected: " + failure.expected + "\ngot:      " + failure.got + "\n";
}

}  // namespace

std::string failure_text(const TestResult& result, bool color) {
  std::string out;
  TextOptions options;
  options.color = color;
  options.heading = "failed";
  for (const TestFailure& failure : result.outcome.failures) {
    Diagnostic shown{};
    shown.level = Level::kError;
    shown.title = result.test->name;
    shown.primary = {failure_span(failure.place), {}};
    out += render_text(shown, *result.sources, options);
    out += "expected: " + failure.expected + "\ngot:      " + failure.got + "\n\n";
  }
  if (!result.outcome.trace.empty()) out += indented_trace(result.outcome.trace) + "\n";
  return out;
}

std::string test_summary(const std::vector<TestResult>& results) {
  return std::to_string(results.size()) + (results.size() == 1 ? " test, " : " tests, ") +
         std::to_string(failed_of(results)) + " failed\n";
}

std::string test_json(const TestResult& result) {
  nlohmann::ordered_json line;
  line["test"] = result.test->name;
  line["file"] = result.test->file;
  line["line"] = result.test->line;
  line["passed"] = result.passed();
  line["failures"] = nlohmann::ordered_json::array();
  for (const TestFailure& failure : result.outcome.failures) {
    nlohmann::ordered_json one;
    one["file"] = result.test->file;
    one["line"] = failure_line(result, failure);
    one["source"] = failure_source(result, failure);
    one["expected"] = failure.expected;
    one["got"] = failure.got;
    line["failures"].push_back(std::move(one));
  }
  if (!result.passed()) line["trace"] = result.outcome.trace;
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string xml_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
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
      case '\n':
        out += "&#10;";
        break;
      case '\t':
        out += "&#9;";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\xEF\xBF\xBD";
        } else {
          out += c;
        }
    }
  }
  return out;
}

std::string tests_junit(const std::vector<TestResult>& results) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"" +
                    std::to_string(results.size()) + "\" failures=\"" + std::to_string(failed_of(results)) +
                    "\">\n";
  std::map<std::string, std::vector<const TestResult*>> by_file;
  for (const TestResult& result : results) by_file[result.test->file].push_back(&result);
  for (const auto& [file, tests] : by_file) {
    const auto failed =
        std::count_if(tests.begin(), tests.end(), [](const auto* test) { return !test->passed(); });
    out += "  <testsuite name=\"" + xml_text(file) + "\" tests=\"" + std::to_string(tests.size()) +
           "\" failures=\"" + std::to_string(failed) + "\">\n";
    for (const TestResult* result : tests) {
      out += "    <testcase name=\"" + xml_text(result->test->name) + "\" classname=\"" + xml_text(file) +
             "\" file=\"" + xml_text(file) + "\" line=\"" + std::to_string(result->test->line) + "\"";
      if (result->passed()) {
        out += "/>\n";
        continue;
      }
      std::string text;
      for (const TestFailure& failure : result->outcome.failures)
        text += failure_plain(*result, failure) + "\n";
      out += ">\n      <failure message=\"" +
             xml_text("expected " + result->outcome.failures.front().expected) + "\">" +
             xml_text(text + result->outcome.trace) + "</failure>\n    </testcase>\n";
    }
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace wend
