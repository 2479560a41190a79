"""What a client may ask of `GET /v3/orders`: parameters, their defaults and traps, and the cursor."""

import base64
import json
import zlib
from dataclasses import dataclass, field
from urllib.parse import quote

from .orders import SHIP_NODE_TYPES
from .times import DAY_MS, BadDate, format_ms, parse_date

DEFAULT_WINDOW_MS = 7 * DAY_MS
OLDEST_MS = 180 * DAY_MS
STATUSES = ("Created", "Acknowledged", "Shipped", "Delivered", "Cancelled")
PARTNER_ID, SELLER_ID = "10000000001", "101"
_FLAGS = ("productInfo", "replacementInfo")
_FILTERS = ("sku", "customerOrderId", "purchaseOrderId", "status", "lastModifiedStartDate", "lastModifiedEndDate",
            "fromExpectedShipDate", "toExpectedShipDate", "shippingProgramType", "orderType", "sortOrder")
_WALK = ("hasMoreElements", "soIndex", "cursor", "poIndex", "partnerId", "sellerId")
# What stands in a cursor as it is; only what would end the value is encoded.
_PLAIN = "/:+=,;@!$'()*?[]~"
# Four plus signs in base64: a client that encodes or decodes the cursor on the way spoils it.
_CURSOR_HEAD = b"\xfb\xef\xbe"


class BadParameter(ValueError):
    """A parameter that is answered 400."""

    def __init__(self, name, description):
        super().__init__(description)
        self.name = name


@dataclass
class Cursor:
    given: int               # orders given so far
    last_key: tuple          # (orderDate, id) of the last order given
    born_ms: int = 0         # 0 unless cursors die


@dataclass
class Query:
    """One search. `texts` holds the parameters as a cursor repeats them; instants are epoch ms."""
    texts: dict
    limit: int
    created_from: int
    created_to: int
    ship_node_type: str
    ascending: bool
    product_info: bool
    replacement_info: bool
    modified: tuple = (None, None)
    ship_dates: tuple = (None, None)
    exact: dict = field(default_factory=dict)
    released: bool = False
    cursor: Cursor = None

    def filter_key(self):
        return (self.ship_node_type, self.modified, self.ship_dates, tuple(sorted(self.exact.items())), self.released)

    def identity(self):
        """The same for all pages of one walk and for every later walk of the same search."""
        return json.dumps([self.created_from, self.created_to, *map(str, self.filter_key()), self.limit])


def parse_query(parameters, settings, now_ms, released=False):
    """The search of a first call. `parameters` are decoded; unknown ones are ignored as the API does."""
    parameters = {name: value for name, value in parameters.items() if name not in _WALK and value != ""}
    if "nextCursor" in parameters:   # the trap: no walk goes on, page 1 comes again
        parameters = {**_inside(parameters.pop("nextCursor")), **parameters}
    if released:
        for name in ("status", "lastModifiedStartDate", "lastModifiedEndDate"):
            parameters.pop(name, None)
    return _build(parameters, settings, now_ms, released, allow_fraction=not settings.refuse_milliseconds)


def parse_cursor_query(parameters, settings, now_ms, released=False):
    """The search of a further call; everything comes out of the cursor that the sandbox gave before."""
    walk = {name: parameters.get(name) for name in _WALK}
    texts = {name: value for name, value in parameters.items() if name not in _WALK}
    cursor, checksum = _unpack(walk["cursor"])
    if settings.strict_cursor and checksum != _checksum(texts, walk):
        raise BadParameter("cursor", "The cursor came back changed")
    if settings.cursor_life_seconds and now_ms - cursor.born_ms > settings.cursor_life_seconds * 1000:
        raise BadParameter("cursor", "The cursor has expired")
    query = _build(texts, settings, now_ms, released, allow_fraction=True)
    query.cursor = cursor
    return query


def is_cursor_call(parameters):
    return "hasMoreElements" in parameters or "poIndex" in parameters or "cursor" in parameters


def _inside(cursor_text):
    pairs = (part.partition("=") for part in cursor_text.lstrip("?").split("&") if part)
    return {name: value for name, _, value in pairs if name not in _WALK}


def _build(texts, settings, now_ms, released, allow_fraction):
    def date(name):
        if name not in texts:
            return None
        try:
            return parse_date(texts[name], allow_fraction)
        except BadDate as cause:
            raise BadParameter(name, "Invalid Date format value") from cause

    node = texts.get("shipNodeType", SHIP_NODE_TYPES[0])
    if node not in SHIP_NODE_TYPES:
        raise BadParameter("shipNodeType", f"Invalid shipNodeType {node}")
    if texts.get("status", "Created") not in STATUSES:
        raise BadParameter("status", f"Invalid status {texts['status']}")
    limit = _limit(texts.get("limit"), settings)
    ship_dates = (date("fromExpectedShipDate"), date("toExpectedShipDate"))
    if (ship_dates[0] is None) != (ship_dates[1] is None):
        raise BadParameter("fromExpectedShipDate", "fromDate or toDate is missing")
    start, end = date("createdStartDate"), date("createdEndDate")
    oldest = now_ms - OLDEST_MS
    kept = {name: texts[name] for name in _FILTERS if name in texts}
    kept["createdStartDate"] = texts["createdStartDate"] if start is not None and start >= oldest else format_ms(
        max(oldest, now_ms - DEFAULT_WINDOW_MS if start is None else start))
    kept["createdEndDate"] = texts["createdEndDate"] if end is not None else format_ms(now_ms)
    kept.update({name: str(_is_true(texts.get(name))).lower() for name in _FLAGS}, shipNodeType=node)
    return Query(texts=kept, limit=limit, created_from=parse_date(kept["createdStartDate"]),
                 created_to=parse_date(kept["createdEndDate"]), ship_node_type=node,
                 ascending=texts.get("sortOrder", "DESC").upper() == "ASC",
                 product_info=_is_true(texts.get("productInfo")),
                 replacement_info=_is_true(texts.get("replacementInfo")),
                 modified=(date("lastModifiedStartDate"), date("lastModifiedEndDate")), ship_dates=ship_dates,
                 exact={name: texts[name] for name in ("sku", "customerOrderId", "purchaseOrderId", "status",
                                                       "orderType", "shippingProgramType") if name in texts},
                 released=released)


def _limit(text, settings):
    if text is None:
        return settings.default_limit
    if not text.isdecimal() or not 1 <= int(text) <= settings.max_limit:
        raise BadParameter("limit", f"limit must be a number from 1 to {settings.max_limit}")
    return int(text)


def _is_true(text):
    return (text or "").lower() == "true"


def find(store, query, settings, now_ms):
    """The orders of the search, oldest first. Orders of the future are not there yet."""
    shut_start = settings.bounds == "exclusive"
    open_end = settings.bounds == "inclusive"
    first = query.created_from + shut_start
    end = min(query.created_to + open_end, now_ms + 1)

    def within(value, bounds):
        low, high = bounds
        return (low is None or value >= low + shut_start) and (high is None or value < high + open_end)

    def accepts(order):
        return (order.ship_node_type == query.ship_node_type
                and within(order.last_modified, query.modified)
                and within(order.ship_date, query.ship_dates)
                and (not query.released or _released(order))
                and all(_MATCHES[name](order, value) for name, value in query.exact.items()))

    return store.select(first, max(first, end), query.filter_key(), accepts)


def _released(order):
    return "Created" in order.statuses and order.ship_node_type != "WFSFulfilled"


_MATCHES = {
    "sku": lambda order, value: value in order.skus,
    "customerOrderId": lambda order, value: order.customer_order_id == value,
    "purchaseOrderId": lambda order, value: order.order_id == value,
    "status": lambda order, value: value in order.statuses,
    "orderType": lambda order, value: order.order_type == value,
    "shippingProgramType": lambda order, value: f'"shippingProgramType":"{value}"'.encode() in order.body,
}


def cursor_text(query, total, given, last_order, born_ms):
    """The `nextCursor` after `last_order`: a finished query string that starts with `?`, not percent-encoded."""
    walk = {"hasMoreElements": "true", "soIndex": str(total), "poIndex": str(given), "partnerId": PARTNER_ID,
            "sellerId": SELLER_ID}
    texts = {"limit": str(query.limit), **query.texts}
    packed = _pack(Cursor(given, last_order.key, born_ms), _checksum(texts, walk))
    parts = [("limit", texts.pop("limit")), ("hasMoreElements", "true"), ("soIndex", walk["soIndex"]),
             ("cursor", packed), ("poIndex", walk["poIndex"]), ("partnerId", PARTNER_ID), ("sellerId", SELLER_ID)]
    return "?" + "&".join(f"{name}={quote(value, safe=_PLAIN)}" for name, value in [*parts, *texts.items()])


def _checksum(texts, walk):
    walk = {name: value for name, value in walk.items() if name != "cursor"}
    return zlib.crc32(json.dumps([sorted(texts.items()), sorted(walk.items())]).encode())


def _pack(cursor, checksum):
    data = json.dumps([cursor.given, *cursor.last_key, cursor.born_ms, checksum], separators=(",", ":")).encode()
    data = _CURSOR_HEAD + data
    data += b" " * (-(len(data) - 1) % 3)    # one byte over a multiple of three: the text ends in '=='
    return base64.b64encode(data).decode()


def _unpack(text):
    try:
        data = base64.b64decode(text or "", validate=True)
        if not data.startswith(_CURSOR_HEAD):
            raise ValueError("not a cursor of this server")
        given, order_date, order_id, born_ms, checksum = json.loads(data[len(_CURSOR_HEAD):])
        return Cursor(given, (order_date, order_id), born_ms), checksum
    except ValueError as cause:
        raise BadParameter("cursor", "The cursor is invalid") from cause
