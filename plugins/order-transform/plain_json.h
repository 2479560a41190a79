// SPDX-License-Identifier: Apache-2.0
//
// The short way through JSON: documents without escapes and exponents, which is nearly all of them, are read where they
// stand. See docs/adr/0003-yyjson-in-situ.md.
#pragma once

#include <yyjson.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace cnx::order_transform {

/// Reads plain documents one after another, and leaves the others to yyjson. One thread.
class PlainJson {
 public:
  /// Longer documents are left to yyjson: memory is kept from one to the next.
  static constexpr std::size_t kLongest = std::size_t{1} << 20;

  /// Reads a document into `room`, as the values that yyjson would have made of it: numbers as their digits, texts and
  /// numbers as views into `json`, which is not written to. Null: not plain, or not JSON, or too little room; yyjson
  /// has to look at it. What is taken here is JSON: nothing that yyjson would refuse. Memory does not depend on its
  /// depth.
  ///
  /// Plain is a list or an object of at most kLongest bytes whose texts have no escapes, whose numbers have no
  /// exponents, and whose keys all have kReadableBytes from their first byte on, as KeyIndex::find() needs.
  /// Throws std::bad_alloc.
  [[nodiscard]] yyjson_val* read(std::string_view json, std::span<yyjson_val> room);

 private:
  /// What is known of a document before it is understood.
  struct Glance {
    bool plain;    ///< as far as one can tell: no escapes, quotes in pairs, not too many of them
    bool special;  ///< has control characters (ends of lines are such), or what is not ASCII
  };
  /// Fills quotes_, for a document of at most `most_texts`.
  Glance find_quotes(std::string_view json, std::size_t most_texts);

  std::vector<std::uint32_t> quotes_;  ///< where a document's quotes are, in order
};

}  // namespace cnx::order_transform
