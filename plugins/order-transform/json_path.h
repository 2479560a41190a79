// SPDX-License-Identifier: Apache-2.0
//
// Where in a document the reader is; turned into text only when somebody has to be told.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <string>
#include <string_view>

namespace cnx::order_transform {

/// A stack of keys and list indexes, as "$.orderLines.orderLine[1].item". Keys are borrowed. One thread.
class JsonPath {
 public:
  void enter(std::string_view key) { push({key, 0}); }
  void enter(std::size_t index) { push({{}, index}); }
  void leave() { --depth_; }
  void clear() { depth_ = 0; }

  [[nodiscard]] std::string text() const {
    std::string out = "$";
    for (std::size_t i = 0; i < depth_; ++i) {
      if (steps_[i].key.empty())
        out.append("[").append(std::to_string(steps_[i].index)).append("]");
      else
        out.append(".").append(steps_[i].key);
    }
    return out;
  }

  /// One step for the life of a scope.
  class Step {
   public:
    Step(JsonPath& path, auto step) : path_(path) { path_.enter(step); }
    ~Step() { path_.leave(); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    JsonPath& path_;
  };

 private:
  struct Entry {
    std::string_view key;  // empty: a list index
    std::size_t index = 0;
  };
  // The deepest:
  // $.list.elements.order[0].orderLines.orderLine[0].orderLineStatuses.orderLineStatus[0].trackingInfo.carrierName.carrier
  static constexpr std::size_t kDeepest = 16;

  void push(Entry entry) {
    assert(depth_ < kDeepest);
    steps_[depth_++] = entry;
  }

  std::array<Entry, kDeepest> steps_{};
  std::size_t depth_ = 0;
};

}  // namespace cnx::order_transform
