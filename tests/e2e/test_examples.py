"""The plugins of examples/ in whole runs: what a pipeline can do without a plugin of its own."""

import contextlib
import http.server
import json
import threading
import unittest

from harness import BUILD, PipelineTest
from walmart_sandbox.tls import server_context


class Receiver(http.server.BaseHTTPRequestHandler):
    """Takes arrays of records as a service would: busy at first, and it never takes number 7."""

    def do_POST(self):
        server = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        numbers = [record["number"] for record in body]
        server.requests += 1
        busy = server.requests == 1
        status = 503 if busy else 401 if self.headers["X-Key"] != "planted-key" else 422 if 7 in numbers else 200
        if status == 200:
            server.taken += numbers
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def receiver(folder):
    """The service on a free port with TLS; (server, URL, certificate to trust)."""
    context, certificate = server_context(folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.requests, server.taken = 0, []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server, f"https://127.0.0.1:{server.server_port}/in", certificate
        finally:
            server.shutdown()
            thread.join()


class Examples(PipelineTest):
    def lines(self, *values):
        path = self.pipeline.directory / "lines.ndjson"
        path.write_text("".join((value if isinstance(value, str) else json.dumps(value)) + "\n" for value in values))
        return self.pipeline.file_source(path)

    def rows_sink(self, transforms, **more):
        """A mysql-sink of table `goods` that makes it; `transforms`: pairs of name and settings, in order."""
        sink = self.pipeline.sink(**{"tasks.max": 1, "table.name.format": "goods", "pk.fields": "id", "auto.create": "true", **more})
        del sink["transforms.flatten.type"]
        sink["transforms"] = ",".join(name for name, _ in transforms)
        for name, settings in transforms:
            sink |= {f"transforms.{name}.{key}": value for key, value in settings.items()}
        return sink

    def test_json_becomes_rows_of_a_table_digit_by_digit(self):
        rows = {"type": "json-to-rows",
                "columns": "id:int64,price:decimal(10,2),name:string(40),at:timestamp(6),tags:json,unused:boolean"}
        config = self.pipeline.write({
            "lines": self.lines('{"id":9007199254740993,"price":0.10,"name":"ä","at":"2026-11-23T08:00:00.000001Z","tags":["a"]}',
                                {"id": 2, "price": "12"}, {"id": 3, "price": 1.255}, {"id": 4, "nane": "typo"}),
            "sink": self.rows_sink([("rows", rows)])})
        self.init(config)
        self.run_host(config, expect=3)
        self.assertEqual(self.pipeline.sql("SELECT id, price, name, at, tags, unused FROM goods ORDER BY id"),
                         [["2", "12.00", "NULL", "NULL", "NULL", "NULL"],
                          ["9007199254740993", "0.10", "ä", "2026-11-23 08:00:00.000001", '["a"]', "NULL"]])
        letters = json.loads(self.pipeline.host("dlq", "list", config, "--json").stdout)
        self.assertEqual(sorted((letter["path"], letter["message"]) for letter in letters),
                         [("$.nane", "is no column; add it to columns, or set unknown.keys: drop"),
                          ("$.price", "has more decimals than the column")])

    def test_a_chain_filters_masks_casts_and_renames(self):
        package = "org.apache.kafka.connect.transforms."
        config = self.pipeline.write({
            "lines": self.lines({"id": 1, "phone": "555-0100", "price": "1.50", "state": "open"},
                                {"id": 2, "phone": None, "price": "2", "state": "closed"}),
            "sink": self.rows_sink([
                ("topics", {"type": package + "Filter", "predicate": "TopicNameMatches", "pattern": "e2e.*", "negate": "true"}),
                ("rows", {"type": "json-to-rows", "columns": "id:int64,phone:string(20),price:decimal(10,2),state:string(10)"}),
                ("open", {"type": "filter-rows", "field": "state", "is": "eq", "value": "closed"}),
                ("mask", {"type": package + "MaskField$Value", "fields": "phone", "replacement": "***"}),
                ("cast", {"type": package + "Cast$Value", "spec": "id:string(20)"}),
                ("names", {"type": package + "ReplaceField$Value", "exclude": "state", "renames": "price:cost"})])})
        self.init(config)
        done = self.run_host(config)
        self.assertEqual(self.pipeline.sql("SELECT * FROM goods"), [["1", "***", "1.50"]])
        self.assertIn("2 = 1 written + 1 filtered", done.stdout + done.stderr)
        check = self.pipeline.host("check", "--offline", self.pipeline.write(
            {"sink": self.rows_sink([("mask", {"type": package + "MaskField$Key", "fields": "phone"})])}))
        self.assertEqual(check.returncode, 2, check.stdout + check.stderr)
        self.assertIn("MaskField", check.stdout + check.stderr)

    @unittest.skipUnless((BUILD / "plugins" / "json-fields.so").exists(), "json-fields is not built: no cargo")
    def test_lines_of_text_become_rows_that_know_their_place(self):
        config = self.pipeline.write({
            "lines": self.lines('one "quoted"', "zwei ä", "three"),
            "sink": self.rows_sink([
                ("text", {"type": "org.apache.kafka.connect.transforms.HoistField$Value", "field": "line"}),
                ("place", {"type": "InsertField", "topic.field": "topic", "partition.field": "part", "offset.field": "at",
                           "timestamp.field": "sent", "static.field": "by", "static.value": "test"}),
                ("rows", {"type": "json-to-rows",
                          "columns": "topic:string(100),part:int32,at:int64,sent:timestamp,by:string(9),line:string"})],
                **{"pk.fields": "topic,part,at"})})
        self.init(config)
        self.run_host(config)
        self.assertEqual(self.pipeline.sql("SELECT line, topic, `by`, COUNT(DISTINCT part, at), MIN(sent) > '2026-01-01' FROM goods"
                                           " GROUP BY line, topic, `by` ORDER BY line"),
                         [[line, self.pipeline.topic, "test", "1", "1"] for line in ('one "quoted"', "three", "zwei ä")])

    def http_pipeline(self, url, **more):
        return self.pipeline.write({
            "load": {"connector.class": "random-source", "topic": self.pipeline.topic, "count": 250, "keys": 10,
                     "topic.creation.default": {"partitions": 3, "replication.factor": 1}},
            "hook": {"connector.class": "http-sink", "topics": self.pipeline.topic, "url": url, "batch.size": 100,
                     "errors.tolerance": "all", "errors.deadletterqueue.topic.name": self.pipeline.dead_topic,
                     "errors.deadletterqueue.topic.replication.factor": 1, **more}})

    def test_records_are_posted_and_a_refused_one_is_a_dead_letter(self):
        with receiver(self.pipeline.directory) as (server, url, certificate):
            config = self.http_pipeline(url, **{"ssl.ca.location": certificate, "headers": {"X-Key": "planted-key"}})
            self.init(config)
            done = self.run_host(config, expect=3)
            self.assertIn("250 = 249 written + 0 filtered + 1 dead", done.stdout + done.stderr)
            self.assertEqual(set(server.taken), set(range(250)) - {7})
            letters = json.loads(self.pipeline.host("dlq", "list", config, "--json").stdout)
            self.assertEqual([letter["message"] for letter in letters],
                             [f"host {url.removesuffix('/in').partition('//')[2]}: POST was answered with 422"])
            self.assertNotIn("planted-key", done.stdout + done.stderr)

    def test_a_certificate_or_login_that_is_wrong_ends_the_run_and_says_so(self):
        with receiver(self.pipeline.directory) as (server, url, certificate):
            config = self.http_pipeline(url)
            self.init(config)
            check = self.pipeline.host("check", config)
            self.assertIn("set ssl.ca.location", check.stdout)
            self.assertIn("set ssl.ca.location", self.run_host(config, expect=1).stderr)
            done = self.run_host(self.http_pipeline(url, **{"ssl.ca.location": certificate, "headers.X-Key": "other"}), expect=1)
            self.assertIn("the login was refused", done.stderr)
            self.assertEqual(server.taken, [])


if __name__ == "__main__":
    unittest.main()
