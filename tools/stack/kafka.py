"""Apache Kafka in KRaft mode: one node, broker and controller in one process.

Beside the plain listener there are: TLS, TLS that asks for a client certificate, and SASL over TLS.
CNX_KAFKA_JAVA_ARGS gives its JVM further arguments: with -XX:TieredStopAtLevel=1 it is up in half the time and slower later.
"""

import os
import pathlib
import re
import shlex
import shutil
import socket
import struct

from .certificates import Certificates
from .process import Service, StackError, free_port, run

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
KAFKA_DIR = ROOT / "tools" / "kafka"
# Any fixed id will do; 22 characters of URL-safe base64 are what Kafka wants.
CLUSTER_ID = "Y29ubmVjdC1ob3N0LXRlcw"

SASL_USER, SASL_PASSWORD = "stack", "planted-sasl-password"
# Listener -> names of the ports that it listens on and that it tells clients. Who comes by PROXIED is told to go on at a
# port where a test may have put its fault proxy.
LISTENERS = {"PLAINTEXT": ("kafka", "kafka"), "PROXIED": ("kafka_proxied", "kafka_proxy"), "TLS": ("kafka_tls", "kafka_tls"),
             "MUTUAL": ("kafka_mutual", "kafka_mutual"), "SASL": ("kafka_sasl", "kafka_sasl")}
PORTS = sorted({port for pair in LISTENERS.values() for port in pair} | {"kafka_controller"})

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{kafka_controller}
listeners={listeners},CONTROLLER://127.0.0.1:{kafka_controller}
advertised.listeners={advertised}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT,TLS:SSL,MUTUAL:SSL,SASL:SASL_SSL
inter.broker.listener.name=PLAINTEXT
ssl.keystore.type=PEM
ssl.keystore.location={tls}/server-chain.pem
ssl.truststore.type=PEM
ssl.truststore.location={tls}/ca.pem
listener.name.mutual.ssl.client.auth=required
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.sasl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_{user}="{password}";
listener.name.sasl.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
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
        self.tls = Certificates(home)

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
        listeners, advertised = (",".join(f"{listener}://127.0.0.1:{ports[names[told]]}" for listener, names in LISTENERS.items())
                                 for told in (0, 1))
        self.config.write_text(PROPERTIES.format(listeners=listeners, advertised=advertised, kafka_controller=ports["kafka_controller"],
                                                 data=self.data, tls=self.tls.home, user=SASL_USER, password=SASL_PASSWORD),
                               encoding="utf-8")
        if fresh:
            shutil.rmtree(self.data, ignore_errors=True)
            run(self._java("-Xmx128m", "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(self.config),
                           *(f"--add-scram={mechanism}=[name={SASL_USER},password={SASL_PASSWORD}]"
                             for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512"))),
                self.service.log, "formatting Kafka's storage")
        self.service.spawn(self._java("-Xmx512m", "kafka.Kafka", str(self.config)))
        self.service.wait_ready(lambda: answers_metadata(ports["kafka"]), timeout=60)

    def _java(self, heap, main, *arguments):
        more = shlex.split(os.environ.get("CNX_KAFKA_JAVA_ARGS", ""))
        return ["java", heap, "-XX:+UseSerialGC", *more, f"-Dlog4j2.configurationFile={KAFKA_DIR / 'log4j2.properties'}", "-cp",
                f"{jars()}/*", main, *arguments]

    def stop(self):
        self.service.stop()

    def environment(self, ports):
        return {"CNX_BOOTSTRAP_SERVERS": f"127.0.0.1:{ports['kafka']}",
                "CNX_KAFKA_PROXIED_PORT": str(ports["kafka_proxied"]), "CNX_KAFKA_PROXY_PORT": str(ports["kafka_proxy"]),
                "CNX_KAFKA_TLS": f"127.0.0.1:{ports['kafka_tls']}",
                "CNX_KAFKA_MUTUAL_TLS": f"127.0.0.1:{ports['kafka_mutual']}", "CNX_KAFKA_SASL": f"127.0.0.1:{ports['kafka_sasl']}",
                "CNX_KAFKA_SASL_USER": SASL_USER, "CNX_KAFKA_SASL_PASSWORD": SASL_PASSWORD}


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
