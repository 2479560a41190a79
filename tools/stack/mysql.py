"""A private MySQL server, in the place of MariaDB: `stack.py up --database mysql`.

`./dev mysql` unpacks it below build/deps. It is made for a newer C library than this system's, so it is run by the loader
that was unpacked with it: no installation, no chroot, no root.
"""

import pathlib

from .certificates import Certificates
from .database import ROOT_PASSWORD, Database
from .process import StackError, run

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FILES = ROOT / "build" / "deps" / "mysql-server"

OPTIONS = """\
[mysqld]
basedir={files}/usr
datadir={data}
socket={socket}
pid-file={data}/mysqld.pid
bind-address=127.0.0.1
port={port}
mysqlx=OFF
secure-file-priv=NULL
character-set-server=utf8mb4
collation-server=utf8mb4_unicode_ci
max_allowed_packet=64M
innodb_flush_log_at_trx_commit=1
innodb_buffer_pool_size=128M
innodb_redo_log_capacity=128M
innodb_lock_wait_timeout=10
max_connections=100
skip-name-resolve
skip-log-bin
performance_schema=OFF
ssl-ca={tls}/ca.pem
ssl-cert={tls}/server.pem
ssl-key={tls}/server-key.pem
"""


class MySql(Database):
    def options(self, port):
        return OPTIONS.format(files=FILES, data=self.data, socket=self.socket, port=port, tls=Certificates(self.home).home)

    def command(self):
        if not (FILES / ".complete").exists():
            raise StackError(f"no MySQL server in {FILES}: './dev mysql' fetches it")
        loaders = sorted(FILES.glob("usr/lib*/ld-linux-*.so.*"))
        if not loaders:
            raise StackError(f"no loader in {FILES}/usr/lib*: remove {FILES}, then './dev mysql' fetches it anew")
        folders = sorted({str(path.parent) for path in FILES.glob("usr/lib/*-linux-gnu/libc.so.*")})
        mysqld = str(FILES / "usr" / "sbin" / "mysqld")
        return [str(loaders[0]), "--library-path", ":".join(folders), "--argv0", mysqld, mysqld]

    def install(self):
        run([*self.command(), f"--defaults-file={self.config}", "--initialize-insecure"], self.service.log, "making the database's files")

    def secure(self):
        return (f"CREATE USER root@'127.0.0.1' IDENTIFIED BY '{ROOT_PASSWORD}'; GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION; "
                f"ALTER USER root@localhost IDENTIFIED BY '{ROOT_PASSWORD}'")
