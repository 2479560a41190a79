"""A private MariaDB server; the machine's own service, if any, is never touched."""

import os
import pathlib
import shutil
import socket
import subprocess

from .process import Service, StackError, free_port, run

ROOT_PASSWORD = "stack-root"

OPTIONS = """\
[mariadbd]
datadir={data}
socket={socket}
pid-file={data}/mariadbd.pid
bind-address=127.0.0.1
port={port}
{user}
character-set-server=utf8mb4
collation-server=utf8mb4_unicode_ci
max_allowed_packet=64M
innodb_flush_log_at_trx_commit=1
innodb_buffer_pool_size=128M
innodb_log_file_size=64M
innodb_lock_wait_timeout=10
max_connections=100
skip-name-resolve
skip-log-bin
performance_schema=OFF
"""


class MariaDb:
    def __init__(self, home):
        self.home = pathlib.Path(home)
        self.service = Service("mysql", home)
        self.data = self.home / "mysql-data"
        self.config = self.home / "mysql.cnf"
        self.socket = self.home / "mysql.sock"

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
        as_root = os.geteuid() == 0
        self.config.write_text(OPTIONS.format(data=self.data, socket=self.socket, port=ports["mysql"],
                                              user="user=root" if as_root else ""), encoding="utf-8")
        if not made.exists():
            shutil.rmtree(self.data, ignore_errors=True)
            self._install()
        self.service.spawn([binary("mariadbd"), f"--defaults-file={self.config}"])
        self.service.wait_ready(self._answers if made.exists() else self._answers_without_password, timeout=60)
        if not made.exists():
            # The installer's third root, without a password, is of this machine's name.
            self._query(f"DROP USER IF EXISTS root@'{socket.gethostname()}';" +
                        "".join(f"ALTER USER IF EXISTS root@'{host}' IDENTIFIED BY '{ROOT_PASSWORD}'; "
                                for host in ("127.0.0.1", "::1", "localhost")), password=None)
            made.touch()

    def _install(self):
        run([binary("mariadb-install-db"), f"--defaults-file={self.config}", "--auth-root-authentication-method=normal",
             "--skip-test-db", "--skip-name-resolve"], self.service.log, "making the database's files")

    def _answers(self):
        return self._client("SELECT 1", ROOT_PASSWORD).returncode == 0

    def _answers_without_password(self):
        return self._client("SELECT 1", None).returncode == 0

    def _query(self, sql, password=ROOT_PASSWORD):
        done = self._client(sql, password)
        if done.returncode != 0:
            raise StackError(f"the database refused '{sql.split()[0]} …': {done.stderr.strip()}")
        return done.stdout

    def _client(self, sql, password):
        env = dict(os.environ)
        env.pop("MYSQL_PWD", None)
        if password is not None:
            env["MYSQL_PWD"] = password
        return subprocess.run([binary("mariadb"), "--no-defaults", f"--socket={self.socket}", "--user=root", "--batch", "-e", sql],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, env=env, check=False, timeout=30)

    def stop(self):
        self.service.stop(timeout=60)

    def environment(self, ports):
        return {"CNX_MYSQL_HOST": "127.0.0.1", "CNX_MYSQL_PORT": str(ports["mysql"]), "CNX_MYSQL_SOCKET": str(self.socket),
                "CNX_MYSQL_ROOT_PASSWORD": ROOT_PASSWORD}


def binary(name):
    """mariadbd lies in /usr/sbin, which is not on every user's PATH."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin")
    if not found:
        raise StackError(f"{name} is not installed: './dev deps' installs it")
    return found
