// SPDX-License-Identifier: Apache-2.0
//
// The function pointers that a host calls without asking, of components and of their features.
#pragma once

#include <initializer_list>

#include "cnx/abi/ext/preflight.h"
#include "cnx/abi/ext/render.h"
#include "cnx/abi/ext/sink_marks.h"
#include "cnx/abi/ext/sink_offsets.h"
#include "cnx/abi/ext/source_ahead.h"
#include "cnx/abi/ext/transform_info.h"
#include "cnx/abi/plugin.h"
#include "cnx/testing/kit/call.hpp"

namespace cnx::testing::kit {

namespace detail {

struct Function {
  const char* name;
  bool is_there;
};

/// `whole`: the table reaches to the last member of ABI 1.0.
inline void check_table(Report& report, const std::string& table, bool whole, std::uint32_t size,
                        std::initializer_list<Function> functions) {
  if (!whole) return report.fault(table + " has a struct_size of " + std::to_string(size) + ": too short for ABI 1.0");
  for (const Function& function : functions)
    if (!function.is_there) report.fault(table + ": its function " + function.name + " is NULL");
}

#define CNX_KIT_HAS(member) \
  Function { #member, t.member != nullptr }

inline void check_kind(Report& report, const std::string& table, const char* what, cnx_batch_kind kind) {
  if (kind != CNX_RECORDS && kind != CNX_ROWS)
    report.fault(table + " has an unknown kind of " + what + ": " + std::to_string(kind));
}

inline void check_sink_features(Report& report, const cnx_component& c, const std::string& name) {
  const auto* offsets = static_cast<const cnx_sink_offsets*>(c.extension(CNX_EXT_SINK_OFFSETS));
  const auto* marks = static_cast<const cnx_sink_marks*>(c.extension(CNX_EXT_SINK_MARKS));
  if (offsets != nullptr) {
    const auto& t = *offsets;
    check_table(report, name + ": feature " CNX_EXT_SINK_OFFSETS, CNX_HAS(&t, cnx_sink_offsets, reset), t.struct_size,
                {CNX_KIT_HAS(claim), CNX_KIT_HAS(begin), CNX_KIT_HAS(commit), CNX_KIT_HAS(abort), CNX_KIT_HAS(outcome),
                 CNX_KIT_HAS(advance), CNX_KIT_HAS(read), CNX_KIT_HAS(reset)});
  }
  if (marks != nullptr) {
    const auto& t = *marks;
    check_table(report, name + ": feature " CNX_EXT_SINK_MARKS, CNX_HAS(&t, cnx_sink_marks, overwrites), t.struct_size,
                {CNX_KIT_HAS(bury), CNX_KIT_HAS(begin_replay), CNX_KIT_HAS(redeem), CNX_KIT_HAS(outcome),
                 CNX_KIT_HAS(read), CNX_KIT_HAS(overwrites)});
    if (offsets == nullptr) report.fault(name + " has feature " CNX_EXT_SINK_MARKS " without " CNX_EXT_SINK_OFFSETS);
  }
  if (const void* raw = c.extension(CNX_EXT_RENDER); raw != nullptr) {
    const auto& t = *static_cast<const cnx_render*>(raw);
    check_table(report, name + ": feature " CNX_EXT_RENDER, CNX_HAS(&t, cnx_render, render), t.struct_size,
                {CNX_KIT_HAS(render)});
  }
}

inline void check_source_features(Report& report, const cnx_component& c, const std::string& name) {
  const auto* t = static_cast<const cnx_source_ahead*>(c.extension(CNX_EXT_SOURCE_AHEAD));
  if (t == nullptr) return;
  check_table(report, name + ": feature " CNX_EXT_SOURCE_AHEAD, CNX_HAS(t, cnx_source_ahead, reserved), t->struct_size,
              {});
}

inline void check_features(Report& report, const cnx_component& c, const std::string& name) {
  if (c.extension == nullptr) return;
  report.calling("extension of " + name);
  if (c.kind == CNX_SINK) check_sink_features(report, c, name);
  if (c.kind == CNX_SOURCE) check_source_features(report, c, name);
  const void* preflight = c.kind == CNX_TRANSFORM ? nullptr : c.extension(CNX_EXT_PREFLIGHT);
  const void* schema = c.kind == CNX_TRANSFORM ? c.extension(CNX_EXT_SCHEMA) : nullptr;
  const void* split = c.kind == CNX_TRANSFORM ? c.extension(CNX_EXT_SPLIT) : nullptr;
  if (preflight != nullptr) {
    const auto& t = *static_cast<const cnx_preflight*>(preflight);
    check_table(report, name + ": feature " CNX_EXT_PREFLIGHT, CNX_HAS(&t, cnx_preflight, init), t.struct_size,
                {CNX_KIT_HAS(check)});
  }
  if (schema != nullptr) {
    const auto& t = *static_cast<const cnx_schema*>(schema);
    check_table(report, name + ": feature " CNX_EXT_SCHEMA, CNX_HAS(&t, cnx_schema, shapes), t.struct_size,
                {CNX_KIT_HAS(shapes)});
  }
  if (split != nullptr) {
    const auto& t = *static_cast<const cnx_split*>(split);
    check_table(report, name + ": feature " CNX_EXT_SPLIT, CNX_HAS(&t, cnx_split, split), t.struct_size,
                {CNX_KIT_HAS(split)});
  }
}

}  // namespace detail

/// All tables of a component.
inline void check_functions(Report& report, const cnx_component& c) {
  using detail::Function;
  const std::string name(view(c.name));
  if (c.table == nullptr) return report.fault(name + " has no table");
  if (c.kind == CNX_SOURCE) {
    const auto& t = *static_cast<const cnx_source*>(c.table);
    detail::check_table(report, name + ": the source's table", CNX_HAS(&t, cnx_source, stop), t.struct_size,
                        {CNX_KIT_HAS(create), CNX_KIT_HAS(destroy), CNX_KIT_HAS(start), CNX_KIT_HAS(poll),
                         CNX_KIT_HAS(acked), CNX_KIT_HAS(cancel), CNX_KIT_HAS(stop)});
  } else if (c.kind == CNX_TRANSFORM) {
    const auto& t = *static_cast<const cnx_transform*>(c.table);
    detail::check_table(report, name + ": the transform's table", CNX_HAS(&t, cnx_transform, apply), t.struct_size,
                        {CNX_KIT_HAS(create), CNX_KIT_HAS(destroy), CNX_KIT_HAS(apply)});
    detail::check_kind(report, name, "input", t.input);
    detail::check_kind(report, name, "output", t.output);
  } else if (c.kind == CNX_SINK) {
    const auto& t = *static_cast<const cnx_sink*>(c.table);
    detail::check_table(
        report, name + ": the sink's table", CNX_HAS(&t, cnx_sink, stop), t.struct_size,
        {CNX_KIT_HAS(create), CNX_KIT_HAS(destroy), CNX_KIT_HAS(start), CNX_KIT_HAS(prepare), CNX_KIT_HAS(write),
         CNX_KIT_HAS(flush), CNX_KIT_HAS(idle), CNX_KIT_HAS(cancel), CNX_KIT_HAS(stop)});
    detail::check_kind(report, name, "input", t.input);
  } else {
    return report.fault(name + " has an unknown kind");
  }
  detail::check_features(report, c, name);
}

#undef CNX_KIT_HAS

}  // namespace cnx::testing::kit
