"""The answer to COMMIT is lost, twice in a row and again and again, in a table that would show a double."""

import unittest

from outage_rig import LONG, OutageTest

ROUNDS = 20 if LONG else 3


class LostAnswer(OutageTest):
    def lose(self, tasks):
        way = self.mysql_proxy()
        self.prepare({"sink": self.inserting_sink(way, **{"tasks.max": tasks, "batch.size": 50})})
        self.run_in_middle()
        for round_number in range(ROUNDS):
            for name, lose in (("answers_lost", way.lose_commit_answers), ("commits_lost", way.lose_commits)):
                before = getattr(way, name)
                lose(2)
                self.wait_for(lambda: getattr(way, name) == before + 2, 30, f"loss in a row ({name}, round {round_number})")
        self.check_recovery(f"{tasks} tasks, {way.answers_lost} answers and {way.commits_lost} COMMITs lost of {way.commits_seen}", 60)
        self.finish()
        self.assertEqual((way.answers_lost, way.commits_lost), (2 * ROUNDS, 2 * ROUNDS))

    def test_with_one_task(self):
        self.lose(1)

    def test_with_two_tasks(self):
        self.lose(2)

    def test_with_three_tasks(self):
        self.lose(3)


if __name__ == "__main__":
    unittest.main()
