#ifndef WEND_COMPILER_DRIVER_CONSOLE_H_
#define WEND_COMPILER_DRIVER_CONSOLE_H_

// Where a command writes: results to `out`, everything else to `err`. Colour and progress bars only on a
// terminal, and no colour where NO_COLOR is set (https://no-color.org). One thread.

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace wend {

class Console {
 public:
  // Looks at the two files and the environment once.
  Console(std::FILE* out, std::FILE* err);

  void print(std::string_view text);        // to out
  void print_error(std::string_view text);  // to err
  // "error: TEXT" on err, in the same form as a diagnostic without a place.
  void fail(std::string_view text);
  void flush();

  bool colour_out() const { return colour_out_; }
  bool colour_err() const { return colour_err_; }
  bool terminal_err() const { return terminal_err_; }
  // Columns of the terminal, 80 where there is none.
  int width() const { return width_; }

 private:
  std::FILE* out_;
  std::FILE* err_;
  bool colour_out_ = false;
  bool colour_err_ = false;
  bool terminal_err_ = false;
  int width_ = 80;
};

// Milliseconds of a clock that never goes back, for progress.
int64_t steady_ms();

// A bar on standard error for what lasts over a second; draws nothing where that is no terminal. Redraws at
// most ten times a second by the caller's clock.
class ProgressBar {
 public:
  ProgressBar(Console& console, std::string label, uint64_t total);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // `note` stands behind the figure: "2011-03-04". `now_ms` is any clock that goes forwards.
  void update(uint64_t done, std::string_view note, int64_t now_ms);
  // Removes the bar.
  void finish();

 private:
  Console& console_;
  std::string label_;
  uint64_t total_;
  int64_t started_ms_ = -1;
  int64_t drawn_ms_ = -1;
  bool visible_ = false;
};

}  // namespace wend

#endif  // WEND_COMPILER_DRIVER_CONSOLE_H_
