// SPDX-License-Identifier: Apache-2.0
//
// Built into two files, so that one name comes twice.
#include <array>

#include "cnx/plugin.hpp"

namespace {

struct Twin final : cnx::Sink {
  static constexpr std::string_view kName = "twin", kDoc = "Is in two files.";
  static constexpr cnx_batch_kind kInput = CNX_ROWS;
  static constexpr std::array<cnx::Key, 0> kKeys{};
  static cnx::Result<std::unique_ptr<Twin>> create(cnx::Host, const cnx::Config&) { return std::make_unique<Twin>(); }
  cnx::Status start() override { return {}; }
  cnx::Status write(const cnx::BatchView&, const cnx::Selection&, cnx::Rejects&) override { return {}; }
};

}  // namespace

CNX_PLUGIN("twin", "1.0", cnx::sink<Twin>())
