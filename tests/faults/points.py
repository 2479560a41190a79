"""Every named fault point with every action: a job is broken there, run to its end, and compared."""

import concurrent.futures
import signal
import subprocess
import time
import traceback
from dataclasses import dataclass, field

import compare
import jobs
from harness import HOST, Stuck

ACTIONS = {"crash": "crash", "error": "error", "delay": "delay:300", "hang": "hang"}
# Points of plugins, which the host cannot list before a plugin is loaded.
PLUGIN_POINTS = ("mysql-sink.guard.before", "mysql-sink.guard.after", "mysql-sink.commit.sent")


@dataclass(frozen=True)
class Way:
    """How a point is reached: the kind of job, at which passing, and what else has to be armed."""
    job: type
    passing: int = 3
    also: str = ""


# By the longest prefix. Work lies before and behind the passing that is broken.
WAYS = {
    "source.": Way(jobs.BoundedRun, 4),
    "sink.": Way(jobs.FilledTopic, 5),
    "sink.claim.": Way(jobs.FilledTopic, 2),
    "sink.outcome.": Way(jobs.FilledTopic, 1, "sink.commit.after=error@4"),
    "sink.advance.": Way(jobs.TopicInTwoParts, 1),
    "sink.hint.": Way(jobs.TopicInTwoParts, 1),
    "sink.dead_letter.": Way(jobs.BadRecords, 2),
    "sink.revoke.": Way(jobs.SecondWorker, 1),
    "shutdown.": Way(jobs.Terminated, 1),
    "mysql-sink.": Way(jobs.FilledTopic, 5),
}


@dataclass
class Result:
    point: str
    action: str
    hit: bool = False
    verdict: compare.Verdict = field(default_factory=compare.Verdict)
    ledger: str = ""          # what is wrong with it
    failure: str = ""         # why there is no verdict
    seconds: float = 0.0

    @property
    def good(self):
        return self.hit and self.verdict.clean and self.verdict.compared > 0 and not self.ledger and not self.failure

    def line(self):
        v = self.verdict
        numbers = "".join(f"{getattr(v, kind):>8}" for kind in compare.KINDS) if not self.failure else f"{'no verdict':>40}"
        return (f"{self.point:<28}{self.action:<7}{'yes' if self.hit else 'NO':<5}{v.compared:>8}{numbers}  "
                f"{'BAD' if self.ledger else 'ok':<7}{self.seconds:>7.1f}  {'' if self.good else 'FAILED'}")

    @staticmethod
    def head():
        kinds = "".join(f"{kind:>8}" for kind in compare.KINDS)
        return f"{'point':<28}{'action':<7}{'hit':<5}{'records':>8}{kinds}  {'ledger':<7}{'seconds':>7}"


def all_points():
    done = subprocess.run([str(HOST), "docs", "--fault-points"], capture_output=True, text=True, timeout=30, check=True)
    return [*done.stdout.split(), *PLUGIN_POINTS]


def way_to(point):
    prefixes = [prefix for prefix in WAYS if point.startswith(prefix)]
    return WAYS[max(prefixes, key=len)] if prefixes else None


def run_case(world, directory, point, action):
    began = time.monotonic()
    result = Result(point, action)
    way = way_to(point)
    kind = None
    try:
        if way is None:
            raise Stuck(f"no job is known that passes {point}: add one to points.WAYS")
        kind = way.job(world, directory)
        _break(kind, way, result)
        result.verdict = kind.verify()
        if not result.verdict.clean:
            result.failure = ""
            (directory / "difference.txt").write_text(kind.job.history_of(result.verdict, kind.topics), encoding="utf-8")
    except Exception as cause:   # a case that cannot be run is a finding, and the others go on
        result.failure = f"{cause}\n{traceback.format_exc()}"
    if kind is not None:
        kind.job.kill_all()
        if result.good:
            kind.job.discard()
        else:
            (directory / "why.txt").write_text(f"{result.failure}\n{result.ledger}\n{result.verdict}\n", encoding="utf-8")
    result.seconds = time.monotonic() - began
    return result


def _break(kind, way, result):
    faults = f"{result.point}={ACTIONS[result.action]}@{way.passing}"
    process = kind.start(faults + (";" + way.also if way.also else ""))
    kind.provoke(process)
    kind.job.wait_for_hit(process, result.point)
    result.hit = True
    if result.action == "crash":
        kind.job.wait_for_end(process, -signal.SIGKILL)
    elif result.action == "hang":
        _stop_hanging(process)
    else:
        result.ledger = kind.end(process, whole=True)
        if type(kind) is jobs.BoundedRun:
            kind.end(kind.start(), whole=False)   # done: given again, it changes nothing
            return
        if type(kind) is not jobs.Terminated:
            return
    result.ledger = kind.end(kind.start(), whole=False)


def _stop_hanging(process):
    """What hangs is not over by itself a moment later, unless the host's own limits end it; then it is killed."""
    try:
        process.wait(timeout=0.3)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run(world, home, points, actions, jobs_at_once, report):
    """Calls `report(result)` for each case as it ends; returns all results."""
    cases = [(point, action) for point in points for action in actions]
    with concurrent.futures.ThreadPoolExecutor(jobs_at_once) as pool:
        waiting = [pool.submit(run_case, world, home / f"{point}-{action}", point, action) for point, action in cases]
        results = []
        for done in concurrent.futures.as_completed(waiting):
            results.append(done.result())
            report(results[-1])
    return results
