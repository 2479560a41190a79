// SPDX-License-Identifier: Apache-2.0
//
// Orders for measurements: the same for the same settings and number, on any machine. 2 to 3 KB each, one to five lines
// (1.5 on average), a few per cent of them odd in ways that the order-transform takes without a dead letter.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cnx::bench {

struct OrderSettings {
  std::uint64_t seed = 1;
  /// Another version of the same orders: same keys and lines, other status, dates and tracking.
  std::uint32_t version = 0;
  bool oddities = true;
};

/// A generator of numbers that is a function of its seed alone (splitmix64).
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// 0 … bound-1.
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>((next() >> 32) * bound >> 32); }

 private:
  std::uint64_t state_;
};

/// Makes one order at a time, in buffers of its own. One thread.
class OrderMaker {
 public:
  explicit OrderMaker(OrderSettings settings);

  /// The number of the order with this key, which must be one that key() gave.
  [[nodiscard]] static std::uint64_t number_of(std::string_view key);

  /// Order `number`. What the functions below give is of this one, and valid until the next call.
  void make(std::uint64_t number);
  /// The purchaseOrderId, which is the record's key.
  [[nodiscard]] std::string_view key() const { return key_; }
  [[nodiscard]] std::string_view text() const { return text_; }
  /// Rows that the order gives; 0: an order without lines.
  [[nodiscard]] std::uint32_t lines() const { return lines_; }

 private:
  // At most one a record. Shares are in kOddities.
  enum class Oddity : std::uint8_t {
    kNone,
    kNumberIds,     // ids and quantities as JSON numbers
    kNullSections,  // no charges, no statuses
    kObjects,       // an object where a list of one belongs
    kIsoDates,      // times as ISO 8601
    kEscapes,       // quotes and \u escapes in texts
    kNonAscii,
    kNoLines,  // filtered: a rule of the transform
  };
  struct Share {
    Oddity oddity;
    std::uint32_t per_mille;
  };
  static const Share kOddities[];

  static Oddity draw_oddity(Dice& dice);
  [[nodiscard]] bool is(Oddity oddity) const { return oddity_ == oddity; }
  void raw(std::string_view json) { text_.append(json); }
  void number(std::int64_t value);
  void padded(std::uint64_t value, std::size_t digits);
  void digits(std::uint64_t value);  // as text, or as number in an order with kNumberIds
  void time(std::int64_t epoch_ms);
  void money(std::uint32_t cents);
  void shipping();
  void summary();
  void line(std::uint32_t line_number);
  void product();
  void charges();
  void charge(std::string_view type, std::string_view name, std::uint32_t cents, bool taxed);
  void statuses(std::uint32_t line_number);
  void tracking();

  const OrderSettings settings_;
  std::string key_;
  std::string text_;
  std::uint32_t lines_ = 0;
  // Of the order being made.
  std::uint64_t order_ = 0;
  std::int64_t ordered_ms_ = 0;
  std::int64_t changed_ms_ = 0;
  Oddity oddity_ = Oddity::kNone;
  Dice dice_{0};
  Dice version_dice_{0};  // apart, so that a new version keeps what does not change
};

}  // namespace cnx::bench
