"""The stack's processes: only our own are signalled, and a failed start says why."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from stack.process import Service, StackError, start_time

IGNORES_SIGTERM = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('up', 'w').close(); time.sleep(600)"


class ServiceTest(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.home = pathlib.Path(self.dir.name)
        self.service = Service("thing", self.home)

    def test_a_reused_pid_is_not_ours(self):
        stranger = subprocess.Popen(["sleep", "600"])
        self.addCleanup(stranger.wait)
        self.addCleanup(stranger.kill)
        self.service.pid_file.write_text(f"{stranger.pid} 1\n", encoding="ascii")
        self.assertIsNone(self.service.pid())
        self.service.stop()
        self.assertIsNone(stranger.poll())
        self.assertFalse(self.service.pid_file.exists())

    def test_a_process_that_ignores_sigterm_is_killed(self):
        self.service.spawn([sys.executable, "-c", IGNORES_SIGTERM])
        self.service.wait_ready((self.home / "up").exists, timeout=20)
        pid = self.service.pid()
        self.service.stop(timeout=0.1)
        self.assertIsNone(start_time(pid))

    def test_a_failed_start_shows_the_end_of_the_log(self):
        self.service.spawn([sys.executable, "-c", "print('port is taken')"])
        with self.assertRaisesRegex(StackError, "thing ended while starting(.|\n)*port is taken"):
            self.service.wait_ready(lambda: False, timeout=20)

    def test_a_slow_start_is_stopped_and_reported(self):
        self.service.spawn(["sleep", "600"])
        with self.assertRaisesRegex(StackError, "not ready after 0.1 s"):
            self.service.wait_ready(lambda: False, timeout=0.1)
        self.assertIsNone(self.service.pid())

    def test_a_missing_program_is_named(self):
        with self.assertRaisesRegex(StackError, "cannot run /no/such/program"):
            self.service.spawn(["/no/such/program"])

    def test_our_own_process_is_known(self):
        self.assertIsNotNone(start_time(os.getpid()))


if __name__ == "__main__":
    unittest.main()
