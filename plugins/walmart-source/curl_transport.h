// SPDX-License-Identifier: Apache-2.0
//
// The transport over libcurl, which only this and curl_transfer know.
#pragma once

#include <memory>
#include <string>

#include "transport.h"

namespace walmart {

struct CurlOptions {
  std::string base_url;  ///< without a slash at its end
  std::string ca_file;   ///< empty: the system's
  std::int64_t request_timeout_ms = 60000;
  std::int64_t connect_timeout_ms = 10000;
};

/// Keeps connections open between exchanges, takes compressed answers, never follows a redirect (a token must not go to
/// another host). A CONFIG error when libcurl cannot be set up; RETRY when the system has no thread or files to give.
[[nodiscard]] cnx::Result<std::unique_ptr<Transport>> make_curl_transport(CurlOptions options);

}  // namespace walmart
