"""The API goes away while the source polls: nothing lost, nothing twice, and it goes on by itself."""

import unittest

from live_api import LiveApiTest
from outage_rig import SECONDS


class ApiAway(LiveApiTest):
    def setUp(self):
        super().setUp()
        self.poll(6 * SECONDS + 60, by_proxy=True)

    def test_the_way_is_cut_and_reset(self):
        self.suffer("cut", self.way.cut, self.way.mend)
        self.suffer("reset", self.way.reset, self.way.mend)
        self.finish()

    def test_a_black_hole(self):
        self.suffer("black hole", self.way.blackhole, self.way.mend)
        self.finish()


if __name__ == "__main__":
    unittest.main()
