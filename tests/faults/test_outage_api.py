"""The API, or what stands before it, goes away while the source polls: nothing lost, nothing twice, and it goes on by itself."""

import json
import time
import unittest

from outage_rig import SECONDS, OutageTest, Sandbox

# By change every poll asks for little; orders appear as the sandbox's clock passes them.
PER_SECOND = 20


class ApiAway(OutageTest):
    def setUp(self):
        super().setUp()
        lasts = int(6 * SECONDS + 60)
        self.sandbox = Sandbox("--orders", PER_SECOND * (lasts + 30), "--from", "now-30s", "--to", f"now+{lasts}s", "--seed", 5)
        self.sandbox.start()
        self.addCleanup(self.sandbox.stop)
        self.way = self.proxy("127.0.0.1", self.sandbox.port)
        source = self.pipeline.source(self.sandbox, **{"base.url": f"https://127.0.0.1:{self.way.port}", "start.from": "1h",
                                                       "poll.interval.ms": 500, "request.timeout.ms": 5000})
        self.config = self.pipeline.write({"orders": source, "sink": self.inserting_sink()}, listeners="http://127.0.0.1:0")
        self.init(self.config)
        self.process = self.start_host("run", self.config)
        self.wait_for(lambda: self.rows() > 0, 60, "first rows")

    def suffer(self, name, begin, end):
        calls = self.way.connections + self.way.refused
        begin()
        self.wait_for(lambda: "orders-0 waits" in self.get("/health")[1]["message"], 40, f"word of {name} in /health")
        time.sleep(SECONDS)
        # Backoff: 1, 2, 4 … s, each cut by half at most.
        self.assertLess(self.way.connections + self.way.refused - calls, 15 + SECONDS, "a storm of connections")
        end()
        before = self.rows()
        first = self.wait_for(lambda: self.rows() > before, 60 + SECONDS, f"new row after {name}")
        self.wait_for(lambda: "orders-0" not in self.get("/health")[1]["message"], 30, "end of the waiting")
        print(f"API: {name}: first new row after {first:.1f} s", flush=True)

    def finish(self):
        """The sandbox's clock stops, so that the end is known; then every line of every order is there once."""
        now = self.sandbox.get("now")["now"]
        self.sandbox.set_now(now, frozen=True)
        expected = []
        for text in self.sandbox.orders(to_time=now):
            order = json.loads(text)
            lines = (order.get("orderLines") or {}).get("orderLine") or []
            expected += [(str(order["purchaseOrderId"]), str(line["lineNumber"])) for line in (lines if isinstance(lines, list) else [lines])]
        self.wait_for(lambda: self.rows() >= len(expected), 60, f"{len(expected)} rows")
        self.stop_cleanly(self.process)
        rows = [tuple(row) for row in self.pipeline.sql("SELECT purchaseOrderId, lineNumber FROM walmart_order")]
        self.assertEqual(sorted(rows), sorted(expected))
        self.assertEqual(self.pipeline.records(self.pipeline.dead_topic), [], "dead letters")
        print(f"API: {len(rows)} rows, each once", flush=True)

    def test_the_way_is_cut_and_reset(self):
        self.suffer("cut", self.way.cut, self.way.mend)
        self.suffer("reset", self.way.reset, self.way.mend)
        self.finish()

    def test_a_black_hole(self):
        self.suffer("black hole", self.way.blackhole, self.way.mend)
        self.finish()

    def test_a_gateway_that_refuses_what_worked(self):
        for kind in ("gateway_403", "gateway_302", "gateway_400"):
            def begin(kind=kind):
                self.sandbox.post("expire-tokens")
                self.sandbox.set_faults({"kind": kind}, {"kind": kind, "endpoint": "token"})
            self.suffer(kind, begin, self.sandbox.set_faults)
        self.assertIn("it worked before", self.log())
        self.finish()

    def test_a_stranger_s_certificate(self):
        stranger = Sandbox("--orders", 0)
        stranger.start()
        self.addCleanup(stranger.stop)
        right = self.way.target

        def answer_by(port):
            self.way.target = (right[0], port)
            self.way.reset_once()

        self.suffer("certificate of a stranger", lambda: answer_by(stranger.port), lambda: answer_by(right[1]))
        self.assertRegex(self.log(), "WARNING.*certificate.*it worked before")
        self.finish()

    def test_a_first_start_with_wrong_credentials_fails_at_once(self):
        self.stop_cleanly(self.process)
        self.pipeline.environment["E2E_SECRET"] = "wrong-secret-value"
        began = time.monotonic()
        done = self.pipeline.host("run", self.config, "--only=orders", timeout=60)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertLess(time.monotonic() - began, 30)
        self.assertRegex(done.stdout + done.stderr, "failed for good .*shop")


if __name__ == "__main__":
    unittest.main()
