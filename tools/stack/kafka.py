"""Apache Kafka in KRaft mode: one node, broker and controller in one process."""

import pathlib
import re
import shutil
import socket
import struct

from .process import Service, StackError, free_port, run

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
KAFKA_DIR = ROOT / "tools" / "kafka"
# Any fixed id will do; 22 characters of URL-safe base64 are what Kafka wants.
CLUSTER_ID = "Y29ubmVjdC1ob3N0LXRlcw"

PORTS = ("kafka", "kafka_controller", "kafka_proxied", "kafka_proxy")

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},PROXIED://127.0.0.1:{proxied_port},CONTROLLER://127.0.0.1:{controller_port}
# Whoever comes by PROXIED is told to go on at proxy_port, where a test may have put its fault proxy.
advertised.listeners=PLAINTEXT://127.0.0.1:{port},PROXIED://127.0.0.1:{proxy_port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
num.partitions=3
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=5
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=5
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
# A killed broker may register again this soon; the default makes a restart after kill -9 wait for 9 s.
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
"""


def jars():
    version = re.search(r"<kafka.version>(.*?)</kafka.version>", (KAFKA_DIR / "pom.xml").read_text(encoding="utf-8"))[1]
    return ROOT / "build" / "deps" / f"kafka-{version}"


class Kafka:
    def __init__(self, home):
        self.home = pathlib.Path(home)
        self.service = Service("kafka", home)
        self.data = self.home / "kafka-data"
        self.config = self.home / "kafka.properties"

    def start(self, ports):
        """Starts the broker; `ports` keeps its ports over restarts."""
        if self.service.pid() is not None:
            return
        if not (jars() / ".complete").exists():
            raise StackError(f"the Kafka jars are not in {jars()}: run './dev deps' first")
        fresh = not (self.data / "meta.properties").exists()
        for name in PORTS:
            if fresh or name not in ports:
                ports[name] = free_port()
        self.config.write_text(PROPERTIES.format(port=ports["kafka"], controller_port=ports["kafka_controller"], data=self.data,
                                                 proxied_port=ports["kafka_proxied"], proxy_port=ports["kafka_proxy"]),
                               encoding="utf-8")
        if fresh:
            shutil.rmtree(self.data, ignore_errors=True)
            run(self._java("-Xmx128m", "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(self.config)),
                self.service.log, "formatting Kafka's storage")
        self.service.spawn(self._java("-Xmx512m", "kafka.Kafka", str(self.config)))
        self.service.wait_ready(lambda: answers_metadata(ports["kafka"]), timeout=60)

    def _java(self, heap, main, *arguments):
        return ["java", heap, "-XX:+UseSerialGC", f"-Dlog4j2.configurationFile={KAFKA_DIR / 'log4j2.properties'}", "-cp", f"{jars()}/*",
                main, *arguments]

    def stop(self):
        self.service.stop()

    def environment(self, ports):
        return {"CNX_BOOTSTRAP_SERVERS": f"127.0.0.1:{ports['kafka']}",
                "CNX_KAFKA_PROXIED_PORT": str(ports["kafka_proxied"]), "CNX_KAFKA_PROXY_PORT": str(ports["kafka_proxy"])}


def answers_metadata(port):
    """True when the broker answers a metadata request and knows itself as a member: from then on topics can be made."""
    # Metadata v1: api_key 3, version 1, correlation 7, client id "up", no topics (an empty array asks for none).
    request = struct.pack(">hhih", 3, 1, 7, 2) + b"up" + struct.pack(">i", 0)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            answer = b""
            while len(answer) < 12:
                chunk = connection.recv(4096)
                if not chunk:
                    return False
                answer += chunk
    except OSError:
        return False
    _, correlation, brokers = struct.unpack(">iii", answer[:12])
    return correlation == 7 and brokers >= 1
