// SPDX-License-Identifier: Apache-2.0
#include "preflight.h"

#include "chain_setup.h"
#include "plugin/features.h"

namespace cnx::host::app {
namespace {

Result<std::vector<plugin::RowShape>> shapes_of(const runtime::ConnectorPlan& plan, const Clock& clock) {
  if (plan.is_source()) return std::vector<plugin::RowShape>{};
  CNX_ASSIGN(const StandaloneChain made, make_chain(plan, clock));
  return made.chain.shapes();
}

Status look(const runtime::ConnectorPlan& plan, Preflight what, const Clock& clock,
            std::vector<plugin::Finding>& found) {
  CNX_ASSIGN(const std::vector<plugin::RowShape> shapes, shapes_of(plan, clock));
  plugin::HostServices services;
  services.connector = plan.name();
  services.clock = &clock;
  const plugin::HostContext host(std::move(services));
  return what == Preflight::kCheck ? plugin::preflight_check(*plan.component, host, plan.values, shapes, found)
                                   : plugin::preflight_init(*plan.component, host, plan.values, shapes, found);
}

}  // namespace

void preflight(const runtime::ConnectorPlan& plan, Preflight what, const Clock& clock, FindingPrinter& found) {
  const std::string object = "connectors." + plan.name();
  if (!plugin::has_preflight(*plan.component)) {
    if (what == Preflight::kCheck) {
      found.warning(object, plan.component->name + " cannot look at its live system, so that was not checked", "");
    }
    return;
  }
  std::vector<plugin::Finding> findings;
  const Status status = look(plan, what, clock, findings);
  for (plugin::Finding& finding : findings) {
    finding.object = plan.name() + " " + finding.object;
    found.add(finding);
  }
  if (!status.ok()) found.error(object, status.error().message);
}

}  // namespace cnx::host::app
