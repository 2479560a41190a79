"""check, init, preview --topic and offsets against a real broker and database."""

import json
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "e2e"))
from harness import PipelineTest, Sandbox  # noqa: E402  (found through the line above)

ORDER = '{"purchaseOrderId":"%d","orderLines":{"orderLine":[{"lineNumber":"1"}]}}'


class LiveTest(PipelineTest):
    def host(self, *arguments, expect=0):
        done = self.pipeline.host(*arguments)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done

    def sink_config(self, **more):
        return self.pipeline.write({"sink": self.pipeline.sink(**more)})

    def produce_orders(self, count):
        self.pipeline.produce([(str(i), ORDER % i) for i in range(1, count + 1)], partitions=1)


class CheckAndInit(LiveTest):
    def config(self, sandbox):
        return self.pipeline.write({"orders": self.pipeline.source(sandbox), "sink": self.pipeline.sink()},
                                   **{"offsets.topic": self.pipeline.name + "_offsets"})

    def test_check_names_what_is_missing_and_init_makes_it(self):
        with Sandbox() as sandbox:
            config = self.config(sandbox)
            before = self.host("check", config, expect=1)
            self.assertIn(f"warning topic {self.pipeline.topic}: written by orders, is not there yet; init or run makes it",
                          before.stdout)
            made = self.host("init", config)
            for topic in (self.pipeline.topic, self.pipeline.dead_topic, self.pipeline.name + "_offsets"):
                self.assertRegex(made.stdout, f"ok topic {topic}: .*, made\n")
            again = self.host("init", config)
            self.assertNotIn(", made\n", again.stdout)
            after = self.host("check", config)
            self.assertNotIn("error ", after.stdout)
            self.assertIn(f"ok topic {self.pipeline.topic}: written by orders, 3 partitions", after.stdout)

    def test_check_refuses_wrong_credentials_without_showing_them(self):
        with Sandbox() as sandbox:
            config = self.config(sandbox)
            self.host("init", config)
            self.pipeline.environment["E2E_SECRET"] = "wrong-secret-value"
            done = self.host("check", config, expect=1)
            self.assertRegex(done.stdout, "error orders .*")
            self.assertNotIn("wrong-secret-value", done.stdout + done.stderr)

    def test_check_says_that_a_topic_to_read_does_not_exist_and_init_that_it_makes_none(self):
        done = self.host("check", self.sink_config(), expect=1)
        self.assertIn(f"error topic {self.pipeline.topic}: read by sink, does not exist", done.stdout)
        done = self.host("init", self.sink_config())
        self.assertIn(f"warning topic {self.pipeline.topic}: read by sink, does not exist, and init makes no topic", done.stdout)
        self.produce_orders(1)
        self.assertNotIn("does not exist", self.host("init", self.sink_config()).stdout)

    def test_check_says_that_nobody_answers(self):
        config = self.pipeline.write({"sink": self.pipeline.sink()}, **{"bootstrap.servers": "127.0.0.1:1"})
        done = self.host("check", config, expect=1)
        self.assertRegex(done.stdout, "error worker.bootstrap.servers: .*127.0.0.1:1")


class PreviewTopic(LiveTest):
    def preview(self, *arguments, expect=0):
        done = self.host("preview", self.sink_config(), "--connector", "sink", "--topic", self.pipeline.topic, "--format",
                         "json", *arguments, expect=expect)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_shows_records_from_the_log_start(self):
        self.produce_orders(25)
        rows = self.preview()
        self.assertEqual([line["row"]["purchaseOrderId"] for line in rows], list(range(1, 11)))
        self.assertEqual([line["origin"] for line in rows], list(range(10)))

    def test_begins_at_an_offset_and_ends_at_the_logs_end(self):
        self.produce_orders(5)
        rows = self.preview("--partition", "0", "--offset", "3", "--count", "100")
        self.assertEqual([line["row"]["purchaseOrderId"] for line in rows], [4, 5])

    def test_counts_a_record_as_one_whatever_is_in_it(self):
        self.pipeline.produce([("1", f"[{ORDER % 1},{ORDER % 2}]"), ("2", "broken"), ("3", "\\N")], partitions=1)
        found = self.preview(expect=3)
        self.assertEqual([line.get("origin", None) for line in found if "row" in line], [0, 0])
        self.assertEqual([line["dead"]["origin"] for line in found if "dead" in line], [1])
        self.assertEqual([line["filtered"]["rule"] for line in found if "filtered" in line], ["tombstone"])

    def test_joins_no_group_and_commits_nothing(self):
        self.produce_orders(3)
        config = self.sink_config()
        self.host("init", config)
        self.preview()
        listed = json.loads(self.host("offsets", "list", config, "--json").stdout)
        self.assertEqual(listed, [])

    def test_refuses_topics_partitions_and_offsets_that_are_not_there(self):
        self.assertEqual(self.preview(expect=2), [])
        self.produce_orders(2)
        self.assertEqual(self.preview("--partition", "7", expect=2), [])
        self.assertEqual(self.preview("--partition", "0", "--offset", "99", expect=1), [])


class Offsets(LiveTest):
    def listed(self, config):
        return json.loads(self.host("offsets", "list", config, "--json").stdout)

    def test_of_a_sink_move_where_they_are_told_and_raise_the_epoch(self):
        self.produce_orders(4)
        config = self.sink_config()
        self.host("init", config)
        self.host("offsets", "reset", config, "--connector", "sink", "--to", "latest")
        (latest,) = self.listed(config)
        self.assertEqual(latest["lag"], 0)
        self.assertGreaterEqual(latest["next_offset"], 4)
        self.host("offsets", "reset", config, "--connector", "sink", "--topic", self.pipeline.topic, "--partition", "0",
                  "--to", "2")
        (two,) = self.listed(config)
        self.assertEqual((two["next_offset"], two["lag"]), (2, latest["next_offset"] - 2))
        self.assertGreater(two["epoch"], latest["epoch"])
        self.assertIn(self.pipeline.topic, self.host("offsets", "list", config).stdout)

    def test_of_one_connector_are_listed_alone(self):
        self.produce_orders(1)
        config = self.pipeline.write({"one": self.pipeline.sink(), "two": self.pipeline.sink()})
        self.host("init", config)
        for name in ("one", "two"):
            self.host("offsets", "reset", config, "--connector", name, "--to", "latest")
        for options, names in (((), {"one", "two"}), (("--connector", "two"), {"two"}), (("--only", "one"), {"one"}),
                               (("--connector", "one", "--connector", "two"), {"one", "two"})):
            listed = json.loads(self.host("offsets", "list", config, "--json", *options).stdout)
            self.assertEqual({row["connector"] for row in listed}, names, options)

    def test_of_a_sink_stay_within_the_log(self):
        self.produce_orders(2)
        config = self.sink_config()
        self.host("init", config)
        for to, part in (("1000", "holds offsets 0 to"), ("none", "is a sink"), ("soon", "write earliest")):
            done = self.host("offsets", "reset", config, "--connector", "sink", "--to", to, expect=2)
            self.assertIn(part, done.stderr)
        self.assertEqual(self.listed(config), [])

    def test_of_a_sink_are_shown_without_a_broker_too(self):
        self.produce_orders(2)
        config = self.sink_config()
        self.host("init", config)
        self.host("offsets", "reset", config, "--connector", "sink", "--to", "latest")
        done = self.host("offsets", "list", config, "--json", "--set", "worker.bootstrap.servers=127.0.0.1:1", expect=1)
        (row,) = json.loads(done.stdout)
        self.assertIsNone(row["end_offset"])
        self.assertIn("127.0.0.1:1", done.stderr)

    def test_of_a_source_are_listed_and_removed(self):
        path = self.pipeline.directory / "orders.ndjson"
        path.write_text("".join(ORDER % i + "\n" for i in range(1, 4)))
        config = self.pipeline.write({"orders": self.pipeline.file_source(path)},
                                     **{"offsets.topic": self.pipeline.name + "_offsets"})
        self.run_host(config)
        self.assertEqual(len(self.pipeline.records()), 3)
        self.assertIn("done", self.host("offsets", "list", config).stdout)
        done = self.host("offsets", "reset", config, "--connector", "orders", "--to", "earliest", expect=2)
        self.assertIn("--to none", done.stderr)
        self.host("offsets", "reset", config, "--connector", "orders", "--to", "none")
        self.assertEqual(self.listed(config), [])
        self.run_host(config)
        self.assertEqual(len(self.pipeline.records()), 6)

    def test_of_a_running_source_are_removed_under_it_and_it_begins_anew(self):
        path = self.pipeline.directory / "orders.ndjson"
        path.write_text("".join(ORDER % i + "\n" for i in range(1, 4)))
        config = self.pipeline.write({"orders": self.pipeline.file_source(path, follow="true")},
                                     **{"offsets.topic": self.pipeline.name + "_offsets"})
        self.host("init", config)
        process = self.start_host("run", config)
        self.await_records(3, process)
        self.host("offsets", "reset", config, "--connector", "orders", "--to", "none")
        with open(path, "a") as orders:  # a source that waits notices at its next commit
            orders.write(ORDER % 4 + "\n")
        self.await_records(7, process)
        self.stop_cleanly(process)

    def test_of_a_running_sink_move_under_it_and_it_goes_on_from_there(self):
        self.produce_orders(4)
        config = self.sink_config()
        self.host("init", config)
        process = self.start_host("run", config)
        self.await_number(4, self.rows, process)
        self.pipeline.sql("DELETE FROM walmart_order")
        self.host("offsets", "reset", config, "--connector", "sink", "--to", "earliest")
        self.await_number(4, self.rows, process)
        self.stop_cleanly(process)

    def rows(self):
        return self.pipeline.number("SELECT COUNT(*) FROM walmart_order")

    def await_records(self, count, process):
        self.await_number(count, lambda: len(self.pipeline.records()), process)

    def await_number(self, expected, ask, process):
        deadline = time.monotonic() + 60
        while (found := ask()) < expected:
            self.assertIsNone(process.poll(), process.log_path.read_text())
            self.assertLess(time.monotonic(), deadline, process.log_path.read_text())
            time.sleep(0.2)
        self.assertEqual(found, expected)


if __name__ == "__main__":
    unittest.main()
