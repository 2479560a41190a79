"""One round of chaos: a job, what its plan does to it, then peace until the job is done, and the comparison."""

import itertools
import signal
import threading
import time
import traceback
from dataclasses import dataclass, field

import compare
from chaos_jobs import WORK
from harness import ALL
from plan import plan


@dataclass
class Outcome:
    seed: int
    verdict: compare.Verdict = field(default_factory=compare.Verdict)
    failure: str = ""
    ledger: str = ""
    done: list = field(default_factory=list)      # what happened, with its time
    seconds: float = 0.0
    kept: str = ""

    @property
    def good(self):
        return self.verdict.clean and self.verdict.compared > 0 and not self.failure and not self.ledger


class Host:
    """One worker: started, and started again whenever it has gone."""

    def __init__(self, job, arguments, faults, note):
        """`faults`: an iterator over what its starts, and those of its fellows, are armed with."""
        self._job, self._arguments, self._faults, self._note = job, arguments, faults, note
        self.process = None
        self.armed = ""
        self.terminated = False   # 0 is also how a run ends that SIGTERM stopped before it was done

    def ensure(self, armed=True):
        """Starts it when it does not run. Returns the exit code of the one that has gone, if any."""
        if self.process is not None and self.process.poll() is None:
            return
        if self.process is not None:
            self._note(f"host ended with {self.process.returncode}: {self.process.log_path.name}{self._reason()}")
        self.armed = next(self._faults) if armed else ""
        self.process = self._job.start(*self._arguments, faults=self.armed)
        self.terminated = False
        self._note(f"started {self.process.log_path.name}{' with ' + own if (own := self.armed.split(';')[0]) and '1+' not in own else ''}")

    def _reason(self):
        errors = [line for line in self._job.log(self.process).splitlines() if " - ERROR - " in line]
        return f": {errors[-1]}" if self.process.returncode == 1 and errors else ""

    def finished(self):
        return self.process is not None and self.process.poll() == 0 and not self.terminated

    def signal(self, number):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            self.terminated = self.terminated or number == signal.SIGTERM

    def hangs(self):
        return "hang" in self.armed and self._job.was_hit(self.process, self.armed.split("=")[0])

    def replace(self):
        """The present one becomes a zombie and a new one of the same name takes over."""
        self.process = None


class Round:
    """`stack`: whose services may be killed; None where they are shared with others, and only hosts fall."""

    def __init__(self, stack, world, seed, home):
        self.stack, self.world = stack, world
        self.plan = plan(seed) if stack else plan(seed, ())
        self.outcome = Outcome(seed)
        self.home = home / f"seed-{seed}"
        self._lock = threading.Lock()
        self._threads = []
        self._began = time.monotonic()

    def run(self):
        began = time.monotonic()
        work = None
        try:
            work = WORK[self.plan.kind](self.plan, self.world, self.home)
            self._began = time.monotonic()
            self._break(work)
            self._heal(work)
            self.outcome.ledger = work.finish(self)
            self.outcome.verdict = work.verify()
            if not self.outcome.verdict.clean:
                self.outcome.failure = work.job.history_of(self.outcome.verdict, work.topics)
        except Exception as cause:
            self.outcome.failure = f"{cause}\n{traceback.format_exc()}"
        try:
            if self.outcome.failure:
                self._services_up()   # for the next round
            self._close(work)
        except Exception as cause:   # the round's last word all the same: whoever waits for its outcome gets it
            self.outcome.kept = str(self.home)
            self.outcome.failure += f"afterwards: {cause}\n{traceback.format_exc()}"
        self.outcome.seconds = time.monotonic() - began
        return self.outcome

    def note(self, text):
        with self._lock:
            self.outcome.done.append(f"{time.monotonic() - self._began:.2f} {text}")

    # ---- breaking ----

    def _break(self, work):
        faults = map(self.plan.faults, itertools.count())
        self.hosts = [Host(work.job, arguments, faults, self.note) for arguments in work.commands]
        pending = list(self.plan.events)
        until = max(event.at for event in pending) + 0.2
        while (now := time.monotonic() - self._began) < until or pending:
            work.grow(now / until)
            while pending and pending[0].at <= now:
                self._do(pending.pop(0))
            for host in self.hosts:
                if not (work.ends_by_itself and host.finished()):
                    host.ensure()
            time.sleep(0.03)
        work.grow(1.0)

    def _do(self, event):
        self.note(str(event))
        if event.whom in ("kafka", "mysql"):
            self._behind(self._service_down, event.whom, event.lasts)
            return
        host = self.hosts[int(event.whom.split()[1]) - 1]
        if event.what == "kill":
            host.signal(signal.SIGKILL)
        elif event.what == "term":
            host.signal(signal.SIGTERM)
        elif event.what in ("stop", "zombie"):
            frozen = host.process
            host.signal(signal.SIGSTOP)
            if event.what == "zombie" and frozen is not None:
                host.replace()
            self._behind(self._thaw, frozen, event.lasts)

    def _behind(self, action, *arguments):
        thread = threading.Thread(target=action, args=arguments)
        thread.start()
        self._threads.append(thread)

    def _service_down(self, name, seconds):
        try:
            self.stack.kill(name)
            time.sleep(seconds)
            self.stack.start(name)
            self.note(f"{name} is back")
        except Exception as cause:   # the heal starts it again and says so if it cannot
            self.note(f"{name}: {cause}")

    def _thaw(self, process, seconds):
        time.sleep(seconds)
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGCONT)
            self.note(f"{process.log_path.name} goes on")

    # ---- peace ----

    def _services_up(self):
        for thread in self._threads:
            thread.join()
        for name in ("kafka", "mysql") if self.stack else ():
            if self.stack.status()[name] is None:
                self.stack.start(name)

    def _heal(self, work):
        self._services_up()
        self.note(f"peace, by {self.plan.heal}, with {work.job.number(f'SELECT COUNT(*) FROM {ALL}')} rows of {work.rows}")
        for host in self.hosts:
            if self.plan.heal == "restart" or host.hangs():
                host.signal(signal.SIGKILL)
                if host.process is not None:
                    host.process.wait()
            if not (work.ends_by_itself and host.finished()):
                host.ensure(armed=False)

    def keep_running(self, work):
        """Whoever dies in peace of what it was armed with before starts again; whoever hangs is killed."""
        for host in self.hosts:
            if host.process.poll() is None and host.hangs():
                host.signal(signal.SIGKILL)
                host.process.wait()
            if not (work.ends_by_itself and host.finished()):
                host.ensure(armed=False)

    def _close(self, work):
        if work is None:
            self.outcome.kept = str(self.home)
            return
        work.job.kill_all()
        if self.outcome.good:
            work.job.discard()
            return
        self.outcome.kept = str(self.home)
        (self.home / "why.txt").write_text("\n".join([str(self.plan), *self.outcome.done, self.outcome.failure, self.outcome.ledger,
                                                      str(self.outcome.verdict)]), encoding="utf-8")
