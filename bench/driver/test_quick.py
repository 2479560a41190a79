"""The measurements run to their end and give the JSON that they promise. What they measure is not looked at."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from bench_site import NEEDED

PASSES = ("new", "same", "changed")
RUN = ("rows", "rows_per_s_with_start", "first_row_s", "cpu_s_per_million", "peak_rss_mib", "stop_s")


@unittest.skipUnless(all(name in os.environ for name in NEEDED),
                     f"needs a broker and a database: {', '.join(NEEDED)} are not all set (./dev up prints them)")
class QuickBench(unittest.TestCase):
    def test_every_suite_gives_its_figures(self):
        with tempfile.TemporaryDirectory(prefix="connect-host-bench-test-") as folder:
            done = subprocess.run([sys.executable, str(pathlib.Path(__file__).with_name("run.py")), "--quick", "--output", folder],
                                  capture_output=True, text=True, timeout=120)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            files = list(pathlib.Path(folder).glob("*.json"))
            self.assertEqual(len(files), 1, done.stderr)
            results = json.loads(files[0].read_text(encoding="utf-8"))
        self.assertTrue({"produce", "consume", "parse", "database", "pipeline", "latency", "binary", "ratios"} <= results.keys())
        for name in ("consume", "parse"):
            self.assertGreater(results[name]["records_per_s"], 0, name)
        for limit, passes in results["database"].items():
            self.assertEqual({name: passes[name]["rows_per_s"] > 0 for name in PASSES}, dict.fromkeys(PASSES, True), limit)
        for tasks in ("tasks_1", "tasks_3"):
            for name in PASSES:
                run = results["pipeline"][tasks][name]
                self.assertEqual([key for key in RUN if not isinstance(run[key], (int, float))], [], f"{tasks} {name}: {run}")
                self.assertEqual(run["rows"], results["produce"]["rows"], f"{tasks} {name}")
        self.assertEqual(results["latency"].keys() & {"p50_ms", "p99_ms", "max_ms", "cpu_percent"},
                         {"p50_ms", "p99_ms", "max_ms", "cpu_percent"})
        table = done.stdout.splitlines()
        for start in ("limit: consume", "limit: database", "host:  tasks_3 new", "latency at", "ratio: "):
            self.assertTrue(any(line.startswith(start) for line in table), f"no line '{start}' in\n{done.stdout}")


if __name__ == "__main__":
    unittest.main()
