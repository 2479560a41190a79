// SPDX-License-Identifier: Apache-2.0
#include "plugin/transform_instance.h"

#include <fmt/format.h>

#include <algorithm>

#include "cnx/abi/ext/transform_info.h"
#include "plugin/call.h"

namespace cnx::host::plugin {
namespace {

/// Takes what apply() gives. Exceptions must not reach the plugin, so `lost` remembers that something did not fit in
/// memory.
struct Collector {
  TransformOutput& out;
  bool lost = false;
  bool emitted_nothing = false;  // emit(NULL)

  cnx_output table() {
    cnx_output raw{};
    raw.struct_size = sizeof raw;
    raw.ctx = this;
    raw.emit = [](void* ctx, cnx_batch* batch) {
      auto& me = *static_cast<Collector*>(ctx);
      if (batch == nullptr) {
        me.emitted_nothing = true;
        return;
      }
      OwnedBatch owned(batch);
      callback(me.lost, [&] { me.out.batches.push_back(std::move(owned)); });
    };
    raw.reject = [](void* ctx, std::uint32_t origin, cnx_str path, cnx_str column, cnx_str message, std::int64_t code) {
      auto& me = *static_cast<Collector*>(ctx);
      callback(me.lost, [&] {
        me.out.dead.push_back(
            {origin, std::string(view(path)), std::string(view(column)), std::string(view(message)), code});
      });
    };
    raw.filter = [](void* ctx, std::uint32_t origin, cnx_str rule, cnx_str path) {
      auto& me = *static_cast<Collector*>(ctx);
      callback(me.lost, [&] { me.out.filtered.push_back({origin, std::string(view(rule)), std::string(view(path))}); });
    };
    return raw;
  }
};

/// Where each list of an output ended before a call.
struct Mark {
  explicit Mark(const TransformOutput& out)
      : batches(out.batches.size()), dead(out.dead.size()), filtered(out.filtered.size()) {}
  void restore(TransformOutput& out) const {
    out.batches.erase(out.batches.begin() + static_cast<std::ptrdiff_t>(batches), out.batches.end());
    out.dead.erase(out.dead.begin() + static_cast<std::ptrdiff_t>(dead), out.dead.end());
    out.filtered.erase(out.filtered.begin() + static_cast<std::ptrdiff_t>(filtered), out.filtered.end());
  }
  std::size_t batches, dead, filtered;
};

Status check(const TransformOutput& out, const Mark& mark, cnx_batch_kind kind, std::uint32_t last_origin) {
  for (std::size_t i = mark.batches; i < out.batches.size(); ++i) {
    CNX_TRY(check_batch(out.batches[i].raw(), kind));
    CNX_TRY(check_origins(out.batches[i].raw(), last_origin));
  }
  for (std::size_t i = mark.dead; i < out.dead.size(); ++i) {
    if (out.dead[i].origin > last_origin) {
      return fatal_error(
          fmt::format("a reject of origin {}; the input's origins end at {}", out.dead[i].origin, last_origin));
    }
  }
  for (std::size_t i = mark.filtered; i < out.filtered.size(); ++i) {
    const FilteredPart& part = out.filtered[i];
    if (part.origin > last_origin) {
      return fatal_error(fmt::format("a filter of origin {}; the input's origins end at {}", part.origin, last_origin));
    }
    if (part.rule.empty())
      return fatal_error(fmt::format("a filter of origin {} without the name of a rule", part.origin));
  }
  return {};
}

}  // namespace

void TransformOutput::clear() {
  batches.clear();
  dead.clear();
  filtered.clear();
}

Result<std::unique_ptr<TransformInstance>> TransformInstance::create(const Component& component,
                                                                     const HostContext& host,
                                                                     const ConfigValues& config) {
  const auto& table = *static_cast<const cnx_transform*>(component.raw->table);
  CallError error;
  void* self = nullptr;
  const cnx_status status = table.create(host.table(), ConfigArgument(config).get(), &self, error.slot());
  CNX_TRY(error.status(status, component, "create"));
  if (self == nullptr) return broken_contract(component, "create", "succeeded without an instance");
  return std::unique_ptr<TransformInstance>(new TransformInstance(component, table, self));
}

TransformInstance::~TransformInstance() { table_.destroy(self_); }

Status TransformInstance::apply(const cnx_batch& in, TransformOutput& out) {
  if (in.count == 0) return {};
  const Mark mark(out);
  Collector collector{out};
  const cnx_output raw = collector.table();
  CallError error;
  Status status = error.status(table_.apply(self_, &in, &raw, error.slot()), component_, "apply");
  if (status.ok() && collector.lost)
    status = fatal_error("out of memory while taking the output of " + component_.described());
  if (status.ok() && collector.emitted_nothing) status = broken_contract(component_, "apply", "emitted a null batch");
  if (status.ok()) {
    const std::uint32_t last_origin = *std::max_element(in.origin, in.origin + in.count);
    if (Status good = check(out, mark, table_.output, last_origin); !good.ok()) {
      status = broken_contract(component_, "apply", "gave " + good.error().message);
    }
  }
  if (!status.ok()) mark.restore(out);
  return status;
}

Result<std::vector<RowShape>> TransformInstance::shapes() const {
  struct Collected {
    std::vector<RowShape> shapes;
    Status fault;
    bool lost = false;
  } collected;
  const auto* schema = static_cast<const cnx_schema*>(component_.extension(CNX_EXT_SCHEMA));
  if (schema == nullptr) return std::move(collected.shapes);

  CallError error;
  const cnx_status status = schema->shapes(
      self_, &collected,
      [](void* ctx, const cnx_batch* shape) {
        auto& me = *static_cast<Collected*>(ctx);
        callback(me.lost, [&] {
          if (Status good = check_shape(*shape); !good.ok()) {
            me.fault = std::move(good);
          } else {
            me.shapes.emplace_back(*shape);
          }
        });
      },
      error.slot());
  CNX_TRY(error.status(status, component_, "shapes"));
  if (collected.lost) return fatal_error("out of memory while taking the row shapes of " + component_.described());
  if (!collected.fault.ok()) return broken_contract(component_, "shapes", "gave " + collected.fault.error().message);
  return std::move(collected.shapes);
}

}  // namespace cnx::host::plugin
