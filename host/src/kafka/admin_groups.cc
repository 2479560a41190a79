// SPDX-License-Identifier: Apache-2.0
//
// Admin's questions about consumer groups.
#include <fmt/format.h>

#include "kafka/admin.h"
#include "kafka/admin_call.h"
#include "kafka/client_handle.h"

namespace cnx::host::kafka {
namespace {

/// The partitions of the one group in a result; an error of the group or of a partition.
Result<const rd_kafka_topic_partition_list_t*> only_group(const ClientHandle& client, std::string_view what,
                                                          const rd_kafka_group_result_t** groups, std::size_t count) {
  if (count != 1) return client.error(RD_KAFKA_RESP_ERR_UNKNOWN, what, "the broker answered for another group");
  if (const rd_kafka_error_t* error = rd_kafka_group_result_error(groups[0])) return client.error(*error, what);
  const rd_kafka_topic_partition_list_t* list = rd_kafka_group_result_partitions(groups[0]);
  for (int i = 0; list && i < list->cnt; ++i) {
    const rd_kafka_topic_partition_t& entry = list->elems[i];
    if (entry.err) return client.error(entry.err, fmt::format("{}: {}[{}]", what, entry.topic, entry.partition));
  }
  return list;
}

}  // namespace

Result<std::vector<PartitionOffset>> Admin::committed_offsets(const std::string& group) {
  const std::string what = fmt::format("asking for the committed offsets of group '{}'", group);
  using RequestPtr =
      std::unique_ptr<rd_kafka_ListConsumerGroupOffsets_t, Destroy<&rd_kafka_ListConsumerGroupOffsets_destroy>>;
  const RequestPtr request(rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), nullptr));
  CNX_ASSIGN(const EventPtr event,
             AdminCall(*client_, timeout_ms_, stop_, what)
                 .run(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, [&](rd_kafka_t* client, auto* options, auto* queue) {
                   rd_kafka_ListConsumerGroupOffsets_t* requests[] = {request.get()};
                   rd_kafka_ListConsumerGroupOffsets(client, requests, 1, options, queue);
                 }));
  std::size_t count = 0;
  const auto** groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
      rd_kafka_event_ListConsumerGroupOffsets_result(event.get()), &count);
  CNX_ASSIGN(const auto* list, only_group(*client_, what, groups, count));
  std::vector<PartitionOffset> offsets;
  for (int i = 0; list && i < list->cnt; ++i) {
    const rd_kafka_topic_partition_t& entry = list->elems[i];
    if (entry.offset >= 0) offsets.push_back({{entry.topic, entry.partition}, entry.offset});
  }
  return offsets;
}

Status Admin::set_committed_offsets(const std::string& group, std::span<const PartitionOffset> offsets) {
  const std::string what = fmt::format("setting committed offsets of group '{}'", group);
  const ListPtr list = make_list(offsets.size());
  for (const PartitionOffset& next : offsets) add(*list, next.at, next.offset);
  using RequestPtr =
      std::unique_ptr<rd_kafka_AlterConsumerGroupOffsets_t, Destroy<&rd_kafka_AlterConsumerGroupOffsets_destroy>>;
  const RequestPtr request(rd_kafka_AlterConsumerGroupOffsets_new(group.c_str(), list.get()));
  CNX_ASSIGN(const EventPtr event,
             AdminCall(*client_, timeout_ms_, stop_, what)
                 .run(RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, [&](rd_kafka_t* client, auto* options, auto* queue) {
                   rd_kafka_AlterConsumerGroupOffsets_t* requests[] = {request.get()};
                   rd_kafka_AlterConsumerGroupOffsets(client, requests, 1, options, queue);
                 }));
  std::size_t count = 0;
  const auto** groups = rd_kafka_AlterConsumerGroupOffsets_result_groups(
      rd_kafka_event_AlterConsumerGroupOffsets_result(event.get()), &count);
  CNX_ASSIGN([[maybe_unused]] const auto* changed, only_group(*client_, what, groups, count));
  return {};
}

}  // namespace cnx::host::kafka
