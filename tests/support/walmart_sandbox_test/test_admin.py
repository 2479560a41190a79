import json
import unittest
from unittest import mock

from walmart_sandbox.times import DAY_MS

from .helper import WHOLE_DAY, order, sandbox

ORDERS = [order(1, "2025-11-11T00:00:00Z"), order(2, "2025-11-11T10:00:00Z", "WFSFulfilled", lines=({}, {})),
          order(3, "2025-11-12T00:00:00Z"), order(4, "2025-11-11T11:00:00Z", lines=())]


class AdminTest(unittest.TestCase):
    def test_expectations_are_half_open_on_the_order_date(self):
        with sandbox(*ORDERS) as (_, client):
            expected = client.admin("GET", "expected?from=2025-11-11&to=2025-11-12").json()
            self.assertEqual((expected["orders"], expected["lines"], expected["orders_without_lines"]), (3, 3, 1))
            self.assertEqual(expected["by_ship_node_type"]["WFSFulfilled"], {"orders": 1, "lines": 2})
            self.assertEqual(client.admin("GET", "expected?shipNodeType=WFSFulfilled").json()["orders"], 1)

    def test_lists_orders_byte_by_byte_as_they_were_served(self):
        with sandbox(*ORDERS) as (_, client):
            served = client.orders(**WHOLE_DAY)
            client.admin("POST", "modify", {"ids": [f"{1:015d}"], "status": "Shipped"})
            now = client.admin("GET", "orders?to=2025-11-12").body.splitlines()
            then = client.admin("GET", "orders?as=served").body.splitlines()
            self.assertEqual(len(now), 3)
            self.assertEqual(len(then), 2)
            self.assertIn(b",".join(reversed(then)), served.body)
            self.assertNotEqual(now[0], then[0])

    def test_counts_calls_faults_and_orders(self):
        with sandbox(*ORDERS, faults={"kind": "http_503", "count": 1}) as (_, client):
            for _ in range(2):
                client.orders(**WHOLE_DAY)
            client.send("GET", "/v3/orders")
            stats = client.admin("GET", "stats?ids=1").json()
            self.assertEqual(stats["calls"], {"token": 1, "orders": 3})
            self.assertEqual(stats["statuses"], {"200": 2, "503": 1, "401": 1})
            self.assertEqual((stats["faults"], stats["pages"], stats["unauthorized"]), ({"http_503": 1}, 1, 1))
            self.assertEqual(stats["order_ids"], {f"{n:015d}": 1 for n in (1, 4)})
            last = client.admin("GET", "requests?last=1").json()[0]
            self.assertEqual((last["target"], last["status"]), ("/v3/orders", 401))

    def test_adds_orders_and_new_versions_as_changed_now(self):
        with sandbox(*ORDERS) as (_, client):
            fresh = [order(1, "2025-11-11T00:00:00Z", lines=({"status": "Delivered"},)), order(9, "2025-11-11T12:00:00Z")]
            self.assertEqual(client.admin("POST", "orders", fresh).json()["orders"], 2)
            ndjson = "\n".join(json.dumps(order(n, "2025-11-11T13:00:00Z")) for n in (10, 11))
            self.assertEqual(client.send("POST", "/__admin/orders", body=ndjson).json()["orders"], 2)
            changed = client.orders(lastModifiedStartDate="2025-11-12T11:59:59Z")
            self.assertEqual(sorted(int(text) for text in changed.ids()), [1, 9, 10, 11])
            self.assertEqual(client.admin("GET", "expected").json()["orders"], 7)

    def test_generates_more_orders_with_new_ids(self):
        with sandbox(orders=50) as (_, client):
            made = client.admin("POST", "generate", {"orders": 30}).json()
            self.assertEqual(len(made["ids"]), 30)
            self.assertEqual(client.admin("GET", "stats").json()["orders"], 80)

    def test_an_outage_fails_every_call_until_it_is_over(self):
        with sandbox(*ORDERS) as (_, client):
            client.orders(**WHOLE_DAY)
            client.admin("POST", "outage", {"on": True})
            self.assertEqual((client.orders(**WHOLE_DAY).status, client.token().status), (503, 503))
            client.admin("POST", "outage", {"on": True, "kind": "outage_400"})
            self.assertEqual(client.orders(**WHOLE_DAY).error()["field"], "data")
            client.admin("POST", "outage", {"on": False})
            self.assertEqual(client.orders(**WHOLE_DAY).status, 200)
            client.admin("POST", "outage", {"seconds": 0.05})
            answers = {client.orders(**WHOLE_DAY).status}
            while 200 not in answers:
                answers.add(client.orders(**WHOLE_DAY).status)
            self.assertEqual(answers, {200, 503})

    def test_reset_goes_back_to_the_start_but_for_what_is_kept(self):
        with sandbox(orders=20, faults={"kind": "http_503", "count": 1}) as (_, client):
            client.orders(**WHOLE_DAY)
            client.admin("POST", "generate", {"orders": 5})
            client.admin("POST", "faults", [])
            client.admin("POST", "reset", {"keep": ["stats", "tokens"]})
            stats = client.admin("GET", "stats").json()
            self.assertEqual((stats["orders"], stats["calls"]["orders"]), (20, 1))
            self.assertEqual(client.orders(**WHOLE_DAY).status, 503)
            client.admin("POST", "reset", {})
            self.assertEqual(client.orders(**WHOLE_DAY).status, 401)

    def test_the_clock_can_be_set_and_stopped(self):
        with sandbox() as (_, client):
            client.admin("POST", "now", {"now": "2025-12-01T00:00:00Z", "frozen": True})
            self.assertEqual(client.admin("GET", "now").json()["now"], "2025-12-01T00:00:00.000Z")
            moved = client.admin("POST", "now", {"advance_seconds": 1.5, "frozen": True}).json()
            self.assertEqual(moved["now"], "2025-12-01T00:00:01.500Z")

    def test_a_clock_that_is_stopped_where_it_stands_says_where(self):
        with sandbox() as (world, client):
            before_ms = world.clock.now_ms()
            stopped_ms = client.admin("POST", "now", {"frozen": True}).json()["ms"]
            self.assertGreaterEqual(stopped_ms, before_ms)
            with mock.patch("walmart_sandbox.times.real_now_ms", lambda: stopped_ms + DAY_MS):
                self.assertEqual(client.admin("GET", "now").json()["ms"], stopped_ms)

    def test_refuses_what_it_does_not_know_and_says_what_it_knows(self):
        with sandbox() as (_, client):
            for method, name, body, part in (
                    ("GET", "statistics", None, "/__admin/stats"), ("POST", "settings", {"gzipp": True}, "'gzip'"),
                    ("POST", "settings", {"bounds": "open"}, "half_open"), ("POST", "now", {"now": "soon"}, "soon"),
                    ("POST", "settings", {"rate_limit_orders": "10"}, "int"), ("POST", "modify", {"ids": [1]}, "no order 1"),
                    ("POST", "orders", {"orderDate": 1}, "purchaseOrderId"), ("POST", "outage", {"kind": "x"}, "kind"),
                    ("POST", "generate", {"orders": "5"}, "'orders'"), ("POST", "reset", {"kept": []}, "'keep'")):
                with self.subTest(name=name, body=body):
                    answer = client.admin(method, name, body)
                    self.assertIn(answer.status, (400, 404))
                    self.assertIn(part, answer.json()["error"])
