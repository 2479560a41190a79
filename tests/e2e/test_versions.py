"""Many versions of the same orders, by key, at full speed and three tasks: no row holds an older version."""

import json
import time
import unittest

from harness import PipelineTest

ORDERS = 24_000
VERSIONS = 5
STATUSES = ("Created", "Acknowledged", "Shipped", "Delivered", "Cancelled")

def order(number, version):
    lines = [{"lineNumber": str(n), "item": {"sku": f"S{n}"}, "statusDate": 1762783802000 + version,
              "orderLineStatuses": {"orderLineStatus": [{"status": STATUSES[version], "statusQuantity": {"amount": "1"}}]}}
             for n in range(1, 1 + number % 2 + 1)]
    return json.dumps({"purchaseOrderId": str(100000000000000 + number), "orderDate": 1762783401417,
                       "orderLines": {"orderLine": lines}}, separators=(",", ":"))

class Versions(PipelineTest):
    def test_the_last_version_of_every_order_stands_in_the_table(self):
        self.pipeline.produce(((100000000000000 + n, order(n, v)) for v in range(VERSIONS) for n in range(ORDERS)))
        config = self.pipeline.write({"sink": self.pipeline.sink()})
        self.init(config)
        process = self.start_host("run", config)
        rows = sum(n % 2 + 1 for n in range(ORDERS))
        final = f"SELECT COUNT(*) FROM walmart_order WHERE orderLineStatus = '{STATUSES[-1]}'"
        self.wait_until_committed(process)
        self.stop_cleanly(process)
        self.assertEqual(self.pipeline.number("SELECT COUNT(*) FROM walmart_order"), rows)
        self.assertEqual(self.pipeline.number(final), rows, "a row holds an older version")

    def wait_until_committed(self, process):

        deadline = time.monotonic() + 240
        done = (f"SELECT COALESCE(SUM(next_offset), 0) FROM connect_offsets WHERE connector = 'sink'")
        # Each of the producer's transactions leaves one marker in each partition that it wrote to.
        while self.pipeline.number(done) < ORDERS * VERSIONS:
            self.assertIsNone(process.poll(), process.log_path.read_text())
            self.assertLess(time.monotonic(), deadline, process.log_path.read_text())
            time.sleep(0.2)
        # Markers may make the sum reach the number of records before the last of them: wait until it stands still.
        last = -1
        while (now := self.pipeline.number(done)) != last:
            last = now
            time.sleep(1.5)

if __name__ == "__main__":
    unittest.main()
