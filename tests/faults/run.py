"""./dev faults: points, chaos and the other suites of this folder, on private stacks of their own."""

import argparse
import multiprocessing
import os
import queue
import random
import re
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PARTS = ("points", "chaos", "suites")
QUICK_BROKER = "-XX:TieredStopAtLevel=1"   # chaos starts brokers often
# Without servers, or a short form of what runs here.
NO_SUITES = ("test_compare", "test_plan", "test_short")

sys.path.insert(0, str(HERE))


def arguments():
    parser = argparse.ArgumentParser(prog="./dev faults", description="Breaks real runs at every fault point and at random, and compares"
                                     " what is there with what went in, record by record. Exit code 1 when anything differs.")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part alone (repeatable); default: points, chaos, suites")
    parser.add_argument("--points", metavar="REGEX", default="", help="fault points whose name matches")
    parser.add_argument("--actions", default="crash,error,delay,hang", help="what happens there (default: %(default)s)")
    parser.add_argument("--chaos", metavar="ROUNDS", type=int, default=20, help="rounds of chaos (default: %(default)s)")
    parser.add_argument("--seed", type=int, help="seed of the first round, the next ones follow; default: by chance, and printed")
    parser.add_argument("--jobs", type=int, default=2, help="cases at once, and stacks at once for chaos (default: %(default)s)")
    parser.add_argument("--outage", metavar="SECONDS", type=int, default=60, help="how long the suites' outages last (default: %(default)s)")
    parser.add_argument("--table", type=Path, help="write the tables to this file, too")
    return parser.parse_args()


class Report:
    """Lines for the reader, at once and, if wanted, in a file."""

    def __init__(self, path):
        self._file = open(path, "w", encoding="utf-8") if path else None
        self.failures = []

    def say(self, text=""):
        print(text, flush=True)
        if self._file:
            self._file.write(text + "\n")
            self._file.flush()

    def fail(self, text):
        self.failures.append(text)


class Stacks:
    """`count` private stacks; their data is removed at the end."""

    def __init__(self, count):
        from stack.stack import Stack
        os.environ["CNX_KAFKA_JAVA_ARGS"] = QUICK_BROKER
        self.all = [Stack(f"faults-{number}-{os.getpid()}") for number in range(1, count + 1)]
        self.environments = []

    def __enter__(self):
        try:
            self.environments = [stack.up(["kafka", "mysql"]) for stack in self.all]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for stack in self.all:
            stack.down()


def run_points(options, report, home):
    import jobs
    import points
    names = [name for name in points.all_points() if re.search(options.points, name)]
    report.say(f"== fault points: {len(names)} points, actions {options.actions}\n{points.Result.head()}")

    def show(result):
        report.say(result.line())
        if not result.good:
            report.fail(f"{result.point} {result.action}")
            report.say(f"    kept in {home / f'{result.point}-{result.action}'}")
            report.say("\n".join("    " + line for line in (result.failure or result.ledger or str(result.verdict.first)).splitlines()[:20]))

    began = time.monotonic()
    with jobs.World(home / "world") as world:
        results = points.run(world, home, names, options.actions.split(","), options.jobs, show)
    report.say(f"== {len(results)} cases, {sum(r.hit for r in results)} hit, {sum(not r.good for r in results)} failed,"
               f" {sum(r.verdict.compared for r in results)} records compared, {time.monotonic() - began:.0f} s\n")


def chaos_worker(number, name, environment, seeds, outcomes, home):
    """A process of its own for each stack, since the environment names the servers."""
    os.environ.update(environment)
    import chaos
    import jobs
    from stack.stack import Stack
    with jobs.World(home / f"world-{number}", count=400) as world:
        while (seed := seeds.get()) is not None:
            outcomes.put((chaos.Round(Stack(name), world, seed, home).run()))


def next_outcome(outcomes, workers):
    """The next one that any of `workers` tells; None when all have ended and told everything."""
    while True:
        ended = not any(worker.is_alive() for worker in workers)
        try:
            return outcomes.get(timeout=1)
        except queue.Empty:
            if ended:
                return None


def run_chaos(options, report, home, stacks):
    first = options.seed if options.seed is not None else random.SystemRandom().randrange(1_000_000) * 1000
    report.say(f"== chaos: {options.chaos} rounds on {len(stacks.all)} stacks, seeds {first} to {first + options.chaos - 1}")
    seeds, outcomes = multiprocessing.Queue(), multiprocessing.Queue()
    for seed in range(first, first + options.chaos):
        seeds.put(seed)
    workers = []
    for number, (stack, environment) in enumerate(zip(stacks.all, stacks.environments)):
        seeds.put(None)
        workers.append(multiprocessing.Process(target=chaos_worker, args=(number, stack.home.name, environment, seeds, outcomes, home)))
        workers[-1].start()
    began = time.monotonic()
    bad = compared = 0
    for told in range(options.chaos):
        if (outcome := next_outcome(outcomes, workers)) is None:
            bad += options.chaos - told
            report.fail(f"{options.chaos - told} rounds of chaos without an outcome: the processes that had them ended, with the errors above")
            break
        compared += outcome.verdict.compared
        if not outcome.good:
            bad += 1
            report.fail(f"chaos seed {outcome.seed}")
        show_round(report, outcome)
    for worker in workers:
        worker.join()
    report.say(f"== {options.chaos} rounds, {bad} failed, {compared} records compared, {time.monotonic() - began:.0f} s\n")


def show_round(report, outcome):
    from plan import plan
    import compare
    v = outcome.verdict
    what = plan(outcome.seed)
    numbers = " ".join(f"{kind} {getattr(v, kind)}" for kind in compare.KINDS)
    report.say(f"{'ok    ' if outcome.good else 'FAILED'} seed {outcome.seed} {what.kind}, {what.workers} workers, {what.tasks} tasks:"
               f" {v.compared} records, {numbers}, ledger {'BAD' if outcome.ledger else 'ok'}, {outcome.seconds:.1f} s")
    report.say("       " + "; ".join(outcome.done))
    if not outcome.good:
        report.say(f"       kept in {outcome.kept}\n       plan: {what}")
        report.say("\n".join("       " + line for line in (outcome.failure or outcome.ledger).splitlines()[:30]))


def run_suites(options, report, environment):
    environment = {**os.environ, **environment, "CNX_OUTAGE_SECONDS": str(options.outage)}
    names = sorted(path.stem for path in HERE.glob("test_*.py") if path.stem not in NO_SUITES)
    for name in names:
        began = time.monotonic()
        done = subprocess.run([sys.executable, "-m", "unittest", "-v", name], cwd=HERE, env=environment, capture_output=True, text=True, check=False)
        report.say(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name}, {time.monotonic() - began:.0f} s")
        if done.returncode != 0:
            report.fail(name)
            report.say((done.stdout + done.stderr)[-6000:])


def main():
    options = arguments()
    parts = options.only or PARTS
    sys.path[:0] = [str(ROOT / "tools")]
    sys.dont_write_bytecode = True
    report = Report(options.table)
    home = ROOT / "build" / "faults"
    with Stacks(options.jobs if "chaos" in parts and options.chaos else 1) as stacks:
        before = dict(os.environ)
        os.environ.update(stacks.environments[0])
        if "points" in parts:
            run_points(options, report, home)
        os.environ.clear()
        os.environ.update(before)
        if "chaos" in parts and options.chaos:
            run_chaos(options, report, home, stacks)
        if "suites" in parts:
            run_suites(options, report, stacks.environments[0])
    report.say("== " + (f"FAILED: {', '.join(report.failures)}" if report.failures else "nothing lost, doubled, torn or stale"))
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
