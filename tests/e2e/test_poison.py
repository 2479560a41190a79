"""Bad records in the middle of good ones: the good are written, the bad are dead letters, and the run says so."""

import json
import unittest

from harness import PipelineTest


def order(number, **more):
    line = {"lineNumber": "1", "item": {"sku": "A"}, "orderLineQuantity": {"amount": "1"}}
    return json.dumps({"purchaseOrderId": str(200000000000000 + number), "orderDate": 1762783401417, **more,
                       "orderLines": {"orderLine": [line]}})


class Poison(PipelineTest):
    def run_lines(self, lines, expect, **sink):
        path = self.pipeline.directory / "orders.ndjson"
        path.write_text("\n".join(lines) + "\n")
        config = self.pipeline.write({"lines": self.pipeline.file_source(path),
                                      "sink": self.pipeline.sink(**sink)})
        self.init(config)
        return self.run_host(config, expect=expect)

    def test_two_bad_records_become_two_dead_letters(self):
        lines = [order(n) for n in range(300)]
        lines[100] = order(100, shippingInfo={"methodCode": "M" * 51})
        lines[200] = '{"purchaseOrderId": "200000000000200", "orderDate":'
        done = self.run_lines(lines, expect=3)
        self.assertEqual(self.pipeline.number("SELECT COUNT(*) FROM walmart_order"), 298)
        dead = self.pipeline.records(self.pipeline.dead_topic)
        self.assertEqual(sorted(d["value"] for d in dead), sorted([lines[100], lines[200]]))
        headers = {d["value"]: d["headers"] for d in dead}
        self.assertEqual(headers[lines[100]]["__cnx.errors.path"], "$.shippingInfo.methodCode")
        self.assertEqual(headers[lines[100]]["__cnx.errors.column"], "methodCode")
        self.assertEqual(headers[lines[200]]["__connect.errors.topic"], self.pipeline.topic)
        self.assertEqual(headers[lines[200]]["__connect.errors.stage"], "TRANSFORMATION")
        self.assertNotIn(self.pipeline.password, json.dumps(dead) + done.stdout + done.stderr)
        self.assertRegex(done.stderr, r"(?m)^records .* 2 dead")

    def test_a_value_that_only_the_database_refuses_is_found(self):
        self.pipeline.sql(f"CREATE DATABASE `{self.pipeline.database}`", database="mysql")
        lines = [order(n, shippingInfo={"methodCode": "narrow" if n not in (41, 42, 99) else "too wide for it"})
                 for n in range(100)]
        path = self.pipeline.directory / "orders.ndjson"
        path.write_text("\n".join(lines) + "\n")
        config = self.pipeline.write({"lines": self.pipeline.file_source(path), "sink": self.pipeline.sink()})
        self.init(config)
        # A rule that only the server knows: preflight and transform cannot see it.
        self.pipeline.sql("ALTER TABLE walmart_order ADD CONSTRAINT short CHECK (CHAR_LENGTH(methodCode) < 10)")
        self.run_host(config, expect=3)
        self.assertEqual(self.pipeline.number("SELECT COUNT(*) FROM walmart_order"), 97)
        dead = self.pipeline.records(self.pipeline.dead_topic)
        self.assertEqual(sorted(d["value"] for d in dead), sorted(lines[n] for n in (41, 42, 99)))
        self.assertEqual({d["headers"]["__connect.errors.stage"] for d in dead}, {"TASK_PUT"})

    def test_without_tolerance_the_first_dead_record_fails_the_task(self):
        lines = [order(0), "not json", order(2)]
        done = self.run_lines(lines, expect=1, **{"errors.tolerance": "none", "tasks.max": 1})
        self.assertRegex(done.stderr, r"connector 'sink' failed: .*\[\d\] offset \d+.*errors.tolerance")
        self.assertEqual(self.pipeline.records(self.pipeline.dead_topic), [])

    def test_the_multi_row_path_ends_the_same_way(self):
        lines = [order(n) for n in range(50)]
        lines[7] = "[]"
        lines[8] = '{"no": "order"}'
        self.run_lines(lines, expect=3, **{"write.method": "multi-row"})
        self.assertEqual(self.pipeline.number("SELECT COUNT(*) FROM walmart_order"), 48)


if __name__ == "__main__":
    unittest.main()
