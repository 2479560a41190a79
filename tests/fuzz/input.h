// SPDX-License-Identifier: Apache-2.0
//
// What the fuzz targets share: taking an input apart, and ending with a finding.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace cnx::fuzz {

/// Ends the process; the fuzzer keeps the input.
[[noreturn]] inline void finding(std::string_view what) {
  std::cerr << "FINDING: " << what << std::endl;
  std::abort();
}

inline void require(bool good, std::string_view what) {
  if (!good) finding(what);
}

/// An input read from its front; when it is used up there are zeros and empty texts.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  [[nodiscard]] bool empty() const { return rest_.empty(); }
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }
  std::size_t below(std::size_t limit) { return byte() % limit; }
  std::int64_t integer() {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | byte();
    return static_cast<std::int64_t>(value);
  }
  /// Up to the next byte 0, which is taken off too. A text in readable seeds.
  std::string text() {
    const auto end = std::min(rest_.find('\0'), rest_.size());
    std::string value(rest_.substr(0, end));
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return value;
  }
  std::string rest() {
    std::string value(rest_);
    rest_ = {};
    return value;
  }

 private:
  std::string_view rest_;
};

}  // namespace cnx::fuzz
