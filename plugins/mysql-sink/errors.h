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
  std::string sqlstate;  ///< five characters; "" when not told (warnings)
};

/// The error as a value for the host, by the rules of error_rules.h. `object` names what was done to what: "writing to
/// table `ods`.`t`".
[[nodiscard]] Error to_error(const ServerError& error, std::string_view object);

/// The same error for a statement that writes no rows: no record can be to blame, so kRecord becomes kFatal.
[[nodiscard]] Error without_record(Error error);

/// True when the connection cannot be used after this error.
[[nodiscard]] bool closes_connection(const ServerError& error);

/// Where a server's text puts the blame. Names are as the text has them; only names of the table may be believed, since
/// a value that stands before them can imitate any phrase.
struct Blame {
  std::optional<std::uint64_t> row;  ///< counted from 0 within the statement
  std::string column;                ///< "" when not named
  std::string constraint;            ///< key, check or foreign key; "" when not named
};
[[nodiscard]] Blame find_blame(const ServerError& error);

/// `text` with everything in single or double quotes masked; names in backticks stay.
[[nodiscard]] std::string mask_values(std::string_view text);

}  // namespace cnx::mysql
