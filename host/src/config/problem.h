// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with a configuration: where, which key, why, and what to do. Readers and checks collect problems and go
// on, so that a user sees all of them at once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cnx/result.hpp"

namespace cnx::host::config {

/// A place in a file, or the command-line option that set something.
struct Place {
  std::string source;  ///< path of the file, or "--set KEY", or a flag
  int line = 0;        ///< from 1; 0: no place within the source
  int column = 0;      ///< from 1, in bytes

  friend bool operator==(const Place&, const Place&) = default;
};

/// "config/walmart.yml:12:5" or "--set worker.log.level".
[[nodiscard]] std::string to_string(const Place& place);

struct Problem {
  Place place;
  std::string key;    ///< full path ("connectors.orders.topics"); may be empty
  std::string cause;  ///< "'x' is not a whole number"
  std::string mend;   ///< "write decimal digits"; may be empty
};

/// "config/walmart.yml:12:5: connectors.orders.tasks.max: 'x' is not a whole number; write decimal digits", in one line
/// and without secrets.
[[nodiscard]] std::string to_string(const Problem& problem);

/// Problems in the order of their places. Not thread-safe.
class Problems {
 public:
  void add(Place place, std::string_view key, std::string_view cause, std::string_view mend = {});

  [[nodiscard]] bool empty() const { return items_.empty(); }
  /// Sorted: by source in the order in which sources first had a problem, then by line and column.
  [[nodiscard]] std::vector<Problem> sorted() const;
  /// One line per problem, sorted, joined by newlines.
  [[nodiscard]] std::string text() const;
  /// CONFIG error whose message is text(). Only when not empty.
  [[nodiscard]] Error to_error() const { return config_error(text()); }

 private:
  std::vector<Problem> items_;
};

}  // namespace cnx::host::config
