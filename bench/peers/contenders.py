"""Who is compared: how each is fetched and built (below build/peers), configured and started."""

import json
import pathlib
import re
import secrets
import shutil
import subprocess
import sys

from arena import HOST, ROOT, note

sys.path.insert(0, str(ROOT / "tools"))
from stack.process import free_port  # noqa: E402  (found through the line above)

HERE = pathlib.Path(__file__).resolve().parent
HOME = ROOT / "build" / "peers"

# Flink's closures and serializers look into the JDK's own classes.
JAVA_OPENS = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in ("java.lang", "java.util", "java.time")]


def build(what, log_name, *commands, cwd=None):
    """Runs commands one after the other; their output goes to a log, which is named when one fails."""
    log = HOME / f"{log_name}.log"
    HOME.mkdir(parents=True, exist_ok=True)
    note(what)
    with open(log, "wb") as out:
        for command in commands:
            if not shutil.which(command[0]):
                raise SystemExit(f"peers: {what} needs {command[0]}, which is not installed; leave it out with --peer")
            if subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=cwd, check=False).returncode != 0:
                raise SystemExit(f"peers: {what} failed at '{' '.join(command)}'; see {log}")


def maven(project, *goals):
    return ["mvn", "--batch-mode", "--strict-checksums", "-f", str(HERE / project / "pom.xml"), f"-Dmaven.repo.local={HOME / 'maven'}",
            f"-Dpeers.build={HOME}", *goals]


def pom_version(project, name):
    return re.search(rf"<{name}>(.*?)</{name}>", (HERE / project / "pom.xml").read_text(encoding="utf-8"))[1]


def done_with(folder, *sources):
    """Whether `folder` was completed with these sources; if not, `mark` must be written at its end."""
    mark, text = folder / ".complete", "".join(source.read_text(encoding="utf-8") for source in sources)
    return mark.exists() and mark.read_text(encoding="utf-8") == text, lambda: mark.write_text(text, encoding="utf-8")


class Contender:
    """One way of doing the work. `feed`: what is in its topic, orders or ready-made rows."""

    name = version = settings = ""
    feed = "orders"

    def prepare(self):
        """Fetches and builds what is not there yet."""

    def reset(self, arena):
        """Forgets what an earlier run has left in the database."""

    def command(self, arena, topic):
        """The command that does the work until it is stopped, and what it needs in its environment."""
        raise NotImplementedError

    def environment(self, arena, topic):
        return {"PEER_SERVERS": arena.servers, "PEER_TOPIC": topic, "PEER_GROUP": f"peer-{secrets.token_hex(4)}", "PEER_USER": "root",
                "PEER_PASSWORD": arena.password, "PEER_DATABASE": arena.database, "PEER_DATABASE_SERVER": arena.database_server}


class ConnectHost(Contender):
    name = "connect-host"
    settings = "config/walmart.yml's sink with 52 columns, 3 tasks; exactly once"

    def prepare(self):
        done = subprocess.run([str(HOST), "version"], capture_output=True, text=True, check=False)
        self.version = done.stdout.splitlines()[0].removeprefix("connect-host ") if done.returncode == 0 else "?"

    def reset(self, arena):
        arena.sql.execute("DELETE FROM connect_offsets")

    def command(self, arena, topic):
        return [str(HOST), "run", str(arena.host_config(topic))], {"MYSQL_PWD": arena.password}


class Benthos(Contender):
    threads = in_flight = 4

    def __init__(self, in_order=False):
        self.name = "benthos-in-order" if in_order else "benthos"
        if in_order:
            self.threads = self.in_flight = 1
        self.version = re.search(r"benthos/v4 v(\S+)", (HERE / "benthos" / "go.mod").read_text(encoding="utf-8"))[1]
        self.settings = (f"kafka_franz batches of 500 / 100 ms, {self.threads} threads, {self.in_flight} in flight, interpolateParams=true; "
                         + ("in order; at least once" if in_order else "at least once, not in order: an old version of a row can stay"))

    def prepare(self):
        folder = HOME / "benthos"
        sources = [HERE / "benthos" / name for name in ("go.mod", "go.sum", "main.go")]
        done, mark = done_with(folder, *sources)
        if not done:
            folder.mkdir(parents=True, exist_ok=True)
            build(f"Benthos {self.version}", "benthos", ["go", "build", "-trimpath", "-o", str(folder / "benthos"), "."], cwd=HERE / "benthos")
            mark()

    def command(self, arena, topic):
        updates = ", ".join(f"{name}=VALUES({name})" for name, _ in arena.columns)
        environment = {**self.environment(arena, topic), "PEER_THREADS": str(self.threads), "PEER_IN_FLIGHT": str(self.in_flight),
                       "PEER_COLUMNS": ", ".join(name for name, _ in arena.columns), "PEER_SUFFIX": f"ON DUPLICATE KEY UPDATE {updates}"}
        return [str(HOME / "benthos" / "benthos"), "-c", str(HERE / "benthos" / "pipeline.yaml")], environment


class Flink(Contender):
    name = "flink"
    settings = "one JVM, parallelism 3, JDBC batches of 500 / 200 ms, checkpoints every 10 s, ParallelGC, 2 GiB; at least once"

    def __init__(self):
        self.version = pom_version("flink", "flink.version")

    def prepare(self):
        folder = HOME / "flink"
        done, mark = done_with(folder, HERE / "flink" / "pom.xml", *sorted((HERE / "flink").rglob("*.java")))
        if not done:
            build(f"Flink {self.version}", "flink", maven("flink", "package", "dependency:copy-dependencies", f"-DoutputDirectory={folder / 'libs'}",
                                                          "-DincludeScope=runtime"))
            mark()

    def command(self, arena, topic):
        url = (f"jdbc:mysql://{arena.database_server}/{arena.database}?rewriteBatchedStatements=true&sessionVariables=time_zone='%2B00:00'"
               "&useSSL=false&allowPublicKeyRetrieval=true")
        environment = {**self.environment(arena, topic), "PEER_URL": url, "PEER_COLUMNS": ",".join(name for name, _ in arena.columns)}
        classes = f"{HOME / 'flink' / 'target' / 'peer-flink.jar'}:{HOME / 'flink' / 'libs'}/*"
        return ["java", "-Xmx2g", "-XX:+UseParallelGC", *JAVA_OPENS, "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", classes,
                "peer.OrdersToMysql"], environment


class KafkaConnect(Contender):
    name = "kafka-connect"
    feed = "rows"
    settings = ("standalone worker, Debezium JDBC sink, 3 tasks, batch.size 500, rewriteBatchedStatements=true, ParallelGC, 1 GiB; at least once; "
                "fed ready-made rows: it cannot flatten an order")

    def __init__(self):
        self.version = f"{pom_version('kafka-connect', 'kafka.version')} + {pom_version('kafka-connect', 'debezium.version')}"

    def prepare(self):
        folder = HOME / "kafka-connect"
        done, mark = done_with(folder, HERE / "kafka-connect" / "pom.xml")
        if not done:
            build(f"Kafka Connect {self.version}", "kafka-connect",
                  maven("kafka-connect", "dependency:copy-dependencies", f"-DoutputDirectory={folder / 'libs'}", "-DincludeScope=runtime"),
                  maven("kafka-connect", "dependency:unpack", f"-DoutputDirectory={folder / 'plugins'}"))
            mark()

    @staticmethod
    def row_schema(columns):
        """For JsonConverter's schema.content: numbers as the rows have them, all else is text that the database converts."""
        kinds = {"bigint": "int64", "int": "int32"}
        return json.dumps({"type": "struct", "optional": False, "fields": [
            {"field": name, "type": kinds.get(kind, "string"), "optional": True} for name, kind in columns]})

    def command(self, arena, topic):
        folder = arena.directory / f"kafka-connect-{secrets.token_hex(3)}"
        folder.mkdir()
        values = {"servers": arena.servers, "topic": topic, "group": f"peer-{secrets.token_hex(4)}", "plugins": HOME / "kafka-connect" / "plugins",
                  "offsets": folder / "offsets", "port": free_port(), "schema": self.row_schema(arena.columns).replace("\\", "\\\\"),
                  "database_server": arena.database_server, "database": arena.database, "password": arena.password}
        for part in ("worker", "sink"):
            text = (HERE / "kafka-connect" / f"{part}.properties").read_text(encoding="utf-8")
            (folder / f"{part}.properties").write_text(re.sub(r"@(\w+)@", lambda found: str(values[found[1]]), text), encoding="utf-8")
        return ["java", "-Xmx1g", "-XX:+UseParallelGC", f"-Dlog4j2.configurationFile={ROOT / 'tools' / 'kafka' / 'log4j2.properties'}",
                "-cp", f"{HOME / 'kafka-connect' / 'libs'}/*", "org.apache.kafka.connect.cli.ConnectStandalone",
                str(folder / "worker.properties"), str(folder / "sink.properties")], {}


def all_contenders():
    return {one.name: one for one in (ConnectHost(), Benthos(), Benthos(in_order=True), Flink(), KafkaConnect())}
