// SPDX-License-Identifier: Apache-2.0
#include "runtime/offset_target.h"

#include <gmock/gmock.h>

#include "base/clock.h"
#include "plugin/testing/rogue.h"

namespace cnx::host::runtime {
namespace {

using plugin::testing::rogue;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const kafka::TopicPartition kOrders3{"orders", 3};

class OffsetTargetTest : public ::testing::Test {
 protected:
  OffsetTargetTest() : component(plugin::testing::fresh(plugin::Kind::kSink)) {
    sink = plugin::SinkInstance::create(component, host, {}).value();
    target.emplace(
        *sink,
        ClaimIdentity{"etl-1/ab12", "connect-g-c", "cluster-a", {{"orders", "topic-a"}, {"other", ""}}, {}, "1.0"});
  }
  /// What is stored, for the next reads.
  void store(std::int64_t next_offset, std::int64_t epoch, const char* owner) {
    rogue.read = [=](cnx_offset_row* rows, std::uint64_t count, void*,
                     void (*)(void*, const cnx_offset_row*)) -> cnx_status {
      for (std::uint64_t i = 0; i < count; ++i) {
        rows[i].present = owner != nullptr;
        rows[i].next_offset = next_offset;
        rows[i].epoch = epoch;
        rows[i].last_offset = next_offset - 1;
        if (owner != nullptr) rows[i].owner = str(owner);
        rows[i].group = str("their-group");
        rows[i].topic_id = str("topic-a");
      }
      return CNX_OK;
    };
  }
  /// Why the partition is lost; "": it is not.
  [[nodiscard]] std::string loss(std::int64_t next_offset, std::int64_t epoch) {
    const auto losses = target->verify(
        std::vector<OffsetStep>{{kOrders3.topic, kOrders3.partition, epoch, next_offset, next_offset, -1, -1}});
    EXPECT_TRUE(losses.ok());
    return losses->empty() ? "" : losses->at(0).reason;
  }

  ManualClock clock;
  plugin::HostContext host{plugin::HostServices{"c", 0, 1, &clock, {}}};
  const plugin::Component& component;
  std::unique_ptr<plugin::SinkInstance> sink;
  std::optional<OffsetTarget> target;
};

TEST_F(OffsetTargetTest, LooksWithoutTouching) {
  store(42, 7, "etl-2/cd");
  const auto found = target->look(kOrders3);
  ASSERT_TRUE(found.ok());
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->next_offset, 42);
  EXPECT_EQ((*found)->epoch, 7);
  EXPECT_EQ((*found)->last_offset, 41);
  EXPECT_EQ((*found)->topic_id, "topic-a");
  store(0, 0, nullptr);
  EXPECT_FALSE(target->look(kOrders3)->has_value());
}

TEST_F(OffsetTargetTest, ClaimsWithItsNameAndWhatIsKnownOfTheTopic) {
  std::vector<std::string> who;
  rogue.claim = [&](const cnx_claimant* claimant, cnx_offset_row* rows, std::uint64_t) -> cnx_status {
    for (const cnx_str text : {claimant->owner, claimant->group, claimant->topic_id, claimant->cluster_id})
      who.push_back(is_absent(text) ? "absent" : std::string(view(text)));
    EXPECT_EQ(rows[0].next_offset, 17);
    rows[0].present = 1;
    rows[0].next_offset = 42;
    rows[0].epoch = 8;
    return CNX_OK;
  };
  const auto claimed = target->claim(kOrders3, 17);
  ASSERT_TRUE(claimed.ok());
  EXPECT_THAT(who, ElementsAre("etl-1/ab12", "connect-g-c", "topic-a", "cluster-a"));
  EXPECT_EQ(claimed->next_offset, 42);
  EXPECT_EQ(claimed->epoch, 8);
  EXPECT_TRUE(claimed->existed);
  who.clear();
  ASSERT_TRUE(target->claim({"other", 0}, 17).ok());
  EXPECT_EQ(who[2], "absent") << "an id that is not known is not an empty one";
}

TEST_F(OffsetTargetTest, AnOwnerThatIsUnchangedIsVerified) {
  store(42, 8, "etl-1/ab12");
  EXPECT_EQ(loss(42, 8), "");
}

TEST_F(OffsetTargetTest, AnyDifferenceIsALossThatNamesWhatIsThereNow) {
  store(42, 8, "etl-1/ab12");
  EXPECT_THAT(loss(42, 7), HasSubstr("epoch 8"));
  EXPECT_THAT(loss(50, 8), AllOf(HasSubstr("is 42"), HasSubstr("left it at 50")));
  store(42, 9, "etl-2/cd");
  EXPECT_THAT(loss(42, 8), AllOf(HasSubstr("orders[3]"), HasSubstr("etl-2/cd"), HasSubstr("their-group")));
  store(42, 9, "");
  EXPECT_THAT(loss(50, 8), HasSubstr("offsets reset"));
  store(0, 0, nullptr);
  EXPECT_THAT(loss(42, 8), AllOf(HasSubstr("orders[3]"), HasSubstr("gone")));
}

TEST_F(OffsetTargetTest, OnlyWhatIsDifferentIsNamed) {
  rogue.read = [](cnx_offset_row* rows, std::uint64_t count, void*, void (*)(void*, const cnx_offset_row*)) {
    for (std::uint64_t i = 0; i < count; ++i) {
      rows[i].present = 1;
      rows[i].epoch = 8;
      rows[i].next_offset = 42;
      rows[i].owner = rows[i].partition == 1 ? str("etl-2/cd") : str("etl-1/ab12");
    }
    return cnx_status{CNX_OK};
  };
  std::vector<OffsetStep> held;
  for (std::int32_t partition = 0; partition < 3; ++partition) held.push_back({"orders", partition, 8, 42, 42, -1, -1});
  const auto losses = target->verify(held);
  ASSERT_TRUE(losses.ok());
  ASSERT_EQ(losses->size(), 1u);
  EXPECT_EQ(losses->at(0).index, 1u);
}

class PlainTargetTest : public OffsetTargetTest, private PlainTarget::GroupOffsets {
 protected:
  Result<std::optional<std::int64_t>> committed(const kafka::TopicPartition&) override { return stored; }
  std::optional<std::int64_t> stored;
  PlainTarget plain{*sink, *this};
};

TEST_F(PlainTargetTest, BeginsWhereTheGroupStandsElseAtTheEarliest) {
  EXPECT_FALSE(plain.exactly_once());
  EXPECT_EQ(plain.claim(kOrders3, 17)->next_offset, 17);
  EXPECT_FALSE(plain.claim(kOrders3, 17)->existed);
  stored = 42;
  EXPECT_EQ(plain.claim(kOrders3, 17)->next_offset, 42);
  EXPECT_TRUE(plain.claim(kOrders3, 17)->existed);
}

}  // namespace
}  // namespace cnx::host::runtime
