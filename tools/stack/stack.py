"""Starts and stops a private stack: python3 tools/stack/stack.py --help."""

import argparse
import concurrent.futures
import contextlib
import fcntl
import json
import pathlib
import re
import shlex
import shutil
import sys

if __package__ in (None, ""):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
    __package__ = "stack"

from .certificates import Certificates
from .kafka import Kafka
from .mariadb import MariaDb
from .mysql import MySql
from .process import StackError
from .sandbox import Sandbox

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DATABASES = {"mariadb": MariaDb, "mysql": MySql}


class Stack:
    """One instance under build/stack/<name>. Its methods are for one process at a time; a file lock makes others wait."""

    def __init__(self, name="dev", database=None):
        """`database`: a key of DATABASES; None: what the instance has, MariaDB in a new one."""
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,31}", name):
            raise StackError(f"instance name '{name}': use lower-case letters, digits, '-' and '_', at most 32")
        self.home = ROOT / "build" / "stack" / name
        self.certificates = Certificates(self.home)
        present = self._database()
        if database and present and database != present:
            raise StackError(f"instance '{name}' has a {present} server: take it down first, or use another --instance")
        self.database = database or present or "mariadb"
        self.services = {"kafka": Kafka(self.home), "mysql": DATABASES[self.database](self.home)}
        if Sandbox.available():
            self.services["walmart"] = Sandbox(self.home)

    def up(self, only=None):
        """Starts what is not running (of `only`, when given), all at once, and returns the environment."""
        with self._locked():
            ports = self._ports()
            self.certificates.make()
            with concurrent.futures.ThreadPoolExecutor() as pool:
                starts = {name: pool.submit(self._service(name).start, ports) for name in only or self.services}
            self._keep(ports)
            failed = [str(start.exception()) for start in starts.values() if start.exception()]
            if failed:
                self._stop_all()
                raise StackError("\n".join(failed))
            return self._write_environment(ports)

    def down(self):
        """Stops everything and removes the data; the logs go to build/logs/stack-<name>."""
        if self.home.exists():
            with self._locked():
                self._stop_all()
                logs = ROOT / "build" / "logs" / f"stack-{self.home.name}"
                shutil.rmtree(logs, ignore_errors=True)
                logs.mkdir(parents=True)
                for log in self.home.glob("*.log"):
                    shutil.move(log, logs)
                shutil.rmtree(self.home)

    def start(self, name):
        with self._locked():
            ports = self._ports()
            self.certificates.make()
            self._service(name).start(ports)
            self._keep(ports)
            return self._write_environment(ports)

    def stop(self, name):
        with self._locked():
            self._service(name).stop()

    def kill(self, name):
        with self._locked():
            self._service(name).service.kill()

    def restart(self, name):
        self.stop(name)
        return self.start(name)

    def status(self):
        return {name: service.service.pid() for name, service in self.services.items()}

    def _service(self, name):
        if name not in self.services:
            raise StackError(f"no service '{name}': there are {', '.join(self.services)}")
        return self.services[name]

    def _stop_all(self):
        with concurrent.futures.ThreadPoolExecutor() as pool:
            stops = [pool.submit(service.stop) for service in self.services.values()]
        for stop in stops:
            stop.result()

    @contextlib.contextmanager
    def _locked(self):
        self.home.parent.mkdir(parents=True, exist_ok=True)
        with open(self.home.parent / f".{self.home.name}.lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.home.mkdir(exist_ok=True)
            (self.home / "database").write_text(self.database + "\n", encoding="ascii")
            yield

    def _database(self):
        try:
            return (self.home / "database").read_text(encoding="ascii").strip()
        except OSError:
            return None

    def _ports(self):
        try:
            return json.loads((self.home / "ports.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}

    def _keep(self, ports):
        (self.home / "ports.json").write_text(json.dumps(ports), encoding="utf-8")

    def _write_environment(self, ports):
        env = {"CNX_STACK_DIR": str(self.home), "CNX_TLS_DIR": str(self.certificates.home)}
        for service in self.services.values():
            if service.service.pid() is not None:
                env.update(service.environment(ports))
        (self.home / "env").write_text(export_lines(env), encoding="utf-8")
        return env


def export_lines(env):
    return "".join(f"export {key}={shlex.quote(value)}\n" for key, value in env.items())


def arguments():
    parser = argparse.ArgumentParser(prog="stack.py", description="A private Kafka, MariaDB or MySQL, and Walmart sandbox on loopback.")
    parser.add_argument("action", choices=["up", "down", "status", "start", "stop", "restart", "kill"])
    parser.add_argument("service", nargs="?", help="kafka, mysql or walmart, for start, stop, restart and kill")
    parser.add_argument("--instance", default="dev", help="independent stacks have different names (default: dev)")
    parser.add_argument("--database", choices=sorted(DATABASES), help="of a new instance: the server called mysql (default: mariadb)")
    parser.add_argument("--only", type=lambda names: names.split(","), help="of up: these services alone, by commas")
    return parser.parse_args()


def main():
    options = arguments()
    stack = Stack(options.instance, options.database)
    if options.action == "up":
        result = stack.up(options.only)
    elif options.action in ("down", "status"):
        result = getattr(stack, options.action)()
    elif options.service:
        result = getattr(stack, options.action)(options.service)
    else:
        raise StackError(f"{options.action} which service? {', '.join(stack.services)}")
    if options.action == "status":
        for name, pid in result.items():
            print(f"{name}: {'pid ' + str(pid) if pid else 'not running'}")
    elif result:
        print(export_lines(result), end="")


if __name__ == "__main__":
    try:
        main()
    except StackError as error:
        sys.exit(f"error: {error}")
