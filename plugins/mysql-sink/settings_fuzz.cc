// SPDX-License-Identifier: Apache-2.0
//
// Any connection.url and table names: an address that can be, or an error that does not quote the URL; and names and
// texts come out of their quotes as they went in.
#include "settings.h"

#include "cnx/testing/config.hpp"
#include "fuzz/input.h"

namespace cnx::mysql {
namespace {

using fuzz::require;

void check_url(const std::string& url) {
  ConnectionOptions options;
  const Status parsed = parse_url(url, options);
  if (parsed.ok()) {
    require(!options.host.empty() && !options.database.empty(), "a URL without host or database was taken");
    require(options.port >= 1 && options.port <= 65535, "a port that cannot be");
    require(options.host.find('@') == std::string::npos, "a user stands in the host");
    for (const std::string* text : {&options.host, &options.database, &options.socket})
      require(text->find('\0') == std::string::npos, "a text that C would cut");
    return;
  }
  require(parsed.error().action == Action::kConfig, "a bad URL is an error of the configuration");
}

/// A password in the URL is refused, and not shown.
void check_password(const std::string& url) {
  const auto slashes = url.find("//");
  if (slashes == std::string::npos) return;
  ConnectionOptions options;
  const Status parsed = parse_url(url.substr(0, slashes + 2) + "app:Xyzzy@" + url.substr(slashes + 2), options);
  require(!parsed.ok(), "a password in the URL was taken");
  require(parsed.error().message.find("Xyzzy") == std::string::npos, "the URL's password is shown");
}

/// What a server would read between the quotes; nothing when they do not hold.
std::optional<std::string> unquoted(std::string_view sql, char quote) {
  if (sql.size() < 2 || sql.front() != quote || sql.back() != quote) return std::nullopt;
  sql = sql.substr(1, sql.size() - 2);
  std::string out;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (quote == '\'' && sql[i] == '\\') {
      if (++i == sql.size()) return std::nullopt;
      out += sql[i] == '0' ? '\0' : sql[i] == 'n' ? '\n' : sql[i] == 'r' ? '\r' : sql[i] == 'Z' ? '\x1a' : sql[i];
    } else if (sql[i] == quote) {
      if (++i == sql.size() || sql[i] != quote) return std::nullopt;
      out += quote;
    } else {
      out += sql[i];
    }
  }
  return out;
}

void check_quotes(const std::string& text) {
  require(unquoted(quote_name(text), '`') == text, "a name comes out of its quotes changed");
  require(unquoted(quote_text(text), '\'') == text, "a text comes out of its quotes changed");
}

void check_settings(fuzz::Input& input, const std::string& url) {
  const testing::ConfigLiteral literal(testing::with_defaults(
      std::data(kSettingKeys), std::size(kSettingKeys), sizeof(Key),
      {{"connection.url", url}, {"table.name.format", input.text()}, {"pk.fields", input.text()}}));
  testing::CollectedFindings found;
  Findings findings = found.findings();
  Settings::validate(literal.config(), findings);
  const auto settings = Settings::from(literal.config());
  if (!settings.ok()) return require(found.errors() > 0, "refused at the start and not by validation");
  const std::string topic = input.text();
  if (found.errors() > 0 || topic.empty()) return;
  const auto table = settings->table_for("", topic);
  if (table.ok()) require(!table->table.empty() && !table->database.empty(), "a table without a name");
}

}  // namespace
}  // namespace cnx::mysql

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  cnx::fuzz::Input input(data, size);
  const std::string url = input.text();
  cnx::mysql::check_url(url);
  cnx::mysql::check_password(url);
  cnx::mysql::check_quotes(std::string(reinterpret_cast<const char*>(data), size));
  cnx::mysql::check_settings(input, url);
  return 0;
}
