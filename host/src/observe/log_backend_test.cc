// SPDX-License-Identifier: Apache-2.0
#include "observe/log_backend.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "base/random_id.h"
#include "base/secrets.h"

namespace cnx::host::observe {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

class LogBackendTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(folder_);
    fd_ = ::open((folder_ / "console").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ASSERT_GE(fd_, 0);
  }
  void TearDown() override {
    log::set_backend(nullptr);
    backend_.reset();
    ::close(fd_);
    std::filesystem::remove_all(folder_);
  }
  void use(LogOptions options) {
    console_ = std::make_unique<Console>(fd_);
    auto backend = LogBackend::create(options, *console_);
    ASSERT_TRUE(backend.ok()) << backend.error().message;
    backend_ = *std::move(backend);
    log::set_backend(backend_.get());
  }
  std::string console_text() const { return contents(folder_ / "console"); }
  std::string file_text() const { return contents(folder_ / "logs" / "connect-host.log"); }

  const std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("cnx-log-" + random_hex(8));
  int fd_ = -1;
  std::unique_ptr<Console> console_;
  std::unique_ptr<LogBackend> backend_;
};

TEST_F(LogBackendTest, WritesTheTextFormatExactly) {
  use({.dir = folder_ / "logs"});
  log::info("orders", "got {} orders", 3);
  log::warning("orders", "slow");
  log::error("orders", "failed");
  const std::string time = "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2},[0-9]{3}";
  EXPECT_THAT(console_text(), MatchesRegex(time + " - INFO - got 3 orders\n" + time + " - WARNING - slow\n" + time +
                                           " - ERROR - failed\n"));
  EXPECT_EQ(file_text(), console_text());
}

TEST_F(LogBackendTest, LeavesOutLevelsBelowItsOwn) {
  use({.level = log::Level::kWarning});
  log::info("a", "unseen");
  EXPECT_EQ(console_text(), "");
  backend_->set_level(log::Level::kDebug);
  log::debug("a", "seen");
  EXPECT_THAT(console_text(), HasSubstr(" - DEBUG - seen\n"));
}

TEST_F(LogBackendTest, WritesOneJsonObjectALine) {
  use({.json = true, .dir = folder_ / "logs"});
  log::info("walmart-orders", "a \"quoted\" {}", "grüße\n\xff");
  const auto line = nlohmann::json::parse(file_text());
  EXPECT_EQ(line["level"], "INFO");
  EXPECT_EQ(line["logger"], "walmart-orders");
  EXPECT_EQ(line["message"], "a \"quoted\" grüße\\n\\xff");
  EXPECT_THAT(line["time"].get<std::string>(),
              MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z"));
}

TEST_F(LogBackendTest, NeverWritesASecret) {
  use({.dir = folder_ / "logs"});
  secrets().add("backend-test-secret");
  log::info("a", "password {}", "backend-test-secret");
  EXPECT_THAT(file_text(), HasSubstr("password ****"));
  EXPECT_THAT(console_text(), Not(HasSubstr("backend-test-secret")));
}

TEST_F(LogBackendTest, RotatesItsFile) {
  use({.dir = folder_ / "logs", .file_bytes = 1000, .files = 2});
  for (int i = 0; i < 100; ++i) log::info("a", "line {:050}", i);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "logs" / "connect-host.1.log"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "logs" / "connect-host.2.log"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "logs" / "connect-host.3.log"));
  EXPECT_LE(std::filesystem::file_size(folder_ / "logs" / "connect-host.log"), 1100u);
}

TEST_F(LogBackendTest, NamesAFolderThatCannotBeMade) {
  std::ofstream(folder_ / "file") << "x";
  Console console(fd_);
  const auto backend = LogBackend::create({.dir = folder_ / "file" / "logs"}, console);
  ASSERT_FALSE(backend.ok());
  EXPECT_EQ(backend.error().action, Action::kConfig);
  EXPECT_THAT(backend.error().message,
              HasSubstr("log.dir: cannot write " + (folder_ / "file/logs/connect-host.log").string()));
  EXPECT_THAT(backend.error().message, HasSubstr("Not a directory"));
}

TEST_F(LogBackendTest, SaysOnceThatTheFileCannotBeWrittenAndGoesOn) {
  std::filesystem::create_directory(folder_ / "logs");
  std::filesystem::create_symlink("/dev/full", folder_ / "logs" / "connect-host.log");
  use({.dir = folder_ / "logs"});
  log::info("a", "one");
  log::info("a", "two");
  const std::string text = console_text();
  EXPECT_THAT(text, HasSubstr(" - INFO - one\n"));
  EXPECT_THAT(text, HasSubstr(" - INFO - two\n"));
  const std::string told = "log file: cannot be written: ";
  ASSERT_NE(text.find(told), std::string::npos) << text;
  EXPECT_EQ(text.find(told), text.rfind(told));
}

TEST_F(LogBackendTest, KeepsLinesOfManyThreadsWhole) {
  use({.dir = folder_ / "logs"});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 50; ++i) log::info("a", "thread {} {}", t, std::string(100, 'x'));
    });
  }
  for (auto& thread : threads) thread.join();
  std::istringstream lines(file_text());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_THAT(line, MatchesRegex(".* - INFO - thread [0-3] x{100}"));
  }
  EXPECT_EQ(count, 200);
}

}  // namespace
}  // namespace cnx::host::observe
