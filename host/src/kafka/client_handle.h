// SPDX-License-Identifier: Apache-2.0
//
// Internal: one librdkafka client, whatever its role.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/stop.h"
#include "cnx/result.hpp"
#include "kafka/client_config.h"
#include "kafka/connection_security.h"
#include "kafka/library.h"
#include "kafka/log_throttle.h"

namespace cnx::host::kafka {

/// Owns a client and hears its complaints. librdkafka's own log lines go to the log facade; faults of connections are
/// remembered, so that a call that merely timed out can say why. Thread-safe.
class ClientHandle {
 public:
  using OnDelivery = void (*)(const rd_kafka_message_t& message, void* opaque);

  /// `name` stands in log lines and errors: "sink consumer orders-0". CONFIG when librdkafka refuses `conf`; RETRY
  /// when the system has no threads for it.
  [[nodiscard]] static Result<std::shared_ptr<ClientHandle>> create(rd_kafka_type_t type, ConfPtr conf,
                                                                    std::string name, std::string brokers);
  /// Disconnects; may take a second. The last owner does not wait for it (ClientReaper). Does not leave a group.
  ~ClientHandle();
  ClientHandle(const ClientHandle&) = delete;
  ClientHandle& operator=(const ClientHandle&) = delete;

  [[nodiscard]] rd_kafka_t* get() const { return client_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const ConnectionSecurity& security() const { return security_; }
  [[nodiscard]] const std::string& brokers() const { return security_.brokers; }

  /// Producers: `on_delivery` hears of each message while the client is polled. Set it before the first message.
  void set_on_delivery(OnDelivery on_delivery, void* opaque);

  /// From now on a group session serves the client's events, and nobody else may: librdkafka gives up all partitions
  /// when a rebalance is met by rd_kafka_poll().
  void serve_by_session();
  /// Lets the client say what is wrong with its connections, unless a session hears of it.
  void hear_faults() const;

  /// Remembers a fault of the connection and logs it (throttled).
  void note_fault(rd_kafka_resp_err_t code, std::string_view reason);
  /// A broker has answered: forgets the fault. From now on faults of TLS with these settings are passing ones.
  void note_success();
  /// The last fault of the connection, mapped; nullopt when a broker answered since or it was not heard of for a minute
  /// (a connection that keeps failing is reported twice a minute).
  [[nodiscard]] std::optional<Error> fault() const;

  /// True: no broker has answered with these settings, and the last fault was none that passes.
  [[nodiscard]] bool is_shut_out() const;

  /// `code` while doing `what`, with the brokers' names; a mere timeout takes the action and the words of a known
  /// fault. Before the first success it may ask the brokers what they speak, which takes up to 3 s.
  [[nodiscard]] Error error(rd_kafka_resp_err_t code, std::string_view what, std::string_view reason = {}) const;
  [[nodiscard]] Error error(const rd_kafka_error_t& error, std::string_view what) const;

 private:
  ClientHandle(std::string name, ConnectionSecurity security)
      : name_(std::move(name)), security_(std::move(security)) {}
  static void on_log(const rd_kafka_t* client, int level, const char* facility, const char* text);
  static void on_error(rd_kafka_t* client, int code, const char* reason, void* self);
  static int on_certificate(rd_kafka_t* client, const char* broker, std::int32_t id, int* error, int depth,
                            const char* certificate, std::size_t size, char* reason, std::size_t reason_size,
                            void* self);
  static void on_delivery_report(rd_kafka_t* client, const rd_kafka_message_t* message, void* self);
  [[nodiscard]] Error not_made(rd_kafka_resp_err_t code, std::string_view reason) const;
  [[nodiscard]] std::string object(std::string_view what) const;
  [[nodiscard]] Error with_cause(Error error) const;
  /// The table's verdict on a fault of the connection, corrected by what is known of TLS.
  [[nodiscard]] Error judged(Error error, std::string_view reason) const;
  [[nodiscard]] std::optional<std::string> protocol_mismatch() const;

  const std::string name_;
  const ConnectionSecurity security_;
  SystemClock clock_;
  LogThrottle throttle_{clock_};
  rd_kafka_t* client_ = nullptr;
  std::atomic<bool> served_by_session_{false};
  std::atomic<bool> lacks_threads_{false};  // one of the client's threads could not be started
  OnDelivery on_delivery_ = nullptr;
  void* on_delivery_opaque_ = nullptr;

  mutable std::mutex mutex_;
  std::optional<Error> fault_;       // guarded by mutex_
  std::int64_t fault_noted_ns_ = 0;  // guarded by mutex_
  std::string certificate_fault_;    // guarded by mutex_

  mutable std::mutex probe_mutex_;
  mutable std::optional<std::string> mismatch_;  // guarded by probe_mutex_
  mutable std::int64_t probe_again_ns_ = 0;      // guarded by probe_mutex_
};

/// Settings of a client: ours for its role, then the user's, checked. Secrets stay inside.
[[nodiscard]] Result<ConfPtr> make_conf(ClientRole role, const ClientConfig& config, const Properties& ours);

/// True when the linked librdkafka has the property and a default for it.
[[nodiscard]] bool has_property(const char* name);

/// Log start and end as the client's isolation.level sees it. Asks again while leaders are unknown, until `timeout_ms`
/// or a stop (CANCELLED).
[[nodiscard]] Result<Watermarks> query_watermarks(const ClientHandle& client, const TopicPartition& at,
                                                  std::int64_t timeout_ms, const StopToken& stop);

}  // namespace cnx::host::kafka
