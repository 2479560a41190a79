"""The REST API under Kafka Connect's own clients: kafka-connect-py, as PyPI has it, looks at a running host and acts on it.

The table has no key and is inserted into, so that what a pause, stop or restart would double cannot hide behind an upsert."""

import json
import re
import site
import sys
import time
import unittest
import urllib.error
import urllib.request

from harness import ROOT, PipelineTest
from test_workers import Load, order

site.addsitedir(str(ROOT / "build" / "rest-client" / "lib" / "python{}.{}".format(*sys.version_info) / "site-packages"))
try:
    from kafka_connect import KafkaConnect
    from requests.exceptions import HTTPError
except ImportError:
    KafkaConnect = None

WITHOUT_KEY = r",\s*PRIMARY KEY \([^)]*\)"
PATIENCE_S = 60


@unittest.skipIf(KafkaConnect is None, "kafka-connect-py is not in build/rest-client (./dev test brings it)")
class RestTest(PipelineTest):
    def setUp(self):
        super().setUp()
        self.load = Load(self.pipeline.directory / "orders.txt", per_second=2000)
        self.addCleanup(self.load.stop)
        self.sink = self.pipeline.sink(**{"tasks.max": 2, "table.name.format": "loose", "insert.mode": "insert", "pk.fields": "",
                                          "batch.interval.ms": 100})
        self.source = self.pipeline.file_source(self.load.path, follow="true")
        self.pipeline.sql(f"CREATE DATABASE `{self.pipeline.database}`", database="mysql")

    def make_table(self):
        scheme = (ROOT / "sql" / "002_walmart_order.sql").read_text(encoding="utf-8").replace("`ods`.`walmart_order`", "loose")
        self.pipeline.sql(re.sub(WITHOUT_KEY, "", scheme))

    def run_connectors(self, connectors, *arguments):
        """Starts the host over them; its process, a client for it, and its address."""
        process = self.start_host("run", self.pipeline.write(connectors, listeners="http://127.0.0.1:0"), *arguments)
        self.until(lambda: "listening on " in process.log_path.read_text(), process)
        url = process.log_path.read_text().split("listening on ")[1].split()[0]
        return process, KafkaConnect(url), url

    def until(self, true, process):
        deadline = time.monotonic() + PATIENCE_S
        while not true():
            self.assertIsNone(process.poll(), process.log_path.read_text())
            self.assertLess(time.monotonic(), deadline, process.log_path.read_text())
            time.sleep(0.05)

    def states(self, client, connector):
        status = client.get_connector_status(connector)
        return [status["connector"]["state"], *(task["state"] for task in status["tasks"])]

    def rows(self):
        return self.pipeline.number("SELECT COUNT(*) FROM loose")

    def http(self, method, url, body=None, **headers):
        request = urllib.request.Request(url, method=method, headers=headers, data=None if body is None else json.dumps(body).encode())
        if body is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()

    def test_an_unmodified_client_acts_under_load_and_no_row_is_lost_or_doubled(self):
        self.make_table()
        process, client, _ = self.run_connectors({"load": self.source, "sink": self.sink})
        self.load.start()
        self.until(lambda: self.rows() > 0, process)

        client.pause_connector("sink")
        self.until(lambda: self.states(client, "sink") == ["PAUSED", "PAUSED", "PAUSED"], process)
        self.assertEqual(client.list_connectors(state="paused"), ["sink"])
        held, sent = self.rows(), self.load.sent
        self.until(lambda: self.load.sent > sent + 2000, process)
        self.assertEqual(self.rows(), held, "a paused sink wrote")
        client.resume_connector("sink")
        self.until(lambda: self.rows() > held, process)

        client.pause_connector("load")
        self.until(lambda: self.states(client, "load") == ["PAUSED", "PAUSED"], process)
        end = len(self.pipeline.records())
        sent = self.load.sent
        self.until(lambda: self.load.sent > sent + 1000, process)
        self.assertEqual(len(self.pipeline.records()), end, "a paused source sent")
        client.resume_connector("load")

        client.restart_connector("load")
        self.assertEqual(client.restart_connector("sink", include_tasks=True)["tasks"][0]["state"], "RESTARTING")
        client.restart_connector_task("sink", 1)
        self.until(lambda: self.states(client, "sink") == ["RUNNING"] * 3, process)

        client.stop_connector("sink")
        client.stop_connector("load")
        self.assertEqual(self.states(client, "sink"), ["STOPPED"])
        self.assertEqual(client.list_connector_tasks("sink"), [])
        client.resume_all_connectors()
        self.until(lambda: self.states(client, "sink") == ["RUNNING"] * 3, process)

        self.load.stop()
        self.until(lambda: self.rows() >= 2 * self.load.sent, process)
        self.stop_cleanly(process)
        self.assertEqual(self.rows(), 2 * self.load.sent)
        self.assertEqual(self.pipeline.number("SELECT COUNT(DISTINCT purchaseOrderId, lineNumber) FROM loose"), 2 * self.load.sent)

    def test_an_unmodified_client_sees_connectors_plugins_and_reasons(self):
        self.make_table()
        _, client, url = self.run_connectors({"load": self.source, "sink": self.sink})
        self.assertEqual(set(client.get_cluster_info()), {"version", "commit", "kafka_cluster_id"})
        self.assertEqual(client.list_connectors(), ["load", "sink"])
        self.assertEqual(client.list_connectors(pattern="^l"), ["load"])
        self.assertEqual(client.list_connectors(expand="info")["load"]["info"]["type"], "source")
        config = client.get_connector_config("sink")
        self.assertEqual((config["connection.password"], config["topics"]), ("****", self.pipeline.topic))
        self.assertEqual(client.get_connector("sink")["config"], config)
        self.assertEqual([task["id"]["task"] for task in client.list_connector_tasks("sink")], [0, 1])
        self.assertEqual(client.get_connector_task_status("sink", 1)["worker_id"], "one")
        self.assertEqual(client.list_connector_topics("load"), {"load": {"topics": [self.pipeline.topic]}})
        self.assertIn({"class": "mysql-sink", "type": "sink"},
                      [{key: plugin[key] for key in ("class", "type")} for plugin in client.list_connector_plugins()])

        wrong = client.validate_connector_config("mysql-sink", {
            **self.pipeline.sink(), "connector.class": "mysql-sink", "name": "tried", "tasks.max": "many", "topcis": "x",
            "connection": None, "connection.url": "mysql://localhost/ods", "connection.user": "u", "connection.password": "planted-tried"})
        errors = {entry["value"]["name"]: entry["value"]["errors"] for entry in wrong["configs"] if entry["value"]["errors"]}
        self.assertEqual(set(errors), {"tasks.max", "topcis"}, errors)
        self.assertIn("did you mean 'topics'", errors["topcis"][0])
        self.assertEqual(wrong["error_count"], 2)
        self.assertNotIn("planted-tried", json.dumps(wrong))

        for write in (lambda: client.create_connector({"name": "x", "config": {}}), lambda: client.delete_connector("sink"),
                      lambda: client.update_connector("sink", {"topics": "x"})):
            with self.assertRaises(HTTPError) as refused:
                write()
            self.assertEqual(refused.exception.response.status_code, 405)
            self.assertIn("configurations are files here", refused.exception.response.json()["message"])
        with self.assertRaises(HTTPError) as missing:
            client.pause_connector("nobody")
        self.assertEqual(missing.exception.response.json()["error_code"], 404)
        self.assertEqual(self.http("PUT", url + "/connectors/sink/pause", Origin="http://evil.example")[0], 403)
        self.assertEqual(self.states(client, "sink")[0], "RUNNING")

    def test_a_failed_task_is_restarted_by_hand_and_offsets_move_while_it_is_stopped(self):
        self.load.path.write_text("".join(order(n) + "\n" for n in range(100)))
        process, client, url = self.run_connectors({"load": self.source, "sink": self.sink})
        self.until(lambda: self.states(client, "sink") == ["FAILED"] * 3, process)
        self.assertIn("loose", client.get_connector_task_status("sink", 0)["trace"])
        self.make_table()
        client.restart_connector("sink", include_tasks=True, only_failed=True)
        self.until(lambda: self.rows() == 200, process)

        refused = self.http("DELETE", url + "/connectors/sink/offsets")
        self.assertEqual(refused[0], 400, refused)
        client.stop_connector("sink")
        self.until(lambda: self.http("DELETE", url + "/connectors/sink/offsets")[0] == 200, process)
        offsets = json.loads(self.http("GET", url + "/connectors/sink/offsets")[1])["offsets"]
        self.assertEqual({entry["offset"]["kafka_offset"] for entry in offsets}, {0}, offsets)
        first = {"partition": offsets[0]["partition"], "offset": {"kafka_offset": 99999}}
        self.assertEqual(self.http("PATCH", url + "/connectors/sink/offsets", {"offsets": [first]})[0], 400)
        first["offset"] = None
        self.assertEqual(self.http("PATCH", url + "/connectors/sink/offsets", {"offsets": [first]})[0], 200)
        self.assertEqual(json.loads(self.http("GET", url + "/connectors/load/offsets")[1])["offsets"][0]["partition"]["topic"],
                         self.pipeline.topic)
        client.resume_connector("sink")
        self.until(lambda: self.rows() == 400, process)
        began = time.monotonic()
        client.pause_connector("sink")
        self.until(lambda: self.states(client, "sink") == ["PAUSED"] * 3, process)
        self.assertLess(time.monotonic() - began, 5, "a sink that waits for records hears of a pause late")
        client.resume_connector("sink")
        self.until(lambda: self.states(client, "sink") == ["RUNNING"] * 3, process)
        self.assertEqual(self.http("GET", url + "/health")[0], 200)
        self.stop_cleanly(process)
        self.assertEqual(self.rows(), 400, "each order was read twice, by request")

    def test_a_bounded_run_says_for_what_it_waits_and_ends_when_it_goes_on(self):
        self.make_table()
        self.load.path.write_text("".join(order(n) + "\n" for n in range(500)))
        process, client, _ = self.run_connectors({"load": self.pipeline.file_source(self.load.path), "sink": self.sink})
        client.pause_connector("sink")
        self.until(lambda: "the run waits for connector 'sink', paused by request" in process.log_path.read_text(), process)
        self.until(lambda: len(self.pipeline.records()) == 500, process)
        client.restart_connector("load", include_tasks=True)
        client.resume_connector("sink")
        self.assertEqual(process.wait(timeout=PATIENCE_S), 0, process.log_path.read_text())
        self.assertEqual(self.rows(), 1000)


if __name__ == "__main__":
    unittest.main()
