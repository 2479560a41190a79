// SPDX-License-Identifier: Apache-2.0
#include "curl_transport.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <utility>

#include "times.h"

namespace walmart {
namespace {

/// The largest answer that is taken: a page of 200 orders is about 0.6 MB.
constexpr std::size_t kMaxBody = 64U << 20U;
/// No more is set aside for an answer that has not come.
constexpr std::size_t kMostUsual = 1U << 20U;
/// A transfer that gives less than a byte a second for so long is dead.
constexpr long kStalledSeconds = 30;
/// A page takes few reads.
constexpr long kReceiveBuffer = 256L * 1024;
constexpr int kLongestSleepMs = 1000;

struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// Codes that trying again cannot mend: the table of libcurl's errors; all others pass.
constexpr std::array kConfigCodes = {
    CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT,    CURLE_NOT_BUILT_IN,
    CURLE_SSL_ENGINE_NOTFOUND,  CURLE_SSL_CERTPROBLEM,  CURLE_PEER_FAILED_VERIFICATION,
    CURLE_SSL_CACERT_BADFILE,   CURLE_SSL_ISSUER_ERROR, CURLE_BAD_FUNCTION_ARGUMENT,
    CURLE_UNKNOWN_OPTION,
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

class CurlExchange;

/// What the transport and its exchanges share.
struct Shared {
  CurlOptions options;
  std::unique_ptr<CURLM, FreeMulti> multi;
  std::atomic<bool> cancelled = false;
  std::size_t under_way = 0;
  std::size_t usual_body = 0;  ///< what is set aside for an answer
  CURLMcode error = CURLM_OK;  ///< of the last attempt to drive the exchanges
};

class CurlExchange final : public HttpExchange {
 public:
  CurlExchange(Shared& shared, HttpRequest request) : shared_(shared), request_(std::move(request)) {
    easy_.reset(curl_easy_init());
    if (easy_ != nullptr) set_up();
    added_ = easy_ != nullptr && curl_multi_add_handle(shared_.multi.get(), easy_.get()) == CURLM_OK;
    if (added_) {
      ++shared_.under_way;
    } else {
      result_ = HttpFault{HttpFault::Kind::kPassing, "libcurl gave no handle (out of memory?)", 0};
    }
  }
  ~CurlExchange() override { remove(); }
  CurlExchange(const CurlExchange&) = delete;
  CurlExchange& operator=(const CurlExchange&) = delete;

  std::optional<HttpResult> result() override {
    if (shared_.cancelled) return HttpFault{HttpFault::Kind::kCancelled, "stopped", 0};
    if (added_ && shared_.error != CURLM_OK) {
      remove();
      return HttpFault{HttpFault::Kind::kPassing, curl_multi_strerror(shared_.error), shared_.error};
    }
    return std::exchange(result_, std::nullopt);
  }

  /// libcurl says that the exchange of `easy` has ended.
  static void ended(CURL* easy, CURLcode code) {
    CurlExchange* self = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &self);
    self->finish(code);
  }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(easy_.get(), option, value);
  }

  void set_up() {
    const CurlOptions& options = shared_.options;
    set(CURLOPT_URL, options.base_url.c_str());
    // The URL parser must not touch a cursor, which is not percent-encoded.
    set(CURLOPT_REQUEST_TARGET, request_.target.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_ACCEPT_ENCODING, "");
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    // Where HTTP/2 is spoken, all go over one connection: wait to see whether it is.
    set(CURLOPT_PIPEWAIT, 1L);
    set(CURLOPT_BUFFERSIZE, kReceiveBuffer);
    set(CURLOPT_PRIVATE, this);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout_ms));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.request_timeout_ms));
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, kStalledSeconds);
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_USERAGENT, "connect-host walmart-source");
    if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
    if (request_.method == "POST") {
      set(CURLOPT_POSTFIELDSIZE, static_cast<long>(request_.body.size()));
      set(CURLOPT_POSTFIELDS, request_.body.c_str());
    }
    if (request_.credentials) {
      set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
      set(CURLOPT_USERNAME, request_.credentials->user.c_str());
      set(CURLOPT_PASSWORD, request_.credentials->password.c_str());
    }
    for (const auto& [name, value] : request_.headers)
      headers_.reset(curl_slist_append(headers_.release(), (name + ": " + value).c_str()));
    set(CURLOPT_HTTPHEADER, headers_.get());
    set(CURLOPT_ERRORBUFFER, error_.data());
    set(CURLOPT_WRITEFUNCTION, &CurlExchange::on_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_HEADERFUNCTION, &CurlExchange::on_header);
    set(CURLOPT_HEADERDATA, this);
  }

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& body = static_cast<CurlExchange*>(self)->response_.body;
    if (body.size() + size * count > kMaxBody) return 0;
    if (body.empty()) body.reserve(static_cast<CurlExchange*>(self)->shared_.usual_body);
    body.append(data, size * count);
    return size * count;
  }

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) {
    auto& headers = static_cast<CurlExchange*>(self)->response_.headers;
    const std::string_view line(data, size * count);
    if (line.starts_with("HTTP/")) headers.clear();  // an interim answer came before
    if (const auto colon = line.find(':'); colon != std::string_view::npos)
      headers.emplace_back(lower(trimmed(line.substr(0, colon))), std::string(trimmed(line.substr(colon + 1))));
    return size * count;
  }

  void finish(CURLcode code) {
    remove();
    if (code != CURLE_OK) {
      result_ = fault(code);
      return;
    }
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    // Somewhat above the last one, so that the next page need not be moved while it grows.
    shared_.usual_body = std::min(response_.body.size() + response_.body.size() / 8, kMostUsual);
    result_ = std::move(response_);
  }

  void remove() {
    if (!added_) return;
    curl_multi_remove_handle(shared_.multi.get(), easy_.get());
    --shared_.under_way;
    added_ = false;
  }

  [[nodiscard]] HttpFault fault(CURLcode code) const {
    const bool config = std::find(kConfigCodes.begin(), kConfigCodes.end(), code) != kConfigCodes.end();
    std::string message = error_[0] != '\0' ? error_.data() : curl_easy_strerror(code);
    if (code == CURLE_WRITE_ERROR && response_.body.size() > 0) message = "the answer is larger than 64 MiB";
    if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
      message += "; set ssl.ca.location to a file with the certificate to trust";
    return {config ? HttpFault::Kind::kConfig : HttpFault::Kind::kPassing, std::move(message), code};
  }

  Shared& shared_;
  HttpRequest request_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::unique_ptr<CURL, FreeEasy> easy_;  ///< uses all of the above
  bool added_ = false;                    ///< to the multi handle: on its way
  HttpResponse response_;
  std::optional<HttpResult> result_;
};

class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(CurlOptions options, CURLM* multi) {
    shared_.options = std::move(options);
    shared_.multi.reset(multi);
  }
  std::unique_ptr<HttpExchange> send(HttpRequest request) override {
    auto exchange = std::make_unique<CurlExchange>(shared_, std::move(request));
    // It goes out now, not when somebody has time to wait for it.
    int running = 0;
    shared_.error = curl_multi_perform(shared_.multi.get(), &running);
    return exchange;
  }
  [[nodiscard]] bool idle() const override { return shared_.under_way == 0; }
  void wait(std::int64_t timeout_ms) override {
    const auto deadline =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(std::max<std::int64_t>(0, timeout_ms));
    while (!shared_.cancelled && !perform()) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) return;
      const int most = static_cast<int>(std::min<std::int64_t>(left.count(), kLongestSleepMs));
      curl_multi_poll(shared_.multi.get(), nullptr, 0, most, nullptr);
    }
  }
  void cancel() noexcept override {
    shared_.cancelled = true;
    curl_multi_wakeup(shared_.multi.get());
  }

 private:
  /// True when an exchange has ended.
  bool perform() {
    int running = 0, left = 0;
    shared_.error = curl_multi_perform(shared_.multi.get(), &running);
    bool any = shared_.error != CURLM_OK;
    while (const CURLMsg* message = curl_multi_info_read(shared_.multi.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CurlExchange::ended(message->easy_handle, message->data.result);  // `message` is gone with it
      any = true;
    }
    return any;
  }

  Shared shared_;
};

}  // namespace

cnx::Result<std::unique_ptr<Transport>> make_curl_transport(CurlOptions options) {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised != CURLE_OK)
    return cnx::config_error(fmt::format("libcurl cannot be set up: {}", curl_easy_strerror(initialised)), initialised);
  CURLM* multi = curl_multi_init();
  if (multi == nullptr) return cnx::fatal_error("libcurl gave no multi handle: out of memory");
  return std::unique_ptr<Transport>(std::make_unique<CurlTransport>(std::move(options), multi));
}

}  // namespace walmart
