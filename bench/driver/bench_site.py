"""Where a measurement runs: the stack from the environment, a database and topics of its own, the programs."""

import contextlib
import json
import os
import pathlib
import secrets
import subprocess
import sys
import time

import servers
from sql_client import Sql

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from stack.topics import delete_topics  # noqa: E402  (found through the line above)

BUILD = pathlib.Path(os.environ.get("CNX_BUILD_DIR", ROOT / "build" / "release"))
HOST = BUILD / "bin" / "connect-host"
NEEDED = ("CNX_BOOTSTRAP_SERVERS", "CNX_MYSQL_HOST", "CNX_MYSQL_PORT", "CNX_MYSQL_ROOT_PASSWORD")
MOST_OF_ONE_PRODUCER = 500_000


class Site:
    def __init__(self, directory):
        missing = [name for name in NEEDED if name not in os.environ]
        if missing:
            raise SystemExit(f"bench: {', '.join(missing)} not set: './dev bench' starts a stack, or use eval \"$(./dev up)\"")
        self.directory = pathlib.Path(directory)
        self.name = "bench" + secrets.token_hex(3)
        self.servers = os.environ["CNX_BOOTSTRAP_SERVERS"]
        admin = Sql("mysql")
        admin.execute(f"CREATE DATABASE `{self.name}` CHARACTER SET utf8mb4")
        admin.close()
        self.sql = Sql(self.name)
        self.topics = {}
        self.password = os.environ["CNX_MYSQL_ROOT_PASSWORD"]
        self.environment = {**os.environ, "MYSQL_PWD": self.password}

    def drop(self):
        with contextlib.suppress(OSError):
            self.forget(*self.topics)
        with contextlib.suppress(OSError):
            self.sql.execute(f"DROP DATABASE `{self.name}`")
            self.sql.close()

    def tool(self, name, *arguments, timeout=600):
        """Runs one of our programs and returns the JSON that it prints."""
        command = [str(BUILD / "bin" / name), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment, timeout=timeout)
        if done.returncode != 0:
            raise SystemExit(f"bench: {' '.join(command)}: {done.stderr}")
        return json.loads(done.stdout)

    def database_arguments(self):
        return ["--host", os.environ["CNX_MYSQL_HOST"], "--port", os.environ["CNX_MYSQL_PORT"], "--user", "root", "--database", self.name]

    def database_limit(self, orders, connections, version=0, keep=False, text=False, topic=None, partitions=3):
        """One pass of ready-made rows: in transactions of ascending orders, or as consumers of `topic` compose them."""
        composed = ["--kafka", self.servers, "--topic", topic, "--partitions", partitions] if topic else []
        known = servers.pids().get("database")
        return self.tool("cnx-bench-database", *self.database_arguments(), "--orders", orders, "--connections", connections,
                         "--version", version, *(["--keep"] if keep else []), *(["--text"] if text else []), *composed,
                         *(["--server-pid", known] if known else []))

    def topic(self, orders, version=0, partitions=3, plain=False):
        """The name of a topic with these orders, made the first time. Plain ones have no oddities: each gives rows. One producer, so
        that the keys of each partition ascend, unless there are too many to wait for."""
        threads = 1 if orders <= MOST_OF_ONE_PRODUCER else 3
        name = f"{self.name}-{orders}-v{version}-p{partitions}{'-plain' if plain else ''}"
        if name not in self.topics:
            self.topics[name] = self.tool("cnx-bench-generate", "--orders", orders, "--version", version, "--partitions", partitions,
                                          "--kafka", self.servers, "--topic", name, "--threads", threads, *(["--plain"] if plain else []))
        return name

    def forget(self, *topics):
        """Deletes them: the broker's disk."""
        delete_topics(self.servers, list(topics))
        for topic in topics:
            self.topics.pop(topic, None)

    def produced(self, topic):
        return self.topics[topic]

    def config(self, topic, tasks, **more):
        """A file for `connect-host run`: config/walmart.yml's sink, with the table's 52 columns."""
        url = f"mysql://{os.environ['CNX_MYSQL_HOST']}:{os.environ['CNX_MYSQL_PORT']}/{self.name}"
        sink = {"connector.class": "mysql-sink", "topics": topic, "tasks.max": tasks, "transforms": "flatten",
                "transforms.flatten.type": "order-transform", "transforms.flatten.extra.columns": "false",
                "connection": {"url": url, "user": "root", "password": "${env:MYSQL_PWD}"},
                "table.name.format": "walmart_order", "insert.mode": "upsert", "pk.fields": "purchaseOrderId,lineNumber",
                "errors.tolerance": "all", "errors.deadletterqueue.topic.name": f"{self.name}-dlq",
                "errors.deadletterqueue.topic.replication.factor": 1, **more}
        worker = {"bootstrap.servers": self.servers, "worker.group.id": f"{self.name}-{secrets.token_hex(2)}", "worker.id": "one",
                  "plugin.path": str(BUILD / "plugins"), "log": {"level": "INFO"}, "listeners": "http://127.0.0.1:0"}
        path = self.directory / f"config-{secrets.token_hex(3)}.yml"
        path.write_text(json.dumps({"worker": worker, "connectors": {"sink": sink}}, indent=1))
        return path

    def init(self, config):
        done = subprocess.run([str(HOST), "init", str(config)], capture_output=True, text=True, env=self.environment, timeout=120)
        if done.returncode != 0:
            raise SystemExit(f"bench: connect-host init: {done.stdout}{done.stderr}")

    def start_host(self, config, **environment):
        log = open(self.directory / f"{config.stem}.log", "wb")
        return subprocess.Popen([str(HOST), "run", str(config)], stdout=log, stderr=log, env={**self.environment, **environment},
                                cwd=self.directory)


def wait_until(condition, seconds, what, pause=0.01):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"bench: not within {seconds} s: {what}")
        time.sleep(pause)


def note(text):
    print(text, file=sys.stderr, flush=True)
