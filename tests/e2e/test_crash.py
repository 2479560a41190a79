"""A busy day with faults of every kind, straight through and with kill -9 at random moments: the same result."""

import json
import random
import re
import subprocess
import time
import unittest

from harness import ROOT, PipelineTest, Sandbox

SCENARIO = ROOT / "tests" / "support" / "walmart_sandbox" / "scenarios" / "busy_day.json"
KILLS = 10


class BusyDay(PipelineTest):
    def setUp(self):
        super().setUp()
        self.sandbox = Sandbox("--scenario", SCENARIO)
        self.sandbox.start()
        self.addCleanup(self.sandbox.stop)
        self.expected = self.sandbox.expected()
        self.day = self.expected["first_order_date"]
        config = {"orders": self.pipeline.source(self.sandbox), "sink": self.pipeline.sink()}
        self.config = self.pipeline.write(config)
        self.init(self.config)
        date = time.strftime("%Y%m%d", time.gmtime(time.time() - 86400 - 8 * 3600))
        self.arguments = ("run", self.config, "-s", date, "-e", date)

    def check_result(self):
        given = {}
        for text in self.sandbox.orders(served=True):
            order = json.loads(text)
            given[str(order["purchaseOrderId"])] = text
        self.assertEqual(len(given), self.expected["orders"])
        records = self.pipeline.records()
        keys = [r["key"] for r in records]
        self.assertEqual(len(keys), len(set(keys)), "an order stands in Kafka twice")
        self.assertEqual(set(keys), set(given))
        for record in records:
            sent = record["value"]
            stamp = sent.index('"request_time":"')
            end = sent.index('"', stamp + len('"request_time":"')) + 1
            bare = sent[:stamp] + sent[end:].lstrip().removeprefix(",").lstrip()
            self.assertEqual("".join(bare.split()), "".join(text_of(given[record["key"]]).split()))
        lines = {(key, str(line["lineNumber"])) for key, text in given.items() for line in lines_of(json.loads(text))}
        rows = [tuple(row) for row in self.pipeline.sql("SELECT purchaseOrderId, lineNumber FROM walmart_order")]
        self.assertEqual(len(rows), len(set(rows)))
        self.assertEqual(set(rows), lines)
        self.assertEqual(len(rows), self.expected["lines"])

    def test_faults_of_all_kinds_change_nothing(self):
        done = self.pipeline.host(*self.arguments, timeout=400)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr[-4000:])
        self.check_result()
        stats = self.sandbox.stats()
        calls = sum(stats["calls"].values()) if isinstance(stats["calls"], dict) else stats["calls"]
        faults = stats["faults"] if not isinstance(stats["faults"], dict) else sum(stats["faults"].values())
        pages = stats["pages"]
        windows = int(re.search(r"^windows +\d+ of (\d+)", done.stderr, flags=re.M)[1])
        print(f"API calls {calls}, pages {pages}, windows {windows}, faults {faults}")
        self.assertLessEqual(calls, 1.5 * (pages + windows + faults))

    def test_kill_9_at_random_moments_changes_nothing(self):
        seed = random.randrange(1 << 32)
        print(f"seed {seed}")
        moments = random.Random(seed)
        kills = 0
        while True:
            process = self.start_host(*self.arguments)
            if kills < KILLS:
                try:
                    code = process.wait(timeout=moments.uniform(0.3, 4.0))
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                    kills += 1
                    continue
            else:
                code = process.wait(timeout=400)
            self.assertEqual(code, 0, process.log_path.read_text()[-6000:])
            break
        print(f"killed {kills} times")
        self.check_result()


def text_of(order):
    return order if isinstance(order, str) else order.decode()


def lines_of(order):
    lines = (order.get("orderLines") or {}).get("orderLine") or []
    return lines if isinstance(lines, list) else [lines]


if __name__ == "__main__":
    unittest.main()
