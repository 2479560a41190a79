// SPDX-License-Identifier: Apache-2.0
//
// One HTTP exchange as libcurl makes it.
#pragma once

#include <curl/curl.h>

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include "curl_transport.h"
#include "transport.h"

namespace walmart {

/// Made, driven by a multi handle that handle() was given to, and asked for its result once libcurl says that it has
/// ended. Stays where it is. Used by one thread at a time; all transfers of a multi handle by the same one.
class CurlTransfer {
 public:
  /// `options` outlive it. `usual_bytes` are set aside when the answer comes. Throws std::bad_alloc, as result() may;
  /// what libcurl calls throws nothing.
  CurlTransfer(const CurlOptions& options, HttpRequest request, std::size_t usual_bytes);
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  /// NULL: libcurl had no memory for it. Owned by the transfer; to be taken off its multi handle before.
  [[nodiscard]] CURL* handle() const { return easy_.get(); }
  /// Of the transfer that ended with `code`. Once.
  [[nodiscard]] HttpResult result(CURLcode code);
  /// Of the answer's body, as it came: packed. Before result().
  [[nodiscard]] std::size_t received_bytes() const { return received_.size(); }

 private:
  struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  template <class Value>
  void set(CURLoption option, Value value) {
    if (curl_easy_setopt(easy_.get(), option, value) == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
  }
  void set_up(const CurlOptions& options);
  void add_header(const std::string& line);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  std::size_t take(std::string_view data, void (CurlTransfer::*taken)(std::string_view)) noexcept;
  void take_body(std::string_view data);
  void take_header(std::string_view line);
  [[nodiscard]] std::string decode();
  [[nodiscard]] HttpFault fault(CURLcode code) const;

  const HttpRequest request_;
  const std::size_t usual_bytes_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::unique_ptr<CURL, FreeEasy> easy_;  ///< uses all of the above
  HttpResponse response_;
  std::string received_;           ///< the body as it came
  const char* refused_ = nullptr;  ///< why no more of the answer was taken
};

}  // namespace walmart
