#ifndef WEND_COMPILER_DRIVER_INTERRUPT_H_
#define WEND_COMPILER_DRIVER_INTERRUPT_H_

// Ctrl-C and SIGTERM as a question: long commands ask `interrupted()` between commits and end in order.

namespace wend {

// From now on SIGINT and SIGTERM only note that they came. A second one ends the process at once, by its
// default.
void catch_interrupts();
bool interrupted();
// Sleeps until a signal has come, at most so long.
void wait_for_interrupt(int at_most_ms);

}  // namespace wend

#endif  // WEND_COMPILER_DRIVER_INTERRUPT_H_
