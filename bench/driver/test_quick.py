"""The measurements run to their end and give the JSON that they promise. What they measure is not looked at."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from bench_site import NEEDED, ROOT

PASSES = ("new", "same", "changed")
RUN = ("rows", "rows_per_s_with_start", "first_row_s", "cpu_s_per_million", "peak_rss_mib", "stop_s")


class Options(unittest.TestCase):
    def test_are_refused_before_anything_is_built_or_started(self):
        for options, part in ((["--nosuch"], "unrecognized arguments: --nosuch"), (["--only", "nosuch"], "no suite nosuch"),
                              (["--only", "peers", "--peer", "nosuch"], "invalid choice: 'nosuch'")):
            done = subprocess.run([ROOT / "dev", "bench", *options], capture_output=True, text=True, timeout=60)
            self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
            self.assertIn(part, done.stderr)
            self.assertNotIn("building", done.stderr)


@unittest.skipUnless(all(name in os.environ for name in NEEDED),
                     f"needs a broker and a database: {', '.join(NEEDED)} are not all set (./dev up prints them)")
class QuickBench(unittest.TestCase):
    def quick(self, *options):
        """The JSON, and the table's lines."""
        with tempfile.TemporaryDirectory(prefix="connect-host-bench-test-") as folder:
            done = subprocess.run([sys.executable, str(pathlib.Path(__file__).with_name("run.py")), "--quick", "--output", folder, *options],
                                  capture_output=True, text=True, timeout=120)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            files = list(pathlib.Path(folder).glob("*.json"))
            self.assertEqual(len(files), 1, done.stderr)
            results, table = json.loads(files[0].read_text(encoding="utf-8")), done.stdout.splitlines()
            self.assertIn("none of the figures is a measurement", table[0])
            self.assertEqual(results["quick"], table[0])
            self.assertEqual([line for line in table[1:] if not line.startswith(("quick, no measurement: ", "| quick, no measurement | ", "|---|---"))], [])
            return results, table

    def test_every_suite_gives_its_figures(self):
        results, table = self.quick()
        self.assertTrue({"produce", "consume", "parse", "database", "pipeline", "latency", "binary"} <= results.keys())
        for name in ("consume", "parse"):
            self.assertGreater(results[name]["records_per_s"], 0, name)
        for limit, passes in results["database"].items():
            self.assertEqual({name: passes[name]["rows_per_s"] > 0 for name in PASSES}, dict.fromkeys(PASSES, True), limit)
        self.assertEqual(set(results["pipeline"]["cases"]), {"1x3"})
        for case, passes in results["pipeline"]["cases"].items():
            self.assertEqual(tuple(passes), PASSES, case)
            for name, turn in passes.items():
                run = turn["host"]
                self.assertEqual([key for key in RUN if not isinstance(run[key], (int, float))], [], f"{case} {name}: {run}")
                self.assertEqual((run["rows"], turn["limit"]["rows"]), (results["produce"]["rows"],) * 2, f"{case} {name}")
                self.assertGreater(turn["cpu"]["min"], 0, f"{case} {name}")
        self.assertEqual(results["latency"].keys() & {"p50_ms", "p99_ms", "max_ms", "cpu_percent"},
                         {"p50_ms", "p99_ms", "max_ms", "cpu_percent"})
        for part in (": limit: consume", ": limit: database", " | 1 × 3 | new | 1 |", ": latency at"):
            self.assertTrue(any(line.startswith("quick, no measurement" + part, line.find("quick")) for line in table), f"no line '{part}' in {table}")

    def test_growth_and_memory_over_time_are_told(self):
        results, table = self.quick("--only", "scale", "--only", "soak")
        self.assertEqual({name: run["peak_rss_mib"] > 0 for name, run in results["scale"].items()},
                         {"2000_orders_2_partitions": True})
        self.assertTrue(any(line.startswith("| quick, no measurement | 2,000 · 2 |") for line in table), table)
        self.assertGreater(len(results["soak"]["looks_mib"]), 2)


if __name__ == "__main__":
    unittest.main()
