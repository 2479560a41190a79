"""The database goes away in the middle of a run and comes back."""

import time
import unittest

from outage_rig import LONG, SECONDS, OutageTest, OwnServices

own = OwnServices("mysql")
setUpModule, tearDownModule = own.start, own.stop


class ServerAway(OutageTest):
    """The server itself: neither sink can write, the source goes on."""

    def setUp(self):
        super().setUp()
        self.prepare({"sink": self.inserting_sink(**{"connection.read.timeout.ms": 20000})})
        self.run_in_middle()

    def be_away(self, how):
        with own.away("mysql", how):
            sent = self.sent()
            began = time.monotonic()
            if how == "killed":
                self.wait_for(lambda: own.address("mysql") in self.told(), 30, "word in /status of what is waited for")
                health, said = self.get("/health")
                self.assertEqual(health, 200, "an outage is no reason to kill the host")
                self.assertRegex(said["message"], r"sink-\d waits")
            self.wait_for(lambda: self.sent() > sent, 30, "record of the source, which needs no database")
            time.sleep(max(0, SECONDS - (time.monotonic() - began)))
            if LONG:
                self.assertIn("sink-", self.get("/health")[1]["message"])
        self.check_recovery(f"database {how} for {time.monotonic() - began:.0f} s")
        self.finish()

    def sent(self):
        tasks = self.get("/status")[1]["connectors"]["lines"]["tasks"]
        return sum(task["ledger"]["sent"] for task in tasks)

    def test_killed_and_started_again(self):
        self.be_away("killed")
        self.assertRegex(self.log(), rf"WARNING.*{own.address('mysql')}.*(tried|starts) again in")

    def test_frozen_and_thawed(self):
        self.be_away("frozen")


class WayCut(OutageTest):
    """Only one connector's way to the database is cut: the other one, HTTP and the source go on."""

    def setUp(self):
        super().setUp()
        self.way = self.mysql_proxy()
        self.prepare({"sink": self.inserting_sink(self.way), "side": self.inserting_sink(**{"table.name.format": "side_order"})})

    def suffer(self, *faults):
        self.run_in_middle()
        for name, begin in faults:
            side = self.rows("side_order")
            begin()
            self.wait_for(lambda count=side: self.rows("side_order") > count + 100, 30, "rows of the other connector")
            time.sleep(SECONDS)
            self.get("/health")
            self.way.mend()
            self.check_recovery(f"way to the database: {name} for {SECONDS:.0f} s")
        self.finish(("walmart_order", "side_order"))

    def test_cut_and_reset(self):
        self.suffer(("cut", self.way.cut), ("reset", self.way.reset))
        self.assertRegex(self.log(), rf"WARNING.*127.0.0.1:{self.way.port}.*(tried|starts) again in")

    def test_slow_and_stalled(self):
        self.suffer(("slow (100 ms, 20 kB/s)", lambda: self.way.slow(100, 20_000)), ("stalled", self.way.stall))


if __name__ == "__main__":
    unittest.main()
