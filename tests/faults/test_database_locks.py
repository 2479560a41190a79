"""Somebody else's locks on the database: longer than the sink waits for one (10 s)."""

import contextlib
import os
import subprocess
import time
import unittest

from outage_rig import SECONDS, OutageTest

LOCK_WAIT_SECONDS = 10


class Locks(OutageTest):
    def setUp(self):
        super().setUp()
        self.prepare({"sink": self.inserting_sink(**{"tasks.max": 1})})
        self.run_in_middle()

    @contextlib.contextmanager
    def somebody(self, statement):
        """A session of root's that has carried out `statement` and stays open."""
        command = ["mariadb", "--no-defaults", "--batch", "--skip-column-names", "--unbuffered", f"--host={os.environ['CNX_MYSQL_HOST']}",
                   f"--port={os.environ['CNX_MYSQL_PORT']}", "--protocol=tcp", "--user=root", self.pipeline.database]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                              env={**os.environ, "MYSQL_PWD": os.environ["CNX_MYSQL_ROOT_PASSWORD"]}) as session:
            try:
                session.stdin.write(f"{statement}; SELECT 'held';\n")
                session.stdin.flush()
                while session.stdout.readline().strip() != "held":
                    self.assertIsNone(session.poll())
                yield
            finally:
                session.kill()

    def hold(self, statement, what):
        with self.somebody(statement):
            # A commit of positions alone is asked about instead: its lock may be waited for by the question itself.
            self.wait_for(lambda: any(said in self.log() for said in ("server error 1205", "still open; asking again")),
                          LOCK_WAIT_SECONDS + 20, "word of the lock in the log")
            time.sleep(SECONDS)
        self.check_recovery(what)
        self.finish()

    def test_a_locked_table(self):
        self.hold("LOCK TABLES walmart_order WRITE", "table locked")

    def test_a_locked_row_of_the_offsets(self):
        self.hold("BEGIN; SELECT COUNT(*) FROM connect_offsets FOR UPDATE", "offsets locked")


if __name__ == "__main__":
    unittest.main()
