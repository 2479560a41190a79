"""Reads what bench/allocations counts of a running host: calls of operator new by thread and by call site."""

import collections
import pathlib
import re
import struct
import subprocess

THREADS, SITES = 256, 8192
SIZE = THREADS * 16 + SITES * 24
RECORD_PATH = re.compile(r"^(read|write)-\d+$")  # the threads that every record passes


def counts(path):
    """({thread id: calls}, {(return address, thread id): calls})."""
    data = pathlib.Path(path).read_bytes()
    if len(data) != SIZE:
        raise SystemExit(f"bench: {path} has {len(data)} bytes, not {SIZE}: the library was not loaded")
    threads = [struct.unpack_from("<QQ", data, 16 * i) for i in range(THREADS)]
    sites = collections.Counter()
    for i in range(SITES):
        address, thread, calls = struct.unpack_from("<QQQ", data, THREADS * 16 + 24 * i)
        if address:
            sites[(address, threads[thread][0])] += calls
    return {thread: calls for thread, calls in threads if thread}, sites


def record_path_threads(pid):
    names = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        name = (task / "comm").read_text().strip()
        if RECORD_PATH.match(name):
            names[int(task.name)] = name
    return names


class Modules:
    """Tells call sites by name. To be made while the host runs."""

    def __init__(self, pid):
        self.ranges = []
        starts = {}
        for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, _, _, _, _, *path = line.split(None, 5)
            if not path or not path[0].startswith("/"):
                continue
            low, high = (int(part, 16) for part in span.split("-"))
            starts.setdefault(path[0], low)
            self.ranges.append((low, high, path[0], starts[path[0]]))

    def name(self, address):
        for low, high, path, start in self.ranges:
            if low <= address < high:
                done = subprocess.run(["addr2line", "-C", "-f", "-e", path, hex(address - start - 1)], capture_output=True, text=True)
                function = done.stdout.splitlines()[0] if done.returncode == 0 and done.stdout else "?"
                return f"{pathlib.Path(path).name}: {function}"
        return hex(address)


class Watch:
    """Calls on the record path between two moments of one run."""

    def __init__(self, pid, path):
        self.path = path
        self.threads = record_path_threads(pid)
        self.modules = Modules(pid)
        self.before = counts(path)

    def since(self):
        """(calls, [(calls, call site)] with the most frequent first)."""
        threads, sites = counts(self.path)
        total = sum(threads.get(thread, 0) - self.before[0].get(thread, 0) for thread in self.threads)
        by_site = collections.Counter()
        for (address, thread), calls in sites.items():
            if thread in self.threads:
                by_site[address] += calls - self.before[1].get((address, thread), 0)
        return total, [(calls, self.modules.name(address)) for address, calls in by_site.most_common(40) if calls > 0]
