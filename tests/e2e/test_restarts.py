"""Tasks that start again: how fast, after what, and who hears of it."""

import json
import re
import signal
import socket
import time
import unittest
import urllib.request

from harness import PipelineTest, Sandbox

PATIENCE_S = 40


class Restarts(PipelineTest):
    def wait_until(self, true, process):
        deadline = time.monotonic() + PATIENCE_S
        while not true():
            log = process.log_path.read_text()
            self.assertIsNone(process.poll(), log)
            self.assertLess(time.monotonic(), deadline, log)
            time.sleep(0.05)

    def test_a_task_that_fails_at_once_waits_longer_each_time(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))  # taken, but nobody listens
            nowhere = {"url": f"mysql://127.0.0.1:{closed.getsockname()[1]}/nowhere", "user": "app", "password": "${env:E2E_PASSWORD}"}
            self.pipeline.produce([("1", "{}")])
            began = time.monotonic()
            process = self.start_host("run", self.pipeline.write({"sink": self.pipeline.sink(**{"tasks.max": 1, "connection": nowhere})}))

            def waits():
                return [float(s) for s in re.findall(r"starts again in ([\d.]+) s", process.log_path.read_text())]

            self.wait_until(lambda: len(waits()) >= 3, process)
            self.assertGreater(time.monotonic() - began, sum(waits()[:2]) - 0.2)
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(timeout=10), 0, "the wait before a restart held the end")
        first, second, third = waits()[:3]
        self.assertTrue(first < second < third, f"{first}, {second}, {third} s")

    def test_a_range_whose_end_was_written_though_the_answer_was_lost_is_over(self):
        with Sandbox("--orders", 40, "--from", "now-50m", "--to", "now-3m", "--seed", 5) as sandbox:
            connectors = {"orders": self.pipeline.source(sandbox), "sink": self.pipeline.sink(**{"tasks.max": 1})}
            # The same job in another group tells how many commits there are: the last one is of the range's end.
            self.pipeline.environment["CNX_FAULT_POINTS"] = "source.commit.after=delay:1@1+"
            rehearsal = self.pipeline.write(connectors, **{"worker.group.id": self.pipeline.group + "-rehearsal"})
            self.init(rehearsal)
            commits = re.findall(r"source\.commit\.after: passing (\d+)", self.run_host(rehearsal, "-H", 1).stderr)
            self.pipeline.environment["CNX_FAULT_POINTS"] = f"source.commit.after=error@{commits[-1]}"
            done = self.run_host(self.pipeline.write(connectors), "-H", 1, timeout=60)
            orders = len(list(sandbox.orders(served=True)))
        self.assertIn(f"source.commit.after: passing {commits[-1]}: error", done.stderr)
        self.assertIn("starts again", done.stderr)
        self.assertEqual(len(self.pipeline.records()), 2 * orders, "each of the two sent each order once")

    def test_a_paused_sink_hears_that_a_newer_process_has_its_id(self):
        self.pipeline.produce([("1", "{}")])
        config = self.pipeline.write({"sink": self.pipeline.sink(**{"tasks.max": 1})}, listeners="http://127.0.0.1:0")
        self.init(config)
        older = self.start_host("run", config)
        self.wait_until(lambda: "assigned" in older.log_path.read_text() and "listening on " in older.log_path.read_text(), older)
        url = older.log_path.read_text().split("listening on ")[1].split()[0] + "/connectors/sink/"
        urllib.request.urlopen(urllib.request.Request(url + "pause", method="PUT"), timeout=10).close()

        def task():
            with urllib.request.urlopen(url + "status", timeout=10) as answer:
                return json.load(answer)["tasks"][0]["state"]

        self.wait_until(lambda: task() == "PAUSED", older)
        newer = self.start_host("run", config)
        self.assertEqual(older.wait(timeout=PATIENCE_S), 1, older.log_path.read_text())
        self.assertIn("worker.id 'one' is used twice", older.log_path.read_text())
        self.wait_until(lambda: "claimed " in newer.log_path.read_text(), newer)
        self.stop_cleanly(newer)


if __name__ == "__main__":
    unittest.main()
