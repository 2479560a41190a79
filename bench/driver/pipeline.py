"""The real thing: `connect-host run` from Kafka to the database, exactly-once on."""

import re
import signal
import time
import urllib.request

from bench_site import BUILD, wait_until
from allocations import Watch
from process_stats import cpu_by_part, memory_mib
from servers import Meter

START_LIMIT_S, STOP_LIMIT_S = 60, 60
LEAST_ORDERS = 1000  # of a topic that is there for its name's sake


def writer_busy(log, tasks, seconds):
    """Part of the time in which the sink's threads wrote and committed batches; the rest they waited for the next one."""
    address = re.search(r"listening on (http://\S+)", log.read_text())[1]
    with urllib.request.urlopen(address + "/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()

    def values(name):
        found = (re.match(rf"\w*{name}\{{.*?task=\"(\d+)\".*?\}} (\S+)$", line) for line in lines)
        return {match[1]: float(match[2]) for match in found if match}

    times, batches = values("put_batch_avg_time_ms"), values("offset_commit_completion_total")
    busy_ms = sum(times[task] * batches.get(task, 0) for task in times)
    return round(busy_ms / 1000 / tasks / seconds, 3) if seconds > 0 else None


class Pipeline:
    def __init__(self, site):
        self.site = site

    def prepare(self):
        """Makes the tables; the database's limits want them, too."""
        self.site.init(self.site.config(self.site.topic(LEAST_ORDERS), 1))

    def empty(self):
        self.site.sql.execute("TRUNCATE TABLE walmart_order")

    def rewind(self):
        self.site.sql.execute("DELETE FROM connect_offsets")

    def committed(self):
        return int(self.site.sql.value("SELECT COALESCE(SUM(next_offset), 0) FROM connect_offsets"))

    def run(self, topic, tasks, **options):
        """One run from the first record to the last; the table and the topic are as the caller left them."""
        produced = self.site.produced(topic)
        config = self.site.config(topic, tasks, **options)
        self.rewind()
        began, meter = time.monotonic(), Meter()
        host = self.site.start_host(config)
        try:
            samples = self._follow(host, began, produced["orders"])
            result = self._result(host, samples, produced) | meter.per_million(produced["rows"])
            result["writer_busy"] = writer_busy(config.with_suffix(".log"), tasks, samples[-1][0] - samples[1][0])
            host.send_signal(signal.SIGTERM)
            stopping = time.monotonic()
            code = host.wait(timeout=STOP_LIMIT_S)
            result["stop_s"] = round(time.monotonic() - stopping, 3)
        finally:
            host.kill()
            host.wait()
        if code != 0:
            raise SystemExit(f"bench: connect-host ended with {code}; its log is beside {config}")
        self._check(produced)
        return result

    def count_allocations(self, topic, batch_size):
        """Calls of operator new on the record path for 1000 records, when a third of the topic has gone by."""
        produced = self.site.produced(topic)
        wanted = produced["orders"]
        config = self.site.config(topic, 3, **{"batch.size": batch_size})
        counts = self.site.directory / "allocations"
        counts.unlink(missing_ok=True)
        self.empty()
        self.rewind()
        host = self.site.start_host(config, LD_PRELOAD=str(BUILD / "bin" / "libcnx-bench-allocations.so"), CNX_BENCH_ALLOCATIONS=str(counts))
        try:
            wait_until(lambda: self.committed() > wanted // 3, START_LIMIT_S, "a third of the records in the table")
            watch, first = Watch(host.pid, counts), self.committed()
            # Before the end: then batches are full.
            wait_until(lambda: self.committed() > wanted * 4 // 5, START_LIMIT_S, "most records in the table")
            calls, last = watch.since()[0], self.committed()
            host.send_signal(signal.SIGTERM)
            host.wait(timeout=STOP_LIMIT_S)
        finally:
            host.kill()
            host.wait()
        if last == first:
            raise SystemExit("bench: the run was over before allocations could be counted; it takes more --rows")
        return round(1000 * calls / (last - first), 2)

    def _follow(self, host, began, wanted):
        """(seconds since the start, records committed) whenever that has changed."""
        samples = [(0.0, 0)]

        def done():
            if host.poll() is not None:
                raise SystemExit(f"bench: connect-host ended with {host.returncode} before it was through")
            now, committed = time.monotonic() - began, self.committed()
            if committed != samples[-1][1]:
                samples.append((now, committed))
            return committed >= wanted

        # Each look costs the client, the database and this process 0.2 ms: often only where the times count.
        limit_s, what = max(120, wanted / 2000), f"{wanted} records in the table"
        wait_until(lambda: done() or len(samples) > 1, START_LIMIT_S, "the first record in the table")
        wait_until(lambda: done() or samples[-1][1] > 0.9 * wanted, limit_s, what, pause=0.1)
        wait_until(done, limit_s, what)
        return samples

    @staticmethod
    def _result(host, samples, produced):
        (first_s, first), (last_s, last) = samples[1], samples[-1]
        rows_per_order = produced["rows"] / produced["orders"]
        cpu = cpu_by_part(host.pid)
        million = produced["rows"] / 1e6
        seconds = max(last_s - first_s, 1e-9)
        return {"rows": produced["rows"], "rows_per_s": round((last - first) * rows_per_order / seconds) if last > first else None,
                "rows_per_s_with_start": round(produced["rows"] / last_s), "first_row_s": round(first_s, 3),
                "cpu_s_per_million": round(sum(cpu.values()) / million, 3),
                "cpu_split": {part: round(value / million, 3) for part, value in cpu.items()},
                "peak_rss_mib": round(memory_mib(host.pid), 1)}

    def _check(self, produced):
        rows = int(self.site.sql.value("SELECT COUNT(*) FROM walmart_order"))
        if rows != produced["rows"]:
            raise SystemExit(f"bench: {rows} rows in the table, {produced['rows']} expected: no figure of this run counts")
