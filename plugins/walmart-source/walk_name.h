// SPDX-License-Identifier: Apache-2.0
//
// What one walk is about: it has a position and windows of its own.
#pragma once

#include <string>

#include "settings.h"
#include "window.h"

namespace walmart {

struct WalkName {
  std::string account;
  std::string ship_node_type;
  Kind kind = Kind::kCreated;

  /// "eForCity SellerFulfilled".
  [[nodiscard]] std::string title() const { return account + " " + ship_node_type; }
  /// "eForCity SellerFulfilled 2026-11-23T06:00:00Z/2026-11-23T07:00:00Z".
  [[nodiscard]] std::string title(const Window& window) const { return title() + " " + text_of(window); }
  /// The key of the walk's position within its range, JSON.
  [[nodiscard]] std::string position_key() const;
};

}  // namespace walmart
