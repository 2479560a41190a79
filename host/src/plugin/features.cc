// SPDX-License-Identifier: Apache-2.0
#include "plugin/features.h"

#include <fmt/format.h>

#include "cnx/abi/ext/preflight.h"
#include "cnx/abi/ext/render.h"
#include "cnx/abi/ext/transform_info.h"
#include "plugin/call.h"

namespace cnx::host::plugin {
namespace {

struct FindingCollector {
  std::vector<Finding>& found;
  bool lost = false;

  cnx_findings table() {
    cnx_findings raw{};
    raw.struct_size = sizeof raw;
    raw.ctx = this;
    raw.add = [](void* ctx, cnx_severity severity, cnx_str object, cnx_str message, cnx_str mend) {
      auto& me = *static_cast<FindingCollector*>(ctx);
      // A severity of a newer ABI is no reason to call a finding harmless.
      const cnx_severity known = severity > CNX_FINDING_ERROR ? cnx_severity{CNX_FINDING_ERROR} : severity;
      callback(me.lost, [&] {
        me.found.push_back({known, std::string(view(object)), std::string(view(message)), std::string(view(mend))});
      });
    };
    return raw;
  }
};

Error out_of_memory(const Component& component, std::string_view call) {
  return fatal_error(fmt::format("out of memory during {} of {}", call, component.described()));
}

using PreflightCall = decltype(cnx_preflight::check);

Status run_preflight(PreflightCall call, const char* call_name, const Component& component, const HostContext& host,
                     const ConfigValues& config, std::span<const RowShape> shapes, std::vector<Finding>& found) {
  std::vector<const cnx_batch*> raw_shapes;
  for (const RowShape& shape : shapes) raw_shapes.push_back(&shape.batch());
  FindingCollector collector{found};
  const cnx_findings findings = collector.table();
  CallError error;
  const cnx_status status =
      call(host.table(), ConfigArgument(config).get(), raw_shapes.data(), raw_shapes.size(), &findings, error.slot());
  if (collector.lost) return out_of_memory(component, call_name);
  return error.status(status, component, call_name);
}

const cnx_preflight* preflight_of(const Component& component) {
  return static_cast<const cnx_preflight*>(component.extension(CNX_EXT_PREFLIGHT));
}

}  // namespace

Result<std::vector<Finding>> validate(const Component& component, const ConfigValues& config) {
  std::vector<Finding> found;
  if (component.raw->validate == nullptr) return found;
  FindingCollector collector{found};
  const cnx_findings findings = collector.table();
  CallError error;
  const cnx_status status = component.raw->validate(ConfigArgument(config).get(), &findings, error.slot());
  if (collector.lost) return out_of_memory(component, "validate");
  CNX_TRY(error.status(status, component, "validate"));
  return found;
}

bool has_preflight(const Component& component) { return preflight_of(component) != nullptr; }

Status preflight_check(const Component& component, const HostContext& host, const ConfigValues& config,
                       std::span<const RowShape> shapes, std::vector<Finding>& found) {
  const cnx_preflight* preflight = preflight_of(component);
  if (preflight == nullptr) return {};
  return run_preflight(preflight->check, "check", component, host, config, shapes, found);
}

Status preflight_init(const Component& component, const HostContext& host, const ConfigValues& config,
                      std::span<const RowShape> shapes, std::vector<Finding>& found) {
  const cnx_preflight* preflight = preflight_of(component);
  if (preflight == nullptr || preflight->init == nullptr) return {};
  return run_preflight(preflight->init, "init", component, host, config, shapes, found);
}

bool has_render(const Component& component) { return component.has(CNX_EXT_RENDER); }

Result<std::vector<std::string>> render(const Component& component, const ConfigValues& config, const cnx_batch& batch,
                                        std::span<const std::uint32_t> rows) {
  const auto* feature = static_cast<const cnx_render*>(component.extension(CNX_EXT_RENDER));
  if (feature == nullptr) {
    return config_error(fmt::format("'{}' cannot show its statements ({} has no {}); choose another --format",
                                    component.name, component.described(), CNX_EXT_RENDER));
  }
  struct Collected {
    std::vector<std::string> statements;
    bool lost = false;
  } collected;
  CallError error;
  const cnx_selection selection =
      rows.empty() ? cnx_selection{nullptr, batch.count} : cnx_selection{rows.data(), rows.size()};
  const cnx_status status = feature->render(
      ConfigArgument(config).get(), &batch, selection, &collected,
      [](void* ctx, cnx_str sql) {
        auto& me = *static_cast<Collected*>(ctx);
        callback(me.lost, [&] { me.statements.emplace_back(view(sql)); });
      },
      error.slot());
  if (collected.lost) return out_of_memory(component, "render");
  CNX_TRY(error.status(status, component, "render"));
  return std::move(collected.statements);
}

bool has_split(const Component& component) { return component.has(CNX_EXT_SPLIT); }

Result<std::vector<DocumentPart>> split(const Component& component, const ConfigValues& config,
                                        std::string_view document) {
  const auto* feature = static_cast<const cnx_split*>(component.extension(CNX_EXT_SPLIT));
  if (feature == nullptr) return std::vector<DocumentPart>{{document, "$"}};
  struct Collected {
    std::string_view whole;
    std::vector<DocumentPart> parts;
    bool outside = false;
    bool lost = false;
  } collected{document, {}};
  CallError error;
  const cnx_status status = feature->split(
      ConfigArgument(config).get(), str(document), &collected,
      [](void* ctx, cnx_str bytes, cnx_str path) {
        auto& me = *static_cast<Collected*>(ctx);
        const std::string_view part = view(bytes);
        const char* begin = me.whole.data();
        const bool inside = part.data() >= begin && part.data() + part.size() <= begin + me.whole.size();
        if (!inside && !part.empty()) me.outside = true;
        callback(me.lost, [&] { me.parts.push_back({part, std::string(view(path))}); });
      },
      error.slot());
  if (collected.lost) return out_of_memory(component, "split");
  CNX_TRY(error.status(status, component, "split"));
  if (collected.outside) return broken_contract(component, "split", "gave a part that is no view into the document");
  return std::move(collected.parts);
}

}  // namespace cnx::host::plugin
