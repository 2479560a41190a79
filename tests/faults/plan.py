"""What a round of chaos does, made of its seed alone: the same seed gives the same round."""

import random
from dataclasses import dataclass

KINDS = ("api", "files", "topic")
FIRST_S, LAST_S = 0.3, 3.2     # when events happen, after the start of the job
SERVICES = ("kafka", "mysql")
SERVICE_FALLS = 0.3            # of a round, for each service

# Points that a run of any length passes, with what may be armed there; a jump of an hour must not disturb anything.
SOURCE_POINTS = [f"source.{step}.{side}" for step in ("begin", "produce", "position", "commit") for side in ("before", "after")]
SINK_POINTS = [f"sink.{step}.{side}" for step in ("claim", "begin", "write", "commit", "outcome", "advance", "hint", "revoke")
               for side in ("before", "after")] + ["mysql-sink.guard.before", "mysql-sink.guard.after", "mysql-sink.commit.sent"]
ACTIONS = ("crash", "crash", "error", "error", "delay:150", "hang", "jump:3600000", "jump:-3600000")


@dataclass(frozen=True)
class Event:
    """At `at` seconds, `what` happens to worker or service `whom`; it lasts `lasts` seconds."""
    at: float
    what: str
    whom: str
    lasts: float = 0.0

    def __str__(self):
        return f"{self.at:.2f} {self.what} {self.whom}" + (f" for {self.lasts:.2f}" if self.lasts else "")


@dataclass(frozen=True)
class Plan:
    seed: int
    kind: str
    workers: int
    tasks: int
    orders: int
    versions: int
    bad: int              # records among them that no transform takes
    events: tuple
    armed: tuple          # what the first, second, … start of a host is armed with
    heal: str             # "restart": all hosts are killed at the end; "keep": those that live go on
    api_faults: bool      # the API misbehaves, too
    slow_ms: int          # each transaction is held open so long until there is peace, so that events meet work

    def faults(self, start):
        """What the `start`-th start of a host is armed with."""
        slow = f"mysql-sink.guard.after=delay:{self.slow_ms}@1+;source.position.before=delay:{self.slow_ms}@1+"
        own = self.armed[start] if start < len(self.armed) else ""
        return f"{own};{slow}" if own else slow

    def __str__(self):
        armed = ", ".join(text or "-" for text in self.armed)
        return (f"seed {self.seed}: {self.kind}, {self.workers} workers, {self.tasks} tasks, {self.orders} orders x {self.versions},"
                f" {self.bad} bad, {self.slow_ms} ms a transaction, heal by {self.heal}{', API faults' if self.api_faults else ''}\n  armed: {armed}\n  "
                + "; ".join(map(str, self.events)))


def plan(seed, services=SERVICES):
    """`services`: those that may be killed; none where they are shared with others."""
    dice = random.Random(seed)
    kind = dice.choice(KINDS)
    workers = 1 if kind == "api" else dice.choice((1, 2, 2))
    versions = 1 if kind == "api" else dice.randint(3, 6)
    return Plan(seed=seed, kind=kind, workers=workers, tasks=dice.choice((2, 3)), orders=dice.randint(60, 120) if versions > 1 else 0,
                versions=versions, bad=dice.choice((0, 6)) if kind == "topic" else 0, events=_events(dice, workers, services), armed=tuple(_arms(dice, kind) for _ in range(12)),
                heal=dice.choice(("restart", "keep")), api_faults=kind == "api" and dice.random() < 0.5,
                slow_ms=dice.choice((20, 40, 80)))


def _events(dice, workers, services):
    events = []
    for _ in range(dice.randint(2, 5)):
        what = dice.choice(("kill", "kill", "kill", "term", "stop", "zombie"))
        lasts = {"stop": dice.uniform(0.2, 5.0), "zombie": dice.uniform(0.5, 4.0)}.get(what, 0.0)
        events.append(Event(_moment(dice), what, f"host {dice.randint(1, workers)}", lasts))
    for service in services:
        if dice.random() < SERVICE_FALLS:
            events.append(Event(_moment(dice), "kill", service, dice.choice((0.0, 0.0, dice.uniform(0.2, 2.0)))))
    return tuple(sorted(events, key=lambda event: event.at))


def _moment(dice):
    return round(dice.uniform(FIRST_S, LAST_S), 2)


def _arms(dice, kind):
    if dice.random() < 0.5:
        return ""
    points = SINK_POINTS + ([] if kind == "topic" else SOURCE_POINTS)
    return f"{dice.choice(points)}={dice.choice(ACTIONS)}@{dice.randint(1, 6)}"
