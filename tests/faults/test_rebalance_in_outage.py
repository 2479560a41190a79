"""A partition comes to a worker whose way to the database is cut, and comes again in the next rebalance: it is read then."""

import time
import unittest

from outage_rig import OutageTest


class RebalanceInOutage(OutageTest):
    def write_worker(self, name, sink):
        """The source is the first worker's alone; one partition, so that the second worker has nothing at first."""
        lines = self.pipeline.file_source(self.feed.path, follow="true", **{"topic.creation.default": {"partitions": 1, "replication.factor": 1}})
        return self.pipeline.write({"lines": lines, "sink": sink} if name == "one" else {"sink": sink},
                                   listeners="http://127.0.0.1:0", **{"worker.id": name})

    def start_worker(self, config, sign):
        self.process = self.start_host("run", config)
        self.wait_for(lambda: sign in self.log(), 60, f"'{sign}' of a worker")
        return self.process

    def test_a_partition_that_could_not_be_claimed_is_read_after_the_next_rebalance(self):
        way = self.mysql_proxy()
        sink = self.inserting_sink(**{"tasks.max": 1})
        first_config = self.write_worker("one", sink)
        self.init(first_config)
        first = self.start_worker(first_config, "assigned")
        self.feed.add(500)
        self.wait_for(lambda: self.rows() == 500, 60, "first rows")
        second = self.start_worker(self.write_worker("two", self.inserting_sink(way, **{"tasks.max": 1})), "connected to")
        time.sleep(4)  # a rebalance that its joining may bring
        self.assertNotIn("assigned", self.log())
        self.feed.add(500)
        way.cut()
        first.kill()
        first.wait()
        self.wait_for(lambda: "assigned" in self.log(), 40, "assignment to the second worker")
        time.sleep(8)  # the pauses between its claims have grown: the rebalance comes first
        self.assertIn("cannot be claimed yet", self.log())
        way.mend()
        third = self.start_worker(self.write_worker("zzz", sink), "connected to")  # its name comes last, so it gets nothing
        self.process = second
        took = self.wait_for(lambda: self.log().count("claimed " + self.pipeline.topic) >= 1, 60, "claim of the second worker")
        # What the first worker's source had not sent is the next one's.
        source = self.start_worker(self.pipeline.write({"lines": self.pipeline.file_source(self.feed.path, follow="true")},
                                                       **{"worker.id": "source"}), "what is added")
        self.process = second
        took += self.wait_for(lambda: self.rows() == 1000, 30, "rows of the second worker")
        print(f"claimed and read {took:.1f} s after the way was mended", flush=True)
        for process in (source, second, third):
            self.stop_cleanly(process)
        self.check_nothing_lost_or_doubled()


if __name__ == "__main__":
    unittest.main()
