#ifndef WEND_VM_BASE_RESULT_H_
#define WEND_VM_BASE_RESULT_H_

// Result<T> is a value or an Error; Status is a Result without a value. Errors are for what can happen: bad
// input, a missing file, a full disk. An Error says what kind it is (so that a caller can choose an exit code
// or an HTTP status) and one sentence for a person, which names the place.
//
// Thread rule: values; no sharing. Cost: no allocation for success.

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "vm/base/check.h"

namespace wend {

enum class ErrorKind {
  kInvalidInput,  // what was given is wrong: source, event, image, configuration
  kNotFound,      // what was named does not exist
  kIo,            // the operating system or the disk refused
  kCorrupt,       // stored bytes are damaged
  kNewerVersion,  // written by a newer version of Wend
  kLocked,        // another process holds it
  kFull,          // a queue or a limit is reached; trying again later may work
  kClosed,        // shut down, or refusing work after an earlier failure
};

struct Error {
  ErrorKind kind = ErrorKind::kInvalidInput;
  std::string message;

  bool operator==(const Error&) const = default;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: conversion intended
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: conversion intended

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // REQUIRES: ok().
  T& value() & {
    WEND_CHECK(ok());
    return std::get<0>(state_);
  }
  const T& value() const& {
    WEND_CHECK(ok());
    return std::get<0>(state_);
  }
  T&& value() && {
    WEND_CHECK(ok());
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // REQUIRES: !ok().
  const Error& error() const {
    WEND_CHECK(!ok());
    return std::get<1>(state_);
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: conversion intended

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }

  // REQUIRES: !ok().
  const Error& error() const {
    WEND_CHECK(!ok());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace wend

// Returns the error of `expression` (a Status or Result) from the enclosing function if it failed.
#define WEND_RETURN_IF_ERROR(expression)                           \
  do {                                                             \
    if (auto wend_status_ = (expression); !wend_status_.ok())      \
      return wend_status_.error();                                 \
  } while (false)

#define WEND_CONCAT_INNER_(a, b) a##b
#define WEND_CONCAT_(a, b) WEND_CONCAT_INNER_(a, b)
#define WEND_ASSIGN_IMPL_(temporary, declaration, expression) \
  auto temporary = (expression);                              \
  if (!temporary.ok()) return temporary.error();              \
  declaration = std::move(temporary).value()
// WEND_ASSIGN_OR_RETURN(auto x, f()): declares x with the value of f(), or returns the error.
#define WEND_ASSIGN_OR_RETURN(declaration, expression) \
  WEND_ASSIGN_IMPL_(WEND_CONCAT_(wend_result_, __LINE__), declaration, expression)

#endif  // WEND_VM_BASE_RESULT_H_
