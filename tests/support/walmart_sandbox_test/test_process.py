import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
import time
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from walmart_sandbox.cli import _scenario, _parser, build_world
from walmart_sandbox.client import Sandbox, SandboxError

SUPPORT = Path(__file__).resolve().parents[1]
SCENARIOS = SUPPORT / "walmart_sandbox" / "scenarios"


class ProcessTest(unittest.TestCase):
    def test_serves_over_tls_says_where_and_ends_cleanly(self):
        with TemporaryDirectory() as directory:
            sandbox = Sandbox("--orders", 5, directory=directory)
            sandbox.start()
            self.assertTrue(sandbox.url.startswith("https://127.0.0.1:"))
            self.assertEqual(sandbox.expected()["orders"], 5)
            os.kill(sandbox.pid, 0)
            self.assertEqual(sandbox.stop(), 0)
            self.assertFalse((Path(directory) / "ready.json").exists())
            self.assertEqual(os.stat(Path(directory) / "sandbox-key.pem").st_mode & 0o777, 0o600)

    def test_the_certificate_is_good_for_localhost_and_lives_on_over_a_restart(self):
        with TemporaryDirectory() as directory:
            for round_number in range(2):
                with Sandbox("--orders", 1, directory=directory) as sandbox:
                    certificate = Path(sandbox.ca_file).read_bytes()
                    if round_number == 0:
                        first = certificate
                    self.assertEqual(certificate, first)
                    context = ssl.create_default_context(cafile=sandbox.ca_file)
                    connection = http.client.HTTPSConnection("localhost", sandbox.port, context=context, timeout=10)
                    connection.request("GET", "/__admin/now")
                    self.assertEqual(connection.getresponse().status, 200)
                    connection.close()

    def test_does_not_outlive_the_process_that_started_it(self):
        with TemporaryDirectory() as directory:
            starter = "import os, sys; from walmart_sandbox.client import Sandbox; s = Sandbox('--plain', '--orders', 1, " \
                      "directory=sys.argv[1]); s.start(); print(s.port, flush=True); os._exit(0)"
            ended = subprocess.run([sys.executable, "-c", starter, directory], cwd=SUPPORT, capture_output=True,
                                   text=True, timeout=30)
            self._wait_until_refused(int(ended.stdout))

    def _wait_until_refused(self, port):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except ConnectionRefusedError:
                return
            time.sleep(0.05)
        self.fail("the sandbox still serves")

    def test_serves_without_tls_and_keeps_the_connection(self):
        with Sandbox("--plain", "--orders", 1) as sandbox:
            connection = sandbox.connection()
            for _ in range(3):
                connection.request("GET", "/__admin/now")
                json.loads(connection.getresponse().read())
                self.assertIsNotNone(connection.sock)
            connection.close()

    def test_a_wrong_option_ends_with_2_and_a_reason(self):
        for arguments, part in ((["--set", "gzipp=1"], "did you mean 'gzip'"), (["--load", "/no/such.json"], "/no/such"),
                                (["--ship-node-weights", "1,2"], "three numbers"), (["--from", "soon"], "soon"),
                                (["--faults", '{"kind":"http_501"}'], "http_50")):
            with self.subTest(arguments):
                ended = subprocess.run([sys.executable, "-m", "walmart_sandbox", *arguments], cwd=SUPPORT,
                                       capture_output=True, text=True, timeout=30)
                self.assertEqual(ended.returncode, 2)
                self.assertIn(part, ended.stderr)

    def test_the_client_tells_why_a_sandbox_did_not_start(self):
        with self.assertRaisesRegex(SandboxError, "unknown setting"):
            Sandbox("--set", "nothing=1").start()


class ScenarioTest(unittest.TestCase):
    def test_every_scenario_of_the_folder_builds_with_its_data_cut_down(self):
        for path in sorted(SCENARIOS.glob("*.json")):
            with self.subTest(path.name):
                options = _parser().parse_args(["--scenario", str(path), "--orders", "30"])
                self.assertEqual(len(build_world(_scenario(options)).store), 30)
