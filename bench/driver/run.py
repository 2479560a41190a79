"""./dev bench: measures limits and the host in one run; JSON to a file, a table to the terminal."""

import argparse
import json
import os
import pathlib
import platform
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import report  # noqa: E402  (found through the line above)
from bench_site import BUILD, Site, note  # noqa: E402
from suites import Suites  # noqa: E402

ROWS_PER_ORDER = 1.5
QUICK_ROWS = 3_000


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench", description="Measures limits and connect-host in one run.")
    parser.add_argument("--quick", action="store_true", help="a few thousand rows, once: shows that everything runs, measures nothing")
    parser.add_argument("--rows", type=int, default=300_000, help="about how many a run has (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=3, help="medians of so many (default: %(default)s)")
    parser.add_argument("--connections", default="1,2,3,4", help="of the database's limit (default: %(default)s)")
    parser.add_argument("--only", action="append", metavar="NAME", help="this suite alone; may be repeated")
    parser.add_argument("--output", type=pathlib.Path, default=BUILD.parent / "bench", help="directory of the JSON (default: %(default)s)")
    return parser.parse_args()


def machine():
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="ascii") if line.startswith("model name")), "?")
    return {"cpu": cpu, "cores": len(os.sched_getaffinity(0)), "kernel": platform.release(),
            "load_before": os.getloadavg()[0]}


def measure(site, options):
    orders = round((QUICK_ROWS if options.quick else options.rows) / ROWS_PER_ORDER)
    connections = [1, 3] if options.quick else [int(n) for n in options.connections.split(",")]
    suites = Suites(site, orders, 1 if options.quick else options.repeats, connections, options.quick)
    # A quick run is over before allocations can be counted in steady state.
    wanted = options.only or [name for name in suites.names() if not (options.quick and name == "allocations")]
    unknown = set(wanted) - set(suites.names())
    if unknown:
        raise SystemExit(f"bench: no suite {', '.join(sorted(unknown))}; there are {', '.join(suites.names())}")
    results = {"machine": machine(), "orders": orders, "began": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    if set(wanted) - suites.without_orders():
        suites.host.prepare()
    for name in wanted:
        results[name] = suites.run(name)
    results["ratios"] = report.ratios(results)
    return results


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="connect-host-bench-") as directory:
        site = Site(directory)
        try:
            results = measure(site, options)
        finally:
            site.drop()
    options.output.mkdir(parents=True, exist_ok=True)
    path = options.output / time.strftime("%Y%m%d-%H%M%S.json", time.gmtime())
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    for line in report.lines(results):
        print(line)
    note(f"bench: {path}")


if __name__ == "__main__":
    main()
