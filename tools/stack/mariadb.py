"""A private MariaDB server; the machine's own service, if any, is never touched."""

import socket

from .certificates import Certificates
from .database import ROOT_PASSWORD, Database, program
from .process import run

OPTIONS = """\
[mariadbd]
datadir={data}
socket={socket}
pid-file={data}/mariadbd.pid
tmpdir={data}
bind-address=127.0.0.1
port={port}
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
ssl-ca={tls}/ca.pem
ssl-cert={tls}/server.pem
ssl-key={tls}/server-key.pem
"""


class MariaDb(Database):
    def options(self, port):
        return OPTIONS.format(data=self.data, socket=self.socket, port=port, tls=Certificates(self.home).home)

    def command(self):
        return [program("mariadbd")]

    def install(self):
        run([program("mariadb-install-db"), f"--defaults-file={self.config}", "--auth-root-authentication-method=normal",
             "--skip-test-db", "--skip-name-resolve"], self.service.log, "making the database's files")

    def secure(self):
        # The installer's third root, without a password, is of this machine's name.
        return (f"DROP USER IF EXISTS root@'{socket.gethostname()}';" +
                "".join(f"ALTER USER IF EXISTS root@'{host}' IDENTIFIED BY '{ROOT_PASSWORD}'; "
                        for host in ("127.0.0.1", "::1", "localhost")))
