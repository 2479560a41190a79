// SPDX-License-Identifier: Apache-2.0
//
// What lives of a source gave, and whether it is the same.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cnx/batch.hpp"

namespace cnx::testing::kit {

/// Records in the order in which a source gave them, without their timestamps: these may come from a server whose
/// clock goes on.
class GivenRecords {
 public:
  void add(const cnx_batch& batch) {
    const BatchView view_of(batch);
    for (std::uint64_t i = 0; i < view_of.size(); ++i) {
      const cnx_record& r = view_of.record(i);
      const std::string key = is_absent(r.key) ? "no key" : "key '" + std::string(view(r.key)) + "'";
      const std::string partition = r.partition < 0 ? "" : ", partition " + std::to_string(r.partition);
      // One byte before the value tells null from empty, so that differences are counted from 1.
      records_.push_back({"topic '" + std::string(view(r.topic)) + "'" + partition + ", " + key,
                          is_absent(r.value) ? "0" : "=" + std::string(view(r.value))});
    }
  }
  void add(const GivenRecords& behind) {
    records_.insert(records_.end(), behind.records_.begin(), behind.records_.end());
  }
  [[nodiscard]] bool empty() const { return records_.empty(); }

 private:
  friend class Comparison;
  /// `stream`: topic, partition and key. Who reads the topic sees the order within it; that of different streams is
  /// promised by nobody, since a source may read several things at a time.
  struct Record {
    std::string stream, value;
    bool operator==(const Record&) const = default;
  };
  std::vector<Record> records_;
};

/// Of what two lives gave that should give the same. One that was not at its end may have gone on as the other one did.
class Comparison {
 public:
  enum class Result {
    kSame,          ///< in one order
    kSameByStream,  ///< only the order of different streams is another one
    kUnknown,       ///< so it may be, but neither life was at its end
    kOther
  };

  Comparison(const GivenRecords& one, bool one_ended, const GivenRecords& other, bool other_ended) {
    const auto& a = one.records_;
    const auto& b = other.records_;
    tells_order_ = both_begin_in_one_order(a, b);
    const bool one_begins = a.size() <= b.size() && std::equal(a.begin(), a.end(), b.begin());
    const bool other_begins = b.size() <= a.size() && std::equal(b.begin(), b.end(), a.begin());
    if (one_begins && (other_begins || !one_ended)) return;
    if (other_begins && !other_ended) return;
    where_ = "records of different keys came in another order";
    result_ = one_ended || other_ended ? Result::kSameByStream : Result::kUnknown;
    std::map<std::string, std::pair<Values, Values>> streams;
    for (const auto& record : a) streams[record.stream].first.push_back(record.value);
    for (const auto& record : b) streams[record.stream].second.push_back(record.value);
    const bool common = std::any_of(streams.begin(), streams.end(), [](const auto& stream) {
      return !stream.second.first.empty() && !stream.second.second.empty();
    });
    if (!common) where_ = "none of the keys was given by both";
    for (const auto& [stream, values] : streams)
      if (result_ != Result::kOther) compare(stream, values.first, one_ended, values.second, other_ended);
  }

  [[nodiscard]] Result result() const { return result_; }
  /// Whether both gave the same up to where one of them ends, and this much of different streams, whose order it shows.
  [[nodiscard]] bool tells_order() const { return tells_order_; }
  /// What is not the same, without values; "": all is.
  [[nodiscard]] const std::string& where() const { return where_; }

 private:
  using Values = std::vector<std::string>;
  using Records = std::vector<GivenRecords::Record>;

  static bool both_begin_in_one_order(const Records& one, const Records& other) {
    const auto both = static_cast<std::ptrdiff_t>(std::min(one.size(), other.size()));
    return std::equal(one.begin(), one.begin() + both, other.begin()) &&
           std::any_of(one.begin(), one.begin() + both, [&](const auto& r) { return r.stream != one[0].stream; });
  }
  void compare(const std::string& stream, const Values& one, bool one_ended, const Values& other, bool other_ended) {
    const std::size_t both = std::min(one.size(), other.size());
    for (std::size_t i = 0; i < both; ++i) {
      if (one[i] == other[i]) continue;
      const auto at = std::mismatch(one[i].begin(), one[i].end(), other[i].begin(), other[i].end()).first;
      return differs(name_of(stream, i) + " is another one from byte " + std::to_string(at - one[i].begin()));
    }
    const bool missing = (one.size() > both && other_ended) || (other.size() > both && one_ended);
    if (missing) differs(name_of(stream, both) + " was given by one of them alone");
  }
  void differs(std::string where) {
    result_ = Result::kOther;
    where_ = std::move(where);
  }
  static std::string name_of(const std::string& stream, std::size_t index) {
    constexpr std::size_t kShown = 200;
    std::string shown = stream.substr(0, kShown);
    std::replace_if(shown.begin(), shown.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '.');
    return "record " + std::to_string(index + 1) + " of " + shown;
  }

  Result result_ = Result::kSame;
  bool tells_order_ = false;
  std::string where_;
};

}  // namespace cnx::testing::kit
