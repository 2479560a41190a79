"""The tests' own door, under /__admin/: counters, expectations, faults, orders, clock. No credentials."""

import json
from collections import Counter

from . import raw_json
from .fault_kinds import ALL_TRANSIENT, KINDS
from .faults import parse_rules
from .generator import Plan, generate
from .http_message import Response
from .orders import SHIP_NODE_TYPES, orders_from_text
from .settings import BadSetting, apply_settings, require_known, require_types
from .stats import ADMIN
from .times import MINUTE_MS, BadDate, format_ms, instant

PREFIX = "/__admin/"
_FOREVER_MS = 1 << 60
_NUMBER = (int, float)
_TIME = (str, int)


class Admin:
    """Answers the administrator. Called from many threads at once."""

    def __init__(self, world):
        self._world = world
        self._calls = {
            ("GET", "stats"): self._stats, ("GET", "requests"): self._requests, ("GET", "served"): self._served,
            ("GET", "expected"): self._expected, ("GET", "orders"): self._orders, ("GET", "kinds"): self._kinds,
            ("GET", "now"): self._now, ("POST", "now"): self._set_now, ("POST", "faults"): self._faults,
            ("POST", "orders"): self._add_orders, ("POST", "modify"): self._modify,
            ("POST", "generate"): self._generate, ("POST", "reset"): self._reset,
            ("POST", "outage"): self._outage, ("POST", "settings"): self._settings,
            ("POST", "expire-tokens"): self._expire_tokens,
        }

    def handle(self, request):
        call = self._calls.get((request.method, request.path.removeprefix(PREFIX)))
        if call is None:
            known = ", ".join(f"{method} {PREFIX}{name}" for method, name in self._calls)
            return _refuse(404, f"no such call; known: {known}")
        try:
            answer = call(request)
        except (BadSetting, BadDate, UnicodeDecodeError) as cause:
            return _refuse(400, str(cause))
        response = answer if isinstance(answer, Response) else _json(200, answer)
        response.endpoint = ADMIN
        return response

    def _stats(self, request):
        summary = self._world.stats.summary()
        if request.parameters().get("ids") in ("1", "true"):
            summary["order_ids"] = self._world.stats.served_ids()
        return {**summary, "now": format_ms(self._world.clock.now_ms()), "orders": len(self._world.store)}

    def _requests(self, request):
        return self._world.stats.requests(_number(request.parameters().get("last", "1000"), "last"))

    def _served(self, request):
        return self._world.stats.served_ids()

    def _kinds(self, request):
        return {kind.name: {"group": kind.group, "endpoints": sorted(kind.endpoints), "options": kind.options,
                            "in_all": kind.name in ALL_TRANSIENT} for kind in KINDS.values()}

    def _between(self, request):
        """Orders of ?from=&to=, half-open on orderDate, and of one ?shipNodeType= if given; oldest first."""
        parameters = request.parameters()
        first = instant(parameters["from"]) if "from" in parameters else 0
        end = instant(parameters["to"]) if "to" in parameters else _FOREVER_MS
        node = parameters.get("shipNodeType")
        return [order for order in self._world.store.between(first, end) if node in (None, order.ship_node_type)]

    def _expected(self, request):
        orders = self._between(request)
        counts, lines = Counter(), Counter()
        for order in orders:
            counts[order.ship_node_type] += 1
            lines[order.ship_node_type] += order.line_count
        ends = [format_ms(order.order_date) for order in (orders[:1] + orders[-1:])] or [None, None]
        return {"first_order_date": ends[0], "last_order_date": ends[1],
                "orders": len(orders), "lines": sum(lines.values()),
                "orders_without_lines": sum(order.line_count == 0 for order in orders),
                "by_ship_node_type": {node: {"orders": counts[node], "lines": lines[node]}
                                      for node in sorted({*SHIP_NODE_TYPES, *counts})}}

    def _orders(self, request):
        """NDJSON of the orders' bytes: as they are now, or with ?as=served as they were last served."""
        orders = self._between(request)
        if request.parameters().get("as") == "served":
            served = self._world.stats.last_bodies()
            bodies = [served[order.order_id] for order in orders if order.order_id in served]
        else:
            bodies = [order.body for order in orders]
        return Response(200, b"".join(body + b"\n" for body in bodies), "application/x-ndjson")

    def _now(self, request):
        now_ms = self._world.clock.now_ms()
        return {"now": format_ms(now_ms), "ms": now_ms}

    def _set_now(self, request):
        wanted = _document(request, {"now": _TIME, "advance_seconds": _NUMBER, "frozen": bool})
        now_ms = self._world.clock.set(instant(wanted["now"]) if "now" in wanted else None,
                                       int(wanted.get("advance_seconds", 0) * 1000), bool(wanted.get("frozen", False)))
        return {"now": format_ms(now_ms), "ms": now_ms}

    def _faults(self, request):
        """Sets the rules given (a rule, a list, or {"faults": …, "add": true} to keep the old ones)."""
        wanted = _parsed(request)
        add = False
        if isinstance(wanted, dict) and "faults" in wanted:
            wanted, add = wanted["faults"], bool(wanted.get("add"))
        rules = parse_rules(wanted)
        (self._world.faults.add_rules if add else self._world.faults.set_rules)(rules)
        return {"rules": len(rules)}

    def _add_orders(self, request):
        """Adds orders, or new versions of known ones: an order, an array, a page, or NDJSON of orders."""
        text = request.body.decode("utf-8")
        now_ms = self._world.clock.now_ms()
        wrapped = raw_json.members(text).get("orders") if _is_json(text) else None
        chunks = [wrapped or text] if _is_json(text) else [line for line in text.split("\n") if line.strip()]
        ids = []
        for number, chunk in enumerate(chunks, 1):
            for order in orders_from_text(chunk, now_ms, f"line {number}", changed_ms=now_ms):
                self._world.store.put(order)
                ids.append(order.order_id)
        return {"orders": len(ids), "ids": ids}

    def _modify(self, request):
        """Moves orders on: {"ids": [...] or "count": n newest, "status": "Shipped"}; lastModified becomes now."""
        wanted = _document(request, {"ids": list, "count": int, "status": str})
        now_ms = self._world.clock.now_ms()
        ids = wanted.get("ids")
        if ids is None:
            newest = self._world.store.between(0, now_ms + 1)
            ids = [order.order_id for order in newest[len(newest) - min(len(newest), wanted.get("count", 1)):]]
        for order_id in ids:
            if self._world.store.advance(str(order_id), now_ms, wanted.get("status")) is None:
                raise BadSetting(f"no order {order_id}")
        return {"orders": len(ids), "ids": ids}

    def _generate(self, request):
        """Makes more orders: {"orders": n, "from": …, "to": …, "seed": …}; the default is the last minute."""
        wanted = _document(request, {"orders": int, "from": _TIME, "to": _TIME, "seed": int, "oddities": _NUMBER})
        now_ms = self._world.clock.now_ms()
        to_ms = instant(wanted.get("to", now_ms))
        plan = Plan(wanted.get("orders", 10), instant(wanted.get("from", to_ms - MINUTE_MS)), to_ms,
                    wanted.get("seed", self._world.seed), oddities=wanted.get("oddities", 0.05),
                    now_ms=now_ms, first_number=self._world.store.reserve(wanted.get("orders", 10)))
        orders = generate(plan)
        for order in orders:
            self._world.store.put(order)
        return {"orders": len(orders), "ids": [order.order_id for order in orders]}

    def _reset(self, request):
        wanted = _document(request, {"keep": list})
        for name in wanted.get("keep", ()):
            require_known(name, {"orders", "faults", "stats", "tokens"}, "part to keep")
        self._world.reset(wanted.get("keep", ()))
        return {"reset": True}

    def _outage(self, request):
        """{"seconds": n}, {"on": true} or {"on": false}; "kind" is how calls fail (default http_503)."""
        wanted = _document(request, {"seconds": _NUMBER, "on": bool, "kind": str})
        require_known(wanted.get("kind", "http_503"), {name for name, kind in KINDS.items() if kind.make}, "kind")
        if wanted.get("on") is False:
            self._world.outage.end()
        else:
            self._world.outage.begin(KINDS[wanted.get("kind", "http_503")], wanted.get("seconds"))
        return {"outage": wanted.get("on") is not False}

    def _settings(self, request):
        apply_settings(self._world.settings, _document(request))
        return {"settings": vars(self._world.settings)}

    def _expire_tokens(self, request):
        self._world.tokens.revoke()
        return {"expired": True}


def _parsed(request):
    try:
        return json.loads(request.body or b"{}")
    except ValueError as cause:
        raise BadSetting(f"the body is not JSON: {cause}") from cause


def _document(request, types=None):
    document = _parsed(request)
    if not isinstance(document, dict):
        raise BadSetting("the body must be a JSON object")
    if types is not None:
        require_types(document, types, "key")
    return document


def _is_json(text):
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _number(text, name):
    if not text.isdecimal():
        raise BadSetting(f"{name} must be a number, not {text!r}")
    return int(text)


def _json(status, value):
    return Response(status, json.dumps(value).encode(), endpoint=ADMIN)


def _refuse(status, message):
    return _json(status, {"error": message})
