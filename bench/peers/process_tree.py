"""CPU time and memory of a process and all that it started, from /proc."""

import os
import pathlib
import re

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def members(root):
    """The pids of the tree that are alive; a script in front of a program adds next to nothing."""
    children = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text(errors="replace").rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has just ended
        children.setdefault(parent, []).append(int(stat.parent.name))
    found, left = [], [root]
    while left:
        pid = left.pop()
        found.append(pid)
        left += children.get(pid, [])
    return found


def cpu_seconds(root):
    """User and system time of the tree's processes and of those of their children that have ended."""
    ticks = 0
    for pid in members(root):
        try:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(map(int, fields[11:15]))
    return ticks / TICKS_A_SECOND


def peak_mib(root):
    """The sum of the processes' peaks: at most a little more than the peak of their sum."""
    kib = 0
    for pid in members(root):
        try:
            status = pathlib.Path(f"/proc/{pid}/status").read_text(errors="replace")
        except OSError:
            continue
        peak = re.search(r"^VmHWM:\s+(\d+) kB", status, re.M)
        kib += int(peak[1]) if peak else 0
    return kib / 1024


def stolen_seconds():
    """CPU time that a virtual machine's host kept to itself: a run with much of it is worth little."""
    return int(pathlib.Path("/proc/stat").read_text(encoding="ascii").split()[8]) / TICKS_A_SECOND
