"""The same work by connect-host and by its alternatives, one after the other on the same data: JSON and a table.

    eval "$(./dev up)"; python3 bench/peers/run.py [--peer NAME]... [--orders N] [--repeats N] [--latency]
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
HEAD = ("", "rows/s", "CPU-s/M rows", "of the start", "peak RSS MiB", "first row s", "p50 / p99 ms at 200/s")


def arguments(names):
    parser = argparse.ArgumentParser(prog="run.py", description="Measures connect-host and its alternatives on the same data.")
    parser.add_argument("--peer", action="append", choices=names, help="this one alone; may be repeated (default: all)")
    parser.add_argument("--orders", type=int, default=200_000, help="about 1.5 rows each (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=1, help="medians of so many (default: %(default)s)")
    parser.add_argument("--latency", action="store_true", help="latency at 200 orders/s, too: half a minute each")
    parser.add_argument("--fetch", action="store_true", help="fetch and build what is needed, measure nothing")
    parser.add_argument("--output", type=pathlib.Path, default=BUILD.parent / "bench", help="directory of the JSON (default: %(default)s)")
    return parser.parse_args()


def median(results):
    """Number by number; what is no number is the first result's."""
    return {key: round(statistics.median(result[key] for result in results), 3) if isinstance(value, (int, float)) else value
            for key, value in results[0].items()}


def measure(contender: Contender, arena, options):
    runs = []
    for _ in range(options.repeats):
        note(f"{contender.name} {contender.version}")
        runs.append(throughput(contender, arena))
    tables = {run["table"] for run in runs}
    result = {"version": contender.version, "settings": contender.settings, "feed": contender.feed, **median(runs)}
    if len(tables) > 1:
        result["table"] = " / ".join(sorted(tables))
    if options.latency:
        result["latency"] = latency(contender, arena)
    return result


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
    """connect-host beside the best of the others in each figure. RSS: of those that keep up 20,000 rows/s, if any."""
    ours, others = results["connect-host"], [result for name, result in results.items() if name != "connect-host"]
    strong = [result for result in others if result["rows_per_s"] >= 20_000] or others
    return {"rows_per_s": round(ours["rows_per_s"] / max(result["rows_per_s"] for result in others), 2),
            "cpu": round(min(result["cpu_s_per_million"] for result in others) / max(ours["cpu_s_per_million"], 0.01), 1),
            "rss": round(min(result["peak_rss_mib"] for result in strong) / ours["peak_rss_mib"], 1),
            "first_row": round(min(result["first_row_s"] for result in others) / ours["first_row_s"], 1)}


def check_programs():
    missing = [name for name in PROGRAMS if not (BUILD / "bin" / name).exists()]
    if missing:
        raise SystemExit(f"peers: {', '.join(missing)} not in {BUILD / 'bin'}: cmake --build {BUILD} --target all bench")


def main():
    known = all_contenders()
    options = arguments(known)
    # So that what was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    wanted = [known[name] for name in options.peer or known]
    if options.fetch:
        for contender in wanted:
            contender.prepare()
        return 0
    check_programs()
    results = {}
    with tempfile.TemporaryDirectory(prefix="connect-host-peers-") as directory:
        arena = Arena(directory, options.orders)
        try:
            for contender in wanted:
                contender.prepare()
            arena.fill()
            for contender in wanted:
                results[contender.name] = measure(contender, arena, options)
        finally:
            arena.drop()
    for text in table(results):
        print(text)
    kept = {"orders": options.orders, "cores": len(os.sched_getaffinity(0)), "results": results}
    if "connect-host" in results and len(results) > 1:
        kept["ratios"] = ratios(results)
        print("connect-host beside the best of the others, in each figure: "
              + ", ".join(f"{name} {value}x" for name, value in kept["ratios"].items()))
    tables = {result["table"] for result in results.values()}
    print("tables: " + ("all equal, " if len(tables) == 1 else "DIFFERENT: ") + "; ".join(sorted(tables)))
    options.output.mkdir(parents=True, exist_ok=True)
    path = options.output / time.strftime("peers-%Y%m%d-%H%M%S.json", time.gmtime())
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    note(f"{path}")
    return 0 if len(tables) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
