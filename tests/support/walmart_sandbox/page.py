"""One page of a result: which orders, which cursor, and its bytes."""

import json
from dataclasses import dataclass, field
from typing import Optional

from .http_message import Response
from .orders import with_product_info, with_replacement_info
from .query import cursor_text


@dataclass
class Page:
    """The honest page; page faults bend a copy of it before it is rendered."""
    query: object
    result: list                 # all orders of the search, in the order of the walk
    start: int                   # index of the first order of this page
    given: int                   # orders given before this page
    born_ms: int
    orders: list = field(default_factory=list)
    total: int = 0
    next_cursor: Optional[str] = None
    status: int = 200
    cursor_form: str = "value"   # value | missing | empty
    bodies: Optional[list] = None   # bytes in place of the orders' own

    @property
    def number(self):
        return self.given // self.query.limit + 1

    def cursor_after(self, count):
        """The cursor behind the first `count` orders of this page."""
        last = self.result[self.start + count - 1]
        return cursor_text(self.query, len(self.result), self.given + count, last, self.born_ms)


def make_page(query, matching, settings, now_ms):
    """The page that `query` asks for, out of `matching` (oldest first)."""
    result = matching if query.ascending else matching[::-1]
    born_ms = now_ms if settings.cursor_life_seconds else 0
    if query.cursor is None:
        page = Page(query, result, 0, 0, born_ms)
    else:
        start = _position(result, query, settings)
        page = Page(query, result, start, query.cursor.given, query.cursor.born_ms and born_ms)
    page.total = len(result)
    page.orders = result[page.start:page.start + query.limit]
    if page.orders and page.start + len(page.orders) < len(result):
        page.next_cursor = page.cursor_after(len(page.orders))
    return page


def _position(result, query, settings):
    if settings.cursor_position == "offset":
        return query.cursor.given
    last, low, high = query.cursor.last_key, 0, len(result)
    while low < high:    # the first order behind `last` in the direction of the walk
        middle = (low + high) // 2
        behind = result[middle].key > last if query.ascending else result[middle].key < last
        low, high = (low, middle) if behind else (middle + 1, high)
    return low


def order_body(order, product_info, replacement_info):
    body = order.body
    if product_info:
        body = with_product_info(body)
    if replacement_info:
        body = with_replacement_info(body, order.order_type)
    return body


def page_bodies(page):
    if page.bodies is not None:
        return page.bodies
    query = page.query
    return [order_body(order, query.product_info, query.replacement_info) for order in page.orders]


def render(page):
    """The page as an answer; it carries the ids and bytes of its orders for the statistics."""
    meta = {"totalCount": page.total, "limit": page.query.limit}
    if page.cursor_form != "missing":
        meta["nextCursor"] = "" if page.cursor_form == "empty" else page.next_cursor
    bodies = page_bodies(page)
    head = b'{"list":{"meta":%b,"elements":{"order":[' % json.dumps(meta, separators=(",", ":")).encode()
    return Response(page.status, head + b",".join(bodies) + b"]}}}",
                    orders=tuple(zip((order.order_id for order in page.orders), bodies)))
