// SPDX-License-Identifier: Apache-2.0
//
// What components can do without an instance: validation, preflight, rendering, splitting. Each call belongs to one
// thread.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/result.hpp"
#include "plugin/batch.h"
#include "plugin/component.h"
#include "plugin/host_context.h"

namespace cnx::host::plugin {

/// One line for people: what is so with an object, and what to do about it.
struct Finding {
  cnx_severity severity = CNX_FINDING_OK;
  std::string object;  ///< config key, table, column, URL
  std::string message;
  std::string mend;  ///< may be empty
};

/// Rules of the component that one key alone cannot express; nothing is connected. No findings when it has no such
/// rules.
[[nodiscard]] Result<std::vector<Finding>> validate(const Component& component, const ConfigValues& config);

[[nodiscard]] bool has_preflight(const Component& component);
/// Reads the live system. Findings are added to `found` as they come; an error says why it could not look further.
[[nodiscard]] Status preflight_check(const Component& component, const HostContext& host, const ConfigValues& config,
                                     std::span<const RowShape> shapes, std::vector<Finding>& found);
/// Makes what is missing. Without such a feature nothing is done and found.
[[nodiscard]] Status preflight_init(const Component& component, const HostContext& host, const ConfigValues& config,
                                    std::span<const RowShape> shapes, std::vector<Finding>& found);

[[nodiscard]] bool has_render(const Component& component);
/// The statements that a write of the chosen rows (ascending; none chosen: all) would send, each complete. CONFIG when
/// the sink has no cnx.render/1.
[[nodiscard]] Result<std::vector<std::string>> render(const Component& component, const ConfigValues& config,
                                                      const cnx_batch& batch, std::span<const std::uint32_t> rows = {});

/// One document within an input.
struct DocumentPart {
  std::string_view bytes;  ///< within the input
  std::string path;        ///< "$" for the whole
};

[[nodiscard]] bool has_split(const Component& component);
/// The documents of an input; without cnx.split/1 the whole input is one.
[[nodiscard]] Result<std::vector<DocumentPart>> split(const Component& component, const ConfigValues& config,
                                                      std::string_view document);

}  // namespace cnx::host::plugin
