// SPDX-License-Identifier: Apache-2.0
//
// The rules of walmart_order once more, slow and plain: shares nothing with the transform but the rules. For tests
// only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cnx::order_transform::test {

struct ReferenceResult {
  /// By column; JSON columns in Node::dump's form.
  std::vector<std::map<std::string, std::optional<std::string>, std::less<>>> rows;
  std::vector<std::pair<std::string, std::string>> filtered;  ///< rule, path
  std::vector<std::pair<std::string, std::string>> problems;  ///< path, column; any makes the record dead
};

ReferenceResult reference_flatten(std::string_view payload);

}  // namespace cnx::order_transform::test
