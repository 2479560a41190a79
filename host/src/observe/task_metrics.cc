// SPDX-License-Identifier: Apache-2.0
#include "observe/task_metrics.h"

namespace cnx::host::observe {

TaskErrorMetrics::TaskErrorMetrics(Metrics& metrics, const MetricOwner& owner)
    : record_errors(
          metrics.counter("task_error_metrics_total_record_errors", "Errors met, those that passed too", owner)),
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
                               "How long a call has not come back; 0 while none hangs", owner)),
      running_ratio(metrics.gauge("connector_task_metrics_running_ratio",
                                  "Part of the time since the start in which it ran", owner)),
      pause_ratio(metrics.gauge("connector_task_metrics_pause_ratio",
                                "Part of the time since the start in which it was paused", owner)),
      batch_size_max(metrics.gauge("connector_task_metrics_batch_size_max", "Most records of a transaction", owner)),
      batch_size_avg(metrics.gauge("connector_task_metrics_batch_size_avg", "Average records of a transaction", owner)),
      restarts(metrics.counter("connector_task_metrics_restarts_total", "Restarts by itself, after faults", owner)) {}

WindowMetrics::WindowMetrics(Metrics& metrics, const MetricOwner& owner)
    : planned(metrics.gauge("source_task_metrics_windows_planned", "Windows that are not begun", owner)),
      open(metrics.gauge("source_task_metrics_windows_open", "Windows in work", owner)),
      done(metrics.gauge("source_task_metrics_windows_done", "Windows whose every record was fetched", owner)),
      failed(metrics.gauge("source_task_metrics_windows_failed", "Windows that failed", owner)),
      expected(metrics.gauge("source_task_metrics_window_records_expected",
                             "Records that the system announced for windows that are done or in work", owner)),
      fetched(metrics.gauge("source_task_metrics_window_records_fetched", "Records fetched of these", owner)),
      pages(metrics.gauge("source_task_metrics_window_pages", "Pages fetched", owner)),
      repeats(metrics.gauge("source_task_metrics_window_records_repeated",
                            "Records that were fetched before and not sent again", owner)),
      ledger_balance(metrics.gauge(
          "source_task_metrics_window_ledger_balance",
          "Records announced less those fetched, over the windows that are done; anything but 0 is a fault", owner)) {}

SourceTaskMetrics::SourceTaskMetrics(Metrics& metrics, const MetricOwner& owner)
    : records_polled(
          metrics.counter("source_task_metrics_source_record_poll_total", "Records got from the source", owner)),
      records_written(
          metrics.counter("source_task_metrics_source_record_write_total", "Records committed to Kafka", owner)),
      last_poll_ms(metrics.gauge("source_task_metrics_poll_batch_last_time_ms",
                                 "Duration of the last poll that gave records", owner)),
      max_poll_ms(metrics.gauge("source_task_metrics_poll_batch_max_time_ms", "Longest poll that gave records", owner)),
      avg_poll_ms(metrics.gauge("source_task_metrics_poll_batch_avg_time_ms", "Average poll that gave records", owner)),
      max_transaction(
          metrics.gauge("source_task_metrics_transaction_size_max", "Most records of a Kafka transaction", owner)),
      avg_transaction(
          metrics.gauge("source_task_metrics_transaction_size_avg", "Average records of a Kafka transaction", owner)),
      transactions(metrics.counter("source_task_metrics_transaction_total", "Kafka transactions committed", owner)),
      last_transaction_ms(metrics.gauge("source_task_metrics_transaction_last_time_ms",
                                        "Duration of the last Kafka transaction", owner)),
      max_transaction_ms(
          metrics.gauge("source_task_metrics_transaction_max_time_ms", "Longest Kafka transaction", owner)),
      windows(metrics, owner),
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
      rows_per_record(
          metrics.gauge("sink_task_metrics_rows_per_record_avg", "Average rows of a written record", owner)),
      records_active(
          metrics.gauge("sink_task_metrics_sink_record_active_count", "Records read and not yet committed", owner)),
      partitions(metrics.gauge("sink_task_metrics_partition_count", "Partitions of this task", owner)),
      lag_records(metrics.gauge("sink_task_metrics_sink_record_lag", "Records up to the end of the partitions", owner)),
      commits(metrics.counter("sink_task_metrics_offset_commit_completion_total", "Transactions committed", owner)),
      last_commit_ms(metrics.gauge("sink_task_metrics_put_batch_last_time_ms",
                                   "Duration of the last batch's write and commit", owner)),
      max_commit_ms(
          metrics.gauge("sink_task_metrics_put_batch_max_time_ms", "Longest write and commit of a batch", owner)),
      avg_commit_ms(
          metrics.gauge("sink_task_metrics_put_batch_avg_time_ms", "Average write and commit of a batch", owner)),
      record_age_s(metrics.age_histogram("sink_task_metrics_record_age_seconds",
                                         "From a record's timestamp to its commit in the target", owner)),
      ledger_balance(metrics.gauge(
          "sink_task_metrics_ledger_balance",
          "Records read less those whose end is known or that are held; anything but 0 is a fault and fails the task",
          owner)),
      state(metrics, owner),
      errors(metrics, owner) {}

ConnectorMetrics::ConnectorMetrics(Metrics& metrics, const std::string& connector)
    : total(metrics.gauge("connect_worker_metrics_connector_total_task_count", "Tasks of the connector in this worker",
                          {connector, -1})),
      running(metrics.gauge("connect_worker_metrics_connector_running_task_count", "Tasks that run", {connector, -1})),
      paused(metrics.gauge("connect_worker_metrics_connector_paused_task_count", "Tasks that are paused",
                           {connector, -1})),
      failed(metrics.gauge("connect_worker_metrics_connector_failed_task_count", "Tasks that failed for good",
                           {connector, -1})),
      unassigned(metrics.gauge("connect_worker_metrics_connector_unassigned_task_count",
                               "Tasks that start, or that another worker runs", {connector, -1})),
      restarting(metrics.gauge("connect_worker_metrics_connector_restarting_task_count",
                               "Tasks that wait before their next start", {connector, -1})) {}

WorkerMetrics::WorkerMetrics(Metrics& metrics)
    : connectors(metrics.gauge("connect_worker_metrics_connector_count",
                               "Connectors of this worker that are not stopped", {})),
      tasks(metrics.gauge("connect_worker_metrics_task_count", "Tasks of these", {})) {}

}  // namespace cnx::host::observe
