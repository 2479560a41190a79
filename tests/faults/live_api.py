"""A source that polls an API to which orders come all the time, and the comparison with what the API holds."""

import json
import time

from outage_rig import SECONDS, OutageTest, Sandbox

PER_SECOND = 20  # orders appear as the sandbox's clock passes them


class LiveApiTest(OutageTest):
    def poll(self, seconds, by_proxy):
        """Starts a run without bounds against an API that has new orders for so long; returns when rows flow."""
        self.sandbox = Sandbox("--orders", int(PER_SECOND * (seconds + 30)), "--from", "now-30s", "--to", f"now+{int(seconds)}s", "--seed", 5)
        self.sandbox.start()
        self.addCleanup(self.sandbox.stop)
        self.way = self.proxy("127.0.0.1", self.sandbox.port)
        more = {"base.url": f"https://127.0.0.1:{self.way.port}"} if by_proxy else {}
        source = self.pipeline.source(self.sandbox, **{"start.from": "1h", "poll.interval.ms": 500, "request.timeout.ms": 5000, **more})
        self.config = self.pipeline.write({"orders": source, "sink": self.inserting_sink()}, listeners="http://127.0.0.1:0")
        self.init(self.config)
        self.process = self.start_host("run", self.config)
        self.wait_for(lambda: self.rows() > 0, 60, "first rows")

    def new_row(self, seconds, what):
        """Returns how many seconds it took."""
        before = self.rows()
        return self.wait_for(lambda: self.rows() > before, seconds, f"new row: {what}")

    def finish(self):
        """The sandbox's clock stops, so that the end is known; then every line of every order is there once."""
        stopped_ms = self.sandbox.freeze()
        expected = {}
        for text in self.sandbox.orders(to_time=stopped_ms + 1):
            document = json.loads(text)
            name = str(document["purchaseOrderId"])
            lines = (document.get("orderLines") or {}).get("orderLine") or []
            expected[name] = [(name, str(line["lineNumber"])) for line in (lines if isinstance(lines, list) else [lines])]
        count = sum(map(len, expected.values()))
        seconds = 60
        late = [] if self.wait_for_rows(count, seconds) else ["walmart_order"]
        self.stop_cleanly(self.process)
        self.check_each_once(expected, "SELECT purchaseOrderId, lineNumber FROM walmart_order")
        self.check_in_time(late, seconds)
        print(f"API: {count} rows, each once", flush=True)

    def suffer(self, name, begin, end):
        calls = self.way.connections + self.way.refused
        begin()
        self.wait_for(lambda: "orders-0 waits" in self.get("/health")[1]["message"], 40, f"word of {name} in /health")
        time.sleep(SECONDS)
        # Backoff: 1, 2, 4 … s, each cut by half at most.
        self.assertLess(self.way.connections + self.way.refused - calls, 15 + SECONDS, "a storm of connections")
        end()
        first = self.new_row(60 + SECONDS, f"after {name}")
        self.wait_for(lambda: "orders-0" not in self.get("/health")[1]["message"], 30, "end of the waiting")
        print(f"API: {name}: first new row after {first:.1f} s", flush=True)
