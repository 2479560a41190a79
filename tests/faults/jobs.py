"""The kinds of jobs that are broken: each can be started with fault points armed, run to its end, and be compared."""

import re
import signal

import history
from harness import ALL, PATIENCE_S, Job, Orders, Sandbox, wait_until

LISTENER = {"listeners": "http://127.0.0.1:0"}


def summary_faults(log, written_by_it=None):
    """What is wrong with the ledger of a bounded run's summary; "" when nothing is."""
    found = re.search(r"records +(\d+) = (\d+) written \+ (\d+) filtered \+ (\d+) dead \+ (\d+) released", log)
    if not found:
        return "no summary"
    records, written, filtered, dead, released = map(int, found.groups())
    if records != written + filtered + dead + released:
        return found[0]
    return f"{found[0]}, but {written_by_it} were sent" if written_by_it not in (None, written) else ""


def with_history(job, verdict):
    """Adds steps that moved an offset or an epoch back; there must be none."""
    for step in history.went_back(job):
        verdict.add("strange", 0, 0, f"an offset or epoch went back: {step}")
    return verdict


class World:
    """What all jobs share and none changes: the API with its orders."""

    def __init__(self, directory, count=240):
        self.orders = Orders.of_day_before_yesterday(count)
        directory.mkdir(parents=True, exist_ok=True)
        file = directory / "orders.ndjson"
        file.write_text("".join(self.orders.text(n) + "\n" for n in range(count)), encoding="utf-8")
        # Slower than a transaction: what comes during one goes into the next, and a small job shall have many.
        self.sandbox = Sandbox("--load", file, "--set", "latency_ms=30")

    def __enter__(self):
        self.sandbox.start()
        return self

    def __exit__(self, *_):
        self.sandbox.stop()


class BoundedRun:
    """The main job: the API over TLS → Kafka → one row per order line, by one command that is given again after a crash."""

    codes = (0,)

    def __init__(self, world, directory):
        self.orders = world.orders
        self.sent = [(n, 1) for n in range(self.orders.count)]
        self.job = Job(directory)
        self.config = self.job.write({"orders": self.job.small_source(world.sandbox), "every": self.job.sink_every_version()})
        # A day that is over: -H would take a new range when a process dies between "done" and its exit.
        self.days = ("-s", self.orders.day(), "-e", self.orders.day())
        self.job.prepare(self.config)

    def start(self, faults=""):
        return self.job.start("run", self.config, *self.days, faults=faults)

    def provoke(self, process):
        """What makes the run pass the armed point; nothing, where running is enough."""

    def end(self, process, whole):
        """Waits for the end. `whole`: no other process had a part in it. Returns what is wrong with its ledger."""
        self.job.wait_for_end(process, *self.codes)
        return summary_faults(self.job.log(process), len(self.sent) if whole else None)

    def verify(self):
        verdict = self.job.compare_topics(self.orders, self.sent, [self.job.topic])
        verdict.take(self.job.compare_tables(self.orders, self.sent, last=False), "tables")
        return with_history(self.job, verdict)

    topics = property(lambda self: [self.job.topic])


class FilledTopic:
    """A topic with orders in three versions → a table of all versions and a table of the last ones, without bounds."""

    connectors = ("every", "last")
    count, versions, partitions = 80, 3, 3

    def __init__(self, _world, directory):
        self.orders = Orders.of_day_before_yesterday(self.count)
        self.sent = [(n, v) for v in range(1, self.versions + 1) for n in range(self.count)]
        self.job = Job(directory)
        self.job.produce(self.first_records(), partitions=self.partitions)
        self.config = self.write("one")
        self.job.prepare(self.config)
        self._ends = None

    def records_of(self, sent):
        return [(self.orders.key(n), self.orders.text(n, v)) for n, v in sent]

    def first_records(self):
        return self.records_of(self.sent)

    def write(self, worker):
        sinks = {"every": self.job.sink_every_version(), "last": self.job.sink_last_version()}
        return self.job.write({name: sinks[name] for name in self.connectors}, **LISTENER, **{"worker.id": worker})

    def start(self, faults=""):
        return self.job.start("run", self.config, faults=faults)

    def provoke(self, process):
        pass

    @property
    def ends(self):
        self._ends = self._ends or self.job.ends([self.job.topic])
        return self._ends

    def end(self, process, whole):
        self.job.wait_until_drained(self.ends, self.connectors, [process])
        (status,), wrong = self.job.settled_ledgers(process)
        if whole and not wrong:
            for name in self.connectors:
                done = sum(sum(task["ledger"][k] for k in ("written", "filtered", "dead")) for task in status["connectors"][name]["tasks"])
                wrong += [f"{name}: {done} done of {self.in_topic}"] if done != self.in_topic else []
        self.job.stop(process)
        return "; ".join(wrong)

    @property
    def in_topic(self):
        return len(self.sent)

    def verify(self):
        verdict = self.job.compare_tables(self.orders, self.sent, last="last" in self.connectors)
        return with_history(self.job, verdict)

    topics = property(lambda self: [self.job.topic])


class TopicInTwoParts(FilledTopic):
    """As above, but half of the records come later: for steps that follow the end of the topic. One partition, since the ends of
    several are stored by a transaction and not by a single step."""

    partitions = 1

    def first_records(self):
        return self.records_of(self.sent[:len(self.sent) // 2])

    def more(self):
        self.job.produce(self.records_of(self.sent[len(self.sent) // 2:]), partitions=self.partitions)

    def provoke(self, process):
        """Called before the point is waited for: the rest comes once the first half is committed or the host is gone."""
        first = self.job.ends([self.job.topic])
        wait_until(lambda: process.poll() is not None or not self.job.behind(first, self.connectors) or "passing" in self.job.log(process),
                   lambda: f"the first half: {self.job.log(process)[-2000:]}")
        self.more()


class BadRecords(FilledTopic):
    """Records that the transform or the database refuses, among good ones."""

    connectors = ("every",)
    versions = 1
    count = 160

    def first_records(self):
        good = self.records_of(self.sent)
        self.bad = []
        for at in range(12, self.count, 30):
            number = self.count + at
            # The even ones are no JSON, the odd ones break a rule of the table, which only the server knows.
            text = (self.orders.text(number).replace('"amount":"2"', '"amount":"5000"') if at // 30 % 2 else f'{{"not": json {number}')
            self.bad.append((self.orders.key(number), text))
            good.insert(at, self.bad[-1])
        return good

    def __init__(self, world, directory):
        super().__init__(world, directory)
        self.job.sql(f"ALTER TABLE {ALL} ADD CONSTRAINT few CHECK (quantity < 1000)")

    @property
    def in_topic(self):
        return len(self.sent) + len(self.bad)

    def verify(self):
        verdict = super().verify()
        verdict.take(self.job.compare_dead_letters([text for _, text in self.bad]), "dead letters")
        return verdict


class SecondWorker(FilledTopic):
    """Another worker joins while the first is at work, so that partitions are taken from it."""

    slow = "sink.write.before=delay:60@1+"
    other = None

    def start(self, faults=""):
        return super().start(";".join(filter(None, (faults, self.slow if faults else ""))))

    def provoke(self, process):
        self._wait_for_rows(process)
        self.other = self.job.start("run", self.write("two"), faults=self.slow)

    def _wait_for_rows(self, process):
        wait_until(lambda: process.poll() is not None or self.job.number(f"SELECT EXISTS(SELECT 1 FROM {ALL})"), "the first rows")

    def end(self, process, whole):
        self.job.wait_until_drained(self.ends, self.connectors, [process, self.other])
        _, wrong = self.job.settled_ledgers(process, self.other)
        self.job.stop(self.other)
        self.job.stop(process)
        return "; ".join(wrong)


class Terminated(SecondWorker):
    """SIGTERM in the midst of work."""

    def provoke(self, process):
        self._wait_for_rows(process)
        process.send_signal(signal.SIGTERM)

    def end(self, process, whole):
        if whole:   # the one that got SIGTERM: it ends by itself and leaves work to the next
            self.job.wait_for_end(process, 0, seconds=PATIENCE_S)
            return ""
        return FilledTopic.end(self, process, whole)
