"""Kafka and the database of the private stack, as processes of this machine: what they cost."""

import os
import pathlib

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
SERVERS = {"database": "mysql", "broker": "kafka"}


def pids():
    """{name: pid} of those whose pid files the stack keeps; none with servers that are not ours."""
    home, found = os.environ.get("CNX_STACK_DIR"), {}
    for name, file in SERVERS.items() if home else ():
        try:
            found[name] = int((pathlib.Path(home) / f"{file}.pid").read_text(encoding="ascii").split()[0])
        except (OSError, ValueError):
            continue
    return found


def cpu_seconds(pid):
    """Of all its threads, those that ended included."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


class Meter:
    """CPU time of the servers since it was made."""

    def __init__(self):
        self.before = {name: (pid, cpu_seconds(pid)) for name, pid in pids().items()}

    def per_million(self, rows):
        return {f"{name}_cpu_s_per_million": round((cpu_seconds(pid) - before) * 1e6 / rows, 3) for name, (pid, before) in self.before.items()}
