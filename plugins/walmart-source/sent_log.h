// SPDX-License-Identifier: Apache-2.0
//
// How far one walk (account, ship node type, kind, range) has come, and what it sent already of the time that may be
// read once more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "cnx/result.hpp"
#include "json_doc.h"
#include "settings.h"

namespace walmart {

/// The position of one walk. Orders are remembered until the time that their window covers is not read again:
/// by creation a repeat is an id that was sent, by change it is an id whose last sent version has the same bytes.
/// One thread.
class SentLog {
 public:
  /// The most orders remembered: the position stays under 1 MB, Kafka's usual limit for a message. Above it the
  /// trailing re-read is shortened.
  static constexpr std::size_t kMaxOrders = 20000;

  /// Nothing is read yet of the time from `start` on.
  SentLog(Kind kind, EpochSeconds start) : kind_(kind), done_(start), kept_from_(start) {}
  /// A FATAL error when `text` was not made by encode().
  [[nodiscard]] static cnx::Result<SentLog> decode(Kind kind, std::string_view text);
  /// {"done":"…Z","from":"…Z","sent":[{"until":"…Z","orders":["1088…", …]}]}; by change: "orders":{"1088…":"<hash>"}.
  [[nodiscard]] std::string encode() const;

  /// All windows before this instant are complete.
  [[nodiscard]] EpochSeconds done() const { return done_; }
  /// Orders of windows that end after this instant are remembered: reading again may begin here, not earlier.
  [[nodiscard]] EpochSeconds kept_from() const { return kept_from_; }
  [[nodiscard]] std::size_t size() const { return sent_.size(); }

  /// Whether this version is there already, or one that was fetched after it; if so it is kept at least `until`.
  /// `number` tells the order of fetching in this process; it is not part of the position.
  [[nodiscard]] bool repeats(const std::string& id, std::uint64_t hash, EpochSeconds until, std::uint64_t number = 0);
  void sent(std::string id, std::uint64_t hash, EpochSeconds until, std::uint64_t number = 0);
  /// The window that ends at `end` is complete; what is kept only until `keep_from` is forgotten.
  /// Returns by how many seconds the re-read had to be shortened to stay below kMaxOrders; usually 0.
  [[nodiscard]] EpochSeconds window_done(EpochSeconds end, EpochSeconds keep_from);

 private:
  struct Entry {
    std::uint64_t hash;
    EpochSeconds until;
    std::uint64_t number;
  };

  /// A group of encode()'s text; false when it is none.
  [[nodiscard]] bool add_orders(yyjson_val* orders, EpochSeconds until);
  void forget_until(EpochSeconds keep_from);

  Kind kind_;
  EpochSeconds done_;
  EpochSeconds kept_from_;
  std::unordered_map<std::string, Entry> sent_;
};

}  // namespace walmart
