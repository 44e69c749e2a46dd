#include "compiler/driver/interrupt.h"

#include <poll.h>
#include <csignal>

namespace wend {
namespace {

// A signal handler can reach nothing but a variable of this type.
volatile std::sig_atomic_t signal_came = 0;

extern "C" void note_signal(int) { signal_came = 1; }

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return signal_came != 0; }

void wait_for_interrupt(int at_most_ms) {
  if (interrupted()) return;
  poll(nullptr, 0, at_most_ms);  // a signal ends it early
}

}  // namespace wend
