// SPDX-License-Identifier: Apache-2.0
//
// The conformance suite for a built plugin, with any test framework or none:
//   for (const auto& check : cnx::testing::kit::run("build/my-sink.so", {.set = {{"path", "x"}}})) …
// Each check runs in a process of its own (kit/trial.hpp), so that a crash or a hang is a finding, too. POSIX; no other
// thread may run while it forks.
#pragma once

#include "cnx/testing/kit/config_checks.hpp"
#include "cnx/testing/kit/sink_checks.hpp"
#include "cnx/testing/kit/source_ahead_checks.hpp"
#include "cnx/testing/kit/table_checks.hpp"
#include "cnx/testing/kit/transform_checks.hpp"
#include "cnx/testing/library.hpp"
#include "cnx/testing/watch/watch.hpp"

namespace cnx::testing::kit {

struct Check {
  std::string component;  ///< "": the plugin as a whole
  std::string name;       ///< "symbols", "tables", "life" …
  Outcome outcome;
};

/// What the suite needs to know of the plugin's world.
struct Given {
  Pairs set;                             ///< configuration for all components; each takes the keys that it declares
  std::vector<std::string> inputs = {};  ///< values of records that transforms and sinks are made for
};

namespace detail {

/// `*` in a declared name stands for one segment.
inline bool declares(const cnx_component& c, std::string_view key) {
  const char* at = reinterpret_cast<const char*>(c.keys);
  for (std::uint32_t i = 0; i < c.key_count; ++i, at += c.key_stride) {
    const std::string_view name = view(reinterpret_cast<const cnx_config_key*>(at)->name);
    const std::size_t star = name.find('*');
    const bool fits = star == std::string_view::npos
                          ? name == key
                          : key.starts_with(name.substr(0, star)) && key.ends_with(name.substr(star + 1));
    if (fits) return true;
  }
  return false;
}

/// Those of `set` that the component declares.
inline Pairs own_keys(const cnx_component& c, const Pairs& set) {
  Pairs own;
  for (const auto& pair : set)
    if (declares(c, pair.first)) own.push_back(pair);
  return own;
}

template <class Visit>
void each_component(const cnx_plugin& plugin, Visit visit) {
  const char* at = reinterpret_cast<const char*>(plugin.components);
  for (std::uint32_t i = 0; i < plugin.component_count; ++i, at += plugin.component_stride)
    visit(*reinterpret_cast<const cnx_component*>(at));
}

inline void life(Report& report, const cnx_component& c, const Given& given) {
  if (c.kind == CNX_SOURCE) {
    check_source(report, c, given.set);
    check_source_ahead(report, c, given.set);
  }
  if (c.kind == CNX_TRANSFORM) check_transform(report, c, given.set, given.inputs);
  if (c.kind == CNX_SINK) check_sink(report, c, given.set, given.inputs);
}

inline void config(Report& report, const cnx_component& c, const Given& given) { check_config(report, c, given.set); }

inline void cancel(Report& report, const cnx_component& c, const Given& given) {
  if (c.kind == CNX_SOURCE) check_source_cancel(report, c, given.set);
  if (c.kind == CNX_SINK) check_sink_cancel(report, c, given.set);
}

/// Polls, applies, or writes and flushes once: what a day does ten thousand times.
inline void one_life(Report& report, const cnx_component& c, const Given& given) {
  const Records records({TestRecord{given.inputs.empty() ? "{\"id\":1}" : given.inputs[0], "1"}});
  const Rows rows = row_sample(1);
  if (c.kind == CNX_SOURCE) {
    (void)detail::run(report, c, given.set, {}, "", &detail::poll_some);
  } else if (c.kind == CNX_SINK) {
    Made<cnx_sink> made(report, c, given.set);
    if (made.self() == nullptr || !detail::start(report, made)) return;
    detail::write(report, made, made.table().input == CNX_RECORDS ? records.raw() : rows.raw(), "one");
    detail::flush(report, made);
    made.table().stop(made.self());
  } else {
    Made<cnx_transform> made(report, c, given.set);
    if (made.self() == nullptr) return;
    (void)apply(report, made, made.table().input == CNX_RECORDS ? records.raw() : rows.raw(), "apply");
  }
}

inline void leaks(Report& report, const cnx_component& c, const Given& given) {
  one_life(report, c, given);  // the first one opens what stays open for the process
  const std::size_t threads = count_of("task");
  const std::size_t open = count_of("fd");
  check_leaks(report, [&] { one_life(report, c, given); });
  if (const std::size_t more = threads_above(threads); more > 0)
    report.fault("threads run on after all instances are destroyed: " + std::to_string(more));
  if (count_of("fd") > open)
    report.fault("files or sockets stay open after all instances are destroyed: " +
                 std::to_string(count_of("fd") - open));
}

using Part = void (*)(Report&, const cnx_component&, const Given&);

/// One check with a proxy between the suite and the component, which sees more of each call than the suite does.
/// `leaks` alone goes without: proxies keep what is called too late.
inline void check_watched(Report& report, const cnx_component& real, const Given& given, Part check) {
  watch::Breaches breaches([&report](watch::Side side, std::string_view call, const std::string& what) {
    const std::string place = report.place();
    const std::string text = (place.starts_with(call) ? place : place + ": " + std::string(call)) + " " + what;
    report.fault(side == watch::Side::kPlugin ? text : "the suite itself broke the contract: " + text);
  });
  check(report, check == &leaks ? real : watch::watched(real, breaches), given);
}

}  // namespace detail

/// Checks the plugin in the file `path`, which has a slash.
inline std::vector<Check> run(const std::string& path, const Given& given) {
  std::vector<Check> checks;
  checks.push_back({"", "symbols", try_apart([&](Report& report) {
                      try {
                        for (const std::string& fault : check_symbols(path)) report.fault(fault);
                      } catch (const std::exception& error) {
                        report.fault(error.what());
                      }
                    })});
  const Outcome tables = try_apart([&](Report& report) {
    try {
      const cnx_plugin& plugin = load_plugin(path);
      Pairs unknown = given.set;
      for (const std::string& fault : check_tables(plugin)) report.fault(fault);
      detail::each_component(plugin, [&](const cnx_component& c) {
        check_functions(report, c);
        std::erase_if(unknown, [&](const auto& pair) { return detail::declares(c, pair.first); });
        report.answer((c.kind == CNX_TRANSFORM ? "T" : "C") + std::string(view(c.name)));
      });
      for (const auto& pair : unknown) report.fault("no component has the key '" + pair.first + "' that was given");
    } catch (const std::exception& error) {
      report.fault(error.what());
    }
  });
  checks.push_back({"", "tables", tables});
  if (!tables.faults.empty()) return checks;
  constexpr std::pair<const char*, detail::Part> kParts[] = {
      {"config", &detail::config}, {"life", &detail::life}, {"cancel", &detail::cancel}, {"leaks", &detail::leaks}};
  for (const std::string& answer : tables.answers) {
    const std::string name = answer.substr(1);
    for (const auto& [part, check] : kParts) {
      if (answer[0] == 'T' && check == &detail::cancel) continue;  // transforms have none
      checks.push_back({name, part, try_apart([&](Report& report) {
                          const cnx_component& c = *find_component(load_plugin(path), name);
                          detail::check_watched(report, c, {detail::own_keys(c, given.set), given.inputs}, check);
                        })});
    }
  }
  return checks;
}

}  // namespace cnx::testing::kit
