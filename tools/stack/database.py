"""What the private MariaDB and MySQL servers have in common: files, start, stop, and the client.

CNX_DATABASE_ARGS gives the server further arguments, for instance a larger buffer pool.
"""

import os
import pathlib
import shlex
import shutil
import subprocess

from .process import Service, StackError, free_port

ROOT_PASSWORD = "stack-root"


class Database:
    """A server on loopback with its data below `home`. A subclass says how its files are made and which program runs it."""

    def __init__(self, home):
        self.home = pathlib.Path(home)
        self.service = Service("mysql", home)
        self.data = self.home / "mysql-data"
        self.config = self.home / "mysql.cnf"
        self.socket = self.home / "mysql.sock"

    # ---- what a subclass tells ----

    def options(self, port):
        """The text of the server's option file."""
        raise NotImplementedError

    def command(self):
        """The server's program and what comes before its arguments."""
        raise NotImplementedError

    def install(self):
        """Makes the files of an empty database, in which root has no password."""
        raise NotImplementedError

    def secure(self):
        """SQL that gives root its password, on the first start."""
        raise NotImplementedError

    # ---- the service ----

    def start(self, ports):
        """Starts the server; `ports` keeps "mysql" over restarts."""
        if self.service.pid() is not None:
            return
        # The kernel's limit for the path of a socket.
        if len(os.fsencode(str(self.socket))) > 107:
            raise StackError(f"the path of the database's socket is longer than 107 bytes: {self.socket}; use a shorter --instance name"
                             " or a checkout nearer to the root")
        made = self.data / ".complete"
        if not made.exists() or "mysql" not in ports:
            ports["mysql"] = free_port()
        user = "user=root\n" if os.geteuid() == 0 else ""
        self.config.write_text(self.options(ports["mysql"]) + user, encoding="utf-8")
        if not made.exists():
            shutil.rmtree(self.data, ignore_errors=True)
            self.install()
        more = shlex.split(os.environ.get("CNX_DATABASE_ARGS", ""))
        self.service.spawn([*self.command(), f"--defaults-file={self.config}", *more])
        password = ROOT_PASSWORD if made.exists() else None
        self.service.wait_ready(lambda: self.client("SELECT 1", password).returncode == 0, timeout=60)
        if password is None:
            done = self.client(self.secure(), None)
            if done.returncode != 0:
                raise StackError(f"the database refused to give root a password: {done.stderr.strip()}")
            made.touch()

    def client(self, sql, password=ROOT_PASSWORD):
        """Runs statements as root over the socket and returns the finished process."""
        env = dict(os.environ)
        env.pop("MYSQL_PWD", None)
        if password is not None:
            env["MYSQL_PWD"] = password
        return subprocess.run([program("mariadb"), "--no-defaults", f"--socket={self.socket}", "--user=root", "--batch", "-e", sql],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, env=env, check=False, timeout=30)

    def stop(self):
        self.service.stop(timeout=60)

    def environment(self, ports):
        return {"CNX_MYSQL_HOST": "127.0.0.1", "CNX_MYSQL_PORT": str(ports["mysql"]), "CNX_MYSQL_SOCKET": str(self.socket),
                "CNX_MYSQL_ROOT_PASSWORD": ROOT_PASSWORD}


def program(name):
    """Servers lie in /usr/sbin, which is not on every user's PATH."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin")
    if not found:
        raise StackError(f"{name} is not installed: './dev deps' installs it")
    return found
