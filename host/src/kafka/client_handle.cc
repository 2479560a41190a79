// SPDX-License-Identifier: Apache-2.0
#include "kafka/client_handle.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/log.h"
#include "kafka/client_reaper.h"
#include "kafka/error_map.h"

#if defined(__SANITIZE_THREAD__)
// librdkafka is not instrumented: its atomic reference counts are not seen, so what the last owner frees looks
// contested.
extern "C" const char* __tsan_default_suppressions() { return "race:rd_buf_destroy\nrace:rwlock_destroy\n"; }
#endif

namespace cnx::host::kafka {
namespace {

constexpr std::string_view kLogger = "kafka";
constexpr std::int64_t kFaultLastsNs = 60'000'000'000;
constexpr std::int64_t kProbeEveryNs = 5'000'000'000;
constexpr std::int64_t kAskAgainMs = 100;
constexpr std::int64_t kAskForMs = 1000;
// A topic made a moment ago is not known to every broker at once; one that is missing after this is missing.
constexpr std::int64_t kUnknownForMs = 2000;
constexpr rd_kafka_resp_err_t kNoThread = RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE;

bool is_unknown(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
         code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

// syslog's levels. librdkafka calls a broker that is away an error, though it mends that by itself.
log::Level level_of_syslog(int level) {
  if (level <= 4) return log::Level::kWarning;
  return level <= 6 ? log::Level::kInfo : log::Level::kDebug;
}

}  // namespace

Result<std::shared_ptr<ClientHandle>> ClientHandle::create(rd_kafka_type_t type, ConfPtr conf, std::string name,
                                                           std::string brokers) {
  std::unique_ptr<ClientHandle> handle(
      new ClientHandle(std::move(name), ConnectionSecurity::of(*conf, std::move(brokers))));
  rd_kafka_conf_set_opaque(conf.get(), handle.get());
  rd_kafka_conf_set_log_cb(conf.get(), &on_log);
  rd_kafka_conf_set_error_cb(conf.get(), &on_error);
  if (type == RD_KAFKA_PRODUCER) rd_kafka_conf_set_dr_msg_cb(conf.get(), &on_delivery_report);
  if (handle->security_.uses_tls()) rd_kafka_conf_set_ssl_cert_verify_cb(conf.get(), &on_certificate);
  char reason[512] = "";
  handle->client_ = rd_kafka_new(type, conf.get(), reason, sizeof reason);
  if (!handle->client_) return handle->not_made(rd_kafka_last_error(), reason);
  static_cast<void>(conf.release());  // the client owns it now
  ClientReaper& reaper = ClientReaper::instance();
  std::shared_ptr<ClientHandle> made(handle.release(), [&reaper](ClientHandle* unused) { reaper.end(unused); });
  // librdkafka returns a client whose brokers got no thread, never tries again, and tells it as an event.
  rd_kafka_poll(made->client_, 0);
  if (made->lacks_threads_) return made->not_made(kNoThread, "a broker's thread cannot be started");
  return made;
}

Error ClientHandle::not_made(rd_kafka_resp_err_t code, std::string_view reason) const {
  if (code == kNoThread) return to_error(code, name_ + ": the client cannot be made", reason);
  return config_error(fmt::format("{}: librdkafka refuses its settings: {}", name_, reason), code);
}

ClientHandle::~ClientHandle() {
  if (client_) rd_kafka_destroy_flags(client_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void ClientHandle::set_on_delivery(OnDelivery on_delivery, void* opaque) {
  on_delivery_ = on_delivery;
  on_delivery_opaque_ = opaque;
}

void ClientHandle::serve_by_session() {
  served_by_session_ = true;
  rd_kafka_poll_set_consumer(client_);
}

void ClientHandle::hear_faults() const {
  if (!served_by_session_) rd_kafka_poll(client_, 0);
}

void ClientHandle::on_log(const rd_kafka_t* client, int level, const char* facility, const char* text) {
  auto* self = static_cast<ClientHandle*>(rd_kafka_opaque(client));
  // Failed connections come as errors, too, which are logged with what to do about them (note_fault).
  const bool repeated = std::string_view(facility) == "FAIL" || std::string_view(facility) == "FATAL";
  const log::Level ours = repeated ? log::Level::kDebug : level_of_syslog(level);
  if (!log::enabled(ours)) return;
  if (ours == log::Level::kDebug) {
    log::write(ours, kLogger, fmt::format("{}: {}: {}", self->name_, facility, text));
    return;
  }
  const auto left_out = self->throttle_.admit(facility);
  if (!left_out) return;
  const std::string more = *left_out == 0 ? "" : fmt::format(" ({} more of this kind before)", *left_out);
  log::write(ours, kLogger, fmt::format("{}: {}: {}{}", self->name_, facility, text, more));
}

void ClientHandle::on_error(rd_kafka_t*, int code, const char* reason, void* self) {
  static_cast<ClientHandle*>(self)->note_fault(static_cast<rd_kafka_resp_err_t>(code), reason ? reason : "");
}

void ClientHandle::on_delivery_report(rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
  auto* handle = static_cast<ClientHandle*>(self);
  if (handle->on_delivery_) handle->on_delivery_(*message, handle->on_delivery_opaque_);
}

// Accepts and refuses as OpenSSL did, and remembers why, which librdkafka does not tell.
int ClientHandle::on_certificate(rd_kafka_t*, const char*, std::int32_t, int* error, int, const char*, std::size_t,
                                 char* reason, std::size_t reason_size, void* self) {
  if (*error == 0) return 1;
  const std::string text = describe_certificate_fault(*error);
  *fmt::format_to_n(reason, reason_size - 1, "{}", text).out = '\0';
  auto* handle = static_cast<ClientHandle*>(self);
  const std::lock_guard lock(handle->mutex_);
  handle->certificate_fault_ = text;
  return 0;
}

void ClientHandle::note_fault(rd_kafka_resp_err_t code, std::string_view reason) {
  if (code == kNoThread) lacks_threads_ = true;
  Error fault = judged(to_error(code, object("connection"), reason), reason);
  if (const auto left_out = throttle_.admit(rd_kafka_err2name(code))) {
    const std::string more = *left_out == 0 ? "" : fmt::format(" ({} more of this kind before)", *left_out);
    log::warning(kLogger, "{}{}", fault.message, more);
  }
  const std::int64_t now = clock_.monotonic_ns();
  const std::lock_guard lock(mutex_);
  // Refused credentials explain more than the "all brokers down" that follows them.
  const bool explained = fault_ && now - fault_noted_ns_ < kFaultLastsNs && fault_->action == Action::kAuth;
  if (explained && fault.action == Action::kRetry) return;
  fault_ = std::move(fault);
  fault_noted_ns_ = now;
}

void ClientHandle::note_success() {
  note_proven(security_);
  const std::lock_guard lock(mutex_);
  fault_.reset();
  certificate_fault_.clear();
}

std::optional<Error> ClientHandle::fault() const {
  const std::lock_guard lock(mutex_);
  if (clock_.monotonic_ns() - fault_noted_ns_ >= kFaultLastsNs) return std::nullopt;
  return fault_;
}

bool ClientHandle::is_shut_out() const {
  const std::optional<Error> last = fault();
  return last && last->action != Action::kRetry && !is_proven(security_);
}

std::string ClientHandle::object(std::string_view what) const {
  return fmt::format("{}: {} (brokers {})", name_, what, security_.brokers);
}

Error ClientHandle::judged(Error error, std::string_view reason) const {
  const bool is_tls_fault = error.native_code == RD_KAFKA_RESP_ERR__SSL;
  if (is_proven(security_)) {
    // It worked before: a cut connection may look like a TLS fault, and a broker's certificate can be renewed.
    if (is_tls_fault) error.action = Action::kRetry;
    return error;
  }
  const std::lock_guard lock(mutex_);
  if (is_tls_fault && !certificate_fault_.empty()) {
    error.message.append("; ").append(certificate_fault_);
  } else if (is_tls_refusal(reason)) {
    error.action = Action::kAuth;
    error.message.append(
        "; the broker refuses this client's certificate: set ssl.certificate.location and ssl.key.location to one that "
        "is signed by a CA of the broker's truststore");
  }
  return error;
}

std::optional<std::string> ClientHandle::protocol_mismatch() const {
  if (is_proven(security_)) return std::nullopt;
  const std::lock_guard lock(probe_mutex_);
  const std::int64_t now = clock_.monotonic_ns();
  if (now >= probe_again_ns_) {
    mismatch_ = find_protocol_mismatch(security_);
    probe_again_ns_ = clock_.monotonic_ns() + kProbeEveryNs;
  }
  return mismatch_;
}

Error ClientHandle::with_cause(Error error) const {
  if (error.action != Action::kRetry) return error;
  const std::optional<Error> cause = fault();
  if (!cause || cause->action == Action::kRetry) {
    if (const auto mismatch = protocol_mismatch()) {
      error.message.append("; cause: ").append(*mismatch);
      error.action = Action::kConfig;
      return error;
    }
  }
  if (!cause) return error;
  error.message.append("; cause: ").append(cause->message);
  error.action = cause->action;
  return error;
}

Error ClientHandle::error(rd_kafka_resp_err_t code, std::string_view what, std::string_view reason) const {
  return with_cause(judged(to_error(code, object(what), reason), reason));
}

Error ClientHandle::error(const rd_kafka_error_t& error, std::string_view what) const {
  return with_cause(judged(to_error(error, object(what)), rd_kafka_error_string(&error)));
}

Result<Watermarks> query_watermarks(const ClientHandle& client, const TopicPartition& at, std::int64_t timeout_ms,
                                    const StopToken& stop) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  const std::string what = "asking for the log start and end of " + to_string(at);
  for (;;) {
    if (stop.requested()) return cancelled_error();
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const int ask_for = static_cast<int>(std::clamp<std::int64_t>(left.count(), 1, kAskForMs));
    Watermarks marks;
    const rd_kafka_resp_err_t code = rd_kafka_query_watermark_offsets(client.get(), at.topic.c_str(), at.partition,
                                                                      &marks.low, &marks.high, ask_for);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
      note_proven(client.security());
      return marks;
    }
    client.hear_faults();
    const bool missing = is_unknown(code) && timeout_ms - left.count() >= kUnknownForMs;
    if (action_of(code) != Action::kRetry || left.count() <= 0 || missing) return client.error(code, what);
    static_cast<void>(stop.wait_for(kAskAgainMs));
  }
}

}  // namespace cnx::host::kafka
