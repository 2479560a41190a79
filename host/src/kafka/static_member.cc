// SPDX-License-Identifier: Apache-2.0
#include "kafka/static_member.h"

#include <fmt/format.h>

#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "kafka/admin_call.h"

namespace cnx::host::kafka {
namespace {

constexpr std::int64_t kAnswerMs = 2'000;
// Each may take kAnswerMs, and a second is waited between them: a minute.
constexpr int kMostQuestions = 20;
constexpr std::int64_t kAskAgainMs = 1'000;

std::string member_id(const ClientHandle& client) {
  const std::unique_ptr<char, decltype(&free)> id(rd_kafka_memberid(client.get()), &free);
  return id ? id.get() : "";
}

}  // namespace

Result<std::optional<std::string>> static_member(const ClientHandle& client, const std::string& group_id,
                                                 const std::string& instance_id, const StopToken& stop) {
  const std::string what =
      fmt::format("asking who has group.instance.id '{}' (operation Describe on group '{}')", instance_id, group_id);
  const char* group = group_id.c_str();
  CNX_ASSIGN(const EventPtr event,
             AdminCall(client, kAnswerMs, stop, what)
                 .run(RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, [&](rd_kafka_t* handle, auto* options, auto* queue) {
                   rd_kafka_DescribeConsumerGroups(handle, &group, 1, options, queue);
                 }));
  std::size_t count = 0;
  const auto** groups =
      rd_kafka_DescribeConsumerGroups_result_groups(rd_kafka_event_DescribeConsumerGroups_result(event.get()), &count);
  if (count != 1) return client.error(RD_KAFKA_RESP_ERR_UNKNOWN, what, "the broker answered for another group");
  if (const rd_kafka_error_t* error = rd_kafka_ConsumerGroupDescription_error(groups[0]))
    return client.error(*error, what);
  for (std::size_t i = 0; i < rd_kafka_ConsumerGroupDescription_member_count(groups[0]); ++i) {
    const auto* member = rd_kafka_ConsumerGroupDescription_member(groups[0], i);
    const char* instance = rd_kafka_MemberDescription_group_instance_id(member);
    if (instance == nullptr || std::string_view(instance) != instance_id) continue;
    return std::optional<std::string>(rd_kafka_MemberDescription_consumer_id(member));
  }
  return std::optional<std::string>{};
}

// A client whose session expired gives up its member id and joins anew; a commit under the old one that was on its way
// then is answered with FENCED_INSTANCE_ID, too (seen after outages of a broker with librdkafka 2.8 and Kafka 4.1). The
// coordinator knows which member has the id, and this client which member it is.
Error explain_fence(Error fenced, const std::function<Result<std::optional<std::string>>()>& holder,
                    const std::function<std::string()>& me, const std::function<bool()>& wait) {
  for (int asked = 1;; ++asked) {
    const std::string mine = me();
    const auto has_it = holder();
    if (has_it.ok()) {
      log::debug("kafka", "{}: this member is '{}', the coordinator knows '{}'", fenced.message, mine,
                 has_it->value_or(""));
      if (!mine.empty() && *has_it && **has_it != mine) {
        fenced.action = Action::kFenced;
        return fenced;
      }
      return retry_error(
          fmt::format("{}; it was this member itself, back after its session had expired", fenced.message),
          fenced.native_code);
    }
    const Error& unknown = has_it.error();
    if (unknown.action == Action::kCancelled) return retry_error(fenced.message, fenced.native_code);
    log::warning("kafka", "{}", unknown.message);
    // That somebody else has it must not be guessed: it would end the whole process.
    if (unknown.action == Action::kAuth)
      return auth_error(
          fmt::format("{}; whether it was another process, or this one before its session had expired, is "
                      "not known, since this user may not ask: {}",
                      fenced.message, unknown.message),
          unknown.native_code);
    if (unknown.action != Action::kRetry) return fenced;
    if (asked == kMostQuestions || !wait())
      return retry_error(
          fmt::format("{}; whether by another process is not known: {}", fenced.message, unknown.message),
          fenced.native_code);
  }
}

StaticMember::StaticMember(const ClientHandle& client, GroupMember member, std::string name, StopToken leaving)
    : client_(client), member_(std::move(member)), name_(std::move(name)), leaving_(std::move(leaving)) {}

void StaticMember::note_joined() {
  if (!member_.instance_id.empty()) joined_as_ = member_id(client_);
}

Error StaticMember::thrown_out(Error fenced) const {
  return explain(std::move(fenced), [this] { return member_id(client_); });
}

// A member that slept through its session would join anew and take its id back, even from a newer process that has it
// since: so the coordinator is asked first who has it. Nobody has refused the id: without a name it is ours.
Status StaticMember::may_join_again() const {
  if (member_.instance_id.empty()) return {};
  Error lost = client_.error(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, name_);
  lost.action = Action::kRetry;
  Error error = explain(std::move(lost), [this] { return joined_as_; });
  if (error.action == Action::kFenced) return error;
  if (leaving_.requested()) return cancelled_error();
  return {};
}

Error StaticMember::explain(Error fenced, const std::function<std::string()>& me) const {
  // Nothing hangs on it any more, and a client that is being closed never tells its member id (librdkafka 2.8).
  if (leaving_.requested()) return retry_error(std::move(fenced.message), fenced.native_code);
  return explain_fence(
      std::move(fenced), [this] { return static_member(client_, member_.group_id, member_.instance_id, leaving_); }, me,
      [this] { return !leaving_.wait_for(kAskAgainMs); });
}

}  // namespace cnx::host::kafka
