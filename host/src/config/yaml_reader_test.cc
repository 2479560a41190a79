// SPDX-License-Identifier: Apache-2.0
#include "config/yaml_reader.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace cnx::host::config {
namespace {

struct BadYaml {
  const char* kind;
  std::string text;
  std::string message;
};
std::ostream& operator<<(std::ostream& out, const BadYaml& bad) { return out << bad.kind; }

class ReadBadYaml : public ::testing::TestWithParam<BadYaml> {};

TEST_P(ReadBadYaml, SaysWhereWhyAndWhatToDo) {
  Problems problems;
  (void)read_yaml(GetParam().text, "c.yml", problems);
  EXPECT_EQ(problems.text(), GetParam().message);
}

const BadYaml kBadYaml[] = {
    {"DuplicateKey", "worker:\n  a: 1\n  b: 2\n  a: 3\n",
     "c.yml:4:3: a: is set twice, first at c.yml:2:3; remove one of the two"},
    {"DuplicateKeyInFlowMap", "worker: {a: 1, a: 2}\n",
     "c.yml:1:16: a: is set twice, first at c.yml:1:10; remove one of the two"},
    {"CyclicMap", "a: &x\n  b: *x\n",
     "c.yml:2:6: the alias stands inside the value that it names, which would never end; write the value out"},
    {"CyclicList", "a: &x [*x]\n",
     "c.yml:1:8: the alias stands inside the value that it names, which would never end; write the value out"},
    {"UnknownAlias", "a: *nope\n",
     "c.yml:1:4: not YAML: the referenced anchor is not defined; define it with '&' above, or quote a value that "
     "begins with '*'"},
    {"TwoDocuments", "a: 1\n---\nb: 2\n",
     "c.yml:2:1: a second YAML document begins here; one file holds one document: remove the '---'"},
    {"ListOnTop", "- a\n- b\n",
     "c.yml:1:1: the top of the document is not a map; begin with 'worker:' or 'connectors:'"},
    {"ScalarOnTop", "just text\n",
     "c.yml:1:1: the top of the document is not a map; begin with 'worker:' or 'connectors:'"},
    {"Empty", "", "c.yml: the file is empty; write 'worker:' and 'connectors:' into it"},
    {"OnlyComments", "# nothing\n\n", "c.yml: the file is empty; write 'worker:' and 'connectors:' into it"},
    {"TabIndent", "worker:\n\ta: 1\n", "c.yml:2:1: a tab in the indentation; indent with spaces"},
    {"TabAfterBlanks", "worker:\n  a: 1\n  \tb: 2\n", "c.yml:3:3: a tab in the indentation; indent with spaces"},
    {"ColonInValue", "a: b: c\n",
     "c.yml:1:5: not YAML: illegal map value; quote the value if it holds ': ', and check the indentation"},
    {"BadIndent", "worker:\n  a: 1\n b: 2\n",
     "c.yml:3:2: not YAML: end of map not found; check the indentation here and in the lines above"},
    {"OpenBrace", "a: {b: 1\n", "c.yml:2:1: not YAML: end of map flow not found; close the '{' with a '}'"},
    {"OpenBracket", "a: [b\n", "c.yml:2:1: not YAML: end of sequence flow not found; close the '[' with a ']'"},
    {"OpenQuote", "a: \"b\nc: d\n",
     "c.yml:1:4: the quote is not closed; close it: the rest of the file would become the value"},
    {"OpenSingleQuote", "a: x\nb: &y 'it''s\n",
     "c.yml:2:4: the quote is not closed; close it: the rest of the file would become the value"},
    {"OpenQuoteAtTheEnd", "a: \"b", "c.yml:1:6: not YAML: illegal EOF in scalar; close the quote"},
    {"Tag", "a: !!int 7\n",
     "c.yml:1:4: the tag 'tag:yaml.org,2002:int' has no meaning here; remove it: every value is text until its key's "
     "type is known"},
    {"ListAsKey", "? [a]\n: b\n", "c.yml:1:3: a key must be plain text; write 'key: value'"},
    {"NotUtf8", "a: 1\nb: \xff\n", "c.yml:2:4: a byte that is not UTF-8; save the file as UTF-8 text"},
    {"Nul", std::string("a: \0\n", 5), "c.yml:1:4: a NUL character; save the file as UTF-8 text"},
    {"TooDeep", "a: " + std::string(40, '[') + std::string(40, ']') + "\n",
     "c.yml:1:35: nested deeper than 32 levels; write dotted keys instead"},
    {"AliasBomb",
     "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
     "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n",
     "c.yml:5:17: the document has more than 50000 values; split it, or use fewer aliases (each use counts in full)"},
};
INSTANTIATE_TEST_SUITE_P(Kinds, ReadBadYaml, ::testing::ValuesIn(kBadYaml),
                         [](const auto& param) { return std::string(param.param.kind); });

TEST(ReadYaml, StopsAtTheDepthLimitHoweverDeepTheTextIs) {
  Problems problems;
  EXPECT_FALSE(read_yaml("a: " + std::string(100'000, '['), "c.yml", problems));
  EXPECT_NE(problems.text().find("nested deeper than 32 levels"), std::string::npos) << problems.text();
}

Node read(const std::string& text) {
  Problems problems;
  auto node = read_yaml(text, "c.yml", problems);
  EXPECT_EQ(problems.text(), "");
  EXPECT_TRUE(node.has_value());
  return node ? *node : Node{};
}

TEST(ReadYaml, KeepsScalarsAsText) {
  const Node root = read("a: 010\nb: yes\nc: 08\nd: 1e3\ne: 'x'\nf: 0x1F\ng: 2025-11-11\nh: \"\"\n");
  for (const auto& [key, text] : {std::pair{"a", "010"},
                                  {"b", "yes"},
                                  {"c", "08"},
                                  {"d", "1e3"},
                                  {"e", "x"},
                                  {"f", "0x1F"},
                                  {"g", "2025-11-11"},
                                  {"h", ""}}) {
    ASSERT_NE(root.find(key), nullptr) << key;
    EXPECT_EQ(root.find(key)->kind, Node::Kind::kScalar) << key;
    EXPECT_EQ(root.find(key)->text, text) << key;
  }
}

TEST(ReadYaml, KnowsThePlaceOfEveryKeyAndValue) {
  const Node root = read("worker:\n  log: {dir: logs,\n    level: INFO}\n  list:\n    - one\n    - two\n");
  const Node& worker = *root.find("worker");
  const auto& [log_key, log] = worker.fields[0];
  EXPECT_EQ(to_string(log_key.place), "c.yml:2:3");
  EXPECT_EQ(to_string(log.fields[1].key.place), "c.yml:3:5");
  EXPECT_EQ(to_string(log.fields[1].value.place), "c.yml:3:12");
  EXPECT_EQ(to_string(worker.find("list")->items[1].place), "c.yml:6:7");
}

TEST(ReadYaml, CopiesWhatAnAliasNames) {
  const Node root = read("a: &common {x: 1, y: [2, 3]}\nb: *common\n");
  ASSERT_NE(root.find("b"), nullptr);
  EXPECT_EQ(root.find("b")->find("x")->text, "1");
  EXPECT_EQ(root.find("b")->find("y")->items.size(), 2u);
}

TEST(ReadYaml, AllowsAnAliasAtTheDepthLimitOnly) {
  const std::string deep = "a: &x " + std::string(20, '[') + "v" + std::string(20, ']') + "\n";
  Problems good;
  EXPECT_TRUE(read_yaml(deep + "b: " + std::string(11, '[') + "*x" + std::string(11, ']') + "\n", "c.yml", good));
  EXPECT_EQ(good.text(), "");
  Problems bad;
  EXPECT_FALSE(read_yaml(deep + "b: " + std::string(12, '[') + "*x" + std::string(12, ']') + "\n", "c.yml", bad));
  EXPECT_EQ(bad.text(), "c.yml:2:16: nested deeper than 32 levels; write dotted keys instead");
}

TEST(ReadYaml, TellsNullFromEmptyText) {
  const Node root = read("a:\nb: ~\nc: ''\n");
  EXPECT_EQ(root.find("a")->kind, Node::Kind::kNull);
  EXPECT_EQ(root.find("b")->kind, Node::Kind::kNull);
  EXPECT_EQ(root.find("c")->kind, Node::Kind::kScalar);
}

TEST(ReadYaml, TakesClosedQuotesOfEveryForm) {
  const Node root = read("a: 'it''s'\nb: \"q\\\"\\\\\"\nc: !!str \"x\"\nd: &n\n  'y'\ne: \"two\n  lines\"\n'f': 1\n");
  EXPECT_EQ(root.find("a")->text, "it's");
  EXPECT_EQ(root.find("b")->text, "q\"\\");
  EXPECT_EQ(root.find("c")->text, "x");
  EXPECT_EQ(root.find("d")->text, "y");
  EXPECT_EQ(root.find("e")->text, "two lines");
  EXPECT_EQ(root.find("f")->text, "1");
}

TEST(ReadYaml, AllowsTabsBehindTheIndentation) { EXPECT_EQ(read("a:\tb\n").find("a")->text, "b"); }

TEST(ReadYaml, GoesOnAfterADuplicateKey) {
  Problems problems;
  const auto root = read_yaml("a: 1\na: 2\nb: 3\nb: 4\n", "c.yml", problems);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->find("a")->text, "1");
  EXPECT_EQ(problems.sorted().size(), 2u);
}

}  // namespace
}  // namespace cnx::host::config
