// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/strings.h"
#include "commands.h"
#include "exit_code.h"
#include "new_plugin_templates.h"
#include "plugin/registry.h"

namespace cnx::host::app {
namespace {

namespace fs = std::filesystem;

/// Targets that CMake makes itself, and crates and folders that Cargo has: a project of that name does not build.
constexpr std::string_view kTakenWords[] = {"all",     "alloc",      "build",    "clean", "cnx",         "core",
                                            "deps",    "edit_cache", "examples", "help",  "incremental", "install",
                                            "package", "proc-macro", "std",      "test"};

bool is_small_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "order-mask" → "OrderMask".
std::string class_name(std::string_view name) {
  std::string out;
  bool upper = true;
  for (const char c : name) {
    if (c == '-') {
      upper = true;
    } else {
      out.push_back(upper && is_small_letter(c) ? static_cast<char>(c - 'a' + 'A') : c);
      upper = false;
    }
  }
  return out;
}

std::string crate_name(std::string_view name) {
  std::string out(name);
  for (char& c : out)
    if (c == '-') c = '_';
  return out;
}

/// The folder of the executable's installation: /usr for /usr/bin/connect-host.
fs::path prefix() {
  std::error_code ignored;
  return fs::read_symlink("/proc/self/exe", ignored).parent_path().parent_path();
}

/// Where the new plugin will be, and the host's own: of those the default folders that are there, since a named one
/// that is missing is warned of.
std::string plugin_path(std::string_view language) {
  std::vector<std::string> folders{language == "rust" ? "target/release" : "build"};
  for (const std::string& folder : plugin::PluginRegistry::default_path()) {
    std::error_code ignored;
    if (fs::is_directory(folder, ignored)) folders.push_back(fs::canonical(folder, ignored).string());
  }
  return join(folders, ",");
}

std::string check_options(const std::string& kind) {
  if (kind == "source") return " --set topic=checked";
  return kind == "sink" ? " --set path=checked.txt" : "";
}

Placeholders placeholders(const NewPluginArguments& arguments) {
  const fs::path sdk =
      arguments.sdk.empty() ? prefix() / "share/connect-host-sdk" : fs::absolute(fs::path(arguments.sdk));
  return {{"name", arguments.name},
          {"Class", class_name(arguments.name)},
          {"crate", crate_name(arguments.name)},
          {"kind", arguments.kind},
          {"plugin_path", plugin_path(arguments.language)},
          {"check_options", check_options(arguments.kind)},
          {"sdk", sdk.string()}};
}

/// "" or what went wrong.
std::string write_file(const fs::path& path, const std::string& content) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) return fmt::format("cannot make the folder {}: {}", path.parent_path().string(), error.message());
  std::ofstream file(path, std::ios::binary);
  file << content;
  file.close();
  return file ? "" : fmt::format("cannot write {}", path.string());
}

int refuse(const std::string& why) {
  fmt::print(stderr, "connect-host: new-plugin: {}\n", why);
  return kExitUsage;
}

void print_next(const NewPluginArguments& arguments, const fs::path& folder) {
  fmt::print("{} is a {} that works. Next:\n\n  cd {}\n", arguments.name, arguments.kind, folder.string());
  if (arguments.language == "rust")
    fmt::print(
        "  cargo build --release --offline && cargo test --offline\n  connect-host check-plugin "
        "target/release/lib{}.so{}\n",
        crate_name(arguments.name), check_options(arguments.kind));
  else
    fmt::print("  cmake -B build && cmake --build build\n  ctest --test-dir build\n");
  fmt::print(
      "  connect-host run pipeline.yml      # with a Kafka broker at localhost:9092, or at $CNX_BOOTSTRAP_SERVERS\n");
}

}  // namespace

std::string name_fault(std::string_view name) {
  constexpr std::size_t kLongest = 60;
  if (name.empty() || name.size() > kLongest) return fmt::format("a name has 1 to {} characters", kLongest);
  if (!is_small_letter(name.front())) return "a name begins with a small letter";
  if (name.back() == '-' || name.find("--") != std::string_view::npos)
    return "a '-' stands between two parts of a name";
  for (const char c : name)
    if (!is_small_letter(c) && !is_digit(c) && c != '-')
      return fmt::format("'{}' cannot be part of a name: small letters, digits and '-' can", c);
  for (const std::string_view word : kTakenWords)
    if (name == word) return fmt::format("'{}' means something else to CMake or Cargo; choose a longer name", word);
  return "";
}

std::string fill(std::string_view text, const Placeholders& values) {
  std::string out;
  while (!text.empty()) {
    const std::size_t at = text.find('@');
    out.append(text.substr(0, at));
    if (at == std::string_view::npos) break;
    text.remove_prefix(at);
    const std::size_t end = text.find('@', 1);
    const auto value = end == std::string_view::npos ? values.end() : values.find(text.substr(1, end - 1));
    if (value == values.end()) {
      out.push_back('@');
      text.remove_prefix(1);
    } else {
      out.append(value->second);
      text.remove_prefix(end + 1);
    }
  }
  return out;
}

int new_plugin_command(const NewPluginArguments& arguments) {
  if (const std::string fault = name_fault(arguments.name); !fault.empty())
    return refuse(fmt::format("'{}': {}", arguments.name, fault));
  const fs::path folder = arguments.folder.empty() ? fs::path(arguments.name) : fs::path(arguments.folder);
  std::error_code ignored;
  if (fs::exists(folder, ignored))
    return refuse(folder.string() + " exists; nothing was written: choose another --dir");
  const Placeholders values = placeholders(arguments);
  if (arguments.language == "rust" && !fs::exists(fs::path(values.at("sdk")) / "rust/cnx/Cargo.toml", ignored))
    return refuse(values.at("sdk") + " holds no rust/cnx: install connect-host-sdk, or name the SDK's folder by --sdk");
  for (const TemplateFile& file : templates()) {
    for (const std::string_view part : {std::string_view("common"), std::string_view(arguments.kind)}) {
      const std::string root = fmt::format("{}/{}/", arguments.language, part);
      if (!file.path.starts_with(root)) continue;
      const fs::path path = folder / fill(file.path.substr(root.size()), values);
      if (const std::string fault = write_file(path, fill(file.content, values)); !fault.empty()) return refuse(fault);
    }
  }
  print_next(arguments, folder);
  return kExitDone;
}

}  // namespace cnx::host::app
