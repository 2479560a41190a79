"""Host and plugins keep to the contract between them: checking proxies (tests/contract) see every call of a job."""

import json
import shutil
import subprocess
import time
import unittest
from collections import Counter

from harness import BUILD, HOST, PipelineTest, Sandbox

PLUGINS = ("walmart-source", "order-transform", "mysql-sink")


class Contract(PipelineTest):
    def setUp(self):
        super().setUp()
        self.folder = self.pipeline.directory / "watched"
        self.folder.mkdir()
        for name in PLUGINS:
            shutil.copy(BUILD / "tests/contract/watcher.so", self.folder / f"{name}.so")
            (self.folder / f"{name}.so.watched").symlink_to(BUILD / "plugins" / f"{name}.so")
        self.report = self.pipeline.directory / "breaches.txt"
        self.pipeline.environment["CNX_WATCH_REPORT"] = str(self.report)

    def write(self, connectors):
        return self.pipeline.write(connectors, **{"plugin.path": str(self.folder)})

    def calls(self):
        """Calls that were seen, by plugin; there is no breach."""
        seen, breaches = Counter(), Counter()
        for line in self.report.read_text().splitlines():
            kind, name, rest = line.split(" ", 2)
            if kind == "calls":
                seen[name] += int(rest)
            else:
                breaches[line] += 1
        self.assertEqual(breaches, {})
        self.report.unlink()
        return seen

    def test_holds_in_a_bounded_run_with_dead_letters_and_their_replay(self):
        with Sandbox("--orders", 150, "--from", "now-90m", "--to", "now-3m", "--seed", 21) as sandbox:
            config = self.write({"orders": self.pipeline.source(sandbox), "sink": self.pipeline.sink(**{"batch.size": 20})})
            self.init(config)
            self.pipeline.produce([("bad", "no order at all"), ("wide", self.order("too wide for it"))])
            self.pipeline.sql("ALTER TABLE walmart_order MODIFY methodCode VARCHAR(12)")
            self.run_host(config, "-H", 2, expect=3)
            self.assertEqual(self.pipeline.number("SELECT COUNT(*) FROM walmart_order"), sandbox.expected()["lines"])
        seen = self.calls()
        # start, poll, acked, stop and destroy are the least that a source sees.
        self.assertGreaterEqual(min(seen[name] for name in PLUGINS), 5, seen)
        self.pipeline.sql("ALTER TABLE walmart_order MODIFY methodCode VARCHAR(50)")
        self.assertIn("1 would be written", self.pipeline.host("dlq", "replay", config, "--dry-run").stdout)
        self.assertGreater(self.calls()["mysql-sink"], 5)
        self.assertEqual(self.pipeline.host("dlq", "replay", config).returncode, 3)  # one is no order
        self.assertEqual(self.pipeline.number("SELECT COUNT(*) FROM walmart_order WHERE methodCode = 'too wide for it'"), 1)
        self.assertGreater(self.calls()["mysql-sink"], 5)

    def test_holds_when_tasks_lose_partitions_and_stop(self):
        self.pipeline.produce([(str(n), self.order("a", n)) for n in range(300)])
        config = self.write({"sink": self.pipeline.sink(**{"batch.size": 10})})
        self.init(config)
        first = self.start_host("run", config)
        self.wait_for_rows(1)
        second = self.start_host("run", config, "--set", "worker.worker.id=two")
        self.wait_for_rows(300)
        self.pipeline.produce([(str(n), self.order("b", n)) for n in range(300, 400)])
        self.stop_cleanly(second)
        self.wait_for_rows(400)
        self.stop_cleanly(first)
        self.assertGreater(self.calls()["mysql-sink"], 20)

    def wait_for_rows(self, wanted):
        deadline = time.monotonic() + 60
        while self.pipeline.number("SELECT COUNT(*) FROM walmart_order") < wanted:
            self.assertLess(time.monotonic(), deadline, f"not {wanted} rows")
            time.sleep(0.05)

    @staticmethod
    def order(method, number=1):
        line = {"lineNumber": "1", "item": {"sku": "A"}, "orderLineQuantity": {"amount": "1"}}
        return json.dumps({"purchaseOrderId": str(300000000000000 + number), "orderDate": 1762783401417,
                           "shippingInfo": {"methodCode": method}, "orderLines": {"orderLine": [line]}})


class ConformanceSuite(unittest.TestCase):
    def test_finds_nothing_wrong_with_walks_side_by_side(self):
        # The suite's clock stands there; the sandbox's has to stand, too, since orders tell when they were fetched.
        with Sandbox("--now", "2023-11-14T22:13:20Z", "--orders", 200, "--from", "now-1h", "--set", "rate_limit_orders=0") as sandbox:
            sandbox.freeze()
            keys = {"topic": "t", "base.url": sandbox.url, "ssl.ca.location": sandbox.ca_file, "accounts.a.client.id": "sandbox-client",
                    "accounts.a.client.secret": "sandbox-secret", "hours": 1, "batch.size": 20}
            options = [word for key, value in keys.items() for word in ("--set", f"{key}={value}")]
            done = subprocess.run([HOST, "check-plugin", BUILD / "plugins/walmart-source.so", *options], capture_output=True, text=True, timeout=120)
        self.assertIn(", 0 faults, 0 not tried", done.stdout)


if __name__ == "__main__":
    unittest.main()
