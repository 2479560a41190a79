// SPDX-License-Identifier: Apache-2.0
#include "curl_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/resource.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "testing/gzip.h"
#include "testing/held_server.h"
#include "testing/scarce_memory.h"

namespace walmart {
namespace {

using ::testing::HasSubstr;
using testing::HeldServer;
using testing::ScarceMemory;
using Clock = std::chrono::steady_clock;

/// Nothing here takes so long.
constexpr std::int64_t kLongMs = 60'000;

class CurlTransportTest : public ::testing::Test {
 protected:
  CurlTransportTest() {
    transport_ = *make_curl_transport({server_.url(), "", kLongMs, kLongMs});
    // Until it knows whether the server shares a connection out, libcurl makes no second one.
    server_.answer("/first-of-all");
    wait_for(*send("/first-of-all"));
  }

  std::unique_ptr<HttpExchange> send(std::string target) {
    return transport_->send({"GET", std::move(target), {}, {}, std::nullopt});
  }
  /// The body of what has ended; "" while it has not.
  static std::string body_of(HttpExchange& exchange) {
    const std::optional<HttpResult> result = exchange.result();
    if (!result) return {};
    const auto* response = std::get_if<HttpResponse>(&*result);
    return response == nullptr ? std::get<HttpFault>(*result).message : response->body;
  }
  std::string wait_for(HttpExchange& exchange) {
    for (;;) {
      transport_->wait(kLongMs);
      if (std::string body = body_of(exchange); !body.empty()) return body;
    }
  }
  HttpResponse response_to(std::string target) {
    const auto exchange = send(std::move(target));
    for (;;) {
      transport_->wait(kLongMs);
      if (std::optional<HttpResult> result = exchange->result()) return std::get<HttpResponse>(*std::move(result));
    }
  }
  static bool was_cancelled(HttpExchange& exchange) {
    const std::optional<HttpResult> result = exchange.result();
    const auto* fault = result ? std::get_if<HttpFault>(&*result) : nullptr;
    return fault != nullptr && fault->kind == HttpFault::Kind::kCancelled;
  }

  /// Until the transport's thread has nothing to do but to wait.
  static void wait_until_it_sleeps() {
    for (bool sleeps = false; !sleeps; std::this_thread::yield())
      for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
        std::string stat;
        std::getline(std::ifstream(task.path() / "stat"), stat);
        sleeps = sleeps || stat.find("(walmart-http) S") != std::string::npos;
      }
  }

  HeldServer server_;
  std::unique_ptr<Transport> transport_;
};

TEST_F(CurlTransportTest, GivesEachExchangeItsOwnAnswerWhicheverComesFirst) {
  const auto first = send("/first"), second = send("/second");
  server_.wait_for_request("/first");
  server_.answer("/second");
  EXPECT_EQ(wait_for(*second), "/second");
  EXPECT_EQ(body_of(*first), "");
  EXPECT_FALSE(transport_->idle());
  server_.answer("/first");
  EXPECT_EQ(wait_for(*first), "/first");
  EXPECT_TRUE(transport_->idle());
}

TEST_F(CurlTransportTest, ReceivesWhileNobodyWaits) {
  const auto exchange = send("/page");
  server_.answer("/page");
  std::string body;
  while ((body = body_of(*exchange)).empty()) std::this_thread::yield();
  EXPECT_EQ(body, "/page");
}

TEST_F(CurlTransportTest, TellsInTheNextWaitWhatEndedBeforeIt) {
  const auto exchange = send("/page"), other = send("/never");
  server_.answer("/page");
  while (body_of(*exchange).empty()) std::this_thread::yield();
  transport_->wait(kLongMs);  // at once
  EXPECT_FALSE(transport_->idle());
  transport_->wait(1);  // nothing to tell
  EXPECT_EQ(body_of(*other), "");
}

TEST_F(CurlTransportTest, IsNotIdleBeforeTheEndOfItsLastExchangeIsTold) {
  const auto exchange = send("/page");
  server_.answer("/page");
  while (body_of(*exchange).empty()) std::this_thread::yield();
  EXPECT_FALSE(transport_->idle());
  transport_->wait(kLongMs);
  EXPECT_TRUE(transport_->idle());
}

TEST_F(CurlTransportTest, TellsHowLongAnAnswerHasLain) {
  const auto began = Clock::now();
  const auto exchange = send("/page");
  server_.answer("/page");
  transport_->wait(kLongMs);
  constexpr auto kLay = std::chrono::milliseconds(3);
  std::this_thread::sleep_until(Clock::now() + kLay);
  const std::optional<HttpResult> result = exchange->result();
  ASSERT_TRUE(result);
  const std::chrono::nanoseconds age(std::get<HttpResponse>(*result).age_ns);
  EXPECT_GE(age, kLay);
  EXPECT_LE(age, Clock::now() - began);
}

TEST_F(CurlTransportTest, GoesOnWithTheOthersWhenAnExchangeIsGivenUp) {
  auto given_up = send("/given-up");
  const auto kept = send("/kept");
  server_.wait_for_request("/given-up");
  given_up.reset();
  server_.answer("/given-up");
  server_.answer("/kept");
  EXPECT_EQ(wait_for(*kept), "/kept");
  EXPECT_TRUE(transport_->idle());
}

TEST_F(CurlTransportTest, IsIdleOnceAllIsGivenUp) {
  auto exchange = send("/page");
  server_.wait_for_request("/page");
  exchange.reset();
  EXPECT_TRUE(transport_->idle());
  send("/at-once").reset();
  EXPECT_TRUE(transport_->idle());
  const auto next = send("/next");
  server_.answer("/next");
  EXPECT_EQ(wait_for(*next), "/next");
}

TEST_F(CurlTransportTest, EndsAWaitWhenItIsCancelled) {
  const auto exchange = send("/page");
  server_.wait_for_request("/page");
  const auto began = Clock::now();
  std::thread other([&] { transport_->cancel(); });
  transport_->wait(kLongMs);
  other.join();
  EXPECT_TRUE(was_cancelled(*exchange));
  transport_->wait(kLongMs);  // and all that follow
  EXPECT_LT(Clock::now() - began, std::chrono::milliseconds(kLongMs));
}

TEST_F(CurlTransportTest, SaysCancelledThoughTheAnswerHadCome) {
  const auto exchange = send("/page");
  server_.answer("/page");
  transport_->wait(kLongMs);
  transport_->cancel();
  EXPECT_TRUE(was_cancelled(*exchange));
}

TEST_F(CurlTransportTest, EndsThoughTheServerIsSilent) {
  const auto began = Clock::now();
  auto answered = send("/answered"), asked = send("/asked");
  server_.wait_for_request("/asked");
  server_.answer("/answered");
  transport_->wait(kLongMs);
  auto just_sent = send("/just-sent");
  answered.reset();
  asked.reset();
  just_sent.reset();
  transport_.reset();
  EXPECT_LT(Clock::now() - began, std::chrono::milliseconds(kLongMs));
}

// A lost wake-up is made good by a timer of libcurl's within a second: many in a row tell.
constexpr int kWakeUps = 20;
constexpr auto kAllWakeUps = std::chrono::seconds(5);

TEST_F(CurlTransportTest, IsWokenByWhatIsSentWhileAServerIsSilent) {
  const auto silent = send("/silent");
  server_.wait_for_request("/silent");
  server_.answer("/page");
  const auto began = Clock::now();
  for (int i = 0; i < kWakeUps; ++i) {
    wait_until_it_sleeps();
    EXPECT_EQ(wait_for(*send("/page")), "/page");
  }
  EXPECT_LT(Clock::now() - began, kAllWakeUps);
}

TEST_F(CurlTransportTest, IsWokenByItsEndWhileAServerIsSilent) {
  // Nor destroyed, without their transports: reachable for ever, so that they are no leak.
  static auto& never_given_up = *new std::vector<HttpExchange*>();
  Clock::duration ends{};
  for (int i = 0; i < kWakeUps; ++i) {
    const std::string target = "/silent-" + std::to_string(i);
    transport_ = *make_curl_transport({server_.url(), "", kLongMs, kLongMs});
    wait_for(*send("/first-of-all"));  // a connection that is being made has timers, too
    never_given_up.push_back(send(target).release());
    server_.wait_for_request(target);
    wait_until_it_sleeps();
    const auto began = Clock::now();
    transport_.reset();
    ends += Clock::now() - began;
  }
  EXPECT_LT(ends, kAllWakeUps);
}

TEST_F(CurlTransportTest, EndsWhatItHasNoMemoryForAndGoesOn) {
  const std::string long_target = "/" + std::string(20'000, 'x');
  server_.answer(long_target);
  server_.answer("/page");
  for (const std::size_t bytes : {0, 256, 4096}) {  // for nothing, for no transfer, for no body
    const auto silent = send("/silent");
    {
      const ScarceMemory scarce("walmart-http", bytes);
      EXPECT_EQ(wait_for(*send(long_target)), "out of memory") << bytes;
    }
    EXPECT_EQ(wait_for(*send("/page")), "/page") << bytes;
  }
}

TEST_F(CurlTransportTest, EndsAnAnswerWhoseHeadersItHasNoMemoryFor) {
  const auto exchange = send("/page");
  server_.wait_for_request("/page");
  const ScarceMemory scarce("walmart-http", 0);
  server_.answer("/page");
  EXPECT_EQ(wait_for(*exchange), "out of memory");
}

TEST_F(CurlTransportTest, AsksForGzipAlone) {
  const auto exchange = send("/page");
  const std::string head = server_.wait_for_request("/page");
  const auto at = head.find("accept-encoding: ");
  ASSERT_NE(at, std::string::npos) << head;
  EXPECT_EQ(head.substr(at, head.find("\r\n", at) - at), "accept-encoding: gzip");
  EXPECT_EQ(head.find("accept-encoding", at + 1), std::string::npos);
}

TEST_F(CurlTransportTest, UnpacksGzipAndTakesTheRestAsItCame) {
  const std::string body(100'000, 'x');
  server_.answer("/gzip", "Content-Encoding: gzip\r\n", testing::gzip(body));
  server_.answer("/old-name", "content-encoding: X-GZip\r\n", testing::gzip(body));
  server_.answer("/identity", "Content-Encoding: identity\r\n", body);
  for (const char* target : {"/gzip", "/old-name", "/identity"}) EXPECT_EQ(wait_for(*send(target)), body) << target;
}

TEST_F(CurlTransportTest, TellsWhatItCannotUnpack) {
  const std::string packed = testing::gzip("page");
  server_.answer("/cut", "Content-Encoding: gzip\r\n", packed.substr(0, packed.size() - 1));
  server_.answer("/other", "Content-Encoding: br\r\n", packed);
  server_.answer("/large", "Content-Encoding: gzip\r\n", testing::gzip(std::string((64U << 20U) + 1, 'x')));
  EXPECT_EQ(wait_for(*send("/cut")), "the answer's gzip is damaged");
  EXPECT_EQ(wait_for(*send("/other")), "the answer is packed by 'br', only gzip was asked for");
  EXPECT_EQ(wait_for(*send("/large")), "the answer is larger than 64 MiB");
}

TEST_F(CurlTransportTest, ShowsLittleOfWhatAServerCallsItsPacking) {
  server_.answer("/long", "Content-Encoding: \x1b" + std::string(10'000, 'x') + "\r\n", "page");
  server_.answer("/twice", "Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n", "page");
  EXPECT_EQ(wait_for(*send("/long")),
            "the answer is packed by '?" + std::string(39, 'x') + "', only gzip was asked for");
  EXPECT_EQ(wait_for(*send("/twice")), "the answer is packed by 'gzip, gzip', only gzip was asked for");
}

// A 429 whose body is lost is a 429 all the same, and a 404 with something in it never means that there are no orders.
TEST_F(CurlTransportTest, ARefusalKeepsItsStatusAndHeadersWhenItsBodyCannotBeUnpacked) {
  server_.answer("/throttled", "Content-Encoding: br\r\nRetry-After: 7\r\n", "page", "429 Too Many Requests");
  server_.answer("/missing", "Content-Encoding: gzip\r\n", "<html>", "404 Not Found");
  const HttpResponse throttled = response_to("/throttled"), missing = response_to("/missing");
  EXPECT_EQ(throttled.status, 429);
  EXPECT_EQ(throttled.header("retry-after"), "7");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.body, "the answer's gzip is damaged");
}

TEST_F(CurlTransportTest, AnAnswerWithoutABodyNeedsNoUnpacking) {
  server_.answer("/none", "Content-Encoding: gzip\r\n", "");
  EXPECT_EQ(response_to("/none").body, "");
}

TEST_F(CurlTransportTest, ASmallAnswerBehindALargeOneHoldsLittleMemory) {
  server_.answer("/large", "", std::string(900'000, 'x'));
  server_.answer("/small", "", "small");
  response_to("/large");
  EXPECT_LT(response_to("/small").body.capacity(), 100);
}

TEST_F(CurlTransportTest, AnAnswerThereIsNoMemoryToUnpackEndsNoOther) {
  const std::string body(8U << 20U, 'x');
  server_.answer("/large", "Content-Encoding: gzip\r\n", testing::gzip(body));
  const auto other = send("/other");
  server_.wait_for_request("/other");
  {
    const ScarceMemory scarce("walmart-http", 4U << 20U);
    EXPECT_EQ(wait_for(*send("/large")), "out of memory");
  }
  EXPECT_EQ(body_of(*other), "");
  server_.answer("/other");
  EXPECT_EQ(wait_for(*other), "/other");
}

TEST_F(CurlTransportTest, TellsAFaultOfTheConnection) {
  transport_ = *make_curl_transport({"http://127.0.0.1:1", "", kLongMs, kLongMs});
  const auto exchange = send("/page");
  EXPECT_THAT(wait_for(*exchange), HasSubstr("connect"));
  EXPECT_TRUE(transport_->idle());
}

TEST_F(CurlTransportTest, ThatTheSystemHasNoThreadIsAnErrorWithItsMend) {
  pthread_attr_t usual, greedy;
  pthread_getattr_default_np(&usual);
  pthread_getattr_default_np(&greedy);
  pthread_attr_setstacksize(&greedy, std::size_t{1} << 60);  // no such stack can be had
  pthread_setattr_default_np(&greedy);
  const auto made = make_curl_transport({server_.url(), "", kLongMs, kLongMs});
  pthread_setattr_default_np(&usual);
  pthread_attr_destroy(&greedy);
  pthread_attr_destroy(&usual);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().action, cnx::Action::kRetry);
  EXPECT_THAT(made.error().message,
              HasSubstr("the thread for HTTP cannot be started: Resource temporarily unavailable; "
                        "raise the limit on threads"));
}

TEST_F(CurlTransportTest, ThatTheSystemHasNoFilesIsAnErrorWithItsMend) {
  rlimit usual{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &usual), 0);
  const rlimit none{0, usual.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto made = make_curl_transport({server_.url(), "", kLongMs, kLongMs});
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &usual), 0);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().action, cnx::Action::kRetry);
  EXPECT_THAT(made.error().message, HasSubstr("raise the limit on open files (ulimit -n)"));
}

}  // namespace
}  // namespace walmart
