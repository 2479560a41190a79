"""What happens under a running sink: topics made anew, records deleted, tables dropped, databases restored, calls that hang."""

import json
import signal
import subprocess
import time
import unittest

from harness import ROOT, PipelineTest

LIMIT = 40  # seconds that anything here may take


class SinkFaults(PipelineTest):
    def setUp(self):
        super().setUp()
        self.config = self.pipeline.write({"sink": self.pipeline.sink(**{"tasks.max": 1})})

    # ---- what the tests do to the world ----

    def kafka_cli(self, tool, *arguments):
        done = subprocess.run([str(ROOT / "tools" / "kafka" / "cli"), tool, "--bootstrap-server", self.pipeline.servers,
                               *map(str, arguments)], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def produce(self, first, last):
        self.pipeline.produce([(str(number), order(number)) for number in range(first, last + 1)], partitions=1)

    def wait_rows(self, count, process):
        self.wait(lambda: self.pipeline.number("SELECT COUNT(*) FROM walmart_order") == count, process,
                  lambda: f"{self.pipeline.number('SELECT COUNT(*) FROM walmart_order')} rows instead of {count}")

    def wait(self, done, process, what, limit=LIMIT):
        end = time.monotonic() + limit
        while not done():
            if process.poll() is not None or time.monotonic() > end:
                self.fail(f"{what()}\n{process.log_path.read_text()[-4000:]}")
            time.sleep(0.1)

    def fails(self, process):
        """The process ends by itself, as failed; what it said."""
        try:
            code = process.wait(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            self.fail("it goes on\n" + process.log_path.read_text()[-4000:])
        log = process.log_path.read_text()
        self.assertEqual(code, 1, log)
        return log

    def dead_letters(self):
        return self.pipeline.records(self.pipeline.dead_topic)

    # ---- the tests ----

    def test_a_topic_made_anew_under_a_running_sink_stops_it_and_loses_nothing_in_silence(self):
        self.produce(1, 3)
        self.init(self.config)
        process = self.start_host("run", self.config)
        self.wait_rows(3, process)
        self.kafka_cli("kafka-topics", "--delete", "--topic", self.pipeline.topic)
        self.produce(11, 30)  # the new log reaches beyond the stored offset, so nothing is out of range
        log = self.fails(process)
        self.assertRegex(log, "made anew|was deleted while it was read|does not exist")
        again = self.pipeline.host("run", self.config)
        self.assertEqual(again.returncode, 1, again.stderr)
        self.assertIn("the topic was made anew", again.stderr)
        self.assertIn(f"offsets reset --connector sink --topic {self.pipeline.topic} --partition 0", again.stderr)
        done = self.pipeline.host("offsets", "reset", self.config, "--connector", "sink", "--to", "earliest")
        self.assertEqual(done.returncode, 0, done.stderr)
        process = self.start_host("run", self.config)
        self.wait_rows(23, process)
        self.stop_cleanly(process)
        self.assertNotIn("restored?", process.log_path.read_text())

    def test_records_deleted_before_they_were_written_are_named(self):
        self.produce(1, 5)
        self.init(self.config)
        process = self.start_host("run", self.config)
        self.wait_rows(5, process)
        self.stop_cleanly(process)
        stored = self.pipeline.number("SELECT next_offset FROM connect_offsets WHERE topic <> ''")
        self.produce(6, 20)
        cut = self.pipeline.directory / "cut.json"
        cut.write_text(json.dumps({"version": 1, "partitions": [
            {"topic": self.pipeline.topic, "partition": 0, "offset": stored + 7}]}))
        self.kafka_cli("kafka-delete-records", "--offset-json-file", cut)
        log = self.fails(self.start_host("run", self.config))
        self.assertIn(f"records {stored} … {stored + 6} were deleted by retention", log)
        self.assertEqual(self.pipeline.number("SELECT COUNT(*) FROM walmart_order"), 5)

    def test_a_table_dropped_under_a_running_sink_waits_for_a_person_and_kills_no_record(self):
        self.produce(1, 3)
        self.init(self.config)
        process = self.start_host("run", self.config)
        self.wait_rows(3, process)
        self.pipeline.sql("DROP TABLE walmart_order")
        self.produce(4, 6)
        log = self.fails(process)
        self.assertRegex(log, r"failed for good .*walmart_order")
        self.assertEqual(self.dead_letters(), [])
        self.init(self.config)
        process = self.start_host("run", self.config)
        self.wait_rows(3, process)  # those that were not committed yet
        self.stop_cleanly(process)

    def test_a_database_restored_under_a_running_sink_is_written_again(self):
        self.produce(1, 4)
        self.init(self.config)
        process = self.start_host("run", self.config)
        self.wait_rows(4, process)
        self.pipeline.sql("CREATE TABLE saved_rows AS SELECT * FROM walmart_order;"
                          "CREATE TABLE saved_offsets AS SELECT * FROM connect_offsets")
        self.produce(5, 9)
        self.wait_rows(9, process)
        time.sleep(1.2)  # the group hears of the offset once a second
        self.pipeline.sql("START TRANSACTION; DELETE FROM walmart_order; DELETE FROM connect_offsets;"
                          "INSERT INTO walmart_order SELECT * FROM saved_rows;"
                          "INSERT INTO connect_offsets SELECT * FROM saved_offsets; COMMIT")
        self.wait_rows(9, process)
        self.stop_cleanly(process)
        self.assertRegex(process.log_path.read_text(), r"the database went back \(restored\?\), records \d+ … \d+ are written again")
        self.assertEqual(self.dead_letters(), [])

    def test_a_sink_that_hangs_does_not_hold_the_end_of_the_process(self):
        self.produce(1, 3)
        self.init(self.config)
        self.pipeline.environment["CNX_FAULT_POINTS"] = "sink.write.before=hang"
        process = self.start_host("run", self.config)
        self.wait(lambda: "claimed" in process.log_path.read_text(), process, lambda: "no claim")
        time.sleep(1)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        log = self.fails(process)
        self.assertLess(time.monotonic() - began, 25)
        self.assertIn("connector 'sink' task 0 in 'transaction of the sink'", log)
        del self.pipeline.environment["CNX_FAULT_POINTS"]
        self.assertEqual(self.pipeline.number("SELECT COUNT(*) FROM walmart_order"), 0)
        process = self.start_host("run", self.config)
        self.wait_rows(3, process)
        self.stop_cleanly(process)


def order(number):
    line = {"lineNumber": "1", "item": {"sku": "A"}, "orderLineQuantity": {"amount": "1"}}
    return json.dumps({"purchaseOrderId": str(200000000000000 + number), "orderDate": 1762783401417,
                       "orderLines": {"orderLine": [line]}})


if __name__ == "__main__":
    unittest.main()
