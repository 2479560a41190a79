"""Several workers of one group: they share sources and sinks, take over from each other, and nothing is lost or doubled.

A worker's load is a file that grows while the test goes on: each line an order of two lines. The table has no key and is
inserted into, so that a double cannot hide behind an upsert. CNX_WORKERS_ROUNDS (default 1) repeats the long scenes."""

import json
import os
import re
import signal
import threading
import time
import unittest

from harness import ROOT, PipelineTest

ROUNDS = int(os.environ.get("CNX_WORKERS_ROUNDS", "1"))
SESSION_S = 10            # the host's session.timeout.ms
TAKEOVER_S = SESSION_S + 8   # and a heartbeat, a rebalance, a start; generous, for busy machines
PATIENCE_S = 60
PARTITIONS = 6
WITHOUT_KEY = r",\s*PRIMARY KEY \([^)]*\)"


def order(number):
    lines = [{"lineNumber": str(n), "item": {"sku": f"sku-{number}-{n}"}} for n in (1, 2)]
    return json.dumps({"purchaseOrderId": number, "orderLines": {"orderLine": lines}}, separators=(",", ":"))


class Load:
    """Appends orders to a file until it is stopped."""

    def __init__(self, path, per_second=200):
        self.path, self.sent, self._per_tick = path, 0, max(1, per_second // 20)
        self._over = self._thread = None
        path.touch()

    def _feed(self):
        with open(self.path, "a", encoding="utf-8") as file:
            while not self._over.wait(0.05):
                file.write("".join(order(self.sent + i) + "\n" for i in range(self._per_tick)))
                file.flush()
                self.sent += self._per_tick

    def start(self):
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._feed, daemon=True)
        self._thread.start()

    def stop(self):
        if self._thread:
            self._over.set()
            self._thread.join()


class WorkersTest(PipelineTest):
    def setUp(self):
        super().setUp()
        self.load = Load(self.pipeline.directory / "orders.txt")
        self.addCleanup(self.load.stop)
        self.connectors = {
            "load": self.pipeline.file_source(self.load.path, follow="true", **{
                "topic.creation.default": {"partitions": PARTITIONS, "replication.factor": 1}}),
            "sink": self.pipeline.sink(**{"tasks.max": 1, "table.name.format": "loose", "insert.mode": "insert",
                                          "pk.fields": "", "batch.interval.ms": 100, "errors.tolerance": "none"})}
        del self.connectors["sink"]["errors.deadletterqueue.topic.name"]
        del self.connectors["sink"]["errors.deadletterqueue.topic.replication.factor"]
        self.pipeline.sql(f"CREATE DATABASE `{self.pipeline.database}`", database="mysql")
        scheme = (ROOT / "sql" / "002_walmart_order.sql").read_text(encoding="utf-8").replace("`ods`.`walmart_order`", "loose")
        self.pipeline.sql(re.sub(WITHOUT_KEY, "", scheme) +
                          "; ALTER TABLE loose ADD COLUMN written_at TIMESTAMP(6) NULL DEFAULT CURRENT_TIMESTAMP(6)")
        self.configs = {}
        self.init(self.config("one"))

    # ---- workers ----

    def config(self, worker, only=None):
        key = worker, only
        if key not in self.configs:
            chosen = {name: c for name, c in self.connectors.items() if only in (None, name)}
            self.configs[key] = self.pipeline.write(chosen, **{"worker.id": worker})
        return self.configs[key]

    def change(self, **settings):
        for name, more in settings.items():
            self.connectors[name].update(more)
        self.configs.clear()

    def worker(self, name, only=None):
        process = self.start_host("run", self.config(name, only))
        process.worker = name
        return process

    @staticmethod
    def log(process):
        return process.log_path.read_text(encoding="utf-8", errors="replace")

    def wait_until(self, true, what, seconds=PATIENCE_S):
        deadline = time.monotonic() + seconds
        while not (value := true()):
            if time.monotonic() > deadline:
                logs = "\n".join(f"--- {p.worker}\n{self.log(p)[-3000:]}" for p in self.running)
                self.fail(f"after {seconds} s still waiting for {what}\n{logs}")
            time.sleep(0.05)
        return value

    def wait_for_line(self, process, text, seconds=PATIENCE_S, count=1):
        self.wait_until(lambda: self.log(process).count(text) >= count, f"'{text}' of worker {process.worker}", seconds)

    def runs_source(self, process):
        """True when the latest word is that the worker has the source."""
        words = self.source_words(process)
        return bool(words and words[-1] == "runs on this worker")

    def source_words(self, process):
        return re.findall(r"task 0:? (runs on this worker|another worker of group|the group takes it)", self.log(process))

    def owners(self):
        """Worker → partitions that its sink has claimed, as the database knows it."""
        found = {}
        for partition, owner in self.pipeline.sql("SELECT `partition`, owner FROM connect_offsets"):
            found.setdefault(owner.partition("/")[0], set()).add(int(partition))
        return found

    def wait_for_shared(self, *processes):
        """The sinks share the partitions, one worker has the source, and the others know it."""
        share = PARTITIONS // len(processes)
        even = {p.worker: share for p in processes}
        self.wait_until(lambda: {w: len(ps) for w, ps in self.owners().items()} == even, f"{share} partitions on each worker")
        self.wait_until(lambda: all(self.source_words(p) for p in processes) and
                        sum(self.runs_source(p) for p in processes) == 1, "one worker to run the source")

    def owner_of_source(self, *processes):
        owners = [p for p in processes if self.runs_source(p)]
        self.assertEqual(len(owners), 1, "one worker runs the source")
        return owners[0]

    # ---- results ----

    def rows(self):
        return self.pipeline.number("SELECT COUNT(*) FROM loose")

    def wait_for_rows(self, more=1):
        before = self.rows()
        self.wait_until(lambda: self.rows() >= before + more, f"{more} more rows")

    def check_result(self):
        """Every order stands in Kafka and in the table exactly once, with the right values."""
        self.load.stop()
        sent = self.load.sent
        self.assertGreater(sent, 0)
        self.wait_until(lambda: self.rows() >= 2 * sent, f"{2 * sent} rows, there are {self.rows()}")
        texts = [record["value"] for record in self.pipeline.records()]
        self.assertEqual(len(texts), len(set(texts)), "an order stands in Kafka twice")
        self.assertEqual(set(texts), {order(n) for n in range(sent)})
        wrong = self.pipeline.sql("SELECT purchaseOrderId, lineNumber, COUNT(*) FROM loose GROUP BY 1, 2 HAVING COUNT(*) <> 1 LIMIT 5")
        self.assertEqual(wrong, [], "rows that are there more than once")
        self.assertEqual(self.rows(), 2 * sent)
        right = ("SELECT COUNT(*) FROM loose WHERE sku = CONCAT('sku-', purchaseOrderId, '-', lineNumber) AND lineNumber IN (1, 2)"
                 f" AND purchaseOrderId BETWEEN 0 AND {sent - 1}")
        self.assertEqual(self.pipeline.number(right), 2 * sent)
        print(f"{sent} orders: 0 lost, 0 doubled")

    def longest_pause_ms(self, since):
        """Between two writes of rows, over all partitions."""
        gaps = ("SELECT COALESCE(MAX(TIMESTAMPDIFF(MICROSECOND, before_it, written_at)), 0) DIV 1000 FROM (SELECT written_at,"
                f" LAG(written_at) OVER (ORDER BY written_at) AS before_it FROM loose WHERE written_at > '{since}') AS steps")
        return self.pipeline.number(gaps)

    def no_errors(self, *processes):
        for process in processes:
            errors = [line for line in self.log(process).splitlines() if " - ERROR - " in line]
            self.assertEqual(errors, [], f"worker {process.worker}")


class Takeover(WorkersTest):
    def test_kill_9_of_the_worker_that_runs_the_source(self):
        one = self.worker("one")
        self.load.start()
        self.wait_for_rows()
        two = self.worker("two")
        self.wait_for_shared(one, two)
        victim = self.owner_of_source(one, two)
        survivor = two if victim is one else one
        self.wait_for_rows(100)
        victim.kill()
        victim.wait()
        killed = time.monotonic()
        self.wait_until(lambda: self.runs_source(survivor), "the survivor to run the source", TAKEOVER_S)
        source_s = time.monotonic() - killed
        self.wait_until(lambda: set(self.owners()) == {survivor.worker}, "the survivor to claim everything", TAKEOVER_S)
        print(f"taken over after kill -9: source {source_s:.1f} s, sink {time.monotonic() - killed:.1f} s (session {SESSION_S} s)")
        self.wait_for_rows(100)
        self.check_result()
        self.no_errors(survivor)
        self.stop_cleanly(survivor)

    def test_a_frozen_source_that_comes_back_sends_nothing(self):
        one = self.worker("one", only="load")
        self.load.start()
        sink = self.worker("sink", only="sink")
        self.wait_for_rows()
        two = self.worker("two", only="load")
        self.wait_until(lambda: self.source_words(two), "the second worker to join")
        self.wait_until(lambda: self.runs_source(one) != self.runs_source(two), "one worker to run the source")
        zombie = self.owner_of_source(one, two)
        heir = two if zombie is one else one
        self.wait_for_rows(300)  # its turn has begun in earnest, so that there is something to be taken from it
        zombie.send_signal(signal.SIGSTOP)
        self.wait_until(lambda: self.runs_source(heir), "the heir to run the source", TAKEOVER_S)
        self.wait_for_rows(100)
        zombie.send_signal(signal.SIGCONT)
        self.wait_for_line(zombie, "the group takes it from this worker")
        self.wait_for_rows(100)
        self.check_result()
        self.no_errors(heir, sink, zombie)
        for process in (heir, sink, zombie):
            self.stop_cleanly(process)


class RollingRestart(WorkersTest):
    def test_of_three_workers_under_load_moves_nothing(self):
        workers = [self.worker(name) for name in ("one", "two", "three")]
        self.load.start()
        self.wait_for_shared(*workers)
        owner, held = self.owner_of_source(*workers).worker, self.owners()
        began = self.pipeline.sql("SELECT NOW(6)")[0][0]
        for _ in range(ROUNDS):
            for i, old in enumerate(workers):
                self.stop_cleanly(old)
                workers[i] = self.worker(old.worker)
                self.wait_for_line(workers[i], "claimed ", count=PARTITIONS // len(workers))
                if old.worker == owner:
                    self.wait_until(lambda: self.runs_source(workers[i]), "the source to go on where it was")
                self.wait_for_rows(50)
        self.assertEqual(self.owners(), held)
        self.assertEqual(self.owner_of_source(*workers).worker, owner)
        for process in workers:
            self.assertNotIn("revoked", self.log(process), f"worker {process.worker} was asked to give something back")
        print(f"longest pause between two commits: {self.longest_pause_ms(began)} ms")
        self.check_result()
        self.no_errors(*workers)
        for process in workers:
            self.stop_cleanly(process)


class OneIdTwice(WorkersTest):
    def check_that_the_newer_wins(self, only):
        self.load.start()
        other = self.worker("other", "sink" if only == "load" else "load")
        older = self.worker("one", only)
        self.wait_for_rows()
        newer = self.worker("one", only)
        self.assertEqual(older.wait(timeout=PATIENCE_S), 1, self.log(older))
        self.assertIn(f"worker.id 'one' is used twice in group '{self.pipeline.group}'", self.log(older))
        self.assertNotIn("starts again", self.log(older))
        self.wait_for_rows(100)
        self.check_result()
        self.no_errors(newer, other)
        for process in (newer, other):
            self.stop_cleanly(process)

    def test_of_a_source(self):
        self.check_that_the_newer_wins("load")

    def test_of_a_sink(self):
        self.check_that_the_newer_wins("sink")

    def test_again_and_again_and_the_older_leaves_at_once(self):
        self.change(sink={"tasks.max": 3, "batch.interval.ms": 5})
        self.load.start()
        newest = self.worker("one")
        for _ in range(5):
            self.wait_for_rows(50)
            older, newest = newest, self.worker("one")
            self.assertEqual(older.wait(timeout=PATIENCE_S), 1, self.log(older))
            self.assertNotIn("after the stop not everything has ended", self.log(older))
        self.wait_for_rows(50)
        self.check_result()
        self.no_errors(newest)
        self.stop_cleanly(newest)

    def test_a_sink_that_slept_through_its_session_does_not_take_the_id_back(self):
        session_s = 3
        # One task has nothing to do, and joins again like the others.
        self.change(sink={"consumer.override.session.timeout.ms": session_s * 1000, "tasks.max": PARTITIONS + 1})
        self.load.start()
        source = self.worker("source", "load")
        older = self.worker("one", "sink")
        self.wait_for_rows()
        self.load.stop()  # in mid work the answer to some request would tell the older first
        self.wait_until(lambda: self.rows() == 2 * self.load.sent, "all rows")
        older.send_signal(signal.SIGSTOP)
        expired = time.monotonic() + session_s + 0.5
        newer = self.worker("one", "sink")
        self.wait_for_line(newer, "claimed ", count=PARTITIONS)
        self.wait_until(lambda: time.monotonic() > expired, "the older's session to expire")
        older.send_signal(signal.SIGCONT)
        self.assertEqual(older.wait(timeout=PATIENCE_S), 1, self.log(older))
        self.assertIn(f"worker.id 'one' is used twice in group '{self.pipeline.group}'", self.log(older))
        self.load.start()
        self.wait_for_rows(100)
        self.check_result()
        self.no_errors(newer, source)
        for process in (newer, source):
            self.stop_cleanly(process)


class Reset(WorkersTest):
    def test_of_a_running_source_fences_it_and_it_goes_on_from_the_new_position(self):
        self.load.path.write_text("".join(order(n) + "\n" for n in range(100)))
        file = open(self.load.path, "a", encoding="utf-8")
        self.addCleanup(file.close)
        running = self.worker("one")
        self.wait_until(lambda: self.rows() == 200, "the first reading")
        done = self.pipeline.host("offsets", "reset", self.config("one"), "--connector", "load", "--to", "none", "--yes")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        print(order(100), file=file, flush=True)   # an idle source hears of its fence when it has something to send
        self.wait_until(lambda: self.rows() == 402, "the second reading")
        self.assertIn("starts again", self.log(running))
        self.no_errors(running)
        self.stop_cleanly(running)


class BoundedRun(WorkersTest):
    ORDERS = 3000

    def setUp(self):
        super().setUp()
        self.connectors["load"]["follow"] = "false"
        self.configs = {}
        self.load.path.write_text("".join(order(n) + "\n" for n in range(self.ORDERS)))
        self.load.sent = self.ORDERS

    def test_ends_when_everything_is_in_the_table_whoever_wrote_it(self):
        other = self.worker("other", only="sink")
        self.wait_until(lambda: len(self.owners().get("other", ())) == PARTITIONS, "the other worker to have all partitions")
        one = self.worker("one")
        self.assertEqual(one.wait(timeout=PATIENCE_S), 0, self.log(one))
        self.assertEqual(self.rows(), 2 * self.ORDERS)
        self.assertIn("partitions that other workers had are not in these counts", self.log(one))
        self.check_result()
        self.no_errors(one, other)
        self.stop_cleanly(other)


class ManyChanges(WorkersTest):
    def test_joining_leaving_and_killing_under_load_loses_and_doubles_nothing(self):
        self.load.start()
        one, two, three = (self.worker(name) for name in ("one", "two", "three"))
        self.wait_for_shared(one, two, three)
        for _ in range(ROUNDS):
            three.kill()
            three.wait()
            leaves, stays = (two, one) if self.runs_source(two) else (one, two)
            self.stop_cleanly(leaves)
            self.wait_until(lambda: self.runs_source(stays) and set(self.owners()) == {stays.worker}, "one worker to have all")
            self.wait_for_rows(50)
            one, two, three = stays, self.worker(leaves.worker), self.worker("three")
            self.wait_for_rows(50)
            self.wait_for_shared(one, two, three)
        self.check_result()
        self.no_errors(one, two, three)


if __name__ == "__main__":
    unittest.main()
