"""TLS and SASL to Kafka: every client of a pipeline uses them, and what cannot work ends at once, by name, without a secret."""

import json
import os
import re
import signal
import time
import unittest
from pathlib import Path

from harness import PipelineTest

TLS = Path(os.environ.get("CNX_TLS_DIR", "/nowhere"))
NEEDED = ("CNX_KAFKA_TLS", "CNX_KAFKA_MUTUAL_TLS", "CNX_KAFKA_SASL", "CNX_KAFKA_SASL_USER", "CNX_KAFKA_SASL_PASSWORD", "CNX_TLS_DIR")
WRONG = "planted-wrong-password"


def port(name):
    return os.environ[name].rsplit(":", 1)[1]


def tls(ca="ca"):
    return {"security.protocol": "SSL", "ssl.ca.location": str(TLS / f"{ca}.pem")}


def certificate(name):
    return {"ssl.certificate.location": str(TLS / f"{name}.pem"), "ssl.key.location": str(TLS / f"{name}-key.pem")}


def login(mechanism="SCRAM-SHA-512", password="${env:E2E_SASL_PASSWORD}"):
    return {**tls(), "security.protocol": "SASL_SSL", "sasl.mechanism": mechanism, "sasl.username": os.environ["CNX_KAFKA_SASL_USER"],
            "sasl.password": password}


def order(number):
    line = {"lineNumber": "1", "item": {"sku": "A"}, "orderLineQuantity": {"amount": "1"}}
    return json.dumps({"purchaseOrderId": str(number), "orderDate": 1762783401417, "orderLines": {"orderLine": [line]}})


@unittest.skipUnless(all(name in os.environ for name in NEEDED), f"needs the stack's secured listeners: {', '.join(NEEDED)}")
class KafkaSecurity(PipelineTest):
    def setUp(self):
        super().setUp()
        self.password = os.environ["CNX_KAFKA_SASL_PASSWORD"]
        self.pipeline.environment.update({"E2E_SASL_PASSWORD": self.password, "E2E_WRONG": WRONG})

    def config(self, servers, security, sink=None, source=None):
        path = self.pipeline.directory / "orders.ndjson"
        path.write_text("".join(order(n) + "\n" for n in range(1, 21)) + "broken\n")
        connectors = {"lines": self.pipeline.file_source(path, **(source or {})), "sink": self.pipeline.sink(**(sink or {}))}
        return self.pipeline.write(connectors, **{"bootstrap.servers": servers, "offsets.topic": self.pipeline.name + "_offsets"},
                                   **security)

    def assert_no_secret(self, text):
        for secret in (self.password, WRONG, self.pipeline.password):
            self.assertNotIn(secret, text)

    def fails(self, servers, security, *patterns, **connectors):
        """`run` ends by itself, failed, and its output has each of the patterns."""
        done = self.pipeline.host("run", self.config(servers, security, **connectors), timeout=60)
        output = done.stdout + done.stderr
        self.assertIn(done.returncode, (1, 2), output)
        for pattern in patterns:
            self.assertRegex(output, pattern)
        self.assert_no_secret(output)

    def test_source_sink_dead_letters_admin_and_positions_work_over_sasl_and_tls(self):
        config = self.config(os.environ["CNX_KAFKA_SASL"], login())
        self.init(config)
        done = self.run_host(config, expect=3, timeout=60)
        self.assertEqual(self.pipeline.number("SELECT COUNT(*) FROM walmart_order"), 20)
        self.assertEqual([d["value"] for d in self.pipeline.records(self.pipeline.dead_topic)], ["broken"])
        listed = self.pipeline.host("offsets", "list", config)
        self.assertIn(self.pipeline.topic, listed.stdout)
        again = self.run_host(config, expect=3, timeout=60)  # the position was kept: nothing is sent twice
        self.assertEqual(len(self.pipeline.records()), 21)
        for each in (done, listed, again):
            self.assert_no_secret(each.stdout + each.stderr)

    def test_each_login_and_a_client_certificate_are_accepted(self):
        for servers, security in ((os.environ["CNX_KAFKA_SASL"], login("PLAIN")), (os.environ["CNX_KAFKA_SASL"], login("SCRAM-SHA-256")),
                                  (os.environ["CNX_KAFKA_TLS"], tls()),
                                  (os.environ["CNX_KAFKA_MUTUAL_TLS"], {**tls(), **certificate("client")})):
            done = self.pipeline.host("check", self.config(servers, security))
            self.assertIn(f"ok worker.bootstrap.servers: {servers}: cluster ", done.stdout, security)
            self.assert_no_secret(done.stdout + done.stderr)

    def test_a_wrong_password_ends_the_run(self):
        for mechanism in ("PLAIN", "SCRAM-SHA-256"):
            self.fails(os.environ["CNX_KAFKA_SASL"], login(mechanism, "${env:E2E_WRONG}"), "SASL authentication error.*check sasl.mechanism")

    def test_a_certificate_of_an_unknown_authority_ends_the_run(self):
        self.fails(os.environ["CNX_KAFKA_TLS"], tls("stranger-ca"), "signed by none of the CAs.*ssl.ca.location")

    def test_a_certificate_for_another_host_name_ends_the_run(self):
        self.fails("localhost:" + port("CNX_KAFKA_TLS"), tls(), "the broker's certificate is for another host name")

    def test_plain_text_to_a_tls_port_and_the_reverse_end_the_run(self):
        tls_port, plain_port = os.environ["CNX_KAFKA_TLS"], os.environ["CNX_BOOTSTRAP_SERVERS"]
        self.fails(tls_port, {}, f"{tls_port} speaks TLS, but security.protocol is PLAINTEXT; set security.protocol: SSL")
        self.fails(plain_port, tls(), f"{plain_port} speaks plain text, but security.protocol is SSL")

    def test_a_broker_that_wants_a_certificate_refuses_none_and_a_strangers(self):
        servers = os.environ["CNX_KAFKA_MUTUAL_TLS"]
        for security in (tls(), {**tls(), **certificate("stranger-client")}):
            self.fails(servers, security, "the broker refuses this client's certificate: set ssl.certificate.location")

    def test_a_login_that_a_listener_does_not_have_ends_the_run(self):
        self.fails(os.environ["CNX_KAFKA_TLS"], login(), "SASL SCRAM-SHA-512 mechanism handshake failed")

    def test_a_client_of_one_connector_that_is_not_let_in_fails_that_connector(self):
        self.init(self.config(os.environ["CNX_KAFKA_SASL"], login()))
        wrong = {"sasl.password": "${env:E2E_WRONG}"}
        refused, untrusted = "SASL authentication error", "signed by none of the CAs"
        self.fails_alone("lines", refused, source={"producer.override": wrong})
        self.fails_alone("sink", refused, sink={"consumer.override": wrong})
        self.fails_alone("sink", untrusted, sink={"consumer.override": {"ssl.ca.location": str(TLS / "stranger-ca.pem")}})
        self.fails_alone("sink", "speaks TLS, but security.protocol is SASL_PLAINTEXT",
                         sink={"consumer.override": {"security.protocol": "SASL_PLAINTEXT"}})
        self.fails_alone("sink", refused, sink={"producer.override": wrong})  # the dead letters'

    def fails_alone(self, connector, cause, **connectors):
        """The connector fails for good; the run may go on with the others, so it is stopped."""
        process = self.start_host("run", self.config(os.environ["CNX_KAFKA_SASL"], login(), **connectors))
        deadline = time.monotonic() + 60
        pattern = f"connector '{connector}' task \\d failed for good \\((auth|config)\\): .*{cause}"
        while not re.search(pattern, log := process.log_path.read_text()):
            self.assertLess(time.monotonic(), deadline, log)
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        self.assert_no_secret(process.log_path.read_text())


if __name__ == "__main__":
    unittest.main()
