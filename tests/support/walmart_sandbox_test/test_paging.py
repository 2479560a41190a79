import json
import unittest
from urllib.parse import quote, urlencode

from .helper import WHOLE_DAY, order, sandbox

ORDERS = [order(n, f"2025-11-11T01:00:{n:02d}.250Z") for n in range(1, 8)]


def walk(client, target):
    pages = []
    while target:
        answer = client.get("/v3/orders" + target)
        pages.append(answer)
        target = answer.meta()["nextCursor"]
    return pages


class WalkTest(unittest.TestCase):
    def test_a_cursor_appended_as_it_stands_leads_through_all_pages_to_null(self):
        with sandbox(*ORDERS) as (_, client):
            pages = walk(client, "?" + urlencode({**WHOLE_DAY, "limit": 3}))
            ids = [text for page in pages for text in page.ids()]
            self.assertEqual(ids, [f"{n:015d}" for n in range(7, 0, -1)])
            self.assertEqual([page.meta()["totalCount"] for page in pages], [7, 7, 7])
            self.assertEqual([page.meta()["limit"] for page in pages], [3, 3, 3])

    def test_an_ascending_walk_passes_every_order_once_too(self):
        with sandbox(*ORDERS) as (_, client):
            pages = walk(client, "?" + urlencode({**WHOLE_DAY, "limit": 3, "sortOrder": "ASC"}))
            self.assertEqual([int(text) for page in pages for text in page.ids()], [1, 2, 3, 4, 5, 6, 7])

    def test_orders_of_one_millisecond_are_not_lost_between_pages(self):
        twins = [order(n, "2025-11-11T01:00:00.250Z") for n in range(1, 8)]
        with sandbox(*twins) as (_, client):
            pages = walk(client, "?" + urlencode({**WHOLE_DAY, "limit": 3}))
            self.assertEqual(sorted(int(text) for page in pages for text in page.ids()), [1, 2, 3, 4, 5, 6, 7])

    def test_a_full_last_page_ends_with_null(self):
        with sandbox(*ORDERS[:6]) as (_, client):
            self.assertEqual(len(walk(client, "?" + urlencode({**WHOLE_DAY, "limit": 3}))), 2)

    def test_the_cursor_carries_filters_ship_node_type_and_a_frozen_end(self):
        with sandbox(*ORDERS) as (_, client):
            cursor = client.orders(limit=2, status="Created").meta()["nextCursor"]
            for part in ("?limit=2&hasMoreElements=true&soIndex=7&cursor=++++", "==&poIndex=2&partnerId=",
                         "&status=Created", "&shipNodeType=SellerFulfilled", "&createdEndDate=2025-11-12T12:00:0"):
                self.assertIn(part, cursor)

    def test_sent_as_next_cursor_parameter_it_gives_page_one_again_and_no_more(self):
        with sandbox(*ORDERS) as (_, client):
            first = client.orders(**WHOLE_DAY, limit=3)
            again = client.get("/v3/orders?nextCursor=" + quote(first.meta()["nextCursor"], safe=""))
            self.assertEqual(again.status, 200)
            self.assertEqual(again.ids(), first.ids())
            self.assertIsNone(again.meta()["nextCursor"])

    def test_percent_encoding_of_every_value_survives_and_a_lost_plus_does_not(self):
        with sandbox(*ORDERS) as (_, client):
            cursor = client.orders(**WHOLE_DAY, limit=3).meta()["nextCursor"]
            pairs = [part.split("=", 1) for part in cursor[1:].split("&")]
            encoded = "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs)
            self.assertEqual(len(client.get("/v3/orders?" + encoded).ids()), 3)
            spoilt = client.get("/v3/orders" + cursor.replace("+", "%20"))
            self.assertEqual((spoilt.status, spoilt.error()["field"]), (400, "cursor"))

    def test_a_changed_cursor_is_refused_unless_switched(self):
        with sandbox(*ORDERS) as (world, client):
            cursor = client.orders(**WHOLE_DAY, limit=3).meta()["nextCursor"].replace("limit=3", "limit=2")
            self.assertEqual(client.get("/v3/orders" + cursor).status, 400)
            world.settings.strict_cursor = False
            self.assertEqual(len(client.get("/v3/orders" + cursor).ids()), 2)

    def test_a_cursor_dies_after_its_life_if_it_has_one(self):
        with sandbox(*ORDERS, settings={"cursor_life_seconds": 60.0}) as (_, client):
            cursor = client.orders(**WHOLE_DAY, limit=3).meta()["nextCursor"]
            self.assertEqual(client.get("/v3/orders" + cursor).status, 200)
            client.admin("POST", "now", {"advance_seconds": 100})
            self.assertEqual(client.get("/v3/orders" + cursor).error()["field"], "cursor")

    def test_orders_that_arrive_during_a_walk_do_not_shift_its_pages(self):
        with sandbox(*ORDERS) as (_, client):
            first = client.orders(limit=3)
            late = json.dumps(order(99, "2025-11-12T12:00:00Z"))
            client.admin("POST", "now", {"now": "2025-11-12T13:00:00Z"})
            client.send("POST", "/__admin/orders", body=late)
            pages = walk(client, first.meta()["nextCursor"])
            self.assertEqual([int(text) for page in pages for text in page.ids()], [4, 3, 2, 1])

    def test_by_offset_a_walk_loses_an_order_when_one_before_it_leaves_the_result(self):
        changed = {**WHOLE_DAY, "lastModifiedEndDate": "2025-11-12T00:00:00Z", "limit": 3}
        for position, expected in (("keyset", [4, 3, 2, 1]), ("offset", [3, 2, 1])):
            with self.subTest(position), sandbox(*ORDERS, settings={"cursor_position": position}) as (_, client):
                first = client.orders(**changed)
                client.admin("POST", "modify", {"ids": [f"{7:015d}"], "status": "Shipped"})
                pages = walk(client, first.meta()["nextCursor"])
                self.assertEqual([int(text) for page in pages for text in page.ids()], expected)
