// SPDX-License-Identifier: Apache-2.0
#include "chain_setup.h"

#include "plugin/transform_instance.h"

namespace cnx::host::app {

Result<StandaloneChain> make_chain(const runtime::ConnectorPlan& plan, const Clock& clock) {
  std::vector<std::unique_ptr<plugin::HostContext>> contexts;
  std::vector<runtime::ChainLink> links;
  for (const runtime::TransformPlan& transform : plan.transforms) {
    plugin::HostServices services;
    services.connector = plan.name();
    services.clock = &clock;
    contexts.push_back(std::make_unique<plugin::HostContext>(std::move(services)));
    CNX_ASSIGN(auto instance,
               plugin::TransformInstance::create(*transform.component, *contexts.back(), transform.values));
    links.push_back({transform.name, std::move(instance)});
  }
  CNX_ASSIGN(runtime::TransformChain chain,
             runtime::TransformChain::make(std::move(links), plan.component->input(), plan.component->name));
  return StandaloneChain{std::move(contexts), std::move(chain)};
}

}  // namespace cnx::host::app
