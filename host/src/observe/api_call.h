// SPDX-License-Identifier: Apache-2.0
//
// A request of Kafka Connect's REST API taken apart, and its answer. Errors are Kafka Connect's {error_code, message}.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cnx::host::observe {

struct Answer {
  int status = 200;
  std::string content_type;
  std::string body;
  std::string allow{};  ///< of a 405: the methods that the path has
};

struct ApiCall {
  std::string method;                                      ///< "GET" (of a HEAD, too), "POST", "PUT", "PATCH", "DELETE"
  std::vector<std::string> path;                           ///< decoded: {"connectors", "orders", "status"}; "/": empty
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order
  std::string_view body;

  /// Whether `name` stands in the query with `value`.
  [[nodiscard]] bool has(std::string_view name, std::string_view value) const;
};

[[nodiscard]] Answer json_answer(std::string body, int status = 200);
/// 202 or 204.
[[nodiscard]] Answer empty_answer(int status);
/// {error_code, message} with that status.
[[nodiscard]] Answer error_answer(int status, std::string_view message);
/// 405: the path has the methods `allow` ("GET, HEAD") only. `reason`: what else to say, "" = nothing.
[[nodiscard]] Answer method_answer(std::string_view allow, std::string_view reason = "");

/// Path and query of a target ("/connectors?expand=status"). False: a '%' without two hex digits behind it.
[[nodiscard]] bool parse_target(std::string_view target, ApiCall& into);

}  // namespace cnx::host::observe
