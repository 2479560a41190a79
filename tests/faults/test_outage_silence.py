"""Servers that stop answering while their connections stay up: only the host's own timeouts can tell."""

import time
import unittest

from outage_rig import SECONDS, OutageTest

READ_TIMEOUT_SECONDS = 15  # the shortest that the sink takes


class SilentDatabase(OutageTest):
    def setUp(self):
        super().setUp()
        self.way = self.mysql_proxy()
        self.prepare({"sink": self.inserting_sink(self.way, **{"tasks.max": 1, "connection.read.timeout.ms": READ_TIMEOUT_SECONDS * 1000})})
        self.run_in_middle()

    def test_half_open_connections_are_left_behind(self):
        self.way.half_open()
        self.check_recovery("database: half-open connections", READ_TIMEOUT_SECONDS + 25)
        self.assertRegex(self.log(), r"lost or timed out.*((tried|starts) again in|a new connection is opened|it is committed)")
        self.finish()

    def test_a_black_hole(self):
        self.way.blackhole()
        time.sleep(SECONDS)
        self.get("/health")
        self.way.mend()
        self.check_recovery(f"database: black hole for {SECONDS:.0f} s")
        self.finish()


if __name__ == "__main__":
    unittest.main()
