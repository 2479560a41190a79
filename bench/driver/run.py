"""./dev bench: measures limits and the host in one run; JSON to a file, a table to the terminal."""

import argparse
import json
import os
import pathlib
import platform
import signal
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import report  # noqa: E402  (found through the line above)
from bench_site import BUILD, Site, note  # noqa: E402
from suites import Suites  # noqa: E402
from turns import PASSES, parse_case  # noqa: E402

ROWS_PER_ORDER = 1.5
QUICK_ROWS = 3_000
NO_MEASUREMENT = f"quick: {QUICK_ROWS:,} rows, once: it shows that everything runs; none of the figures is a measurement"


def numbers(text):
    return [int(number) for number in text.split(",")]


def cases(text):
    return [parse_case(case) for case in text.split(",")]


def passes(text):
    """They build on one another, so what is left out is left out at the end."""
    chosen = text.split(",")
    if not chosen or tuple(chosen) != PASSES[:len(chosen)]:
        raise argparse.ArgumentTypeError(f"the first one, two or all of {','.join(PASSES)}")
    return chosen


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench", description="Measures limits and connect-host in one run.")
    parser.add_argument("--quick", action="store_true", help="a few thousand rows, once: shows that everything runs, measures nothing")
    parser.add_argument("--rows", type=int, default=300_000, help="about how many a run has (default: %(default)s)")
    parser.add_argument("--repeats", "--rounds", type=int, default=3, help="medians of so many (default: %(default)s)")
    parser.add_argument("--cases", type=cases, default="1x3,3x3", metavar="TASKSxPARTITIONS,…",
                        help="of pipeline: each beside the database with as many connections as tasks (default: %(default)s)")
    parser.add_argument("--passes", type=passes, default=",".join(PASSES), help="of pipeline (default: %(default)s)")
    parser.add_argument("--connections", type=numbers, default="1,2,3,4", help="of database (default: %(default)s)")
    parser.add_argument("--partitions", type=numbers, default="1,3,12", help="of scale (default: %(default)s)")
    parser.add_argument("--minutes", type=float, default=10, help="of soak (default: %(default)s)")
    parser.add_argument("--only", action="append", metavar="NAME",
                        help=f"this suite alone; may be repeated: {', '.join(Suites.names())}; and not without --only: {', '.join(Suites.longer_names())};"
                             " or peers, the comparison with other systems, which has options of its own: --only peers --help")
    parser.add_argument("--output", type=pathlib.Path, default=BUILD.parent / "bench", help="directory of the JSON (default: %(default)s)")
    options = parser.parse_args()
    known = Suites.names() + Suites.longer_names()
    if unknown := set(options.only or []) - set(known):
        parser.error(f"no suite {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    if options.quick:
        options.rows, options.repeats, options.connections, options.partitions, options.cases = QUICK_ROWS, 1, [2], [2], [(1, 3)]
    options.orders = round(options.rows / ROWS_PER_ORDER)
    return options


def machine():
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="ascii") if line.startswith("model name")), "?")
    return {"cpu": cpu, "cores": len(os.sched_getaffinity(0)), "kernel": platform.release(),
            "load_before": os.getloadavg()[0]}


class Kept:
    """The results, in a file from the first on: a run that is broken off keeps what it has."""

    def __init__(self, options):
        options.output.mkdir(parents=True, exist_ok=True)
        self.path = options.output / time.strftime("%Y%m%d-%H%M%S.json", time.gmtime())
        self.results = {"quick": NO_MEASUREMENT} if options.quick else {}
        self.results |= {"machine": machine(), "orders": options.orders, "began": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}

    def save(self, name, found):
        self.results[name] = found
        self.path.write_text(json.dumps(self.results, indent=1) + "\n", encoding="utf-8")


def measure(site, options, kept):
    suites = Suites(site, options, kept.save)
    # A quick run is over before allocations can be counted in steady state.
    wanted = options.only or [name for name in suites.names() if not (options.quick and name == "allocations")]
    if set(wanted) - suites.without_orders():
        suites.host.prepare()
    for name in wanted:
        kept.save(name, suites.run(name))


def main():
    options = arguments()
    # So that what was started is stopped, and what was measured is told.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="connect-host-bench-") as directory:
        site, kept = Site(directory), Kept(options)
        try:
            measure(site, options, kept)
        finally:
            for line in report.lines(kept.results):
                print(line, flush=True)
            note(f"bench: {kept.path}" if kept.path.exists() else "bench: nothing was measured")
            site.drop()


if __name__ == "__main__":
    main()
