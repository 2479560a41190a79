"""The Marketplace API itself: token, orders, released orders, one order."""

import base64
import binascii
import json
import random
from email.utils import formatdate
from urllib.parse import parse_qs

from . import errors
from .fault_kinds import Situation
from .faults import Strike
from .http_message import Response, Wire
from .limits import wait_headers
from .page import make_page, order_body, render
from .page_faults import bent_answer, empty_answer
from .query import BadParameter, find, is_cursor_call, parse_cursor_query, parse_query
from .settings import EMPTY_RESULTS
from .xml_form import to_xml

_REQUIRED_HEADERS = ("WM_QOS.CORRELATION_ID", "WM_SVC.NAME")


class WalmartApi:
    """Answers the requests of clients. Called from many threads at once."""

    def __init__(self, world):
        self._world = world

    def handle(self, request):
        endpoint, call, method = self._route(request.path)
        response = self._answer(request, endpoint, call, method)
        response.endpoint = endpoint
        response.headers.append(("Date", formatdate(self._world.clock.now_ms() / 1000, usegmt=True)))
        if response.status < 300 and response.content_type == "application/json" \
                and "application/json" not in request.header("accept").lower():
            response.body, response.content_type = to_xml(response.body), "application/xml"
        if self._world.settings.latency_ms:
            response.wire = response.wire or Wire()
            response.wire.delay_ms += self._world.settings.latency_ms
        return response

    def _route(self, path):
        """(endpoint, its function, its method) of a path."""
        if path == "/v3/token":
            return "token", self._token, "POST"
        if path == "/v3/orders":
            return "orders", self._list, "GET"
        if path == "/v3/orders/released":
            return "released", self._list, "GET"
        if path.startswith("/v3/orders/") and path.count("/") == 3:
            return "order", self._one, "GET"
        return "unknown", None, None

    def _answer(self, request, endpoint, call, method):
        if call is None:
            return errors.no_such_path(request.path)
        if request.method != method:
            return errors.method_not_allowed(request.method)
        outage = self._world.outage.kind()
        if outage:
            strike = Strike(outage, dict(outage.options), random.Random())
            return self._struck(Response(503, b""), strike, request, None)
        refused = self._check_headers(request) or (endpoint != "token" and self._check_token(request))
        if refused:
            return refused
        allowed, left, wait_ms = self._world.limits.take(endpoint)
        response = call(request, endpoint) if allowed else errors.throttled()
        if wait_ms is not None and not response.fault.startswith("throttle_429"):
            response.headers += self._rate_headers(left, wait_ms, allowed)
        return response

    def _rate_headers(self, left, wait_ms, allowed):
        settings = self._world.settings
        header = settings.throttle_header
        if allowed and header == "retry-after":
            header = "x-next-replenishment-time"
        return [("x-current-token-count", str(left)), *wait_headers(header, settings.throttle_time, wait_ms)]

    @staticmethod
    def _check_headers(request):
        for name in _REQUIRED_HEADERS:
            if not request.header(name):
                return errors.bad_header(name, f"{name} set blank or null")
        return None

    def _check_token(self, request):
        return None if self._world.tokens.valid(request.header("WM_SEC.ACCESS_TOKEN")) else errors.unauthorized()

    def _token(self, request, endpoint):
        if not request.header("content-type").lower().startswith("application/x-www-form-urlencoded"):
            return errors.bad_header("Content-Type", "Content-Type must be application/x-www-form-urlencoded")
        grant = parse_qs(request.body.decode("latin-1")).get("grant_type", [""])[0]
        if grant != "client_credentials":
            return errors.gateway_error(400, "INVALID_REQUEST_CONTENT", "grant_type must be client_credentials",
                                        "Request invalid.", field="grant_type")
        client, secret = _basic(request.header("authorization"))
        if not client or self._world.settings.clients.get(client) != secret:
            return errors.bad_header("Authorization", "Incorrect Authorization header")
        strike = self._world.faults.strike(Situation(endpoint, "POST " + request.target))
        honest = None
        if strike is None or strike.kind.stage == "wire":
            token, seconds = self._world.tokens.issue()
            document = {"access_token": token, "token_type": "Bearer", "expires_in": seconds}
            honest = Response(200, json.dumps(document).encode())
        return self._struck(honest, strike, request, None)

    def _one(self, request, endpoint):
        parameters = request.parameters()
        order_id = request.path.rsplit("/", 1)[1]
        order = self._world.store.get(order_id)
        if order is None or order.order_date > self._world.clock.now_ms():
            return errors.no_such_order(order_id)
        body = order_body(order, *(parameters.get(name) == "true" for name in ("productInfo", "replacementInfo")))
        honest = Response(200, b'{"order":%b}' % body, orders=((order_id, body),))
        strike = self._world.faults.strike(Situation(endpoint, "GET " + request.target, parameters=parameters))
        return self._struck(honest, strike, request, None)

    def _list(self, request, endpoint):
        world, now_ms = self._world, self._world.clock.now_ms()
        parameters = request.parameters()
        try:
            page = self._page(request, parameters, now_ms, endpoint == "released")
        except BadParameter as cause:
            return errors.bad_parameter(cause.name, str(cause))
        strike = world.faults.strike(Situation(endpoint, "GET " + request.target, page, parameters))
        if strike and strike.kind.stage == "page":
            response = bent_answer(page, strike, world, request.target)
            response.fault = strike.kind.name
            return response
        return self._struck(self._honest(page, request), strike, request, page)

    def _page(self, request, parameters, now_ms, released):
        world = self._world
        if is_cursor_call(parameters):
            query = parse_cursor_query(request.cursor_parameters(), world.settings, now_ms, released)
        else:
            query = parse_query(parameters, world.settings, now_ms, released)
        matching = find(world.store, query, world.settings, now_ms)
        if len(matching) > world.settings.max_results:
            raise BadParameter("createdStartDate", f"The result has more than {world.settings.max_results} orders; "
                                                   "narrow the date range")
        page = make_page(query, matching, world.settings, now_ms)
        if "nextCursor" in parameters:
            page.next_cursor = None
        return page

    def _honest(self, page, request):
        if page.result:
            return render(page)
        form = self._world.settings.empty_result
        if form == "mixed":
            form = random.Random(f"{self._world.seed}/{request.target}").choice(EMPTY_RESULTS[:-1])
        return empty_answer(form, page.query.limit)

    def _struck(self, honest, strike, request, page):
        """The honest answer, or what a strike of another stage than "page" makes of it."""
        if strike is None:
            return honest
        kind = strike.kind
        made = kind.make(strike.options, strike.dice)
        if kind.stage == "wire":
            honest.wire = made
        if kind.stage == "token":
            self._world.tokens.revoke(request.header("WM_SEC.ACCESS_TOKEN"))
        response = honest if kind.stage == "wire" else made
        response.fault = kind.name
        return response


def _basic(header):
    """(user, password) of a Basic Authorization header; ("", "") when it is none."""
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(text.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password
