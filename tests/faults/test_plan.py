"""A seed is a round, and rounds differ."""

import multiprocessing
import unittest

import run
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


def tell(outcomes, *told):
    for outcome in told:
        outcomes.put(outcome)
    raise SystemExit(len(told))


class Outcomes(unittest.TestCase):
    def test_rounds_of_processes_that_ended_early_are_not_waited_for(self):
        outcomes = multiprocessing.Queue()
        workers = [multiprocessing.Process(target=tell, args=(outcomes, *told)) for told in ((), ("first", "second"))]
        for worker in workers:
            worker.start()
        self.assertEqual([run.next_outcome(outcomes, workers) for _ in range(3)], ["first", "second", None])


if __name__ == "__main__":
    unittest.main()
