"""Bends an honest page: what the orders endpoint may give that is odd, wrong or a lie."""

import dataclasses

from . import errors, raw_json
from .http_message import Response
from .page import make_page, page_bodies, render

_EMPTY_BODIES = {
    "200": b'{"list":{"meta":{"totalCount":0,"limit":%d,"nextCursor":null},"elements":{"order":[]}}}',
    "200_no_elements": b'{"list":{"meta":{"totalCount":0,"limit":%d,"nextCursor":null}}}',
    "200_null_elements": b'{"list":{"meta":{"totalCount":0,"limit":%d,"nextCursor":null},"elements":null}}',
    "200_null_order": b'{"list":{"meta":{"totalCount":0,"limit":%d,"nextCursor":null},"elements":{"order":null}}}',
}


def empty_answer(form, limit):
    """The answer of an empty result in one of the forms of settings.EMPTY_RESULTS."""
    if form == "404":
        return errors.no_orders()
    if form == "404_no_body":
        return Response(404, b"", content_type=None)
    return Response(200, _EMPTY_BODIES[form] % limit)


def bent_answer(page, strike, world, honest_target):
    """The answer of `page` under a strike of stage "page". `honest_target` is the request's own path and query."""
    name = strike.kind.name
    if name.startswith("empty_"):
        return empty_answer(name.removeprefix("empty_"), page.query.limit)
    page = dataclasses.replace(page, orders=list(page.orders))
    if name == "repeated_cursor":
        page.next_cursor = "?" + honest_target.partition("?")[2]
    elif name == "order_changes":
        _change_an_order(page, strike, world)
    elif name == "page_one_again":
        page = _page_one(page, world)
    else:
        _BENDS[name](page, strike)
    response = render(page)
    if name == "cut_json":
        response.body = response.body[:int(len(response.body) * strike.dice.uniform(0.1, 0.9))]
        response.orders = ()
    return response


def _status_206(page, strike):
    page.status = 206


def _amp_cursor(page, strike):
    page.next_cursor = page.next_cursor.replace("&", "&amp;")


def _short_page(page, strike):
    kept = strike.dice.randrange(1, len(page.orders))
    page.next_cursor = page.cursor_after(kept)
    del page.orders[kept:]


def _end_missing_cursor(page, strike):
    page.cursor_form = "missing"


def _end_empty_cursor(page, strike):
    page.cursor_form = "empty"


def _duplicate_orders(page, strike):
    earlier = page.result[max(0, page.start - strike.options["orders"]):page.start]
    page.orders[:0] = earlier


def _duplicate_displaces(page, strike):
    """An order of the page before stands where one of this page should: the count is right, an order is missing."""
    page.orders[strike.dice.randrange(len(page.orders))] = page.result[page.start - 1]


def _early_end(page, strike):
    page.next_cursor = None


def _fewer_orders(page, strike):
    for _ in range(min(strike.options["orders"], len(page.orders))):
        del page.orders[strike.dice.randrange(len(page.orders))]


def _fewer_orders_for_ever(page, strike):
    del page.orders[-strike.options["orders"]:]


def _total_changes(page, strike):
    page.total += strike.options["by"] or strike.dice.choice((-1, 1, 3))


def _numbers_as_strings(page, strike):
    page.bodies = [raw_json.numbers_to_strings(body) for body in page_bodies(page)]


def _unbent(page, strike):
    """The page itself is honest; something else about the answer is not."""


def _change_an_order(page, strike, world):
    """An order of the pages before (or of this one) moves on a step; this page shows the orders as they now are."""
    changed = page.result[max(0, page.start - 1)]
    world.store.advance(changed.order_id, world.clock.now_ms())
    page.orders = [world.store.get(order.order_id) for order in page.orders]


def _page_one(page, world):
    query = dataclasses.replace(page.query, cursor=None)
    return make_page(query, page.result if query.ascending else page.result[::-1], world.settings, world.clock.now_ms())


_BENDS = {
    "status_206": _status_206, "amp_cursor": _amp_cursor, "short_page": _short_page,
    "end_missing_cursor": _end_missing_cursor, "end_empty_cursor": _end_empty_cursor,
    "duplicate_orders": _duplicate_orders, "duplicate_displaces": _duplicate_displaces, "early_end": _early_end,
    "fewer_orders": _fewer_orders, "fewer_orders_for_ever": _fewer_orders_for_ever, "total_changes": _total_changes,
    "numbers_as_strings": _numbers_as_strings, "cut_json": _unbent,
}
