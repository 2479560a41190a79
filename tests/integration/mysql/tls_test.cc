// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "answer_dropping_proxy.h"
#include "mysql_test.h"

namespace cnx::mysql {
namespace {

/// A server with the certificates of tools/stack: for 127.0.0.1, signed by CNX_TLS_DIR/ca.pem.
class Tls : public MysqlTest {
 protected:
  void SetUp() override {
    MysqlTest::SetUp();
    if (IsSkipped()) return;
    const char* folder = std::getenv("CNX_TLS_DIR");
    if (folder == nullptr) GTEST_SKIP() << "needs a server with the stack's certificates: CNX_TLS_DIR is not set";
    folder_ = folder;
    if (lines("SHOW VARIABLES LIKE 'ssl_ca'") != std::vector<std::string>{"ssl_ca|" + file("ca")})
      GTEST_SKIP() << "this server has other certificates than those of " << folder_;
  }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_ + "/" + name + ".pem"; }
  [[nodiscard]] std::string url(const std::string& host, unsigned port) const {
    return "mysql://" + host + ":" + std::to_string(port) + "/" + database_;
  }
  [[nodiscard]] static Pairs mode(const std::string& value, Pairs more = {}) {
    more.emplace_back("connection.ssl.mode", value);
    return more;
  }
  Error start_error(const Pairs& extra) {
    const Status status = created(extra)->start();
    EXPECT_FALSE(status.ok());
    return status.ok() ? Error{} : status.error();
  }
  std::string cipher(const Pairs& extra) {
    auto settings = Settings::from(testing::config_of<MysqlSink>(pairs(extra)));
    EXPECT_TRUE(settings.ok());
    CancelSwitch cancel;
    const auto connection = Connection::open(settings->connection, cancel);
    EXPECT_TRUE(connection.ok()) << (connection.ok() ? "" : connection.error().message);
    const char* name = connection.ok() ? mysql_get_ssl_cipher((*connection)->native()) : nullptr;
    return name == nullptr ? "" : name;
  }

  std::string folder_;
};

TEST_F(Tls, IsUsedWhereItIsAskedFor) {
  EXPECT_EQ(cipher({}), "");
  EXPECT_NE(cipher(mode("required")), "");
  for (const char* verified : {"verify-ca", "verify-full"})
    EXPECT_NE(cipher(mode(verified, {{"connection.ssl.ca", file("ca")}})), "") << verified;
}

TEST_F(Tls, AServerThatOffersNoneIsRefused) {
  AnswerDroppingProxy proxy(options_.host, options_.port);
  proxy.hide_tls();
  const Pairs extra = {{"connection.url", url("127.0.0.1", proxy.port())}, {"connection.ssl.ca", file("ca")}};
  for (const char* wanted : {"verify-ca", "verify-full"}) {
    const Error error = start_error(mode(wanted, extra));
    EXPECT_EQ(error.action, Action::kConfig) << wanted;
    EXPECT_THAT(error.message, HasSubstr("TLS")) << wanted;
  }
  const Error error = start_error(mode("required", {extra.front()}));
  EXPECT_EQ(error.action, Action::kConfig);
  EXPECT_THAT(error.message, HasSubstr("TLS"));
}

TEST_F(Tls, ACertificateOfAnUnknownAuthorityIsRefused) {
  for (const char* wanted : {"verify-ca", "verify-full"}) {
    const Error error = start_error(mode(wanted, {{"connection.ssl.ca", file("stranger-ca")}}));
    EXPECT_EQ(error.action, Action::kConfig) << wanted;
    EXPECT_EQ(error.native_code, 2026) << wanted;
    EXPECT_THAT(error.message, HasSubstr("signed by none of the CAs in connection.ssl.ca")) << wanted;
  }
  EXPECT_THAT(start_error(mode("verify-full")).message, HasSubstr("signed by none of the CAs"));
}

TEST_F(Tls, ACertificateForAnotherHostNameIsRefused) {
  const Pairs extra = {{"connection.url", url("localhost", options_.port)}, {"connection.ssl.ca", file("ca")}};
  const Error error = start_error(mode("verify-full", extra));
  EXPECT_EQ(error.action, Action::kConfig);
  EXPECT_THAT(error.message, HasSubstr("another host name than the one in connection.url"));
  EXPECT_NE(cipher(mode("verify-ca", extra)), "");
}

TEST_F(Tls, AnUnreadableFileIsNamed) {
  const Error error = start_error(mode("verify-full", {{"connection.ssl.ca", file("no-such")}}));
  EXPECT_EQ(error.action, Action::kConfig);
  EXPECT_THAT(error.message, HasSubstr("connection.ssl.ca: cannot read " + file("no-such") + ": No such file"));
}

TEST_F(Tls, AClientCertificateIsShownToTheServer) {
  const std::string user = database_ + "_u";
  sql("CREATE USER '" + user + "'@'%' IDENTIFIED BY 'planted-x509-password' REQUIRE X509");
  sql("GRANT ALL ON " + database_ + ".* TO '" + user + "'@'%'");
  const auto with = [&](const std::string& name) {
    Pairs extra = {
        {"connection.user", user}, {"connection.password", "planted-x509-password"}, {"connection.ssl.ca", file("ca")}};
    if (!name.empty()) {
      extra.emplace_back("connection.ssl.cert", file(name));
      extra.emplace_back("connection.ssl.key", file(name + "-key"));
    }
    return mode("verify-full", extra);
  };
  EXPECT_NE(cipher(with("client")), "");
  EXPECT_EQ(start_error(with("")).action, Action::kAuth);
  // With TLS 1.3 the refusal may arrive as a cut connection, or garbled.
  const Error refused = start_error(with("stranger-client"));
  EXPECT_EQ(refused.action, refused.native_code == 2013 ? Action::kRetry : Action::kConfig);
  EXPECT_THAT(refused.message, HasSubstr("connection.ssl.cert"));
  EXPECT_THAT(refused.message, Not(HasSubstr("planted")));
  sql("DROP USER '" + user + "'@'%'");
}

}  // namespace
}  // namespace cnx::mysql
