// SPDX-License-Identifier: Apache-2.0
#include "kafka/group_membership.h"

#include <fmt/format.h>

#include "kafka/data_queue.h"
#include "kafka/group_session.h"

namespace cnx::host::kafka {
namespace {

constexpr std::int64_t kLeaveMs = 3000;

bool is_no_member(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
    case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
    case RD_KAFKA_RESP_ERR__FATAL:  // failure() says why
      return true;
    default:
      return false;
  }
}

class Member final : public GroupMembership {
 public:
  Member(std::shared_ptr<ClientHandle> client, const GroupMember& member, RebalanceListener& listener)
      : client_(std::move(client)), data_(client_), group_(client_, member, data_, listener) {}
  ~Member() override { group_.leave(kLeaveMs); }

  void join(const std::string& topic) {
    group_.prepare({&topic, 1});
    group_.join(nullptr);
  }
  std::optional<Error> failure() const override { return group_.failure(); }
  Result<bool> confirm(const TopicPartition& at, std::int64_t timeout_ms) override;

 private:
  const std::shared_ptr<ClientHandle> client_;
  DataQueue data_;  // stays empty: every partition is held
  GroupSession group_;
};

Result<bool> Member::confirm(const TopicPartition& at, std::int64_t timeout_ms) {
  if (rd_kafka_assignment_lost(client_->get())) return false;
  const ListPtr list = make_list();
  add(*list, at, 0);
  const QueuePtr answers(rd_kafka_queue_new(client_->get()));
  rd_kafka_resp_err_t code = rd_kafka_commit_queue(client_->get(), list.get(), answers.get(), nullptr, nullptr);
  if (!code) {
    const EventPtr answer(rd_kafka_queue_poll(answers.get(), static_cast<int>(timeout_ms)));
    code = answer ? rd_kafka_event_error(answer.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
  }
  if (!code) return true;
  if (is_no_member(code)) return false;
  return client_->error(code, "asking the group's coordinator whether this member is still one");
}

}  // namespace

Result<std::unique_ptr<GroupMembership>> GroupMembership::join(const ClientConfig& config, const GroupMember& member,
                                                               const std::string& topic, RebalanceListener& listener) {
  CNX_ASSIGN(ConfPtr conf, make_conf(ClientRole::kConsumer, config, settings_of(member)));
  rd_kafka_conf_set_events(conf.get(), RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT | RD_KAFKA_EVENT_ERROR);
  CNX_ASSIGN(std::shared_ptr<ClientHandle> client,
             ClientHandle::create(RD_KAFKA_CONSUMER, std::move(conf), fmt::format("member {}", member.instance_id),
                                  config.bootstrap_servers));
  auto made = std::make_unique<Member>(std::move(client), member, listener);
  made->join(topic);
  return std::unique_ptr<GroupMembership>(std::move(made));
}

}  // namespace cnx::host::kafka
