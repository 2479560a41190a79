"""What is measured, by name. Each suite gives a dict that goes into the JSON as it stands."""

import json
import os
import signal
import statistics
import subprocess
import sys
import time

from bench_site import BUILD, HOST, ROOT, note, wait_until
from pipeline import Pipeline
from process_stats import memory_mib, thread_seconds


def median(results):
    """Of several equal dicts, number by number."""
    first = results[0]
    if isinstance(first, dict):
        return {key: median([result[key] for result in results]) for key in first}
    if isinstance(first, (int, float)) and None not in results:
        return round(statistics.median(results), 4)
    return first


class Suites:
    def __init__(self, site, orders, repeats, connections, quick):
        self.site = site
        self.quick = quick
        self.orders = orders
        self.repeats = repeats
        self.connections = connections
        self.host = Pipeline(site, orders)

    def names(self):
        return ["produce", "consume", "parse", "micro", "database", "pipeline", "allocations", "latency", "binary", "source", "rate"]

    @staticmethod
    def without_orders():
        """Suites that need no topic with orders."""
        return {"source", "rate", "binary", "micro"}

    def run(self, name):
        note(f"bench: {name}")
        return getattr(self, name)()

    def repeated(self, once):
        return median([once() for _ in range(self.repeats)])

    # ---- limits ----

    def produce(self):
        """Generator and producer together, three threads."""
        return self.site.produced(self.site.topic(self.orders))

    def consume(self):
        topic = self.site.topic(self.orders)
        return self.repeated(lambda: self.site.tool("cnx-bench-consume", "--kafka", self.site.servers, "--topic", topic,
                                                    "--records", self.orders))

    def parse(self):
        return self.repeated(lambda: self.site.tool("cnx-bench-parse", "--orders", min(self.orders, 50_000)))

    def micro(self):
        """Single functions of the sink path: nanoseconds of CPU an item (an order, a row, a value)."""
        done = self.site.tool("cnx-bench-micro", "--benchmark_format=json", f"--benchmark_repetitions={self.repeats}",
                              f"--benchmark_min_time={0.2 if self.orders >= 50_000 else 0.01}")
        runs = [run for run in done["benchmarks"] if run.get("run_type") != "aggregate"]
        found = {}
        for name in dict.fromkeys(run["run_name"] for run in runs):
            same = [run for run in runs if run["run_name"] == name]
            found[name] = {"ns": round(statistics.median(1e9 / run["items_per_second"] for run in same), 1)}
            if "allocations/batch" in same[0]:
                found[name]["allocations_per_batch"] = same[0]["allocations/batch"]
        return found

    def database(self):
        results = {}
        for method in ("bulk", "text"):
            for connections in self.connections:
                if method == "text" and connections not in (self.connections[0], self.connections[-1]):
                    continue
                results[f"{method}_{connections}"] = self.repeated(lambda m=method, c=connections: self.database_once(m, c))
        return results

    def database_once(self, method, connections):
        text = ["--text"] if method == "text" else []
        return self.site.tool("cnx-bench-database", *self.site.database_arguments(), "--orders", self.orders, "--connections",
                              connections, *text)

    # ---- the host ----

    def pipeline(self):
        return {f"tasks_{tasks}": self.pipeline_with(tasks) for tasks in (1, 3)}

    def pipeline_with(self, tasks):
        """New keys, the same records again, then changed ones: the passes of the database's limit."""
        def once():
            self.host.empty()
            return {"new": self.host.run(self.site.topic(self.orders), tasks),
                    "same": self.host.run(self.site.topic(self.orders), tasks),
                    "changed": self.host.run(self.site.topic(self.orders, version=1), tasks)}
        return self.repeated(once)

    def allocations(self):
        """Calls of operator new on the threads that records pass, for 1000 records in steady state. Two batch sizes tell what is
        spent for a batch from what is spent for a record."""
        topic = self.site.topic(self.orders, plain=True)
        found = {size: self.repeated(lambda s=size: self.host.count_allocations(topic, s)) for size in (500, 1000)}
        return {"per_1000_in_batches_of_500": found[500], "per_1000_in_batches_of_1000": found[1000],
                "per_batch": round(found[500] - found[1000], 2), "per_1000_beside_batches": round(2 * found[1000] - found[500], 2)}

    def latency(self):
        """At 200 orders a second, over an idle stack."""
        topic = self.site.topic(1000)
        self.host.empty()
        self.host.rewind()
        host = self.site.start_host(self.site.config(topic, 3))
        try:
            wait_until(lambda: self.host.committed() >= 1000, 60, "the first 1000 orders in the table")
            before, began = sum(thread_seconds(host.pid).values()), time.monotonic()
            orders = 4000 if self.orders >= 50_000 else 400
            result = self.site.tool("cnx-bench-latency", *self.site.database_arguments(), "--kafka", self.site.servers, "--topic", topic,
                                    "--first", 1000, "--orders", orders)
            result["cpu_percent"] = round(100 * (sum(thread_seconds(host.pid).values()) - before) / (time.monotonic() - began), 2)
            result["rss_mib"] = round(memory_mib(host.pid), 1)
            host.send_signal(signal.SIGTERM)
            host.wait(timeout=60)
        finally:
            host.kill()
            host.wait()
        return result

    # ---- the source ----

    def source(self):
        """Beside an HTTP client alone."""
        return self.of_the_source("throughput.py", *(["--rounds", 1, "--orders-per-window", 60] if self.quick else ["--rounds", self.repeats]))

    def rate(self):
        """Against the API's rate limit, for three minutes."""
        return self.of_the_source("rate.py", *(["--per-minute", 60, "--seconds", 10] if self.quick else []))

    @staticmethod
    def of_the_source(script, *options):
        done = subprocess.run([sys.executable, str(ROOT / "bench" / "source" / script), *map(str, options)], stdout=subprocess.PIPE,
                              text=True, timeout=1200, env={**os.environ, "CNX_BUILD_DIR": str(BUILD)})
        if done.returncode != 0:
            raise SystemExit(f"bench: {script} ended with {done.returncode}")
        return json.loads(done.stdout)

    def binary(self):
        files = [HOST, *sorted((BUILD / "plugins").glob("*.so"))]
        return {file.name: file.stat().st_size for file in files}
