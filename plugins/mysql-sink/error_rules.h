// SPDX-License-Identifier: Apache-2.0
//
// The one table from error numbers to what to do next, and the rules for numbers that it lacks.
//
// Sources: "MySQL Error Message Reference" (dev.mysql.com/doc/mysql-errors: server, client and global errors), "MariaDB
// Error Code Reference" and its "SQLSTATE" page, "InnoDB Error Handling" of the MySQL manual (which errors roll back
// the statement, which the transaction); each number and text was compared with the message files of MariaDB 10.11 and
// MySQL 9.7. From 3000 on the two servers number apart: a number here is one that either server gives in answer to the
// statements of this sink, and the other one does not.
#pragma once

#include <span>
#include <string_view>

#include "cnx/result.hpp"

namespace cnx::mysql {

/// What to do about an error number, and how to say it.
struct ErrorRule {
  unsigned code;  ///< 0 in a rule for a whole class
  Action action;
  /// The server's own text holds names only, never a row's value.
  bool text_is_safe;
  const char* reason;
  const char* mend;  ///< "" when there is nothing to do but wait
};

/// The rule of the table for `code`; nullptr: none.
[[nodiscard]] const ErrorRule* find_rule(unsigned code);

/// The rule for an error: its number's, else that of its class (files and memory of the server's machine, client
/// library, SQLSTATE class), else that of an unknown error, which is fatal: nobody can tell whether a record is to
/// blame, so it becomes no dead letter, nor is it tried for ever.
[[nodiscard]] const ErrorRule& rule_for(unsigned code, std::string_view sqlstate);

/// All of the table, ascending by number, for tests.
[[nodiscard]] std::span<const ErrorRule> all_rules();

}  // namespace cnx::mysql
