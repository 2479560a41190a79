"""What the kernel says of a running process: CPU by thread, memory."""

import pathlib
import re

# Threads of the host by name (base/thread_name.h), of librdkafka by its own names.
PARTS = (("consume", re.compile(r"rdk:|group")), ("transform", re.compile(r"read-")), ("write", re.compile(r"write-")))


def thread_seconds(pid):
    """CPU seconds by thread name, of the threads alive."""
    seconds = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            name = (task / "comm").read_text().strip()
            nanoseconds = int((task / "schedstat").read_text().split()[0])
        except OSError:
            continue  # it has just ended
        seconds[name] = seconds.get(name, 0) + nanoseconds / 1e9
    return seconds


def cpu_by_part(pid):
    """CPU seconds split in consume, transform (with the consumer's calls made by that thread), write and other."""
    parts = {name: 0.0 for name, _ in PARTS} | {"other": 0.0}
    for name, seconds in thread_seconds(pid).items():
        part = next((part for part, pattern in PARTS if pattern.match(name)), "other")
        parts[part] += seconds
    return parts


def memory_mib(pid, field="VmHWM"):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"^{field}:\s+(\d+) kB", status, re.M)[1]) / 1024
