// SPDX-License-Identifier: Apache-2.0
//
// The built plugin through the host's loader, on real files.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cnx/testing/conformance.hpp"
#include "cnx/testing/library.hpp"
#include "plugin/loader.h"
#include "plugin/source_instance.h"

namespace cnx::host::plugin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kFileSource = CNX_PLUGIN_DIR "/file-source.so";

const Component& component() {
  static const Result<Plugin> plugin = load_plugin(kFileSource);
  if (!plugin.ok()) throw std::runtime_error(plugin.error().message);
  return plugin.value().components.at(0);
}

class FileSource : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() / ("file-source-" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory_);
    file_ = (directory_ / "lines").string();
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  void write(std::string_view text) { std::ofstream(file_, std::ios::binary | std::ios::app) << text; }

  Result<std::unique_ptr<SourceInstance>> make(bool follow, int task_count = 1) {
    host_ = std::make_unique<HostContext>(HostServices{"lines", 0, task_count, &clock_, stop_.token()});
    return SourceInstance::create(
        component(), *host_,
        {{"path", file_}, {"topic", "t"}, {"follow", follow ? "true" : "false"}, {"max.line.bytes", "100"}});
  }
  /// Starts and polls until there is nothing more; the values, or the error's message.
  std::vector<std::string> run(bool follow, const SourceStart& from = {}) {
    auto source = make(follow);
    if (!source.ok()) return {source.error().message};
    auto plan = (*source)->start(from);
    if (!plan.ok()) return {plan.error().message};
    plan_ = plan.value();
    std::vector<std::string> values;
    for (;;) {
      auto batch = (*source)->poll(clock_.monotonic_ns());
      if (!batch.ok()) return {batch.error().message};
      for (std::uint64_t i = 0; i < batch->record_count(); ++i) values.emplace_back(view(batch->record(i).value));
      if (batch->position_count() > 0) position_ = batch->position(0).value.value();
      if (batch->end() || batch->empty()) return values;
    }
  }

  SourceStart at(const std::string& position) const {
    SourceStart from;
    from.positions = {{file_, position}};
    return from;
  }

  std::filesystem::path directory_;
  std::string file_;
  ManualClock clock_;
  StopSource stop_;
  std::unique_ptr<HostContext> host_;
  SourcePlan plan_;
  std::string position_;
};

TEST_F(FileSource, SendsEachLineAndLeavesOutEmptyOnes) {
  write("{\"a\":1}\n\n{\"b\":2}\n");
  EXPECT_THAT(run(false), ElementsAre("{\"a\":1}", "{\"b\":2}"));
  EXPECT_EQ(position_, "17");
}

TEST_F(FileSource, WaitsForTheRestOfALineWhileItFollows) {
  write("one\ntwo");
  EXPECT_THAT(run(true), ElementsAre("one"));
  EXPECT_EQ(position_, "4");
}

TEST_F(FileSource, TakesALastLineWithoutNewlineWhenItDoesNotFollow) {
  write("one\ntwo");
  EXPECT_THAT(run(false), ElementsAre("one", "two"));
}

TEST_F(FileSource, GoesOnFromItsPosition) {
  write("one\ntwo\nthree\n");
  EXPECT_THAT(run(true, at("4")), ElementsAre("two", "three"));
}

TEST_F(FileSource, FinishesAnUnfinishedCopyAtTheSizeItBeganWith) {
  write("one\ntwo\nthree\n");
  SourceStart from;
  from.positions = {{file_, "4", file_ + ":8"}};
  from.ranges = {{file_ + ":8", CNX_RANGE_FETCHING, 0}};
  EXPECT_THAT(run(false, from), ElementsAre("two"));
  EXPECT_EQ(plan_.range_id, file_ + ":8");
}

TEST_F(FileSource, AChangedFileIsNewWork) {
  write("one\ntwo\n");
  SourceStart from;
  from.ranges = {{file_ + ":4", CNX_RANGE_DONE, 0}};
  EXPECT_THAT(run(false, from), ElementsAre("one", "two"));
  EXPECT_EQ(plan_.range_id, file_ + ":8");
}

TEST_F(FileSource, ReadsFilesLargerThanItsBuffer) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += "line " + std::to_string(i) + "\n";
  write(text);
  const auto values = run(false);
  ASSERT_EQ(values.size(), 50'000u);
  for (int i = 0; i < 50'000; ++i) ASSERT_EQ(values[static_cast<std::size_t>(i)], "line " + std::to_string(i));
}

TEST_F(FileSource, AFileThatBecameShorterFailsInsteadOfSkipping) {
  write("one\n");
  EXPECT_THAT(run(true, at("40")), ElementsAre(HasSubstr("has 4 bytes, but its lines were sent up to byte 40")));
}

TEST_F(FileSource, ALineThatIsTooLongIsNamedByItsPlace) {
  write("ok\n" + std::string(101, 'x') + "\n");
  auto source = make(false);
  ASSERT_TRUE((*source)->start({}).ok());
  auto first = (*source)->poll(0);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->record_count(), 1u);
  const auto second = (*source)->poll(0);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().action, Action::kFatal);
  EXPECT_THAT(second.error().message, HasSubstr("the line at byte 3 has more than 100 bytes; raise max.line.bytes"));
}

TEST_F(FileSource, AMissingFileIsTriedAgainAndADirectoryIsNot) {
  auto missing = make(true);
  const auto plan = (*missing)->start({});
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().action, Action::kRetry);
  EXPECT_THAT(plan.error().message, HasSubstr(file_ + ": cannot open it: No such file or directory"));

  std::filesystem::create_directory(file_);
  auto directory = make(true);
  const auto refused = (*directory)->start({});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().action, Action::kConfig);
}

TEST_F(FileSource, RefusesToReadOneFileInSeveralTasks) {
  const auto source = make(true, 2);
  ASSERT_FALSE(source.ok());
  EXPECT_EQ(source.error().action, Action::kConfig);
  EXPECT_THAT(source.error().message, HasSubstr("tasks.max"));
}

TEST_F(FileSource, AStopEndsItsWait) {
  write("");
  auto source = make(true);
  ASSERT_TRUE((*source)->start({}).ok());
  stop_.request();
  const auto batch = (*source)->poll(clock_.monotonic_ns() + 60'000'000'000);
  ASSERT_FALSE(batch.ok());
  EXPECT_EQ(batch.error().action, Action::kCancelled);
}

TEST_F(FileSource, ConformsToTheContract) {
  const cnx_plugin& plugin = cnx::testing::load_plugin(kFileSource);
  EXPECT_THAT(cnx::testing::check_tables(plugin), IsEmpty());
  EXPECT_THAT(cnx::testing::check_symbols(kFileSource), IsEmpty());
  EXPECT_THAT(cnx::testing::check_lifecycle(plugin.components[0], {{"path", "/nowhere"}, {"topic", "t"}}), IsEmpty());
}

}  // namespace
}  // namespace cnx::host::plugin
