// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "cnx/batch.hpp"
#include "session.h"
#include "settings.h"
#include "write_plan.h"

namespace cnx::mysql {

/// Finds, or works out, how a batch's rows are written, and makes the table fit where the config allows it. Owner
/// thread.
class Planner {
 public:
  Planner(const Settings& settings, Session& session, Host host)
      : settings_(settings), session_(session), host_(host) {}

  /// What plan_for() gives without asking the server; null: it would have to. Valid until the next call of anything
  /// else.
  [[nodiscard]] WritePlan* find(const BatchView& batch, std::string_view topic) const;
  /// The plan for rows of the batch's shape; valid until the next call of anything here. With `may_alter` (outside of a
  /// transaction only) a missing table or column is made, on a connection of its own, when auto.create or auto.evolve
  /// say so.
  Result<WritePlan*> plan_for(const BatchView& batch, std::string_view topic, bool may_alter);
  /// The live tables have changed, or might have: they are read again when next needed.
  void forget() { plans_.clear(); }

 private:
  struct Entry {
    std::string topic;
    std::unique_ptr<WritePlan> plan;
  };

  Result<std::unique_ptr<WritePlan>> make(const BatchView& batch, std::string_view topic, bool may_alter);
  Result<TableInfo> fitting_table(const TableName& name, const Shape& shape, bool may_alter);
  Status alter(const std::string& ddl, const std::string& object);

  const Settings& settings_;
  Session& session_;
  const Host host_;
  std::vector<Entry> plans_;
};

}  // namespace cnx::mysql
