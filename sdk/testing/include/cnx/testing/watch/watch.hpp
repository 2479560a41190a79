// SPDX-License-Identifier: Apache-2.0
//
// A component that stands between host and plugin and tells who breaks the contract of cnx/abi: calls in the allowed
// state and on the allowed thread, whole tables, batches released exactly once, messages with every error, rejects and
// origins of what came in, acks, transactions in order.
//   Breaches breaches([](Side side, std::string_view call, const std::string& what) { … });
//   const cnx_component& seen = watched(component, breaches);   // to be used in the component's place
#pragma once

#include <array>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <utility>

#include "cnx/abi/ext/source_ahead.h"
#include "cnx/abi/ext/transform_info.h"
#include "cnx/abi/plugin.h"
#include "cnx/testing/watch/offsets.hpp"
#include "cnx/testing/watch/source.hpp"
#include "cnx/testing/watch/transform.hpp"

namespace cnx::testing::watch {

namespace detail {

/// One watched component. C tables carry no context into create, so each slot has functions of its own.
struct Slot {
  const cnx_component* real = nullptr;
  Breaches* breaches = nullptr;
  cnx_component shown{};
  cnx_source source{};
  cnx_transform transform{};
  cnx_sink sink{};
  cnx_schema schema{};

  template <class Table>
  [[nodiscard]] const Table& table() const {
    return *static_cast<const Table*>(real->table);
  }
  template <class Feature>
  [[nodiscard]] const Feature* feature(const char* id) const {
    return real->extension == nullptr ? nullptr : static_cast<const Feature*>(real->extension(id));
  }
};

inline constexpr std::size_t kSlots = 8;
inline std::array<Slot, kSlots>& slots() {
  static auto* const all = new std::array<Slot, kSlots>;  // instances may live until the process ends
  return *all;
}

template <std::size_t I>
struct Calls {
  static Slot& slot() { return slots()[I]; }

  static cnx_status create_source(const cnx_host* host, const cnx_config* config, void** self, cnx_error* to) {
    Slot& s = slot();
    auto made = std::make_unique<WatchedSource>(s.table<cnx_source>(), *host, *s.breaches);
    made->ahead = s.feature<cnx_source_ahead>(CNX_EXT_SOURCE_AHEAD) != nullptr;
    return create(std::move(made), config, self, to);
  }
  static cnx_status create_transform(const cnx_host* host, const cnx_config* config, void** self, cnx_error* to) {
    Slot& s = slot();
    return create(std::make_unique<WatchedTransform>(s.table<cnx_transform>(), *host, *s.breaches), config, self, to);
  }
  static cnx_status create_sink(const cnx_host* host, const cnx_config* config, void** self, cnx_error* to) {
    Slot& s = slot();
    auto made = std::make_unique<WatchedSink>(s.table<cnx_sink>(), *host, *s.breaches);
    made->offsets = s.feature<cnx_sink_offsets>(CNX_EXT_SINK_OFFSETS);
    made->marks = s.feature<cnx_sink_marks>(CNX_EXT_SINK_MARKS);
    return create(std::move(made), config, self, to);
  }
  static cnx_status validate(const cnx_config* config, const cnx_findings* findings, cnx_error* to) {
    WatchedError error(*slot().breaches, "validate", to);
    return error.done(slot().real->validate(config, findings, error.slot()));
  }
  static cnx_status shapes(void* raw, void* ctx, void (*shape)(void*, const cnx_batch*), cnx_error* to) {
    auto& me = *static_cast<WatchedTransform*>(raw);
    const OwnerCall call(me.life, "shapes", false);
    WatchedError error(*slot().breaches, "shapes", to);
    return error.done(slot().feature<cnx_schema>(CNX_EXT_SCHEMA)->shapes(me.self, ctx, shape, error.slot()));
  }
  /// Features whose functions get an instance are watched; others pass as they are.
  static const void* extension(const char* id) {
    const void* there = slot().feature<void>(id);
    if (there == nullptr) return nullptr;
    if (std::strcmp(id, CNX_EXT_SINK_OFFSETS) == 0) return WatchedTransactions::offsets();
    if (std::strcmp(id, CNX_EXT_SINK_MARKS) == 0) return WatchedTransactions::marks();
    if (std::strcmp(id, CNX_EXT_SCHEMA) != 0) return there;
    slot().schema = {sizeof(cnx_schema), &Calls::shapes};
    return &slot().schema;
  }

  static const cnx_component& watch(const cnx_component& real, Breaches& breaches) {
    Slot& s = slot();
    s.real = &real;
    s.breaches = &breaches;
    s.shown = real;
    s.shown.struct_size = sizeof s.shown;
    s.shown.validate = real.validate == nullptr ? nullptr : &Calls::validate;
    s.shown.extension = real.extension == nullptr ? nullptr : &Calls::extension;
    if (real.kind == CNX_SOURCE) {
      using W = WatchedSource;
      s.source = {sizeof(cnx_source), &create_source, &destroy<W>, &W::start,
                  &W::poll,           &W::acked,      &cancel<W>,  &stop<W>};
      s.shown.table = &s.source;
    } else if (real.kind == CNX_TRANSFORM) {
      using W = WatchedTransform;
      const auto& table = s.table<cnx_transform>();
      s.transform = {sizeof(cnx_transform), table.input, table.output, &create_transform, &destroy<W>, &W::apply};
      s.shown.table = &s.transform;
    } else {
      using W = WatchedSink;
      s.sink = {sizeof(cnx_sink), s.table<cnx_sink>().input,
                &create_sink,     &destroy<W>,
                &W::start,        &W::prepare,
                &W::write,        &W::flush,
                &W::idle,         &cancel<W>,
                &stop<W>};
      s.shown.table = &s.sink;
    }
    return s.shown;
  }
};

template <std::size_t... I>
const cnx_component& watch_in(std::size_t slot, const cnx_component& real, Breaches& breaches,
                              std::index_sequence<I...>) {
  using Watch = const cnx_component& (*)(const cnx_component&, Breaches&);
  constexpr Watch kWatch[] = {&Calls<I>::watch...};
  return kWatch[slot](real, breaches);
}

}  // namespace detail

/// The component to use in `real`'s place, for the rest of the process's life, as long as both arguments live. Its
/// tables hold what ABI 1.0 has, and have to be whole. Throws std::length_error after 8 components. Not thread-safe.
inline const cnx_component& watched(const cnx_component& real, Breaches& breaches) {
  auto& slots = detail::slots();
  for (std::size_t i = 0; i < slots.size(); ++i)
    if (slots[i].real == nullptr)
      return detail::watch_in(i, real, breaches, std::make_index_sequence<detail::kSlots>());
  throw std::length_error("eight components are watched already");
}

}  // namespace cnx::testing::watch
