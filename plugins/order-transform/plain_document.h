// SPDX-License-Identifier: Apache-2.0
//
// Plain JSON: no escapes in its texts. Their places are found before anything is understood, so that a reader goes from
// quote to quote without a look at what is between. See docs/adr/0003-yyjson-in-situ.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace cnx::order_transform {

/// Looks at documents one after another. One thread.
class PlainDocument {
 public:
  /// Longer documents are not looked at: memory is kept from one to the next.
  static constexpr std::size_t kLongest = std::size_t{1} << 20;

  /// False: not plain, or not JSON, or not worth the memory. Otherwise it is UTF-8 without escapes, has quotes in
  /// pairs, and ends with a closing bracket; nothing else is known of it. Throws std::bad_alloc.
  [[nodiscard]] bool look_at(std::string_view json);

  /// The document without blanks at its end.
  [[nodiscard]] std::string_view json() const { return json_; }
  /// Where its quotes are, in order.
  [[nodiscard]] const std::uint32_t* quotes() const { return quotes_.data(); }
  /// It has control characters: ends of lines are such, and stand between texts as a rule.
  [[nodiscard]] bool has_controls() const { return has_controls_; }

 private:
  // Fills quotes_. What it tells is true as far as one can see without understanding anything.
  struct Glance {
    bool plain;    // no escapes, quotes in pairs, not too many of them
    bool special;  // has control characters, or what is not ASCII
  };
  Glance find_quotes();

  std::string_view json_;
  std::vector<std::uint32_t> quotes_;
  bool has_controls_ = false;
};

}  // namespace cnx::order_transform
