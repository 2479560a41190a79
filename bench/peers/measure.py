"""One contender at work: how fast, at what cost, and whether its table is right."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import time

import process_tree
from arena import BUILD, Sql, note, wait_until

START_LIMIT_S, SLOWEST_ROWS_A_SECOND, STOP_LIMIT_S = 90, 1500, 60


class Running:
    """A contender's process, stopped at the end of the `with`."""

    def __init__(self, contender, arena, topic):
        arena.sql.execute("TRUNCATE TABLE walmart_order")
        contender.reset(arena)
        command, more = contender.command(arena, topic)
        self.name = contender.name
        self.log = BUILD.parent / "logs" / f"peer-{contender.name}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.began = time.monotonic()
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=arena.directory,
                                            env={**os.environ, **more}, start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            note(f"{self.name} does not end within {STOP_LIMIT_S} s: killed")
            self.process.kill()
            self.process.wait()

    def wait_until(self, condition, seconds, what, pause):
        def done():
            if self.process.poll() is not None:
                raise SystemExit(f"peers: {self.name} ended with {self.process.returncode} before it was through; see {self.log}")
            return condition()
        wait_until(done, seconds, f"{self.name}: {what}; see {self.log}", pause)

    def cpu(self):
        return process_tree.cpu_seconds(self.process.pid)

    def peak_mib(self):
        return process_tree.peak_mib(self.process.pid)


def throughput(contender, arena):
    """From an empty table to all rows. The rate and the CPU of the rows are those after the first rows: starting is told apart."""
    topic, expected = arena.topic(contender.feed), arena.expected_rows()
    writes_before, stolen_before = arena.writes(), process_tree.stolen_seconds()
    with Running(contender, arena, topic) as running:
        running.wait_until(arena.has_rows, START_LIMIT_S, "the first row", 0.002)
        first_s, first_cpu = time.monotonic() - running.began, running.cpu()
        first_rows = arena.rows()
        limit_s, what = expected / SLOWEST_ROWS_A_SECOND, f"{expected} rows"
        # Asking takes a part of the machine: often only towards the end.
        running.wait_until(lambda: arena.writes() - writes_before >= 0.9 * expected, limit_s, what, 0.1)
        running.wait_until(lambda: arena.writes() - writes_before >= expected, limit_s, what, 0.01)
        looked = []

        def complete():
            arena.wait_for_writers()
            looked.append(time.monotonic())  # before the count, which takes a while
            return arena.rows() >= expected

        running.wait_until(complete, START_LIMIT_S, f"{expected} rows committed", 0.005)
        last_s, last_cpu = looked[-1] - running.began, running.cpu()
        peak, stolen = running.peak_mib(), process_tree.stolen_seconds() - stolen_before
    if first_rows >= expected:
        raise SystemExit(f"peers: {contender.name}: all {expected} rows came with the first commit: nothing to measure; give more --orders")
    million = (expected - first_rows) / 1e6
    return {"rows": expected, "rows_per_s": round((expected - first_rows) / (last_s - first_s)), "rows_per_s_with_start": round(expected / last_s),
            "cpu_s_per_million": round((last_cpu - first_cpu) / million, 2), "cpu_s_start": round(first_cpu, 2),
            "cpu_s_per_million_with_start": round(last_cpu / (expected / 1e6), 2), "peak_rss_mib": round(peak, 1), "first_row_s": round(first_s, 3),
            "stolen_cores": round(stolen / last_s, 2), "table": arena.checksum()}


def latency(contender, arena, rate=200, warm=5000, count=3000):
    """From the order's time in Kafka until another connection sees its first row, at a steady rate, after `warm` orders at full speed."""
    topic = f"{arena.database}-latency-{contender.name}-{secrets.token_hex(2)}"
    warmed = arena.generate(topic, contender.feed, "--orders", warm)["rows"]
    sql = Sql(arena.database)
    with Running(contender, arena, topic) as running:
        running.wait_until(lambda: arena.rows() >= warmed, START_LIMIT_S, "the rows of the warm-up", 0.05)
        time.sleep(1)
        cpu, began = running.cpu(), time.monotonic()
        more = ["--rows"] if contender.feed == "rows" else []
        sender = subprocess.Popen([str(BUILD / "bin" / "cnx-bench-generate"), "--kafka", arena.servers, "--topic", topic, "--first", str(warm),
                                   "--orders", str(count), "--rate", str(rate), *more], stdout=subprocess.DEVNULL)
        seen = watch(sql, running, sender)
        cpu_percent = 100 * (running.cpu() - cpu) / (time.monotonic() - began)
    sql.close()
    delays = sorted(seen[key] - sent for key, sent in sent_times(arena, topic).items() if key in seen)
    p50, p99, longest = (round(delays[min(len(delays) - 1, int(share * len(delays)))] * 1000, 1) for share in (0.5, 0.99, 1))
    return {"rate": rate, "orders": len(delays), "p50_ms": p50, "p99_ms": p99, "max_ms": longest, "cpu_percent": round(cpu_percent, 1)}


def watch(sql, running, sender):
    """Order id -> when its first row was seen, for the orders after the warm-up."""
    warm_end, seen = int(sql.value("SELECT MAX(purchaseOrderId) FROM walmart_order")), {}
    floor = warm_end
    deadline = time.monotonic() + 60
    quiet_since = None
    while quiet_since is None or time.time() - quiet_since < 1.5:
        if time.monotonic() > deadline or running.process.poll() is not None:
            raise SystemExit(f"peers: {running.name}: rows do not show up; see {running.log}")
        # Orders come nearly in sequence; one that comes 400 orders (2 s) late is missed, and found missing below.
        ids = sql.value(f"SELECT IFNULL(GROUP_CONCAT(DISTINCT purchaseOrderId), '') FROM walmart_order WHERE purchaseOrderId > {floor}")
        now = time.time()
        for key in ids.split(",") if ids else ():
            if key not in seen:
                seen[key] = now
                quiet_since = now if sender.poll() is not None else None
        if sender.poll() is not None and quiet_since is None:
            quiet_since = now
        floor = max(floor, max(map(int, seen), default=floor) - 400)
        time.sleep(0.001)
    written = int(sql.value(f"SELECT COUNT(DISTINCT purchaseOrderId) FROM walmart_order WHERE purchaseOrderId > {warm_end}"))
    if written != len(seen):
        raise SystemExit(f"peers: {running.name}: {written - len(seen)} of {written} orders came too late to be seen:"
                         " its latency would look too good")
    return seen


def sent_times(arena, topic):
    """Order id -> seconds of the epoch at which the producer was handed it, as Kafka keeps it (milliseconds)."""
    done = subprocess.run([str(BUILD / "bin" / "cnx_kafka_tool"), "dump", arena.servers, topic], capture_output=True, text=True, check=True)
    times = {}
    for line in done.stdout.splitlines():
        record = json.loads(line)
        times.setdefault(record["key"], record["timestamp"] / 1000)
    return times
