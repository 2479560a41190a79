"""The short form of ./dev faults on a stack that is shared: kill -9 at every fault point, and two rounds of chaos in which only
hosts fall."""

import os
import unittest

import chaos
import jobs
import points
from harness import NEEDED, ROOT

HOME = ROOT / "build" / "faults" / f"short-{os.getpid()}"
CASES_AT_ONCE = 3
SEEDS = (1, 11)


@unittest.skipUnless(all(name in os.environ for name in NEEDED),
                     f"needs a broker and a database: {', '.join(NEEDED)} are not all set (./dev up prints them)")
class Short(unittest.TestCase):
    def setUp(self):
        self.world = jobs.World(HOME / "world")
        self.enterContext(self.world)

    def test_kill_9_at_every_fault_point_changes_nothing(self):
        names = points.all_points()
        self.assertGreater(len(names), 30)
        print(points.Result.head())
        results = points.run(self.world, HOME, names, ["crash"], CASES_AT_ONCE, lambda result: print(result.line(), flush=True))
        self.assertEqual(len(results), len(names))
        for result in results:
            with self.subTest(point=result.point):
                self.assertTrue(result.good, f"{result.failure or result.ledger or result.verdict}; kept in {HOME}")

    def test_hosts_that_fall_at_random_change_nothing(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                outcome = chaos.Round(None, self.world, seed, HOME).run()
                print(f"seed {seed}, {outcome.seconds:.1f} s: {'; '.join(outcome.done)}")
                self.assertTrue(outcome.good, f"{outcome.failure or outcome.ledger or outcome.verdict}; kept in {outcome.kept}")


if __name__ == "__main__":
    unittest.main()
