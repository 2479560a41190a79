"""Cores of its own for a server that stands for a remote one."""

import contextlib
import os
from pathlib import Path


def halves():
    """(server's, ours) of the cores that this process may use; None with a single one."""
    cores = sorted(os.sched_getaffinity(0))
    return (cores[:len(cores) // 2], cores[len(cores) // 2:]) if len(cores) > 1 else None


@contextlib.contextmanager
def apart(server, beside_us):
    """While it lasts, process `server` has one half of the cores; this one, what it starts and `beside_us` (process ids) have the other."""
    split = halves()
    if split is None:
        yield None
        return
    before = {pid: os.sched_getaffinity(pid) for pid in (os.getpid(), server, *beside_us)}
    try:
        _put(server, split[0])
        for pid in (os.getpid(), *beside_us):
            _put(pid, split[1])
        yield {"of_the_server": split[0], "of_client_host_and_broker": split[1]}
    finally:
        for pid, cores in before.items():
            with contextlib.suppress(ProcessLookupError):
                _put(pid, cores)


def _put(pid, cores):
    """All its threads; those that they start later do as they do."""
    os.sched_setaffinity(pid, cores)
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(ProcessLookupError):  # it may end meanwhile
            os.sched_setaffinity(int(thread.name), cores)
