// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "base/clock.h"
#include "base/random_id.h"
#include "base/secrets.h"
#include "chain_setup.h"
#include "commands.h"
#include "dlq/marks.h"
#include "dlq/replay.h"
#include "dlq_letters.h"
#include "dlq_output.h"
#include "exit_code.h"

namespace cnx::host::app {
namespace {

constexpr std::int64_t kTellEveryMs = 5'000;
constexpr std::size_t kMostShown = 20;

std::size_t terminal_width() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 120;
}

const char* plural(std::uint64_t count) { return count == 1 ? "" : "s"; }

/// Shows the rows of a dry run, or how far a long replay is.
class Watcher {
 public:
  Watcher(const DlqArguments& arguments, const SinkLetters& letters, const Clock& clock)
      : letters_(letters), clock_(clock), told_ms_(clock.now_ms()) {
    const PreviewFormat format = arguments.json ? PreviewFormat::kJson : PreviewFormat::kTable;
    if (arguments.dry_run) rows_ = PreviewOutput::make(format, *letters.plan, stdout, terminal_width());
  }

  Status see(const runtime::SealedBatch& batch, const std::vector<plugin::FilteredPart>& filtered) {
    const std::uint64_t first = seen_;
    seen_ += batch.records.size();
    if (rows_) return rows_->add({batch, filtered, first, nullptr});
    if (clock_.now_ms() - told_ms_ < kTellEveryMs) return {};
    told_ms_ = clock_.now_ms();
    fmt::print(stderr, "{}: {} of at most {} letters\n", letters_.plan->name(), seen_, letters_.chosen.size());
    return {};
  }
  void finish() {
    if (rows_) rows_->finish();
  }

 private:
  const SinkLetters& letters_;
  const Clock& clock_;
  std::unique_ptr<PreviewOutput> rows_;
  std::uint64_t seen_ = 0;
  std::int64_t told_ms_;
};

void print_left_out(const char* what, const std::vector<dlq::LeftOut>& left_out, const char* mend) {
  if (left_out.empty()) return;
  fmt::print("  {} {}{}\n", left_out.size(), what, mend);
  for (std::size_t i = 0; i < std::min(left_out.size(), kMostShown); ++i)
    fmt::print("    {}  {}\n", dlq::to_string(left_out[i].letter->id), one_line(secrets().mask(left_out[i].why), 300));
  if (left_out.size() > kMostShown) fmt::print("    … and {} more; --json has all\n", left_out.size() - kMostShown);
}

void print(const dlq::ReplayReport& report, const SinkLetters& letters, bool dry_run) {
  const bool would = dry_run;
  fmt::print("{}: {} of {} letters chosen{}\n", letters.plan->name(), letters.chosen.size(),
             letters.index->letters().size(), dry_run ? "; dry run: nothing was written" : "");
  fmt::print("  {} {} ({} row{})\n", report.written, would ? "would be written" : "written", report.rows,
             plural(report.rows));
  if (report.filtered > 0)
    fmt::print("  {} {} filtered by a rule of the transforms\n", report.filtered, would ? "would be" : "now");
  if (report.already > 0) fmt::print("  {} already replayed\n", report.already);
  if (report.discarded > 0) fmt::print("  {} left alone: discarded\n", report.discarded);
  if (report.settled > 0)
    fmt::print("  {} of no account: the connector read the record again since, or has not passed it yet\n",
               report.settled);
  print_left_out("superseded: a later version was read meanwhile", report.superseded,
                 "; --superseded writes them over it");
  print_left_out("not written: a later version cannot be ruled out", report.unverified, "; --unverified writes them");
  print_left_out("no longer in the topic", report.gone, "");
  print_left_out(would ? "would fail again" : "failed again", report.failed, "; mend the cause and replay again");
}

OrderedJson as_json(const std::vector<dlq::LeftOut>& left_out) {
  OrderedJson json = OrderedJson::array();
  for (const dlq::LeftOut& one : left_out)
    json.push_back({{"id", dlq::to_string(one.letter->id)}, {"why", secrets().mask(one.why)}});
  return json;
}

OrderedJson as_json(const dlq::ReplayReport& report, const SinkLetters& letters, bool dry_run) {
  return {{"connector", letters.plan->name()},
          {"topic", letters.topic->name()},
          {"dry_run", dry_run},
          {"letters", letters.index->letters().size()},
          {"chosen", letters.chosen.size()},
          {"written", report.written},
          {"rows", report.rows},
          {"filtered", report.filtered},
          {"already_replayed", report.already},
          {"discarded", report.discarded},
          {"settled", report.settled},
          {"superseded", as_json(report.superseded)},
          {"unverified", as_json(report.unverified)},
          {"gone", as_json(report.gone)},
          {"failed", as_json(report.failed)}};
}

Status replay(const DlqArguments& arguments, const runtime::Job& job, dlq::ReplayReport& report) {
  const SystemClock clock;
  CNX_ASSIGN(const dlq::Filter filter, dlq::Filter::parse(arguments.filters, clock.now_ms()));
  CNX_ASSIGN(const runtime::ConnectorPlan* const plan, sink_meant(job, arguments));
  CNX_ASSIGN(const OpenSink open, open_sink(*plan, clock, arguments.dry_run));
  CNX_ASSIGN(StandaloneChain chain, make_chain(*plan, clock));
  CNX_ASSIGN(SinkLetters letters, read_letters(*plan));
  CNX_TRY(dlq::read_states(*open.sink->marks(), letters.index->letters()));
  choose(letters, filter);
  CNX_ASSIGN(const auto log, dlq::open_original_log(plan->client));
  Watcher watcher(arguments, letters, clock);
  dlq::Replay replay({*plan, chain.chain, *open.sink, *letters.topic, *log},
                     {arguments.dry_run, arguments.superseded, arguments.unverified},
                     job.worker.worker_id + "/" + random_hex(8),
                     [&](const auto& batch, const auto& filtered) { return watcher.see(batch, filtered); });
  const Status status = replay.run(letters.index->letters(), letters.chosen, report);
  watcher.finish();
  if (arguments.json) {
    fmt::print("{}\n", dump(as_json(report, letters, arguments.dry_run)));
  } else {
    print(report, letters, arguments.dry_run);
  }
  std::fflush(stdout);
  tell_left_out(letters);
  return status;
}

}  // namespace

int dlq_replay_command(const DlqArguments& arguments) {
  const auto job = make_job(config_of(arguments), {});
  if (!job) return kExitUsage;
  dlq::ReplayReport report;
  const Status status = replay(arguments, *job, report);
  if (!status.ok()) return app::report(status.error());
  const bool all = report.failed.empty() && report.unverified.empty() && report.gone.empty();
  return all ? kExitDone : kExitDead;
}

}  // namespace cnx::host::app
