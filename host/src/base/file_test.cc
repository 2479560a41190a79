// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/random_id.h"

namespace cnx::host {
namespace {

class ReadFile : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directory(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string make(const std::string& text) {
    const std::string path = folder_ / "file";
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  const std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("cnx-file-" + random_hex(8));
};

TEST_F(ReadFile, GivesEveryByte) {
  const std::string text = std::string("a\0b\r\n", 5) + std::string(100'000, 'x');
  const auto read = read_file(make(text), 200'000);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, text);
}

TEST_F(ReadFile, NamesTheMissingFile) {
  const auto read = read_file("/does/not/exist", 10);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().message, "cannot read /does/not/exist: No such file or directory");
  EXPECT_EQ(read.error().action, Action::kConfig);
}

TEST_F(ReadFile, RefusesAFolder) {
  const auto read = read_file(folder_, 10);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().message, "cannot read " + folder_.string() + ": Is a directory");
}

TEST_F(ReadFile, RefusesMoreThanTheLimit) {
  const std::string path = make("12345");
  EXPECT_TRUE(read_file(path, 5).ok());
  const auto read = read_file(path, 4);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().message, "cannot read " + path + ": it has more than 4 bytes");
}

TEST_F(ReadFile, RefusesAPathWithNul) { EXPECT_FALSE(read_file(std::string("/etc\0/x", 7), 10).ok()); }

}  // namespace
}  // namespace cnx::host
