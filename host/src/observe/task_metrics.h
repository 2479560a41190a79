// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "observe/metrics.h"

namespace cnx::host::observe {

/// What goes wrong in a task: Kafka Connect's task-error-metrics.
struct TaskErrorMetrics {
  Counter record_errors;          ///< errors met, retried ones too
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
  Gauge status;      ///< 0 unassigned, 1 running, 2 restarting, 3 failed, 4 done, 5 stopped, 6 standby, 7 paused
  Gauge running;     ///< 1 while it runs and no call hangs, else 0
  Gauge stalled_ms;  ///< since when a call has not come back; 0: none hangs

  TaskStateMetrics(Metrics& metrics, const MetricOwner& owner);
};

/// Kafka Connect's source-task-metrics, and what it has no name for.
struct SourceTaskMetrics {
  Counter records_polled;   ///< got from the source
  Counter records_written;  ///< committed to Kafka
  Gauge records_active;     ///< polled and not yet committed
  Gauge last_poll_ms;       ///< how long the last poll took
  Counter transactions;     ///< Kafka transactions committed
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
  Gauge records_active;  ///< read and not yet committed
  Gauge partitions;
  Gauge lag_records;  ///< to the end of the partitions, as last seen
  Counter commits;
  Gauge last_commit_ms;    ///< how long the last write and commit took
  Histogram record_age_s;  ///< record timestamp → commit in the target
  Gauge ledger_balance;    ///< records read − those whose end is known or that are held: 0, or the task fails
  TaskStateMetrics state;
  TaskErrorMetrics errors;

  SinkTaskMetrics(Metrics& metrics, const MetricOwner& owner);
};

}  // namespace cnx::host::observe
