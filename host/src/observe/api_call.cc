// SPDX-License-Identifier: Apache-2.0
#include "observe/api_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/strings.h"

namespace cnx::host::observe {
namespace {

constexpr const char* kJson = "application/json";

/// nullopt: a '%' without two hex digits behind it.
std::optional<std::string> url_decode(std::string_view text, bool plus_is_blank) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += plus_is_blank && text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size() || digit(text[i + 1]) < 0 || digit(text[i + 2]) < 0) return std::nullopt;
    out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
    i += 2;
  }
  return out;
}

}  // namespace

bool ApiCall::has(std::string_view name, std::string_view value) const {
  return std::ranges::any_of(query, [&](const auto& pair) { return pair.first == name && pair.second == value; });
}

Answer json_answer(std::string body, int status) { return {status, kJson, std::move(body)}; }
Answer empty_answer(int status) { return {status, "", ""}; }

Answer error_answer(int status, std::string_view message) {
  return {status, kJson, fmt::format(R"({{"error_code":{},"message":{}}})", status, json_quote(message))};
}

Answer method_answer(std::string_view allow, std::string_view reason) {
  Answer answer = error_answer(405, reason.empty() ? fmt::format("this path has {} only", allow) : std::string(reason));
  answer.allow = allow;
  return answer;
}

bool parse_target(std::string_view target, ApiCall& into) {
  const std::size_t mark = target.find('?');
  for (const std::string_view part : split(target.substr(0, mark), '/')) {
    if (part.empty()) continue;
    auto text = url_decode(part, false);
    if (!text) return false;
    into.path.push_back(*std::move(text));
  }
  if (mark == std::string_view::npos) return true;
  for (const std::string_view pair : split(target.substr(mark + 1), '&')) {
    const std::size_t equals = pair.find('=');
    auto name = url_decode(pair.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::string() : url_decode(pair.substr(equals + 1), true);
    if (!name || !value) return false;
    into.query.emplace_back(*std::move(name), *std::move(value));
  }
  return true;
}

}  // namespace cnx::host::observe
