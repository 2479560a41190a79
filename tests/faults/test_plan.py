"""A seed is a round, and rounds differ."""

import unittest

from plan import SERVICES, plan


class Plans(unittest.TestCase):
    def test_the_same_seed_gives_the_same_round(self):
        self.assertEqual([plan(seed) for seed in range(50)], [plan(seed) for seed in range(50)])

    def test_rounds_of_different_seeds_differ(self):
        self.assertEqual(len({str(plan(seed)).partition(":")[2] for seed in range(200)}), 200)

    def test_services_that_are_shared_are_left_alone(self):
        fallen = {event.whom for seed in range(200) for event in plan(seed).events}
        self.assertLessEqual(set(SERVICES), fallen)
        self.assertFalse(set(SERVICES) & {event.whom for seed in range(200) for event in plan(seed, ()).events})

    def test_every_kind_of_event_and_job_comes_up(self):
        plans = [plan(seed) for seed in range(200)]
        self.assertEqual({p.kind for p in plans}, {"api", "files", "topic"})
        self.assertEqual({event.what for p in plans for event in p.events}, {"kill", "term", "stop", "zombie"})


if __name__ == "__main__":
    unittest.main()
