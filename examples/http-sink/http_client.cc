// SPDX-License-Identifier: Apache-2.0
#include "http_client.h"

#include <algorithm>

namespace cnx::http_sink {
namespace {

// Codes that trying again cannot mend: the table of libcurl's errors; all others pass.
constexpr CURLcode kConfigCodes[] = {
    CURLE_UNSUPPORTED_PROTOCOL,     CURLE_URL_MALFORMAT,      CURLE_NOT_BUILT_IN,     CURLE_SSL_CERTPROBLEM,
    CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_BAD_FUNCTION_ARGUMENT,
    CURLE_UNKNOWN_OPTION,
};

std::size_t drop(char*, std::size_t size, std::size_t count, void*) { return size * count; }

}  // namespace

std::string origin_of(std::string_view url) {
  const auto scheme = url.find("//");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 2);
  url = url.substr(0, url.find_first_of("/?#"));
  const auto login_end = url.rfind('@');
  if (login_end != std::string_view::npos) url.remove_prefix(login_end + 1);
  return "host " + std::string(url);
}

Result<std::unique_ptr<HttpClient>> HttpClient::make(ClientOptions options) {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised != CURLE_OK)
    return fatal_error(std::string("libcurl cannot be set up: ") + curl_easy_strerror(initialised), initialised);
  std::unique_ptr<HttpClient> client(new HttpClient(std::move(options)));
  if (!client->complete()) return fatal_error("libcurl gave no handle: out of memory");
  client->set_up();
  return client;
}

HttpClient::HttpClient(ClientOptions options)
    : options_(std::move(options)),
      shown_(origin_of(options_.url)),
      multi_(curl_multi_init()),
      easy_(curl_easy_init()) {
  headers_.reset(curl_slist_append(nullptr, "Content-Type: application/json"));
  for (const auto& [name, value] : options_.headers)
    headers_.reset(curl_slist_append(headers_.release(), (name + ": " + value).c_str()));
}

void HttpClient::set_up() {
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(easy_.get(), option, value); };
  set(CURLOPT_URL, options_.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout_ms));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(options_.request_timeout_ms));
  set(CURLOPT_USERAGENT, "connect-host http-sink");
  if (!options_.ca_file.empty()) set(CURLOPT_CAINFO, options_.ca_file.c_str());
  set(CURLOPT_POST, 1L);
  set(CURLOPT_HTTPHEADER, headers_.get());
  set(CURLOPT_ERRORBUFFER, error_);
  set(CURLOPT_WRITEFUNCTION, &drop);
}

Status HttpClient::connect() {
  curl_easy_setopt(easy_.get(), CURLOPT_CONNECT_ONLY, 1L);
  const CURLcode code = perform();
  return code == CURLE_OK ? Status() : Status(fault(code, "no connection"));
}

Result<Answer> HttpClient::post(std::string_view body) {
  error_[0] = '\0';
  curl_easy_setopt(easy_.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(easy_.get(), CURLOPT_POSTFIELDS, body.data());
  if (const CURLcode code = perform(); code != CURLE_OK) return fault(code, "no answer to POST");
  Answer answer;
  long status = 0;
  curl_off_t seconds = 0;
  const char* location = nullptr;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy_.get(), CURLINFO_RETRY_AFTER, &seconds);
  curl_easy_getinfo(easy_.get(), CURLINFO_REDIRECT_URL, &location);
  answer.status = static_cast<int>(status);
  // Of two seconds and a date of next year only one can be meant: a wait of more than a day is none.
  answer.retry_after_ms = std::clamp<std::int64_t>(seconds, 0, 24 * 3600) * 1000;
  if (location != nullptr) answer.location = origin_of(location);
  return answer;
}

void HttpClient::cancel() noexcept {
  cancelled_ = true;
  curl_multi_wakeup(multi_.get());
}

CURLcode HttpClient::perform() {
  if (curl_multi_add_handle(multi_.get(), easy_.get()) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
  const CURLcode code = run_added();
  curl_multi_remove_handle(multi_.get(), easy_.get());
  return code;
}

CURLcode HttpClient::run_added() {
  constexpr int kLookAgainMs = 1000;  // cancel() wakes it at once
  for (;;) {
    if (cancelled_) return CURLE_ABORTED_BY_CALLBACK;
    int running = 0;
    int left = 0;
    if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left))
      if (message->msg == CURLMSG_DONE) return message->data.result;
    curl_multi_poll(multi_.get(), nullptr, 0, kLookAgainMs, nullptr);
  }
}

Error HttpClient::fault(CURLcode code, std::string_view what) const {
  if (code == CURLE_ABORTED_BY_CALLBACK) return cancelled_error();
  std::string message = shown_ + ": " + std::string(what) + ": ";
  message += error_[0] != '\0' ? error_ : curl_easy_strerror(code);
  if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
    message += "; set ssl.ca.location to a file with the certificate to trust";
  const bool config = std::find(std::begin(kConfigCodes), std::end(kConfigCodes), code) != std::end(kConfigCodes);
  return config ? config_error(std::move(message), code) : retry_error(std::move(message), code);
}

}  // namespace cnx::http_sink
