// SPDX-License-Identifier: Apache-2.0
#include "document_splitter.h"

#include <gmock/gmock.h>

#include <string>

namespace cnx::host::app {
namespace {

using ::testing::ElementsAre;

TEST(SplitDocuments, TakesOneDocumentALine) {
  EXPECT_THAT(split_documents("{\"a\":1}\n{\"a\":2}\n[3]"), ElementsAre("{\"a\":1}", "{\"a\":2}", "[3]"));
}

TEST(SplitDocuments, TakesAPrettyPrintedDocumentAsOne) {
  const std::string text = "{\n  \"a\": [\n    {},\n    {}\n  ]\n}\n";
  EXPECT_THAT(split_documents(text), ElementsAre(text.substr(0, text.size() - 1)));
}

TEST(SplitDocuments, TakesPrettyPrintedDocumentsOneAfterTheOther) {
  EXPECT_THAT(split_documents("{\n \"a\": 1\n}\n\n{\n \"a\": 2\n}"), ElementsAre("{\n \"a\": 1\n}", "{\n \"a\": 2\n}"));
}

TEST(SplitDocuments, TakesADocumentWithoutIndentationAsOne) {
  EXPECT_THAT(split_documents("{\n\"a\": [\n{\n}\n]\n}"), ElementsAre("{\n\"a\": [\n{\n}\n]\n}"));
}

TEST(SplitDocuments, MakesABrokenLineADocumentAndGoesOnBehindIt) {
  EXPECT_THAT(split_documents("{\"a\":1}\n{\"a\":\nnot json\n{\"a\":2}"),
              ElementsAre("{\"a\":1}", "{\"a\":", "not json", "{\"a\":2}"));
}

TEST(SplitDocuments, KeepsABrokenPrettyPrintedDocumentTogether) {
  EXPECT_THAT(split_documents("{\n  \"a\": 1,\n}\n{\"b\": 2}"), ElementsAre("{\n  \"a\": 1,\n}", "{\"b\": 2}"));
}

TEST(SplitDocuments, KeepsWhatFollowsAValueOnItsLineWithIt) {
  EXPECT_THAT(split_documents("{\"a\":1} tail\n{\"a\":2}"), ElementsAre("{\"a\":1} tail", "{\"a\":2}"));
}

TEST(SplitDocuments, PassesOverBlankLinesAndAByteOrderMark) {
  EXPECT_THAT(split_documents("\xef\xbb\xbf\r\n{\"a\":1}\r\n \r\n\r\n{\"a\":2}\r\n"),
              ElementsAre("{\"a\":1}", "{\"a\":2}"));
  EXPECT_THAT(split_documents(" \n\t\n"), ::testing::IsEmpty());
  EXPECT_THAT(split_documents(""), ::testing::IsEmpty());
}

TEST(SplitDocuments, TakesLoneNumbersAndWordsAsDocuments) {
  EXPECT_THAT(split_documents("42\nnull\n\"text\"\nnope"), ElementsAre("42", "null", "\"text\"", "nope"));
}

TEST(SplitDocuments, ReadsManyBrokenLinesWithoutReadingTheRestForEach) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += "{\"a\":1\n";
  EXPECT_EQ(split_documents(text).size(), 50'000u);
}

TEST(SplitDocuments, BearsDeepNesting) {
  const std::string open(200'000, '[');
  EXPECT_EQ(split_documents(open).size(), 1u);
  EXPECT_EQ(split_documents(open + std::string(200'000, ']')).size(), 1u);
}

TEST(JsonExtent, EndsAtTheClosingBracket) {
  EXPECT_EQ(json_extent(" {\"}\": \"{\"}  {"), 11u);
  EXPECT_EQ(json_extent("[1,2"), std::nullopt);
  EXPECT_EQ(json_extent("{\"a\":\"\xff\"}"), std::nullopt);
  EXPECT_EQ(json_extent(""), std::nullopt);
}

}  // namespace
}  // namespace cnx::host::app
