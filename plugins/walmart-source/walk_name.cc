// SPDX-License-Identifier: Apache-2.0
#include "walk_name.h"

#include <fmt/format.h>

#include "json_doc.h"

namespace walmart {

std::string WalkName::position_key() const {
  return fmt::format(R"({{"account":{},"shipNodeType":{},"kind":"{}"}})", json_string(account),
                     json_string(ship_node_type), name_of(kind));
}

}  // namespace walmart
