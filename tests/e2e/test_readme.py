"""Every command of README.md works as it is written, in the order in which a reader gives them; those that are left out have a reason."""

import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from harness import BUILD, NEEDED, ROOT, Sandbox

# A command stands here, or it is run.
LEFT_OUT = {
    "./dev demo": "minutes; the same job is test_main_job",
    "./dev test": "runs this test",
    "./dev build": "has built what is tried here",
    "./dev package": "minutes; ./dev package --try is its test",
    "./dev image": "minutes; it tries the image itself",
    'eval "$(./dev up)"': "the tests' stack is up",
    "export WALMART_CLIENT_ID=… WALMART_CLIENT_SECRET=… MYSQL_PASSWORD=…": "the private stack's values are used",
    "connect-host check-plugin my-sink/build/my-sink.so --set path=out.txt": "test_new_plugin builds and checks plugins",
}
FOR_EVER = "connect-host run     config/walmart.yml"
STACK = "Against a private stack"


def commands(text):
    """The commands of a text's fenced blocks, without comments; what a '\\' cuts is one."""
    blocks = "".join(re.findall(r"^```sh\n(.*?)^```$", text, flags=re.M | re.S)).replace("\\\n", "")
    return [line for line in (re.sub(r"(^|\s)\s*# .*", "", line).rstrip() for line in blocks.splitlines()) if line]


@unittest.skipUnless(all(name in os.environ for name in NEEDED), f"needs {', '.join(NEEDED)}")
class Readme(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="connect-host-readme-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for name in ("config", "tests", "docs", "sql"):
            (self.folder / name).symlink_to(ROOT / name)
        (self.folder / "build").mkdir()
        (self.folder / "build" / "release").symlink_to(BUILD)
        self.addCleanup(self.drop)
        self.drop()

    def drop(self):
        subprocess.run(["mariadb", f"--socket={os.environ['CNX_MYSQL_SOCKET']}", "--user=root",
                        "-e", "DROP DATABASE IF EXISTS ods; DROP USER IF EXISTS app@'127.0.0.1'; CREATE DATABASE ods"],
                       env={**os.environ, "MYSQL_PWD": os.environ["CNX_MYSQL_ROOT_PASSWORD"]}, check=True)

    def shell(self, line, environment):
        """Runs a line; the environment after it."""
        if line == FOR_EVER:
            return self.for_ever(line, environment)
        done = subprocess.run(["bash", "-c", f"{line}\ncode=$?; env -0 > after; exit $code"], cwd=self.folder, env=environment,
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, f"{line}\n{done.stdout}{done.stderr}")
        return dict(each.split("=", 1) for each in (self.folder / "after").read_text().split("\0") if each)

    def for_ever(self, line, environment, meanwhile=lambda: None):
        """Until it has polled once and `meanwhile` is done, then SIGTERM."""
        with open(self.folder / "run.log", "wb") as log:
            process = subprocess.Popen(["bash", "-c", "exec " + line], cwd=self.folder, env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while not self.has_polled() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        has_polled = self.has_polled()
        try:
            meanwhile()
        finally:
            process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=30), 0, self.log())
        self.assertTrue(has_polled, f"{line}: has not polled once\n{self.log()}")
        return environment

    def has_polled(self):
        return "goes on at" in self.log() or " done: " in self.log()

    def log(self):
        return (self.folder / "run.log").read_text()

    def environment(self, sandbox, port=0):
        return {**os.environ, "CNX_WALMART_URL": sandbox.url, "CNX_WALMART_CA": str(sandbox.ca_file),
                "CNX_WALMART_CLIENT_ID": "sandbox-client", "CNX_WALMART_CLIENT_SECRET": "sandbox-secret",
                "CNX_LISTENERS": f"http://127.0.0.1:{port}", "CNX_LOG_DIR": str(self.folder / "logs")}

    @staticmethod
    def lines():
        """The commands of README.md, and those of them that point to the private stack, which stand behind what they are for."""
        own, stack = (commands(part) for part in (ROOT / "README.md").read_text().split(STACK))
        exports = [line for line in stack if line.startswith(("export", "MYSQL_PWD"))]
        return [*own, *(line for line in stack if line not in exports)], exports

    def test_every_command_is_run_or_has_a_reason(self):
        own, exports = self.lines()
        self.assertLessEqual(set(LEFT_OUT), {*own, *exports}, "a reason for a command that README.md has no more")
        with Sandbox("--orders", 40, "--from", "now-90m", "--to", "now-3m", "--seed", 3) as sandbox:
            environment = self.environment(sandbox)
            for line in (*exports, *own):
                if line not in LEFT_OUT:
                    environment = self.shell(line, environment)

    def test_the_backfill_of_the_operations_page_runs_beside_a_service_with_a_port(self):
        own, exports = self.lines()
        (backfill,) = (line for line in commands((ROOT / "docs" / "operations.md").read_text()) if "backfill" in line)
        with Sandbox("--orders", 1, "--from", "now-90m", "--to", "now-3m", "--seed", 3) as sandbox, socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            taken.close()
            environment = self.environment(sandbox, port)
            for line in (*exports, *(line for line in own if line.startswith("export PATH") or "connect-host init" in line)):
                environment = self.shell(line, environment)
            self.for_ever(FOR_EVER, environment,
                          lambda: self.shell(backfill.replace("/etc/connect-host/connect-host.yml", "config/walmart.yml"), environment))
            self.assertIn(f"listening on http://127.0.0.1:{port}", self.log())

    def test_a_command_is_told_from_its_comment(self):
        self.assertEqual(commands("a\n```sh\nb -c \\\n  'd'   # f\n# g\nh#i\n```\n"), ["b -c   'd'", "h#i"])


if __name__ == "__main__":
    unittest.main()
