"""Background processes that are known by pid and start time, so that a stale pid file can never hit a stranger."""

import os
import pathlib
import random
import signal
import socket
import subprocess
import time


class StackError(Exception):
    """What went wrong, with the log's end where there is one; its text is for the user."""


def free_port():
    """A loopback port below the ephemeral range, so that no outgoing connection takes it before its server binds it."""
    for _ in range(200):
        port = random.randint(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise StackError("found no free port between 20000 and 32000 on 127.0.0.1 in 200 tries")


def start_time(pid):
    """The kernel's start time of a live process in clock ticks, or None when it is gone or a zombie."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    state, *fields = stat.rpartition(")")[2].split()
    return None if state in "ZX" else fields[18]


def log_tail(log, lines=25):
    try:
        text = pathlib.Path(log).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        return f"(no log: {error})"
    return "\n".join(text.splitlines()[-lines:])


def run(command, log, what, timeout=120, **options):
    """Runs a short command to its end; its output is appended to the log and shown when it fails."""
    with open(log, "ab") as out:
        try:
            status = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, timeout=timeout, check=False,
                                    **options).returncode
        except subprocess.TimeoutExpired:
            status = f"no end after {timeout} s"
        except OSError as error:
            raise StackError(f"{what}: cannot run {command[0]}: {error.strerror}; './dev deps' installs it") from error
    if status != 0:
        raise StackError(f"{what} failed ({status}); the end of {log}:\n{log_tail(log)}")


class Service:
    """One background process with its pid file and log in `home`."""

    def __init__(self, name, home):
        self.name = name
        self.home = pathlib.Path(home)
        self.log = self.home / f"{name}.log"
        self.pid_file = self.home / f"{name}.pid"
        self._child = None

    def pid(self):
        """The pid when the process we started still runs, else None."""
        if self._child is not None:
            self._child.poll()
        try:
            pid, started = self.pid_file.read_text(encoding="ascii").split()
        except (OSError, ValueError):
            return None
        return int(pid) if start_time(int(pid)) == started else None

    def spawn(self, command, env=None):
        """Starts it in a session of its own: an interrupt at the terminal ends the tests, and they stop the stack in order."""
        with open(self.log, "ab") as out:
            try:
                self._child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
                                               cwd=self.home, env={**os.environ, **(env or {})})
            except OSError as error:
                raise StackError(f"{self.name}: cannot run {command[0]}: {error.strerror}; './dev deps' installs it") from error
        self.pid_file.write_text(f"{self._child.pid} {start_time(self._child.pid)}\n", encoding="ascii")

    def wait_ready(self, probe, timeout):
        """Calls probe() until it is true; a process that ends or takes too long is an error with its log's end."""
        deadline = time.monotonic() + timeout
        while not probe():
            if self.pid() is None:
                raise StackError(f"{self.name} ended while starting; the end of {self.log}:\n{log_tail(self.log)}")
            if time.monotonic() > deadline:
                self.stop(timeout=5)
                raise StackError(f"{self.name} was not ready after {timeout} s; the end of {self.log}:\n{log_tail(self.log)}")
            time.sleep(0.05)

    def signal(self, number):
        pid = self.pid()
        if pid is not None:
            os.kill(pid, number)

    def stop(self, timeout=30):
        """SIGTERM, then SIGKILL after `timeout` seconds; returns when the process is gone."""
        self.signal(signal.SIGTERM)
        if not self._wait_gone(timeout):
            self.signal(signal.SIGKILL)
            if not self._wait_gone(10):
                raise StackError(f"{self.name} (pid {self.pid()}) does not end, not even by SIGKILL")
        self.pid_file.unlink(missing_ok=True)

    def kill(self):
        """SIGKILL; returns when the process is gone."""
        self.signal(signal.SIGKILL)
        self.stop(timeout=10)

    def _wait_gone(self, timeout):
        deadline = time.monotonic() + timeout
        while self.pid() is not None:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True
