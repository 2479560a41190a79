// SPDX-License-Identifier: Apache-2.0
#include "replace_field.h"

#include <algorithm>

#include "derived_rows.h"

namespace cnx::std_transforms {
namespace {

bool among(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Result<std::unique_ptr<ReplaceField>> ReplaceField::create(Host, const Config& config) {
  Renames renames;
  for (const std::string& item : config.list("renames")) {
    const auto colon = item.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == item.size())
      return config_error("renames: '" + item + "' is not written OLD:NEW");
    renames.emplace_back(item.substr(0, colon), item.substr(colon + 1));
  }
  if (!config.has("exclude") && !config.has("include") && renames.empty())
    return config_error("exclude: neither exclude, include nor renames names a column, so that nothing would change");
  return std::unique_ptr<ReplaceField>(new ReplaceField(config, std::move(renames)));
}

ReplaceField::ReplaceField(const Config& config, Renames renames)
    : exclude_(config.list("exclude")), include_(config.list("include")), renames_(std::move(renames)) {}

Status ReplaceField::apply(const BatchView& in, Output& out) {
  auto rows = std::make_unique<DerivedRows>(in);
  for (const std::string& name : exclude_) CNX_TRY(rows->find(name, "exclude"));
  for (const std::string& name : include_) CNX_TRY(rows->find(name, "include"));
  std::erase_if(rows->columns(), [&](const cnx_column& column) {
    const std::string_view name = view(column.name);
    return among(exclude_, name) || (!include_.empty() && !among(include_, name));
  });
  if (rows->columns().empty()) return config_error("exclude, include: they leave no column");
  std::vector<std::size_t> renamed;
  for (const auto& [from, to] : renames_) {
    CNX_ASSIGN(const std::size_t column, rows->find(from, "renames"));
    renamed.push_back(column);
  }
  // All at once, so that two columns can change names.
  for (std::size_t i = 0; i < renamed.size(); ++i)
    rows->columns()[renamed[i]].name = str(rows->keep(renames_[i].second));
  for (std::size_t c = 0; c < rows->columns().size(); ++c)
    if (const std::string_view name = view(rows->columns()[c].name); *rows->find(name, "renames") != c)
      return config_error("renames: two columns would be called '" + std::string(name) + "'");
  DerivedRows::emit(std::move(rows), out);
  return {};
}

}  // namespace cnx::std_transforms
