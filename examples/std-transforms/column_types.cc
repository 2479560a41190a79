// SPDX-License-Identifier: Apache-2.0
#include "column_types.h"

#include <algorithm>
#include <charconv>
#include <mutex>
#include <optional>
#include <set>

namespace cnx::std_transforms {
namespace {

constexpr std::uint32_t kMostDigits = 18;  // what an int64_t always holds

std::string_view lasting(std::string_view name) {
  static std::mutex mutex;
  static std::set<std::string, std::less<>> names;  // guarded by mutex
  const std::lock_guard lock(mutex);
  return *names.emplace(name).first;
}

/// `decimal(10,2)` → "decimal" and {10, 2}.
struct TypeText {
  std::string_view name;
  std::vector<std::uint32_t> arguments;
};

std::optional<TypeText> split_type(std::string_view text) {
  TypeText type;
  const auto bracket = text.find('(');
  type.name = text.substr(0, bracket);
  if (bracket == std::string_view::npos) return type;
  std::string_view rest = text.substr(bracket + 1);
  for (;;) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc()) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    type.arguments.push_back(number);
    if (rest == ")") return type;
    if (!rest.starts_with(',')) return std::nullopt;
    rest.remove_prefix(1);
  }
}

Error unknown(std::string_view type) {
  return config_error("'" + std::string(type) + "' is no type; there are " + std::string(kTypeNames));
}

bool set_integer(ColumnSpec& column, const TypeText& type) {
  for (const std::uint32_t bits : {8u, 16u, 32u, 64u}) {
    if (type.name != "int" + std::to_string(bits) || !type.arguments.empty()) continue;
    column.type = CNX_INT64;
    column.bits = bits;
    return true;
  }
  return false;
}

bool set_plain(ColumnSpec& column, const TypeText& type) {
  struct Plain {
    std::string_view name;
    cnx_type type;
  };
  constexpr Plain kPlain[] = {
      {"float64", CNX_FLOAT64}, {"boolean", CNX_BOOL}, {"string", CNX_TEXT}, {"date", CNX_DATE}, {"json", CNX_JSON}};
  if (!type.arguments.empty()) return false;
  const auto* const found =
      std::find_if(std::begin(kPlain), std::end(kPlain), [&](const Plain& plain) { return plain.name == type.name; });
  if (found == std::end(kPlain)) return false;
  column.type = found->type;
  return true;
}

bool set_sized(ColumnSpec& column, const TypeText& type) {
  const auto& sizes = type.arguments;
  if (type.name == "decimal" && sizes.size() == 2) {
    column.type = CNX_DECIMAL;
    column.precision = sizes[0];
    column.scale = sizes[1];
    return sizes[0] >= 1 && sizes[0] <= kMostDigits && sizes[1] <= sizes[0];
  }
  if (type.name == "timestamp" && sizes.size() <= 1) {
    column.type = CNX_TIMESTAMP;
    column.scale = sizes.empty() ? 3 : sizes[0];
    return column.scale == 0 || column.scale == 3 || column.scale == 6;
  }
  column.type = CNX_TEXT;
  column.max_length = sizes.size() == 1 ? sizes[0] : 0;
  return type.name == "string" && column.max_length > 0;
}

}  // namespace

Result<ColumnSpec> column_of(std::string_view name, std::string_view type) {
  ColumnSpec column{};
  column.name = str(lasting(name));
  const auto parts = split_type(type);
  if (!parts) return unknown(type);
  if (set_integer(column, *parts) || set_plain(column, *parts) || set_sized(column, *parts)) return column;
  if (parts->name == "decimal" && parts->arguments.size() == 2)
    return config_error("'" + std::string(type) +
                        "': a decimal has a PRECISION of 1 to 18 digits and a SCALE up to it");
  if (parts->name == "timestamp")
    return config_error("'" + std::string(type) + "': a timestamp has 0, 3 or 6 decimals");
  return unknown(type);
}

Result<std::vector<ColumnSpec>> read_columns(std::string_view key, std::string_view list) {
  std::vector<ColumnSpec> columns;
  const std::string where = std::string(key) + ": ";
  while (!list.empty()) {
    std::size_t end = 0;
    for (int depth = 0; end < list.size() && (depth > 0 || list[end] != ','); ++end)
      depth += list[end] == '(' ? 1 : list[end] == ')' ? -1 : 0;
    const std::string_view item = list.substr(0, end);
    list = end < list.size() ? list.substr(end + 1) : std::string_view{};
    const auto colon = item.rfind(':');
    if (colon == std::string_view::npos || colon == 0)
      return config_error(where + "'" + std::string(item) + "' is not written NAME:TYPE");
    const std::string_view name = item.substr(0, colon);
    for (const ColumnSpec& other : columns)
      if (view(other.name) == name) return config_error(where + "it names '" + std::string(name) + "' twice");
    auto column = column_of(name, item.substr(colon + 1));
    if (!column.ok()) return std::move(column).error().in(where + std::string(name));
    columns.push_back(*column);
  }
  if (columns.empty()) return config_error(where + "it names no column");
  return columns;
}

}  // namespace cnx::std_transforms
