#ifndef WEND_VM_BASE_CHECK_H_
#define WEND_VM_BASE_CHECK_H_

// WEND_CHECK(condition) stops the program when something that cannot happen has happened. It is always on.
// What can happen (bad input, a full disk, a missing file) is a Result<T> and never a check.

namespace wend::internal {
// Prints file, line and the failed condition to standard error and aborts.
[[noreturn]] void check_failed(const char* file, int line, const char* condition);
}  // namespace wend::internal

#define WEND_CHECK(condition)                                                \
  do {                                                                       \
    if (!(condition)) [[unlikely]]                                           \
      ::wend::internal::check_failed(__FILE__, __LINE__, #condition);        \
  } while (false)

#endif  // WEND_VM_BASE_CHECK_H_
