// SPDX-License-Identifier: Apache-2.0
//
// A host that breaks the contract is told so by the proxies, and one that keeps to it is not. What they find in plugins
// is shown by tests/conformance.
#include "cnx/testing/watch/watch.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <thread>

#include "cnx/testing/batches.hpp"
#include "cnx/testing/config.hpp"
#include "cnx/testing/fake_host.hpp"
#include "test_components.hpp"

namespace cnx::testing::watch {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> found;
Breaches breaches([](Side side, std::string_view call, const std::string& what) {
  found.push_back(std::string(name_of(side)) + " " + std::string(call) + ": " + what);
});

/// A sink with transactions that takes all, in C.
struct Obedient {
  static cnx_status create(const cnx_host*, const cnx_config*, void** self, cnx_error*) {
    *self = new int;
    return CNX_OK;
  }
  static void destroy(void* self) { delete static_cast<int*>(self); }
  static cnx_status ok(void*, cnx_error*) { return CNX_OK; }
  static cnx_status prepare(void*, const cnx_batch*, cnx_error*) { return CNX_OK; }
  static cnx_status write(void*, const cnx_batch*, cnx_selection, const cnx_rejects* rejects, cnx_error* error) {
    if (!refuses) return CNX_OK;
    rejects->reject(rejects->ctx, 0, absent(), str("bad"), 0);
    error->action = CNX_RECORD;
    error->set_message(error->ctx, str("a bad row"));
    return CNX_RECORD;
  }
  static void nothing(void*) {}
  static cnx_status claim(void*, const cnx_claimant*, cnx_offset_row*, std::uint64_t, cnx_error*) { return CNX_OK; }
  static cnx_status begin(void*, const cnx_claimant*, const cnx_offset_step*, std::uint64_t, cnx_error*) {
    return CNX_OK;
  }
  static cnx_status commit(void*, std::int32_t*, cnx_error*) { return CNX_OK; }
  static const void* extension(const char* id) {
    static constexpr cnx_sink_offsets kOffsets = {
        sizeof(cnx_sink_offsets), 0, &claim, &begin, &commit, &nothing, nullptr, nullptr, nullptr, nullptr};
    return std::string_view(id) == CNX_EXT_SINK_OFFSETS ? &kOffsets : nullptr;
  }
  static inline bool refuses = false;
};
constexpr cnx_sink kSinkTable = {sizeof(cnx_sink),   CNX_RECORDS,        &Obedient::create, &Obedient::destroy,
                                 &Obedient::ok,      &Obedient::prepare, &Obedient::write,  &Obedient::ok,
                                 &Obedient::nothing, &Obedient::nothing, &Obedient::nothing};
constexpr cnx_component kSink = {
    sizeof(cnx_component), CNX_SINK, {"s", 1}, {"d", 1}, sizeof(cnx_config_key), 0, nullptr, &kSinkTable, nullptr,
    &Obedient::extension};
constexpr cnx_component kSource = source<ScriptedSource>();
constexpr cnx_component kAheadSource = source<AheadSource>();
constexpr cnx_component kTransform = transform<AwkwardTransform>();

const cnx_component& sink() {
  static const cnx_component& seen = watched(kSink, breaches);
  return seen;
}
const cnx_component& source_component() {
  static const cnx_component& seen = watched(kSource, breaches);
  return seen;
}
const cnx_component& ahead_component() {
  static const cnx_component& seen = watched(kAheadSource, breaches);
  return seen;
}
const cnx_component& transform_component() {
  static const cnx_component& seen = watched(kTransform, breaches);
  return seen;
}

/// An instance behind its proxy.
template <class Table>
class Instance {
 public:
  Instance(const cnx_component& component, Pairs pairs) : table(*static_cast<const Table*>(component.table)) {
    found.clear();
    const ConfigLiteral config(std::move(pairs));
    EXPECT_EQ(table.create(host.table(), &config.raw(), &self, error.slot()), CNX_OK);
  }
  ~Instance() { table.destroy(self); }
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  FakeHost host;
  ErrorSlot error;
  const Table& table;
  void* self = nullptr;
};

struct Sink : Instance<cnx_sink> {
  Sink()
      : Instance(sink(), {}), offsets(*static_cast<const cnx_sink_offsets*>(sink().extension(CNX_EXT_SINK_OFFSETS))) {
    Obedient::refuses = false;
  }
  void start() { (void)table.start(self, error.slot()); }
  void prepare() { (void)table.prepare(self, &records.raw(), error.slot()); }
  void write(cnx_selection rows = {nullptr, 2}) {
    (void)table.write(self, &records.raw(), rows, rejects.table(), error.slot());
  }
  void claim() { (void)offsets.claim(self, nullptr, nullptr, 0, error.slot()); }
  void begin() { (void)offsets.begin(self, nullptr, nullptr, 0, error.slot()); }
  void commit() {
    std::int32_t unknown = 0;
    (void)offsets.commit(self, &unknown, error.slot());
  }
  const cnx_sink_offsets& offsets;
  const Records records{"a", "b"};
  CollectedRejects rejects;
};

struct Source : Instance<cnx_source> {
  explicit Source(const cnx_component& component = source_component()) : Instance(component, {}) {}
  void start(const std::string& position = "") {
    cnx_position raw{str("at"), str(position), absent()};
    cnx_source_start from{};
    from.struct_size = sizeof from;
    from.position_stride = sizeof raw;
    from.position_count = position.empty() ? 0 : 1;
    from.positions = &raw;
    cnx_source_plan plan{};
    plan.struct_size = sizeof plan;
    (void)table.start(self, &from, &plan, error.slot());
    found.erase(std::remove_if(found.begin(), found.end(), [](auto& f) { return f.starts_with("plugin"); }),
                found.end());
  }
  cnx_batch* poll() {
    cnx_source_batch batch{};
    batch.struct_size = sizeof batch;
    (void)table.poll(self, 0, &batch, error.slot());
    return batch.records;
  }
};

TEST(WatchedSink, FindsNothingInAHostThatKeepsTheOrder) {
  Sink s;
  s.start();
  s.claim();
  s.prepare();
  s.begin();
  s.write();
  s.commit();
  s.table.stop(s.self);
  EXPECT_THAT(found, IsEmpty());
}

TEST(WatchedSink, TellsCallsInTheWrongState) {
  Sink s;
  s.write();
  EXPECT_THAT(found, ElementsAre("host write: was called before start", "host write: was called before prepare"));
  s.start();
  s.prepare();
  s.claim();
  found.clear();
  s.write();
  s.begin();
  s.claim();
  EXPECT_THAT(found, ElementsAre("host write: was called outside a transaction",
                                 "host claim: was called inside a transaction"));
  found.clear();
  s.table.stop(s.self);
  s.table.idle(s.self);
  EXPECT_THAT(found, Contains("host idle: was called after stop"));
}

TEST(WatchedSink, TellsRowsThatAreNoneOrDoNotAscend) {
  Sink s;
  s.start();
  s.prepare();
  const std::uint32_t twice[] = {1, 1}, beyond[] = {2};
  s.write({twice, 2});
  s.write({beyond, 1});
  s.write({nullptr, 1});
  EXPECT_THAT(found, ElementsAre("host write: chose rows that do not ascend",
                                 "host write: chose a row that is none of the batch",
                                 "host write: chose all rows and gave another number of them"));
}

TEST(WatchedSink, TellsWhatFollowsAnErrorInsideATransactionButAnAbort) {
  Sink s;
  s.start();
  s.claim();
  s.prepare();
  s.begin();
  Obedient::refuses = true;
  s.write();
  s.offsets.abort(s.self);
  s.begin();
  s.write();
  EXPECT_THAT(found, IsEmpty());
  s.commit();
  EXPECT_THAT(found, ElementsAre("host commit: was called after an error inside the transaction, without abort"));
}

TEST(WatchedSink, TellsAForeignThreadAndAMissingErrorSlot) {
  Sink s;
  std::thread([&] { s.start(); }).join();
  EXPECT_THAT(found, ElementsAre("host start: was called on another thread than create"));
  (void)s.table.flush(s.self, nullptr);
  EXPECT_THAT(found, Contains("host flush: was called without a whole error slot"));
}

TEST(WatchedSource, TellsAcksThatNobodyIsOwedAndPollsBeforeTheAck) {
  ScriptedSource::script = {{{"1"}, true}, {{"2"}, true}};
  Source s;
  s.start();
  s.table.acked(s.self);
  EXPECT_THAT(found, ElementsAre("host acked: was called without a batch that could be committed"));
  cnx_batch* first = s.poll();
  found.clear();
  cnx_batch* second = s.poll();
  EXPECT_THAT(found, Contains("host poll: was called before the batch before was acked"));
  first->release(first);
  second->release(second);
}

TEST(WatchedSource, LetsASourceThatAllowsItBePolledBeforeTheAckButNotAckedTwice) {
  ScriptedSource::script = {{{"1"}, true}, {{"2"}, true}};
  Source s(ahead_component());
  s.start();
  cnx_batch* first = s.poll();
  cnx_batch* second = s.poll();
  found.erase(std::remove(found.begin(), found.end(), "plugin poll: gave a record without a topic"), found.end());
  EXPECT_THAT(found, IsEmpty());
  for (int i = 0; i < 2; ++i) s.table.acked(s.self);
  EXPECT_THAT(found, IsEmpty());
  s.table.acked(s.self);
  EXPECT_THAT(found, ElementsAre("host acked: was called without a batch that could be committed"));
  first->release(first);
  second->release(second);
}

TEST(WatchedSource, OwesNoAckForAPollThatGaveNothing) {
  for (const cnx_component* component : {&source_component(), &ahead_component()}) {
    ScriptedSource::script = {{{}, true}, {{"1"}, true}, {{}, true}};
    Source s(*component);
    s.start();
    EXPECT_EQ(s.poll(), nullptr);
    s.table.acked(s.self);
    EXPECT_THAT(found, ElementsAre("host acked: was called without a batch that could be committed"));
    cnx_batch* batch = s.poll();
    found.clear();
    s.table.acked(s.self);
    EXPECT_THAT(found, IsEmpty());
    EXPECT_EQ(s.poll(), nullptr);
    s.table.acked(s.self);
    EXPECT_THAT(found, ElementsAre("host acked: was called without a batch that could be committed"));
    batch->release(batch);
  }
}

TEST(WatchedSource, BlamesNobodyForAPositionWhoseAckIsMissing) {
  ScriptedSource::script = {{{"acked"}, true}, {{"answer lost"}, true}};
  {
    Source s;
    s.start();
    for (int i = 0; i < 2; ++i) {
      cnx_batch* batch = s.poll();
      if (i == 0) s.table.acked(s.self);
      batch->release(batch);
    }
  }
  for (const char* committed : {"acked", "answer lost"}) {
    Source s;
    s.start(committed);
    EXPECT_THAT(found, IsEmpty()) << committed;
  }
}

TEST(WatchedTransform, TellsABatchThatIsReleasedTwiceOrNever) {
  Instance<cnx_transform> t(transform_component(), {{"mode", "none"}, {"create", "none"}});
  const Records in{"a"};
  CollectedOutput out;
  const std::size_t before = BatchBook::instance().out();
  ASSERT_EQ(t.table.apply(t.self, &in.raw(), out.table(), t.error.slot()), CNX_OK);
  EXPECT_EQ(BatchBook::instance().out(), before + 1);
  const auto release = out.batches[0]->release;
  cnx_batch* batch = out.batches[0].get();
  out.batches.clear();
  EXPECT_EQ(BatchBook::instance().out(), before);
  EXPECT_THAT(found, IsEmpty());
  release(batch);
  EXPECT_THAT(found, ElementsAre("host release: was called twice for one batch"));
}

TEST(WatchedTransform, TellsABatchOfTheWrongKindAndOneWithoutOrigins) {
  Instance<cnx_transform> t(transform_component(), {{"mode", "error"}, {"create", "none"}});
  const Records in{"a"};
  cnx_batch raw = in.raw();
  raw.origin = nullptr;
  raw.kind = 7;
  CollectedOutput out;
  (void)t.table.apply(t.self, &raw, out.table(), t.error.slot());
  EXPECT_THAT(found, ElementsAre("host apply: got a batch that has an unknown kind",
                                 "host apply: got another kind of batch than the table declares",
                                 "host apply: got a batch without origins"));
}

}  // namespace
}  // namespace cnx::testing::watch
