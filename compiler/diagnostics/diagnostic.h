#ifndef WEND_COMPILER_DIAGNOSTICS_DIAGNOSTIC_H_
#define WEND_COMPILER_DIAGNOSTICS_DIAGNOSTIC_H_

// What the compiler reports, as data. Passes never build texts: they report a struct of messages.h
// (`sink.report(UnknownEvent{...})`), whose `describe` makes the Diagnostic; renderers turn that into text,
// JSON and the rest. Codes, names and default levels are in catalogue.def and nowhere else.
// Threads: values; a Sink belongs to one thread.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/text/span.h"

namespace wend {

// One enumerator a row of catalogue.def, named as there (kUnknownEvent); the value is the number in WDnnnn.
enum class Code : uint16_t {
#define WEND_DIAGNOSTIC(number, enumerator, name, level, fixable, since, summary) k##enumerator = number,
#include "compiler/diagnostics/catalogue.def"
#undef WEND_DIAGNOSTIC
};

enum class Level : uint8_t { kOff, kNote, kWarning, kError, kBug };

enum class Applicability : uint8_t {
  kSafe,       // same meaning; `--fix` applies it
  kSuggested,  // `--fix --unsafe`, or a click in the editor
  kShown,      // only shown
};

struct Label {
  Span span;
  std::string text;
  bool operator==(const Label&) const = default;
};

// Replaces the bytes of `span` by `text`; an empty span inserts.
struct Edit {
  Span span;
  std::string text;
  bool operator==(const Edit&) const = default;
};

struct Fix {
  std::string title;  // "did you mean `cart_abandoned`?"; printed after `help: `
  Applicability applicability = Applicability::kShown;
  std::vector<Edit> edits;
  bool operator==(const Fix&) const = default;
};

struct Diagnostic {
  Code code;
  Level level;                 // the default; settings may change it
  std::string title;           // stands alone; no names of the user's program where that still makes sense
  Label primary;
  std::vector<Label> secondary;
  std::vector<std::string> notes;
  std::vector<std::string> help;
  std::vector<Fix> fixes;
  bool operator==(const Diagnostic&) const = default;
};

// Collects diagnostics. Keeps at most `max_per_file` a file and counts the rest.
class Sink {
 public:
  explicit Sink(size_t max_per_file = 100) : max_per_file_(max_per_file) {}

  // `message` is a struct of messages.h, found with its `describe` by argument-dependent lookup.
  template <typename Message>
  void report(const Message& message) {
    add(describe(message));
  }
  void add(Diagnostic diagnostic);

  // Sorted by file, first byte of the primary span, code; equal ones once.
  std::vector<Diagnostic> take_sorted();
  const std::vector<Diagnostic>& all() const { return all_; }
  bool has_errors() const { return errors_ > 0; }
  size_t dropped() const { return dropped_; }

 private:
  size_t max_per_file_;
  std::vector<Diagnostic> all_;
  std::vector<size_t> per_file_;
  size_t errors_ = 0;
  size_t dropped_ = 0;
};

}  // namespace wend

#endif  // WEND_COMPILER_DIAGNOSTICS_DIAGNOSTIC_H_
