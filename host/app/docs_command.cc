// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/fault_points.h"
#include "base/strings.h"
#include "commands.h"
#include "config/render.h"
#include "exit_code.h"
#include "plugin/registry.h"

namespace cnx::host::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNotice = "<!-- Made by tools/gen_docs.sh from the tables in the code; edit those. -->\n\n";

Status write_page(const fs::path& path, const std::string& text) {
  std::error_code failed;
  fs::create_directories(path.parent_path(), failed);
  std::ofstream out(path, std::ios::binary);
  out << kNotice << text;
  out.close();
  if (!out)
    return fatal_error(fmt::format("{}: cannot be written; check the folder and its permissions", path.string()));
  return {};
}

std::string table_of_keys(const std::string& heading, const std::string& doc, const config::ConfigTable& keys) {
  std::string text = config::render_markdown({"", "", "", doc, keys});
  // The table's own heading names a component, which these are not.
  return fmt::format("## {}\n{}", heading, text.substr(text.find('\n') + 1));
}

std::string host_page() {
  using config::ConnectorKind;
  std::string text = "# Configuration\n\n";
  text +=
      "YAML; nested maps are joined with dots, lists with commas, so `log: {level: INFO}` and `log.level: INFO` are "
      "one thing.\n"
      "Values may hold `${env:NAME}`, `${env:NAME:-default}`, `${file:PATH}`, `${file:PATH:KEY}` and "
      "`${dir:PATH:FILE}`.\n"
      "`config/walmart.yml` is a complete example. A connector takes the keys of its kind below and those of its "
      "plugins\n"
      "(pages under `plugins/`); keys of a transform stand behind `transforms.NAME.`.\n\n";
  text += table_of_keys("worker", "Keys under `worker:`.", config::worker_keys(true)) + "\n";
  text += table_of_keys("Every connector", "Keys of `connectors.NAME`.", config::connector_keys()) + "\n";
  text += table_of_keys("Every source", "", config::kind_keys(ConnectorKind::kSource)) + "\n";
  text += table_of_keys("Every sink", "", config::kind_keys(ConnectorKind::kSink));
  return text;
}

std::string plugin_page(const plugin::Component& component) {
  const config::Described described{component.name, plugin::name_of(component.kind), component.origin.version,
                                    component.doc, component.config};
  return config::render_markdown(described).substr(1);  // a page's heading is one level higher
}

}  // namespace

int docs_command(const DocsArguments& arguments) {
  if (arguments.fault_points) {
    for (const std::string_view point : faults::points()) fmt::print("{}\n", point);
    return kExitDone;
  }
  if (arguments.folder.empty()) return report(config_error("docs: name the FOLDER that the pages go to"));
  const fs::path reference = fs::path(arguments.folder) / "reference";
  if (const Status status = write_page(reference / "config.md", host_page()); !status.ok())
    return report(status.error());
  const auto registry = plugin::PluginRegistry::scan({});
  std::vector<std::string> missing = arguments.components;
  for (const auto& plugin : registry.plugins()) {
    for (const plugin::Component& component : plugin->components) {
      const auto wanted = std::ranges::find(missing, component.name);
      if (wanted == missing.end() && !arguments.components.empty()) continue;
      if (wanted != missing.end()) missing.erase(wanted);
      const fs::path page = reference / "plugins" / (component.name + ".md");
      if (const Status status = write_page(page, plugin_page(component)); !status.ok()) return report(status.error());
    }
  }
  if (missing.empty()) return kExitDone;
  return report(config_error(
      fmt::format("not among the installed plugins: {}; 'connect-host plugins' lists them", join(missing, ", "))));
}

}  // namespace cnx::host::app
