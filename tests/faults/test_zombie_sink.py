"""A worker is frozen, another one takes its partition over, the first one wakes up: it must not write any more."""

import re
import signal
import time
import unittest

from outage_rig import LONG, OutageTest, order

SESSION_SECONDS = 10  # after that the group gives a frozen member's partitions away
TRANSACTION_SECONDS = 30  # after that the server ends a frozen owner's transaction, and its locks with it
TAKEOVER_SECONDS = SESSION_SECONDS + TRANSACTION_SECONDS + 5


class Zombie(OutageTest):
    def setUp(self):
        super().setUp()
        self.way = self.mysql_proxy()
        self.pipeline.kafka("create", self.pipeline.topic, 1)
        sink = {"tasks.max": 1, "batch.size": 50}
        self.first_config = self.write_worker("one", self.inserting_sink(self.way, **sink))
        self.second_config = self.write_worker("two", self.inserting_sink(**sink))
        self.init(self.first_config)
        self.produced = 0

    def write_worker(self, name, sink):
        return self.pipeline.write({"sink": sink}, listeners="http://127.0.0.1:0", **{"worker.id": name})

    def produce(self, count):
        numbers = range(self.produced, self.produced + count)
        self.pipeline.produce([(number, order(number)) for number in numbers], partitions=1)
        self.produced = self.feed.count = self.produced + count

    def open_transactions(self):
        """How many of the workers' transactions have written something."""
        # Not information_schema.innodb_trx, which is never renewed while somebody looks at it more often than every 0.1 s.
        monitor = "\n".join("\t".join(row) for row in self.pipeline.sql("SHOW ENGINE INNODB STATUS"))
        user = re.compile(rf"thread id \d+, .* {self.pipeline.name}( |$)", re.MULTILINE)
        return sum("undo log entries" in one and user.search(one) is not None for one in monitor.split("---TRANSACTION ")[1:])

    def start_first(self):
        self.produce(200)
        self.process = first = self.start_host("run", self.first_config)
        self.wait_for(lambda: self.rows() == 200, 60, "first rows")
        return first

    def freeze(self, process):
        process.send_signal(signal.SIGSTOP)
        self.addCleanup(process.send_signal, signal.SIGCONT)

    def freeze_in_transaction(self, process):
        self.way.slow(latency_ms=30)
        self.produce(3000)
        for _ in range(200):
            if self.open_transactions():
                process.send_signal(signal.SIGSTOP)
                time.sleep(0.3)  # what is under way through the proxy arrives
                if self.open_transactions():
                    self.addCleanup(process.send_signal, signal.SIGCONT)
                    return
                process.send_signal(signal.SIGCONT)
        self.fail("the worker was never met inside a transaction")

    def wake_and_compare(self, first, second):
        rows = self.rows()
        first.send_signal(signal.SIGCONT)
        self.process = first
        self.wait_for(lambda: "revoked" in self.log() or "fenced" in self.log() or "lost" in self.log(), 60, "word of the woken worker")
        self.produce(200)
        self.process = second
        self.wait_for(lambda: self.rows() >= self.produced, 60, "last rows")
        self.assertGreaterEqual(self.rows(), rows)
        self.process = first
        self.wait_for(lambda: self.get("/health")[0] == 200, 30, "health of the woken worker")
        self.stop_cleanly(first)
        self.produce(50)
        self.process = second
        self.wait_for(lambda: self.rows() >= self.produced, 60, "rows after the first has left")
        self.stop_cleanly(second)
        self.check_nothing_lost_or_doubled()

    def take_over(self, freeze, seconds, what):
        first = self.start_first()
        second = self.start_host("run", self.second_config)
        self.process = second
        self.wait_for(lambda: "listening on" in self.log() and self.get("/health")[0] == 200, 30, "second worker")
        freeze(first)
        before = self.rows()
        began = time.monotonic()
        if self.produced == 200:
            self.produce(200)
        self.wait_for(lambda: self.rows() > before, seconds + 15, "row of the second worker")
        took = time.monotonic() - began
        print(f"{what}: taken over after {took:.1f} s", flush=True)
        self.assertLessEqual(took, seconds)
        self.wake_and_compare(first, second)

    def test_frozen_between_transactions(self):
        self.take_over(self.freeze, SESSION_SECONDS + 10, "frozen between transactions")

    @unittest.skipUnless(LONG, "takes a minute: set CNX_OUTAGE_SECONDS=60")
    def test_frozen_inside_a_transaction(self):
        self.take_over(self.freeze_in_transaction, TAKEOVER_SECONDS, "frozen inside a transaction")


if __name__ == "__main__":
    unittest.main()
