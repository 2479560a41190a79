// SPDX-License-Identifier: Apache-2.0
//
// The conformance suite for a built plugin, with any test framework or none:
//   for (const auto& check : cnx::testing::kit::run("build/my-sink.so", {{"path", "x"}})) …
// Each check runs in a process of its own (kit/trial.hpp), so that a crash or a hang is a finding, too. POSIX; no other
// thread may run while it forks.
#pragma once

#include "cnx/testing/kit/sink_checks.hpp"
#include "cnx/testing/kit/source_checks.hpp"
#include "cnx/testing/kit/transform_checks.hpp"
#include "cnx/testing/library.hpp"

namespace cnx::testing::kit {

struct Check {
  std::string component;  ///< "": the plugin as a whole
  std::string name;       ///< "symbols", "tables", "life" …
  Outcome outcome;
};

namespace detail {

inline void expect(Report& report, bool holds, const std::string& text) {
  if (!holds) report.fault(text);
}

/// The function pointers that the host calls without asking.
inline void check_functions(Report& report, const cnx_component& c) {
  const std::string name(view(c.name));
  if (c.table == nullptr) return report.fault(name + " has no table");
  if (c.kind == CNX_SOURCE) {
    const auto& t = *static_cast<const cnx_source*>(c.table);
    expect(report, CNX_HAS(&t, cnx_source, stop),
           name + ": the source's table has a struct_size of " + std::to_string(t.struct_size));
    expect(report, t.create && t.destroy && t.start && t.poll && t.acked && t.cancel && t.stop,
           name + ": a function of the source's table is NULL");
  } else if (c.kind == CNX_TRANSFORM) {
    const auto& t = *static_cast<const cnx_transform*>(c.table);
    expect(report, CNX_HAS(&t, cnx_transform, apply),
           name + ": the transform's table has a struct_size of " + std::to_string(t.struct_size));
    expect(report, t.create && t.destroy && t.apply, name + ": a function of the transform's table is NULL");
  } else if (c.kind == CNX_SINK) {
    const auto& t = *static_cast<const cnx_sink*>(c.table);
    expect(report, CNX_HAS(&t, cnx_sink, stop),
           name + ": the sink's table has a struct_size of " + std::to_string(t.struct_size));
    expect(report, t.create && t.destroy && t.start && t.prepare && t.write && t.flush && t.idle && t.cancel && t.stop,
           name + ": a function of the sink's table is NULL");
  } else {
    report.fault(name + " has an unknown kind");
  }
}

/// Those of `set` that the component declares; `*` in a key stands for one segment.
inline Pairs own_keys(const cnx_component& c, const Pairs& set) {
  Pairs own;
  for (const auto& pair : set) {
    const char* at = reinterpret_cast<const char*>(c.keys);
    for (std::uint32_t i = 0; i < c.key_count; ++i, at += c.key_stride) {
      const std::string_view name = view(reinterpret_cast<const cnx_config_key*>(at)->name);
      const std::size_t star = name.find('*');
      const bool fits = star == std::string_view::npos ? name == pair.first
                                                       : pair.first.starts_with(name.substr(0, star)) &&
                                                             pair.first.ends_with(name.substr(star + 1));
      if (fits) own.push_back(pair);
    }
  }
  return own;
}

template <class Visit>
void each_component(const cnx_plugin& plugin, Visit visit) {
  const char* at = reinterpret_cast<const char*>(plugin.components);
  for (std::uint32_t i = 0; i < plugin.component_count; ++i, at += plugin.component_stride)
    visit(*reinterpret_cast<const cnx_component*>(at));
}

inline void life(Report& report, const cnx_component& c, const Pairs& config) {
  if (c.kind == CNX_SOURCE) check_source(report, c, config);
  if (c.kind == CNX_TRANSFORM) check_transform(report, c, config);
  if (c.kind == CNX_SINK) check_sink(report, c, config);
}

inline void cancel(Report& report, const cnx_component& c, const Pairs& config) {
  if (c.kind == CNX_SOURCE) check_source_cancel(report, c, config);
  if (c.kind == CNX_SINK) check_sink_cancel(report, c, config);
}

inline void leaks(Report& report, const cnx_component& c, const Pairs& config) {
  const std::size_t threads = thread_count();
  check_leaks(report, [&] {
    if (c.kind == CNX_SOURCE) (void)Made<cnx_source>(report, c, config);
    if (c.kind == CNX_SINK) (void)Made<cnx_sink>(report, c, config);
    if (c.kind == CNX_TRANSFORM) {
      Made<cnx_transform> made(report, c, config);
      if (made.self() == nullptr || made.table().input != CNX_RECORDS) return;
      const Records in(record_samples()[1].records);
      (void)apply(report, made, in.raw(), "apply");
    }
  });
  if (thread_count() > threads)
    report.fault("threads run on after all instances are destroyed: " + std::to_string(thread_count() - threads));
}

}  // namespace detail

/// `set`: configuration for all components; each takes the keys that it declares.
inline std::vector<Check> run(const std::string& path, const Pairs& set) {
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
      for (const std::string& fault : check_tables(plugin)) report.fault(fault);
      detail::each_component(plugin, [&](const cnx_component& c) {
        detail::check_functions(report, c);
        report.answer((c.kind == CNX_TRANSFORM ? "T" : "C") + std::string(view(c.name)));
      });
    } catch (const std::exception& error) {
      report.fault(error.what());
    }
  });
  checks.push_back({"", "tables", tables});
  if (!tables.faults.empty()) return checks;
  using Part = void (*)(Report&, const cnx_component&, const Pairs&);
  constexpr std::pair<const char*, Part> kParts[] = {
      {"life", &detail::life}, {"cancel", &detail::cancel}, {"leaks", &detail::leaks}};
  for (const std::string& answer : tables.answers) {
    const std::string name = answer.substr(1);
    for (const auto& [part, check] : kParts) {
      if (answer[0] == 'T' && check == &detail::cancel) continue;  // transforms have none
      checks.push_back({name, part, try_apart([&](Report& report) {
                          const cnx_component& c = *find_component(load_plugin(path), name);
                          check(report, c, detail::own_keys(c, set));
                        })});
    }
  }
  return checks;
}

}  // namespace cnx::testing::kit
