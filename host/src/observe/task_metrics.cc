// SPDX-License-Identifier: Apache-2.0
#include "observe/task_metrics.h"

namespace cnx::host::observe {

TaskErrorMetrics::TaskErrorMetrics(Metrics& metrics, const MetricOwner& owner)
    : record_errors(metrics.counter("task_error_metrics_total_record_errors", "Errors met, retried ones too", owner)),
      record_failures(
          metrics.counter("task_error_metrics_total_record_failures", "Records that failed for good", owner)),
      records_skipped(metrics.counter("task_error_metrics_total_records_skipped", "Records dead-lettered", owner)),
      retries(metrics.counter("task_error_metrics_total_retries", "Batches tried again", owner)),
      dead_letter_requests(metrics.counter("task_error_metrics_deadletterqueue_produce_requests",
                                           "Dead letters handed to the producer", owner)),
      dead_letter_failures(metrics.counter("task_error_metrics_deadletterqueue_produce_failures",
                                           "Dead letters that Kafka did not take", owner)),
      last_error_timestamp_ms(metrics.gauge("task_error_metrics_last_error_timestamp",
                                            "Time of the last error, milliseconds since the epoch", owner)) {}

TaskStateMetrics::TaskStateMetrics(Metrics& metrics, const MetricOwner& owner)
    : status(metrics.gauge("connector_task_metrics_status",
                           "0 unassigned, 1 running, 2 restarting, 3 failed, 4 done, 5 stopped, 6 standby, 7 paused",
                           owner)),
      running(metrics.gauge("connector_task_metrics_running", "1 while the task runs and no call hangs", owner)),
      stalled_ms(metrics.gauge("connector_task_metrics_stalled_ms",
                               "How long a call has not come back; 0 while none hangs", owner)) {}

SourceTaskMetrics::SourceTaskMetrics(Metrics& metrics, const MetricOwner& owner)
    : records_polled(
          metrics.counter("source_task_metrics_source_record_poll_total", "Records got from the source", owner)),
      records_written(
          metrics.counter("source_task_metrics_source_record_write_total", "Records committed to Kafka", owner)),
      records_active(metrics.gauge("source_task_metrics_source_record_active_count",
                                   "Records polled and not yet committed", owner)),
      last_poll_ms(metrics.gauge("source_task_metrics_poll_batch_last_time_ms", "Duration of the last poll", owner)),
      transactions(metrics.counter("source_task_metrics_transaction_total", "Kafka transactions committed", owner)),
      state(metrics, owner),
      errors(metrics, owner) {}

SinkTaskMetrics::SinkTaskMetrics(Metrics& metrics, const MetricOwner& owner)
    : records_read(metrics.counter("sink_task_metrics_sink_record_read_total", "Records consumed", owner)),
      records_sent(metrics.counter("sink_task_metrics_sink_record_send_total",
                                   "Records written, filtered or dead-lettered, and committed", owner)),
      records_written(metrics.counter("sink_task_metrics_sink_record_written_total", "Records written", owner)),
      records_filtered(
          metrics.counter("sink_task_metrics_sink_record_filtered_total", "Records that gave no row by a rule", owner)),
      records_dead(metrics.counter("sink_task_metrics_sink_record_dead_total", "Records dead-lettered", owner)),
      records_released(
          metrics.counter("sink_task_metrics_sink_record_released_total", "Records given back uncommitted", owner)),
      rows_written(metrics.counter("sink_task_metrics_rows_written_total", "Rows written", owner)),
      records_active(
          metrics.gauge("sink_task_metrics_sink_record_active_count", "Records read and not yet committed", owner)),
      partitions(metrics.gauge("sink_task_metrics_partition_count", "Partitions of this task", owner)),
      lag_records(metrics.gauge("sink_task_metrics_sink_record_lag", "Records up to the end of the partitions", owner)),
      commits(metrics.counter("sink_task_metrics_offset_commit_completion_total", "Transactions committed", owner)),
      last_commit_ms(metrics.gauge("sink_task_metrics_put_batch_last_time_ms",
                                   "Duration of the last batch's write and commit", owner)),
      record_age_s(metrics.age_histogram("sink_task_metrics_record_age_seconds",
                                         "From a record's timestamp to its commit in the target", owner)),
      ledger_balance(metrics.gauge("sink_task_metrics_ledger_balance",
                                   "Records read less those whose end is known or that are held; anything but 0 is a "
                                   "fault and fails the task",
                                   owner)),
      state(metrics, owner),
      errors(metrics, owner) {}

}  // namespace cnx::host::observe
