"""Where the contenders meet: one database, one topic of orders and one of their rows, the same for all."""

import json
import os
import pathlib
import secrets
import socket
import struct
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "bench" / "driver"))
from sql_client import Sql  # noqa: E402  (found through the line above)

BUILD = pathlib.Path(os.environ.get("CNX_BUILD_DIR", ROOT / "build" / "release"))
HOST = BUILD / "bin" / "connect-host"
NEEDED = ("CNX_BOOTSTRAP_SERVERS", "CNX_MYSQL_HOST", "CNX_MYSQL_PORT", "CNX_MYSQL_ROOT_PASSWORD")
# The one column that differs from run to run.
WRITE_TIME = "load_time"


def note(text):
    print(f"peers: {text}", file=sys.stderr, flush=True)


class Arena:
    """Its database is dropped by drop(); its topics stay until the stack goes down."""

    def __init__(self, directory, orders):
        missing = [name for name in NEEDED if name not in os.environ]
        if missing:
            raise SystemExit(f"peers: {', '.join(missing)} not set: eval \"$(./dev up)\" starts Kafka and MariaDB and sets them")
        self.directory, self.orders, self.made = pathlib.Path(directory), orders, {}
        self.servers, self.password = os.environ["CNX_BOOTSTRAP_SERVERS"], os.environ["CNX_MYSQL_ROOT_PASSWORD"]
        self.database_server = f"{os.environ['CNX_MYSQL_HOST']}:{os.environ['CNX_MYSQL_PORT']}"
        self.database = "peers" + secrets.token_hex(3)
        admin = Sql("mysql")
        admin.execute(f"CREATE DATABASE `{self.database}` CHARACTER SET utf8mb4")
        admin.close()
        self.sql = Sql(self.database)
        self.columns = []

    def drop(self):
        self.sql.execute(f"DROP DATABASE `{self.database}`")
        self.sql.close()

    def fill(self):
        """Makes the topic of orders and the table, whose (name, type) pairs are `columns`."""
        config = self.host_config(self.topic("orders"))
        self.run(HOST, "init", config)
        self.await_groups()
        listed = self.sql.value("SELECT GROUP_CONCAT(CONCAT(column_name, ':', data_type) ORDER BY ordinal_position)"
                                f" FROM information_schema.columns WHERE table_schema = '{self.database}' AND table_name = 'walmart_order'")
        self.columns = [tuple(column.split(":")) for column in listed.split(",")]

    def await_groups(self):
        """A new broker makes its topic of offsets when it is first asked where a group is kept (FindCoordinator, version 0): 0.6 s that
        would be counted as the start of whoever comes first."""
        name = self.database.encode()
        text = struct.pack(">h", len(name)) + name
        question = struct.pack(">hhi", 10, 0, 1) + 2 * text  # API, version, number; client.id and group
        host, port = self.servers.split(",")[0].rsplit(":", 1)

        def is_known():
            with socket.create_connection((host, int(port)), timeout=10) as broker:
                broker.sendall(struct.pack(">i", len(question)) + question)
                answer = broker.makefile("rb").read(10)
            return len(answer) == 10 and struct.unpack(">h", answer[8:])[0] == 0

        wait_until(is_known, 30, "the broker to know where groups are kept", 0.1)

    def topic(self, feed):
        """The name of the topic with the orders, or with their rows; made the first time."""
        name = f"{self.database}-{feed}"
        if name not in self.made:
            self.made[name] = self.generate(name, feed, "--orders", self.orders)
        return name

    def expected_rows(self):
        return self.made[self.topic("orders")]["rows"]

    def generate(self, topic, feed, *arguments):
        """What the generator says of the orders, or rows, that it has put into the topic."""
        rows = ["--rows"] if feed == "rows" else []
        return json.loads(self.run(BUILD / "bin" / "cnx-bench-generate", "--kafka", self.servers, "--topic", topic, "--partitions", 3,
                                   *rows, *arguments))

    def run(self, program, *arguments):
        command = [str(program), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, cwd=self.directory,
                              env={**os.environ, "MYSQL_PWD": self.password})
        if done.returncode != 0:
            raise SystemExit(f"peers: {' '.join(command)}: {done.stdout[-1000:]}{done.stderr}")
        return done.stdout

    def host_config(self, topic):
        """A file for connect-host: config/walmart.yml's sink, with the table's 52 columns (JSON is YAML, too)."""
        sink = {"connector.class": "mysql-sink", "topics": topic, "tasks.max": 3, "transforms": "flatten",
                "transforms.flatten.type": "order-transform", "transforms.flatten.extra.columns": "false",
                "connection": {"url": f"mysql://{self.database_server}/{self.database}", "user": "root", "password": "${env:MYSQL_PWD}"},
                "table.name.format": "walmart_order", "insert.mode": "upsert", "pk.fields": "purchaseOrderId,lineNumber",
                "errors.tolerance": "all", "errors.deadletterqueue.topic.name": f"{self.database}-dlq",
                "errors.deadletterqueue.topic.replication.factor": 1}
        worker = {"bootstrap.servers": self.servers, "worker.group.id": f"{self.database}-{secrets.token_hex(2)}", "worker.id": "one",
                  "plugin.path": str(BUILD / "plugins"), "listeners": "http://127.0.0.1:0"}
        path = self.directory / f"connect-host-{secrets.token_hex(3)}.yml"
        path.write_text(json.dumps({"worker": worker, "connectors": {"sink": sink}}, indent=1), encoding="utf-8")
        return path

    # ---- the table ----

    def rows(self):
        return int(self.sql.value("SELECT COUNT(*) FROM walmart_order"))

    def has_rows(self):
        return self.sql.value("SELECT EXISTS(SELECT 1 FROM walmart_order)") == "1"

    def wait_for_writers(self):
        """Returns when the transactions that have written to the table have ended: they hold its metadata lock until then."""
        self.sql.execute("LOCK TABLES walmart_order READ; UNLOCK TABLES")

    def writes(self):
        """Rows that the server was given to insert since it started: asking costs little, counting a table much."""
        return int(self.sql.value("SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'HANDLER_WRITE'"))

    def checksum(self):
        """Over all columns but the time of the write, whatever the order of the rows."""
        values = ", ".join(f"IFNULL(`{name}`, '\\\\0')" for name, _ in self.columns if name != WRITE_TIME)
        return self.sql.value(f"SELECT CONCAT(COUNT(*), ' rows, checksum ', SUM(CRC32(CONCAT_WS('|', {values})))) FROM walmart_order")


def wait_until(condition, seconds, what, pause):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"peers: not within {seconds:.0f} s: {what}")
        time.sleep(pause)
