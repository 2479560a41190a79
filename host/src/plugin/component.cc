// SPDX-License-Identifier: Apache-2.0
#include "plugin/component.h"

#include <fmt/format.h>

namespace cnx::host::plugin {

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::kSource:
      return "source";
    case Kind::kTransform:
      return "transform";
    case Kind::kSink:
      return "sink";
  }
  return "component";
}

const void* Component::extension(const char* id) const {
  return raw->extension == nullptr ? nullptr : raw->extension(id);
}

cnx_batch_kind Component::input() const {
  switch (kind) {
    case Kind::kSource:
      return 0;
    case Kind::kTransform:
      return static_cast<const cnx_transform*>(raw->table)->input;
    case Kind::kSink:
      return static_cast<const cnx_sink*>(raw->table)->input;
  }
  return 0;
}

cnx_batch_kind Component::output() const {
  switch (kind) {
    case Kind::kSource:
      return CNX_RECORDS;
    case Kind::kTransform:
      return static_cast<const cnx_transform*>(raw->table)->output;
    case Kind::kSink:
      return 0;
  }
  return 0;
}

std::string Component::described() const {
  return fmt::format("plugin '{}' {} ({})", origin.plugin, origin.version, origin.path);
}

}  // namespace cnx::host::plugin
