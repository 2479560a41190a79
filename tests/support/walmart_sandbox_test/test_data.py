import json
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from walmart_sandbox import raw_json
from walmart_sandbox.generator import Plan, generate
from walmart_sandbox.orders import SHIP_NODE_TYPES, load_orders, next_version, order_from_text
from walmart_sandbox.settings import BadSetting
from walmart_sandbox.times import MINUTE_MS, BadDate, format_ms, instant, moment, parse_date

TESTDATA = Path(__file__).resolve().parents[2] / "testdata" / "walmart"
FROM, TO = parse_date("2025-11-11"), parse_date("2025-11-12")


def plan(**more):
    return Plan(**{"count": 2000, "from_ms": FROM, "to_ms": TO, "seed": 5, "now_ms": TO + 3_600_000, **more})


class GeneratorTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.orders = generate(plan(burst_fraction=0.25, burst_minute_ms=FROM + 600 * MINUTE_MS))

    def test_the_same_arguments_give_the_same_bytes(self):
        first, again = generate(plan(count=200)), generate(plan(count=200))
        self.assertEqual(first, again)
        self.assertNotEqual([o.body for o in first], [o.body for o in generate(plan(count=200, seed=6))])

    def test_ids_are_unique_and_of_15_digits(self):
        ids = {order.order_id for order in self.orders}
        self.assertEqual(len(ids), 2000)
        self.assertTrue(all(len(text) == 15 and text.isdecimal() for text in ids))

    def test_dates_fill_the_half_open_range_to_its_very_ends_and_burst(self):
        dates = [order.order_date for order in self.orders]
        self.assertEqual((min(dates), max(dates)), (FROM, TO - 1))
        minute = FROM + 600 * MINUTE_MS
        self.assertGreaterEqual(sum(minute <= date < minute + MINUTE_MS for date in dates), 500)
        self.assertGreater(sum(date % 1000 == 0 for date in dates), 15)

    def test_every_order_is_json_that_agrees_with_what_it_is_found_by(self):
        for order in self.orders:
            again = order_from_text(json.dumps({"order": json.loads(order.body), "shipNodeType": order.ship_node_type}),
                                    TO)
            self.assertEqual((again.order_id, again.order_date, again.line_count, again.statuses, again.skus),
                             (order.order_id, order.order_date, order.line_count, order.statuses if order.line_count and
                              again.statuses else again.statuses, order.skus))

    def test_has_all_node_types_several_lines_equal_skus_gaps_and_odd_shapes(self):
        self.assertEqual({order.ship_node_type for order in self.orders}, set(SHIP_NODE_TYPES))
        self.assertEqual({order.line_count for order in self.orders}, {0, 1, 2, 3, 4, 5})
        bodies = b"".join(order.body for order in self.orders)
        for part in (b'"tax":null', b'"tax":{}', b'"orderLines":null', b'"orderLine":[]', b'"orderLine":{', b'"charge":{',
                     b'"lineNumber":1,', b'"amount":12.50', "李".encode(), b"\\ud83d\\uded2",
                     b'"charge":[{"chargeType":"SHIPPING"', b'"charges":{}', b'"shippingInfo":null'):
            self.assertTrue(part in bodies, part)
        self.assertRegex(bodies, rb'"amount":"\d+\.\d')
        self.assertTrue(any(order.line_count > len(order.skus) > 0 for order in self.orders))
        self.assertTrue(2000 < len(bodies) / 2000 < 3000)

    def test_refuses_a_plan_that_cannot_be(self):
        for wrong in ({"to_ms": FROM}, {"count": -1}, {"oddities": 2}, {"burst_fraction": 0.5, "burst_minute_ms": TO}):
            with self.subTest(wrong), self.assertRaises(BadSetting):
                generate(plan(**wrong))


class LoadTest(unittest.TestCase):
    def test_serves_the_samples_with_their_own_tokens(self):
        counts = {"01-single-line": 1, "02-multi-line-charges": 1, "04-objects-not-arrays": 1,
                  "06-page-3pl-and-wfs": 2, "08-missing-null-odd-types": 8, "09-page-next-cursor": 2,
                  "11-page-empty": 0}
        for name, count in counts.items():
            with self.subTest(name):
                path = TESTDATA / f"{name}.json"
                orders = load_orders(path, TO)
                self.assertEqual(len(orders), count)
                squeezed = raw_json.compact(path.read_bytes())
                self.assertTrue(all(order.body in squeezed for order in orders))

    def test_keeps_digits_escapes_and_repeated_keys(self):
        text = ' {"purchaseOrderId" : "1", "orderDate": 1762862400000, "a": 150.10, "a": 1e2, "b": "\\u00e9 \\" { "} '
        self.assertEqual(order_from_text(text, TO).body,
                         b'{"purchaseOrderId":"1","orderDate":1762862400000,"a":150.10,"a":1e2,"b":"\\u00e9 \\" { "}')

    def test_takes_ndjson_with_words_beside_the_order(self):
        with TemporaryDirectory() as directory:
            path = Path(directory) / "odd.ndjson"
            path.write_text('{"order":{"purchaseOrderId":1,"orderDate":"2025-11-11T10:00:00Z"}}\n\n'
                            '{"order":{"x":1},"purchaseOrderId":"2","orderDate":1762862400000,'
                            '"shipNodeType":"WFSFulfilled"}\n')
            first, second = load_orders(path, TO)
            self.assertEqual((first.order_id, first.ship_node_type), ("1", "SellerFulfilled"))
            self.assertEqual((second.body, second.ship_node_type), (b'{"x":1}', "WFSFulfilled"))
            path.write_text('{"purchaseOrderId":1}\n')
            with self.assertRaisesRegex(BadSetting, r"odd\.ndjson:1: order 1: no orderDate"):
                load_orders(path, TO)

    def test_a_new_version_moves_the_status_on_and_keeps_the_digits(self):
        old = order_from_text('{"purchaseOrderId":"1","orderDate":1762862400000,"price":10.00,"orderLines":{"orderLine":'
                              '{"statusDate":1,"orderLineStatuses":{"orderLineStatus":{"status":"Created"}}}}}', TO)
        new = next_version(old, TO)
        self.assertEqual((new.statuses, new.last_modified), (frozenset({"Acknowledged"}), TO))
        self.assertIn(b'"price":10.00,', new.body)


class RawJsonTest(unittest.TestCase):
    def test_cuts_members_and_items_without_touching_them(self):
        text = '{ "a" : [1, {"b": "]}"}, null ] , "c":1.0 }'
        self.assertEqual(raw_json.members(text), {"a": '[1, {"b": "]}"}, null ]', "c": "1.0"})
        self.assertEqual(raw_json.items(raw_json.members(text)["a"]), ["1", '{"b": "]}"}', "null"])
        self.assertEqual((raw_json.items("null"), raw_json.items("{}"), raw_json.members("[]")), ([], ["{}"], {}))

    def test_quotes_numbers_outside_of_strings_only(self):
        self.assertEqual(raw_json.numbers_to_strings(b'{"a1":-1.50,"b":"2","c":[3e4,null]}'),
                         b'{"a1":"-1.50","b":"2","c":["3e4",null]}')


class TimesTest(unittest.TestCase):
    def test_reads_the_apis_dates(self):
        self.assertEqual(parse_date("2025-11-11T08:00:00Z"), 1762848000000)
        self.assertEqual(parse_date("2025-11-11T08:00:00"), 1762848000000)
        self.assertEqual(parse_date("2025-11-11T00:00:00.5-08:00"), 1762848000500)
        self.assertEqual(format_ms(1762848000500), "2025-11-11T08:00:00.500Z")
        self.assertEqual(instant("1762848000500"), 1762848000500)

    def test_reads_relative_times_by_the_calendar_of_a_zone(self):
        now = parse_date("2026-11-02T12:00:00Z")    # the clocks of Los Angeles went back on 1 November
        for text, expected in (("now-3h", "2026-11-02T09:00:00Z"), ("today", "2026-11-02T08:00:00Z"),
                               ("today-1d", "2026-11-01T07:00:00Z"), ("today-1d+30m", "2026-11-01T07:30:00Z"),
                               ("2026-01-01", "2026-01-01")):
            with self.subTest(text):
                self.assertEqual(moment(text, now, "America/Los_Angeles"), parse_date(expected))
        with self.assertRaisesRegex(BadDate, "time zone 'Mars'"):
            moment("today", now, "Mars")

    def test_refuses_what_is_no_date(self):
        for text in ("", "2025-02-30", "2025-11-11T25:00:00Z", "2025-11-11T08:00Z"):
            with self.subTest(text), self.assertRaises(BadDate):
                parse_date(text)
        with self.assertRaises(BadDate):
            parse_date("2025-11-11T08:00:00.000Z", allow_fraction=False)
