"""The way to the broker is bad; the broker itself is well."""

import time
import unittest

from outage_rig import LONG, SECONDS, OutageTest


class WayToTheBroker(OutageTest):
    def setUp(self):
        super().setUp()
        self.way = self.kafka_proxy()
        self.prepare({"sink": self.inserting_sink()}, **{"bootstrap.servers": f"127.0.0.1:{self.way.port}"})

    def suffer(self, *faults):
        self.run_in_middle()
        for name, begin in faults:
            begin()
            time.sleep(SECONDS)
            health = self.get("/health")[1]["message"]
            if LONG and not name.startswith("slow"):
                self.assertNotEqual(health, "all tasks run")
            self.way.mend()
            self.check_recovery(f"way to the broker: {name} for {SECONDS:.0f} s")
        self.finish()

    def test_cut_and_reset(self):
        self.suffer(("cut", self.way.cut), ("reset", self.way.reset))

    def test_slow_and_stalled(self):
        self.suffer(("slow (100 ms, 20 kB/s)", lambda: self.way.slow(100, 20_000)), ("stalled", self.way.stall))

    def test_black_hole(self):
        self.suffer(("black hole", self.way.blackhole))


if __name__ == "__main__":
    unittest.main()
