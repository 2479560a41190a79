// SPDX-License-Identifier: Apache-2.0
//
// What a component says to configurations: none at all, a host without services, and wrong values one at a time.
#pragma once

#include "cnx/testing/conformance.hpp"
#include "cnx/testing/kit/call.hpp"

namespace cnx::testing::kit {

namespace detail {

/// Stands for every value: no URL, no path, no name, no number; and easy to find where a secret must not be.
inline constexpr std::string_view kWrongValue = "\x01?no-value-at-all?";

/// Makes and destroys an instance.
inline Called make(Report& report, const cnx_component& component, const FakeHost& host, const ConfigLiteral& config,
                   const std::string& what) {
  const auto calls = testing::detail::calls_of(component);
  void* self = nullptr;
  const Called called =
      call(report, what, [&](cnx_error* e) { return calls.create(host.table(), &config.raw(), &self, e); });
  report.calling("destroy after " + what);
  if (called.status == CNX_OK && self != nullptr) calls.destroy(self);
  return called;
}

inline void check_refusal(Report& report, const Called& called, const std::string& what) {
  if (called.status != CNX_OK && called.status != CNX_CONFIG)
    report.fault(what + " failed with " + status_name(called.status) + " instead of CONFIG: " + called.message);
}

/// validate and create with one key wrong.
inline void try_wrong_value(Report& report, const cnx_component& component, Pairs config, const cnx_config_key& key) {
  const std::string name(view(key.name));
  std::erase_if(config, [&](const auto& pair) { return pair.first == name; });
  config.emplace_back(name, kWrongValue);
  const ConfigLiteral literal(std::move(config));
  const bool secret = (key.flags & CNX_CONFIG_SECRET) != 0;
  const auto shows = [&](const std::string& text) {
    return secret && text.find("no-value-at-all") != std::string::npos;
  };
  FakeHost host;
  const std::string what = "create with a wrong " + name;
  const Called called = make(report, component, host, literal, what);
  check_refusal(report, called, what);
  if (called.status == CNX_CONFIG && called.message.find(name) == std::string::npos)
    report.fault(what + " does not name the key: " + called.message);
  if (shows(called.message)) report.fault(what + " shows the secret in its message");
  if (host.logged("no-value-at-all") && secret) report.fault(what + " writes the secret into the log");
  if (component.validate == nullptr) return;
  CollectedFindings findings;
  (void)call(report, "validate with a wrong " + name,
             [&](cnx_error* e) { return component.validate(&literal.raw(), findings.table(), e); });
  for (const auto& finding : findings.found) {
    if (finding.object.empty() || finding.message.empty())
      report.fault("validate with a wrong " + name + " found something without an object or a message");
    if (shows(finding.message + finding.mend)) report.fault("validate with a wrong " + name + " shows the secret");
  }
}

}  // namespace detail

/// `config`: what is known to be right, without defaults.
inline void check_config(Report& report, const cnx_component& component, const Pairs& config) {
  {
    FakeHost host;
    detail::check_refusal(report,
                          detail::make(report, component, host, ConfigLiteral(Pairs{}), "create without any value"),
                          "create without any value");
  }
  const Pairs all = with_defaults(component.keys, component.key_count, component.key_stride, config);
  FakeHost bare;
  for (const char* id :
       {CNX_SERVICE_LOG, CNX_SERVICE_CLOCK, CNX_SERVICE_WAIT, CNX_SERVICE_METRICS, CNX_SERVICE_PROGRESS})
    bare.lack(id);
  (void)detail::make(report, component, bare, ConfigLiteral(all), "create on a host without services");
  FakeHost host;
  const Called good = detail::make(report, component, host, ConfigLiteral(all), "create");
  if (good.status != CNX_OK)
    return report.not_tried("wrong values, since the given ones do not do: " + good.message +
                            " (give what it needs with --set)");
  const char* at = reinterpret_cast<const char*>(component.keys);
  for (std::uint32_t i = 0; i < component.key_count; ++i, at += component.key_stride) {
    const auto& key = *reinterpret_cast<const cnx_config_key*>(at);
    const bool free_text = key.type == CNX_CONFIG_STRING && view(key.one_of).empty();
    if (free_text && view(key.name).find('*') == std::string_view::npos)
      detail::try_wrong_value(report, component, all, key);
  }
}

}  // namespace cnx::testing::kit
