"""The main job: the API's orders → Kafka → one row per order line, exactly once."""

import json
import time
import unittest
import urllib.request

from harness import PipelineTest, Sandbox, kept_output


class MainJob(PipelineTest):
    def test_a_bounded_run_brings_every_order_line_to_the_table(self):
        with Sandbox("--orders", 400, "--from", "now-90m", "--to", "now-3m", "--seed", 7) as sandbox:
            config = self.pipeline.write({"orders": self.pipeline.source(sandbox), "sink": self.pipeline.sink()})
            self.init(config)
            done = self.run_host(config, "-H", 2)
            expected = sandbox.expected()
            given = {str(json.loads(o)["purchaseOrderId"]): o for o in sandbox.orders(served=True)}
        self.assertEqual(self.pipeline.number("SELECT COUNT(*) FROM walmart_order"), expected["lines"])
        self.assertIn(f"rows      {expected['lines']}", done.stderr)
        self.assertEqual(done.stdout, "", "standard output is the plugins'")
        sent = {r["key"]: r["value"] for r in self.pipeline.records()}
        self.assertEqual(sorted(sent), sorted(given))
        for key, value in sent.items():
            order = json.loads(value)
            self.assertRegex(order.pop("request_time"), r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
            self.assertEqual(order, json.loads(given[key]))
        self.assertEqual(set(self.pipeline.lag().values()), {"0"})

    def test_a_range_that_is_done_is_not_fetched_again_unless_asked(self):
        with Sandbox("--orders", 50, "--from", "today-2d+8h", "--to", "today-2d+20h", "--seed", 8) as sandbox:
            config = self.pipeline.write({"orders": self.pipeline.source(sandbox), "sink": self.pipeline.sink()})
            self.init(config)
            before, day = (time.strftime("%Y%m%d", time.gmtime(time.time() - n * 86400)) for n in (3, 2))
            self.run_host(config, "-s", before, "-e", day, timeout=100)
            calls = sandbox.stats()["calls"]
            again = self.run_host(config, "-s", before, "-e", day, timeout=60)
            self.assertEqual(sandbox.stats()["calls"], calls)
            self.assertRegex(again.stderr, r"fetched.*\d{4}-\d\d-\d\d")
            self.run_host(config, "-s", before, "-e", day, "--again")
            self.assertNotEqual(sandbox.stats()["calls"], calls)
        self.assertEqual(len(self.pipeline.records()), 100)
        self.assertEqual(self.pipeline.number("SELECT COUNT(DISTINCT purchaseOrderId) FROM walmart_order"), 50)

    def test_a_day_that_is_not_over_is_gone_on_with_and_nothing_is_sent_twice(self):
        with Sandbox("--orders", 1200, "--from", "now-5m", "--to", "now+5m", "--seed", 11, "--oddities", 0) as sandbox:
            config = self.pipeline.write({"orders": self.pipeline.source(sandbox, timezone="UTC"),
                                          "sink": self.pipeline.sink(**{"insert.mode": "insert", "pk.fields": ""})})
            self.init(config)
            before, day = (time.strftime("%Y%m%d", time.gmtime(time.time() - n * 86400)) for n in (1, 0))
            counts = []
            for _ in range(3):
                time.sleep(2)  # two orders appear each second
                done = self.run_host(config, "-s", before, "-e", day, timeout=100)
                counts.append(self.pipeline.number("SELECT COUNT(DISTINCT purchaseOrderId) FROM walmart_order"))
            self.assertIn("this one fetches the rest", done.stderr + done.stdout)
            self.assertEqual(len(self.pipeline.records()), counts[-1], "an order was sent twice")
            self.assertEqual(sorted(set(counts)), counts, "each run brings what came since")
            self.assertGreater(counts[0], 300)

    def test_without_bounds_the_metrics_agree_with_the_table_and_sigterm_ends_it(self):
        with Sandbox("--orders", 300, "--from", "now-3h", "--to", "now-3m", "--seed", 9) as sandbox:
            config = self.pipeline.write({"orders": self.pipeline.source(sandbox, **{"start.from": "1d"}),
                                          "sink": self.pipeline.sink()}, listeners="http://127.0.0.1:0")
            self.init(config)
            process = self.start_host("run", config)
            lines = sandbox.expected()["lines"]
            self.wait_for(lambda: self.pipeline.number("SELECT COUNT(*) FROM walmart_order") >= lines, process)
            url = self.listening_url(process)
            for path in ("/", "/status", "/connectors?expand=status", "/connectors/sink/status", "/metrics", "/health"):
                kept_output.keep(urllib.request.urlopen(url + path, timeout=10).read(), "rest")
            metrics = urllib.request.urlopen(url + "/metrics", timeout=10).read().decode()
            rows = sum(float(line.rsplit(" ", 1)[1]) for line in metrics.splitlines()
                       if line.startswith("connect_sink_task_metrics_rows_written_total{"))
            self.assertEqual(rows, self.pipeline.number("SELECT COUNT(*) FROM walmart_order"))
            def total(name):
                return sum(float(line.rsplit(" ", 1)[1]) for line in metrics.splitlines() if line.startswith(f"connect_{name}{{"))

            self.assertEqual(total("sink_task_metrics_record_age_seconds_count"), 300, metrics)
            self.assertEqual(total("source_task_metrics_window_records_fetched") - total("source_task_metrics_window_records_repeated"), 300)
            self.assertEqual(total("source_task_metrics_window_ledger_balance"), 0)
            self.assertEqual(total("sink_task_metrics_ledger_balance"), 0)
            health = json.load(urllib.request.urlopen(url + "/health", timeout=10))
            self.assertEqual(health["status"], "healthy")
            self.stop_cleanly(process)

    def wait_for(self, true, process, seconds=120):
        deadline = time.monotonic() + seconds
        while not true():
            self.assertIsNone(process.poll(), process.log_path.read_text())
            self.assertLess(time.monotonic(), deadline, process.log_path.read_text())
            time.sleep(0.1)

    def listening_url(self, process):
        for line in process.log_path.read_text().splitlines():
            if "listening on " in line:
                return line.split("listening on ")[1].strip()
        raise AssertionError(process.log_path.read_text())

    def test_one_connector_that_fails_for_good_leaves_the_other_running(self):
        with Sandbox("--orders", 60, "--from", "now-90m", "--to", "now-3m", "--seed", 10) as sandbox:
            connectors = {"orders": self.pipeline.source(sandbox), "sink": self.pipeline.sink(),
                          "broken": self.pipeline.sink(**{"table.name.format": "no_such_table"})}
            config = self.pipeline.write(connectors)
            self.init(self.pipeline.write({k: connectors[k] for k in ("orders", "sink")}))
            done = self.run_host(config, "-H", 2, expect=1)
            lines = sandbox.expected()["lines"]
        self.assertEqual(self.pipeline.number("SELECT COUNT(*) FROM walmart_order"), lines)
        self.assertRegex(done.stderr, "(?m)^connector 'broken' failed: .*no_such_table")


if __name__ == "__main__":
    unittest.main()
