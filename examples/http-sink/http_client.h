// SPDX-License-Identifier: Apache-2.0
//
// POST requests over libcurl; the only file that knows it.
#pragma once

#include <curl/curl.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cnx/result.hpp"

namespace cnx::http_sink {

struct ClientOptions {
  std::string url;
  std::string ca_file;                                       ///< empty: the system's
  std::vector<std::pair<std::string, std::string>> headers;  ///< beside Content-Type
  std::int64_t connect_timeout_ms = 0;
  std::int64_t request_timeout_ms = 0;
};

/// A URL as messages show it: "host NAME:PORT". The path and what follows may hold a token, as webhooks' do; and with
/// its scheme a URL without a path would be the whole secret, which the host masks.
[[nodiscard]] std::string origin_of(std::string_view url);

/// What came back. The body is read and dropped.
struct Answer {
  int status = 0;
  std::int64_t retry_after_ms = 0;  ///< 0: not told
  std::string location;             ///< where a redirect points to, as origin_of()
};

/// One connection, kept open between requests. Never follows a redirect: headers may hold a login. One thread, but for
/// cancel().
class HttpClient {
 public:
  /// CONFIG or FATAL when libcurl cannot be set up.
  [[nodiscard]] static Result<std::unique_ptr<HttpClient>> make(ClientOptions options);

  /// Connects and checks the certificate, but sends nothing. Then the client is used up. Errors as of post().
  [[nodiscard]] Status connect();
  /// The answer; RETRY when none came, CONFIG when none can come (certificate, URL), CANCELLED.
  [[nodiscard]] Result<Answer> post(std::string_view body);
  /// The URL as messages show it.
  [[nodiscard]] const std::string& shown() const { return shown_; }
  /// Ends a post() in progress, and all later ones. [any]
  void cancel() noexcept;

 private:
  struct FreeMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };
  struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  explicit HttpClient(ClientOptions options);
  [[nodiscard]] bool complete() const { return multi_ != nullptr && easy_ != nullptr && headers_ != nullptr; }
  void set_up();
  /// CURLE_ABORTED_BY_CALLBACK when it was cancelled.
  CURLcode perform();
  CURLcode run_added();
  [[nodiscard]] Error fault(CURLcode code, std::string_view what) const;

  const ClientOptions options_;
  const std::string shown_;
  char error_[CURL_ERROR_SIZE] = {};
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::unique_ptr<CURLM, FreeMulti> multi_;
  std::unique_ptr<CURL, FreeEasy> easy_;  // uses all of the above
  std::atomic<bool> cancelled_{false};
};

}  // namespace cnx::http_sink
