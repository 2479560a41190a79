// SPDX-License-Identifier: Apache-2.0
//
// The built plugin against a server of one thread.
#include <gmock/gmock.h>

#include "cnx/abi/ext/preflight.h"
#include "cnx/testing/config.hpp"
#include "cnx/testing/conformance.hpp"
#include "cnx/testing/fake_host.hpp"
#include "cnx/testing/kit/kit.hpp"
#include "cnx/testing/library.hpp"
#include "http-sink/small_server_test_support.h"

namespace cnx::http_sink::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Pairs;
using testing::Records;
using ::testing::StartsWith;
using testing::TestRecord;

const std::string kPlugin = CNX_PLUGIN_DIR "/http-sink.so";

const cnx_component& http_sink() {
  static const cnx_component& found = *testing::find_component(testing::load_plugin(kPlugin), "http-sink");
  return found;
}

/// One instance, through its C table.
class Sink {
 public:
  explicit Sink(Pairs set) {
    const testing::ConfigLiteral config(
        testing::with_defaults(http_sink().keys, http_sink().key_count, http_sink().key_stride, std::move(set)));
    const cnx_status status = table_.create(host_.table(), &config.raw(), &self_, error.slot());
    if (status == CNX_OK) (void)table_.start(self_, error.slot());  // it connects when it writes
  }
  ~Sink() {
    if (self_ != nullptr) table_.destroy(self_);
  }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  cnx_status write(const Records& records) {
    return table_.write(self_, &records.raw(), {nullptr, records.raw().count}, rejects.table(), error.slot());
  }
  void cancel() { table_.cancel(self_); }

  testing::ErrorSlot error;
  testing::CollectedRejects rejects;

 private:
  const cnx_sink& table_ = *static_cast<const cnx_sink*>(http_sink().table);
  testing::FakeHost host_;
  void* self_ = nullptr;
};

std::string refusal(Pairs set) { return Sink(std::move(set)).error.message; }

TEST(HttpSink, PostsTheValuesAsOneArrayWithTheHeaders) {
  SmallServer server({"200 OK", "204 No Content"});
  Sink sink({{"url", server.url("/in?to=1")}, {"headers.X-Key", "planted-secret"}});
  EXPECT_EQ(sink.write(Records({R"({"id":1.10})", "[2]"})), CNX_OK);
  EXPECT_EQ(sink.write(Records({"3"})), CNX_OK);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_THAT(requests[0],
              AllOf(StartsWith("POST /in?to=1 HTTP/1.1\r\n"), HasSubstr("\r\nContent-Type: application/json\r\n"),
                    HasSubstr("\r\nX-Key: planted-secret\r\n"), EndsWith("\r\n\r\n[{\"id\":1.10},[2]]")));
  EXPECT_THAT(requests[1], EndsWith("\r\n\r\n[3]"));
}

TEST(HttpSink, SendsNothingForNoRecords) {
  SmallServer server({});
  Sink sink({{"url", server.url("/")}});
  EXPECT_EQ(sink.write(Records(std::initializer_list<std::string_view>{})), CNX_OK);
  EXPECT_THAT(server.requests(), IsEmpty());
}

TEST(HttpSink, AnAnswerDecidesWhatFollows) {
  const std::pair<const char*, cnx_status> answers[] = {
      {"500 Internal Server Error", CNX_RETRY}, {"502 Bad Gateway", CNX_RETRY},
      {"408 Request Timeout", CNX_RETRY},       {"429 Too Many Requests", CNX_RETRY},
      {"401 Unauthorized", CNX_AUTH},           {"403 Forbidden", CNX_AUTH},
      {"400 Bad Request", CNX_RECORD},          {"413 Too Large", CNX_RECORD},
      {"422 Unprocessable", CNX_RECORD},        {"404 Not Found", CNX_CONFIG},
      {"405 Method Not Allowed", CNX_CONFIG}};
  for (const auto& [line, status] : answers) {
    SmallServer server({line});
    Sink sink({{"url", server.url("/")}, {"headers.Authorization", "Bearer planted-secret"}});
    EXPECT_EQ(sink.write(Records({"1"})), status) << line;
    EXPECT_THAT(sink.error.message, AllOf(HasSubstr(std::string(line, 3)), Not(HasSubstr("planted")))) << line;
    EXPECT_EQ(std::to_string(sink.error.raw().native_code), std::string(line, 3));
    EXPECT_THAT(sink.rejects.rejects, IsEmpty()) << line;
  }
}

TEST(HttpSink, WaitsAsLongAsTheServerWants) {
  SmallServer server({"503 Service Unavailable\r\nRetry-After: 7"});
  Sink sink({{"url", server.url("/")}});
  EXPECT_EQ(sink.write(Records({"1"})), CNX_RETRY);
  EXPECT_EQ(sink.error.raw().retry_after_ms, 7000);
}

TEST(HttpSink, ARedirectIsNamedAndNotFollowed) {
  SmallServer other({});
  SmallServer server({"307 Temporary Redirect\r\nLocation: " + other.url("/there?token=planted")});
  Sink sink({{"url", server.url("/")}});
  EXPECT_EQ(sink.write(Records({"1"})), CNX_CONFIG);
  EXPECT_THAT(sink.error.message, AllOf(HasSubstr("a redirect to " + other.shown() + ";"), Not(HasSubstr("planted"))));
  EXPECT_THAT(other.requests(), IsEmpty());
}

TEST(HttpSink, ARedirectIsNamedWithoutTheLoginInIt) {
  SmallServer server({"307 Temporary Redirect\r\nLocation: http://user:plan%40ted@host.test/@there?token=planted"});
  Sink sink({{"url", server.url("/")}});
  EXPECT_EQ(sink.write(Records({"1"})), CNX_CONFIG);
  EXPECT_THAT(sink.error.message, HasSubstr("a redirect to host host.test;"));
}

TEST(HttpSink, NoMessageShowsMoreOfTheUrlThanItsServer) {
  SmallServer server({"422 Unprocessable", "503 Service Unavailable", SmallServer::kHangUp});
  Sink sink({{"url", server.url("/services/planted?token=planted")}});
  for (const char* answer : {"422", "503", "no answer to POST"}) {
    EXPECT_NE(sink.write(Records({"1"})), CNX_OK);
    EXPECT_THAT(sink.error.message, AllOf(StartsWith(server.shown() + ": "), HasSubstr(answer)));
    EXPECT_THAT(sink.error.message, Not(HasSubstr("planted")));
  }
  EXPECT_EQ(sink.write(Records({"no JSON"})), CNX_RECORD);
  EXPECT_THAT(sink.error.message, AllOf(StartsWith(server.shown() + ": 1 records"), Not(HasSubstr("planted"))));
}

TEST(HttpSink, NoAnswerIsTriedAgain) {
  SmallServer server({SmallServer::kHangUp});
  Sink sink({{"url", server.url("/")}});
  EXPECT_EQ(sink.write(Records({"1"})), CNX_RETRY);
  EXPECT_THAT(sink.error.message, HasSubstr("no answer to POST"));
  Sink nobody(Pairs{{"url", "http://127.0.0.1:1/"}});
  EXPECT_EQ(nobody.write(Records({"1"})), CNX_RETRY);
  SmallServer slow({SmallServer::kSilence});
  Sink impatient({{"url", slow.url("/")}, {"request.timeout.ms", "50"}});
  EXPECT_EQ(impatient.write(Records({"1"})), CNX_RETRY);
}

TEST(HttpSink, ACancelEndsAWriteThatWaitsForItsAnswer) {
  SmallServer server({SmallServer::kSilence});
  Sink sink({{"url", server.url("/")}});
  std::thread other([&] {
    server.wait_for_request();
    sink.cancel();
  });
  EXPECT_EQ(sink.write(Records({"1"})), CNX_CANCELLED);
  other.join();
}

TEST(HttpSink, AMessageNamesThePlaceOfAUrlWithoutAPathAndNotTheWholeUrl) {
  Sink sink(Pairs{{"url", "http://127.0.0.1:1"}});
  EXPECT_EQ(sink.write(Records({"1"})), CNX_RETRY);
  // The host masks the url's value wherever it stands.
  EXPECT_THAT(sink.error.message, AllOf(StartsWith("host 127.0.0.1:1: no answer"), Not(HasSubstr("http://127.0.0.1"))));
}

TEST(HttpSink, RefusesValuesThatWouldBreakTheArrayAndSendsNothing) {
  SmallServer server({});
  Sink sink({{"url", server.url("/")}});
  const Records records(std::vector<TestRecord>{TestRecord{.value = "1"}, TestRecord{.value = "{},{}"}, TestRecord{}});
  EXPECT_EQ(sink.write(records), CNX_RECORD);
  ASSERT_EQ(sink.rejects.rejects.size(), 2u);
  EXPECT_EQ(sink.rejects.rejects[0].row, 1u);
  EXPECT_THAT(sink.rejects.rejects[0].message, HasSubstr("is no JSON"));
  EXPECT_THAT(sink.rejects.rejects[1].message, HasSubstr("has no value"));
  EXPECT_THAT(server.requests(), IsEmpty());
}

TEST(HttpSink, RefusesUrlsAndHeadersThatCannotBe) {
  EXPECT_THAT(refusal({{"url", "ftp://h/"}}), HasSubstr("url: it does not begin with http"));
  EXPECT_THAT(refusal({{"url", "http:///x"}}), HasSubstr("names no host"));
  EXPECT_THAT(refusal({{"url", "http://u:planted@h/"}}), AllOf(HasSubstr("holds a login"), Not(HasSubstr("planted"))));
  EXPECT_THAT(refusal({{"url", "http://h/a b"}}), HasSubstr("percent-encode"));
  EXPECT_THAT(refusal({{"url", "http://h/"}, {"headers.X", "planted\r\nY: 1"}}),
              AllOf(HasSubstr("headers.X: "), Not(HasSubstr("planted"))));
  EXPECT_THAT(refusal({{"url", "http://h/"}, {"headers.content-type", "text/plain"}}),
              HasSubstr("always application/json"));
}

TEST(HttpSink, CheckConnectsAndSendsNothing) {
  SmallServer server({"200 OK"});
  const auto check = [](const std::string& url) {
    const testing::ConfigLiteral config(
        testing::with_defaults(http_sink().keys, http_sink().key_count, http_sink().key_stride, Pairs{{"url", url}}));
    testing::FakeHost host;
    testing::CollectedFindings findings;
    testing::ErrorSlot error;
    const auto* table = static_cast<const cnx_preflight*>(http_sink().extension(CNX_EXT_PREFLIGHT));
    EXPECT_EQ(table->check(host.table(), &config.raw(), nullptr, 0, findings.table(), error.slot()), CNX_OK);
    return findings.found.empty() ? std::string() : findings.found[0].message;
  };
  EXPECT_EQ(check(server.url("/services/planted?token=planted")),
            server.shown() + " can be reached; no request was made");
  EXPECT_THAT(server.requests(), IsEmpty());
  EXPECT_THAT(check("http://127.0.0.1:1/services/planted"),
              AllOf(HasSubstr("host 127.0.0.1:1: no connection: "), Not(HasSubstr("planted"))));
}

TEST(HttpSink, ConformsToTheContract) {
  const testing::kit::Given given{{{"url", "http://127.0.0.1:1/"}, {"headers.X-Key", "1"}}, {}};
  for (const auto& check : testing::kit::run(kPlugin, given)) {
    EXPECT_THAT(check.outcome.faults, IsEmpty()) << check.component << " " << check.name;
    EXPECT_EQ(check.outcome.not_tried, "") << check.component << " " << check.name;
  }
}

}  // namespace
}  // namespace cnx::http_sink::test
