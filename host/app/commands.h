// SPDX-License-Identifier: Apache-2.0
//
// The commands, each with its arguments as plain data, so that parsing the command line stays in one file. Each prints
// its result to stdout, problems to stderr, and returns the process's exit code (exit_code.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/flags.h"
#include "preview_output.h"
#include "runtime/job.h"
#include "setup.h"

namespace cnx::host::app {

/// Files, plugins and flags are read before the command line can be parsed to its end (main.cc): so `run` gets them
/// made.
struct RunArguments {
  std::vector<std::pair<const config::PluginFlag*, std::string>> flags;  ///< given on the command line
  bool again = false;
};
[[nodiscard]] int run_command(JobSetup& setup, const RunArguments& arguments);

struct CheckArguments {
  ConfigOptions config;
  bool offline = false;
  bool json = false;
};
[[nodiscard]] int check_command(const CheckArguments& arguments);

struct InitArguments {
  ConfigOptions config;
  bool json = false;
};
[[nodiscard]] int init_command(const InitArguments& arguments);

struct PreviewArguments {
  ConfigOptions config;
  std::string connector;
  std::optional<std::string> input;  ///< a path, or "-" for stdin; this or topic
  std::optional<std::string> topic;
  std::optional<std::int32_t> partition;  ///< none: all of them
  std::optional<std::int64_t> offset;     ///< none: the log start
  std::optional<std::uint64_t> count;     ///< none: all documents, or kPreviewRecords of a topic
  PreviewFormat format = PreviewFormat::kTable;
};
inline constexpr std::uint64_t kPreviewRecords = 10;
[[nodiscard]] int preview_command(const PreviewArguments& arguments);

struct PluginsArguments {
  std::string name;               ///< "" lists them all
  std::vector<std::string> path;  ///< empty: beside the executable
  bool json = false;
};
[[nodiscard]] int plugins_command(const PluginsArguments& arguments);

struct OffsetsListArguments {
  ConfigOptions config;
  bool json = false;
};
[[nodiscard]] int offsets_list_command(const OffsetsListArguments& arguments);

struct OffsetsResetArguments {
  ConfigOptions config;
  std::string connector;
  std::optional<std::string> topic;
  std::optional<std::int32_t> partition;
  std::string to;  ///< earliest | latest | none | an offset
  bool yes = false;
};
[[nodiscard]] int offsets_reset_command(const OffsetsResetArguments& arguments);

struct DlqArguments {
  ConfigOptions config;
  std::string connector;             ///< "": every sink that has a dead-letter topic
  std::vector<std::string> filters;  ///< all have to hold (dlq/filter.h)
  std::string id;                    ///< show: of the letter
  std::vector<std::string> ids;      ///< discard: of letters
  bool json = false;
  bool dry_run = false;     ///< replay, discard
  bool superseded = false;  ///< replay: also letters of which a later version was read meanwhile
  bool unverified = false;  ///< replay: also letters of which nobody can tell
};
[[nodiscard]] int dlq_discard_command(const DlqArguments& arguments);
[[nodiscard]] int dlq_list_command(const DlqArguments& arguments);
[[nodiscard]] int dlq_replay_command(const DlqArguments& arguments);
[[nodiscard]] int dlq_show_command(const DlqArguments& arguments);
[[nodiscard]] int dlq_stats_command(const DlqArguments& arguments);

struct NewPluginArguments {
  std::string kind;  ///< source | transform | sink
  std::string name;
  std::string language;  ///< cpp | rust
  std::string folder;    ///< "": ./NAME
  std::string sdk;       ///< "": the SDK that is installed beside this executable
};
[[nodiscard]] int new_plugin_command(const NewPluginArguments& arguments);

struct CheckPluginArguments {
  std::string path;
  std::vector<std::string> set;     ///< K=V
  std::string config;               ///< a file of lines K=V; "": none
  std::vector<std::string> inputs;  ///< files, each the value of a record
  bool json = false;
};
[[nodiscard]] int check_plugin_command(const CheckPluginArguments& arguments);

[[nodiscard]] int version_command(bool json);

struct DocsArguments {
  bool fault_points = false;  ///< prints their names instead
  std::string folder;
  std::vector<std::string> components;  ///< empty: all that are installed
};
[[nodiscard]] int docs_command(const DocsArguments& arguments);

/// Prints an error to stderr as "connect-host: …" and returns its exit code.
int report(const Error& error);
/// Prints the problems of a setup and returns kExitUsage.
int report(const config::Problems& problems);
/// The job of a command, or nullopt after its problems were printed; warnings of plugins are printed too.
[[nodiscard]] std::optional<runtime::Job> make_job(const ConfigOptions& options, SetupNeeds needs);

}  // namespace cnx::host::app
