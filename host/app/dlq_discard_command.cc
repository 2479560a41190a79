// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/clock.h"
#include "base/random_id.h"
#include "commands.h"
#include "dlq/discard.h"
#include "dlq/marks.h"
#include "dlq_letters.h"
#include "dlq_output.h"
#include "exit_code.h"

namespace cnx::host::app {
namespace {

/// Of the chosen letters those that --id names, all without it. CONFIG for an id that there is not.
Status keep_named(SinkLetters& letters, const std::vector<std::string>& ids) {
  if (ids.empty()) return {};
  std::vector<const dlq::Letter*> named;
  for (const std::string& text : ids) {
    CNX_ASSIGN(const dlq::LetterId id, dlq::parse_id(text));
    const std::size_t before = named.size();
    for (const dlq::Letter* letter : letters.chosen)
      if (letter->id.topic == id.topic && letter->id.partition == id.partition && letter->id.offset == id.offset)
        named.push_back(letter);
    if (named.size() == before)
      return config_error(
          fmt::format("--id {}: there is no such dead letter of {}{}; 'dlq list' prints those that there are; nothing "
                      "was discarded",
                      text, letters.plan->name(),
                      letters.chosen.size() < letters.index->letters().size() ? " that the filter lets through" : ""));
  }
  std::ranges::sort(named);
  const auto [first, last] = std::ranges::unique(named);
  named.erase(first, last);
  letters.chosen = std::move(named);
  return {};
}

void print(const dlq::DiscardReport& report, const SinkLetters& letters, const DlqArguments& arguments) {
  if (arguments.json) {
    const OrderedJson json{{"connector", letters.plan->name()},
                           {"topic", letters.topic->name()},
                           {"dry_run", arguments.dry_run},
                           {"letters", letters.index->letters().size()},
                           {"chosen", letters.chosen.size()},
                           {"discarded", report.discarded},
                           {"already_discarded", report.already},
                           {"already_replayed", report.replayed},
                           {"settled", report.settled}};
    fmt::print("{}\n", dump(json));
    return;
  }
  fmt::print("{}: {} of {} letters chosen{}\n", letters.plan->name(), letters.chosen.size(),
             letters.index->letters().size(), arguments.dry_run ? "; dry run: nothing was changed" : "");
  fmt::print("  {} {}\n", report.discarded, arguments.dry_run ? "would be discarded" : "discarded");
  if (report.already > 0) fmt::print("  {} discarded before\n", report.already);
  if (report.replayed > 0) fmt::print("  {} left alone: replayed\n", report.replayed);
  if (report.settled > 0) fmt::print("  {} of no account: the record was read again since\n", report.settled);
}

Status discard(const DlqArguments& arguments, const runtime::Job& job) {
  const SystemClock clock;
  if (arguments.ids.empty() && arguments.filters.empty())
    return config_error("which letters? Choose them by --id or --filter (--filter state=dead: all that are dead)");
  CNX_ASSIGN(const dlq::Filter filter, dlq::Filter::parse(arguments.filters, clock.now_ms()));
  CNX_ASSIGN(const runtime::ConnectorPlan* const plan, sink_meant(job, arguments));
  CNX_ASSIGN(const OpenSink open, open_sink(*plan, clock));
  CNX_ASSIGN(SinkLetters letters, read_letters(*plan));
  CNX_TRY(dlq::read_states(*open.sink->marks(), letters.index->letters()));
  choose(letters, filter);
  CNX_TRY(keep_named(letters, arguments.ids));
  dlq::DiscardReport report;
  const Status status =
      dlq::discard(*open.sink, job.worker.worker_id + "/" + random_hex(8), letters.chosen,
                   {arguments.dry_run, plan->settings.max_retries, plan->settings.retry_backoff_ms}, report);
  print(report, letters, arguments);
  std::fflush(stdout);
  tell_left_out(letters);
  return status;
}

}  // namespace

int dlq_discard_command(const DlqArguments& arguments) {
  const auto job = make_job(config_of(arguments), {});
  if (!job) return kExitUsage;
  const Status status = discard(arguments, *job);
  return status.ok() ? kExitDone : report(status.error());
}

}  // namespace cnx::host::app
