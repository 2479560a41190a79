"""The jobs of chaos rounds. Each has `commands` (one per worker), grows while things happen, and knows when it is done."""

import signal

import jobs
from harness import PATIENCE_S, Job, Orders, Stuck, wait_until

# Short sessions and quick reconnections are configuration; without them each round would wait for their defaults.
QUICK = {"consumer.override.session.timeout.ms": 3000, "consumer.override.heartbeat.interval.ms": 500,
         **{f"{client}.override.reconnect.backoff.max.ms": 500 for client in ("consumer", "producer", "admin")}}
MOST_FAILURES_IN_PEACE = 3


class ApiWork:
    """The main job, bounded: its command is given again until it ends with 0."""

    ends_by_itself = True

    def __init__(self, plan, world, directory):
        self.orders, self.world = world.orders, world
        self.sent = [(n, 1) for n in range(self.orders.count)]
        self.job = Job(directory)
        every, last = self.job.sink_every_version(**{"tasks.max": plan.tasks}), self.job.sink_last_version(**{"tasks.max": plan.tasks})
        config = self.job.write({"orders": self.job.small_source(world.sandbox), "every": every, "last": last}, **QUICK)
        self.job.prepare(config)
        self.commands = [("run", config, "-s", self.orders.day(), "-e", self.orders.day())]
        self.topics = [self.job.topic]
        world.sandbox.set_faults(*([{"rate": 0.1, "kinds": "all", "spread": True, "options": {"throttle_429": {"wait_ms": 200}}}]
                                   if plan.api_faults else []))

    @property
    def rows(self):
        """How many there have to be of all versions."""
        return sum(self.orders.lines(n) for n, _ in self.sent)

    def grow(self, part):
        """Called while things happen; `part` of that time is over."""

    def finish(self, peace):
        failures = []

        def done():
            host = peace.hosts[0]
            if host.finished():
                return True
            if (code := host.process.poll()) is not None and code > 0:
                failures.append(self.job.log(host.process)[-2000:])
                if len(failures) > MOST_FAILURES_IN_PEACE:
                    raise Stuck(f"the run failed {len(failures)} times in peace: {failures[-1]}")
            peace.keep_running(self)
            return False
        wait_until(done, lambda: f"the run to end\n{self.job.log(peace.hosts[0].process)[-3000:]}", PATIENCE_S, every=0.1)
        return jobs.summary_faults(self.job.log(peace.hosts[0].process))

    def verify(self):
        verdict = self.job.compare_topics(self.orders, self.sent, self.topics)
        verdict.take(self.job.compare_tables(self.orders, self.sent), "tables")
        return jobs.with_history(self.job, verdict)


class TopicWork:
    """A filled topic with many versions of each order → both tables."""

    ends_by_itself = False
    connectors = ("every", "last")
    rows = ApiWork.rows

    def __init__(self, plan, _world, directory):
        self.orders = Orders.of_day_before_yesterday(plan.orders)
        self.sent = [(n, v) for v in range(1, plan.versions + 1) for n in range(plan.orders)]
        self.job = Job(directory)
        self.bad = [(f"bad{n}", f'{{"not": json {n}') for n in range(plan.bad)]
        connectors = {**self.sources(), "every": self._sink(self.job.sink_every_version, plan), "last": self._sink(self.job.sink_last_version, plan)}
        configs = [self.job.write(connectors, **jobs.LISTENER, **QUICK, **{"worker.id": f"w{n}"}) for n in range(1, plan.workers + 1)]
        self.fill()
        self.job.prepare(configs[0])
        self.job.more_topics = self.topics
        self.commands = [("run", config) for config in configs]

    def _sink(self, kind, plan):
        return kind(**{"topics": ",".join(self.topics), "tasks.max": plan.tasks})

    @property
    def topics(self):
        return [self.job.topic]

    def sources(self):
        return {}

    def fill(self):
        records = [(self.orders.key(n), self.orders.text(n, v)) for n, v in self.sent]
        for at, record in enumerate(self.bad):
            records.insert((at + 1) * len(records) // (len(self.bad) + 1), record)
        self.job.produce(records)

    def grow(self, part):
        pass

    def sent_is_in_kafka(self):
        return True

    def finish(self, peace):
        def step(done):
            peace.keep_running(self)
            return done()
        wait_until(lambda: step(self.sent_is_in_kafka), lambda: f"the records in Kafka\n{self._logs(peace)}", PATIENCE_S, every=0.3)
        ends = self.job.ends(self.topics)
        wait_until(lambda: step(lambda: not self.job.behind(ends, self.connectors)),
                   lambda: f"commits: {self.job.behind(ends, self.connectors)}\n{self._logs(peace)}", PATIENCE_S, every=0.1)
        # A host that began just now would be ended by SIGTERM before it can answer it.
        wait_until(lambda: step(lambda: all(self.job.status(host.process) for host in peace.hosts)), "all hosts to be up")
        _, wrong = self.job.settled_ledgers(*(host.process for host in peace.hosts))
        for host in peace.hosts:
            # What it was armed with may be passed on the way out: killed, or left behind in a call that hangs (exit 1).
            ends = {"=crash": -signal.SIGKILL, "=hang": 1}
            self.job.stop(host.process, *(code for action, code in ends.items() if action in host.armed))
        return "; ".join(wrong)

    def _logs(self, peace):
        return "\n".join(self.job.log(host.process)[-2000:] for host in peace.hosts)

    def verify(self):
        verdict = self.job.compare_topics(self.orders, self.sent, self.topics)
        verdict.take(self.job.compare_tables(self.orders, self.sent), "tables")
        if self.bad:
            verdict.take(self.job.compare_dead_letters([text for _, text in self.bad]), "dead letters")
        return jobs.with_history(self.job, verdict)


class FilesWork(TopicWork):
    """Two growing files, each a topic of one partition → both tables: source and sink at once, for as long as they run."""

    FILES = ("a", "b")

    @property
    def topics(self):
        return [f"{self.job.topic}_{name}" for name in self.FILES]

    def _path(self, name):
        return self.job.directory / f"{name}.ndjson"

    def sources(self):
        return {f"file-{name}": self.job.file_source(self._path(name), **{
            "topic": f"{self.job.topic}_{name}", "follow": "true", "topic.creation.default": {"partitions": 1, "replication.factor": 1}})
            for name in self.FILES}

    def fill(self):
        self._written = 0
        for name in self.FILES:
            self._path(name).touch()

    def grow(self, part):
        """All versions of an order go to one file, in their order."""
        until = int(len(self.sent) * min(part, 1.0))
        for at, name in enumerate(self.FILES):
            lines = [self.orders.text(n, v) + "\n" for n, v in self.sent[self._written:until] if n % len(self.FILES) == at]
            with open(self._path(name), "a", encoding="utf-8") as file:
                file.write("".join(lines))
        self._written = max(until, self._written)

    def sent_is_in_kafka(self):
        return sum(len(self.job.records(topic)) for topic in self.topics) >= len(self.sent)


WORK = {"api": ApiWork, "topic": TopicWork, "files": FilesWork}
