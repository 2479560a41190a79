// SPDX-License-Identifier: Apache-2.0
#include "base/strings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cnx::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Trim, DropsBlanksAtBothEndsOnly) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
}

TEST(Split, KeepsEmptyParts) {
  EXPECT_THAT(split("a,,b,", ','), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(split("", ','), ElementsAre(""));
}

TEST(SplitList, DropsBlanksAndEmptyItems) {
  EXPECT_THAT(split_list(" a , b c ,,d"), ElementsAre("a", "b c", "d"));
  EXPECT_THAT(split_list(" , "), IsEmpty());
}

TEST(Join, PutsSeparatorsBetween) {
  EXPECT_EQ(join(std::vector<std::string>{"a", "b"}, ", "), "a, b");
  EXPECT_EQ(join({}, ", "), "");
}

TEST(ParseInt, TakesDecimalsOnly) {
  EXPECT_EQ(parse_int("010"), 10);
  EXPECT_EQ(parse_int("-9223372036854775808"), INT64_MIN);
  for (const char* bad : {"", " 1", "1 ", "+1", "0x10", "1.0", "1e3", "9223372036854775808", "-"}) {
    EXPECT_EQ(parse_int(bad), std::nullopt) << bad;
  }
}

TEST(EditDistance, CountsASwapAsOneEdit) {
  EXPECT_EQ(edit_distance("topics", "topics"), 0u);
  EXPECT_EQ(edit_distance("tpoics", "topics"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(Closest, FindsTheWordMeant) {
  const std::vector<std::string> keys{"batch.size", "batch.interval.ms", "topics", "tasks.max"};
  EXPECT_EQ(closest("batchsize", keys), "batch.size");
  EXPECT_EQ(closest("Topic", keys), "topics");
  EXPECT_EQ(closest("task.max", keys), "tasks.max");
  EXPECT_EQ(closest("password", keys), std::nullopt);
  EXPECT_EQ(closest(std::string(100'000, 'x'), keys), std::nullopt);
}

TEST(EscapeLine, LeavesOrdinaryTextAsItIs) {
  EXPECT_EQ(escape_line("C:\\x \"y\" grüße 漢字 😀"), "C:\\x \"y\" grüße 漢字 😀");
}

TEST(EscapeLine, EscapesWhatCouldBreakALineOrATerminal) {
  EXPECT_EQ(escape_line("a\r\nb\x7f\xc2\x9b\xe2\x80\xa8"), "a\\r\\nb\\u007f\\u009b\\u2028");
  EXPECT_EQ(escape_line(std::string_view("\0", 1)), "\\u0000");
}

TEST(EscapeLine, ShowsBytesThatAreNotUtf8) {
  EXPECT_EQ(escape_line("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(escape_line("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
}

TEST(JsonQuote, MakesAJsonString) { EXPECT_EQ(json_quote("a\"\\\n\x01ü\xff"), "\"a\\\"\\\\\\n\\u0001ü\xef\xbf\xbd\""); }

TEST(UrlEncode, LeavesUnreservedCharacters) { EXPECT_EQ(url_encode("aZ9-._~ /ü"), "aZ9-._~%20%2F%C3%BC"); }

TEST(Utf8Length, KnowsValidCharacters) {
  EXPECT_EQ(utf8_length("a"), 1u);
  EXPECT_EQ(utf8_length("ü"), 2u);
  EXPECT_EQ(utf8_length("漢"), 3u);
  EXPECT_EQ(utf8_length("😀"), 4u);
}

TEST(Utf8Length, RefusesOverlongCutAndOutOfRange) {
  for (const char* bad : {"\xc0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xe6\xbc", "\x80", ""}) {
    EXPECT_EQ(utf8_length(bad), 0u);
  }
}

}  // namespace
}  // namespace cnx::host
