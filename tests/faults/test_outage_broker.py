"""The broker goes away in the middle of a run and comes back."""

import time
import unittest

from outage_rig import LONG, SECONDS, OutageTest, OwnServices

own = OwnServices("kafka")
setUpModule, tearDownModule = own.start, own.stop


class BrokerAway(OutageTest):
    def setUp(self):
        super().setUp()
        self.prepare({"sink": self.inserting_sink()})
        self.run_in_middle()

    def be_away(self, how):
        began = time.monotonic()
        with own.away("kafka", how):
            time.sleep(SECONDS)
            self.get("/health")
            if LONG:
                self.assertNotEqual(self.get("/health")[1]["message"], "all tasks run")
        self.check_recovery(f"broker {how}, away for {time.monotonic() - began:.0f} s")
        self.finish()

    def test_killed_and_started_again(self):
        self.be_away("killed")
        self.assertIn(own.address("kafka"), self.log())

    @unittest.skipUnless(LONG, "a few seconds are no outage to librdkafka: set CNX_OUTAGE_SECONDS=60")
    def test_frozen_and_thawed(self):
        self.be_away("frozen")


if __name__ == "__main__":
    unittest.main()
