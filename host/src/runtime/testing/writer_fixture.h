// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>

#include <deque>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/stop.h"
#include "runtime/sink_writer.h"
#include "runtime/testing/fake_consumer.h"
#include "runtime/testing/fake_dead_letters.h"

namespace cnx::host::runtime::testing {

/// A writer in one thread: whenever it has nothing to do, the next step of the script runs. After the last one the
/// mailbox is closed. At the end the ledger has to add up.
class WriterTest : public ::testing::Test {
 protected:
  using Step = std::function<void()>;

  WriterTest() {
    mailbox.set_on_idle([this] {
      if (script.empty()) return mailbox.close();
      const Step step = std::move(script.front());
      script.pop_front();
      step();
      mailbox.post([] {});  // so that the writer looks around at once
    });
  }
  void TearDown() override { expect_ledger_adds_up(); }

  void make_writer(SinkWriterOptions options = {"orders-mysql", "mysql-sink", 2, 1}) {
    writer = std::make_unique<SinkWriter>(std::move(options), mailbox, target, claimer, partitions, dead_letters,
                                          ledger, doubts, status, clock, stop.token());
  }

  /// The writer's whole life, with `steps` as the rest of the world.
  Status run(std::vector<Step> steps) {
    if (!writer) make_writer();
    script.assign(std::make_move_iterator(steps.begin()), std::make_move_iterator(steps.end()));
    Status result = writer->run();
    closed_by_writer = mailbox.closed();
    while (true) {  // what it left inside, as the task does it
      auto item = mailbox.take(std::chrono::milliseconds(0));
      auto* batch = std::get_if<std::unique_ptr<SealedBatch>>(&item);
      if (batch == nullptr) break;
      left_inside += (*batch)->records.size();
      ledger.settle({.released = (*batch)->records.size()}, (*batch)->records.size());
    }
    return result;
  }
  void expect_ok(const Status& result) { EXPECT_TRUE(result.ok()) << result.error().message; }

  // Steps.

  /// An assignment whose callback does not wait; the first one reads on under generation 101.
  Step assign(std::vector<kafka::TopicPartition> which, std::uint64_t generation = kGeneration) {
    return [this, which = std::move(which), generation] { static_cast<void>(writer->claim(which, generation, 0)); };
  }
  Step revoke(std::vector<kafka::TopicPartition> which) {
    return [this, which = std::move(which)] { writer->release(which, 0); };
  }
  /// A batch from the reader, under the generation that reading began with.
  Step batch(std::vector<Rec> records, std::vector<End> ends = {}, std::uint64_t generation = kFirstRead) {
    for (Rec& record : records) record.generation = generation;
    for (End& end : ends) end.generation = generation;
    return [this, records = std::move(records), ends = std::move(ends)] { give(sealed(records, ends)); };
  }
  /// The next `times` writes fail; the wait before each retry is over at once.
  Step fail_writes(int times, Error error) {
    return [this, times, error] {
      target.on_write = [this, left = times, error](const std::vector<std::string>&,
                                                    std::vector<RejectedRow>&) mutable -> Status {
        if (left-- <= 0) return {};
        mailbox.post([this] { clock.advance_ms(1'000); });
        return error;
      };
    };
  }
  Step later(std::int64_t milliseconds) {
    return [this, milliseconds] { clock.advance_ms(milliseconds); };
  }

  void give(std::unique_ptr<SealedBatch> made) {
    const std::uint64_t records = made->records.size();
    ledger.take(records);
    if (!mailbox.push(made)) ledger.settle({.released = records}, records);
  }

  void expect_ledger_adds_up() const {
    EXPECT_TRUE(ledger.check().ok()) << ledger.check().error().message;
    EXPECT_EQ(ledger.pending(), doubts.records()) << "records that nobody holds";
  }
  [[nodiscard]] long count(const std::string& call) const { return std::count(journal.begin(), journal.end(), call); }

  static constexpr std::uint64_t kFirstRead = 101;

  Journal journal;
  ManualClock clock;
  StopSource stop;
  FakeTarget target{journal};
  FakeDeadLetters dead_letters{journal};
  FakePartitions partitions{journal};
  FakeLog log;
  Claimer claimer{"orders-mysql", target, log, "", {}};
  Mailbox mailbox{1 << 20};
  errors::Ledger ledger;
  Doubts doubts;
  TaskStatus status{"orders-mysql", 0, false, clock};
  std::unique_ptr<SinkWriter> writer;
  std::deque<Step> script;
  bool closed_by_writer = false;
  std::uint64_t left_inside = 0;  ///< records that the writer did not get to
};

}  // namespace cnx::host::runtime::testing
