// SPDX-License-Identifier: Apache-2.0
#include "kafka/group_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/log.h"
#include "base/thread.h"
#include "kafka/error_map.h"

namespace cnx::host::kafka {
namespace {

constexpr std::string_view kLogger = "kafka";
// What there is to serve ends the wait, and so does leave().
constexpr int kServeMs = 10'000;
constexpr int kServeLeavingMs = 100;
constexpr int kServeUnsettledMs = 100;
constexpr auto kOthersFor = std::chrono::seconds(1);
constexpr int kSeekMs = 1000;
constexpr auto kSeekFor = std::chrono::seconds(5);
constexpr auto kSeekAgain = std::chrono::milliseconds(10);
// Where a held partition stands until start_at(). A number, never END: a lookup of END that is under way during the
// seek is made again 500 ms later by librdkafka (2.8.0, rd_kafka_toppar_handle_Offset), and what lies before the end is
// skipped.
constexpr std::int64_t kHeldAt = 0;

std::vector<TopicPartition> to_vector(const rd_kafka_topic_partition_list_t& list) {
  std::vector<TopicPartition> partitions;
  for (int i = 0; i < list.cnt; ++i) partitions.push_back({list.elems[i].topic, list.elems[i].partition});
  return partitions;
}

ListPtr to_list(std::span<const TopicPartition> partitions) {
  ListPtr list = make_list(partitions.size());
  for (const TopicPartition& at : partitions) add(*list, at, RD_KAFKA_OFFSET_INVALID);
  return list;
}

std::string name_of(const GroupMember& member) {
  if (member.instance_id.empty()) return fmt::format("group '{}'", member.group_id);
  return fmt::format("group '{}', group.instance.id '{}'", member.group_id, member.instance_id);
}

bool is_cooperative(const ClientHandle& client) {
  const char* protocol = rd_kafka_rebalance_protocol(client.get());
  return protocol && std::string_view(protocol) == "COOPERATIVE";
}

}  // namespace

Properties settings_of(const GroupMember& member) {
  Properties settings = {
      {"group.id", member.group_id},
      {"session.timeout.ms", std::to_string(member.session_timeout_ms)},
      // By its answer a member hears of a rebalance; whoever takes over waits for the last one to hear of it. At a
      // tenth of the session they were a fifth of what an idle sink costs.
      {"heartbeat.interval.ms", std::to_string(std::max(1, member.session_timeout_ms * 3 / 20))},
      {"max.poll.interval.ms", std::to_string(std::max(300'000, member.session_timeout_ms))},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "error"},
      // A static member that comes back is given its stored assignment without a rebalance. A cooperative one may have
      // been stored half done, and would stay so for ever; an eager one always covers all partitions.
      {"partition.assignment.strategy", member.instance_id.empty() && rd_kafka_version() >= kSoundCooperative
                                            ? "cooperative-sticky"
                                            : "range,roundrobin"},
  };
  if (!member.instance_id.empty()) settings.emplace("group.instance.id", member.instance_id);
  return settings;
}

GroupSession::GroupSession(std::shared_ptr<ClientHandle> client, const GroupMember& member, DataQueue& data,
                           RebalanceListener& listener)
    : client_(std::move(client)),
      member_(name_of(member)),
      static_id_(*client_, member, member_, leaving_.token()),
      data_(data),
      listener_(listener) {}

GroupSession::~GroupSession() { leave(0); }

void GroupSession::prepare(std::span<const std::string> topics) {
  client_->serve_by_session();
  main_queue_.reset(rd_kafka_queue_get_consumer(client_->get()));
  subscription_.emplace(*client_, topics);
  auto started = start_thread("group", [this] {
    get_ready();
    if (!wait_for_turn()) return;
    subscribe();
    serve();
  });
  if (started.ok())
    thread_ = std::move(started).value();
  else
    fail(std::move(started).error().in(member_));
}

void GroupSession::learn_topics() {
  topics_made_ = true;
  topics_made_.notify_all();
}

void GroupSession::get_ready() {
  subscription_->meet_coordinator(leaving_.token());
  topics_made_.wait(false);
  subscription_->learn_topics(leaving_.token());
  subscription_->meet_coordinator(leaving_.token());  // it may have been away
}

void GroupSession::join(StartLine* line) {
  learn_topics();
  line_ = line;
  may_join_ = true;
  may_join_.notify_all();
}

// False: it is to leave without having joined.
bool GroupSession::wait_for_turn() {
  may_join_.wait(false);
  settled_ = line_ == nullptr;
  if (line_ != nullptr) line_->wait(leaving_.token(), kOthersFor);
  return !leaving_.requested();
}

void GroupSession::subscribe() {
  if (Status subscribed = subscription_->subscribe(); !subscribed.ok()) fail(std::move(subscribed).error());
}

std::optional<Error> GroupSession::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void GroupSession::fail(Error error) {
  {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(error);
  }
  data_.wake();
}

void GroupSession::serve() {
  while (!leaving_.requested()) {
    const EventPtr event(rd_kafka_queue_poll(main_queue_.get(), settled_ ? kServeMs : kServeUnsettledMs));
    if (event) handle(*event);
    if (!settled_ && subscription_->is_overdue()) {
      log::debug(kLogger, "{}: {} was overtaken by another member, and joins again", client_->name(), member_);
      subscribe();
      settled_ = true;
    }
  }
  serve_leaving();
}

void GroupSession::serve_leaving() {
  // Thrown out: nothing to say goodbye to.
  if (kept_out_ || rd_kafka_fatal_error(client_->get(), nullptr, 0)) return;
  closing_ = true;
  const ErrorPtr error(rd_kafka_consumer_close_queue(client_->get(), main_queue_.get()));
  if (error) {
    log::warning(kLogger, "{}", client_->error(*error, "leaving " + member_).message);
    return;
  }
  const Deadline deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(leave_within_ms_);
  while (!rd_kafka_consumer_closed(client_->get())) {
    const EventPtr event(rd_kafka_queue_poll(main_queue_.get(), kServeLeavingMs));
    if (event) handle(*event);
    if (!event && std::chrono::steady_clock::now() >= deadline) {
      log::warning(kLogger, "{}: {} was not left in time; its session has to expire", client_->name(), member_);
      return;
    }
  }
}

void GroupSession::handle(rd_kafka_event_t& event) {
  switch (rd_kafka_event_type(&event)) {
    case RD_KAFKA_EVENT_REBALANCE:
      rebalance(rd_kafka_event_error(&event), *rd_kafka_event_topic_partition_list(&event));
      return;
    case RD_KAFKA_EVENT_OFFSET_COMMIT: {
      const rd_kafka_resp_err_t code = rd_kafka_event_error(&event);
      if (code && code != RD_KAFKA_RESP_ERR__NO_OFFSET) {
        log::debug(kLogger, "{}", client_->error(code, "committing a hint to " + member_).message);
      }
      return;
    }
    case RD_KAFKA_EVENT_ERROR:
      handle_error(event);
      return;
    default:
      log::debug(kLogger, "{}: event {} is not handled", client_->name(), rd_kafka_event_name(&event));
      return;
  }
}

void GroupSession::handle_error(rd_kafka_event_t& event) {
  char fatal_reason[512] = "";
  if (const auto fatal = rd_kafka_fatal_error(client_->get(), fatal_reason, sizeof fatal_reason)) {
    Error error = client_->error(fatal, member_, fatal_reason);
    lose_all();
    if (fatal == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID)
      error = static_id_.thrown_out(std::move(error));
    else if (error.action == Action::kRetry)
      error.action = Action::kFatal;
    fail(std::move(error));
    return;
  }
  const rd_kafka_resp_err_t code = rd_kafka_event_error(&event);
  const char* reason = rd_kafka_event_error_string(&event);
  const std::string_view text = reason ? reason : "";
  if (action_of(code) == Action::kRetry || code == RD_KAFKA_RESP_ERR__SSL) client_->note_fault(code, text);
  // What passes is left to librdkafka, which tries again by itself.
  if (Error error = client_->error(code, member_, text); error.action != Action::kRetry) fail(std::move(error));
}

// After a fatal error the client itself no longer tells of rebalances.
void GroupSession::lose_all() {
  std::vector<TopicPartition> partitions;
  {
    const std::lock_guard lock(mutex_);
    partitions = assignment_.clear();
  }
  if (!partitions.empty()) listener_.on_lost(partitions);
}

void GroupSession::rebalance(rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t& list) {
  if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    assign(list);
    return;
  }
  if (code != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
    client_->note_fault(code, "the group's rebalance failed");
  }
  unassign(list);
}

void GroupSession::assign(const rd_kafka_topic_partition_list_t& list) {
  settled_ = true;
  const std::vector<TopicPartition> partitions = to_vector(list);
  std::uint64_t generation = 0;
  {
    const std::lock_guard lock(mutex_);
    generation = assignment_.next_generation();
  }
  std::vector<std::optional<std::int64_t>> starts = listener_.on_assigned(partitions, generation);
  starts.resize(partitions.size());

  const ListPtr with_offsets = make_list(partitions.size());
  std::vector<TopicPartition> held;
  std::vector<TopicPartition> read;
  const bool cooperative = is_cooperative(*client_);
  const std::lock_guard change(change_mutex_);
  const std::lock_guard lock(mutex_);
  data_.take_at_once(!cooperative);
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    add(*with_offsets, partitions[i], starts[i].value_or(kHeldAt));
    assignment_.add(partitions[i], generation, starts[i].has_value());
    (starts[i] ? read : held).push_back(partitions[i]);
    forward(partitions[i]);
  }
  pause(held);  // before they are assigned, so that nothing is fetched from there
  follow(with_offsets.get(), true);
  resume(read);  // librdkafka keeps the pause of an earlier assignment
  client_->note_success();
  static_id_.note_joined();
  if (!partitions.empty()) {
    const std::string not_read = held.size() == partitions.size() ? "" : ": " + names_of(held);
    log::info(kLogger, "{}: {} assigned{}", client_->name(), names_of(partitions),
              held.empty() ? "" : fmt::format(", not read yet{}", not_read));
  }
}

void GroupSession::unassign(const rd_kafka_topic_partition_list_t& list) {
  const std::vector<TopicPartition> partitions = to_vector(list);
  const bool lost = rd_kafka_assignment_lost(client_->get()) != 0;
  {
    const std::lock_guard change(change_mutex_);
    const std::lock_guard lock(mutex_);
    for (const TopicPartition& at : partitions) assignment_.remove(at);
  }
  if (!partitions.empty()) {
    log::info(kLogger, "{}: {} {}", client_->name(), names_of(partitions), lost ? "lost" : "revoked");
    lost ? listener_.on_lost(partitions) : listener_.on_revoked(partitions);
  }
  // librdkafka (2.8.0) joins again as soon as it is told that the partitions are given back, unless it is being closed.
  // So it is not told when it must not.
  if (Status again = lost && !closing_ ? static_id_.may_join_again() : Status(); !again.ok()) {
    kept_out_ = true;
    if (again.error().action != Action::kCancelled) fail(std::move(again).error());
    return;
  }
  const std::lock_guard change(change_mutex_);
  const std::lock_guard lock(mutex_);
  const ListPtr copy(rd_kafka_topic_partition_list_copy(&list));
  follow(copy.get(), false);
}

// Set before the partition is assigned, so that none of its messages ever enters the main queue.
void GroupSession::forward(const TopicPartition& at) {
  const QueuePtr queue(rd_kafka_queue_get_partition(client_->get(), at.topic.c_str(), at.partition));
  if (queue) rd_kafka_queue_forward(queue.get(), data_.get());
}

// mutex_ is held. A client that cannot follow its group would stand still for ever: a new one is needed.
void GroupSession::follow(rd_kafka_topic_partition_list_t* list, bool add) {
  const std::string what = fmt::format("{} partitions of {}", add ? "taking" : "giving back", member_);
  std::optional<Error> error;
  if (is_cooperative(*client_)) {
    const ErrorPtr refused(add ? rd_kafka_incremental_assign(client_->get(), list)
                               : rd_kafka_incremental_unassign(client_->get(), list));
    if (refused) error = client_->error(*refused, what);
  } else if (const auto code = rd_kafka_assign(client_->get(), add ? list : nullptr)) {
    error = client_->error(code, what);
  }
  if (!error || failure_) return;
  if (error->action != Action::kFenced) error->action = Action::kRetry;
  failure_ = std::move(error);
  data_.wake();
}

void GroupSession::pause(std::span<const TopicPartition> partitions) {
  if (!partitions.empty()) rd_kafka_pause_partitions(client_->get(), to_list(partitions).get());
}

void GroupSession::resume(std::span<const TopicPartition> partitions) {
  if (!partitions.empty()) rd_kafka_resume_partitions(client_->get(), to_list(partitions).get());
}

Polled GroupSession::take(std::size_t max_records, bool& more) {
  const std::lock_guard lock(mutex_);
  return data_.take(
      max_records,
      [this](std::string_view topic, std::int32_t partition) { return assignment_.reading(topic, partition); }, more);
}

bool GroupSession::hold_if_assigned(const TopicPartition& at, std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  if (!assignment_.has(at, generation)) return false;
  assignment_.hold(at);
  pause({&at, 1});
  return true;
}

void GroupSession::hold(const TopicPartition& at, std::uint64_t generation) {
  const std::lock_guard change(change_mutex_);
  static_cast<void>(hold_if_assigned(at, generation));
}

Result<std::uint64_t> GroupSession::start_at(const TopicPartition& at, std::uint64_t generation, std::int64_t offset) {
  // Keeps a rebalance away from the middle: the seek must not hit a later assignment.
  const std::lock_guard change(change_mutex_);
  if (!hold_if_assigned(at, generation)) {
    return fenced_error(fmt::format("{}: {} is no longer assigned to us", client_->name(), to_string(at)));
  }
  CNX_TRY(seek(at, offset));
  const std::lock_guard lock(mutex_);
  // A fatal error of the client clears the assignment without asking.
  if (!assignment_.has(at, generation)) {
    return fenced_error(fmt::format("{}: {} was lost meanwhile", client_->name(), to_string(at)));
  }
  const std::uint64_t read_under = assignment_.read(at);
  resume({&at, 1});
  return read_under;
}

Status GroupSession::seek(const TopicPartition& at, std::int64_t offset) {
  const Deadline deadline = std::chrono::steady_clock::now() + kSeekFor;
  const int timeout = rd_kafka_version() >= kSeekTimeoutInMs ? kSeekMs : kSeekMs * 1000;
  for (;;) {
    const ListPtr list = make_list();
    const rd_kafka_topic_partition_t& entry = add(*list, at, offset);
    const ErrorPtr error(rd_kafka_seek_partitions(client_->get(), list.get(), timeout));
    const rd_kafka_resp_err_t code = error ? rd_kafka_error_code(error.get()) : entry.err;
    if (!code) return {};
    // STATE: the client has not begun with the partition yet.
    if (action_of(code) != Action::kRetry || std::chrono::steady_clock::now() >= deadline) {
      return client_->error(code, fmt::format("going to offset {} of {}", offset, to_string(at)));
    }
    std::this_thread::sleep_for(kSeekAgain);
  }
}

void GroupSession::leave(std::int64_t timeout_ms) {
  if (!thread_.joinable()) return;
  leave_within_ms_ = timeout_ms;
  leaving_.request();
  learn_topics();
  may_join_ = true;
  may_join_.notify_all();
  rd_kafka_queue_yield(main_queue_.get());
  thread_.join();
  main_queue_.reset();
}

}  // namespace cnx::host::kafka
