// SPDX-License-Identifier: Apache-2.0
#include "exact_number.h"

#include <gtest/gtest.h>

#include <limits>

namespace cnx::order_transform {
namespace {

std::int64_t exactly(std::string_view text, unsigned scale) {
  const ExactNumber number = parse_exact(text, scale, Exponent::kAllowed);
  EXPECT_EQ(number.fault, NumberFault::kNoFault) << text;
  return number.unscaled;
}
NumberFault fault(std::string_view text, unsigned scale, Exponent exponent = Exponent::kAllowed) {
  return parse_exact(text, scale, exponent).fault;
}

TEST(ExactNumber, KeepsEveryDigitOfAnAmount) {
  EXPECT_EQ(exactly("18.99", 2), 1899);
  EXPECT_EQ(exactly("0.1", 2), 10);
  EXPECT_EQ(exactly("10", 2), 1000);
  EXPECT_EQ(exactly("-2.1", 2), -210);
  EXPECT_EQ(exactly("1234567.89", 2), 123456789);
  EXPECT_EQ(exactly("90071992547409.93", 2), 9007199254740993);  // one more than a double can tell apart
}

TEST(ExactNumber, ReadsWholeNumbersOfAnyLength) {
  const std::string digits = "9081726354453627189";
  std::int64_t expected = 0;
  for (std::size_t size = 1; size <= digits.size(); ++size) {
    expected = expected * 10 + (digits[size - 1] - '0');
    const std::string text = digits.substr(0, size);
    EXPECT_EQ(exactly(text, 0), expected);
    for (std::size_t at = 0; at < size; ++at)
      for (const char c : {'/', ':', 'O', ' ', '\0', '\x80', '\xb5'}) {
        std::string other = text;
        other[at] = c;
        EXPECT_EQ(fault(other, 0), NumberFault::kNoNumber) << other;
      }
  }
}

TEST(ExactNumber, TakesZerosThatChangeNothing) {
  EXPECT_EQ(exactly("5.000", 2), 500);
  EXPECT_EQ(exactly("2.0", 0), 2);
  EXPECT_EQ(exactly("007", 0), 7);
  EXPECT_EQ(exactly("0.00", 2), 0);
  EXPECT_EQ(exactly("-0", 0), 0);
  EXPECT_EQ(exactly("-0.0", 2), 0);
  EXPECT_EQ(exactly(std::string(1000, '0') + "1." + std::string(1000, '0'), 2), 100);
}

TEST(ExactNumber, RefusesDecimalsThatWouldBeLost) {
  EXPECT_EQ(fault("1.005", 2), NumberFault::kTooFine);
  EXPECT_EQ(fault("0.001", 2), NumberFault::kTooFine);
  EXPECT_EQ(fault("1.5", 0), NumberFault::kTooFine);
  EXPECT_EQ(fault("1e-3", 2), NumberFault::kTooFine);
  EXPECT_EQ(fault("1e-999999999999", 2), NumberFault::kTooFine);
}

TEST(ExactNumber, ReadsAnExponentOnlyWhereItIsAllowedAndExact) {
  EXPECT_EQ(exactly("1.0E7", 2), 1000000000);
  EXPECT_EQ(exactly("1.23456789E7", 2), 1234567890);
  EXPECT_EQ(exactly("1762783401417e0", 0), 1762783401417);
  EXPECT_EQ(exactly("150e-2", 2), 150);
  EXPECT_EQ(exactly("1e+2", 0), 100);
  EXPECT_EQ(exactly("0e999999999999", 0), 0);
  EXPECT_EQ(exactly("0." + std::string(2000, '0') + "1e2001", 0), 1);
  EXPECT_EQ(fault("1e3", 0, Exponent::kRefused), NumberFault::kNoNumber);
}

TEST(ExactNumber, KnowsTheEndsOfInt64) {
  EXPECT_EQ(exactly("9223372036854775807", 0), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(exactly("-9223372036854775808", 0), std::numeric_limits<std::int64_t>::min());
  for (const char* text : {"9223372036854775808", "-9223372036854775809", "18446744073709551616",
                           "92233720368547758070", "1e19", "1e999999999999", "99999999999999999999999999"})
    EXPECT_EQ(fault(text, 0), NumberFault::kOutOfRange) << text;
  EXPECT_EQ(fault("92233720368547758.08", 2), NumberFault::kOutOfRange);
}

TEST(ExactNumber, RefusesWhatIsNoNumber) {
  for (const char* text :
       {"",     "-",   "+1", " 1", "1 ",  "1.",  ".5",    "-.5", "1,5",      "1_000",
        "0x10", "12a", "a",  "1e", "1e+", "--1", "1.2.3", "NaN", "Infinity", "\xd9\xa1" /* an Arabic-Indic digit */})
    EXPECT_EQ(fault(text, 2), NumberFault::kNoNumber) << '"' << text << '"';
  EXPECT_EQ(fault(std::string_view("1\0", 2), 2), NumberFault::kNoNumber);
}

}  // namespace
}  // namespace cnx::order_transform
