"""Orders with known rows: what is sent, and what the table has to hold for it, worked out here and not by the host."""

import json
import time

STATUSES = ("Created", "Acknowledged", "Shipped", "Delivered", "Cancelled")
NODE_TYPES = ("SellerFulfilled", "WFSFulfilled")
FIRST_ID = 100_000_000_000_000

# All columns of walmart_order but request_time and load_time, which are times of the run.
COLUMNS = tuple("""purchaseOrderId customerOrderId customerEmailId orderDate orderDate_formatted shipNode_type shipNode_name
shipNode_id source_file phone estimatedDeliveryDate estimatedDeliveryDate_formatted estimatedShipDate
estimatedShipDate_formatted methodCode recipient_name address1 address2 city state postalCode country addressType lineNumber
sku productName product_condition quantity unitOfMeasurement statusDate statusDate_formatted fulfillmentOption shipMethod
storeId shippingProgramType chargeType chargeName chargeAmount currency taxAmount taxName orderLineStatus statusQuantity
cancellationReason shipDateTime shipDateTime_formatted carrierName carrierMethodCode trackingNumber trackingURL orderType
charges orderLineStatuses""".split())
_KEY, _LINE, _VERSION = (COLUMNS.index(name) for name in ("purchaseOrderId", "lineNumber", "trackingNumber"))


def identity(row):
    """(order, line, version) of a row of the table."""
    return int(row[_KEY]), int(row[_LINE]), int(row[_VERSION].rpartition("v")[2])


class Orders:
    """`count` orders of 1 to 3 lines, created evenly over [from_ms, to_ms)."""

    def __init__(self, count, from_ms, to_ms):
        self.count, self._from, self._step = count, from_ms, max(1, (to_ms - from_ms) // count)

    @staticmethod
    def of_day_before_yesterday(count):
        """Two hours of the forenoon (UTC) of `day()`, which is over in every zone of America, too."""
        midnight = (int(time.time()) // 86_400 - 2) * 86_400_000
        return Orders(count, midnight + 10 * 3_600_000, midnight + 12 * 3_600_000)

    def day(self):
        """The day of the orders, as -s and -e take it."""
        return time.strftime("%Y%m%d", time.gmtime(self._from // 1000))

    def key(self, number):
        return FIRST_ID + number

    def date_ms(self, number):
        return self._from + number * self._step

    def lines(self, number):
        return 1 + number % 3

    def document(self, number, version=1):
        node = NODE_TYPES[number % 2]
        return {"purchaseOrderId": str(self.key(number)), "customerOrderId": str(9_000_000 + number),
                "customerEmailId": f"buyer{number}@example.com", "orderDate": self.date_ms(number),
                "shippingInfo": {"phone": "5550100", "methodCode": "Standard",
                                 "postalAddress": {"name": f"Buyer Ünï {number}", "city": "Łódź", "postalCode": "00100"}},
                "orderLines": {"orderLine": [self._line(number, n, version) for n in range(1, 1 + self.lines(number))]},
                "shipNode": {"type": node}}

    def text(self, number, version=1):
        return json.dumps(self.document(number, version), separators=(",", ":"))

    def _line(self, number, line, version):
        return {"lineNumber": str(line), "item": {"productName": f"Thing {number}/{line}", "sku": f"SKU-{number}-{line}"},
                "charges": {"charge": [_charge(number, line, version)]},
                "orderLineQuantity": {"unitOfMeasurement": "EACH", "amount": str(1 + line)},
                "statusDate": self.date_ms(number) + version * 1000,
                "orderLineStatuses": {"orderLineStatus": [_status(number, line, version)]}}

    def rows(self, number, version=1):
        """The rows of one version of an order, as `Table.rows` gives them: text by column, NULL as 'NULL'."""
        return tuple(self._row(number, line, version) for line in range(1, 1 + self.lines(number)))

    def _row(self, number, line, version):
        date, changed = self.date_ms(number), self.date_ms(number) + version * 1000
        charge, status = _charge(number, line, version), _status(number, line, version)
        known = {"purchaseOrderId": self.key(number), "customerOrderId": 9_000_000 + number,
                 "customerEmailId": f"buyer{number}@example.com", "orderDate": date, "orderDate_formatted": _second(date),
                 "shipNode_type": NODE_TYPES[number % 2], "source_file": "kafka_stream", "phone": "5550100",
                 "methodCode": "Standard", "recipient_name": f"Buyer Ünï {number}", "city": "Łódź", "postalCode": "00100",
                 "lineNumber": line, "sku": f"SKU-{number}-{line}", "productName": f"Thing {number}/{line}",
                 "quantity": 1 + line, "unitOfMeasurement": "EACH", "statusDate": changed,
                 "statusDate_formatted": _second(changed), "chargeType": "PRODUCT", "chargeName": "ItemPrice",
                 "chargeAmount": _amount(number, line, version), "currency": "USD", "orderLineStatus": _state(version),
                 "statusQuantity": 1 + line, "trackingNumber": status["trackingInfo"]["trackingNumber"],
                 "charges": json.dumps({"charge": [charge]}, separators=(",", ":")),
                 "orderLineStatuses": json.dumps({"orderLineStatus": [status]}, separators=(",", ":"))}
        return tuple(str(known.get(column, "NULL")) for column in COLUMNS)


def _amount(number, line, version):
    cents = number * 100 + line * 10 + version
    return f"{cents // 100}.{cents % 100:02d}"


def _charge(number, line, version):
    return {"chargeType": "PRODUCT", "chargeName": "ItemPrice",
            "chargeAmount": {"currency": "USD", "amount": _amount(number, line, version)}}


def _status(number, line, version):
    return {"status": _state(version), "statusQuantity": {"unitOfMeasurement": "EACH", "amount": str(1 + line)},
            "trackingInfo": {"trackingNumber": f"T{number}-{line}-v{version}"}}


def _state(version):
    return STATUSES[(version - 1) % len(STATUSES)]


def _second(milliseconds):
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(milliseconds // 1000))
