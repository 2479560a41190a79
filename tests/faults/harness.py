"""Jobs that are broken and then compared: the pipeline of tests/e2e with fault points, tables that hide nothing, and a
history of every step that the sinks made in the database."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools")]

from e2e.harness import BUILD, HOST, NEEDED, Pipeline, Sandbox, has_failed  # noqa: E402  (found through the line above)
from stack.stack import Stack  # noqa: E402
from stack.topics import delete_topics  # noqa: E402

import compare  # noqa: E402
import history  # noqa: E402
from orders import COLUMNS, NODE_TYPES, Orders, identity  # noqa: E402

PATIENCE_S = 90          # a job of some hundred orders that is not over by then is stuck
SETTLING_S = 5           # until a ledger has nothing pending, once everything is committed
ALL, LAST = "order_all", "order_last"   # every version (no key: a double shows); the last one of each order (upserts)
BATCH = 20               # records of a transaction, so that a small job has many

__all__ = ["ALL", "BUILD", "HOST", "LAST", "PATIENCE_S", "FaultTest", "Job", "Orders", "Sandbox", "Stack", "Stuck", "wait_until"]


class Stuck(AssertionError):
    """Something that had to happen did not."""


def wait_until(true, what, seconds=PATIENCE_S, every=0.05):
    """Polls `true()`; returns its first value that counts as true."""
    deadline = time.monotonic() + seconds
    while not (value := true()):
        if time.monotonic() > deadline:
            raise Stuck(f"after {seconds} s still waiting for {what() if callable(what) else what}")
        time.sleep(every)
    return value


class Job(Pipeline):
    """A pipeline whose result can be compared record by record. Files and logs stay in `directory` until `discard()`."""

    def __init__(self, directory):
        shutil.rmtree(directory, ignore_errors=True)   # what an earlier failure left must not be read as input
        Path(directory).mkdir(parents=True)
        super().__init__(directory)
        self.started = []
        self.more_topics = []    # beside `topic` and `dead_topic`: deleted with them

    # ---- set-up ----

    def sink_every_version(self, **more):
        return self.sink(**{"table.name.format": ALL, "insert.mode": "insert", "pk.fields": "", "batch.size": BATCH,
                            "tasks.max": 2, **more})

    def sink_last_version(self, **more):
        return self.sink(**{"table.name.format": LAST, "batch.size": BATCH, "tasks.max": 2, **more})

    def small_source(self, sandbox, **more):
        """The API in small pages and transactions."""
        return self.source(sandbox, **{"page.size": BATCH, "batch.size": BATCH, "windows.in.flight": 1, "ship.node.type": ",".join(NODE_TYPES), **more})

    def prepare(self, config):
        """Topics, database and tables. `config`: of `write`; its sinks may write to ALL and LAST."""
        scheme = (ROOT / "sql" / "002_walmart_order.sql").read_text(encoding="utf-8").replace("`ods`.", "")
        self.sql(f"CREATE DATABASE IF NOT EXISTS `{self.database}` CHARACTER SET utf8mb4", database="mysql")
        last = scheme.replace("`walmart_order`", f"`{LAST}`")
        every = re.sub(r",\s*PRIMARY KEY \([^)]*\)", "", scheme.replace("`walmart_order`", f"`{ALL}`"))
        self.sql(last + every + history.columns(ALL))
        done = self.host("init", config, timeout=PATIENCE_S)
        if done.returncode != 0:
            raise Stuck(f"init: {done.stdout}{done.stderr}")
        self.sql(history.TRIGGERS)

    # ---- processes ----

    def start(self, *arguments, faults=""):
        """Starts the host with fault points armed (CNX_FAULT_POINTS); `.log_path` holds its output."""
        clean = {k: v for k, v in self.environment.items() if k != "CNX_FAULT_POINTS"}
        kept, self.environment = self.environment, {**clean, **({"CNX_FAULT_POINTS": faults} if faults else {})}
        try:
            process = super().start(*arguments)
        finally:
            self.environment = kept
        self.started.append(process)
        return process

    def kill_all(self):
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.wait()

    def discard(self):
        """Ends everything of the job and removes its traces; not called for a job that is to be looked at."""
        self.kill_all()
        self.drop()
        delete_topics(self.servers, [self.topic, self.dead_topic, *self.more_topics])
        shutil.rmtree(self.directory, ignore_errors=True)

    @staticmethod
    def log(process):
        return process.log_path.read_text(encoding="utf-8", errors="replace")

    def was_hit(self, process, point):
        """The host logs each armed point that it passes when its turn has come."""
        return f"{point}: passing " in self.log(process)

    def wait_for_hit(self, process, point, seconds=PATIENCE_S):
        def hit():
            if self.was_hit(process, point):
                return True
            if process.poll() is not None:
                raise Stuck(f"{point} was not hit: the host ended with {process.returncode}\n{self.log(process)[-3000:]}")
            return False
        wait_until(hit, lambda: f"{point} to be hit\n{self.log(process)[-3000:]}", seconds)

    def wait_for_end(self, process, *codes, seconds=PATIENCE_S):
        """Waits for the host's exit with one of `codes` (-9: killed)."""
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise Stuck(f"the host runs on after {seconds} s\n{self.log(process)[-3000:]}") from None
        if code not in codes:
            raise Stuck(f"the host ended with {code} instead of {codes}\n{self.log(process)[-3000:]}")
        return code

    def stop(self, process, *other_codes, seconds=30):
        """SIGTERM and a clean end, or one of `other_codes`. A host that began just now may not listen to signals yet."""
        if "listening on" not in self.log(process):
            other_codes = (*other_codes, -signal.SIGTERM)
        process.send_signal(signal.SIGTERM)
        return self.wait_for_end(process, 0, *other_codes, seconds=seconds)

    def status(self, process):
        """GET /status of a host with a listener; None when it is not up (yet, or any more)."""
        found = re.search(r"listening on (http://\S+)", self.log(process))
        if not found:
            return None
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(found[1] + "/status", timeout=10) as answer:
                return json.load(answer)
        except OSError:
            return None

    def settled_ledgers(self, *processes):
        """Statuses of the hosts, and what is wrong with their ledgers. What was read again is given back within a moment."""
        statuses = []

        def settled():
            statuses[:] = [self.status(process) for process in processes]
            return not any(ledger_faults(status) for status in statuses if status)
        try:
            wait_until(settled, "ledgers", SETTLING_S)
        except Stuck:
            pass
        return statuses, [fault for status in statuses if status for fault in ledger_faults(status)]

    # ---- results ----

    def ends(self, topics):
        """(topic, partition) → offset behind its last record."""
        ends = {}
        for topic in topics:
            for record in self.records(topic):
                ends[topic, record["partition"]] = record["offset"] + 1
        return ends

    def behind(self, ends, connectors):
        """What the database still lacks of `ends`; {} when every connector has committed everything."""
        rows = self.sql("SELECT connector, topic, `partition`, next_offset FROM connect_offsets")
        stands = {(connector, topic, int(p)): int(offset) for connector, topic, p, offset in rows}
        return {(c, *at): (stands.get((c, *at)), end) for c in connectors for at, end in ends.items()
                if (stands.get((c, *at)) or 0) < end}

    def wait_until_drained(self, ends, connectors, processes=(), seconds=PATIENCE_S):
        def drained():
            for process in processes:
                if process.poll() is not None:
                    raise Stuck(f"a host ended with {process.returncode}\n{self.log(process)[-3000:]}")
            return not self.behind(ends, connectors)
        wait_until(drained, lambda: f"commits: {self.behind(ends, connectors)}", seconds, every=0.1)

    def rows(self, table):
        names = ", ".join(f"`{name}`" for name in COLUMNS)
        return [tuple(row) for row in self.sql(f"SET time_zone = '+00:00'; SELECT {names} FROM {table}")]

    def compare_tables(self, orders, sent, every=True, last=True):
        """`sent`: (number, version) of every record. Findings come with the history of the first of them."""
        records = [compare.Record(orders.key(n), v, orders.rows(n, v)) for n, v in sent]
        verdict = compare.Verdict()
        if every:
            verdict.take(compare.every_version(records, self.rows(ALL), identity), ALL)
        if last:
            verdict.take(compare.last_version(records, self.rows(LAST), identity), LAST)
        return verdict

    def compare_topics(self, orders, sent, topics, ordered=True):
        """Every record stands in one of `topics` once, with its bytes."""
        kept = []
        for topic in topics:
            for record in self.records(topic):
                if record["value"].startswith('{"not"'):   # planted for the dead-letter topic
                    continue
                text = compare.content(record["value"])
                order = json.loads(text)
                kept.append((int(order["purchaseOrderId"]), _version_of(order), text))
        return compare.log_of([(orders.key(n), v, orders.text(n, v)) for n, v in sent], kept, ordered)

    def compare_dead_letters(self, bad_values):
        """`bad_values`: values planted in the topic; each has to be a dead letter with its place, key and value."""
        planted = {(self.topic, r["partition"], r["offset"]): (r["key"], r["value"])
                   for r in self.records() if r["value"] in bad_values}
        letters = []
        for letter in self.records(self.dead_topic):
            at = {name: letter["headers"]["__connect.errors." + name] for name in ("topic", "partition", "offset")}
            letters.append(((at["topic"], int(at["partition"]), int(at["offset"])), (letter["key"], letter["value"])))
        verdict = compare.dead_letters(planted, letters)
        if len(planted) != len(bad_values):
            raise Stuck(f"{len(bad_values)} bad records were planted, the topic has {len(planted)}")
        return verdict

    def history_of(self, verdict, topics):
        """The first difference with everything that is known of it: place in Kafka, steps of the sinks, rows."""
        return history.tell(self, verdict, topics)


def _version_of(order):
    line = order["orderLines"]["orderLine"][0]
    return int(line["orderLineStatuses"]["orderLineStatus"][0]["trackingInfo"]["trackingNumber"].rpartition("v")[2])


def ledger_faults(status):
    """What is wrong with the ledgers of GET /status when everything is committed; [] when each is balanced and nothing pends."""
    faults = []
    for name, connector in status["connectors"].items():
        for task in connector["tasks"]:
            sums = task["ledger"]
            ends = sum(sums[k] for k in ("written", "filtered", "dead", "released"))
            if connector["type"] == "sink" and (sums["in"] != ends or sums["pending"]):
                faults.append(f"{name}-{task['id']}: {sums}")
    return faults


@unittest.skipUnless(all(name in os.environ for name in NEEDED),
                     f"needs a broker and a database: {', '.join(NEEDED)} are not all set (./dev up prints them)")
class FaultTest(unittest.TestCase):
    """A test with a job of its own; what a failed one leaves stays in build/faults."""

    def setUp(self):
        self.job = Job(ROOT / "build" / "faults" / f"{self.id().rpartition('.')[2]}-{os.getpid()}")
        self.addCleanup(self.job.kill_all)

    def tearDown(self):
        if has_failed(self):
            print(f"the job's files are kept: {self.job.directory}", file=sys.stderr)
        else:
            self.job.discard()
