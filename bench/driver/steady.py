"""The host at 200 orders a second over an idle stack: latency, CPU, and whether memory stays where it is."""

import signal
import statistics
import threading
import time

from bench_site import note, wait_until
from process_stats import memory_mib, thread_seconds

RATE, FIRST = 200, 1000
SECONDS_BETWEEN_LOOKS = 10


class Looks:
    """RSS of a process, looked at by a thread of its own until the end of the `with`."""

    def __init__(self, pid, seconds):
        self.pid, self.seconds, self.mib = pid, seconds, []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._look)

    def _look(self):
        while True:
            self.mib.append(round(memory_mib(self.pid, "VmRSS"), 2))
            if len(self.mib) % 6 == 1 and len(self.mib) > 1:
                note(f"bench: after {len(self.mib) * self.seconds - self.seconds:.0f} s {self.mib[-1]:.1f} MiB")
            if self.over.wait(self.seconds):
                return

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def steady(site, pipeline, orders, seconds_between_looks=None):
    """So many orders at the rate; with looks at the memory when asked for."""
    topic = site.topic(FIRST)
    pipeline.empty()
    pipeline.rewind()
    host = site.start_host(site.config(topic, 3))
    try:
        wait_until(lambda: pipeline.committed() >= FIRST, 60, f"the first {FIRST} orders in the table")
        with Looks(host.pid, seconds_between_looks or 3600) as looks:
            before, began = sum(thread_seconds(host.pid).values()), time.monotonic()
            result = site.tool("cnx-bench-latency", *site.database_arguments(), "--kafka", site.servers, "--topic", topic,
                               "--first", FIRST, "--orders", orders, "--rate", RATE, timeout=60 + 2 * orders / RATE)
            spent = sum(thread_seconds(host.pid).values()) - before
            result["cpu_percent"] = round(100 * spent / (time.monotonic() - began), 2)
        result["rss_mib"] = round(memory_mib(host.pid), 1)
        if seconds_between_looks:
            result |= growth(looks.mib)
        host.send_signal(signal.SIGTERM)
        host.wait(timeout=60)
    finally:
        host.kill()
        host.wait()
        site.forget(topic)  # it has more orders than its name says now
    return result


def growth(looks):
    """The second tenth of the looks beside the last: the first has what a start leaves."""
    tenth = max(1, len(looks) // 10)
    early, late = looks[tenth:2 * tenth] or looks[:1], looks[-tenth:]
    return {"looks_mib": looks, "early_mib": round(statistics.median(early), 2), "late_mib": round(statistics.median(late), 2),
            "grown_mib": round(statistics.median(late) - statistics.median(early), 2)}
