// SPDX-License-Identifier: Apache-2.0
#include "config/variables.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "base/random_id.h"

namespace cnx::host::config {
namespace {

class Variables : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directory(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }

  /// The value after resolving, or the problem.
  std::string resolve(const std::string& value, MissingVariable missing = MissingVariable::kProblem) {
    Section section{"orders", "connectors.orders", {}, {{"key", {value, {"c.yml", 3, 5}, {"c.yml", 3, 10}}}}};
    Problems problems;
    resolve_variables(section, missing, environment_, problems);
    unresolved_ = section.find("key")->unresolved;
    return problems.empty() ? section.find("key")->value : problems.text();
  }

  const std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("cnx-variables-" + random_hex(8));
  bool unresolved_ = false;
  const Environment environment_ = [](const std::string& name) -> std::optional<std::string> {
    if (name == "USER_NAME") return "ann";
    if (name == "EMPTY") return "";
    if (name == "TRICKY") return "${env:USER_NAME}";
    return std::nullopt;
  };
};

TEST_F(Variables, TakesTheEnvironment) {
  EXPECT_EQ(resolve("${env:USER_NAME}"), "ann");
  EXPECT_EQ(resolve("mysql://${env:USER_NAME}@h/${env:USER_NAME}"), "mysql://ann@h/ann");
  EXPECT_EQ(resolve("${env:EMPTY}"), "");
}

TEST_F(Variables, TakesTheDefaultOfAMissingOrEmptyOne) {
  EXPECT_EQ(resolve("${env:NOPE:-bob}"), "bob");
  EXPECT_EQ(resolve("${env:EMPTY:-bob}"), "bob");
  EXPECT_EQ(resolve("${env:NOPE:-}"), "");
  EXPECT_EQ(resolve("${env:NOPE:-a:b}"), "a:b");
  EXPECT_EQ(resolve("${env:USER_NAME:-bob}"), "ann");
}

TEST_F(Variables, TakesAWholeFileWithoutItsLastNewline) {
  EXPECT_EQ(resolve("${file:" + file("a", "s3cret\n") + "}"), "s3cret");
  EXPECT_EQ(resolve("${file:" + file("b", "s3cret\r\n") + "}"), "s3cret");
  EXPECT_EQ(resolve("${file:" + file("c", "two\nlines\n\n") + "}"), "two\nlines\n");
}

TEST_F(Variables, TakesAKeyOfAFile) {
  EXPECT_EQ(
      resolve("${file:" + file("k.properties", "# c\n! c\n\nuser = ann\npass\\:word: x\\=\\\\y \nempty=\n") + ":user}"),
      "ann");
  EXPECT_EQ(resolve("${file:" + (folder_ / "k.properties").string() + ":pass:word}"), "x=\\y");
  EXPECT_EQ(resolve("${file:" + file("k.yml", "db:\n  user: ann\n") + ":db.user}"), "ann");
  EXPECT_EQ(resolve("${file:" + file("k.json", R"({"db": {"user": "ann"}})") + ":db.user}"), "ann");
}

TEST_F(Variables, TakesAFileOfAFolder) {
  file("password", "s3cret\n");
  EXPECT_EQ(resolve("${dir:" + folder_.string() + ":password}"), "s3cret");
}

TEST_F(Variables, LeavesOtherTextAlone) {
  for (const char* text : {"kafka_${topic}", "$", "${", "a$b{c}", "${}", "$env:X", "${topic}-${partition}"}) {
    EXPECT_EQ(resolve(text), text);
  }
  EXPECT_EQ(resolve("$${env:USER_NAME}"), "${env:USER_NAME}");
  EXPECT_EQ(resolve("${topic}_${env:USER_NAME}"), "${topic}_ann");
}

TEST_F(Variables, DoesNotLookThroughWhatItPutIn) { EXPECT_EQ(resolve("${env:TRICKY}"), "${env:USER_NAME}"); }

TEST_F(Variables, NamesTheMissingVariableItsKeyAndItsPlace) {
  const std::string where = "c.yml:3:10: connectors.orders.key: ";
  EXPECT_EQ(resolve("${env:NOPE}"),
            where + "the environment variable NOPE is not set; set it, or write ${env:NOPE:-default}");
  EXPECT_TRUE(unresolved_);
  EXPECT_EQ(resolve("${file:/no/such}"),
            where + "cannot read /no/such: No such file or directory; check the path and its permissions");
  const std::string keys = file("k.properties", "user=hidden-user\n");
  EXPECT_EQ(resolve("${file:" + keys + ":pass}"), where + keys + " has no key 'pass'; check the file and the key");
}

TEST_F(Variables, RefusesBrokenOnes) {
  const std::string where = "c.yml:3:10: connectors.orders.key: ";
  EXPECT_EQ(resolve("${evn:X}"), where + "'${evn:…}' is no known kind of variable; did you mean 'env'?");
  EXPECT_EQ(
      resolve("${vault:X}"),
      where + "'${vault:…}' is no known kind of variable; known are env, file, dir; a literal '${' is written '$${'");
  EXPECT_EQ(resolve("${env:X"), where + "'${env:' is not closed; close it with '}'");
  EXPECT_EQ(resolve("${env:}"), where + "a variable without a name; write ${env:NAME}");
  EXPECT_EQ(resolve("${file:}"), where + "a variable without a path; write ${file:PATH} or ${file:PATH:KEY}");
  EXPECT_EQ(resolve("${dir:/x}"), where + "a variable without a path or a file name; write ${dir:PATH:FILE}");
  EXPECT_EQ(resolve("${dir:/x:../y}"),
            where + "'../y' is no plain file name; put the folders into PATH: ${dir:PATH:FILE}");
}

TEST_F(Variables, NeverShowsWhatAKeyFileHolds) {
  const std::string where = "c.yml:3:10: connectors.orders.key: ";
  const std::string properties = file("bad.properties", "user=x\nhidden-password\n");
  EXPECT_EQ(resolve("${file:" + properties + ":user}"),
            where + properties + ":2:1: the line has no '='; check the file and the key");
  const std::string json = file("bad.json", "{\"user\": \"hidden-password\" \"x\"}");
  EXPECT_EQ(resolve("${file:" + json + ":user}").find("hidden"), std::string::npos);
  const std::string yaml = file("bad.yml", "user: hidden-password: x\n");
  EXPECT_EQ(resolve("${file:" + yaml + ":user}").find("hidden"), std::string::npos);
  const std::string twice = file("twice.properties", "user=hidden-1\nuser=hidden-2\n");
  EXPECT_EQ(resolve("${file:" + twice + ":user}"),
            where + twice + ":2:1: user is set twice, first at " + twice + ":1:1; check the file and the key");
}

TEST_F(Variables, KeepsAMissingOneWhenThatIsAllowed) {
  EXPECT_EQ(resolve("${env:NOPE}", MissingVariable::kKeep), "${env:NOPE}");
  EXPECT_TRUE(unresolved_);
  EXPECT_EQ(resolve("${env:USER_NAME}", MissingVariable::kKeep), "ann");
  EXPECT_FALSE(unresolved_);
  EXPECT_NE(resolve("${evn:X}", MissingVariable::kKeep), "${evn:X}");
}

TEST(ProcessEnvironment, IsThatOfTheProcess) {
  EXPECT_TRUE(process_environment("PATH").has_value());
  EXPECT_FALSE(process_environment("CNX_NO_SUCH_VARIABLE_1f2e").has_value());
}

}  // namespace
}  // namespace cnx::host::config
