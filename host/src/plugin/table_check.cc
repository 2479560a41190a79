// SPDX-License-Identifier: Apache-2.0
#include "plugin/table_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "cnx/abi/ext/preflight.h"
#include "cnx/abi/ext/render.h"
#include "cnx/abi/ext/sink_marks.h"
#include "cnx/abi/ext/sink_offsets.h"
#include "cnx/abi/ext/source_ahead.h"
#include "cnx/abi/ext/transform_info.h"
#include "cnx/text.hpp"
#include "plugin/abi_sizes.h"

namespace cnx::host::plugin {
namespace {

using Functions = std::initializer_list<std::pair<const char*, bool>>;

std::string missing_function(Functions functions) {
  for (const auto& [name, present] : functions) {
    if (!present) return fmt::format("has no function '{}'", name);
  }
  return {};
}

/// Members that later versions append need their own CNX_HAS.
template <class T>
std::string size_fault(const T& table) {
  if (table.struct_size >= kLeastBytes<T>) return {};
  return fmt::format("has a table of {} bytes where ABI 1.0 has {}", table.struct_size, kLeastBytes<T>);
}

bool is_batch_kind(cnx_batch_kind kind) { return kind == CNX_RECORDS || kind == CNX_ROWS; }

std::string fault_of(const cnx_source& t) {
  if (auto fault = size_fault(t); !fault.empty()) return fault;
  return missing_function({{"create", t.create},
                           {"destroy", t.destroy},
                           {"start", t.start},
                           {"poll", t.poll},
                           {"acked", t.acked},
                           {"cancel", t.cancel},
                           {"stop", t.stop}});
}

std::string fault_of(const cnx_transform& t) {
  if (auto fault = size_fault(t); !fault.empty()) return fault;
  if (!is_batch_kind(t.input)) return fmt::format("takes batches of kind {}, which this host does not know", t.input);
  if (!is_batch_kind(t.output)) return fmt::format("gives batches of kind {}, which this host does not know", t.output);
  return missing_function({{"create", t.create}, {"destroy", t.destroy}, {"apply", t.apply}});
}

std::string fault_of(const cnx_sink& t) {
  if (auto fault = size_fault(t); !fault.empty()) return fault;
  if (!is_batch_kind(t.input)) return fmt::format("takes batches of kind {}, which this host does not know", t.input);
  return missing_function({{"create", t.create},
                           {"destroy", t.destroy},
                           {"start", t.start},
                           {"prepare", t.prepare},
                           {"write", t.write},
                           {"flush", t.flush},
                           {"idle", t.idle},
                           {"cancel", t.cancel},
                           {"stop", t.stop}});
}

std::string fault_of(const cnx_sink_offsets& t) {
  if (auto fault = size_fault(t); !fault.empty()) return fault;
  return missing_function({{"claim", t.claim},
                           {"begin", t.begin},
                           {"commit", t.commit},
                           {"abort", t.abort},
                           {"outcome", t.outcome},
                           {"advance", t.advance},
                           {"read", t.read},
                           {"reset", t.reset}});
}

std::string fault_of(const cnx_sink_marks& t) {
  if (auto fault = size_fault(t); !fault.empty()) return fault;
  return missing_function({{"bury", t.bury},
                           {"begin_replay", t.begin_replay},
                           {"redeem", t.redeem},
                           {"outcome", t.outcome},
                           {"read", t.read},
                           {"overwrites", t.overwrites}});
}

std::string fault_of(const cnx_preflight& t) {
  if (auto fault = size_fault(t); !fault.empty()) return fault;
  return missing_function({{"check", t.check}});  // init may be NULL
}

std::string fault_of(const cnx_render& t) {
  if (auto fault = size_fault(t); !fault.empty()) return fault;
  return missing_function({{"render", t.render}});
}

std::string fault_of(const cnx_source_ahead& t) { return size_fault(t); }

std::string fault_of(const cnx_schema& t) {
  if (auto fault = size_fault(t); !fault.empty()) return fault;
  return missing_function({{"shapes", t.shapes}});
}

std::string fault_of(const cnx_split& t) {
  if (auto fault = size_fault(t); !fault.empty()) return fault;
  return missing_function({{"split", t.split}});
}

template <class T>
std::string feature_fault_of(const cnx_component& component, const char* id) {
  const auto* table = static_cast<const T*>(component.extension(id));
  if (table == nullptr) return {};
  const std::string fault = fault_of(*table);
  return fault.empty() ? "" : fmt::format("{} (feature {})", fault, id);
}

}  // namespace

std::string table_fault(const cnx_component& component) {
  if (component.table == nullptr) return "has no table";
  if (component.key_count > 0 && component.keys == nullptr) return "counts config keys and has none";
  if (component.key_count > 0 && component.key_stride < kLeastBytes<cnx_config_key>) {
    return fmt::format("has config keys of {} bytes where ABI 1.0 has {}", component.key_stride,
                       kLeastBytes<cnx_config_key>);
  }
  switch (component.kind) {
    case CNX_SOURCE:
      return fault_of(*static_cast<const cnx_source*>(component.table));
    case CNX_TRANSFORM:
      return fault_of(*static_cast<const cnx_transform*>(component.table));
    case CNX_SINK:
      return fault_of(*static_cast<const cnx_sink*>(component.table));
    default:
      return fmt::format("is of kind {}, which this host does not know", component.kind);
  }
}

std::string feature_fault(const cnx_component& component) {
  if (component.extension == nullptr) return {};
  std::string fault;
  if (component.kind == CNX_SOURCE) fault = feature_fault_of<cnx_source_ahead>(component, CNX_EXT_SOURCE_AHEAD);
  if (component.kind == CNX_SINK) fault = feature_fault_of<cnx_sink_offsets>(component, CNX_EXT_SINK_OFFSETS);
  if (fault.empty() && component.kind == CNX_SINK) {
    fault = feature_fault_of<cnx_sink_marks>(component, CNX_EXT_SINK_MARKS);
    const bool alone = component.extension(CNX_EXT_SINK_MARKS) && !component.extension(CNX_EXT_SINK_OFFSETS);
    if (fault.empty() && alone)
      fault = fmt::format("has feature {} without {}", CNX_EXT_SINK_MARKS, CNX_EXT_SINK_OFFSETS);
  }
  if (fault.empty() && component.kind == CNX_SINK) fault = feature_fault_of<cnx_render>(component, CNX_EXT_RENDER);
  if (fault.empty() && component.kind != CNX_TRANSFORM)
    fault = feature_fault_of<cnx_preflight>(component, CNX_EXT_PREFLIGHT);
  if (fault.empty() && component.kind == CNX_TRANSFORM) fault = feature_fault_of<cnx_schema>(component, CNX_EXT_SCHEMA);
  if (fault.empty() && component.kind == CNX_TRANSFORM) fault = feature_fault_of<cnx_split>(component, CNX_EXT_SPLIT);
  return fault;
}

bool is_good_name(cnx_str name) {
  const std::string_view text = view(name);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

}  // namespace cnx::host::plugin
