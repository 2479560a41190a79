// SPDX-License-Identifier: Apache-2.0
#include "curl_transfer.h"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "gunzip.h"

namespace walmart {
namespace {

/// The largest answer that is taken: a page of 200 orders is about 0.6 MB.
constexpr std::size_t kMaxBody = 64U << 20U;
constexpr const char* kTooLarge = "the answer is larger than 64 MiB";
/// A transfer that gives less than a byte a second for so long is dead.
constexpr long kStalledSeconds = 30;
/// A page takes few reads.
constexpr long kReceiveBuffer = 256L * 1024;

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

/// Lines of the same name are one list (RFC 9110, 5.3).
std::string content_coding(const HttpResponse& response) {
  std::string codings;
  for (const auto& [name, value] : response.headers)
    if (name == "content-encoding") codings += (codings.empty() ? "" : ", ") + lower(value);
  return codings;
}

/// A server's text as a message may have it.
std::string shown(std::string_view text) {
  std::string out(text.substr(0, 40));
  std::replace_if(out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c > 0x7e; }, '?');
  return out;
}

}  // namespace

CurlTransfer::CurlTransfer(const CurlOptions& options, HttpRequest request, std::size_t usual_bytes)
    : request_(std::move(request)), usual_bytes_(usual_bytes), easy_(curl_easy_init()) {
  if (easy_ != nullptr) set_up(options);
}

void CurlTransfer::set_up(const CurlOptions& options) {
  set(CURLOPT_URL, options.base_url.c_str());
  // The URL parser must not touch a cursor, which is not percent-encoded.
  set(CURLOPT_REQUEST_TARGET, request_.target.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  // Where HTTP/2 is spoken, all go over one connection: wait to see whether it is.
  set(CURLOPT_PIPEWAIT, 1L);
  set(CURLOPT_BUFFERSIZE, kReceiveBuffer);
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
  for (const auto& [name, value] : request_.headers) add_header(name + ": " + value);
  // Unpacked here, not by libcurl: zlib takes three times as long.
  add_header("Accept-Encoding: gzip");
  set(CURLOPT_HTTPHEADER, headers_.get());
  set(CURLOPT_ERRORBUFFER, error_.data());
  set(CURLOPT_WRITEFUNCTION, &CurlTransfer::on_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_HEADERFUNCTION, &CurlTransfer::on_header);
  set(CURLOPT_HEADERDATA, this);
}

void CurlTransfer::add_header(const std::string& line) {
  curl_slist* const list = curl_slist_append(headers_.get(), line.c_str());
  if (list == nullptr) throw std::bad_alloc();
  if (headers_ == nullptr) headers_.reset(list);  // else it is the same
}

std::size_t CurlTransfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  return static_cast<CurlTransfer*>(self)->take({data, size * count}, &CurlTransfer::take_body);
}

std::size_t CurlTransfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  return static_cast<CurlTransfer*>(self)->take({data, size * count}, &CurlTransfer::take_header);
}

/// No exception may pass through libcurl. Less than all of `data` ends the transfer.
std::size_t CurlTransfer::take(std::string_view data, void (CurlTransfer::*taken)(std::string_view)) noexcept {
  try {
    (this->*taken)(data);
  } catch (const std::exception&) {
    refused_ = "out of memory";
  }
  return refused_ == nullptr ? data.size() : 0;
}

void CurlTransfer::take_body(std::string_view data) {
  if (received_.size() + data.size() > kMaxBody) {
    refused_ = kTooLarge;
    return;
  }
  if (received_.empty()) received_.reserve(usual_bytes_);
  received_.append(data);
}

void CurlTransfer::take_header(std::string_view line) {
  auto& headers = response_.headers;
  if (line.starts_with("HTTP/")) headers.clear();  // an interim answer came before
  if (const auto colon = line.find(':'); colon != std::string_view::npos)
    headers.emplace_back(lower(trimmed(line.substr(0, colon))), std::string(trimmed(line.substr(colon + 1))));
}

HttpResult CurlTransfer::result(CURLcode code) {
  if (code != CURLE_OK) return fault(code);
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  try {
    if (std::string why = decode(); !why.empty()) {
      if (status < 400) return HttpFault{HttpFault::Kind::kPassing, std::move(why), CURLE_BAD_CONTENT_ENCODING};
      // What refuses is judged by its status. Its body counts as one that is not the API's, which an empty one would
      // not.
      response_.body = std::move(why);
    }
  } catch (const std::bad_alloc&) {  // too large for what is left, which the others may do with
    return HttpFault{HttpFault::Kind::kPassing, "out of memory", 0};
  }
  return std::move(response_);
}

/// Returns why the body cannot be used; "" when it can.
std::string CurlTransfer::decode() {
  const std::string coding = content_coding(response_);
  std::string& body = response_.body;
  if (received_.empty() || coding.empty() || coding == "identity") {
    body = std::move(received_);
  } else if (coding != "gzip" && coding != "x-gzip") {
    return "the answer is packed by '" + shown(coding) + "', only gzip was asked for";
  } else if (const Gunzip unpacked = gunzip(received_, kMaxBody, body); unpacked != Gunzip::kDone) {
    return unpacked == Gunzip::kTooLarge ? kTooLarge : "the answer's gzip is damaged";
  }
  // What waits is counted, and held, with all of its memory.
  if (body.capacity() > 2 * body.size()) body.shrink_to_fit();
  return {};
}

HttpFault CurlTransfer::fault(CURLcode code) const {
  if (refused_ != nullptr) return {HttpFault::Kind::kPassing, refused_, code};
  const bool config = std::find(kConfigCodes.begin(), kConfigCodes.end(), code) != kConfigCodes.end();
  std::string message = error_[0] != '\0' ? error_.data() : curl_easy_strerror(code);
  if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
    message += "; set ssl.ca.location to a file with the certificate to trust";
  return {config ? HttpFault::Kind::kConfig : HttpFault::Kind::kPassing, std::move(message), code};
}

}  // namespace walmart
