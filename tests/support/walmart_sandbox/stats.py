"""What the sandbox has seen and served, for the assertions of tests."""

import threading
from collections import Counter, deque

ADMIN = "admin"    # the endpoint of answers that are not counted
_KEPT_REQUESTS = 20_000


class Statistics:
    """Counts every request. Threads may share it."""

    def __init__(self):
        self._lock = threading.Lock()
        self.reset()

    def reset(self):
        with self._lock:
            self._calls, self._statuses, self._faults = Counter(), Counter(), Counter()
            self._served = Counter()         # order id -> how often in an answer that went out whole
            self._last_body = {}             # order id -> bytes of the last time
            self._correlation_ids = Counter()
            self._requests = deque(maxlen=_KEPT_REQUESTS)
            self._pages = self._broken = self._body_bytes = 0

    def note(self, request, response, complete):
        """Takes down one request at its answer; `complete` says whether all of that is to be sent."""
        if response.endpoint == ADMIN:
            return
        with self._lock:
            self._calls[response.endpoint] += 1
            self._statuses[str(response.status)] += 1
            if response.fault:
                self._faults[response.fault] += 1
            correlation = request.header("WM_QOS.CORRELATION_ID")
            self._correlation_ids[correlation] += bool(correlation)
            self._body_bytes += len(response.body)
            self._broken += not complete
            self._requests.append({
                "method": request.method, "target": request.target, "status": response.status,
                "fault": response.fault, "complete": complete, "correlation_id": correlation,
                "orders": len(response.orders)})
            if complete:
                self._pages += _is_page(response)
                for order_id, body in response.orders:
                    self._served[order_id] += 1
                    self._last_body[order_id] = body

    def broke(self, request, response):
        """Takes back what note() took for served: the client went away in the middle of the answer."""
        if response.endpoint == ADMIN:
            return
        with self._lock:
            self._broken += 1
            self._pages -= _is_page(response)
            for order_id, _ in response.orders:
                self._served[order_id] -= 1

    def summary(self):
        """The counters, as the admin call `stats` shows them."""
        with self._lock:
            return {
                "calls": dict(self._calls), "statuses": dict(self._statuses), "faults": dict(self._faults),
                "faults_total": sum(self._faults.values()), "pages": self._pages, "broken_answers": self._broken,
                "token_calls": self._calls["token"], "unauthorized": self._statuses["401"],
                "orders_served": sum(self._served.values()),
                "distinct_orders_served": sum(count > 0 for count in self._served.values()),
                "repeated_correlation_ids": sum(count > 1 for count in self._correlation_ids.values()),
                "body_bytes": self._body_bytes,
            }

    def served_ids(self):
        """Order id -> how often it was served."""
        with self._lock:
            return {order_id: count for order_id, count in self._served.items() if count > 0}

    def last_bodies(self):
        """Order id -> its bytes when it was last served."""
        with self._lock:
            return dict(self._last_body)

    def requests(self, last):
        with self._lock:
            return list(self._requests)[-last:] if last else []


def _is_page(response):
    return response.status in (200, 206) and response.endpoint in ("orders", "released")
