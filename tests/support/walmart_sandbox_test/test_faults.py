import http.client
import time
import unittest

from walmart_sandbox.fault_kinds import ALL_TRANSIENT, KINDS

from .helper import WHOLE_DAY, order, sandbox
from .sound_client import fetch_window
from .test_paging import walk

ORDERS = [order(n, f"2025-11-11T01:00:{n:02d}.250Z", filler="x" * 400) for n in range(1, 11)]
PAGE = {**WHOLE_DAY, "limit": 4}
BROKEN = (OSError, http.client.HTTPException)


class AnswerFaultTest(unittest.TestCase):
    def test_each_passing_status_comes_in_each_body(self):
        for status in (500, 502, 503, 504, 520):
            for body, start in (("json", b"{"), ("html", b"<html>"), ("empty", b"")):
                with self.subTest(status=status, body=body):
                    with sandbox(faults={"kind": f"http_{status}", "body": body, "count": 1}) as (_, client):
                        answer = client.orders(**WHOLE_DAY)
                        self.assertEqual((answer.status, answer.body[:len(start)]), (status, start))
                        self.assertEqual(answer.body == b"", body == "empty")
                        self.assertEqual(client.orders(**WHOLE_DAY).status, 200)

    def test_throttling_names_the_time_as_told(self):
        rule = {"kind": "throttle_429", "wait_ms": 5000, "header": "x-next-replenish-time", "format": "ms"}
        with sandbox(faults=rule) as (_, client):
            answer = client.orders(**WHOLE_DAY)
            wait_ms = int(answer.headers["x-next-replenish-time"]) - time.time() * 1000
            self.assertTrue(answer.status == 429 and 3000 < wait_ms <= 5000, wait_ms)
        with sandbox(faults={**rule, "header": "retry-after"}) as (_, client):
            self.assertEqual(client.orders(**WHOLE_DAY).headers["Retry-After"], "5")
        with sandbox(faults={"kind": "throttle_429_bare"}) as (_, client):
            self.assertFalse([name for name in client.orders(**WHOLE_DAY).headers if "replen" in name.lower()])

    def test_a_revoked_token_stays_revoked_until_a_new_one_is_fetched(self):
        for kind, status in (("token_revoked", 401), ("token_invalid_400", 400)):
            with self.subTest(kind), sandbox(*ORDERS, faults={"kind": kind, "count": 1}) as (_, client):
                self.assertEqual(client.orders(**PAGE).status, status)
                self.assertEqual(client.orders(**PAGE).status, 401)
                client.access_token = None
                self.assertEqual(client.orders(**PAGE).status, 200)

    def test_the_outage_400_and_the_dead_cursor_look_as_seen(self):
        with sandbox(*ORDERS, faults=[{"kind": "outage_400", "count": 1}, {"kind": "cursor_400", "count": 1}]) as (_, client):
            error = client.orders(**PAGE).error()
            self.assertEqual((error["field"], error["description"]), ("data", "Invalid Request"))
            cursor = client.orders(**PAGE).meta()["nextCursor"]
            self.assertEqual(client.get("/v3/orders" + cursor).error()["field"], "cursor")
            self.assertEqual(client.get("/v3/orders" + cursor).status, 200)

    def test_the_token_call_fails_by_its_own_kind(self):
        with sandbox(faults={"kind": "token_500", "body": "json", "count": 1}) as (_, client):
            self.assertEqual(client.token().status, 500)
            self.assertEqual(client.token().status, 200)


class WireFaultTest(unittest.TestCase):
    def test_connections_break_before_and_within_the_body(self):
        for kind in ("drop_before", "reset_before", "drop_mid_body", "reset_mid_body", "cut_chunked"):
            with self.subTest(kind), sandbox(*ORDERS, faults={"kind": kind, "count": 1}) as (world, client):
                with self.assertRaises(BROKEN):
                    client.orders(**PAGE)
                self.assertEqual(len(client.orders(**PAGE).ids()), 4)
                summary = world.stats.summary()
                self.assertEqual((summary["faults"], summary["broken_answers"]), ({kind: 1}, 1))
                self.assertEqual(summary["orders_served"], 4)

    def test_an_answer_that_its_client_did_not_wait_for_is_not_counted_as_served(self):
        many = [order(n, "2025-11-11T01:00:00Z", filler="x" * 100_000) for n in range(200)]
        with sandbox(*many) as (world, client):
            client.orders(limit=1)
            client._connection.request("GET", "/v3/orders?limit=200", headers={
                "WM_QOS.CORRELATION_ID": "1", "WM_SVC.NAME": "x", "WM_SEC.ACCESS_TOKEN": client.access_token})
            client._connection.sock.recv(10)
            client.close()
            deadline = time.monotonic() + 10
            while world.stats.summary()["broken_answers"] == 0 and time.monotonic() < deadline:
                time.sleep(0.01)
            summary = world.stats.summary()
            self.assertEqual((summary["broken_answers"], summary["pages"], summary["distinct_orders_served"]), (1, 1, 1))

    def test_a_connection_may_be_closed_after_so_many_answers(self):
        with sandbox(settings={"requests_per_connection": 2}) as (_, client):
            self.assertEqual([client.orders().headers.get("Connection") for _ in range(3)], ["close", None, "close"])

    def test_a_cut_document_is_whole_for_http_and_broken_for_json(self):
        with sandbox(*ORDERS, faults={"kind": "cut_json", "count": 1}) as (_, client):
            with self.assertRaises(ValueError):
                client.orders(**PAGE).json()
            self.assertEqual(len(client.orders(**PAGE).ids()), 4)

    def test_slow_and_chunked_answers_are_right_in_the_end(self):
        for rule in ({"kind": "slow", "delay_ms": 60}, {"kind": "slow_body", "pieces": 4, "piece_delay_ms": 20}):
            with self.subTest(rule), sandbox(*ORDERS, faults=rule) as (_, client):
                begin = time.monotonic()
                self.assertEqual(len(client.orders(**PAGE).ids()), 4)
                self.assertGreaterEqual(time.monotonic() - begin, 0.055)
        with sandbox(*ORDERS, faults={"kind": "chunked"}) as (_, client):
            answer = client.orders(**PAGE)
            self.assertEqual((answer.headers["Transfer-Encoding"], len(answer.ids())), ("chunked", 4))


class PageFaultTest(unittest.TestCase):
    """Each bends the second of three pages unless it can only strike elsewhere."""

    def second(self, kind, **more):
        with sandbox(*ORDERS, faults={"kind": kind, "where": {"page": "2"}, **more}) as (_, client):
            first = client.orders(**PAGE)
            return first, client.get("/v3/orders" + first.meta()["nextCursor"])

    def test_repeats_orders_of_the_page_before(self):
        first, second = self.second("duplicate_orders")
        self.assertEqual(second.ids()[:2], first.ids()[-2:])
        self.assertEqual(len(second.ids()), 6)

    def test_lets_a_repeated_order_displace_another_so_that_the_count_still_fits(self):
        first, second = self.second("duplicate_displaces")
        self.assertEqual(len(second.ids()), 4)
        self.assertIn(first.ids()[-1], second.ids())

    def test_gives_the_same_cursor_again_or_none(self):
        first, second = self.second("repeated_cursor")
        self.assertEqual(second.meta()["nextCursor"], first.meta()["nextCursor"])
        self.assertIsNone(self.second("early_end")[1].meta()["nextCursor"])

    def test_gives_page_one_again_for_a_good_cursor(self):
        first, second = self.second("page_one_again")
        self.assertEqual((second.ids(), second.meta()), (first.ids(), first.meta()))

    def test_gives_fewer_orders_than_it_counts_once_or_for_ever(self):
        _, second = self.second("fewer_orders", count=1)
        self.assertEqual((len(second.ids()), second.meta()["totalCount"]), (3, 10))
        with sandbox(*ORDERS, faults={"kind": "fewer_orders_for_ever", "orders": 2}) as (_, client):
            for _ in range(3):
                self.assertEqual((len(client.orders(**PAGE).ids()), client.orders(**PAGE).meta()["totalCount"]), (2, 10))

    def test_changes_the_total(self):
        self.assertEqual(self.second("total_changes", by=3)[1].meta()["totalCount"], 13)

    def test_a_short_page_still_leads_to_every_order(self):
        with sandbox(*ORDERS, faults={"kind": "short_page"}) as (_, client):
            first = client.orders(**PAGE)
            self.assertLess(len(first.ids()), 4)
            rest = walk(client, first.meta()["nextCursor"])
            self.assertEqual(len(first.ids()) + sum(len(page.ids()) for page in rest), 10)

    def test_an_ampersand_in_the_cursor_is_escaped_as_in_xml(self):
        first, second = self.second("amp_cursor")
        self.assertIn("&amp;", second.meta()["nextCursor"])
        self.assertNotIn("&amp;", first.meta()["nextCursor"])

    def test_the_end_may_be_a_missing_or_empty_cursor(self):
        with sandbox(*ORDERS, faults={"kind": "end_missing_cursor"}) as (_, client):
            self.assertNotIn("nextCursor", client.orders(**WHOLE_DAY).meta())
        with sandbox(*ORDERS, faults={"kind": "end_empty_cursor"}) as (_, client):
            self.assertEqual(client.orders(**WHOLE_DAY).meta()["nextCursor"], "")

    def test_empty_forms_strike_only_what_is_empty(self):
        with sandbox(*ORDERS, faults={"kind": "empty_404_no_body"}) as (_, client):
            self.assertEqual(client.orders(**PAGE).status, 200)
            nothing = client.orders(createdStartDate="2025-11-01", createdEndDate="2025-11-02")
            self.assertEqual((nothing.status, nothing.body), (404, b""))

    def test_an_order_of_the_page_before_changes_between_two_pages(self):
        with sandbox(*ORDERS, faults={"kind": "order_changes", "where": {"page": 2}}) as (_, client):
            first = client.orders(**PAGE)
            client.get("/v3/orders" + first.meta()["nextCursor"])
            changed = first.json()["list"]["elements"]["order"][-1]
            now = client.get(f"/v3/orders/{changed['purchaseOrderId']}").json()["order"]
            self.assertNotEqual(now, changed)
            self.assertEqual(client.orders(**PAGE, lastModifiedStartDate="2025-11-12T11:00:00Z",
                                           lastModifiedEndDate="2025-11-13").meta()["totalCount"], 1)

    def test_numbers_become_strings_and_nothing_else_changes(self):
        with sandbox(*ORDERS, faults={"kind": "numbers_as_strings"}) as (_, client):
            given = client.orders(**PAGE).json()["list"]["elements"]["order"][0]
            self.assertEqual(given["orderDate"], str(ORDERS[-1]["orderDate"]))
            self.assertEqual(given["purchaseOrderId"], ORDERS[-1]["purchaseOrderId"])


class RuleTest(unittest.TestCase):
    def statuses(self, count, rule, seed=1, target="/v3/orders?limit=1"):
        with sandbox(*ORDERS, faults=rule, seed=seed) as (_, client):
            return [client.get(target).status for _ in range(count)]

    def test_strikes_the_named_requests(self):
        self.assertEqual(self.statuses(5, {"kind": "http_503", "nth": [2, 4]}), [200, 503, 200, 503, 200])
        self.assertEqual(self.statuses(5, {"kind": "http_503", "every": 2}), [200, 503, 200, 503, 200])
        self.assertEqual(self.statuses(4, {"kind": "http_503", "after": 1, "count": 2}), [200, 503, 503, 200])

    def test_the_same_seed_strikes_the_same_requests(self):
        rule = {"kind": "http_500", "probability": 0.5}
        first = self.statuses(30, rule)
        self.assertEqual(first, self.statuses(30, rule))
        self.assertNotEqual(first, self.statuses(30, rule, seed=2))
        self.assertTrue(5 < first.count(500) < 25)

    def test_a_spread_mix_strikes_with_every_kind_before_it_repeats_one(self):
        kinds = ["http_500", "http_502", "http_503", "http_504", "http_520"]
        statuses = self.statuses(5, {"rate": 1, "kinds": kinds, "spread": True})
        self.assertEqual(sorted(statuses), [500, 502, 503, 504, 520])

    def test_strikes_only_where_parameters_and_endpoint_fit(self):
        rule = {"kind": "http_500", "endpoint": "orders", "where": {"shipNodeType": "WFSFulfilled"}}
        self.assertEqual(self.statuses(1, rule), [200])
        self.assertEqual(self.statuses(1, rule, target="/v3/orders?shipNodeType=WFSFulfilled"), [500])
        self.assertEqual(self.statuses(1, rule, target=f"/v3/orders/{1:015d}"), [200])

    def test_a_wrong_rule_is_refused_by_name(self):
        for rule, part in (({"kind": "http_505"}, "did you mean 'http_5"), ({"kind": "slow", "delay": 3}, "delay_ms"),
                           ({"rate": 2}, "between 0 and 1"), ({"rate": 0.1, "kinds": ["retries"]}, "retry")):
            with self.subTest(rule), sandbox() as (_, client):
                answer = client.admin("POST", "faults", rule)
                self.assertEqual(answer.status, 400)
                self.assertIn(part, answer.json()["error"])


class SoundClientTest(unittest.TestCase):
    QUICK = {"throttle_429": {"wait_ms": 20, "header": "x-next-replenishment-time", "format": "ms"},
             "slow": {"delay_ms": 5}, "slow_body": {"piece_delay_ms": 1}}

    def test_gets_every_order_through_every_single_transient_kind(self):
        expected = {entry["purchaseOrderId"] for entry in ORDERS}
        for kind in ALL_TRANSIENT:
            with self.subTest(kind):
                rule = {"rate": 0.5, "kinds": [kind], "options": self.QUICK}
                with sandbox(*ORDERS, faults=rule, settings={"restarts_per_query": 0}) as (world, client):
                    window = {"createdStartDate": "2025-11-01", "createdEndDate": "2025-11-02"}
                    for _ in range(4):
                        self.assertEqual(fetch_window(client, **PAGE), expected)
                        self.assertEqual(fetch_window(client, **window), set())
                        self.assertEqual(client.token().status in (200, 500), True) if kind == "token_500" else None
                    self.assertGreater(world.stats.summary()["faults_total"], 0)

    def test_gets_every_order_through_all_of_them_at_once(self):
        rule = {"rate": 0.3, "kinds": "all", "options": self.QUICK}
        scenario = {"orders": 600, "faults": rule, "settings": {"empty_result": "mixed", "token_life_seconds": 0.5}}
        with sandbox(**scenario) as (world, client):
            ids = set()
            for node in ("SellerFulfilled", "WFSFulfilled", "3PLFulfilled"):
                ids |= fetch_window(client, **{**WHOLE_DAY, "limit": 5}, shipNodeType=node)
            self.assertEqual(len(ids), client.admin("GET", "expected").json()["orders"])
            self.assertGreater(len(world.stats.summary()["faults"]), 12)

    def test_a_query_is_made_to_walk_again_no_more_than_the_bound(self):
        rule = {"rate": 1, "kinds": "restart"}
        with sandbox(*ORDERS, faults=rule) as (world, client):
            fetch_window(client, **PAGE)
            fetch_window(client, **PAGE)
            self.assertEqual(world.stats.summary()["faults_total"], 1)

    def test_every_kind_belongs_to_an_endpoint_and_can_be_made(self):
        for kind in KINDS.values():
            with self.subTest(kind.name):
                self.assertTrue(kind.endpoints)
                self.assertEqual(kind.make is None, kind.stage == "page")
