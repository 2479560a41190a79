"""The database server ends while COMMITs are under way."""

import time
import unittest

from outage_rig import SECONDS, OutageTest, OwnServices

own = OwnServices("mysql")
setUpModule, tearDownModule = own.start, own.stop


class EndOfTheServer(OutageTest):
    """The server goes down while a COMMIT is under way: its outcome can only be learnt from the next start."""

    def lose_server_at_commit(self, how, lose):
        way = self.mysql_proxy()
        self.prepare({"sink": self.inserting_sink(way)})
        self.run_in_middle()
        lose(way)
        self.wait_for(lambda: way.answers_lost + way.commits_lost > 0, 30, "COMMIT in danger")
        how()
        time.sleep(SECONDS)
        own.restart("mysql")
        self.check_recovery("server gone at COMMIT")
        self.finish()

    def test_killed_after_the_commit_arrived(self):
        self.lose_server_at_commit(lambda: own.kill("mysql"), lambda way: way.lose_commit_answers(1))

    def test_killed_before_the_commit_arrived(self):
        self.lose_server_at_commit(lambda: own.kill("mysql"), lambda way: way.lose_commits(1))

    def test_shut_down_under_load(self):
        self.prepare({"sink": self.inserting_sink(**{"batch.size": 20})})
        self.run_in_middle()
        own.end("mysql")
        time.sleep(SECONDS)
        own.restart("mysql")
        self.check_recovery("server shut down under load")
        self.finish()


if __name__ == "__main__":
    unittest.main()
