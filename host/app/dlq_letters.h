// SPDX-License-Identifier: Apache-2.0
//
// What the `dlq` commands have in common: whose letters, read from where.
#pragma once

#include <memory>
#include <vector>

#include "base/clock.h"
#include "cnx/result.hpp"
#include "commands.h"
#include "dlq/filter.h"
#include "dlq/letter_index.h"
#include "dlq/letter_topic.h"
#include "plugin/sink_instance.h"
#include "runtime/job.h"

namespace cnx::host::app {

/// The dead letters of one sink.
struct SinkLetters {
  const runtime::ConnectorPlan* plan = nullptr;
  std::unique_ptr<dlq::LetterTopic> topic;
  std::unique_ptr<dlq::LetterIndex> index;
  bool topic_exists = false;
  std::vector<const dlq::Letter*> chosen;  ///< those that the filter lets through, by original record
};

/// The options of a `dlq` command as those of a configuration.
[[nodiscard]] ConfigOptions config_of(const DlqArguments& arguments);

/// The sinks that are meant: the named one, or all that have a dead-letter topic. CONFIG when there is none.
[[nodiscard]] Result<std::vector<const runtime::ConnectorPlan*>> letter_sinks(const runtime::Job& job,
                                                                              const DlqArguments& arguments);

/// Reads all letters of a sink to the end of their topic. Waits are told on stderr.
[[nodiscard]] Result<SinkLetters> read_letters(const runtime::ConnectorPlan& plan);

/// The sink of a connector, connected, outside of a run. One owner thread.
struct OpenSink {
  std::unique_ptr<plugin::HostContext> host;
  std::unique_ptr<plugin::SinkInstance> sink;  ///< has marks()
};
/// CONFIG: the sink keeps no marks of dead records. `clock` outlives it. `only_looks`: its keys auto.create and
/// auto.evolve, when it has them, are off, so that its prepare() alters nothing.
[[nodiscard]] Result<OpenSink> open_sink(const runtime::ConnectorPlan& plan, const Clock& clock,
                                         bool only_looks = false);

/// Asks the target what became of each letter; when nobody answers, says why on stderr and leaves them unknown.
void find_states(SinkLetters& letters);

/// The one sink that is meant. CONFIG: several have dead letters.
[[nodiscard]] Result<const runtime::ConnectorPlan*> sink_meant(const runtime::Job& job, const DlqArguments& arguments);

/// Fills in `chosen`.
void choose(SinkLetters& letters, const dlq::Filter& filter);

/// On stderr: records of the topic that are not listed, and why.
void tell_left_out(const SinkLetters& letters);

}  // namespace cnx::host::app
