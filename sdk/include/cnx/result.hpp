// SPDX-License-Identifier: Apache-2.0
//
// Errors as values: each says what to do next. Used by plugins and by the host alike.
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "cnx/abi/base.h"

namespace cnx {

/// What the caller should do about an error; the values are those of the ABI.
enum class Action : cnx_status {
  kRetry = CNX_RETRY,          ///< passing fault: the same again
  kRecord = CNX_RECORD,        ///< a record is bad, the others are fine
  kAuth = CNX_AUTH,            ///< credentials refused
  kConfig = CNX_CONFIG,        ///< configuration cannot work
  kFatal = CNX_FATAL,          ///< trying again cannot mend it
  kFenced = CNX_FENCED,        ///< another owner took over
  kCancelled = CNX_CANCELLED,  ///< a stop ended the call; nothing is wrong
  kEnd = CNX_END,              ///< source: the bounded range is complete
};

/// "retry", "record", "auth", "config", "fatal", "fenced", "cancelled", "end".
constexpr const char* name_of(Action action) {
  switch (action) {
    case Action::kRetry:
      return "retry";
    case Action::kRecord:
      return "record";
    case Action::kAuth:
      return "auth";
    case Action::kConfig:
      return "config";
    case Action::kFatal:
      return "fatal";
    case Action::kFenced:
      return "fenced";
    case Action::kCancelled:
      return "cancelled";
    case Action::kEnd:
      return "end";
  }
  return "unknown";
}

/// An error: next action and a message that names object, action and cause. Never holds a secret.
struct Error {
  Action action = Action::kFatal;
  std::string message;
  std::int64_t native_code = 0;     ///< errno, MySQL error, HTTP status; 0 = none
  std::int64_t retry_after_ms = 0;  ///< kRetry: the least wait; 0 = the host's own backoff

  /// The same error with `prefix: ` before its message.
  [[nodiscard]] Error in(std::string_view prefix) && {
    message = std::string(prefix) + ": " + message;
    return std::move(*this);
  }
};

[[nodiscard]] inline Error retry_error(std::string message, std::int64_t native_code = 0,
                                       std::int64_t retry_after_ms = 0) {
  return {Action::kRetry, std::move(message), native_code, retry_after_ms};
}
[[nodiscard]] inline Error record_error(std::string message, std::int64_t native_code = 0) {
  return {Action::kRecord, std::move(message), native_code, 0};
}
[[nodiscard]] inline Error auth_error(std::string message, std::int64_t native_code = 0) {
  return {Action::kAuth, std::move(message), native_code, 0};
}
[[nodiscard]] inline Error config_error(std::string message, std::int64_t native_code = 0) {
  return {Action::kConfig, std::move(message), native_code, 0};
}
[[nodiscard]] inline Error fatal_error(std::string message, std::int64_t native_code = 0) {
  return {Action::kFatal, std::move(message), native_code, 0};
}
[[nodiscard]] inline Error fenced_error(std::string message) { return {Action::kFenced, std::move(message), 0, 0}; }
[[nodiscard]] inline Error cancelled_error(std::string message = "stopped") {
  return {Action::kCancelled, std::move(message), 0, 0};
}

/// A T or an Error. Reading the wrong side is a programming error (asserted).
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  [[nodiscard]] T& value() & {
    assert(ok());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] const T& value() const& {
    assert(ok());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] T&& value() && {
    assert(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  [[nodiscard]] Error& error() & {
    assert(!ok());
    return *std::get_if<1>(&state_);
  }
  [[nodiscard]] const Error& error() const& {
    assert(!ok());
    return *std::get_if<1>(&state_);
  }
  [[nodiscard]] Error&& error() && {
    assert(!ok());
    return std::move(*std::get_if<1>(&state_));
  }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}

  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] Error& error() & {
    assert(!ok());
    return *error_;
  }
  [[nodiscard]] const Error& error() const& {
    assert(!ok());
    return *error_;
  }
  [[nodiscard]] Error&& error() && {
    assert(!ok());
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

}  // namespace cnx

#define CNX_CONCAT_INNER(a, b) a##b
#define CNX_CONCAT(a, b) CNX_CONCAT_INNER(a, b)

/// Returns the error of a Status or Result expression from the enclosing function, if there is one.
#define CNX_TRY(expr)                                                                                 \
  do {                                                                                                \
    if (auto cnx_try_status = (expr); !cnx_try_status.ok()) return std::move(cnx_try_status).error(); \
  } while (false)

/// Declares `decl` as the value of a Result expression, or returns its error.
#define CNX_ASSIGN(decl, expr)                                                                              \
  auto CNX_CONCAT(cnx_result_, __LINE__) = (expr);                                                          \
  if (!CNX_CONCAT(cnx_result_, __LINE__).ok()) return std::move(CNX_CONCAT(cnx_result_, __LINE__)).error(); \
  decl = std::move(CNX_CONCAT(cnx_result_, __LINE__)).value()
