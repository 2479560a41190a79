// SPDX-License-Identifier: Apache-2.0
#include "setup.h"

#include <fmt/format.h>

#include "base/path_trust.h"
#include "base/strings.h"
#include "config/worker_rules.h"

namespace cnx::host::app {
namespace {

using config::MissingVariable;
using config::Problems;
using config::ResolvedConfig;
using config::Section;

void add_error(Problems& problems, const config::Place& place, const std::string& key, const Error& error) {
  problems.add(place, key, error.message);
}

kafka::Properties merged(kafka::Properties below, const kafka::Properties& above) {
  for (const auto& [name, value] : above) below.insert_or_assign(name, value);
  return below;
}

std::string value_of(const plugin::ConfigValues& values, std::string_view key) {
  for (const auto& [name, value] : values) {
    if (name == key) return value;
  }
  return {};
}

std::vector<std::string> named_plugins(const config::RawConfig& raw) {
  Problems ignored;  // told when they are looked up
  std::vector<std::string> names;
  for (const Section& section : raw.connectors) {
    const config::PluginNames named = config::plugin_names(section, ignored);
    names.push_back(named.connector_class);
    for (const auto& transform : named.transforms) names.push_back(transform.type);
  }
  return names;
}

}  // namespace

kafka::ClientConfig client_config(const config::WorkerSettings& worker, const config::ConnectorSettings* connector) {
  kafka::ClientConfig client;
  client.bootstrap_servers = worker.bootstrap_servers;
  client.client_id = "connect-host-" + worker.worker_id;
  client.common = worker.kafka_security;
  client.consumer = worker.consumer_override;
  client.producer = worker.producer_override;
  client.admin = worker.admin_override;
  if (connector != nullptr) {
    client.consumer = merged(std::move(client.consumer), connector->consumer_override);
    client.producer = merged(std::move(client.producer), connector->producer_override);
  }
  return client;
}

JobSetup::JobSetup(const ConfigOptions& options, SetupNeeds needs, config::Environment environment)
    : needs_(needs), environment_(std::move(environment)) {
  raw_ = config::load_files(options.files, problems_);
  const Problems unread = problems_;
  for (const std::string& assignment : options.set) config::apply_set(raw_, assignment, problems_);
  config::keep_only(raw_, options.only, options.only_option, problems_);
  if (raw_.connectors.empty() && problems_.empty()) {
    problems_.add({join(options.files, ", "), 0, 0}, "connectors", "there is no connector",
                  "add one under 'connectors:'");
  }
  // What has no value stays for now: a flag may still take its place.
  Problems for_later;
  config::resolve_variables(raw_, MissingVariable::kKeep, environment_, needs_.secrets ? for_later : problems_);

  std::vector<std::string> path;
  if (const config::Property* property = raw_.worker.find("plugin.path")) path = split_list(property->value);
  std::vector<std::string> wanted;
  if (!needs_.all_plugins) wanted = named_plugins(raw_);
  registry_ = std::make_unique<plugin::PluginRegistry>(plugin::PluginRegistry::scan(path, wanted));

  std::vector<config::FlaggedConnector> flagged;
  for (const Section& section : raw_.connectors) {
    found_.push_back(find_plugins(section, *registry_, problems_));
    if (found_.back().tables) flagged.push_back({section.name, *found_.back().tables});
  }
  flags_ = config::collect_flags(flagged, problems_);
  if (raw_.incomplete) problems_ = unread;  // the others may only be for want of what stands there
}

void JobSetup::apply_flag(const config::PluginFlag& flag, const std::string& value) {
  config::apply_flag(raw_, flag, value);
}

void JobSetup::resolve_strictly() {
  const auto resolve = [this](Section& section) {
    Section open{section.name, section.path, section.place, {}};
    for (const auto& [key, property] : section.properties) {
      if (property.unresolved) open.properties.emplace(key, property);
    }
    config::resolve_variables(open, MissingVariable::kProblem, environment_, problems_);
  };
  resolve(raw_.worker);
  for (Section& section : raw_.connectors) resolve(section);
}

std::optional<runtime::Job> JobSetup::finish() {
  if (raw_.incomplete) return std::nullopt;
  if (needs_.secrets) resolve_strictly();
  const ResolvedConfig worker = config::validate_worker(raw_.worker, needs_.broker, problems_);
  warn_of_secret_files(raw_.worker, worker);
  for (const config::Weakness& weak : config::weaknesses_of(worker)) {
    warnings_.push_back({weak.key, weak.cause, weak.mend});
  }
  runtime::Job job;
  job.worker = config::worker_settings(worker);
  job.client = client_config(job.worker, nullptr);
  if (!job.client.bootstrap_servers.empty()) {
    if (const Status status = kafka::check(job.client); !status.ok()) {
      add_error(problems_, worker.place, "worker", status.error());
    }
  }
  for (std::size_t i = 0; i < raw_.connectors.size(); ++i) {
    std::optional<runtime::ConnectorPlan> made = plan(raw_.connectors[i], found_[i]);
    if (!made) continue;
    made->client = client_config(job.worker, &made->settings);
    for (const auto& [role, overrides] : {std::pair{kafka::ClientRole::kConsumer, &made->settings.consumer_override},
                                          std::pair{kafka::ClientRole::kProducer, &made->settings.producer_override}}) {
      if (const Status status = kafka::check_overrides(role, *overrides); !status.ok()) {
        add_error(problems_, raw_.connectors[i].place, raw_.connectors[i].path, status.error());
      }
    }
    job.connectors.push_back(std::move(*made));
  }
  if (!problems_.empty()) return std::nullopt;
  job.registry = std::move(registry_);
  return job;
}

std::optional<runtime::ConnectorPlan> JobSetup::plan(const Section& section, const FoundPlugins& found) {
  if (!found.tables) return std::nullopt;
  const config::ConnectorTables& tables = *found.tables;
  const std::size_t problems_before = problems_.sorted().size();
  const ResolvedConfig config = config::validate_connector(section, tables, problems_);
  const bool sound = problems_.sorted().size() == problems_before;
  warn_of_secret_files(section, config);

  runtime::ConnectorPlan plan;
  plan.settings = config::connector_settings(config, tables.kind);
  plan.component = found.component;
  plan.shown = config::masked_values(config);
  plan.values = config::values_for(config, tables.connector_use());
  if (plan.is_source()) plan.topic = value_of(plan.values, "topic");
  for (std::size_t i = 0; i < found.transforms.size(); ++i) {
    const auto& [name, component] = found.transforms[i];
    plan.transforms.push_back({name, component, config::values_for(config, tables.transform_use(i))});
  }
  // A plugin is not asked about values that its own table already refused.
  if (sound) {
    ask_component(*plan.component, plan.values, config, "");
    for (const auto& transform : plan.transforms) {
      ask_component(*transform.component, transform.values, config, "transforms." + transform.name + ".");
    }
  }
  return plan;
}

// Containers mount secrets so, and only who runs them knows who else is in there: a warning.
void JobSetup::warn_of_secret_files(const Section& section, const ResolvedConfig& config) {
  for (const auto& [key, property] : section.properties) {
    const config::ResolvedValue* value = config.find(key);
    if (value == nullptr || !value->secret || value->value.empty()) continue;
    std::vector<std::string> files = property.files;
    if (property.is_literal) files.push_back(property.place.source);
    for (const std::string& file : files) {
      const EveryonesRights rights = rights_of_everyone(file);
      if (!rights.read && !rights.write) continue;
      const char* mend = property.is_literal
                             ? "chmod o-rw {0}, or keep the secret elsewhere: ${{file:PATH}}, ${{env:NAME}}"
                             : "chmod o-rw {0}";
      warnings_.push_back(
          {section.path + "." + key,
           fmt::format("everybody may {} {}, which holds this secret", rights.write ? "write to" : "read", file),
           fmt::format(fmt::runtime(mend), file)});
    }
  }
}

void JobSetup::ask_component(const plugin::Component& component, const plugin::ConfigValues& values,
                             const ResolvedConfig& config, const std::string& prefix) {
  const auto found = plugin::validate(component, values);
  if (!found.ok()) return add_error(problems_, config.place, config.path, found.error());
  for (const plugin::Finding& finding : *found) {
    const std::string key = prefix + finding.object;
    if (const config::ResolvedValue* value = config.find(key); value != nullptr && value->unresolved) continue;
    const std::string path = config.path + "." + key;
    if (finding.severity == CNX_FINDING_ERROR) {
      problems_.add(config.place_of(key), path, finding.message, finding.mend);
    } else if (finding.severity == CNX_FINDING_WARNING) {
      warnings_.push_back({path, finding.message, finding.mend});
    }
  }
}

}  // namespace cnx::host::app
