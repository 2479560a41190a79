"""A pipeline of its own for each test: topics, group and database with a random suffix on the shared broker and database."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import kept_output  # noqa: E402  (found through the line above)
from walmart_sandbox.client import Sandbox  # noqa: E402

BUILD = Path(os.environ.get("CNX_BUILD_DIR", ROOT / "build" / "release"))
HOST = BUILD / "bin" / "connect-host"
TOOL = BUILD / "bin" / "cnx_kafka_tool"
NEEDED = ("CNX_BOOTSTRAP_SERVERS", "CNX_MYSQL_HOST", "CNX_MYSQL_PORT", "CNX_MYSQL_ROOT_PASSWORD")
__all__ = ["kept_output", "has_failed", "Pipeline", "PipelineTest", "Sandbox", "ROOT", "HOST"]


def has_failed(test):
    """For tearDown and cleanups of a unittest.TestCase: its own success is said only when they are over."""
    told = test._outcome.result
    return any(getattr(one, "test_case", one) is test for one, _ in [*told.failures, *told.errors])


class Pipeline:
    """Config files, topics and a database under one random name."""

    def __init__(self, directory):
        self.name = "e2e" + secrets.token_hex(4)
        self.database = self.topic = self.group = self.name
        self.dead_topic = self.name + "_dlq"
        self.directory = Path(directory)
        self.servers = os.environ["CNX_BOOTSTRAP_SERVERS"]
        self.password = "planted-" + secrets.token_hex(8)
        self.sql(f"CREATE USER '{self.name}'@'%' IDENTIFIED BY '{self.password}';"
                 f"GRANT ALL ON `{self.database}`.* TO '{self.name}'@'%'", database="mysql")
        self.environment = {**os.environ, "E2E_PASSWORD": self.password, "E2E_SECRET": "sandbox-secret"}

    def drop(self):
        self.keep_output()
        self.sql(f"DROP DATABASE IF EXISTS `{self.database}`; DROP USER IF EXISTS '{self.name}'@'%'", database="mysql")

    def keep_output(self):
        """Log files and dead letters, for the search for secrets; what commands print is kept as they end."""
        if not kept_output.is_wanted():
            return
        for log in self.directory.rglob("*.log*"):
            if log.is_file():  # a test lays its log on /dev/full, which has no end
                kept_output.keep(log.read_bytes(), f"{self.name}-{log.name}")
        with contextlib.suppress(subprocess.TimeoutExpired):  # a test may have ended its broker
            dead = subprocess.run([str(TOOL), "dump", self.servers, self.dead_topic], capture_output=True, timeout=15)
            kept_output.keep(dead.stdout, f"{self.name}-dead-letters")

    # ---- configuration ----

    def worker(self, **more):
        return {"bootstrap.servers": self.servers, "worker.group.id": self.group, "worker.id": "one",
                "plugin.path": str(BUILD / "plugins"), "log": {"level": "INFO"}, **more}

    def sink(self, **more):
        return {"connector.class": "mysql-sink", "topics": self.topic, "tasks.max": 3, "transforms": "flatten",
                "transforms.flatten.type": "order-transform",
                "connection": {"url": f"mysql://{os.environ['CNX_MYSQL_HOST']}:{os.environ['CNX_MYSQL_PORT']}/{self.database}",
                               "user": self.name, "password": "${env:E2E_PASSWORD}"},
                "table.name.format": "walmart_order", "insert.mode": "upsert", "pk.fields": "purchaseOrderId,lineNumber",
                "errors.tolerance": "all", "errors.deadletterqueue.topic.name": self.dead_topic,
                "errors.deadletterqueue.topic.replication.factor": 1, **more}

    def source(self, sandbox, **more):
        return {"connector.class": "walmart-source", "topic": self.topic, "base.url": sandbox.url,
                "ssl.ca.location": str(sandbox.ca_file), "timezone": "America/Los_Angeles", "account": "shop",
                "accounts": {"shop": {"client.id": "sandbox-client", "client.secret": "${env:E2E_SECRET}"}},
                "topic.creation.default": {"partitions": 3, "replication.factor": 1}, **more}

    def file_source(self, path, **more):
        return {"connector.class": "file-source", "path": str(path), "topic": self.topic, "follow": "false",
                "topic.creation.default": {"partitions": 3, "replication.factor": 1}, **more}

    def write(self, connectors, **worker):
        """Writes the config (JSON is YAML, too) and returns its path."""
        path = self.directory / f"{self.name}-{secrets.token_hex(2)}.yml"
        path.write_text(json.dumps({"worker": self.worker(**worker), "connectors": connectors}, indent=1))
        return path

    # ---- the host ----

    def host(self, *arguments, timeout=300):
        """Runs a command to its end; one that does not end is killed and shown."""
        process = subprocess.Popen([str(HOST), *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, env=self.environment, cwd=self.directory)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(f"{arguments}: not over after {timeout} s\n{out}{err}") from None
        kept_output.keep(out + err, f"{self.name}-{arguments[0]}")
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def start(self, *arguments):
        """Starts a command; its output goes to a file, whose path is in `.log_path`."""
        log = self.directory / f"run-{secrets.token_hex(2)}.log"
        with open(log, "wb") as out:
            process = subprocess.Popen([str(HOST), *map(str, arguments)], stdout=out, stderr=out, env=self.environment,
                                       cwd=self.directory)
        process.log_path = log
        return process

    # ---- Kafka and the database ----

    def kafka(self, command, topic, *more, data=None, timeout=300):
        done = subprocess.run([str(TOOL), command, self.servers, topic, *map(str, more)], input=data, capture_output=True,
                              text=True, timeout=timeout)
        if done.returncode != 0:
            raise AssertionError(f"cnx_kafka_tool {command} {topic}: {done.stderr}")
        return done.stdout

    def produce(self, records, topic=None, partitions=3):
        """`records`: pairs of key and value."""
        topic = topic or self.topic
        self.kafka("create", topic, partitions)
        self.kafka("produce", topic, data="".join(f"{key}\t{value}\n" for key, value in records))

    def records(self, topic=None):
        return [json.loads(line) for line in self.kafka("dump", topic or self.topic).splitlines()]

    def sql(self, statement, database=None, timeout=300):
        """Rows of text values; NULL is None."""
        command = ["mariadb", "--no-defaults", "--batch", "--raw", "--skip-column-names", "--default-character-set=utf8mb4",
                   f"--host={os.environ['CNX_MYSQL_HOST']}", f"--port={os.environ['CNX_MYSQL_PORT']}", "--protocol=tcp",
                   "--user=root", f"--database={database or self.database}", "-e", statement]
        environment = {**os.environ, "MYSQL_PWD": os.environ["CNX_MYSQL_ROOT_PASSWORD"]}
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=environment)
        if done.returncode != 0:
            raise AssertionError(f"{statement[:200]}: {done.stderr}")
        return [line.split("\t") for line in done.stdout.splitlines()]

    def number(self, statement):
        return int(self.sql(statement)[0][0])

    def json_rows(self, columns, order):
        """Rows of walmart_order as JSON values, made by the server so that nothing is lost in between."""
        fields = ", ".join(f"'{c}', `{c}`" for c in columns)
        rows = self.sql(f"SELECT JSON_OBJECT({fields}) FROM walmart_order ORDER BY {order}")
        return [json.loads("\t".join(row), parse_float=str) for row in rows]

    def lag(self):
        """Lag by partition as Kafka's own tool tells it."""
        done = subprocess.run([str(ROOT / "tools" / "kafka" / "cli"), "kafka-consumer-groups", "--bootstrap-server",
                               self.servers, "--describe", "--group", f"connect-{self.group}-sink"],
                              capture_output=True, text=True, timeout=120)
        rows = [line.split() for line in done.stdout.splitlines() if self.topic in line]
        return {row[2]: row[5] for row in rows}


@unittest.skipUnless(all(name in os.environ for name in NEEDED),
                     f"needs a broker and a database: {', '.join(NEEDED)} are not all set (./dev up prints them)")
class PipelineTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="connect-host-e2e-")
        self.addCleanup(folder.cleanup)
        self.pipeline = Pipeline(folder.name)
        self.addCleanup(self.pipeline.drop)
        self.running = []
        self.addCleanup(self._kill_all)

    def _kill_all(self):
        for process in self.running:
            if process.poll() is None:
                process.kill()
                process.wait()

    def start_host(self, *arguments):
        process = self.pipeline.start(*arguments)
        self.running.append(process)
        return process

    def init(self, config):
        done = self.pipeline.host("init", config)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def run_host(self, *arguments, expect=0, timeout=300):
        done = self.pipeline.host("run", *arguments, timeout=timeout)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done

    def stop_cleanly(self, process):
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=30)
        self.assertEqual(code, 0, process.log_path.read_text())
