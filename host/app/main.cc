// SPDX-License-Identifier: Apache-2.0
//
// The command line. Its parser stays here and in mistakes.cc: what it gives to the commands is plain data (commands.h).
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <memory>
#include <optional>

#include "base/fault_points.h"
#include "base/log.h"
#include "base/strings.h"
#include "commands.h"
#include "dlq/filter.h"
#include "exit_code.h"
#include "mistakes.h"
#include "observe/console.h"
#include "observe/log_backend.h"
#include "run_scan.h"

namespace cnx::host::app {
namespace {

constexpr const char* kExitCodes =
    "Exit codes: 0 done or stopped cleanly, 1 failed, 2 usage or configuration, 3 done but something is dead.";

/// Options that every command with FILE... has.
void add_config(CLI::App& command, ConfigOptions& config, bool one_file = false) {
  CLI::Option* files =
      command.add_option("FILE", config.files, "configuration: YAML, or Kafka Connect's JSON")->required();
  if (one_file) files->expected(1);
  command.add_option("--set", config.set, "worker.KEY=VALUE or connectors.NAME.KEY=VALUE, over what the files say")
      ->allow_extra_args(false)
      ->type_name("K=V");
}

CLI::Option* add_only(CLI::App& command, ConfigOptions& config) {
  return command.add_option("--only", config.only, "this connector alone; may be given several times")
      ->allow_extra_args(false)
      ->type_name("NAME");
}

void add_json(CLI::App& command, bool& json) { command.add_flag("--json", json, "for programs"); }

/// The whole parser, and the places that it parses into. One use.
class CommandLine {
 public:
  /// `setup` has the flags of `run`; nullptr when the command is another one.
  explicit CommandLine(const JobSetup* setup) {
    app_.require_subcommand(1);
    app_.failure_message([](const CLI::App* app, const CLI::Error& error) { return told(*app, error) + "\n"; });
    app_.get_formatter()->column_width(36);
    app_.footer(std::string("'connect-host COMMAND --help' tells more.\n") + kExitCodes);
    app_.set_version_flag("--version", "connect-host " CNX_HOST_VERSION);
    add_run(setup);
    add_check_and_init();
    add_preview();
    add_plugins();
    add_offsets();
    add_dlq();
    add_others();
  }

  [[nodiscard]] CLI::App& app() { return app_; }
  /// `scanned`: what `setup` was made from.
  [[nodiscard]] int run(JobSetup* setup, const ConfigOptions& scanned);

 private:
  void add_run(const JobSetup* setup);
  void add_check_and_init();
  void add_preview();
  void add_plugins();
  void add_offsets();
  void add_dlq();
  void add_others();
  [[nodiscard]] int run_with_flags(JobSetup& setup, const ConfigOptions& scanned);
  [[nodiscard]] int preview();
  [[nodiscard]] int run_dlq();
  [[nodiscard]] bool given(const char* command) const { return app_.got_subcommand(command); }

  CLI::App app_{"Runs sources, transforms and sinks around Kafka.", "connect-host"};
  ConfigOptions run_config_;
  RunArguments run_;
  std::map<const config::PluginFlag*, std::string> flag_values_;
  std::vector<std::pair<const config::PluginFlag*, CLI::Option*>> flag_options_;
  CheckArguments check_;
  InitArguments init_;
  PreviewArguments preview_;
  PluginsArguments plugins_;
  OffsetsListArguments offsets_list_;
  OffsetsResetArguments offsets_reset_;
  DlqArguments dlq_;
  DocsArguments docs_;
  NewPluginArguments new_plugin_;
  CheckPluginArguments check_plugin_;
  bool version_json_ = false;
  CLI::App* offsets_list_command_ = nullptr;
};

void CommandLine::add_run(const JobSetup* setup) {
  CLI::App* run = app_.add_subcommand("run", "run until done (bounded) or stopped");
  add_config(*run, run_config_);
  add_only(*run, run_config_);
  run->add_flag("--again", run_.again, "fetch a bounded range anew although it is done");
  run->footer(std::string("'run FILE --help' lists the flags of that file's plugins, too.\n") + kExitCodes);
  if (setup == nullptr) return;
  if (!setup->problems().empty()) run->allow_extras();  // told apart later: which flags there are is not known
  for (const config::PluginFlag& flag : setup->flags()) {
    std::string& value = flag_values_[&flag];
    std::string connectors;
    for (const auto& target : flag.targets) connectors += (connectors.empty() ? "" : ", ") + target.connector;
    CLI::Option* option = flag.type == config::KeyType::kBool ? run->add_flag(flag.names, value, flag.doc)
                                                              : run->add_option(flag.names, value, flag.doc);
    option->group("Flags of the plugins")->description(fmt::format("{} ({})", flag.doc, connectors));
    if (flag.type != config::KeyType::kBool) {
      option->type_name(!flag.one_of.empty() ? join(flag.one_of, "|")
                        : flag.unit.empty()  ? "TEXT"
                                             : to_upper(flag.unit));
    }
    flag_options_.emplace_back(&flag, option);
  }
}

void CommandLine::add_check_and_init() {
  CLI::App* check =
      app_.add_subcommand("check", "config, plugins, broker, credentials, live tables: one line per finding");
  add_config(*check, check_.config);
  add_only(*check, check_.config);
  check->add_flag("--offline", check_.offline, "config and plugins only; nothing is connected");
  add_json(*check, check_.json);
  CLI::App* init =
      app_.add_subcommand("init", "make what is missing: topics, database, tables; run it as often as you like");
  add_config(*init, init_.config);
  add_only(*init, init_.config);
  add_json(*init, init_.json);
}

void CommandLine::add_preview() {
  CLI::App* preview = app_.add_subcommand("preview", "the rows that a sink would write; nothing is written");
  add_config(*preview, preview_.config, true);
  preview->add_option("--connector", preview_.connector, "the sink")->required()->type_name("NAME");
  CLI::Option* input =
      preview->add_option("--input", preview_.input,
                          "documents: one a line, or pretty-printed; '-' is standard input. Needs neither "
                          "broker nor database nor secrets");
  input->type_name("FILE");
  CLI::Option* topic = preview->add_option("--topic", preview_.topic, "records of this topic, without joining a group");
  topic->excludes(input)->type_name("TOPIC");
  preview->add_option("--partition", preview_.partition, "this partition alone")
      ->needs(topic)
      ->check(CLI::NonNegativeNumber);
  preview->add_option("--offset", preview_.offset, "begin here; default: the log start")
      ->needs("--partition")
      ->check(CLI::NonNegativeNumber);
  preview->add_option("--count", preview_.count,
                      fmt::format("at most so many; default: all documents, {} records of a topic", kPreviewRecords));
  preview->add_option("--format", preview_.format, "table (default), json: one object a line, or sql")
      ->transform(CLI::CheckedTransformer(std::map<std::string, PreviewFormat>{{"table", PreviewFormat::kTable},
                                                                               {"json", PreviewFormat::kJson},
                                                                               {"sql", PreviewFormat::kSql}})
                      .description(""))
      ->type_name("table|json|sql");
  preview->footer("Exit code 3: something is dead.");
}

void CommandLine::add_plugins() {
  CLI::App* plugins = app_.add_subcommand("plugins", "what is installed; with a name, its options");
  plugins->add_option("NAME", plugins_.name, "a source, transform or sink");
  plugins->add_option("--plugin-path", plugins_.path, "look here; default: beside the executable")->delimiter(',');
  add_json(*plugins, plugins_.json);
}

void CommandLine::add_offsets() {
  CLI::App* offsets = app_.add_subcommand("offsets", "positions of sources and sinks");
  offsets->require_subcommand(1);
  offsets_list_command_ = offsets->add_subcommand("list", "where every source and sink stands");
  add_config(*offsets_list_command_, offsets_list_.config);
  CLI::Option* only = add_only(*offsets_list_command_, offsets_list_.config);
  offsets_list_command_->add_option("--connector", offsets_list_.config.only, "the same, as 'offsets reset' calls it")
      ->allow_extra_args(false)
      ->type_name("NAME")
      ->excludes(only)
      ->each([this](const std::string&) { offsets_list_.config.only_option = "--connector"; });
  add_json(*offsets_list_command_, offsets_list_.json);
  CLI::App* reset = offsets->add_subcommand("reset", "let a connector go on from elsewhere; a running one is fenced");
  add_config(*reset, offsets_reset_.config);
  reset->add_option("--connector", offsets_reset_.connector, "whose")->required()->type_name("NAME");
  reset->add_option("--topic", offsets_reset_.topic, "this topic alone");
  reset->add_option("--partition", offsets_reset_.partition, "this partition alone")->check(CLI::NonNegativeNumber);
  reset
      ->add_option("--to", offsets_reset_.to,
                   "sinks: earliest, latest or an offset; sources: none, which removes the positions")
      ->required();
  reset->add_flag("--yes", offsets_reset_.yes, "do not ask");
}

void CommandLine::add_dlq() {
  CLI::App* group = app_.add_subcommand("dlq", "dead letters: records that could not be written");
  group->require_subcommand(1);
  const auto add = [&](const char* name, const char* doc, bool filtered) {
    CLI::App* command = group->add_subcommand(name, doc);
    if (std::string_view(name) == "show")
      command->add_option("ID", dlq_.id, "TOPIC:PARTITION:OFFSET of the original record, as 'dlq list' prints it")
          ->required();
    add_config(*command, dlq_.config);
    command->add_option("--connector", dlq_.connector, "whose; default: every sink that has a dead-letter topic")
        ->type_name("NAME");
    if (filtered)
      command
          ->add_option("--filter", dlq_.filters,
                       fmt::format("may be given several times, all have to hold: {}", dlq::Filter::kHelp))
          ->allow_extra_args(false)
          ->type_name("CONDITION");
    add_json(*command, dlq_.json);
    return command;
  };
  add("list", "one line per record that died, however often its letter was sent", true);
  add("show", "one letter: error, headers, the original value, and what to do", false);
  add("stats", "how many died of what, where, and since when", true);
  CLI::App* replay = add("replay", "write letters through the present transforms and sink, each exactly once", true);
  replay->add_flag("--dry-run", dlq_.dry_run, "try it, show the rows and what would fail, and write nothing");
  replay->add_flag("--superseded", dlq_.superseded,
                   "also letters whose key was read in a later version since: they overwrite it");
  replay->add_flag("--unverified", dlq_.unverified,
                   "also letters of which nobody can tell: without a key, or the log behind them is gone");
  replay->footer(
      "A letter that dies again is reported and stays listed; nothing is sent to the dead-letter topic.\n"
      "Exit codes: 0 all are written or were before, 1 failed, 2 usage or configuration, 3 some are still dead.");
  CLI::App* discard = add("discard", "close letters that shall never be written: no replay takes them", true);
  discard->add_option("--id", dlq_.ids, "TOPIC:PARTITION:OFFSET of a letter, as 'dlq list' prints it; several times")
      ->allow_extra_args(false)
      ->type_name("ID");
  discard->add_flag("--dry-run", dlq_.dry_run, "tell how many, and change nothing");
}

void CommandLine::add_others() {
  CLI::App* version = app_.add_subcommand("version", "versions of the host, its plugin ABI and librdkafka");
  add_json(*version, version_json_);
  CLI::App* plugin = app_.add_subcommand("new-plugin", "a project that builds, tests and runs a plugin of your own");
  plugin->add_option("KIND", new_plugin_.kind, "source, transform or sink")
      ->required()
      ->check(CLI::IsMember({"source", "transform", "sink"}));
  plugin->add_option("NAME", new_plugin_.name, "what configurations call it: small letters, digits and '-'")
      ->required();
  plugin->add_option("--lang", new_plugin_.language, "cpp (default) or rust")
      ->default_val("cpp")
      ->check(CLI::IsMember({"cpp", "rust"}).description(""))
      ->type_name("cpp|rust");
  plugin->add_option("--dir", new_plugin_.folder, "where; default: ./NAME, which must not exist")->type_name("FOLDER");
  plugin
      ->add_option("--sdk", new_plugin_.sdk, "rust: the SDK's folder; default: the one that is installed with the host")
      ->type_name("FOLDER");
  CLI::App* check = app_.add_subcommand("check-plugin", "the conformance suite: what every plugin has to keep to");
  check->add_option("FILE", check_plugin_.path, "a built plugin, FILE.so")->required()->check(CLI::ExistingFile);
  check->add_option("--set", check_plugin_.set, "a key of its configuration, so that it can be started")
      ->allow_extra_args(false)
      ->type_name("K=V");
  check->add_option("--config", check_plugin_.config, "the same as lines K=V of a file; --set goes before it")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  check
      ->add_option("--input", check_plugin_.inputs,
                   "a file whose bytes are the value of a record that the plugin takes")
      ->check(CLI::ExistingFile)
      ->allow_extra_args(false)
      ->type_name("FILE");
  add_json(*check, check_plugin_.json);
  check->footer("Exit codes: 0 all that could be tried is right, 1 faults were found, 2 usage.");
  CLI::App* docs = app_.add_subcommand("docs", "write the configuration reference as pages");
  CLI::Option* points =
      docs->add_flag("--fault-points", docs_.fault_points, "print the names of the fault points instead");
  docs->add_option("FOLDER", docs_.folder, "where; pages go to FOLDER/reference")->excludes(points);
  docs->add_option("NAME", docs_.components, "pages of these plugins alone");
}

int CommandLine::run_with_flags(JobSetup& setup, const ConfigOptions& scanned) {
  if (!setup.problems().empty()) return report(setup.problems());
  if (run_config_.files != scanned.files || run_config_.set != scanned.set || run_config_.only != scanned.only) {
    fmt::print(stderr, "it cannot be told which arguments are files: put the files right behind 'run'\n");
    return kExitUsage;
  }
  for (const auto& [flag, option] : flag_options_) {
    if (option->count() > 0) run_.flags.emplace_back(flag, flag_values_[flag]);
  }
  return run_command(setup, run_);
}

int CommandLine::preview() {
  if (preview_.input || preview_.topic) return preview_command(preview_);
  fmt::print(stderr, "preview needs --input FILE or --topic TOPIC\n");
  return kExitUsage;
}

int CommandLine::run_dlq() {
  const CLI::App* command = app_.get_subcommand("dlq");
  if (command->got_subcommand("list")) return dlq_list_command(dlq_);
  if (command->got_subcommand("show")) return dlq_show_command(dlq_);
  if (command->got_subcommand("discard")) return dlq_discard_command(dlq_);
  if (command->got_subcommand("replay")) return dlq_replay_command(dlq_);
  return dlq_stats_command(dlq_);
}

int CommandLine::run(JobSetup* setup, const ConfigOptions& scanned) {
  if (setup != nullptr) return run_with_flags(*setup, scanned);
  if (given("check")) return check_command(check_);
  if (given("init")) return init_command(init_);
  if (given("preview")) return preview();
  if (given("dlq")) return run_dlq();
  if (given("plugins")) return plugins_command(plugins_);
  if (given("check-plugin")) return check_plugin_command(check_plugin_);
  if (given("new-plugin")) return new_plugin_command(new_plugin_);
  if (given("docs")) return docs_command(docs_);
  if (given("version")) return version_command(version_json_);
  return offsets_list_command_->parsed() ? offsets_list_command(offsets_list_) : offsets_reset_command(offsets_reset_);
}

int main_command(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  std::unique_ptr<JobSetup> setup;
  ConfigOptions scanned;
  if (!arguments.empty() && arguments.front() == "run") {
    scanned = scan_run_arguments(std::span(arguments).subspan(1));
    if (!scanned.files.empty()) setup = std::make_unique<JobSetup>(scanned, SetupNeeds{.all_plugins = false});
  }
  CommandLine line(setup.get());
  try {
    line.app().parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool wanted = line.app().exit(error, std::cout, std::cerr) == 0;
    if (wanted && setup != nullptr && !setup->problems().empty()) {
      fmt::print(stderr, "some flags of plugins may be missing above:\n{}\n", setup->problems().text());
    }
    if (wanted) return kExitDone;
    print_hint(line.app());
    return kExitUsage;
  }
  return line.run(setup.get(), scanned);
}

}  // namespace
}  // namespace cnx::host::app

int main(int argc, char** argv) {
  using namespace cnx::host;
  observe::Console console(STDERR_FILENO);
  const auto quiet = observe::LogBackend::create({.level = log::Level::kWarning}, console);
  if (quiet.ok()) log::set_backend(quiet->get());
  if (const char* points = std::getenv("CNX_FAULT_POINTS"); points != nullptr && *points != '\0') {
    if (const cnx::Status armed = faults::arm(points); !armed.ok()) return app::report(armed.error());
    log::warning("faults", "fault points are armed by CNX_FAULT_POINTS, which is for tests only: {}", points);
  }
  int code = app::kExitFailed;
  try {
    code = app::main_command(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "connect-host: unexpected: {}\n", error.what());
  }
  log::set_backend(nullptr);
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    fmt::print(stderr, "connect-host: standard output could not be written to its end\n");
    return app::kExitFailed;
  }
  return code;
}
