// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/clock.h"
#include "base/file.h"
#include "chain_setup.h"
#include "commands.h"
#include "document_splitter.h"
#include "exit_code.h"
#include "kafka/admin.h"
#include "kafka/partition_reader.h"
#include "plugin/features.h"

namespace cnx::host::app {
namespace {

constexpr std::size_t kBatchRecords = 500;
constexpr std::size_t kMostInputBytes = std::size_t{1} << 30;
constexpr std::int64_t kAnswerMs = 10'000;

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 120;
}

/// The chain, the output, and the count so far.
class Preview {
 public:
  Preview(const runtime::ConnectorPlan& plan, StandaloneChain chain, PreviewFormat format)
      : plan_(plan), chain_(std::move(chain)), output_(PreviewOutput::make(format, plan, stdout, terminal_width())) {}

  [[nodiscard]] const runtime::ConnectorPlan& plan() const { return plan_; }
  [[nodiscard]] const PreviewSums& sums() const { return sums_; }

  /// `paths`: where each record stood in its document; nullptr: all of them are whole.
  [[nodiscard]] Status show(runtime::SealedBatch& batch, const std::vector<std::string>* paths) {
    std::vector<plugin::FilteredPart> filtered;
    batch.filtered_details = &filtered;
    CNX_TRY(chain_.chain.apply(batch));
    const PreviewBatch seen{batch, filtered, sums_.documents, paths};
    CNX_TRY(output_->add(seen));
    count(seen, sums_);
    return {};
  }
  void finish() { output_->finish(); }

 private:
  const runtime::ConnectorPlan& plan_;
  StandaloneChain chain_;
  const std::unique_ptr<PreviewOutput> output_;
  PreviewSums sums_;
};

Result<std::string> read_input(const std::string& path) {
  if (path != "-") {
    auto text = read_file(path, kMostInputBytes);
    if (!text.ok()) return std::move(text).error().in("--input");
    return text;
  }
  std::string text;
  char buffer[65536];
  std::size_t got = 0;
  while ((got = std::fread(buffer, 1, sizeof buffer, stdin)) > 0) {
    text.append(buffer, got);
    if (text.size() > kMostInputBytes) return config_error("--input -: more than 1 GiB; cut it into parts");
  }
  if (std::ferror(stdin) != 0) return config_error("--input -: standard input cannot be read");
  return text;
}

/// Every order of every document, as the first transform cuts them.
Result<std::vector<plugin::DocumentPart>> parts_of(const runtime::ConnectorPlan& plan, std::string_view text) {
  std::vector<plugin::DocumentPart> all;
  for (const std::string_view document : split_documents(text)) {
    if (plan.transforms.empty()) {
      all.push_back({document, "$"});
      continue;
    }
    const runtime::TransformPlan& first = plan.transforms.front();
    CNX_ASSIGN(auto parts, plugin::split(*first.component, first.values, document));
    // An API page without orders has no parts, yet it is something that came in.
    if (parts.empty()) parts.push_back({document, "$"});
    std::ranges::move(parts, std::back_inserter(all));
  }
  return all;
}

Status preview_input(Preview& preview, const PreviewArguments& arguments) {
  CNX_ASSIGN(const std::string text, read_input(*arguments.input));
  CNX_ASSIGN(const std::vector<plugin::DocumentPart> parts, parts_of(preview.plan(), text));
  const std::uint64_t most = std::min<std::uint64_t>(parts.size(), arguments.count.value_or(parts.size()));
  const auto& topics = preview.plan().settings.topics;
  for (std::uint64_t begin = 0; begin < most; begin += kBatchRecords) {
    runtime::SealedBatch batch;
    std::vector<std::string> paths;
    for (std::uint64_t i = begin; i < std::min<std::uint64_t>(begin + kBatchRecords, most); ++i) {
      cnx_record record{};
      record.topic = str(topics.front());
      record.offset = static_cast<std::int64_t>(i);
      record.timestamp_ms = -1;
      record.value = str(parts[i].bytes);
      batch.records.push_back(record);
      paths.push_back(parts[i].path);
    }
    CNX_TRY(preview.show(batch, &paths));
  }
  return {};
}

/// Shows up to `most` records of one partition.
Status preview_partition(Preview& preview, kafka::PartitionReader& reader, const kafka::TopicPartition& at,
                         std::int64_t offset, std::uint64_t most) {
  CNX_TRY(reader.start(at, offset));
  const SystemClock clock;
  std::int64_t last_answer_ns = clock.monotonic_ns();
  for (std::uint64_t shown = 0; shown < most;) {
    CNX_ASSIGN(kafka::Polled polled, reader.next(std::min<std::uint64_t>(most - shown, kBatchRecords), 1000));
    if (!polled.batch.empty()) {
      runtime::SealedBatch batch;
      batch.records.assign(polled.batch.records().begin(), polled.batch.records().end());
      batch.messages.push_back(std::move(polled.batch));
      CNX_TRY(preview.show(batch, nullptr));
      shown += batch.records.size();
    }
    if (!polled.ends.empty()) return {};
    if (!polled.empty()) last_answer_ns = clock.monotonic_ns();
    if (clock.monotonic_ns() - last_answer_ns > 3 * kAnswerMs * 1'000'000) {
      return retry_error(fmt::format("{}: the broker gave nothing for 30 s", kafka::to_string(at)));
    }
  }
  return {};
}

Status preview_topic(Preview& preview, const PreviewArguments& arguments) {
  const std::string& topic = *arguments.topic;
  const kafka::ClientConfig& client = preview.plan().client;
  CNX_ASSIGN(const auto admin, kafka::Admin::open(client, kAnswerMs, {}));
  CNX_ASSIGN(const auto info, admin->describe_topic(topic));
  if (!info) return config_error(fmt::format("--topic: there is no topic '{}' on {}", topic, client.bootstrap_servers));
  std::int32_t first = 0;
  std::int32_t last = info->partitions - 1;
  if (arguments.partition) {
    first = last = *arguments.partition;
    if (last >= info->partitions) {
      return config_error(
          fmt::format("--partition {}: topic '{}' has partitions 0 to {}", last, topic, info->partitions - 1));
    }
  }
  CNX_ASSIGN(const auto reader, kafka::PartitionReader::open(client, kafka::Isolation::kReadCommitted, {}));
  std::uint64_t left = arguments.count.value_or(kPreviewRecords);
  for (std::int32_t partition = first; partition <= last && left > 0; ++partition) {
    const std::uint64_t before = preview.sums().documents;
    CNX_TRY(
        preview_partition(preview, *reader, {topic, partition}, arguments.offset.value_or(kafka::kBeginning), left));
    left -= std::min(left, preview.sums().documents - before);
  }
  return {};
}

void print_summary(const PreviewSums& sums, bool from_topic) {
  fmt::print(stderr, "{} {}{}: {} row{}, {} filtered, {} dead\n", sums.documents, from_topic ? "record" : "document",
             sums.documents == 1 ? "" : "s", sums.rows, sums.rows == 1 ? "" : "s", sums.filtered, sums.dead);
}

}  // namespace

int preview_command(const PreviewArguments& arguments) {
  ConfigOptions options = arguments.config;
  options.only = {arguments.connector};
  options.only_option = "--connector";
  const bool from_topic = arguments.topic.has_value();
  const auto job = make_job(options, {.broker = from_topic, .secrets = from_topic});
  if (!job) return kExitUsage;
  const runtime::ConnectorPlan& plan = job->connectors.front();
  if (plan.is_source()) {
    return report(config_error(fmt::format(
        "--connector {}: is a source; preview shows what a sink would write, so name a sink", plan.name())));
  }
  if (arguments.format == PreviewFormat::kSql && !plugin::has_render(*plan.component)) {
    return report(config_error(fmt::format(
        "--format sql: sink '{}' sends no statements that can be shown; choose table or json", plan.component->name)));
  }
  const SystemClock clock;
  auto chain = make_chain(plan, clock);
  if (!chain.ok()) return report(chain.error());
  Preview preview(plan, std::move(chain).value(), arguments.format);
  const Status status = from_topic ? preview_topic(preview, arguments) : preview_input(preview, arguments);
  preview.finish();
  std::fflush(stdout);
  if (!status.ok()) return report(status.error());
  print_summary(preview.sums(), from_topic);
  return preview.sums().dead > 0 ? kExitDead : kExitDone;
}

}  // namespace cnx::host::app
