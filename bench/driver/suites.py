"""What is measured, by name. Each suite gives a dict that goes into the JSON as it stands."""

import json
import os
import statistics
import subprocess
import sys

from bench_site import BUILD, HOST, ROOT, note
from pipeline import Pipeline
from scale import Scale
from steady import RATE, SECONDS_BETWEEN_LOOKS, steady
from turns import Turns, median


class Suites:
    def __init__(self, site, options, save):
        """`save(name, results)` keeps what there is of a suite that goes on."""
        self.site = site
        self.options = options
        self.quick = options.quick
        self.orders = options.orders
        self.repeats = options.repeats
        self.save = save
        self.host = Pipeline(site)

    @staticmethod
    def names():
        return ["produce", "consume", "parse", "micro", "pipeline", "database", "allocations", "latency", "binary", "source", "rate"]

    @staticmethod
    def longer_names():
        """Those that run only when they are asked for."""
        return ["scale", "soak"]

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
        """Generator and producer together."""
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
        """With connections beside those that the host is compared with, and as text instead of column by column; ascending keys."""
        results = {}
        for method in ("bulk", "text"):
            for connections in self.options.connections:
                if method == "text" and connections not in (self.options.connections[0], self.options.connections[-1]):
                    continue
                results[f"{method}_{connections}"] = self.repeated(lambda m=method, c=connections: self.database_once(m, c))
                self.save("database", results)
        return results

    def database_once(self, method, connections):
        passes = {"new": {}, "same": {"keep": True}, "changed": {"keep": True, "version": 1}}
        return {keys: self.site.database_limit(self.orders, connections, text=method == "text", **how) for keys, how in passes.items()}

    # ---- the host ----

    def pipeline(self):
        """Beside its limits, in turns."""
        turns = Turns(self.site, self.host, self.orders, self.options.cases, self.options.passes, lambda found: self.save("pipeline", found))
        return turns.run(self.repeats)

    def scale(self):
        """Rows, partitions and memory: nothing but the host, new keys."""
        return Scale(self.site, self.host, self.options.partitions, lambda found: self.save("scale", found)).run(self.orders, self.repeats)

    def allocations(self):
        """Calls of operator new on the threads that records pass, for 1000 records in steady state. Two batch sizes tell what is
        spent for a batch from what is spent for a record."""
        topic = self.site.topic(self.orders, plain=True)
        found = {size: self.repeated(lambda s=size: self.host.count_allocations(topic, s)) for size in (500, 1000)}
        return {"per_1000_in_batches_of_500": found[500], "per_1000_in_batches_of_1000": found[1000],
                "per_batch": round(found[500] - found[1000], 2), "per_1000_beside_batches": round(2 * found[1000] - found[500], 2)}

    def latency(self):
        """At 200 orders a second, over an idle stack."""
        return steady(self.site, self.host, 4000 if self.orders >= 50_000 else 400)

    def soak(self):
        """The same for minutes: memory must be flat."""
        seconds = 2 if self.quick else round(60 * self.options.minutes)
        return steady(self.site, self.host, RATE * seconds, 0.2 if self.quick else SECONDS_BETWEEN_LOOKS)

    # ---- the source ----

    def source(self):
        """Beside an HTTP client alone."""
        quick = ["--rounds", 1, "--days", 1, "--orders-per-window", 60]
        return self.of_the_source("throughput.py", *(quick if self.quick else ["--rounds", self.repeats]))

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
