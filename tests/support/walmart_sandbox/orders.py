"""One order as the sandbox keeps it: its bytes and what the API filters by."""

import json
import re
from dataclasses import dataclass

from . import raw_json
from .settings import BadSetting
from .times import BadDate, instant

SHIP_NODE_TYPES = ("SellerFulfilled", "WFSFulfilled", "3PLFulfilled")


@dataclass(frozen=True)
class Order:
    order_id: str
    customer_order_id: str
    order_date: int          # epoch ms
    last_modified: int       # epoch ms; no field of the document
    ship_date: int           # epoch ms, 0 = none
    ship_node_type: str
    order_type: str
    statuses: frozenset
    skus: frozenset
    line_count: int
    body: bytes              # the document as served, without blanks between tokens

    @property
    def key(self):
        return (self.order_date, self.order_id)


def lines_of(document):
    """The order's lines; an object counts as a list of one, anything else as none."""
    return as_list(section(document.get("orderLines")).get("orderLine"))


def as_list(value):
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def section(value):
    return value if isinstance(value, dict) else {}


def order_from_text(text, now_ms, where="order", changed_ms=None):
    """Makes an Order of raw JSON text.

    The text is an order, or `{"order": {...}}` beside which `purchaseOrderId`, `orderDate`, `lastModified` and
    `shipNodeType` may stand for what an odd order does not say itself. It was last changed at `changed_ms`, or if
    that is None, when its lines say so.
    """
    try:
        document = json.loads(text)
    except ValueError as cause:
        raise BadSetting(f"{where}: not JSON: {cause}") from cause
    beside = {}
    if isinstance(document, dict) and "order" in document:
        beside = document
        text, document = raw_json.members(text)["order"], document["order"]
    if not isinstance(document, dict):
        raise BadSetting(f"{where}: an order must be a JSON object")
    if changed_ms is not None:
        beside = {"lastModified": changed_ms, **beside}
    try:
        return _index(document, beside, raw_json.compact(text.encode("utf-8", "surrogatepass")), now_ms)
    except (BadDate, BadSetting) as cause:
        raise BadSetting(f"{where}: {cause}") from cause


def _index(document, beside, body, now_ms):
    order_id = beside.get("purchaseOrderId", document.get("purchaseOrderId"))
    if order_id is None:
        raise BadSetting("no purchaseOrderId; give one beside 'order' if that is meant")
    order_date = beside.get("orderDate", document.get("orderDate"))
    if order_date is None:
        raise BadSetting("no orderDate; give one beside 'order' if that is meant")
    node = beside.get("shipNodeType") or section(document.get("shipNode")).get("type") or SHIP_NODE_TYPES[0]
    lines = lines_of(document)
    order_date = instant(order_date)
    ship_date = section(document.get("shippingInfo")).get("estimatedShipDate")
    return Order(
        order_id=str(order_id), customer_order_id=str(document.get("customerOrderId") or ""), order_date=order_date,
        last_modified=instant(beside["lastModified"]) if "lastModified" in beside else min(
            max(_latest_status(lines), order_date), max(now_ms, order_date)),
        ship_date=_instant_or_zero(ship_date), ship_node_type=node,
        order_type=str(document.get("orderType") or "REGULAR"),
        statuses=frozenset(_statuses(lines)),
        skus=frozenset(str(section(line.get("item")).get("sku")) for line in lines),
        line_count=len(lines), body=body)


def _statuses(lines):
    for line in lines:
        for entry in as_list(section(line.get("orderLineStatuses")).get("orderLineStatus")):
            yield str(entry.get("status"))


def _latest_status(lines):
    return max((_instant_or_zero(line.get("statusDate")) for line in lines), default=0)


def _instant_or_zero(value):
    try:
        return instant(value)
    except BadDate:
        return 0


def load_orders(path, now_ms):
    """Orders of a file: one order, an array, `{"order": ...}`, a page of the API, or NDJSON of any of these."""
    data = path.read_text(encoding="utf-8")
    if path.suffix == ".ndjson":
        chunks = [(f"{path}:{number}", line) for number, line in enumerate(data.split("\n"), 1) if line.strip()]
    else:
        chunks = [(str(path), data)]
    orders = []
    for where, chunk in chunks:
        orders += orders_from_text(chunk, now_ms, where)
    return orders


def orders_from_text(text, now_ms, where="orders", changed_ms=None):
    """Orders of one JSON text: an order, an array of them, or a page of the API."""
    try:
        json.loads(text)
    except ValueError as cause:
        raise BadSetting(f"{where}: not JSON: {cause}") from cause
    page = raw_json.members(text).get("list")
    if page is not None:
        text = raw_json.members(raw_json.members(page).get("elements", "{}")).get("order", "[]")
    return [order_from_text(item, now_ms, f"{where}: order {number}", changed_ms)
            for number, item in enumerate(raw_json.items(text), 1)]


def next_version(order, now_ms, status=None):
    """The order with all its lines moved to `status` (or one step on), changed at `now_ms`."""
    document = parse(order.body)
    for line in lines_of(document):
        line["statusDate"] = now_ms
        for entry in as_list(section(line.get("orderLineStatuses")).get("orderLineStatus")):
            entry["status"] = status or _STEP.get(entry.get("status"), entry.get("status"))
    body = dump(document)
    return _index(document, {"purchaseOrderId": order.order_id, "orderDate": order.order_date,
                             "shipNodeType": order.ship_node_type, "lastModified": now_ms}, body, now_ms)


_STEP = {"Created": "Acknowledged", "Acknowledged": "Shipped", "Shipped": "Delivered"}
_MARK = "\u0001#"
_MARKED = re.compile(rb'"\\u0001#([^"]*)"')


class _KeptNumber(str):
    """A number with a fraction, kept as its own digits on the way through Python."""

    def __new__(cls, digits):
        return super().__new__(cls, _MARK + digits)


def with_product_info(body):
    """The order as `productInfo=true` shows it: each item with an image and a weight."""
    document = parse(body)
    for line in lines_of(document):
        item = line.get("item")
        if isinstance(item, dict):
            number = sum(str(item.get("sku")).encode("utf-8", "replace"))
            item.setdefault("imageUrl", f"https://images.example.com/{number}.jpeg")
            item.setdefault("weight", {"value": f"{number % 90 / 10 + 0.1:.1f}", "unit": "Pounds"})
    return dump(document)


def with_replacement_info(body, order_type):
    """The order as `replacementInfo=true` shows it."""
    document = parse(body)
    document.setdefault("orderType", order_type)
    if order_type == "REPLACEMENT":
        document.setdefault("originalCustomerOrderID", document.get("customerOrderId"))
    return dump(document)


def dump(document, escape=False):
    """Compact JSON bytes; numbers with a fraction keep the digits that they were read with."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=escape)
    return _MARKED.sub(rb"\1", text.encode("utf-8", "surrogatepass"))


def parse(body):
    """The document of an order's bytes, fit for dump()."""
    return json.loads(body, parse_float=_KeptNumber)
