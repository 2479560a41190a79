// SPDX-License-Identifier: Apache-2.0
//
// Components made of bare C tables whose every call a test scripts: for plugins that break the contract.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "cnx/abi/ext/sink_offsets.h"
#include "cnx/abi/ext/source_ahead.h"
#include "cnx/abi/plugin.h"
#include "cnx/text.hpp"
#include "plugin/loader.h"

namespace cnx::host::plugin::testing {

/// What the calls do. Reset it before a test; unset calls return OK and do nothing.
struct Rogue {
  std::function<cnx_status(void** self, cnx_error*)> create;
  std::function<cnx_status(const cnx_source_start*, cnx_source_plan*, cnx_error*)> start_source;
  std::function<cnx_status(cnx_source_batch*, cnx_error*)> poll;
  std::function<cnx_status(const cnx_batch*, const cnx_output*, cnx_error*)> apply;
  std::function<cnx_status(const cnx_batch*, cnx_selection, const cnx_rejects*, cnx_error*)> write;
  std::function<cnx_status(const cnx_claimant*, cnx_offset_row*, std::uint64_t)> claim;
  std::function<cnx_status(const cnx_offset_step*, std::uint64_t)> begin;
  std::function<cnx_status(std::int32_t* unknown, cnx_error*)> commit;
  std::function<cnx_status(cnx_outcome*)> outcome;
  std::function<cnx_status(cnx_offset_row*, std::uint64_t, void*, void (*each)(void*, const cnx_offset_row*))> read;
  bool ahead = false;              // the source has cnx.source-ahead/1
  std::int64_t deadline_ns = 0;    // of the last poll
  std::vector<std::string> calls;  // those that return nothing
};
inline Rogue rogue;

inline cnx_status say(cnx_error* error, cnx_status status, std::string_view message) {
  error->set_message(error->ctx, str(message));
  return status;
}

namespace detail {

template <class Function, class... Args>
cnx_status call(const Function& function, Args... args) {
  return function ? function(args...) : cnx_status{CNX_OK};
}
inline cnx_status create(const cnx_host*, const cnx_config*, void** self, cnx_error* error) {
  *self = &rogue;
  return call(rogue.create, self, error);
}
inline cnx_status nothing(void*, cnx_error*) { return CNX_OK; }
inline void note_destroy(void*) { rogue.calls.push_back("destroy"); }
inline void note_cancel(void*) { rogue.calls.push_back("cancel"); }
inline void note_stop(void*) { rogue.calls.push_back("stop"); }

}  // namespace detail

inline constexpr cnx_source kSourceTable = {
    sizeof(cnx_source),
    &detail::create,
    &detail::note_destroy,
    [](void*, const cnx_source_start* from, cnx_source_plan* plan, cnx_error* error) {
      return detail::call(rogue.start_source, from, plan, error);
    },
    [](void*, std::int64_t deadline_ns, cnx_source_batch* out, cnx_error* error) {
      rogue.deadline_ns = deadline_ns;
      return detail::call(rogue.poll, out, error);
    },
    [](void*) { rogue.calls.push_back("acked"); },
    &detail::note_cancel,
    &detail::note_stop};

inline constexpr cnx_transform kTransformTable = {
    sizeof(cnx_transform),
    CNX_RECORDS,
    CNX_ROWS,
    &detail::create,
    &detail::note_destroy,
    [](void*, const cnx_batch* in, const cnx_output* out, cnx_error* error) {
      return detail::call(rogue.apply, in, out, error);
    }};

inline constexpr cnx_sink kSinkTable = {
    sizeof(cnx_sink),
    CNX_ROWS,
    &detail::create,
    &detail::note_destroy,
    &detail::nothing,
    [](void*, const cnx_batch*, cnx_error*) -> cnx_status { return CNX_OK; },
    [](void*, const cnx_batch* batch, cnx_selection rows, const cnx_rejects* rejects, cnx_error* error) {
      return detail::call(rogue.write, batch, rows, rejects, error);
    },
    &detail::nothing,
    [](void*) { rogue.calls.push_back("idle"); },
    &detail::note_cancel,
    &detail::note_stop};

inline constexpr cnx_sink_offsets kOffsetsTable = {
    sizeof(cnx_sink_offsets),
    0,
    [](void*, const cnx_claimant* who, cnx_offset_row* rows, std::uint64_t count, cnx_error*) {
      return detail::call(rogue.claim, who, rows, count);
    },
    [](void*, const cnx_claimant*, const cnx_offset_step* steps, std::uint64_t count, cnx_error*) {
      return detail::call(rogue.begin, steps, count);
    },
    [](void*, std::int32_t* unknown, cnx_error* error) { return detail::call(rogue.commit, unknown, error); },
    [](void*) { rogue.calls.push_back("abort"); },
    [](void*, const cnx_claimant*, const cnx_offset_step*, std::uint64_t, cnx_outcome* outcome, cnx_error*) {
      return detail::call(rogue.outcome, outcome);
    },
    [](void*, const cnx_claimant*, const cnx_offset_step* steps, std::uint64_t count, cnx_error*) {
      return detail::call(rogue.begin, steps, count);
    },
    [](void*, cnx_offset_row* rows, std::uint64_t count, void* ctx, void (*each)(void*, const cnx_offset_row*),
       cnx_error*) { return detail::call(rogue.read, rows, count, ctx, each); },
    [](void*, const cnx_offset_row*, std::uint64_t, cnx_error*) -> cnx_status { return CNX_OK; }};

inline const void* extension(const char* id) {
  return std::string_view(id) == CNX_EXT_SINK_OFFSETS ? &kOffsetsTable : nullptr;
}

inline const void* source_extension(const char* id) {
  static constexpr cnx_source_ahead kAhead = {sizeof(cnx_source_ahead), 0};
  return rogue.ahead && std::string_view(id) == CNX_EXT_SOURCE_AHEAD ? &kAhead : nullptr;
}

inline constexpr cnx_component component_of(cnx_component_kind kind, const void* table) {
  return {sizeof(cnx_component),
          kind,
          str("rogue"),
          str("Does as it is told."),
          sizeof(cnx_config_key),
          0,
          nullptr,
          table,
          nullptr,
          kind == CNX_SINK     ? &extension
          : kind == CNX_SOURCE ? &source_extension
                               : nullptr};
}
inline constexpr cnx_component kComponents[] = {component_of(CNX_SOURCE, &kSourceTable),
                                                component_of(CNX_TRANSFORM, &kTransformTable),
                                                component_of(CNX_SINK, &kSinkTable)};
inline constexpr cnx_plugin kPlugin = {sizeof(cnx_plugin), CNX_PLUGIN_MAGIC, CNX_ABI_1_0,           CNX_ABI_CURRENT,
                                       str("rogue"),       str("1.2.3"),     sizeof(cnx_component), 3,
                                       kComponents};

/// The described component of a kind. Forgets what the last test scripted.
inline const Component& fresh(Kind kind) {
  static const Result<Plugin> plugin = describe_plugin(kPlugin, "/plugins/rogue.so");
  if (!plugin.ok()) throw std::runtime_error(plugin.error().message);
  rogue = {};
  for (const Component& component : plugin.value().components) {
    if (component.kind == kind) return component;
  }
  throw std::logic_error("no such component");
}

}  // namespace cnx::host::plugin::testing
