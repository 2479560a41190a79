"""The HTTP listener of a running process: https, logins, other hosts' names, and what is refused at the start. Needs no broker:
the listener serves while the host still looks for one."""

import base64
import http.client
import json
import pathlib
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

from host import BUILD, FAILED, ROOT, USAGE, kept_output, run

sys.path.insert(0, str(ROOT / "tools"))
from stack.certificates import Certificates  # noqa: E402  (found through the line above)

TOKEN, PASSWORD = "planted-listener-token", "planted-listener-password"
BASIC = "Basic " + base64.b64encode(f"prometheus:{PASSWORD}".encode()).decode()


class Listener(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="connect-host-listener-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.certificates = Certificates(cls.folder)
        cls.certificates.make()
        secret = cls.folder / "password"
        secret.write_text(PASSWORD + "\n")
        secret.chmod(0o600)

    def config(self, **worker):
        path = self.folder / f"{self.id().rsplit('.', 1)[1]}.json"
        connectors = {"lines": {"connector.class": "file-source", "path": "/nowhere", "topic": "t"}}
        path.write_text(json.dumps({"worker": {"bootstrap.servers": "127.0.0.1:1", "plugin.path": str(BUILD / "plugins"), **worker},
                                    "connectors": connectors}))
        return path

    def start(self, **worker):
        """Starts the host and returns the address that it serves at."""
        self.log = self.folder / f"{self.id().rsplit('.', 1)[1]}.log"
        with open(self.log, "wb") as out:
            process = subprocess.Popen([BUILD / "bin" / "connect-host", "run", self.config(**worker)], stdout=out, stderr=out)
        self.addCleanup(self.stop, process)
        deadline = time.monotonic() + 30
        while "listening on " not in (said := self.log.read_text()):
            self.assertIsNone(process.poll(), said)
            self.assertLess(time.monotonic(), deadline, said)
            time.sleep(0.02)
        return said.split("listening on ")[1].split()[0].split("//")[1]

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        said = self.log.read_text()
        kept_output.keep(said, "listener")
        for secret in (TOKEN, PASSWORD, BASIC.split()[1]):
            self.assertNotIn(secret, said)

    def http(self, address):
        return self.closed_later(http.client.HTTPConnection(address, timeout=20))

    def closed_later(self, connection):
        self.addCleanup(connection.close)
        return connection

    def https(self, address, ca="ca", **limits):
        context = ssl.create_default_context(cafile=self.certificates.path(ca))
        for name, value in limits.items():
            setattr(context, name, value)
        return self.closed_later(http.client.HTTPSConnection(address, timeout=20, context=context))

    def get(self, connection, path, **headers):
        """(status, body); a header's name is written with '_' for '-'."""
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        body = answer.read().decode()
        kept_output.keep(body, "rest")
        return answer.status, body

    def tls(self):
        return {"listeners": "https://127.0.0.1:0", "listeners.https.ssl.certificate.location": str(self.certificates.path("server")),
                "listeners.https.ssl.key.location": str(self.certificates.path("server-key"))}

    def test_a_second_run_is_told_how_it_gets_a_port_of_its_own_and_a_service_is_started_again(self):
        address = self.start(listeners="http://127.0.0.1:0")
        taken = run("run", self.config(listeners="http://" + address))
        self.assertIn("--set worker.listeners=http://127.0.0.1:0", taken.stderr)
        self.assertEqual(taken.returncode, FAILED)
        unit = (ROOT / "packaging" / "systemd" / "connect-host.service").read_text()
        self.assertNotIn(str(FAILED), unit.split("RestartPreventExitStatus=")[1].splitlines()[0].split())

    def test_serves_https_with_its_certificate_and_nothing_old_or_plain(self):
        address = self.start(**self.tls())
        status, body = self.get(self.https(address), "/health")
        self.assertEqual((status, json.loads(body)["status"]), (503, "starting"))
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.get(self.https(address, ca="stranger-ca"), "/health")
        with self.assertRaises((ssl.SSLError, OSError)):
            self.get(self.https(address, maximum_version=ssl.TLSVersion.TLSv1_1), "/health")
        with self.assertRaises((http.client.HTTPException, OSError)):
            self.get(self.http(address), "/health")
        self.assertEqual(self.get(self.https(address), "/health")[0], 503)

    def test_asks_for_the_login_of_a_file_or_the_token_of_the_environment(self):
        address = self.start(**self.tls(), **{"listeners.basic.username": "prometheus", "listeners.bearer.token": TOKEN,
                                              "listeners.basic.password": f"${{file:{self.folder}/password}}"})
        connection = self.https(address)
        self.assertEqual(self.get(connection, "/status")[0], 401)
        self.assertEqual(self.get(connection, "/status", Authorization=BASIC[:-4])[0], 401)
        self.assertEqual(self.get(connection, "/metrics", Authorization=BASIC)[0], 200)
        self.assertEqual(self.get(connection, "/status", Authorization=f"Bearer {TOKEN}")[0], 200)
        self.assertEqual(self.get(connection, "/status", Authorization=f"Bearer {TOKEN}x")[0], 401)
        status, body = self.get(connection, "/health")
        self.assertEqual((status, json.loads(body)["message"]), (503, "log in to read more"))

    def test_answers_to_its_own_names_only_on_the_loopback(self):
        connection = self.http(self.start(listeners="http://127.0.0.1:0"))
        self.assertEqual(self.get(connection, "/status")[0], 200)
        self.assertEqual(self.get(connection, "/status", Host="rebound.example")[0], 421)

    def test_is_not_opened_to_other_machines_by_oversight(self):
        done = run("run", self.config(listeners="http://0.0.0.0:0"))
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("other machines can reach http://0.0.0.0:0, and there is no login; set listeners.bearer.token", done.stderr)
        self.start(listeners="http://0.0.0.0:0", **{"listeners.anonymous": True})
        self.assertIn("everyone who reaches the listener sees status and metrics, and pauses and stops connectors", self.log.read_text())

    def test_names_a_key_that_is_not_the_certificates(self):
        wrong = {**self.tls(), "listeners.https.ssl.key.location": str(self.certificates.path("client-key"))}
        done = run("run", self.config(**wrong))
        self.assertEqual(done.returncode, USAGE)
        self.assertRegex(done.stderr, r"listeners.https.ssl.key.location: cannot use \S+client-key.pem: .*belong together")


if __name__ == "__main__":
    unittest.main()
