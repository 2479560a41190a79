import unittest

from .helper import WHOLE_DAY, order, sandbox

NOON = "2025-11-11T12:00:00Z"


class FilterTest(unittest.TestCase):
    def ids(self, orders, parameters, **scenario):
        with sandbox(*orders, **scenario) as (_, client):
            answer = client.orders(**parameters)
            self.assertEqual(answer.status, 200, answer.body)
            return [int(text) for text in answer.ids()]

    def test_gives_seller_fulfilled_orders_only_unless_told_otherwise(self):
        orders = [order(1, NOON), order(2, NOON, "WFSFulfilled"), order(3, NOON, "3PLFulfilled")]
        self.assertEqual(self.ids(orders, WHOLE_DAY), [1])
        self.assertEqual(self.ids(orders, {**WHOLE_DAY, "shipNodeType": "WFSFulfilled"}), [2])
        self.assertEqual(self.ids(orders, {**WHOLE_DAY, "shipNodeType": "3PLFulfilled"}), [3])

    def test_gives_the_newest_first_and_honours_sort_order(self):
        orders = [order(n, f"2025-11-11T0{n}:00:00Z") for n in (2, 1, 3)]
        self.assertEqual(self.ids(orders, WHOLE_DAY), [3, 2, 1])
        self.assertEqual(self.ids(orders, {**WHOLE_DAY, "sortBy": "CREATED_DATE", "sortOrder": "ASC"}), [1, 2, 3])

    def test_bounds_shut_out_both_ends_unless_switched(self):
        orders = [order(1, "2025-11-11T10:00:00Z"), order(2, "2025-11-11T10:00:00.001Z"),
                  order(3, "2025-11-11T10:59:59.999Z"), order(4, "2025-11-11T11:00:00Z")]
        hour = {"createdStartDate": "2025-11-11T10:00:00Z", "createdEndDate": "2025-11-11T11:00:00Z"}
        for bounds, expected in (("exclusive", [3, 2]), ("half_open", [3, 2, 1]), ("inclusive", [4, 3, 2, 1])):
            with self.subTest(bounds=bounds):
                self.assertEqual(self.ids(orders, hour, settings={"bounds": bounds}), expected)

    def test_created_window_defaults_to_seven_days_even_beside_last_modified(self):
        old = order(1, "2025-10-01T00:00:00Z", lines=({"statusDate": 1762905600000},))    # changed on 2025-11-12
        new = order(2, "2025-11-11T00:00:00Z", lines=({"statusDate": 1762905600000},))
        changed = {"lastModifiedStartDate": "2025-11-11T23:00:00Z", "lastModifiedEndDate": "2025-11-12T11:00:00Z"}
        self.assertEqual(self.ids([old, new], changed), [2])
        self.assertEqual(self.ids([old, new], {**changed, "createdStartDate": "2025-06-01"}), [2, 1])

    def test_nothing_is_older_than_180_days_and_the_cursor_shows_the_moved_start(self):
        orders = [order(1, "2025-05-01T00:00:00Z"), order(2, NOON), order(3, "2025-11-11T13:00:00Z")]
        with sandbox(*orders) as (_, client):
            answer = client.orders(createdStartDate="2025-01-01T00:00:00Z", limit=1)
            self.assertEqual(answer.meta()["totalCount"], 2)
            self.assertIn("createdStartDate=2025-05-16T12:00:0", answer.meta()["nextCursor"])
            outside = client.orders(createdStartDate="2025-01-01", createdEndDate="2025-02-01")
            self.assertEqual((outside.status, outside.meta()["totalCount"]), (200, 0))

    def test_finds_by_line_status_sku_and_ids(self):
        orders = [order(1, NOON, lines=({"status": "Shipped", "sku": "A"}, {"status": "Created", "sku": "B"}),
                        orderType="REPLACEMENT"),
                  order(2, NOON, lines=({"status": "Delivered", "sku": "a"},), fulfillment={"shippingProgramType": "TWO_DAY"})]
        for parameters, expected in (({"status": "Created"}, [1]), ({"sku": "B"}, [1]), ({"sku": "a"}, [2]),
                                     ({"shippingProgramType": "TWO_DAY"}, [2]), ({"orderType": "REPLACEMENT"}, [1]),
                                     ({"purchaseOrderId": f"{2:015d}"}, [2]),
                                     ({"customerOrderId": f"9{1:014d}"}, [1])):
            with self.subTest(parameters):
                self.assertEqual(self.ids(orders, {**WHOLE_DAY, **parameters}), expected)

    def test_last_modified_and_ship_dates_shut_out_both_ends_too(self):
        day = 1762819200000    # 2025-11-11
        orders = [order(n, "2025-11-10T12:00:00Z", lines=({"statusDate": day + n},),
                        shippingInfo={"estimatedShipDate": day + n}) for n in (0, 1, 1000)]
        for low, high in (("lastModifiedStartDate", "lastModifiedEndDate"), ("fromExpectedShipDate", "toExpectedShipDate")):
            with self.subTest(low):
                self.assertEqual(self.ids(orders, {low: "2025-11-11", high: "2025-11-11T00:00:01Z"}), [1])

    def test_an_order_of_the_future_is_not_there_yet(self):
        with sandbox(order(1, "2025-11-12T13:00:00Z")) as (world, client):
            window = {"createdStartDate": "2025-11-12", "createdEndDate": "2025-11-13"}
            self.assertEqual(client.orders(**window).meta()["totalCount"], 0)
            self.assertEqual(client.get(f"/v3/orders/{1:015d}").status, 404)
            client.admin("POST", "now", {"now": "2025-11-12T13:00:01Z", "frozen": True})
            self.assertEqual(client.orders(**window).meta()["totalCount"], 1)


class RefusalTest(unittest.TestCase):
    def refused(self, parameters, field, **settings):
        with sandbox(order(1, NOON), order(2, NOON), order(3, NOON), settings=settings) as (_, client):
            answer = client.orders(**parameters)
            self.assertEqual(answer.status, 400, answer.body)
            error = answer.json()["errors"]["error"][0]
            self.assertEqual((error["code"], error["field"]), ("INVALID_REQUEST.GMP_ORDER_API", field))

    def test_refuses_more_than_200_a_page_and_no_number(self):
        for limit in ("201", "0", "ten", "-1"):
            with self.subTest(limit):
                self.refused({"limit": limit}, "limit")

    def test_refuses_a_result_of_more_orders_than_the_cap(self):
        self.refused(WHOLE_DAY, "createdStartDate", max_results=2)

    def test_refuses_milliseconds_unless_switched(self):
        dates = {**WHOLE_DAY, "createdStartDate": "2025-11-10T00:00:00.000Z"}
        self.refused(dates, "createdStartDate")
        with sandbox(order(1, NOON), settings={"refuse_milliseconds": False}) as (_, client):
            self.assertEqual(len(client.orders(**dates).ids()), 1)

    def test_refuses_dates_that_are_none(self):
        for text in ("yesterday", "2025-13-01", "2025-11-11 10:00:00", "1762732800000"):
            with self.subTest(text):
                self.refused({"createdEndDate": text}, "createdEndDate")

    def test_refuses_half_a_ship_date_window_and_unknown_words(self):
        self.refused({"fromExpectedShipDate": "2025-11-11"}, "fromExpectedShipDate")
        self.refused({"shipNodeType": "Seller"}, "shipNodeType")
        self.refused({"status": "Canceled"}, "status")

    def test_takes_offsets_and_ignores_unknown_parameters(self):
        with sandbox(order(1, NOON)) as (_, client):
            answer = client.orders(createdStartDate="2025-11-11T05:59:59-06:00", createdEndDate="2025-11-11T14:00:01+02:00",
                                   acknowledgedStatus="x")
            self.assertEqual(len(answer.ids()), 1)


class OtherEndpointTest(unittest.TestCase):
    def test_one_order_comes_wrapped_and_an_unknown_one_is_404(self):
        with sandbox(order(7, NOON)) as (_, client):
            self.assertEqual(client.get(f"/v3/orders/{7:015d}").json()["order"]["purchaseOrderId"], f"{7:015d}")
            answer = client.get("/v3/orders/123")
            self.assertEqual((answer.status, answer.error()["code"]), (404, "CONTENT_NOT_FOUND.GMP_ORDER_API"))

    def test_released_has_orders_with_a_created_line_and_never_wfs(self):
        orders = [order(1, NOON), order(2, NOON, lines=({"status": "Shipped"},)), order(3, NOON, "WFSFulfilled")]
        with sandbox(*orders) as (_, client):
            self.assertEqual(client.get("/v3/orders/released").ids(), [f"{1:015d}"])
            self.assertEqual(client.get("/v3/orders/released?shipNodeType=WFSFulfilled").meta()["totalCount"], 0)

    def test_product_and_replacement_info_come_on_demand_and_leave_digits_alone(self):
        with sandbox(order(1, NOON, price="PRICE")) as (world, client):
            client.send("POST", "/__admin/orders", body='{"purchaseOrderId":"5","orderDate":1762862400000,"price":150.10,'
                        '"orderLines":{"orderLine":{"lineNumber":"1","item":{"sku":"A"}}}}')
            plain = client.get("/v3/orders/5").body
            rich = client.get("/v3/orders/5?productInfo=true&replacementInfo=true").body
            self.assertNotIn(b"imageUrl", plain)
            for part in (b"imageUrl", b'"weight"', b'"orderType":"REGULAR"', b'"price":150.10,'):
                self.assertIn(part, rich)

    def test_an_empty_result_comes_in_the_form_that_is_set(self):
        forms = {"200": (200, b'"order":[]'), "404": (404, b"CONTENT_NOT_FOUND.GMP_ORDER_API"), "404_no_body": (404, b""),
                 "200_null_elements": (200, b'"elements":null'), "200_null_order": (200, b'"order":null'),
                 "200_no_elements": (200, b'"nextCursor":null}}}')}
        for form, (status, part) in forms.items():
            with self.subTest(form), sandbox(settings={"empty_result": form}) as (_, client):
                answer = client.orders(**WHOLE_DAY)
                self.assertEqual(answer.status, status)
                self.assertIn(part, answer.body)
                self.assertEqual(answer.body == b"", form == "404_no_body")
