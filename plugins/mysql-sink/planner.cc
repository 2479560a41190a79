// SPDX-License-Identifier: Apache-2.0
#include "planner.h"

#include "ddl.h"
#include "table_check.h"

namespace cnx::mysql {
namespace {

std::string line_of(const Problem& problem) {
  return problem.object + ": " + problem.message + (problem.mend.empty() ? "" : "; " + problem.mend);
}

}  // namespace

WritePlan* Planner::find(const BatchView& batch, std::string_view topic) const {
  if (!settings_.table_follows_topic()) topic = {};
  for (const auto& entry : plans_)
    if (entry.topic == topic && entry.plan->shape.matches(batch)) return entry.plan.get();
  return nullptr;
}

Result<WritePlan*> Planner::plan_for(const BatchView& batch, std::string_view topic, bool may_alter) {
  if (WritePlan* const known = find(batch, topic)) return known;
  if (!settings_.table_follows_topic()) topic = {};
  CNX_ASSIGN(std::unique_ptr<WritePlan> made, make(batch, topic, may_alter));
  plans_.push_back({std::string(topic), std::move(made)});
  return plans_.back().plan.get();
}

Result<std::unique_ptr<WritePlan>> Planner::make(const BatchView& batch, std::string_view topic, bool may_alter) {
  auto plan = std::make_unique<WritePlan>();
  plan->shape = Shape::of(batch);
  CNX_ASSIGN(const TableName name, settings_.table_for(plan->shape.target, topic));
  CNX_ASSIGN(plan->table, fitting_table(name, plan->shape, may_alter));
  auto problems = check_key(plan->table, settings_);
  for (auto& problem : check_columns(plan->shape, plan->table, settings_)) problems.push_back(std::move(problem));
  for (const auto& problem : problems)
    if (problem.severity == CNX_FINDING_ERROR) return config_error(line_of(problem));
  for (const auto& problem : problems) host_.warning(line_of(problem));
  plan->columns = statement_columns(plan->shape, plan->table, settings_);
  for (const auto& column : plan->columns) plan->live.push_back(plan->table.find(column.name));
  for (const auto& field : settings_.key_fields)
    if (const auto index = plan->shape.find(field)) plan->key_columns.push_back(*index);
  plan->statements = make_statements(name, plan->columns, settings_.insert_mode, session_.server().dialect);
  return plan;
}

Result<TableInfo> Planner::fitting_table(const TableName& name, const Shape& shape, bool may_alter) {
  CNX_ASSIGN(std::optional<TableInfo> table, read_table(session_.connection(), name));
  if (!table && settings_.auto_create && may_alter) {
    CNX_ASSIGN(const std::string ddl, table_ddl(name, shape, settings_.key_fields));
    CNX_TRY(alter(ddl, "creating table " + name.quoted()));
    CNX_ASSIGN(table, read_table(session_.connection(), name));
  }
  if (!table)
    return config_error(
        "table " + name.quoted() +
        " does not exist, or the user may not see it; run 'connect-host init', or set auto.create: true");
  auto missing = missing_columns(shape, *table);
  std::erase_if(missing, [&](std::uint32_t index) { return settings_.is_key(shape.columns[index].name); });
  if (missing.empty() || !settings_.auto_evolve || !may_alter) return std::move(*table);
  CNX_ASSIGN(const std::string ddl, add_columns_ddl(name, shape, missing));
  CNX_TRY(alter(ddl, "adding columns to table " + name.quoted()));
  CNX_ASSIGN(table, read_table(session_.connection(), name));
  if (!table) return config_error("table " + name.quoted() + " was dropped meanwhile; run 'connect-host init'");
  return std::move(*table);
}

Status Planner::alter(const std::string& ddl, const std::string& object) {
  host_.info(object + ": " + ddl);
  CNX_ASSIGN(const auto connection, session_.open_another());
  return connection->execute(ddl, object);
}

}  // namespace cnx::mysql
