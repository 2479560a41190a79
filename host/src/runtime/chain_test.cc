// SPDX-License-Identifier: Apache-2.0
#include "runtime/chain.h"

#include <gmock/gmock.h>

#include "base/clock.h"
#include "cnx/plugin.hpp"
#include "cnx/testing/batches.hpp"
#include "plugin/loader.h"
#include "runtime/testing/batches.h"

namespace cnx::host::runtime {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

// Two transforms whose input says, word by word, what becomes of it.

std::vector<std::string> words_of(std::string_view text, char separator) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

template <class Add>
Status follow(const BatchView& in, char separator, Output& out, const Add& add) {
  for (std::uint32_t i = 0; i < in.size(); ++i) {
    for (const std::string& word : words_of(view(in.record(i).value), separator)) {
      if (word == "filter")
        out.filter(in.origin(i), "by-rule", "$.lines[0]");
      else if (word == "die")
        out.reject(in.origin(i), "$.total", "total", "no number", 7);
      else if (word == "fail")
        return retry_error("out of order");
      else if (word != "lose")
        add(in.origin(i), word);
    }
  }
  return {};
}

/// records → records, one for each part between ';'.
class Split : public Transform {
 public:
  static constexpr std::string_view kName = "split", kDoc = "d";
  static constexpr std::array<Key, 0> kKeys{};
  static constexpr cnx_batch_kind kInput = CNX_RECORDS, kOutput = CNX_RECORDS;
  static Result<std::unique_ptr<Split>> create(Host, const Config&) { return std::make_unique<Split>(); }
  Status apply(const BatchView& in, Output& out) override {
    RecordBatch made;
    CNX_TRY(follow(in, ';', out, [&](std::uint32_t origin, const std::string& word) {
      NewRecord record{"t", {}, word};
      record.origin = origin;
      made.add(record);
    }));
    if (!made.empty()) out.emit(RecordBatch::hand_over(std::move(made)));
    return {};
  }
};

/// records → rows, one for each word.
class Flatten : public Transform {
 public:
  static constexpr std::string_view kName = "flatten", kDoc = "d";
  static constexpr std::array<Key, 0> kKeys{};
  static constexpr cnx_batch_kind kInput = CNX_RECORDS, kOutput = CNX_ROWS;
  static Result<std::unique_ptr<Flatten>> create(Host, const Config&) { return std::make_unique<Flatten>(); }
  Status apply(const BatchView& in, Output& out) override {
    auto rows = pool_->take();
    CNX_TRY(follow(in, ' ', out, [&](std::uint32_t origin, const std::string& word) {
      rows->set_text(0, rows->add_row(origin), rows->keep(word));
    }));
    if (rows->size() > 0) out.emit(pool_->hand_over(std::move(rows)));
    return {};
  }

 private:
  std::shared_ptr<RowBatchPool> pool_ = RowBatchPool::make({ColumnSpec::text("word", 20)}, "words");
};

/// records → records; remembers in which order its outputs are released.
class Traced : public Transform {
 public:
  static constexpr std::string_view kName = "traced", kDoc = "d";
  static constexpr std::array<Key, 0> kKeys{};
  static constexpr cnx_batch_kind kInput = CNX_RECORDS, kOutput = CNX_RECORDS;
  static inline int made = 0;
  static inline std::vector<int> released;

  static Result<std::unique_ptr<Traced>> create(Host, const Config&) { return std::make_unique<Traced>(); }
  Status apply(const BatchView& in, Output& out) override {
    struct Memory {
      cnx_batch batch{};
      int number = ++made;
    };
    auto* memory = new Memory;
    memory->batch = in.raw();  // its records are those of the input, which therefore has to live longer
    memory->batch.owner = memory;
    memory->batch.release = [](cnx_batch* self) {
      auto* of = static_cast<Memory*>(self->owner);
      released.push_back(of->number);
      delete of;
    };
    out.emit(&memory->batch);
    return {};
  }
};

const plugin::Component& component(std::string_view name) {
  static constexpr cnx_component kComponents[] = {transform<Split>(), transform<Flatten>(), transform<Traced>()};
  static constexpr cnx_plugin kPlugin = {sizeof(cnx_plugin), CNX_PLUGIN_MAGIC, CNX_ABI_1_0,           CNX_ABI_CURRENT,
                                         str("words"),       str("1.0.0"),     sizeof(cnx_component), 3,
                                         kComponents};
  static const plugin::Plugin kLoaded = plugin::describe_plugin(kPlugin, "/plugins/words.so").value();
  for (const auto& c : kLoaded.components)
    if (c.name == name) return c;
  throw std::logic_error("no such transform");
}

class TransformChainTest : public ::testing::Test {
 protected:
  std::vector<ChainLink> links(const std::vector<std::string>& names) {
    std::vector<ChainLink> made;
    for (const std::string& name : names)
      made.push_back({"my-" + name, plugin::TransformInstance::create(component(name), host, {}).value()});
    return made;
  }
  /// Gives `values` to a chain of `names`, as offsets 0, 1 … of a partition.
  Status apply(const std::vector<std::string>& names, const std::vector<std::string>& values) {
    auto chain =
        TransformChain::make(links(names), names.empty() || names.back() != "flatten" ? CNX_RECORDS : CNX_ROWS, "sink");
    EXPECT_TRUE(chain.ok()) << chain.error().message;
    chain_.emplace(std::move(chain).value());
    for (const std::string& value : values) {
      cnx_record record{};
      record.topic = str("orders");
      record.offset = static_cast<std::int64_t>(batch.records.size());
      record.value = str(value);
      batch.records.push_back(record);
    }
    return chain_->apply(batch);
  }
  void expect_ok(const Status& status) { EXPECT_TRUE(status.ok()) << status.error().message; }
  /// "origin:text" of each row.
  std::vector<std::string> rows() {
    std::vector<std::string> all;
    for (const cnx_batch* out : batch.outputs) {
      const BatchView rows(*out);
      for (std::uint32_t i = 0; i < rows.size(); ++i)
        all.push_back(std::to_string(rows.origin(i)) + ":" + std::string(rows.column(0).text(i)));
    }
    return all;
  }

  ManualClock clock;
  plugin::HostContext host{plugin::HostServices{"c", 0, 1, &clock, {}}};
  std::optional<TransformChain> chain_;
  SealedBatch batch;
};

TEST_F(TransformChainTest, RefusesNeighboursThatDoNotFitAndNamesBoth) {
  const auto chain = TransformChain::make(links({"flatten", "split"}), CNX_ROWS, "mysql-sink");
  ASSERT_FALSE(chain.ok());
  EXPECT_EQ(chain.error().action, Action::kConfig);
  EXPECT_THAT(chain.error().message, AllOf(HasSubstr("'my-split'"), HasSubstr("'my-flatten'"), HasSubstr("rows")));
}

TEST_F(TransformChainTest, RefusesALastOneThatDoesNotFitTheSink) {
  const auto chain = TransformChain::make(links({"split"}), CNX_ROWS, "mysql-sink");
  ASSERT_FALSE(chain.ok());
  EXPECT_EQ(chain.error().action, Action::kConfig);
  EXPECT_THAT(chain.error().message, AllOf(HasSubstr("'mysql-sink'"), HasSubstr("'my-split'")));
}

TEST_F(TransformChainTest, ASinkOfRowsNeedsATransform) {
  const auto chain = TransformChain::make({}, CNX_ROWS, "mysql-sink");
  ASSERT_FALSE(chain.ok());
  EXPECT_THAT(chain.error().message, AllOf(HasSubstr("'mysql-sink'"), HasSubstr("Kafka")));
}

TEST_F(TransformChainTest, AnEmptyChainHandsTheRecordsOn) {
  expect_ok(apply({}, {"a", "b"}));
  ASSERT_THAT(batch.outputs, SizeIs(1));
  EXPECT_EQ(batch.outputs[0]->count, 2u);
  EXPECT_EQ(batch.outputs[0]->records, batch.records.data());
  EXPECT_THAT(batch.fates, ElementsAre(Fate::kRows, Fate::kRows));
}

TEST_F(TransformChainTest, EachRecordEndsAsRowsFilteredOrDead) {
  expect_ok(apply({"flatten"}, {"a b", "filter", "die", "c"}));
  EXPECT_THAT(batch.fates, ElementsAre(Fate::kRows, Fate::kFiltered, Fate::kDead, Fate::kRows));
  EXPECT_THAT(rows(), ElementsAre("0:a", "0:b", "3:c"));
  ASSERT_THAT(batch.dead, SizeIs(1));
  EXPECT_EQ(batch.dead[0].origin, 2u);
  EXPECT_EQ(batch.dead[0].stage, "TRANSFORMATION");
  EXPECT_EQ(batch.dead[0].component, "my-flatten");
  EXPECT_EQ(batch.dead[0].path, "$.total");
  EXPECT_EQ(batch.dead[0].column, "total");
  EXPECT_EQ(batch.dead[0].native_code, 7);
  EXPECT_EQ(batch.dead_sent, 0u);
}

TEST_F(TransformChainTest, OneDeadPartKillsTheRecordWhateverElseItGave) {
  expect_ok(apply({"flatten"}, {"a die b filter", "filter die", "die die"}));
  EXPECT_THAT(batch.fates, ElementsAre(Fate::kDead, Fate::kDead, Fate::kDead));
  EXPECT_THAT(batch.dead, SizeIs(3)) << "once a record";
}

TEST_F(TransformChainTest, AFilteredPartBesideRowsIsCountedByItsRule) {
  std::vector<plugin::FilteredPart> details;
  batch.filtered_details = &details;
  expect_ok(apply({"flatten"}, {"a filter filter", "filter"}));
  EXPECT_THAT(batch.fates, ElementsAre(Fate::kRows, Fate::kFiltered));
  EXPECT_THAT(batch.filtered_parts, ElementsAre(Pair("by-rule", ElementsAre(0u, 0u, 1u))));
  ASSERT_THAT(details, SizeIs(3));
  EXPECT_EQ(details[2].path, "$.lines[0]");
}

TEST_F(TransformChainTest, ARecordThatEndsNowhereIsFatalAndNamesTransformAndOffset) {
  const Status status = apply({"flatten"}, {"a", "lose", "b"});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().action, Action::kFatal);
  EXPECT_THAT(status.error().message,
              AllOf(HasSubstr("'my-flatten'"), HasSubstr("words.so"), HasSubstr("orders[0] offset 1")));
}

TEST_F(TransformChainTest, TwoStagesKeepTheOriginOfTheRecordFromKafka) {
  expect_ok(apply({"split", "flatten"}, {"a b;c", "filter;d", "die;e", "filter"}));
  EXPECT_THAT(batch.fates, ElementsAre(Fate::kRows, Fate::kRows, Fate::kDead, Fate::kFiltered));
  EXPECT_THAT(rows(), ElementsAre("0:a", "0:b", "0:c", "1:d", "2:e"));
  EXPECT_THAT(batch.dead, SizeIs(1));
  EXPECT_EQ(batch.dead[0].component, "my-split");
}

TEST_F(TransformChainTest, TheSecondStageMayFilterOrKill) {
  expect_ok(
      apply({"split", "flatten"}, {"a;filter filter", "a;b die", "filter;c filter;filter filter", "filter filter"}));
  EXPECT_THAT(batch.fates, ElementsAre(Fate::kRows, Fate::kDead, Fate::kRows, Fate::kFiltered));
  ASSERT_THAT(batch.dead, SizeIs(1));
  EXPECT_EQ(batch.dead[0].component, "my-flatten");
}

TEST_F(TransformChainTest, WhatALaterStageLosesIsNotHiddenByAFilterOfAnEarlierOne) {
  // The first stage filters one part and hands the other on, for which the second gives nothing.
  const Status status = apply({"split", "flatten"}, {"filter;lose lose"});
  ASSERT_FALSE(status.ok()) << "the part is gone and nobody was told";
  EXPECT_THAT(status.error().message, HasSubstr("'my-flatten'"));
}

TEST_F(TransformChainTest, AFailedApplyConcernsTheWholeBatchAndNamesTheTransform) {
  const Status status = apply({"flatten"}, {"a", "fail", "b"});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().action, Action::kRetry);
  EXPECT_THAT(status.error().message, HasSubstr("transform 'my-flatten'"));
}

TEST_F(TransformChainTest, AChainCanBeUsedAgainAfterAnError) {
  ASSERT_FALSE(apply({"flatten"}, {"a", "lose"}).ok());
  SealedBatch next;
  cnx_record record{};
  record.topic = str("orders");
  record.value = str("fine");
  next.records.push_back(record);
  expect_ok(chain_->apply(next));
  EXPECT_THAT(next.fates, ElementsAre(Fate::kRows));
  EXPECT_EQ(next.outputs[0]->count, 1u);
}

TEST_F(TransformChainTest, OutputsAreReleasedBeforeWhatTheyWereMadeFrom) {
  Traced::made = 0;
  Traced::released.clear();
  expect_ok(apply({"traced", "traced", "traced"}, {"a"}));
  {
    const SealedBatch dies = std::move(batch);
  }
  EXPECT_THAT(Traced::released, ElementsAre(3, 2, 1));
}

}  // namespace
}  // namespace cnx::host::runtime
