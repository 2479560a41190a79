// SPDX-License-Identifier: Apache-2.0
//
// The metrics of connectors and tasks: Kafka Connect's groups and attributes, and what it has no name for.
#pragma once

#include "observe/metrics.h"

namespace cnx::host::observe {

/// What goes wrong in a task: Kafka Connect's task-error-metrics.
struct TaskErrorMetrics {
  Counter record_errors;          ///< errors met, those that passed too
  Counter record_failures;        ///< records that failed for good
  Counter records_skipped;        ///< records dead-lettered
  Counter retries;                ///< whole batches tried again
  Counter dead_letter_requests;   ///< dead letters handed to the producer
  Counter dead_letter_failures;   ///< dead letters that Kafka did not take
  Gauge last_error_timestamp_ms;  ///< since the epoch

  TaskErrorMetrics(Metrics& metrics, const MetricOwner& owner);
};

/// Kafka Connect's connector-task-metrics, in numbers.
struct TaskStateMetrics {
  Gauge status;         ///< 0 unassigned, 1 running, 2 restarting, 3 failed, 4 done, 5 stopped, 6 standby, 7 paused
  Gauge running;        ///< 1 while it runs and no call hangs, else 0
  Gauge stalled_ms;     ///< since when a call has not come back; 0: none hangs
  Gauge running_ratio;  ///< of the time since the process started
  Gauge pause_ratio;
  Gauge batch_size_max;  ///< records of a transaction
  Gauge batch_size_avg;
  Counter restarts;  ///< by itself, after faults

  TaskStateMetrics(Metrics& metrics, const MetricOwner& owner);
};

/// The windows of a source, as far as it tells them.
struct WindowMetrics {
  Gauge planned;
  Gauge open;
  Gauge done;
  Gauge failed;
  Gauge expected;  ///< orders that the API announced
  Gauge fetched;
  Gauge pages;
  Gauge repeats;
  Gauge ledger_balance;  ///< expected − fetched over the windows that are done: 0, or the task fails

  WindowMetrics(Metrics& metrics, const MetricOwner& owner);
};

/// Kafka Connect's source-task-metrics, and what it has no name for.
struct SourceTaskMetrics {
  Counter records_polled;   ///< got from the source
  Counter records_written;  ///< committed to Kafka
  Gauge last_poll_ms;       ///< of polls that gave records
  Gauge max_poll_ms;
  Gauge avg_poll_ms;
  Gauge max_transaction;  ///< records
  Gauge avg_transaction;
  Counter transactions;  ///< Kafka transactions committed
  Gauge last_transaction_ms;
  Gauge max_transaction_ms;
  WindowMetrics windows;
  TaskStateMetrics state;
  TaskErrorMetrics errors;

  SourceTaskMetrics(Metrics& metrics, const MetricOwner& owner);
};

/// Kafka Connect's sink-task-metrics, and what it has no name for.
struct SinkTaskMetrics {
  Counter records_read;  ///< consumed
  Counter records_sent;  ///< written, filtered or dead, and committed
  Counter records_written;
  Counter records_filtered;
  Counter records_dead;
  Counter records_released;  ///< given back uncommitted
  Counter rows_written;
  Gauge rows_per_record;  ///< average
  Gauge records_active;   ///< read and not yet committed
  Gauge partitions;
  Gauge lag_records;  ///< to the end of the partitions, as last seen
  Counter commits;
  Gauge last_commit_ms;  ///< write and commit of a batch
  Gauge max_commit_ms;
  Gauge avg_commit_ms;
  Histogram record_age_s;  ///< record timestamp → commit in the target
  Gauge ledger_balance;    ///< records read − those whose end is known or that are held: 0, or the task fails
  TaskStateMetrics state;
  TaskErrorMetrics errors;

  SinkTaskMetrics(Metrics& metrics, const MetricOwner& owner);
};

/// Kafka Connect's connect-worker-metrics of one connector.
struct ConnectorMetrics {
  Gauge total;
  Gauge running;
  Gauge paused;
  Gauge failed;
  Gauge unassigned;
  Gauge restarting;

  ConnectorMetrics(Metrics& metrics, const std::string& connector);
};

/// Kafka Connect's connect-worker-metrics.
struct WorkerMetrics {
  Gauge connectors;
  Gauge tasks;

  explicit WorkerMetrics(Metrics& metrics);
};

}  // namespace cnx::host::observe
