"""Starts a sandbox for a test and talks to its admin calls."""

import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

_PACKAGE_PARENT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 10


class SandboxError(RuntimeError):
    """The sandbox did not start, or refused an admin call; the message says why."""


class Sandbox:
    """A running sandbox; use it as a context manager. One thread at a time."""

    start_seconds = START_SECONDS    # it makes its orders before it serves

    def __init__(self, *arguments, directory=None):
        """`arguments` are those of the command, less --port and --ready-file; `directory` keeps its files."""
        self._temporary = None if directory else tempfile.TemporaryDirectory(prefix="walmart-sandbox-test-")
        self._directory = Path(directory or self._temporary.name)
        self._arguments = [str(argument) for argument in arguments]
        self._process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """Starts the process and waits until it serves."""
        ready = self._directory / "ready.json"
        ready.unlink(missing_ok=True)
        log_path = self._directory / "sandbox.log"
        command = [sys.executable, "-m", "walmart_sandbox", "--ready-file", str(ready), "--tls-dir",
                   str(self._directory), "--exit-with-parent", *self._arguments]
        environment = {**os.environ, "PYTHONPATH": str(_PACKAGE_PARENT)}
        with open(log_path, "ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        deadline = time.monotonic() + self.start_seconds
        while not ready.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = log_path.read_text(errors="replace").strip()
                self.stop()
                raise SandboxError(f"the sandbox did not start: {said}")
            time.sleep(0.02)
        document = json.loads(ready.read_text(encoding="utf-8"))
        self.url, self.ca_file, self.pid, self.port = (document[name] for name in ("url", "ca_file", "pid", "port"))

    def stop(self):
        """Ends the process by its own id; returns its exit code."""
        code = None
        if self._process is not None:
            if self._process.poll() is None:
                self._process.send_signal(signal.SIGTERM)
            try:
                code = self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                code = self._process.wait()
            self._process = None
        if self._temporary:
            self._temporary.cleanup()
        return code

    def connection(self):
        """A new http.client connection to the sandbox."""
        parts = urlsplit(self.url)
        if parts.scheme == "http":
            return http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
        context = ssl.create_default_context(cafile=self.ca_file)
        return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=30, context=context)

    def admin_bytes(self, method, name, parameters=None, body=None):
        """The raw answer of an admin call; `body` may be bytes, text or a JSON value."""
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode()
        query = "?" + urlencode(parameters) if parameters else ""
        connection = self.connection()
        try:
            connection.request(method, f"/__admin/{name}{query}", body, {"Content-Length": str(len(body or b""))})
            response = connection.getresponse()
            data = response.read()
        finally:
            connection.close()
        if response.status != 200:
            raise SandboxError(f"{method} /__admin/{name}: {response.status}: {data.decode(errors='replace')}")
        return data

    def get(self, name, **parameters):
        return json.loads(self.admin_bytes("GET", name, parameters))

    def post(self, name, body=None):
        return json.loads(self.admin_bytes("POST", name, body=body))

    def stats(self, ids=False):
        return self.get("stats", **({"ids": 1} if ids else {}))

    def expected(self, from_time=None, to_time=None, **more):
        return self.get("expected", **_range(from_time, to_time), **more)

    def orders(self, from_time=None, to_time=None, served=False):
        """Bytes of each order, oldest first."""
        how = {"as": "served"} if served else {}
        return self.admin_bytes("GET", "orders", {**_range(from_time, to_time), **how}).splitlines()

    def set_faults(self, *rules):
        return self.post("faults", list(rules))

    def outage(self, **how):
        return self.post("outage", how)

    def freeze(self):
        """Stops the sandbox's clock where it stands; returns its time in ms. Orders up to and with it are there, no others will come."""
        return self.post("now", {"frozen": True})["ms"]


def _range(from_time, to_time):
    given = {"from": from_time, "to": to_time}
    return {name: value for name, value in given.items() if value is not None}
