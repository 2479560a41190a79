"""The system has no thread to give: a start that cannot be is told and over at once, a task that runs tries again."""

import unittest

from harness import FaultTest, Stuck, wait_until

# The one that hears signals comes first, then a reader; readers and writers of two tasks, members of groups, the watch of topics, the source and its
# sender, and the one that ends a stop that hangs, in an order of their own each time.
THREADS = 12
ROWS = 40
IN_TIME_S = 15


class NoThreads(FaultTest):
    def setUp(self):
        super().setUp()
        path = self.job.directory / "orders.ndjson"
        path.write_text("".join(self.order(n) + "\n" for n in range(ROWS)), encoding="utf-8")
        sink = self.job.sink(**{"tasks.max": 2, "auto.create": "true"})
        self.config = self.job.write({"lines": self.job.file_source(path, follow="true"), "sink": sink})
        self.job.sql(f"CREATE DATABASE `{self.job.database}` CHARACTER SET utf8mb4", database="mysql")

    @staticmethod
    def order(number):
        return (f'{{"purchaseOrderId":"{300000000000000 + number}","orderDate":1762783401417,"orderLines":{{"orderLine":'
                '[{"lineNumber":"1","item":{"sku":"A"},"orderLineQuantity":{"amount":"1"}}]}}')

    def rows(self):
        return self.job.number("SELECT COUNT(*) FROM walmart_order") if self.job.sql("SHOW TABLES LIKE 'walmart_order'") else 0

    def test_a_start_ends_with_an_error_and_a_task_tries_again(self):
        refused = []
        for passing in range(1, THREADS + 1):
            with self.subTest(passing=passing):
                process = self.job.start("run", self.config, faults=f"thread.start=error@{passing}")
                try:
                    wait_until(lambda p=process: p.poll() is not None or self.rows() >= ROWS, "rows or an end", IN_TIME_S)
                    self.assertTrue(self.job.was_hit(process, "thread.start"), "not that many threads")
                    if process.poll() is None:
                        self.job.stop(process)
                        self.job.sql("TRUNCATE TABLE walmart_order; DELETE FROM connect_offsets")
                    else:
                        refused.append(passing)
                        self.assertEqual(process.returncode, 1)
                        self.assertRegex(self.job.log(process), "(ERROR - |connect-host: signals: ).*thread.* cannot be started")
                except Stuck as stuck:
                    self.fail(f"{stuck}\n{self.job.log(process)[-3000:]}")
        self.assertIn(1, refused)
        self.assertLess(len(refused), THREADS)


if __name__ == "__main__":
    unittest.main()
