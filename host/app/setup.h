// SPDX-License-Identifier: Apache-2.0
//
// From files and options to a Job: the way that every command with FILE... goes. In steps, since the flags of `run` are
// known only when the plugins of its files are loaded.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/flags.h"
#include "config/variables.h"
#include "plugin/features.h"
#include "plugin_lookup.h"
#include "runtime/job.h"

namespace cnx::host::app {

/// What the configuration comes from.
struct ConfigOptions {
  std::vector<std::string> files;
  std::vector<std::string> set;        ///< "worker.KEY=VALUE", "connectors.NAME.KEY=VALUE"
  std::vector<std::string> only;       ///< names of connectors; empty: all
  std::string only_option = "--only";  ///< the option that named them
};

/// What the command is going to do with it.
struct SetupNeeds {
  bool broker = true;       ///< worker.bootstrap.servers has to be there
  bool secrets = true;      ///< variables without a value are problems; else they stay as they are
  bool all_plugins = true;  ///< load all at once; else at first those alone that the connectors name
};

/// A plugin's objection to a valid configuration that does not keep it from running.
struct SetupWarning {
  std::string key;  ///< full path
  std::string message;
  std::string mend;
};

/// One configuration on its way to a job. Problems gather in problems(); what is good goes on, so that a user sees all
/// of them at once. One thread; used once.
class JobSetup {
 public:
  /// Reads the files, loads the plugins of plugin.path and finds those that the connectors name.
  JobSetup(const ConfigOptions& options, SetupNeeds needs,
           config::Environment environment = config::process_environment);

  /// The flags that the plugins of these connectors declare.
  [[nodiscard]] const std::vector<config::PluginFlag>& flags() const { return flags_; }
  /// Sets a flag's keys.
  void apply_flag(const config::PluginFlag& flag, const std::string& value);

  /// Validates everything. nullopt: there are problems. Takes the registry out, so it is the last call.
  [[nodiscard]] std::optional<runtime::Job> finish();

  [[nodiscard]] const config::Problems& problems() const { return problems_; }
  /// Filled by finish().
  [[nodiscard]] const std::vector<SetupWarning>& warnings() const { return warnings_; }

 private:
  void resolve_strictly();
  [[nodiscard]] std::optional<runtime::ConnectorPlan> plan(const config::Section& section, const FoundPlugins& found);
  void warn_of_secret_files(const config::Section& section, const config::ResolvedConfig& config);
  void ask_component(const plugin::Component& component, const plugin::ConfigValues& values,
                     const config::ResolvedConfig& config, const std::string& prefix);

  const SetupNeeds needs_;
  const config::Environment environment_;
  config::Problems problems_;
  config::RawConfig raw_;
  std::unique_ptr<plugin::PluginRegistry> registry_;
  std::vector<FoundPlugins> found_;  // as raw_.connectors
  std::vector<config::PluginFlag> flags_;
  std::vector<SetupWarning> warnings_;
};

/// The worker's Kafka settings, with the connector's overrides over them when there is one.
[[nodiscard]] kafka::ClientConfig client_config(const config::WorkerSettings& worker,
                                                const config::ConnectorSettings* connector);

}  // namespace cnx::host::app
