"""The same work by connect-host and by its alternatives, one after the other on the same data: JSON and a table.

    eval "$(./dev up)"; python3 bench/peers/run.py [--peer NAME]... [--orders N] [--rounds N] [--latency]
"""

import argparse
import json
import os
import pathlib
import signal
import statistics
import sys
import tempfile
import time

from arena import BUILD, Arena, note
from contenders import Contender, all_contenders
from measure import latency, throughput

PROGRAMS = ("connect-host", "cnx-bench-generate", "cnx_kafka_tool")
# Times as good as the best of the others in that figure.
AIMS = (("rows_per_s", 5, "rows/s, times the fastest"), ("cpu", 12, "CPU per row, the thriftiest's divided by ours"),
        ("rss", 3, "peak RSS, that of the smallest of those with 20,000 rows/s (of all, if none) divided by ours"),
        ("first_row", 3, "start to first row, the quickest's divided by ours"))
HEAD = ("", "rows/s", "CPU-s/M rows", "of the start", "peak RSS MiB", "first row s", "p50 / p99 ms at 200/s")


def arguments():
    parser = argparse.ArgumentParser(prog="run.py", description="Measures connect-host and its alternatives on the same data.")
    parser.add_argument("--peer", action="append", choices=list(all_contenders()), help="this one alone; may be repeated (default: all)")
    parser.add_argument("--orders", type=int, default=200_000, help="about 1.5 rows each (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=1, help="in each of which all run one after the other; medians (default: %(default)s)")
    parser.add_argument("--latency", action="store_true", help="latency at 200 orders/s, too: half a minute each")
    parser.add_argument("--fetch", action="store_true", help="fetch and build what is needed, measure nothing")
    parser.add_argument("--output", type=pathlib.Path, default=BUILD.parent / "bench", help="directory of the JSON (default: %(default)s)")
    return parser.parse_args()


def median(results):
    """Number by number; what is no number is the first result's."""
    return {key: round(statistics.median(result[key] for result in results), 3) if isinstance(value, (int, float)) else value
            for key, value in results[0].items()}


def summed_up(contender: Contender, runs):
    """Medians of the rounds, and each round's figures."""
    result = {"version": contender.version, "settings": contender.settings, "feed": contender.feed, **median(runs), "rounds": runs}
    result["table"] = " / ".join(sorted({run["table"] for run in runs}))
    return result


class Results:
    """In a file from the first on: a comparison that is broken off keeps what it has."""

    def __init__(self, options):
        options.output.mkdir(parents=True, exist_ok=True)
        self.path = options.output / time.strftime("peers-%Y%m%d-%H%M%S.json", time.gmtime())
        self.orders = options.orders
        self.runs, self.by_name, self.latencies = {}, {}, {}

    def add(self, contender, run):
        self.runs.setdefault(contender.name, []).append(run)
        self.by_name[contender.name] = summed_up(contender, self.runs[contender.name])
        self.save()

    def add_latency(self, contender, found):
        self.latencies[contender.name] = found
        self.save()

    def save(self):
        for name, found in self.latencies.items():
            if name in self.by_name:
                self.by_name[name]["latency"] = found
        kept = {"orders": self.orders, "cores": len(os.sched_getaffinity(0)), "results": self.by_name}
        if "connect-host" in self.by_name and len(self.by_name) > 1:
            kept["ratios"] = ratios(self.by_name)
        self.path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def measure(wanted, arena, options, results):
    for number in range(1, options.rounds + 1):
        for contender in wanted:
            run = throughput(contender, arena)
            results.add(contender, run)
            note(f"round {number} of {options.rounds}: {contender.name} {contender.version}: {run['rows_per_s']:,} rows/s,"
                 f" {run['cpu_s_per_million']} CPU-s/M rows, {run['peak_rss_mib']} MiB, first row {run['first_row_s']} s; {run['table']}")
    if options.latency:
        for contender in wanted:
            results.add_latency(contender, latency(contender, arena))
            note(f"latency: {contender.name}: {results.latencies[contender.name]}")


def line(name, result):
    cells = (name, f"{result['rows_per_s']:,.0f}", f"{result['cpu_s_per_million']:.1f}", f"{result['cpu_s_start']:.2f}",
             f"{result['peak_rss_mib']:.0f}", f"{result['first_row_s']:.2f}")
    if "latency" not in result:
        return *cells, ""
    return *cells, "{p50_ms:.0f} / {p99_ms:.0f} ({cpu_percent:.0f} % of a core)".format(**result["latency"])


def table(results):
    rows = [HEAD, *(line(name, result) for name, result in results.items())]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    for row in rows:
        cells = [cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths))]
        yield f"| {' | '.join(cells)} |"
        if row is HEAD:
            yield "|" + "|".join("-" * (width + 2) for width in widths) + "|"


def ratios(results):
    """connect-host beside the best of the others in each figure. RSS: of those that keep up 20,000 rows/s, if any; and of all."""
    ours, others = results["connect-host"], [result for name, result in results.items() if name != "connect-host"]
    strong = [result for result in others if result["rows_per_s"] >= 20_000] or others

    def least(key, among=others):
        return min(result[key] for result in among)

    return {"rows_per_s": round(ours["rows_per_s"] / max(result["rows_per_s"] for result in others), 2),
            "cpu": round(least("cpu_s_per_million") / max(ours["cpu_s_per_million"], 0.01), 1),
            "rss": round(least("peak_rss_mib", strong) / ours["peak_rss_mib"], 2),
            "rss_of_all": round(least("peak_rss_mib") / ours["peak_rss_mib"], 2),
            "first_row": round(least("first_row_s") / ours["first_row_s"], 2)}


def verdicts(found):
    """Each aim, and how far it was reached."""
    for key, aim, what in AIMS:
        yield f"aim: {what}: {found[key]} ({'reached' if found[key] >= aim else 'missed'}; {aim} is the aim)"
    yield f"     peak RSS, that of the smallest of all, however slow, divided by ours: {found['rss_of_all']}"


def tell(results):
    for text in table(results):
        print(text)
    if "connect-host" in results and len(results) > 1:
        for text in verdicts(ratios(results)):
            print(text)
    tables = {result["table"] for result in results.values()}
    print("tables: " + ("all equal, " if len(tables) == 1 else "DIFFERENT: ") + "; ".join(sorted(tables)), flush=True)
    return len(tables) == 1


def check_programs():
    missing = [name for name in PROGRAMS if not (BUILD / "bin" / name).exists()]
    if missing:
        raise SystemExit(f"peers: {', '.join(missing)} not in {BUILD / 'bin'}: cmake --build {BUILD} --target all bench")


def main():
    known = all_contenders()
    options = arguments()
    # So that what was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    wanted = [known[name] for name in options.peer or known]
    if options.fetch:
        for contender in wanted:
            contender.prepare()
        return 0
    check_programs()
    results = Results(options)
    with tempfile.TemporaryDirectory(prefix="connect-host-peers-") as directory:
        arena = Arena(directory, options.orders)
        try:
            for contender in wanted:
                contender.prepare()
            arena.fill()
            measure(wanted, arena, options, results)
        finally:
            equal = tell(results.by_name) if results.by_name else False
            note(f"{results.path}" if results.by_name else "nothing was measured")
            arena.drop()
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
