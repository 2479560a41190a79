// SPDX-License-Identifier: Apache-2.0
//
// The access token of one account: got once, kept, renewed before its end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cnx/result.hpp"
#include "settings.h"
#include "transport.h"

namespace walmart {

/// One thread; its owner makes one token call at a time. Times are monotonic nanoseconds.
class Token {
 public:
  /// Whether there is a token that need not be renewed yet.
  [[nodiscard]] bool usable(std::int64_t now_ns) const { return !text_.empty() && now_ns < renew_ns_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  /// True until the first good answer after the token was got.
  [[nodiscard]] bool fresh() const { return fresh_; }

  /// Takes the body of a token answer whose call began at `asked_ns`. A RETRY error says what is missing in it.
  [[nodiscard]] cnx::Status take(std::string_view body, std::int64_t asked_ns);
  void drop() { text_.clear(); }
  /// Counts the tokens got, so that a refusal can tell which of them it is about; 0: dropped.
  [[nodiscard]] int number() const { return text_.empty() ? 0 : number_; }
  void proved_good() { fresh_ = false; }

 private:
  std::string text_;  ///< secret
  int number_ = 0;
  std::int64_t renew_ns_ = 0;
  bool fresh_ = false;
};

[[nodiscard]] HttpRequest token_request(const Account& account, const std::string& path_prefix,
                                        std::string correlation_id);

}  // namespace walmart
