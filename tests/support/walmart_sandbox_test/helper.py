"""A sandbox inside the test's own process, and a client that sends what a test tells it to."""

import base64
import contextlib
import gzip
import http.client
import json
from urllib.parse import urlencode

from walmart_sandbox.cli import build_world, make_server

DAY = {"now": "2025-11-12T12:00:00Z", "from": "2025-11-11T00:00:00Z", "to": "2025-11-12T00:00:00Z"}
WHOLE_DAY = {"createdStartDate": "2025-11-10T23:59:59Z", "createdEndDate": "2025-11-12T00:00:00Z"}


def order(number, date, node="SellerFulfilled", lines=({},), **more):
    """A small order as a loaded one would be; `date` is ISO text."""
    from walmart_sandbox.times import parse_date
    return {"purchaseOrderId": f"{number:015d}", "customerOrderId": f"9{number:014d}", "orderDate": parse_date(date),
            "orderLines": {"orderLine": [_line(index, line) for index, line in enumerate(lines, 1)]},
            "shipNode": {"type": node}, **more}


def _line(number, given):
    return {"lineNumber": str(number), "item": {"sku": given.get("sku", "SKU-1")},
            "statusDate": given.get("statusDate", 0),
            "orderLineStatuses": {"orderLineStatus": [{"status": given.get("status", "Created")}]}}


@contextlib.contextmanager
def sandbox(*orders, **scenario):
    """A served world with exactly `orders` (or what the scenario generates); yields (world, Client)."""
    world = build_world({"orders": 0, **DAY, **scenario})
    from walmart_sandbox.orders import order_from_text
    for document in orders:
        world.store.put(order_from_text(json.dumps(document), world.clock.now_ms()))
    server = make_server(world)
    server.start()
    client = Client(server.port)
    try:
        yield world, client
    finally:
        client.close()
        server.stop()


class Answer:
    def __init__(self, response, body):
        self.status, self.headers, self.raw = response.status, response.headers, body
        self.body = gzip.decompress(body) if response.headers.get("Content-Encoding") == "gzip" else body

    def json(self):
        return json.loads(self.body)

    def ids(self):
        return [entry["purchaseOrderId"] for entry in self.json()["list"]["elements"]["order"]]

    def meta(self):
        return self.json()["list"]["meta"]

    def error(self):
        """The first error of whichever container there is."""
        document = self.json()
        return (document.get("error") or document["errors"]["error"])[0]


class Client:
    """Sends single requests with the API's headers; a header set to None is left out."""

    def __init__(self, port):
        self._port = port
        self._connection = None
        self._count = 0
        self.access_token = None

    def close(self):
        if self._connection:
            self._connection.close()
        self._connection = None

    def send(self, method, target, headers=None, body=None):
        self._count += 1
        base = {"WM_QOS.CORRELATION_ID": f"test-{self._count}", "WM_SVC.NAME": "Walmart Marketplace",
                "Accept": "application/json", **(headers or {})}
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            self._connection.request(method, target, body, {k: v for k, v in base.items() if v is not None})
            response = self._connection.getresponse()
            return Answer(response, response.read())
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def token(self, user="sandbox-client", secret="sandbox-secret", body="grant_type=client_credentials", **headers):
        basic = base64.b64encode(f"{user}:{secret}".encode()).decode()
        given = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
        return self.send("POST", "/v3/token", {**given, **headers}, body)

    def get(self, target, headers=None):
        """GET with a token, which is fetched once."""
        if self.access_token is None:
            self.access_token = self.token().json()["access_token"]
        return self.send("GET", target, {"WM_SEC.ACCESS_TOKEN": self.access_token, **(headers or {})})

    def orders(self, headers=None, **parameters):
        return self.get("/v3/orders?" + urlencode(parameters), headers)

    def admin(self, method, name, body=None):
        return self.send(method, f"/__admin/{name}", body=None if body is None else json.dumps(body))
