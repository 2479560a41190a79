"""The table of faults: what each does, where it can strike, and what a sound client has to do about it."""

from dataclasses import dataclass, field
from typing import Callable

from . import limits
from .http_message import Response, Wire
from . import errors

# What overcomes a fault of the group.
HARMLESS = "harmless"    # nothing: the answer is odd but right
RETRY = "retry"          # the same request again (after a wait, or with a new token)
RESTART = "restart"      # the walk of the window from its start
NAMED = "named"          # only struck when a rule names it: fatal, endless, slow, or it changes the data

_API = frozenset({"orders", "order", "released"})
_LISTS = frozenset({"orders", "released"})
_ALL = _API | {"token"}


@dataclass
class Situation:
    """The request that a fault may strike."""
    endpoint: str
    identity: str            # method and target
    page: object = None      # the honest Page of a list endpoint
    parameters: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    name: str
    stage: str                                    # answer | wire | page | token
    group: str
    endpoints: frozenset
    options: dict                                 # name -> default
    applies: Callable = lambda situation: True
    make: Callable = None                         # answer: (options, dice) -> Response; wire: (options, dice) -> Wire


def _has_next(situation):
    return situation.page is not None and situation.page.next_cursor is not None


def _has_previous(situation):
    return situation.page is not None and situation.page.start > 0


def _in_the_middle(situation):
    return _has_next(situation) and _has_previous(situation)


def _is_last(situation):
    return situation.page is not None and situation.page.next_cursor is None


def _is_empty(situation):
    return situation.page is not None and not situation.page.orders and situation.page.start == 0


def _has_orders(situation):
    return situation.page is not None and bool(situation.page.orders)


def _has_several(situation):
    return situation.page is not None and len(situation.page.orders) > 1


def _passing(status):
    def make(options, dice):
        body = dice.choice(("json", "html", "empty")) if options["body"] == "random" else options["body"]
        return errors.passing_fault(status, body)
    return make


def _gateway(status):
    def make(options, dice):
        response = errors.passing_fault(status, "html")
        if status == 302:
            response.headers.append(("Location", "https://sorry.invalid/"))
        return response
    return make


def _throttled(options, dice):
    header = options["header"]
    if header == "random":
        header = dice.choice(("x-next-replenishment-time", "x-next-replenish-time", "retry-after"))
    form = dice.choice(("ms", "s", "iso")) if options["format"] == "random" else options["format"]
    response = errors.throttled()
    response.headers += [("x-current-token-count", "0"), *limits.wait_headers(header, form, options["wait_ms"])]
    return response


def _cut(**wire):
    return lambda options, dice: Wire(keep_fraction=dice.uniform(0.05, 0.95), **wire)


def _table():
    bodies = {"body": "random"}
    for status in (500, 502, 503, 504, 520):
        yield Kind(f"http_{status}", "answer", RETRY, _API, bodies, make=_passing(status))
    yield Kind("token_500", "answer", RETRY, frozenset({"token"}), bodies, make=_passing(500))
    yield Kind("throttle_429", "answer", RETRY, _API, {"header": "random", "format": "random", "wait_ms": 1000},
               make=_throttled)
    yield Kind("throttle_429_bare", "answer", NAMED, _ALL, {}, make=lambda options, dice: errors.throttled())
    yield Kind("outage_400", "answer", RETRY, _API, {}, make=lambda options, dice: errors.outage())
    yield Kind("empty_body_200", "answer", RETRY, _API, {}, make=lambda options, dice: Response(200, b""))
    yield Kind("html_200", "answer", RETRY, _API, {},
               make=lambda options, dice: Response(200, b"<html><body>Please wait</body></html>", "text/html"))
    yield Kind("cursor_400", "answer", RESTART, _LISTS, {}, _has_previous,
               lambda options, dice: errors.bad_parameter("cursor", "The cursor has expired"))
    yield Kind("forbidden_403", "answer", NAMED, _ALL, {}, make=lambda options, dice: errors.forbidden())
    # What gateways give while the API behind them is away.
    for status in (302, 400, 403):
        yield Kind(f"gateway_{status}", "answer", NAMED, _ALL, {}, make=_gateway(status))
    yield Kind("bad_parameter_400", "answer", NAMED, _API, {"field": "createdStartDate"},
               make=lambda options, dice: errors.bad_parameter(options["field"], "Invalid Date format value"))
    yield Kind("token_revoked", "token", RETRY, _API, {}, make=lambda options, dice: errors.unauthorized())
    yield Kind("token_invalid_400", "token", RETRY, _API, {}, make=lambda options, dice: errors.invalid_token())
    yield from _wire_kinds()
    yield from _page_kinds()


def _wire_kinds():
    yield Kind("slow", "wire", HARMLESS, _ALL, {"delay_ms": 300},
               make=lambda options, dice: Wire(delay_ms=options["delay_ms"]))
    yield Kind("slow_body", "wire", HARMLESS, _API, {"pieces": 8, "piece_delay_ms": 40},
               make=lambda options, dice: Wire(pieces=options["pieces"], piece_delay_ms=options["piece_delay_ms"]))
    yield Kind("chunked", "wire", HARMLESS, _ALL, {"pieces": 7},
               make=lambda options, dice: Wire(chunked=True, pieces=options["pieces"]))
    yield Kind("stall", "wire", NAMED, _ALL, {"delay_ms": 120_000},
               make=lambda options, dice: Wire(delay_ms=options["delay_ms"], silent=True))
    yield Kind("drop_before", "wire", RETRY, _ALL, {}, make=lambda options, dice: Wire(silent=True))
    yield Kind("reset_before", "wire", RETRY, _ALL, {}, make=lambda options, dice: Wire(silent=True, reset=True))
    yield Kind("drop_mid_body", "wire", RETRY, _API, {}, make=_cut())
    yield Kind("reset_mid_body", "wire", RETRY, _API, {}, make=_cut(reset=True))
    yield Kind("cut_chunked", "wire", RETRY, _API, {}, make=_cut(chunked=True, pieces=3))


def _page_kinds():
    yield Kind("cut_json", "page", RETRY, _LISTS, {})
    yield Kind("status_206", "page", HARMLESS, _LISTS, {})
    yield Kind("amp_cursor", "page", HARMLESS, _LISTS, {}, _has_next)
    yield Kind("short_page", "page", HARMLESS, _LISTS, {}, lambda s: _has_next(s) and _has_several(s))
    yield Kind("end_missing_cursor", "page", HARMLESS, _LISTS, {}, _is_last)
    yield Kind("end_empty_cursor", "page", HARMLESS, _LISTS, {}, _is_last)
    for form in ("404", "404_no_body", "200_no_elements", "200_null_elements", "200_null_order"):
        yield Kind(f"empty_{form}", "page", HARMLESS, _LISTS, {}, _is_empty)
    yield Kind("duplicate_orders", "page", RESTART, _LISTS, {"orders": 2}, _has_previous)
    yield Kind("duplicate_displaces", "page", RESTART, _LISTS, {}, lambda s: _has_previous(s) and _has_orders(s))
    yield Kind("repeated_cursor", "page", RESTART, _LISTS, {}, _in_the_middle)
    yield Kind("page_one_again", "page", RESTART, _LISTS, {}, _has_previous)
    yield Kind("early_end", "page", RESTART, _LISTS, {}, _has_next)
    yield Kind("fewer_orders", "page", RESTART, _LISTS, {"orders": 1}, _has_orders)
    yield Kind("fewer_orders_for_ever", "page", NAMED, _LISTS, {"orders": 1}, _has_orders)
    yield Kind("total_changes", "page", RESTART, _LISTS, {"by": 0}, _has_orders)
    yield Kind("order_changes", "page", NAMED, _LISTS, {}, _has_orders)
    yield Kind("numbers_as_strings", "page", NAMED, _LISTS, {}, _has_orders)


KINDS = {kind.name: kind for kind in _table()}
ALL_TRANSIENT = tuple(kind.name for kind in KINDS.values() if kind.group != NAMED)
GROUPS = {group: tuple(kind.name for kind in KINDS.values() if kind.group == group)
          for group in (HARMLESS, RETRY, RESTART)}
