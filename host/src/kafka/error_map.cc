// SPDX-License-Identifier: Apache-2.0
#include "kafka/error_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace cnx::host::kafka {
namespace {

struct Entry {
  rd_kafka_resp_err_t code;
  Action action;
  const char* mend;  // nullptr: the reason says enough
};

constexpr const char* kTooLarge =
    "raise the topic's max.message.bytes (or the broker's, or producer.override.message.max.bytes if that is set)";
constexpr const char* kCredentials = "check sasl.mechanism, sasl.username and sasl.password";
constexpr const char* kTls = "check security.protocol and ssl.* of the worker";
constexpr const char* kAcl = "grant the permission (ACL) to this user";
constexpr const char* kStaticId = "another process uses the same worker.id in this group: give each its own";
constexpr const char* kOtherAssignors =
    "the group has members with other assignors: it is joined when they are stopped and their sessions have expired, "
    "or "
    "set consumer.override.partition.assignment.strategy as they have it";
constexpr const char* kProducerId = "a newer producer has this transactional.id, or the transaction took too long";
constexpr const char* kResources =
    "raise the limit on threads (ulimit -u, systemd's TasksMax, the container's pids limit) or on memory";
constexpr const char* kTimeout = "lower the transaction timeout or raise the broker's transaction.max.timeout.ms";

// Passing faults first. Meanings: librdkafka's rdkafka.h and Apache Kafka's protocol guide, section "Error codes".
constexpr Entry kTable[] = {
    {RD_KAFKA_RESP_ERR__TRANSPORT, Action::kRetry, "check bootstrap.servers and that a broker runs"},
    {RD_KAFKA_RESP_ERR__RESOLVE, Action::kRetry, "check bootstrap.servers and the name service"},
    {RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, Action::kRetry,
     "check bootstrap.servers, that a broker runs, and security.protocol: a listener that asks for SASL closes other "
     "connections without a word"},
    {RD_KAFKA_RESP_ERR__TIMED_OUT, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR__WAIT_COORD, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR__WAIT_CACHE, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR__IN_PROGRESS, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR__PREV_IN_PROGRESS, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR__CONFLICT, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR__STATE, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR__INCONSISTENT, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL, Action::kRetry, kOtherAssignors},
    {RD_KAFKA_RESP_ERR__QUEUE_FULL, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR__RETRY, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR__OUTDATED, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR__PURGE_QUEUE, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR__PURGE_INFLIGHT, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR__NODE_UPDATE, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR__BAD_MSG, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_INVALID_MSG, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_NOT_COORDINATOR, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_NOT_CONTROLLER, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_MEMBER_ID_REQUIRED, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP, Action::kRetry, "stop the group's members first"},
    {RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, Action::kRetry, "see the broker's log: its disk is at fault"},
    {RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_FETCH_SESSION_ID_NOT_FOUND, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_INVALID_FETCH_SESSION_EPOCH, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_PREFERRED_LEADER_NOT_AVAILABLE, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED, Action::kRetry, nullptr},
    {RD_KAFKA_RESP_ERR_UNKNOWN, Action::kRetry, "see the broker's log"},
    {RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE, Action::kRetry, kResources},
    // A topic may be on its way: somebody makes it, or its metadata has not arrived.
    {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, Action::kRetry, "make the topic, or check its name and permissions"},
    {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, Action::kRetry, "make the topic, or check its name and permissions"},
    {RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, Action::kRetry, "check the topic's number of partitions"},

    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, Action::kRecord, kTooLarge},
    {RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, Action::kRecord, kTooLarge},
    {RD_KAFKA_RESP_ERR_INVALID_RECORD, Action::kRecord, "a compacted topic needs a key; see the broker's log"},
    {RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, Action::kRecord, "the topic's limits on timestamps refuse it"},

    {RD_KAFKA_RESP_ERR__AUTHENTICATION, Action::kAuth, kCredentials},
    {RD_KAFKA_RESP_ERR__SSL, Action::kAuth, kTls},
    {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, Action::kAuth, kCredentials},
    {RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE, Action::kAuth, kCredentials},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, Action::kAuth, kCredentials},
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, Action::kAuth, kAcl},
    {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, Action::kAuth, kAcl},
    {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, Action::kAuth, kAcl},
    {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, Action::kAuth, kAcl},

    {RD_KAFKA_RESP_ERR__INVALID_ARG, Action::kConfig, nullptr},
    {RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, Action::kConfig, kTimeout},
    {RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT, Action::kConfig, "see the broker's group.min/max.session.timeout.ms"},
    {RD_KAFKA_RESP_ERR_INVALID_GROUP_ID, Action::kConfig, nullptr},
    {RD_KAFKA_RESP_ERR_INVALID_PARTITIONS, Action::kConfig, nullptr},
    {RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR, Action::kConfig, "there are not as many brokers"},
    {RD_KAFKA_RESP_ERR_INVALID_REPLICA_ASSIGNMENT, Action::kConfig, nullptr},
    {RD_KAFKA_RESP_ERR_INVALID_CONFIG, Action::kConfig, "correct the topic.creation settings"},
    {RD_KAFKA_RESP_ERR_INVALID_REQUEST, Action::kConfig, nullptr},
    {RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS, Action::kConfig, nullptr},
    {RD_KAFKA_RESP_ERR_POLICY_VIOLATION, Action::kConfig, "the cluster's policy refuses it"},
    {RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, Action::kConfig, "letters, digits, '.', '_' and '-' make a topic's name"},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION, Action::kConfig, "the broker is too old"},
    {RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, Action::kConfig, "the broker is too old"},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT, Action::kConfig, "the topic's message format is too old"},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE, Action::kConfig, "choose another compression.type"},

    {RD_KAFKA_RESP_ERR__FENCED, Action::kFenced, kProducerId},
    {RD_KAFKA_RESP_ERR_PRODUCER_FENCED, Action::kFenced, kProducerId},
    {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, Action::kFenced, kProducerId},
    {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING, Action::kFenced, kProducerId},
    {RD_KAFKA_RESP_ERR_TRANSACTION_COORDINATOR_FENCED, Action::kFenced, kProducerId},
    {RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, Action::kFenced, kStaticId},

    {RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, Action::kFatal, nullptr},
    {RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, Action::kFatal, nullptr},
};

const Entry* find(rd_kafka_resp_err_t code) {
  const Entry* found = std::ranges::find(kTable, code, &Entry::code);
  return found == std::end(kTable) ? nullptr : found;
}

}  // namespace

Action action_of(rd_kafka_resp_err_t code) {
  const Entry* entry = find(code);
  return entry ? entry->action : Action::kFatal;
}

Error to_error(rd_kafka_resp_err_t code, std::string_view object, std::string_view reason) {
  if (reason.empty()) reason = rd_kafka_err2str(code);
  std::string message = fmt::format("{}: {} ({})", object, reason, rd_kafka_err2name(code));
  const Entry* entry = find(code);
  if (entry && entry->mend) message.append("; ").append(entry->mend);
  return {action_of(code), std::move(message), code, 0};
}

Error to_error(const rd_kafka_error_t& error, std::string_view object) {
  const rd_kafka_resp_err_t code = rd_kafka_error_code(&error);
  Error mapped = to_error(code, object, rd_kafka_error_string(&error));
  if (rd_kafka_error_is_fatal(&error) && mapped.action == Action::kRetry) mapped.action = Action::kFatal;
  if (rd_kafka_error_is_retriable(&error) && !find(code)) mapped.action = Action::kRetry;
  return mapped;
}

}  // namespace cnx::host::kafka
