"""What the drivers of this folder share: the pipeline of the e2e tests, and what the kernel counts of a process."""

import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "e2e"), str(ROOT / "bench" / "driver")]
from harness import HOST, NEEDED, Pipeline, Sandbox  # noqa: E402  (found through the line above)
from servers import pids  # noqa: E402

__all__ = ["HOST", "ROOT", "Pipeline", "Sandbox", "Usage", "broker", "median", "need_servers", "pipeline", "put", "usage", "wait_until"]
TICKS = os.sysconf("SC_CLK_TCK")


def need_servers():
    missing = [name for name in NEEDED if name not in os.environ]
    if missing:
        sys.exit(f"needs a broker and a database: {', '.join(missing)} not set; ./dev up prints them")


def broker():
    """Process ids: the private stack's broker, none of a broker that is not ours."""
    return [pid for name, pid in pids().items() if name == "broker"]


@contextlib.contextmanager
def pipeline():
    with tempfile.TemporaryDirectory(prefix="connect-host-bench-") as folder:
        made = Pipeline(folder)
        try:
            yield made
        finally:
            made.drop()


class Usage:
    """CPU seconds, memory and wake-ups of a process, summed over its threads, at one moment."""

    def __init__(self, pid):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
        self.at = time.monotonic()
        self.cpu_s = (int(fields[11]) + int(fields[12])) / TICKS
        status = self._values(Path(f"/proc/{pid}/status").read_text())
        self.rss_mib = int(status["VmRSS"]) / 1024
        self.peak_mib = int(status["VmHWM"]) / 1024
        self.threads, self.precise_s = {}, 0.0
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):  # it may end meanwhile
                values = self._values((task / "status").read_text())
                self.threads[task.name] = ((task / "comm").read_text().strip(), int(values["voluntary_ctxt_switches"]))
                self.precise_s += int((task / "schedstat").read_text().split()[0]) / 1e9

    @staticmethod
    def _values(text):
        return {name: rest.split()[0] for name, _, rest in (line.partition(":") for line in text.splitlines()) if rest.split()}


def usage(before, after):
    """CPU in percent of a core and wake-ups per second between two moments; wake-ups by thread name, too."""
    seconds = after.at - before.at
    by_name = {}
    for task, (name, count) in after.threads.items():
        woken = count - before.threads.get(task, (name, 0))[1]
        by_name[name] = by_name.get(name, 0) + woken / seconds
    return {"seconds": round(seconds, 1), "cpu_percent": round(100 * (after.precise_s - before.precise_s) / seconds, 3),
            "wakeups_per_s": round(sum(by_name.values()), 1), "rss_mib": round(after.rss_mib, 1),
            "peak_rss_mib": round(after.peak_mib, 1), "threads": len(after.threads),
            "by_thread": {name: round(rate, 1) for name, rate in sorted(by_name.items(), key=lambda e: -e[1])}}


def wait_until(condition, what, timeout=60, every=0.05):
    until = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > until:
            raise SystemExit(f"waited {timeout} s for: {what}")
        time.sleep(every)


def median(values):
    return statistics.median(values)


def put(result):
    print(json.dumps(result, indent=1))
