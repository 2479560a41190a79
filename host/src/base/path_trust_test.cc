// SPDX-License-Identifier: Apache-2.0
#include "base/path_trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace cnx::host {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// A folder of our own with an inner folder and a file in it: <folder>/inner/file.
class PathTrust : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "connect-host-trust-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    inner_ = folder_ + "/inner";
    file_ = inner_ + "/file";
    ASSERT_EQ(::mkdir(inner_.c_str(), 0755), 0);
    std::ofstream(file_) << "x";
    rights(file_, 0644);
  }
  void TearDown() override { fs::remove_all(folder_); }
  static void rights(const std::string& path, mode_t mode) { ASSERT_EQ(::chmod(path.c_str(), mode), 0) << path; }

  std::string folder_, inner_, file_;
};

TEST_F(PathTrust, IsGivenToOwnFilesBelowAStickyFolder) {
  EXPECT_EQ(describe_foreign_writers(file_), std::nullopt);
  rights(file_, 0664);  // the group's rights are the operator's choice
  EXPECT_EQ(describe_foreign_writers(file_), std::nullopt);
  EXPECT_EQ(describe_foreign_writers(folder_ + "/missing"), std::nullopt);
}

TEST_F(PathTrust, IsDeniedToWhatEverybodyMayWrite) {
  rights(file_, 0646);
  EXPECT_EQ(describe_foreign_writers(file_),
            "everybody may write to " + file_ + "; take the right away: chmod o-w " + file_);
  rights(file_, 0644);
  rights(inner_, 01777);  // sticky or not: everybody may add to it
  EXPECT_THAT(describe_foreign_writers(inner_).value_or(""), HasSubstr("everybody may write to " + inner_));
}

TEST_F(PathTrust, IsDeniedBelowAFolderThatEverybodyMayWrite) {
  rights(folder_, 0757);
  EXPECT_THAT(describe_foreign_writers(file_).value_or(""), HasSubstr("everybody may write to " + folder_ + ";"));
  rights(folder_, 01757);
  EXPECT_EQ(describe_foreign_writers(file_), std::nullopt);
}

TEST_F(PathTrust, LooksAtWhatALinkPointsTo) {
  const std::string link = folder_ + "/link";
  fs::create_symlink(file_, link);
  EXPECT_EQ(describe_foreign_writers(link), std::nullopt);
  rights(inner_, 0757);
  EXPECT_THAT(describe_foreign_writers(link).value_or(""), HasSubstr(inner_));
}

TEST_F(PathTrust, IsDeniedToAStrangersPartOfAStickyFolder) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  rights(folder_, 01757);
  ASSERT_EQ(::chown(inner_.c_str(), 12345, 12345), 0);
  EXPECT_THAT(describe_foreign_writers(file_).value_or(""),
              HasSubstr("everybody may make files in " + folder_ + ", and " + inner_ + " belongs to user 12345"));
}

TEST_F(PathTrust, TellsTheRightsOfEveryone) {
  rights(file_, 0640);
  EXPECT_FALSE(rights_of_everyone(file_).read);
  rights(file_, 0646);
  EXPECT_TRUE(rights_of_everyone(file_).read);
  EXPECT_TRUE(rights_of_everyone(file_).write);
  EXPECT_FALSE(rights_of_everyone("/dev/null").write);
  EXPECT_FALSE(rights_of_everyone(folder_ + "/missing").read);
}

}  // namespace
}  // namespace cnx::host
