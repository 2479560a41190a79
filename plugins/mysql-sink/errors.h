// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cnx/result.hpp"

namespace cnx::mysql {

/// What the server or the client library said, as it stands. `text` may hold values of rows: never show it whole.
struct ServerError {
  unsigned code = 0;
  std::string text;
};

/// What to do about an error number, and how to say it.
struct ErrorRule {
  unsigned code;
  Action action;
  /// The server's own text holds names only, never a row's value.
  bool text_is_safe;
  const char* reason;
  const char* mend;  ///< "" when there is nothing to do but wait
};

/// The rule for `code`; nullptr when the table has none (then it is fatal). The one table of this library's errors.
[[nodiscard]] const ErrorRule* find_rule(unsigned code);

/// The error as a value for the host. `object` names what was done to what: "writing to table `ods`.`t`".
[[nodiscard]] Error to_error(const ServerError& error, std::string_view object);

/// True when the connection cannot be used after this error.
[[nodiscard]] bool closes_connection(unsigned code);

/// Where a server's text puts the blame.
struct Blame {
  std::optional<std::uint64_t> row;  ///< counted from 0 within the statement
  std::string column;                ///< "" when not named
};
[[nodiscard]] Blame find_blame(const ServerError& error);

/// `text` with everything in single or double quotes masked; names in backticks stay.
[[nodiscard]] std::string mask_values(std::string_view text);

}  // namespace cnx::mysql
