"""What goes wrong on the outside: each is said with object, place, cause and mend, and nothing is lost."""

import json
import time
import unittest

from harness import PipelineTest, Sandbox


class BadInput(PipelineTest):
    def config(self, sandbox, source=None, sink=None, **worker):
        return self.pipeline.write({"orders": self.pipeline.source(sandbox, **(source or {})),
                                    "sink": self.pipeline.sink(**(sink or {}))}, **worker)

    def test_a_missing_secret_is_named_before_anything_starts(self):
        config = self.pipeline.write({"sink": self.pipeline.sink(**{"connection": {
            "url": "mysql://h:1/d", "user": "u", "password": "${env:E2E_NOT_THERE}"}})})
        done = self.pipeline.host("run", config)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"\.yml:\d+:\d+: .*E2E_NOT_THERE")

    def test_an_unknown_key_gets_a_suggestion(self):
        done = self.pipeline.host("run", self.pipeline.write({"sink": self.pipeline.sink(**{"batch.sice": 10})}))
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"\.yml:\d+:\d+: .*batch\.sice.*batch\.size")

    def test_refused_api_credentials_fail_the_source_and_name_the_account(self):
        with Sandbox("--orders", 5) as sandbox:
            self.pipeline.environment["E2E_SECRET"] = "wrong-secret-value"
            config = self.config(sandbox)
            self.init(config)
            done = self.run_host(config, "-H", 1, expect=1)
        self.assertRegex(done.stderr, "connector 'orders' failed: .*shop")
        self.assertNotIn("wrong-secret-value", done.stdout + done.stderr)

    def test_a_refused_database_password_fails_the_sink(self):
        with Sandbox("--orders", 5) as sandbox:
            config = self.config(sandbox)
            self.init(config)
            self.pipeline.environment["E2E_PASSWORD"] = "wrong-password-value"
            done = self.run_host(config, "-H", 1, expect=1)
        self.assertRegex(done.stderr, f"connector 'sink' failed: .*{self.pipeline.name}")
        self.assertNotIn("wrong-password-value", done.stdout + done.stderr)

    def test_check_refuses_a_key_that_would_lose_rows(self):
        config = self.pipeline.write({"sink": self.pipeline.sink()})
        self.pipeline.kafka("create", self.pipeline.topic, 1)
        self.init(config)
        self.pipeline.sql("ALTER TABLE walmart_order DROP PRIMARY KEY, MODIFY sku VARCHAR(50) NOT NULL, "
                          "ADD PRIMARY KEY (purchaseOrderId, sku)")
        done = self.pipeline.host("check", config)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertRegex(done.stdout, "error .*sku")

    def test_an_api_that_announces_more_than_it_gives_fails_the_window_by_name(self):
        with Sandbox("--orders", 20, "--from", "now-50m", "--to", "now-3m", "--faults",
                     json.dumps([{"kind": "fewer_orders_for_ever"}])) as sandbox:
            config = self.config(sandbox, source={"errors.retry.timeout": 2000})
            self.init(config)
            done = self.run_host(config, "-H", 1, expect=1)
        self.assertRegex(done.stderr, r"connector 'orders' failed: .*\dZ/\S+Z.*expected \d+ orders, fetched \d+")

    def test_a_broker_that_is_away_is_waited_for_and_named(self):
        config = self.pipeline.write({"sink": self.pipeline.sink()}, **{"bootstrap.servers": "127.0.0.1:1"})
        process = self.start_host("run", config)
        self.wait_for_text(process, "127.0.0.1:1")
        self.assertIsNone(process.poll())
        self.stop_cleanly(process)

    def wait_for_text(self, process, pattern, seconds=60):
        deadline = time.monotonic() + seconds
        while pattern not in process.log_path.read_text():
            self.assertIsNone(process.poll(), process.log_path.read_text())
            self.assertLess(time.monotonic(), deadline, process.log_path.read_text())
            time.sleep(0.1)


if __name__ == "__main__":
    unittest.main()
