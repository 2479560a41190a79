"""The wall clock jumps while the source polls and the sink writes: nothing lost, nothing twice, no hang, no storm of calls."""

import time
import unittest

from live_api import LiveApiTest
from outage_rig import LONG, SECONDS

HOUR_MS = 3_600_000
POLLS_PER_SECOND, PAGE = 2, 200
WINDOWS = 6  # three walks, over the turn of an hour


class ClockJumps(LiveApiTest):
    def jump(self, milliseconds):
        self.pipeline.environment["CNX_FAULT_POINTS"] = f"source.commit.after=jump:{milliseconds}@3"
        self.poll(2 * SECONDS + 40, by_proxy=False)
        self.wait_for(lambda: "source.commit.after: passing 3: jump" in self.log(), 30, "jump")
        calls, began = self.calls(), time.monotonic()
        for _ in range(3):
            took = self.new_row(15, f"after a jump of {milliseconds} ms")
        time.sleep(SECONDS)
        self.new_row(15, "some seconds after the jump")
        rate = (self.calls() - calls) / (time.monotonic() - began)
        print(f"clock jumps by {milliseconds / HOUR_MS:+.0f} h: third row after {took:.1f} s, {rate:.1f} calls a second", flush=True)
        pages = self.rows() / PAGE  # of all orders there are: the trailing re-read can ask for no more
        self.assertLess(rate, POLLS_PER_SECOND * (WINDOWS + pages), "a storm of calls")
        self.stop_cleanly(self.process)
        # The next start has the right clock again: a jump back, with positions of the wrong time.
        del self.pipeline.environment["CNX_FAULT_POINTS"]
        self.process = self.start_host("run", self.config)
        self.new_row(30, "after the jump back")
        self.finish()

    def calls(self):
        calls = self.sandbox.stats()["calls"]
        return sum(calls.values()) if isinstance(calls, dict) else calls

    @unittest.skipUnless(LONG, "the days are enough: set CNX_OUTAGE_SECONDS=60")
    def test_an_hour_ahead(self):
        self.jump(HOUR_MS)

    @unittest.skipUnless(LONG, "the days are enough: set CNX_OUTAGE_SECONDS=60")
    def test_an_hour_back(self):
        self.jump(-HOUR_MS)

    def test_a_day_ahead(self):
        self.jump(24 * HOUR_MS)

    def test_a_day_back(self):
        self.jump(-24 * HOUR_MS)


if __name__ == "__main__":
    unittest.main()
