// SPDX-License-Identifier: Apache-2.0
#include "kafka/admin.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "kafka/admin_call.h"
#include "kafka/client_handle.h"
#include "kafka/error_map.h"

namespace cnx::host::kafka {
namespace {

constexpr std::int64_t kAgainMs = 100;
constexpr int kSliceMs = 500;

using NewTopicPtr = std::unique_ptr<rd_kafka_NewTopic_t, Destroy<&rd_kafka_NewTopic_destroy>>;

struct MetadataDestroy {
  void operator()(const rd_kafka_metadata_t* metadata) const { rd_kafka_metadata_destroy(metadata); }
};
using MetadataPtr = std::unique_ptr<const rd_kafka_metadata_t, MetadataDestroy>;

Result<NewTopicPtr> to_new_topic(const TopicSpec& spec) {
  char reason[512] = "";
  NewTopicPtr topic(
      rd_kafka_NewTopic_new(spec.name.c_str(), spec.partitions, spec.replication_factor, reason, sizeof reason));
  if (!topic) return config_error(fmt::format("topic '{}': {}", spec.name, reason));
  for (const auto& [name, value] : spec.configs) {
    if (const auto code = rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str())) {
      return to_error(code, fmt::format("topic '{}': {}", spec.name, name));
    }
  }
  return topic;
}

#if RD_KAFKA_VERSION >= 0x020300ff
/// The topic's id; "" when the broker does not tell.
Result<std::string> ask_topic_id(const AdminCall& call, const std::string& name) {
  const char* names[] = {name.c_str()};
  const std::unique_ptr<rd_kafka_TopicCollection_t, Destroy<&rd_kafka_TopicCollection_destroy>> topics(
      rd_kafka_TopicCollection_of_topic_names(names, 1));
  CNX_ASSIGN(const EventPtr event,
             call.run(RD_KAFKA_ADMIN_OP_DESCRIBETOPICS, [&](rd_kafka_t* client, auto* options, auto* queue) {
               rd_kafka_DescribeTopics(client, topics.get(), options, queue);
             }));
  std::size_t count = 0;
  const auto* found = rd_kafka_DescribeTopics_result_topics(rd_kafka_event_DescribeTopics_result(event.get()), &count);
  if (count == 0 || rd_kafka_error_code(rd_kafka_TopicDescription_error(found[0]))) return std::string();
  return std::string(rd_kafka_Uuid_base64str(rd_kafka_TopicDescription_topic_id(found[0])));
}
#else
Result<std::string> ask_topic_id(const AdminCall&, const std::string&) { return std::string(); }
#endif

Result<std::optional<TopicInfo>> ask_metadata(const ClientHandle& client, const std::string& name, int timeout_ms) {
  const TopicPtr topic(rd_kafka_topic_new(client.get(), name.c_str(), nullptr));
  const std::string what = fmt::format("asking for topic '{}'", name);
  if (!topic) return client.error(rd_kafka_last_error(), what);
  const rd_kafka_metadata_t* raw = nullptr;
  const auto code = rd_kafka_metadata(client.get(), 0, topic.get(), &raw, timeout_ms);
  const MetadataPtr metadata(raw);
  client.hear_faults();
  if (code) return client.error(code, what);
  if (metadata->topic_cnt != 1) return client.error(RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, what);
  const rd_kafka_metadata_topic_t& found = metadata->topics[0];
  if (found.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return std::optional<TopicInfo>();
  if (found.err) return client.error(found.err, what);
  for (int i = 0; i < found.partition_cnt; ++i) {
    if (found.partitions[i].leader < 0) return client.error(RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, what);
  }
  return std::optional<TopicInfo>({name, found.partition_cnt, {}});
}

}  // namespace

Admin::Admin(std::shared_ptr<ClientHandle> client, std::int64_t timeout_ms, StopToken stop)
    : client_(std::move(client)), timeout_ms_(timeout_ms), stop_(std::move(stop)) {}

Admin::~Admin() = default;

Result<std::unique_ptr<Admin>> Admin::open(const ClientConfig& config, std::int64_t timeout_ms, StopToken stop) {
  // A consumer, since only that makes the client ask for offsets as read_uncommitted; it joins no group.
  const Properties ours = {{"isolation.level", "read_uncommitted"}, {"enable.auto.commit", "false"}};
  CNX_ASSIGN(ConfPtr conf, make_conf(ClientRole::kAdmin, config, ours));
  CNX_ASSIGN(std::shared_ptr<ClientHandle> client,
             ClientHandle::create(RD_KAFKA_CONSUMER, std::move(conf), "admin", config.bootstrap_servers));
  return std::unique_ptr<Admin>(new Admin(std::move(client), timeout_ms, std::move(stop)));
}

std::unique_ptr<Admin> Admin::over(std::shared_ptr<ClientHandle> client, std::int64_t timeout_ms, StopToken stop) {
  return std::unique_ptr<Admin>(new Admin(std::move(client), timeout_ms, std::move(stop)));
}

template <class Ask>
auto Admin::until_answered(Ask ask) const -> decltype(ask(0)) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms_);
  for (;;) {
    if (stop_.requested()) return cancelled_error();
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    auto answer = ask(static_cast<int>(std::clamp<std::int64_t>(left.count(), 1, kSliceMs)));
    if (answer.ok()) client_->note_success();
    if (answer.ok() || answer.error().action != Action::kRetry || left.count() <= 0) return answer;
    static_cast<void>(stop_.wait_for(std::min(left.count(), kAgainMs)));
  }
}

Result<std::string> Admin::cluster_id() {
  return until_answered([this](int timeout_ms) -> Result<std::string> {
    const std::unique_ptr<char, void (*)(char*)> id(rd_kafka_clusterid(client_->get(), timeout_ms),
                                                    [](char* text) { rd_kafka_mem_free(nullptr, text); });
    if (id) return std::string(id.get());
    client_->hear_faults();
    return client_->error(RD_KAFKA_RESP_ERR__TIMED_OUT, "asking for the cluster id", "no broker answered");
  });
}

Result<bool> Admin::ensure_topic(const TopicSpec& spec) {
  CNX_ASSIGN(const std::optional<TopicInfo> there,
             until_answered([&](int timeout_ms) { return ask_metadata(*client_, spec.name, timeout_ms); }));
  if (there) return false;
  CNX_ASSIGN(const NewTopicPtr topic, to_new_topic(spec));
  const AdminCall call(*client_, timeout_ms_, stop_, fmt::format("making topic '{}'", spec.name));
  CNX_ASSIGN(const EventPtr event,
             call.run(RD_KAFKA_ADMIN_OP_CREATETOPICS, [&](rd_kafka_t* client, auto* options, auto* queue) {
               rd_kafka_NewTopic_t* topics[] = {topic.get()};
               rd_kafka_CreateTopics(client, topics, 1, options, queue);
             }));
  std::size_t count = 0;
  const auto* results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  const rd_kafka_resp_err_t code = count == 1 ? rd_kafka_topic_result_error(results[0]) : RD_KAFKA_RESP_ERR_UNKNOWN;
  if (code && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
    const char* reason = count == 1 ? rd_kafka_topic_result_error_string(results[0]) : nullptr;
    return client_->error(code, fmt::format("making topic '{}'", spec.name), reason ? reason : "");
  }
  // The broker that is asked next may not know of it yet.
  CNX_TRY(until_answered([&](int timeout_ms) -> Status {
    CNX_ASSIGN(const std::optional<TopicInfo> made, ask_metadata(*client_, spec.name, timeout_ms));
    if (made) return {};
    return client_->error(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, fmt::format("waiting for topic '{}'", spec.name));
  }));
  return code == RD_KAFKA_RESP_ERR_NO_ERROR;
}

Result<std::optional<TopicInfo>> Admin::describe_topic(const std::string& name) {
  CNX_ASSIGN(std::optional<TopicInfo> info,
             until_answered([&](int timeout_ms) { return ask_metadata(*client_, name, timeout_ms); }));
  if (!info) return info;
  CNX_ASSIGN(info->id,
             ask_topic_id(AdminCall(*client_, timeout_ms_, stop_, fmt::format("asking for topic '{}'", name)), name));
  return info;
}

Result<Watermarks> Admin::watermarks(const TopicPartition& at) {
  return query_watermarks(*client_, at, timeout_ms_, stop_);
}

Result<std::int64_t> Admin::offset_for_time(const TopicPartition& at, std::int64_t timestamp_ms) {
  CNX_ASSIGN(const std::int64_t found, until_answered([&](int timeout_ms) -> Result<std::int64_t> {
               const ListPtr list = make_list();
               const rd_kafka_topic_partition_t& entry = add(*list, at, timestamp_ms);
               const auto code = rd_kafka_offsets_for_times(client_->get(), list.get(), timeout_ms);
               if (!code && !entry.err) return entry.offset;
               return client_->error(code ? code : entry.err,
                                     fmt::format("asking for the offset of a time in {}", to_string(at)));
             }));
  if (found >= 0) return found;
  CNX_ASSIGN(const Watermarks range, watermarks(at));
  return range.high;
}

}  // namespace cnx::host::kafka
