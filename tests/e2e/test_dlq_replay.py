"""Dead letters written after all: each once, whatever dies in between, and never over something newer."""

import json
import os
import time
import unittest

from harness import PipelineTest
from fault_proxy import FaultProxy

WIDE = "too wide for it"


def order(number, method="narrow"):
    line = {"lineNumber": "1", "item": {"sku": "A"}, "orderLineQuantity": {"amount": "1"}}
    return json.dumps({"purchaseOrderId": str(200000000000000 + number), "orderDate": 1762783401417,
                       "shippingInfo": {"methodCode": method}, "orderLines": {"orderLine": [line]}})


class Replay(PipelineTest):
    def dlq(self, *arguments, expect=0):
        done = self.pipeline.host("dlq", *arguments)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        self.assertNotIn(self.pipeline.password, done.stdout + done.stderr)
        return done.stdout

    def replay(self, *options, expect=0):
        """What became of the letters, by fate; lists as their lengths."""
        report = json.loads(self.dlq("replay", self.config, "--json", *options, expect=expect).splitlines()[-1])
        return {name: len(what) if isinstance(what, list) else what for name, what in report.items()}

    def states(self):
        counts = {}
        for letter in json.loads(self.dlq("list", self.config, "--json")):
            counts[letter["state"]] = counts.get(letter["state"], 0) + 1
        return counts

    def narrow(self, width):
        self.pipeline.sql(f"ALTER TABLE walmart_order MODIFY methodCode VARCHAR({width})")

    def rows(self):
        """Every row, as often as it is there."""
        return sorted((int(order_id) - 200000000000000, method) for order_id, method in
                      self.pipeline.sql("SELECT purchaseOrderId, methodCode FROM walmart_order"))

    def wait_for(self, statement, wanted, process=None):
        deadline = time.monotonic() + 60
        while self.pipeline.number(statement) < wanted:
            if process is not None and process.poll() is not None:
                self.fail(f"ended too early: {process.log_path.read_text()}")
            self.assertLess(time.monotonic(), deadline, f"{statement} is not {wanted}")
            time.sleep(0.01)

    def test_a_thousand_letters_are_written_once_through_kill_9_and_two_at_a_time(self):
        lines = [order(n, "narrow" if n % 6 == 0 else WIDE) for n in range(1200)]
        path = self.pipeline.directory / "orders.ndjson"
        path.write_text("\n".join(lines) + "\n")
        # No key: a row that is written twice is there twice.
        self.config = self.pipeline.write({"lines": self.pipeline.file_source(path), "sink": self.pipeline.sink(
            **{"insert.mode": "insert", "pk.fields": "", "batch.size": 20})})
        self.init(self.config)
        self.narrow(9)
        self.run_host(self.config, expect=3)
        self.assertEqual(len(self.rows()), 200)
        self.assertEqual(self.states(), {"dead": 1000})
        sent = len(self.pipeline.records(self.pipeline.dead_topic))

        self.assertEqual(self.replay(expect=3)["failed"], 1000)
        self.narrow(50)
        dry = self.replay("--dry-run")
        self.assertEqual((dry["written"], dry["rows"], len(self.rows())), (1000, 1000, 200))

        killed = self.start_host("dlq", "replay", self.config, "--connector", "sink")
        self.wait_for("SELECT COUNT(*) FROM walmart_order", 300, killed)
        killed.kill()
        killed.wait()
        self.assertLess(len(self.rows()), 1200, "it was through before it was killed")
        pair = [self.start_host("dlq", "replay", self.config, "--connector", "sink", "--json") for _ in range(2)]
        reports = []
        for process in pair:
            self.assertEqual(process.wait(timeout=120), 0, process.log_path.read_text())
            reports.append(json.loads(process.log_path.read_text().splitlines()[-1]))
        self.assertEqual(self.rows(), sorted((n, "narrow" if n % 6 == 0 else WIDE) for n in range(1200)))
        for report in reports:
            self.assertEqual(report["written"] + report["already_replayed"], 1000, report)
        self.assertLessEqual(sum(report["written"] for report in reports), 900, "what was written before the kill was not kept")

        again = self.dlq("replay", self.config)
        self.assertIn("0 written", again)
        self.assertIn("1000 already replayed", again)
        self.assertEqual(len(self.rows()), 1200)
        self.assertEqual(len(self.pipeline.records(self.pipeline.dead_topic)), sent, "a replay sent dead letters")

    def test_a_discarded_letter_is_never_written_and_says_so(self):
        self.pipeline.produce([(str(n), order(n, WIDE)) for n in range(6)], partitions=1)
        self.config = self.pipeline.write({"sink": self.pipeline.sink(**{"tasks.max": 1})})
        self.init(self.config)
        self.narrow(9)
        running = self.start_host("run", self.config)
        self.wait_for("SELECT COUNT(*) FROM connect_dead_letters", 6, running)
        self.stop_cleanly(running)
        self.narrow(50)

        def discard(*options):
            return json.loads(self.dlq("discard", self.config, "--json", *options).splitlines()[-1])

        self.dlq("discard", self.config, expect=2)  # which ones has to be said
        first, second = (f"{self.pipeline.topic}:0:{offset}" for offset in (0, 1))
        self.dlq("discard", self.config, "--id", first, "--id", f"{self.pipeline.topic}:0:77", expect=2)
        self.assertEqual(discard("--filter", "state=dead", "--dry-run")["discarded"], 6)
        self.assertEqual(self.states(), {"dead": 6})
        self.assertEqual(discard("--id", first, "--id", second)["discarded"], 2)
        # Its COMMIT takes effect and the answer is lost: counted once, by asking.
        self.pipeline.environment["CNX_FAULT_POINTS"] = "mysql-sink.commit.sent=error"
        self.assertEqual(discard("--filter", "offset=2")["discarded"], 1)
        del self.pipeline.environment["CNX_FAULT_POINTS"]
        report = discard("--id", first)
        self.assertEqual((report["discarded"], report["already_discarded"]), (0, 1))
        self.assertEqual(self.states(), {"dead": 3, "discarded": 3})
        self.assertIn("3 discarded", self.dlq("stats", self.config))

        replayed = self.dlq("replay", self.config)
        self.assertIn("3 written", replayed)
        self.assertIn("3 left alone: discarded", replayed)
        self.assertEqual([number for number, _ in self.rows()], [3, 4, 5])
        self.assertEqual(discard("--filter", "offset=3")["already_replayed"], 1)
        self.assertEqual(self.states(), {"replayed": 3, "discarded": 3})

    def test_a_dry_run_alters_no_table(self):
        self.pipeline.produce([("A", "not json"), ("B", order(1, WIDE))])
        self.config = self.pipeline.write({"sink": self.pipeline.sink(**{"auto.evolve": "true"})})
        self.init(self.config)
        self.narrow(9)
        running = self.start_host("run", self.config)
        self.wait_for("SELECT COUNT(*) FROM connect_dead_letters", 2, running)
        self.stop_cleanly(running)
        self.pipeline.sql("ALTER TABLE walmart_order DROP COLUMN methodCode")
        refused = self.pipeline.host("dlq", "replay", self.config, "--dry-run")
        self.assertEqual(refused.returncode, 2, refused.stdout + refused.stderr)
        self.assertIn("methodCode", refused.stderr)
        self.assertEqual(self.pipeline.sql("SHOW COLUMNS FROM walmart_order LIKE 'methodCode'"), [])
        self.assertEqual(self.replay(expect=3)["written"], 1)
        self.assertEqual(self.rows(), [(1, WIDE)])

    def test_a_newer_version_is_never_overwritten(self):
        records = [("A", order(1, WIDE + " 1")), ("B", order(2, WIDE + " 1")), ("C", order(3, WIDE)), ("D", "not json"),
                   ("A", order(1, "second")), ("B", order(2, WIDE + " 2")), ("E", order(5))]
        self.pipeline.produce(records)
        self.config = self.pipeline.write({"sink": self.pipeline.sink()})
        self.init(self.config)
        self.narrow(9)
        running = self.start_host("run", self.config)
        self.wait_for("SELECT COUNT(*) FROM connect_dead_letters", 5, running)
        self.wait_for("SELECT COUNT(*) FROM walmart_order", 2, running)
        # The task goes on beside the replay; it sees the wider column with its next batch.
        self.narrow(50)
        dry = self.dlq("replay", self.config, "--dry-run", expect=3)
        self.assertIn("2 would be written", dry)
        self.assertIn("2 superseded", dry)
        self.assertIn("1 would fail again", dry)
        self.assertEqual(len(self.rows()), 2)

        report = self.replay(expect=3)
        self.assertEqual([report[fate] for fate in ("written", "superseded", "failed")], [2, 2, 1])
        self.assertEqual(self.rows(), [(1, "second"), (2, WIDE + " 2"), (3, WIDE), (5, "narrow")])
        self.assertEqual(self.states(), {"dead": 3, "replayed": 2})
        report = self.replay("--filter", "stage=TASK_PUT")
        self.assertEqual([report[fate] for fate in ("written", "superseded", "already_replayed")], [0, 2, 2])
        self.stop_cleanly(running)

        first = [one["id"] for one in json.loads(self.dlq("list", self.config, "--json", "--filter", "key=A"))]
        self.assertEqual(self.replay("--filter", f"id={first[0]}", "--superseded")["written"], 1)
        self.assertIn((1, WIDE + " 1"), self.rows())

        # Set back before them, the connector reads them again itself: the letters count no more.
        for partition in range(3):
            done = self.pipeline.host("offsets", "reset", self.config, "--connector", "sink", "--topic", self.pipeline.topic,
                                      "--partition", partition, "--to", "earliest", "--yes")
            self.assertEqual(done.returncode, 0, done.stderr)
        report = self.replay()
        self.assertEqual((report["written"], report["settled"]), (0, 5))

    def test_lost_answers_to_commit_write_nothing_twice(self):
        path = self.pipeline.directory / "orders.ndjson"
        path.write_text("\n".join(order(n, WIDE) for n in range(60)) + "\n")
        with FaultProxy(os.environ["CNX_MYSQL_HOST"], int(os.environ["CNX_MYSQL_PORT"])) as way:
            sink = self.pipeline.sink(**{"insert.mode": "insert", "pk.fields": "", "batch.size": 10})
            sink["connection"]["url"] = f"mysql://127.0.0.1:{way.port}/{self.pipeline.database}"
            self.config = self.pipeline.write({"lines": self.pipeline.file_source(path), "sink": sink})
            self.init(self.config)
            self.narrow(9)
            self.run_host(self.config, expect=3)
            self.narrow(50)
            way.lose_commit_answers(2)
            way.lose_commits(2)
            report = self.replay()
            self.assertEqual((way.answers_lost, way.commits_lost), (2, 2))
        self.assertEqual((report["written"], report["rows"]), (60, 60))
        self.assertEqual(self.rows(), [(n, WIDE) for n in range(60)])

    def test_kill_9_at_every_step_leaves_each_row_once(self):
        path = self.pipeline.directory / "orders.ndjson"
        path.write_text("\n".join(order(n, WIDE) for n in range(60)) + "\n")
        self.config = self.pipeline.write({"lines": self.pipeline.file_source(path), "sink": self.pipeline.sink(
            **{"insert.mode": "insert", "pk.fields": "", "batch.size": 10})})
        self.init(self.config)
        self.narrow(9)
        self.run_host(self.config, expect=3)
        self.narrow(50)
        for step in ("sink.begin.after", "sink.write.after", "sink.commit.before", "mysql-sink.commit.sent", "sink.commit.after"):
            self.pipeline.environment["CNX_FAULT_POINTS"] = step + "=crash"
            done = self.pipeline.host("dlq", "replay", self.config)
            self.assertEqual(done.returncode, -9, step + done.stdout + done.stderr)
        del self.pipeline.environment["CNX_FAULT_POINTS"]
        report = self.replay()
        self.assertEqual(report["written"] + report["already_replayed"], 60)
        self.assertGreaterEqual(report["already_replayed"], 10, "the batch whose answer nobody waited for was written")
        self.assertEqual(self.rows(), [(n, WIDE) for n in range(60)])

    def test_letters_without_a_key_want_a_decision(self):
        path = self.pipeline.directory / "orders.ndjson"
        path.write_text("\n".join(order(n, WIDE if n == 1 else "narrow") for n in range(3)) + "\n")
        self.config = self.pipeline.write({"lines": self.pipeline.file_source(path), "sink": self.pipeline.sink()})
        self.init(self.config)
        self.pipeline.sql("ALTER TABLE walmart_order ADD CONSTRAINT short CHECK (CHAR_LENGTH(methodCode) < 10)")
        self.run_host(self.config, expect=3)
        self.pipeline.sql("ALTER TABLE walmart_order DROP CONSTRAINT short")
        refused = self.dlq("replay", self.config, expect=3)
        self.assertIn("the record has no key", refused)
        self.assertIn("--unverified", refused)
        self.assertEqual(len(self.rows()), 2)
        self.assertEqual(self.replay("--unverified")["written"], 1)
        self.assertEqual(self.rows(), [(0, "narrow"), (1, WIDE), (2, "narrow")])


if __name__ == "__main__":
    unittest.main()
