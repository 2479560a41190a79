// SPDX-License-Identifier: Apache-2.0
#include "http_sink.h"

#include <strings.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace cnx::http_sink {
namespace {

constexpr std::string_view kHeaderPrefix = "headers.";

/// What is wrong with the URL; it is not shown, since it may hold a login.
std::optional<std::string> url_fault(std::string_view url) {
  const bool http = url.starts_with("http://") || url.starts_with("https://");
  if (!http) return "it does not begin with http:// or https://";
  const std::string_view rest = url.substr(url.find("//") + 2);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.empty()) return "it names no host";
  if (authority.find('@') != std::string_view::npos) return "it holds a login; put it into headers.Authorization";
  if (std::any_of(url.begin(), url.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; }))
    return "it holds a blank or control character; percent-encode it";
  return std::nullopt;
}

/// A header with a line break in it would be two.
bool fits_a_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' && c != '\t'; });
}

/// Statuses that speak of the content: the others of the batch may be fine.
bool blames_records(int status) { return status == 400 || status == 409 || status == 413 || status == 422; }

Result<std::vector<std::pair<std::string, std::string>>> read_headers(const Config& config) {
  std::vector<std::pair<std::string, std::string>> headers;
  for (const auto& [key, value] : config.values()) {
    if (!key.starts_with(kHeaderPrefix)) continue;
    const std::string name = key.substr(kHeaderPrefix.size());
    if (::strcasecmp(name.c_str(), "Content-Type") == 0)
      return config_error(key + ": it is always application/json; leave it out");
    if (value.empty() || !fits_a_line(value)) return config_error(key + ": it is empty, or holds a control character");
    headers.emplace_back(name, value);
  }
  return headers;
}

Result<ClientOptions> read_options(const Config& config) {
  ClientOptions options;
  options.url = config.text("url");
  if (const auto fault = url_fault(options.url)) return config_error("url: " + *fault);
  options.ca_file = config.text("ssl.ca.location");
  options.connect_timeout_ms = config.integer("connect.timeout.ms");
  options.request_timeout_ms = config.integer("request.timeout.ms");
  CNX_ASSIGN(options.headers, read_headers(config));
  return options;
}

}  // namespace

Result<std::unique_ptr<HttpSink>> HttpSink::create(Host, const Config& config) {
  CNX_ASSIGN(ClientOptions options, read_options(config));
  CNX_ASSIGN(auto client, HttpClient::make(std::move(options)));
  return std::unique_ptr<HttpSink>(new HttpSink(std::move(client)));
}

Status HttpSink::preflight(Host, const Config& config, std::span<const BatchView>, Findings& findings) {
  CNX_ASSIGN(ClientOptions options, read_options(config));
  CNX_ASSIGN(const auto client, HttpClient::make(std::move(options)));
  if (const Status reached = client->connect(); !reached.ok())
    findings.error("url", reached.error().message, "correct url, or start the service");
  else
    findings.ok("url", client->shown() + " can be reached; no request was made");
  return {};
}

void HttpSink::validate(const Config& config, Findings& findings) {
  const std::string url = config.text("url");
  if (const auto fault = url_fault(url)) findings.error("url", *fault, "write http[s]://HOST[:PORT]/PATH");
  const auto headers = read_headers(config);
  if (!headers.ok()) findings.error("headers", headers.error().message, "correct it");
  if (url.starts_with("http://") && headers.ok() && !headers->empty())
    findings.warning("url", "the headers go over the network unencrypted", "use https");
}

Status HttpSink::write(const BatchView& batch, const Selection& rows, Rejects& rejects) {
  if (const std::size_t refused = fill(batch, rows, rejects); refused > 0)
    return record_error(client_->shown() + ": " + std::to_string(refused) +
                        " records have no JSON value; nothing of the batch was sent");
  if (rows.size() == 0) return {};
  CNX_ASSIGN(const Answer answer, client_->post(body_));
  return judge(answer);
}

std::size_t HttpSink::fill(const BatchView& batch, const Selection& rows, Rejects& rejects) {
  std::size_t refused = 0;
  body_ = "[";
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    const cnx_str value = batch.record(rows[i]).value;
    std::string fault;
    if (is_absent(value))
      fault = "has no value; drop such records with the transform Filter, predicate RecordIsTombstone";
    else
      fault = json_.fault(view(value));
    if (!fault.empty()) {
      rejects.reject(rows[i], "", fault);
      ++refused;
      continue;
    }
    if (body_.size() > 1) body_ += ',';
    body_ += view(value);
  }
  body_ += ']';
  return refused;
}

Status HttpSink::judge(const Answer& answer) const {
  const int status = answer.status;
  if (status >= 200 && status < 300) return {};
  const std::string message = client_->shown() + ": POST was answered with " + std::to_string(status);
  if (status == 429 || status == 408 || status >= 500) return retry_error(message, status, answer.retry_after_ms);
  if (status == 401 || status == 403 || status == 407)
    return auth_error(message + ": the login was refused; mend headers.Authorization", status);
  if (blames_records(status)) return record_error(message, status);
  if (status >= 300 && status < 400)
    return config_error(
        message + ", a redirect" + (answer.location.empty() ? "" : " to " + answer.location) +
            "; redirects are not followed, so that no login goes elsewhere: set url to where it is served",
        status);
  return config_error(message + "; see whether url is where records are taken by POST", status);
}

}  // namespace cnx::http_sink
