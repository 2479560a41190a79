"""Every sample through `preview`, and the same through Kafka into the table: column by column the same."""

import json
import time
import unittest

from harness import ROOT, PipelineTest

SAMPLES = ROOT / "tests" / "testdata" / "walmart"


class Samples(PipelineTest):
    def test_the_table_holds_what_preview_shows(self):
        files = sorted(p for p in SAMPLES.glob("[01]*.json"))
        self.assertEqual(len(files), 11)
        config = self.pipeline.write({"sink": self.pipeline.sink()})
        shown = []
        records = []
        for number, path in enumerate(files):
            # A sample's ids are unique over all files, but 09 and 10 are pages of one result and may share none.
            done = self.pipeline.host("preview", config, "--connector", "sink", "--input", path, "--format", "json")
            self.assertIn(done.returncode, (0, 3), done.stderr)
            entries = [json.loads(line, parse_float=str) for line in done.stdout.splitlines()]
            shown += [e["row"] for e in entries if "row" in e]
            self.assertFalse([e for e in entries if "dead" in e], path.name)
            records.append((number, json.dumps(json.loads(path.read_text()), ensure_ascii=False, separators=(",", ":"))))
        self.init(config)
        self.pipeline.produce(records)
        process = self.start_host("run", config)
        self.wait_for_rows(len(shown), process)
        self.stop_cleanly(process)
        columns = [c for c in shown[0] if c not in ("load_time", "charges", "orderLineStatuses")]
        stored = {(r["purchaseOrderId"], r["lineNumber"]): r for r in self.pipeline.json_rows(columns, "1")}
        self.assertEqual(len(stored), len(shown))
        for row in shown:
            there = stored[(row["purchaseOrderId"], row["lineNumber"])]
            for column in columns:
                self.assertEqual(self.plain(row[column]), self.plain(there[column]),
                                 f"{column} of {row['purchaseOrderId']} line {row['lineNumber']}")
        loaded = self.pipeline.number("SELECT COUNT(*) FROM walmart_order WHERE ABS(TIMESTAMPDIFF(SECOND, load_time, UTC_TIMESTAMP())) < 600")
        self.assertEqual(loaded, len(shown))

    @staticmethod
    def plain(value):
        # MariaDB's JSON_OBJECT gives times of fraction 0 with six zeros.
        return value.removesuffix(".000000") if isinstance(value, str) else value

    def wait_for_rows(self, rows, process):

        deadline = time.monotonic() + 60
        while self.pipeline.number("SELECT COUNT(*) FROM walmart_order") < rows:
            self.assertIsNone(process.poll(), process.log_path.read_text())
            self.assertLess(time.monotonic(), deadline, process.log_path.read_text())
            time.sleep(0.1)


if __name__ == "__main__":
    unittest.main()
