"""The log's disk is full: the pipeline goes on, and the console tells it."""

import resource
import subprocess
import unittest

from outage_rig import HOST, OutageTest

SMALL_FILE_BYTES = 512


class FullLogDisk(OutageTest):
    def run_with(self, folder, limit_file_size=False):
        self.prepare({"sink": self.inserting_sink()}, log={"dir": str(folder), "level": "DEBUG"})
        limits = (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL_FILE_BYTES, SMALL_FILE_BYTES))) if limit_file_size else None
        self.start_with_console_pipe(limits)
        self.feed.start()
        self.wait_for(lambda: self.rows() >= 500, 60, "rows")
        self.assertRegex(self.log(), "log file: cannot be written")
        self.finish()

    def start_with_console_pipe(self, limits):
        """A limit of file sizes would hold for a redirected console, too."""
        console = self.pipeline.directory / "console.log"
        with open(console, "wb") as out:
            keeper = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=out)
        self.process = subprocess.Popen([str(HOST), "run", str(self.config)], stdout=keeper.stdin, stderr=keeper.stdin,
                                        env=self.pipeline.environment, cwd=self.pipeline.directory, preexec_fn=limits)
        keeper.stdin.close()
        self.process.log_path = console
        self.running.append(self.process)
        self.addCleanup(keeper.wait)
        self.addCleanup(self.process.kill)

    def test_a_device_without_space(self):
        folder = self.pipeline.directory / "logs"
        folder.mkdir()
        (folder / "connect-host.log").symlink_to("/dev/full")
        self.run_with(folder)

    def test_a_limit_of_file_sizes(self):
        folder = self.pipeline.directory / "logs"
        self.run_with(folder, limit_file_size=True)
        self.assertLessEqual((folder / "connect-host.log").stat().st_size, SMALL_FILE_BYTES)


if __name__ == "__main__":
    unittest.main()
