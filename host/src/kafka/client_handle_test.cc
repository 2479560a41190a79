// SPDX-License-Identifier: Apache-2.0
#include "kafka/client_handle.h"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <pthread.h>

#include <cerrno>

namespace {

// How many more threads the calling thread can start before it meets the system's limit once; negative: no limit.
thread_local int threads_left = -1;

}  // namespace

// Stands before the system's own, for librdkafka in this process, too.
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*body)(void*),
                              void* argument) noexcept {
  using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static const auto real = reinterpret_cast<Create>(::dlsym(RTLD_NEXT, "pthread_create"));
  if (threads_left >= 0 && threads_left-- == 0) return EAGAIN;
  return real(thread, attributes, body, argument);
}

namespace cnx::host::kafka {
namespace {

using ::testing::HasSubstr;

Result<std::shared_ptr<ClientHandle>> make_client(const char* brokers) {
  ConfPtr conf(rd_kafka_conf_new());
  rd_kafka_conf_set(conf.get(), "bootstrap.servers", brokers, nullptr, 0);
  return ClientHandle::create(RD_KAFKA_PRODUCER, std::move(conf), "producer", brokers);
}

TEST(ClientHandle, ThatTheSystemHasNoThreadForItPassesAndNamesTheLimits) {
  // The client's own thread, the one for its internal tasks, and the broker's.
  for (const int started : {0, 1, 2}) {
    threads_left = started;
    const auto client = make_client("127.0.0.1:1");
    EXPECT_LT(threads_left, 0) << "no limit was met";
    threads_left = -1;
    ASSERT_FALSE(client.ok()) << "after " << started;
    EXPECT_EQ(client.error().action, Action::kRetry) << "after " << started << ": " << client.error().message;
    EXPECT_THAT(client.error().message, HasSubstr("producer: the client cannot be made: ")) << "after " << started;
    EXPECT_THAT(client.error().message, HasSubstr("raise the limit on threads (ulimit -u")) << "after " << started;
  }
  EXPECT_TRUE(make_client("127.0.0.1:1").ok());
}

TEST(ClientHandle, SettingsThatLibrdkafkaRefusesAreTheUsersToMend) {
  ConfPtr conf(rd_kafka_conf_new());
  rd_kafka_conf_set(conf.get(), "session.timeout.ms", "6000", nullptr, 0);
  rd_kafka_conf_set(conf.get(), "max.poll.interval.ms", "5000", nullptr, 0);
  const auto client = ClientHandle::create(RD_KAFKA_CONSUMER, std::move(conf), "reader", "127.0.0.1:1");
  ASSERT_FALSE(client.ok());
  EXPECT_EQ(client.error().action, Action::kConfig) << client.error().message;
  EXPECT_THAT(client.error().message, HasSubstr("reader: librdkafka refuses its settings: "));
}

}  // namespace
}  // namespace cnx::host::kafka
