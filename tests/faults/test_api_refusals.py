"""What stands before the API refuses what worked before; a first start that is refused is another matter."""

import time
import unittest

from live_api import LiveApiTest
from outage_rig import SECONDS, Sandbox


class Refusals(LiveApiTest):
    def setUp(self):
        super().setUp()
        self.poll(6 * SECONDS + 60, by_proxy=True)

    def test_a_gateway_that_refuses_what_worked(self):
        for kind in ("gateway_403", "gateway_302", "gateway_400"):
            def begin(kind=kind):
                self.sandbox.post("expire-tokens")
                self.sandbox.set_faults({"kind": kind}, {"kind": kind, "endpoint": "token"})
            self.suffer(kind, begin, self.sandbox.set_faults)
        self.assertIn("it worked before", self.log())
        self.finish()

    def test_a_strangers_certificate(self):
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
