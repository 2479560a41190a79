// SPDX-License-Identifier: Apache-2.0
//
// The component as the host sees it: options, schema, and the life of its batches.
#include "order_transform.h"

#include <gtest/gtest.h>

#include <thread>

#include "cnx/plugin.hpp"
#include "test_new.h"
#include "transform_test_support.h"

namespace cnx::order_transform::test {
namespace {

/// kOrder with `count` lines, numbered from 1.
std::string order_of_lines(std::size_t count) {
  const auto begin = kOrder.find(R"({
    "lineNumber")");
  const auto end = kOrder.rfind("]}");
  const std::string line = kOrder.substr(begin, end - begin);
  const auto number = line.find(R"("4")");
  std::string order = kOrder.substr(0, begin);
  for (std::size_t i = 1; i <= count; ++i) {
    if (i > 1) order += ',';
    order.append(line, 0, number).append(std::to_string(i)).append(line, number + 3);
  }
  return order + kOrder.substr(end);
}

TEST(OrderTransform, LeavesTheExtraColumnsOutWhenTold) {
  const auto transform = make_transform({{"extra.columns", "false"}});
  // orderType is not looked at then, so it cannot be wrong.
  const Applied applied = apply(*transform, {order_with(R"("REGULAR")", "[]")});
  ASSERT_EQ(applied.rows.size(), 1u);
  EXPECT_EQ(applied.rows[0].columns.size(), 52u);
  EXPECT_EQ(applied.rows[0].columns.back(), "load_time");
  EXPECT_EQ(applied.rows[0]["chargeAmount"], "18.99");
}

TEST(OrderTransform, WritesTheSourceFileItIsTold) {
  const auto transform = make_transform({{"source.file", "replay-2025"}});
  const Applied applied = apply(*transform, {kOrder, kOrder});
  ASSERT_EQ(applied.rows.size(), 2u);
  for (const auto& row : applied.rows) EXPECT_EQ(row["source_file"], "replay-2025");
}

TEST(OrderTransform, RefusesASourceFileThatItsColumnDoesNotHold) {
  const std::string longest(100, 'x');
  EXPECT_NE(make_transform({{"source.file", longest}}), nullptr);
  const std::string too_long = longest + "x";
  const cnx_config_value value = {str("source.file"), str(too_long)};
  const cnx_config config = {sizeof(cnx_config), sizeof(cnx_config_value), 1, &value};
  std::string found;
  const cnx_findings findings = {
      sizeof(cnx_findings), &found, [](void* ctx, cnx_severity severity, cnx_str object, cnx_str message, cnx_str) {
        EXPECT_EQ(severity, CNX_FINDING_ERROR);
        static_cast<std::string*>(ctx)->append(view(object)).append(" ").append(view(message));
      }};
  const cnx_component component = transform<OrderTransform>();
  EXPECT_EQ(component.validate(&config, &findings, nullptr), CNX_OK);
  EXPECT_EQ(found, "source.file is 101 characters long; column source_file holds 100");
}

TEST(OrderTransform, DeclaresTheShapeOfItsRows) {
  const auto transform_instance = make_transform();
  const cnx_component component = transform<OrderTransform>();
  const auto* schema = static_cast<const cnx_schema*>(component.extension(CNX_EXT_SCHEMA));
  ASSERT_NE(schema, nullptr);
  std::vector<std::string> names;
  const auto collect = [](void* ctx, const cnx_batch* shape) {
    const BatchView batch(*shape);
    EXPECT_EQ(shape->kind, CNX_ROWS);
    EXPECT_EQ(batch.size(), 0u);
    EXPECT_TRUE(is_absent(shape->target)) << "the sink names the table";
    for (std::uint32_t c = 0; c < batch.column_count(); ++c)
      static_cast<std::vector<std::string>*>(ctx)->emplace_back(batch.column(c).name());
  };
  ASSERT_EQ(schema->shapes(transform_instance.get(), &names, collect, nullptr), CNX_OK);
  EXPECT_EQ(names, apply(kOrder).rows.at(0).columns);
}

TEST(OrderTransform, EmitsOneBatchForAllRecords) {
  const Applied applied = apply({kOrder, order_of_lines(3), kOrder});
  EXPECT_EQ(applied.batches, 1u);
  EXPECT_EQ(applied.rows.size(), 5u);
}

TEST(OrderTransform, LeavesThePayloadAsItIs) {
  const std::vector<Payload> payloads = {order_with("Bottle", R"(\u00e9\n)"), "{broken \\u0041"};
  const auto before = payloads;
  apply(payloads);
  EXPECT_EQ(payloads, before);
}

TEST(OrderTransform, AllocatesNothingForARecordInSteadyState) {
  const auto transform = make_transform();
  const std::vector<Payload> payloads(50, order_of_lines(3));
  const Records records(payloads);
  const auto apply_and_release = [&] {
    cnx_output sink{};
    sink.struct_size = sizeof sink;
    sink.emit = [](void*, cnx_batch* batch) { batch->release(batch); };
    sink.reject = [](void*, std::uint32_t, cnx_str, cnx_str, cnx_str, std::int64_t) {
      FAIL() << "a good record was rejected";
    };
    Output out(sink);
    ASSERT_TRUE(transform->apply(BatchView(records.batch()), out).ok());
  };
  apply_and_release();
  const std::size_t before = cnx::testing::new_count();
  apply_and_release();
  EXPECT_EQ(cnx::testing::new_count(), before);
}

TEST(OrderTransform, KeepsRowsOfSeveralOpenBatchesApart) {
  const auto transform = make_transform();
  std::vector<std::unique_ptr<Collector>> open;
  const std::vector<std::string> names = {"first", "second", "third", "fourth", "fifth", "sixth"};
  std::vector<std::vector<Payload>> payloads;
  for (const auto& name : names) payloads.push_back({order_with("Bottle", name)});
  for (const auto& payload : payloads) {
    open.push_back(std::make_unique<Collector>());
    Output out = open.back()->output();
    ASSERT_TRUE(transform->apply(BatchView(Records(payload).batch()), out).ok());
  }
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(open[i]->applied().rows.at(0)["productName"], names[i]);
}

TEST(OrderTransform, BatchesMayBeReleasedByAnotherThreadAndOutliveTheTransform) {
  auto transform = make_transform();
  const std::vector<Payload> payloads(20, kOrder);
  const Records records(payloads);
  for (int round = 0; round < 20; ++round) {
    Collector collector;
    Output out = collector.output();
    ASSERT_TRUE(transform->apply(BatchView(records.batch()), out).ok());
    std::thread sink([batches = collector.take_batches()] {
      for (cnx_batch* batch : batches) batch->release(batch);
    });
    EXPECT_EQ(apply(*transform, payloads).rows.size(), 20u);
    sink.join();
  }
  Collector last;
  Output out = last.output();
  ASSERT_TRUE(transform->apply(BatchView(records.batch()), out).ok());
  transform.reset();
  EXPECT_EQ(last.applied().rows.at(19)["source_file"], "kafka_stream");
}

TEST(OrderTransform, TakesARecordOfFiveMegabytes) {
  const std::string huge = order_of_lines(5200);
  ASSERT_GT(huge.size(), 5'000'000u);
  const auto transform = make_transform();
  const Applied applied = apply(*transform, {kOrder, huge, kOrder});
  ASSERT_EQ(applied.rows.size(), 5202u);
  EXPECT_EQ(applied.rows[5200]["lineNumber"], "5200");
  EXPECT_EQ(applied.rows[5200]["trackingURL"], applied.rows[0]["trackingURL"]);
  EXPECT_EQ(applied.rows[5201].cells, applied.rows[0].cells);
}

TEST(OrderTransform, TakesDeepNesting) {
  const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  const Applied unread = apply(order_with(R"("orderType")", R"("futureField": )" + deep + R"(, "orderType")"));
  EXPECT_EQ(unread.rows.size(), 1u);
  const Applied kept = apply(order_with(R"("charge": [)", R"("deep": )" + deep + R"(, "charge": [)"));
  ASSERT_EQ(kept.rows.size(), 1u);
  EXPECT_GT(kept.rows[0]["charges"].size(), deep.size());
  const Applied open = apply(std::string(1'000'000, '['));
  ASSERT_EQ(open.rejected.size(), 1u);
}

}  // namespace
}  // namespace cnx::order_transform::test
