// SPDX-License-Identifier: Apache-2.0
#include "kafka/connection_security.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

#include "kafka/client_handle.h"
#include "kafka/listener_probe.h"

namespace cnx::host::kafka {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Answers each connection's first bytes with the same text, then closes.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer) : answer_(std::move(answer)), fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(fd_, 4), 0);
    EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    address_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] { serve(); });
  }
  ~OneAnswer() {
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
  }
  OneAnswer(const OneAnswer&) = delete;
  OneAnswer& operator=(const OneAnswer&) = delete;
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  void serve() {
    for (;;) {
      const int client = ::accept(fd_, nullptr, nullptr);
      if (client < 0) return;
      std::array<char, 256> request{};
      if (::recv(client, request.data(), request.size(), 0) > 0 && !answer_.empty()) {
        EXPECT_EQ(::send(client, answer_.data(), answer_.size(), MSG_NOSIGNAL), static_cast<ssize_t>(answer_.size()));
      }
      ::close(client);
    }
  }

  const std::string answer_;
  const int fd_;
  std::string address_;
  std::thread thread_;
};

const std::string kKafkaAnswer(
    "\0\0\0\x0a"
    "cnx?"
    "\0\0\0\0\0\0",
    14);
const std::string kTlsAlert("\x15\x03\x03\0\x02\x02\x50", 7);

TEST(ListenerProbe, TellsTlsFromPlainText) {
  const OneAnswer plain(kKafkaAnswer);
  const OneAnswer tls(kTlsAlert);
  const OneAnswer silent("");
  const OneAnswer http("HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_EQ(probe_listener(plain.address(), 2000), ListenerKind::kPlain);
  EXPECT_EQ(probe_listener(tls.address(), 2000), ListenerKind::kTls);
  EXPECT_EQ(probe_listener(silent.address(), 2000), ListenerKind::kUnknown);
  EXPECT_EQ(probe_listener(http.address(), 2000), ListenerKind::kUnknown);
  EXPECT_EQ(probe_listener("127.0.0.1:1", 2000), ListenerKind::kUnknown);
  EXPECT_EQ(probe_listener("host.invalid:1", 2000), ListenerKind::kUnknown);
}

TEST(ConnectionSecurity, NamesTheBrokerThatSpeaksSomethingElse) {
  const OneAnswer plain(kKafkaAnswer);
  const OneAnswer tls(kTlsAlert);
  const auto mismatch = [](const std::string& brokers, const char* protocol) {
    return find_protocol_mismatch({brokers, protocol, ""}).value_or("");
  };
  EXPECT_EQ(mismatch(plain.address(), "plaintext"), "");
  EXPECT_EQ(mismatch(tls.address(), "sasl_ssl"), "");
  EXPECT_EQ(mismatch("127.0.0.1:1," + tls.address(), "plaintext"),
            tls.address() +
                " speaks TLS, but security.protocol is PLAINTEXT; set security.protocol: SSL (or SASL_SSL, "
                "if it asks for a login)");
  EXPECT_THAT(mismatch("SSL://" + plain.address(), "ssl"),
              HasSubstr(plain.address() + " speaks plain text, but security.protocol is SSL; "));
}

TEST(ConnectionSecurity, TakesTlsFaultsForPassingOnesOnceABrokerHasAnswered) {
  ConfPtr conf(rd_kafka_conf_new());
  char reason[64] = "";
  ASSERT_EQ(rd_kafka_conf_set(conf.get(), "security.protocol", "ssl", reason, sizeof reason), RD_KAFKA_CONF_OK);
  const auto client = ClientHandle::create(RD_KAFKA_PRODUCER, std::move(conf), "test", "127.0.0.1:1");
  ASSERT_TRUE(client.ok()) << client.error().message;
  (*client)->note_fault(RD_KAFKA_RESP_ERR__SSL, "handshake failed");
  const Error before = (*client)->error(RD_KAFKA_RESP_ERR__TIMED_OUT, "asking");
  EXPECT_EQ(before.action, Action::kAuth);
  EXPECT_THAT(before.message, HasSubstr("; cause: "));
  (*client)->note_success();
  (*client)->note_fault(RD_KAFKA_RESP_ERR__SSL, "handshake failed");
  EXPECT_EQ((*client)->error(RD_KAFKA_RESP_ERR__TIMED_OUT, "asking").action, Action::kRetry);
  EXPECT_EQ((*client)->error(RD_KAFKA_RESP_ERR__SSL, "asking").action, Action::kRetry);
}

TEST(ConnectionSecurity, TakesABrokersTlsAlertForARefusal) {
  const auto client = ClientHandle::create(RD_KAFKA_PRODUCER, ConfPtr(rd_kafka_conf_new()), "test", "127.0.0.1:2");
  ASSERT_TRUE(client.ok());
  (*client)->note_fault(RD_KAFKA_RESP_ERR__TRANSPORT,
                        "Receive failed: sslv3 alert bad certificate: SSL alert number 42");
  const Error refused = (*client)->error(RD_KAFKA_RESP_ERR__TIMED_OUT, "asking");
  EXPECT_EQ(refused.action, Action::kAuth);
  EXPECT_THAT(refused.message, HasSubstr("ssl.certificate.location"));
}

TEST(ConnectionSecurity, SaysWhatIsWrongWithACertificate) {
  EXPECT_THAT(describe_certificate_fault(10), HasSubstr("expired"));
  EXPECT_THAT(describe_certificate_fault(19), HasSubstr("ssl.ca.location"));
  EXPECT_THAT(describe_certificate_fault(62), HasSubstr("another host name"));
  EXPECT_THAT(describe_certificate_fault(64), HasSubstr("another host name"));
  EXPECT_THAT(describe_certificate_fault(77), HasSubstr("77"));
}

TEST(ConnectionSecurity, ProvesEachSetOfSettingsByItself) {
  const ConnectionSecurity one{"b:1", "ssl", "one"};
  const ConnectionSecurity other{"b:1", "ssl", "other"};
  note_proven(one);
  EXPECT_TRUE(is_proven(one));
  EXPECT_FALSE(is_proven(other));
}

}  // namespace
}  // namespace cnx::host::kafka
