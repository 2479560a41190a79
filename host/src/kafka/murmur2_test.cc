// SPDX-License-Identifier: Apache-2.0
#include "kafka/murmur2.h"

#include <gtest/gtest.h>

#include "kafka/position_log.h"

namespace cnx::host::kafka {
namespace {

// Hashes as Apache Kafka's Java client computes them.
TEST(Murmur2, IsTheHashOfJavasClient) {
  EXPECT_EQ(static_cast<std::int32_t>(murmur2("21")), -973932308);
  EXPECT_EQ(static_cast<std::int32_t>(murmur2("foobar")), -790332482);
  EXPECT_EQ(static_cast<std::int32_t>(murmur2("a-little-bit-long-string")), -985981536);
  EXPECT_EQ(static_cast<std::int32_t>(murmur2("a-little-bit-longer-string")), -1486304829);
  EXPECT_EQ(static_cast<std::int32_t>(murmur2("abc")), 479470107);
}

TEST(PositionPartition, IsTheSameForEverAndSpreadsConnectors) {
  EXPECT_EQ(PositionLog::partition_of("connect-host", "walmart-orders", 1), 0);
  const std::int32_t partition = PositionLog::partition_of("connect-host", "walmart-orders", 25);
  EXPECT_EQ(partition, 20) << "stored positions would be lost if this changed";
  EXPECT_NE(PositionLog::partition_of("ab", "c", 1 << 20), PositionLog::partition_of("a", "bc", 1 << 20));
}

}  // namespace
}  // namespace cnx::host::kafka
