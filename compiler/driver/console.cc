#include "compiler/driver/console.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <utility>

namespace wend {

Console::Console(std::FILE* out, std::FILE* err) : out_(out), err_(err) {
  const char* no_color = std::getenv("NO_COLOR");
  const bool may_colour = no_color == nullptr || *no_color == '\0';
  terminal_err_ = isatty(fileno(err)) != 0;
  colour_out_ = may_colour && isatty(fileno(out)) != 0;
  colour_err_ = may_colour && terminal_err_;
  winsize size{};
  if (terminal_err_ && ioctl(fileno(err), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) width_ = size.ws_col;
}

void Console::print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), out_); }

void Console::print_error(std::string_view text) { std::fwrite(text.data(), 1, text.size(), err_); }

void Console::fail(std::string_view text) {
  const char* begin = colour_err_ ? "\x1b[1;31m" : "";
  const char* end = colour_err_ ? "\x1b[0m" : "";
  print_error(fmt::format("{}error{}: {}\n", begin, end, text));
}

void Console::flush() {
  std::fflush(out_);
  std::fflush(err_);
}

int64_t steady_ms() {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  return duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

ProgressBar::ProgressBar(Console& console, std::string label, uint64_t total)
    : console_(console), label_(std::move(label)), total_(total) {}

ProgressBar::~ProgressBar() { finish(); }

void ProgressBar::update(uint64_t done, std::string_view note, int64_t now_ms) {
  constexpr int64_t kFirstDrawAfterMs = 500;
  constexpr int64_t kRedrawEveryMs = 100;
  constexpr int kBarColumns = 24;
  if (!console_.terminal_err()) return;
  if (started_ms_ < 0) started_ms_ = now_ms;
  if (now_ms - started_ms_ < kFirstDrawAfterMs) return;
  if (drawn_ms_ >= 0 && now_ms - drawn_ms_ < kRedrawEveryMs) return;
  drawn_ms_ = now_ms;
  visible_ = true;
  const double share =
      total_ == 0 ? 1.0 : std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
  const int full = static_cast<int>(share * kBarColumns);
  std::string line = fmt::format("{} [{:=<{}}{:<{}}] {:3.0f}%  {}", label_, "", full,
                                 full < kBarColumns ? ">" : "", kBarColumns - full, share * 100, note);
  if (line.size() >= static_cast<size_t>(console_.width()))
    line.resize(static_cast<size_t>(console_.width()) - 1);
  console_.print_error("\r\x1b[K" + line);
  console_.flush();
}

void ProgressBar::finish() {
  if (!visible_) return;
  visible_ = false;
  console_.print_error("\r\x1b[K");
  console_.flush();
}

}  // namespace wend
