"""What the suites about outages share: services that may be killed, a steady feed of orders, and the comparison at the end."""

import contextlib
import json
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "support"), str(ROOT / "tools")]

from e2e.harness import HOST, NEEDED, PipelineTest, Sandbox, has_failed  # noqa: E402  (found through the line above)
from fault_proxy import FaultProxy  # noqa: E402
from stack.stack import Stack  # noqa: E402

import compare  # noqa: E402
import evidence  # noqa: E402

# How long a server is away. A few seconds show that a run survives; a minute, every timeout within.
SECONDS = float(os.environ.get("CNX_OUTAGE_SECONDS", "4"))
LONG = SECONDS >= 40
# How long a run may take to be itself again: the waits of restarts double up to about the length of the outage.
RECOVERY_SECONDS = 60 + 2 * SECONDS
__all__ = ["FaultProxy", "HOST", "LONG", "OutageTest", "OwnServices", "ROOT", "RECOVERY_SECONDS", "SECONDS", "Sandbox", "order"]


def order(number):
    """A small order; its row can be told from its number."""
    line = {"lineNumber": "1", "item": {"sku": f"S{number}"}, "orderLineQuantity": {"amount": "1"}}
    return json.dumps({"purchaseOrderId": str(300000000000000 + number), "orderDate": 1762783401417,
                       "orderLines": {"orderLine": [line]}})


class OwnServices:
    """Servers of this process's own, for a suite that stops them; the others stay those of the environment.

        own = OwnServices("mysql")
        setUpModule, tearDownModule = own.start, own.stop
    """

    def __init__(self, *names):
        self.names = names
        self._stack = None
        self._before = {}

    def start(self):
        if not all(name in os.environ for name in NEEDED):
            return  # every test skips
        self._stack = Stack(f"outages-{os.getpid()}")
        environment = self._stack.up(self.names)
        environment.pop("CNX_STACK_DIR")
        self._before = {name: os.environ.get(name) for name in environment}
        os.environ.update(environment)

    def stop(self):
        if self._stack is None:
            return
        self._stack.down()
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value

    def kill(self, name):
        self._stack.kill(name)

    def end(self, name):
        """As its own shutdown does."""
        self._stack.stop(name)

    def restart(self, name):
        """After kill() or end()."""
        self._stack.start(name)

    def ended(self, name):
        """Whether it is away although nobody stopped it."""
        return self._stack.status()[name] is None

    @staticmethod
    def address(name):
        """As the host's messages show it."""
        if name == "kafka":
            return os.environ["CNX_BOOTSTRAP_SERVERS"]
        return f"{os.environ['CNX_MYSQL_HOST']}:{os.environ['CNX_MYSQL_PORT']}"

    def signal(self, name, number):
        os.kill(self._stack.status()[name], number)

    @contextlib.contextmanager
    def away(self, name, how):
        """`how`: "killed" or "frozen"; back again at the end."""
        if how == "killed":
            self.kill(name)
            try:
                yield
            finally:
                self.restart(name)
        else:
            self.signal(name, signal.SIGSTOP)
            try:
                yield
            finally:
                self.signal(name, signal.SIGCONT)


class Feed:
    """Appends numbered orders to a file, so many a second, until it is stopped."""

    def __init__(self, path, per_second=200):
        self.path = path
        self.count = 0
        self._per_second = per_second
        self._adding = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        path.touch()

    def start(self):
        self._thread.start()
        return self

    def stop(self):
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def add(self, count):
        with self._adding:
            with open(self.path, "a", encoding="utf-8") as out:
                out.writelines(order(self.count + i) + "\n" for i in range(count))
            self.count += count

    def _run(self):
        pause = 0.1
        while not self._over.wait(pause):
            self.add(int(self._per_second * pause))


class OutageTest(PipelineTest):
    """A file that grows → Kafka → `walmart_order`, without a key and with insert.mode: insert, so that nothing hides a double."""

    def setUp(self):
        super().setUp()
        self.expected = None   # what was compared last
        self.addCleanup(self._keep_evidence)
        self.feed = Feed(self.pipeline.directory / "orders.ndjson")
        self.addCleanup(self.feed.stop)

    def _keep_evidence(self):
        """Runs before topics, tables and files are removed."""
        if has_failed(self):
            home = evidence.keep(self.pipeline, f"{self.id().rpartition('.')[2]}-{os.getpid()}", self.expected)
            print(f"kept: what the topic and the tables held, what was expected, configuration and logs: {home}", file=sys.stderr)

    def proxy(self, host, port, listen_port=0):
        proxy = FaultProxy(host, port, listen_port)
        proxy.start()
        self.addCleanup(proxy.stop)
        return proxy

    def mysql_proxy(self):
        return self.proxy(os.environ["CNX_MYSQL_HOST"], os.environ["CNX_MYSQL_PORT"])

    def kafka_proxy(self):
        """The pipeline's host, not its tools, then reaches the broker through it alone."""
        return self.proxy("127.0.0.1", os.environ["CNX_KAFKA_PROXIED_PORT"], int(os.environ["CNX_KAFKA_PROXY_PORT"]))

    def inserting_sink(self, proxy=None, **more):
        sink = self.pipeline.sink(**{"insert.mode": "insert", "pk.fields": "", "tasks.max": 2, "batch.size": 200,
                                     "batch.interval.ms": 100, **more})
        if proxy is not None:
            sink["connection"]["url"] = f"mysql://127.0.0.1:{proxy.port}/{self.pipeline.database}"
        return sink

    def prepare(self, sinks, **worker):
        """Writes the config, makes topics and tables: the tables get no key."""
        lines = self.pipeline.file_source(self.feed.path, follow="true")
        self.config = self.pipeline.write({"lines": lines, **sinks}, listeners="http://127.0.0.1:0", **worker)
        self.init(self.config)

    def run_in_middle(self, rows=200):
        """Starts the run and the feed; returns when rows flow."""
        self.process = self.start_host("run", self.config)
        self.feed.start()
        self.wait_for(lambda: self.rows() >= rows, 60, "rows at the start")
        return self.process

    # ---- looking ----

    def log(self):
        return self.process.log_path.read_text(errors="replace")

    def wait_for(self, true, seconds, what):
        """Returns how many seconds it took."""
        began = time.monotonic()
        while not true():
            if self.process.poll() is not None:
                self.fail(f"the host ended with {self.process.returncode} while waiting for {what}\n{self.log()[-8000:]}")
            if time.monotonic() > began + seconds:
                self.fail(f"no {what} within {seconds:.0f} s\n{self.log()[-8000:]}")
            time.sleep(0.05)
        return time.monotonic() - began

    def rows(self, table="walmart_order"):
        return self.pipeline.number(f"SELECT COUNT(*) FROM {table}")

    def url(self):
        for line in self.log().splitlines():
            if "listening on " in line:
                return line.split("listening on ")[1].strip()
        raise AssertionError(self.log())

    def get(self, path):
        """Status and parsed body; the host has to answer whatever is away."""
        try:
            with urllib.request.urlopen(self.url() + path, timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def told(self):
        """What /status says of tasks that are not well."""
        connectors = self.get("/status")[1]["connectors"].values()
        return json.dumps([{name: task[name] for name in ("state", "message", "stalled") if name in task}
                           for connector in connectors for task in connector["tasks"]])

    # ---- the end ----

    def check_recovery(self, what, seconds=None):
        """To be called when the fault is mended: everything fed until now arrives."""
        fed = self.feed.count
        before = self.rows()
        first = self.wait_for(lambda: self.rows() > before, seconds or RECOVERY_SECONDS, f"new row after: {what}")
        whole = self.wait_for(lambda: self.rows() >= fed, seconds or RECOVERY_SECONDS, f"end of the backlog after: {what}")
        print(f"{what}: first new row after {first:.1f} s, backlog written after {first + whole:.1f} s", flush=True)

    def finish(self, tables=("walmart_order",)):
        """Stops the feed, waits for its last order, ends the run and compares row by row."""
        self.feed.stop()
        late = [table for table in tables if not self.wait_for_rows(self.feed.count, RECOVERY_SECONDS, table)]
        self.stop_cleanly(self.process)
        self.check_nothing_lost_or_doubled(tables)
        self.check_in_time(late, RECOVERY_SECONDS)

    def wait_for_rows(self, count, seconds, table="walmart_order"):
        """Whether they came. If not, compare first, which tells what is lost, then check_in_time()."""
        end = time.monotonic() + seconds
        while self.rows(table) < count:
            if time.monotonic() > end or self.process.poll() is not None:
                return False
            time.sleep(0.05)
        return True

    def check_in_time(self, late, seconds):
        """`late`: tables whose last rows only the host's stop brought."""
        if late:
            self.fail(f"all rows are there now, but those of {', '.join(late)} not within {seconds:.0f} s\n{self.log()[-8000:]}")

    def check_nothing_lost_or_doubled(self, tables=("walmart_order",)):
        names = [str(300000000000000 + n) for n in range(self.feed.count)]
        expected = {name: [(name, "1", f"S{n}")] for n, name in enumerate(names)}
        for table in tables:
            self.check_each_once(expected, f"SELECT purchaseOrderId, lineNumber, sku FROM {table}")

    def check_each_once(self, expected, query):
        """`expected`: order → its rows, as `query` gives them. Each stands once in the table, its record once in the topic."""
        self.expected = expected
        records = [(str(json.loads(r["value"])["purchaseOrderId"]), compare.content(r["value"]),
                    f"{self.pipeline.topic}[{r['partition']}] offset {r['offset']}") for r in self.pipeline.records()]
        verdict = compare.each_once(expected, map(tuple, self.pipeline.sql(query)), records)
        if not verdict.clean:
            self.fail(f"{query}: {verdict.tell()}\n{self.log()[-8000:]}")
        self.assertEqual(self.pipeline.records(self.pipeline.dead_topic), [], "dead letters")
