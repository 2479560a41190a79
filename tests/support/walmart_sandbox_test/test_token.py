import time
import unittest

from .helper import WHOLE_DAY, order, sandbox

ORDERS = [order(n, f"2025-11-11T{n:02d}:00:00.500Z") for n in range(1, 6)]


class TokenTest(unittest.TestCase):
    def test_gives_a_new_token_at_each_call_and_old_ones_stay_good(self):
        with sandbox(*ORDERS) as (world, client):
            first, second = client.token().json(), client.token().json()
            self.assertEqual((first["token_type"], first["expires_in"]), ("Bearer", 900))
            self.assertNotEqual(first["access_token"], second["access_token"])
            client.access_token = first["access_token"]
            self.assertEqual(client.orders(**WHOLE_DAY).status, 200)
            self.assertEqual(world.stats.summary()["token_calls"], 2)

    def test_refuses_wrong_credentials_with_400_in_the_gateways_container(self):
        with sandbox() as (_, client):
            answer = client.token(secret="wrong")
            self.assertEqual(answer.status, 400)
            self.assertEqual(answer.json()["error"][0]["code"], "INVALID_REQUEST_HEADER.GMP_GATEWAY_API")
            self.assertEqual(client.token(Authorization="Bearer abc").status, 400)

    def test_wants_a_form_body_with_the_grant(self):
        with sandbox() as (_, client):
            self.assertEqual(client.token(body="{}").error()["field"], "grant_type")
            self.assertEqual(client.token(**{"Content-Type": "application/json"}).error()["field"], "Content-Type")

    def test_answers_401_once_a_token_is_past_its_life_even_in_the_middle_of_a_walk(self):
        with sandbox(*ORDERS, settings={"token_life_seconds": 0.2, "token_claimed_seconds": 900}) as (_, client):
            page = client.orders(**WHOLE_DAY, limit=2)
            self.assertEqual(page.status, 200)
            deadline = time.monotonic() + 5
            target = "/v3/orders" + page.meta()["nextCursor"]
            while client.get(target).status == 200 and time.monotonic() < deadline:
                pass
            answer = client.get(target)
            self.assertEqual((answer.status, answer.error()["code"]), (401, "UNAUTHORIZED.GMP_GATEWAY_API"))
            client.access_token = client.token().json()["access_token"]
            self.assertEqual(len(client.get(target).ids()), 2)

    def test_does_not_take_a_bearer_header_for_a_token(self):
        with sandbox() as (_, client):
            token = client.token().json()["access_token"]
            answer = client.send("GET", "/v3/orders", {"Authorization": f"Bearer {token}"})
            self.assertEqual(answer.status, 401)


class HeaderTest(unittest.TestCase):
    def test_refuses_a_blank_or_missing_correlation_id_and_service_name(self):
        with sandbox() as (_, client):
            for name in ("WM_QOS.CORRELATION_ID", "WM_SVC.NAME"):
                for value in (None, " "):
                    with self.subTest(header=name, value=value):
                        answer = client.get("/v3/orders", {name: value})
                        self.assertEqual((answer.status, answer.error()["field"]), (400, name))

    def test_answers_in_xml_unless_json_is_asked_for(self):
        with sandbox(*ORDERS) as (_, client):
            answer = client.orders({"Accept": "*/*"}, **WHOLE_DAY)
            self.assertEqual(answer.headers["Content-Type"], "application/xml")
            self.assertIn(b"<totalCount>5</totalCount>", answer.body)

    def test_compresses_only_for_those_who_accept_it(self):
        many = [order(n, f"2025-11-11T01:00:{n:02d}Z") for n in range(50)]
        with sandbox(*many) as (_, client):
            packed = client.orders({"Accept-Encoding": "gzip"}, **WHOLE_DAY)
            plain = client.orders(**WHOLE_DAY)
            self.assertEqual(packed.headers["Content-Encoding"], "gzip")
            self.assertNotIn("Content-Encoding", plain.headers)
            self.assertEqual(packed.body, plain.body)
            client.admin("POST", "settings", {"gzip": False})
            self.assertNotIn("Content-Encoding", client.orders({"Accept-Encoding": "gzip"}, **WHOLE_DAY).headers)

    def test_knows_no_other_path_or_method(self):
        with sandbox() as (_, client):
            self.assertEqual(client.get("/v3/items").status, 404)
            self.assertEqual(client.send("POST", "/v3/orders").status, 405)


class RateLimitTest(unittest.TestCase):
    def test_throttles_each_endpoint_by_its_own_bucket_and_says_when_to_come_back(self):
        with sandbox(*ORDERS, settings={"rate_limit_orders": 2}) as (_, client):
            before = time.time() * 1000
            left = [client.orders(**WHOLE_DAY).headers["x-current-token-count"] for _ in range(2)]
            self.assertEqual(left, ["1", "0"])
            answer = client.orders(**WHOLE_DAY)
            self.assertEqual((answer.status, answer.error()["code"]),
                             (429, "REQUEST_THRESHOLD_VIOLATED.GMP_GATEWAY_API"))
            wait_ms = int(answer.headers["x-next-replenishment-time"]) - before
            self.assertTrue(25_000 < wait_ms < 35_000, wait_ms)
            self.assertEqual(client.get(f"/v3/orders/{ORDERS[0]['purchaseOrderId']}").status, 200)

    def test_can_tell_the_time_in_the_other_known_ways(self):
        for header, form, pattern in (("retry-after", "s", r"^\d+$"), ("retry-after", "iso", "GMT$"),
                                      ("x-next-replenish-time", "iso", r"^\d{4}-.*Z$"),
                                      ("x-next-replenish-time", "s", r"^\d{10}$")):
            with self.subTest(header=header, form=form):
                settings = {"rate_limit_orders": 1, "throttle_header": header, "throttle_time": form}
                with sandbox(settings=settings) as (_, client):
                    client.orders(**WHOLE_DAY)
                    self.assertRegex(client.orders(**WHOLE_DAY).headers[header], pattern)
