// SPDX-License-Identifier: Apache-2.0
//
// Trampolines of the optional features (abi/ext/) but cnx.sink-offsets/1. A component class has a feature when it has
// the function of that feature; component.hpp lists them.
#pragma once

#include <concepts>
#include <span>
#include <string_view>
#include <vector>

#include "cnx/abi/ext/preflight.h"
#include "cnx/abi/ext/render.h"
#include "cnx/abi/ext/source_ahead.h"
#include "cnx/abi/ext/transform_info.h"
#include "cnx/component.hpp"
#include "cnx/detail/guard.hpp"

namespace cnx::detail {

using Shapes = std::span<const BatchView>;

template <class T>
concept HasPreflight = requires(Host h, const Config& c, Shapes s, Findings& f) {
  { T::preflight(h, c, s, f) } -> std::same_as<Status>;
};
template <class T>
concept HasInit = requires(Host h, const Config& c, Shapes s, Findings& f) {
  { T::init(h, c, s, f) } -> std::same_as<Status>;
};
template <class T>
concept HasRender = requires(const Config& c, const BatchView& b, const Selection& r, const StatementSink& sink) {
  { T::render(c, b, r, sink) } -> std::same_as<Status>;
};
template <class T>
concept HasShapes = requires(T& t, const ShapeSink& sink) {
  { t.shapes(sink) } -> std::same_as<Status>;
};
template <class T>
concept HasSplit = requires(const Config& c, std::string_view document, const PartSink& sink) {
  { T::split(c, document, sink) } -> std::same_as<Status>;
};
template <class T>
concept PollsAhead = requires { requires T::kPollsAhead; };

template <class T>
struct PreflightTable {
  static cnx_status run(const cnx_host* host, const cnx_config* config, const cnx_batch* const* shapes,
                        std::uint64_t count, const cnx_findings* findings, cnx_error* error, auto&& call) {
    return guarded(error, [&]() -> Status {
      std::vector<BatchView> views;
      for (std::uint64_t i = 0; i < count; ++i) views.emplace_back(*shapes[i]);
      Findings found(*findings);
      return call(Host(host), Config(*config), Shapes(views), found);
    });
  }
  static cnx_status check(const cnx_host* host, const cnx_config* config, const cnx_batch* const* shapes,
                          std::uint64_t count, const cnx_findings* findings, cnx_error* error) {
    return run(host, config, shapes, count, findings, error,
               [](Host h, const Config& c, Shapes s, Findings& f) { return T::preflight(h, c, s, f); });
  }
  static cnx_status init(const cnx_host* host, const cnx_config* config, const cnx_batch* const* shapes,
                         std::uint64_t count, const cnx_findings* findings, cnx_error* error) {
    return run(host, config, shapes, count, findings, error,
               [](Host h, const Config& c, Shapes s, Findings& f) { return T::init(h, c, s, f); });
  }
  static constexpr cnx_preflight make() {
    cnx_preflight made{sizeof(cnx_preflight), &check, nullptr};
    if constexpr (HasInit<T>) made.init = &init;
    return made;
  }
  static constexpr cnx_preflight table = make();
};

template <class T>
struct RenderTable {
  static cnx_status render(const cnx_config* config, const cnx_batch* batch, cnx_selection rows, void* ctx,
                           void (*statement)(void*, cnx_str), cnx_error* error) {
    return guarded(error, [&] {
      return T::render(Config(*config), BatchView(*batch), Selection(*batch, rows),
                       StatementSink([&](std::string_view sql) { statement(ctx, str(sql)); }));
    });
  }
  static constexpr cnx_render table = {sizeof(cnx_render), &render};
};

template <class T>
struct SchemaTable {
  static cnx_status shapes(void* self, void* ctx, void (*shape)(void*, const cnx_batch*), cnx_error* error) {
    return guarded(error, [&] {
      return static_cast<T*>(self)->shapes(ShapeSink([&](const cnx_batch& batch) { shape(ctx, &batch); }));
    });
  }
  static constexpr cnx_schema table = {sizeof(cnx_schema), &shapes};
};

template <class T>
struct SplitTable {
  static cnx_status split(const cnx_config* config, cnx_str document, void* ctx, void (*part)(void*, cnx_str, cnx_str),
                          cnx_error* error) {
    return guarded(error, [&] {
      return T::split(Config(*config), view(document), PartSink([&](std::string_view bytes, std::string_view path) {
                        part(ctx, str(bytes), str(path));
                      }));
    });
  }
  static constexpr cnx_split table = {sizeof(cnx_split), &split};
};

inline constexpr cnx_source_ahead kSourceAheadTable = {sizeof(cnx_source_ahead), 0};

/// The table of feature `id` when T has it, else NULL.
template <class T>
const void* feature(std::string_view id) {
  if constexpr (HasPreflight<T>)
    if (id == CNX_EXT_PREFLIGHT) return &PreflightTable<T>::table;
  if constexpr (HasRender<T>)
    if (id == CNX_EXT_RENDER) return &RenderTable<T>::table;
  if constexpr (HasShapes<T>)
    if (id == CNX_EXT_SCHEMA) return &SchemaTable<T>::table;
  if constexpr (HasSplit<T>)
    if (id == CNX_EXT_SPLIT) return &SplitTable<T>::table;
  if constexpr (PollsAhead<T>)
    if (id == CNX_EXT_SOURCE_AHEAD) return &kSourceAheadTable;
  return nullptr;
}

}  // namespace cnx::detail
