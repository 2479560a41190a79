"""All orders of the sandbox, sorted by creation, with a version for each change."""

import threading
from bisect import bisect_left, insort
from collections import OrderedDict

from .orders import next_version

_CACHED_RESULTS = 64


class Store:
    """Orders by (orderDate, id). Threads may share it; Orders are immutable and results are never changed in place."""

    def __init__(self, orders):
        self._lock = threading.Lock()
        self._initial = list(orders)
        self._reserved = len(self._initial)
        self._load(self._initial)

    def reset(self):
        """Back to the orders of the start."""
        with self._lock:
            self._load(self._initial)

    def _load(self, orders):
        self._by_id = {}
        for order in orders:
            self._by_id[order.order_id] = order
        self._sorted = sorted(self._by_id.values(), key=lambda order: order.key)
        self._results = OrderedDict()

    def reserve(self, count):
        """The first of `count` numbers for generated orders; each number is given out once."""
        with self._lock:
            first = self._reserved
            self._reserved += count
            return first

    def get(self, order_id):
        with self._lock:
            return self._by_id.get(order_id)

    def __len__(self):
        with self._lock:
            return len(self._sorted)

    def put(self, order):
        """Adds the order, or puts it in place of its older version."""
        with self._lock:
            self._put(order)

    def _put(self, order):
        old = self._by_id.get(order.order_id)
        if old:
            del self._sorted[bisect_left(self._sorted, old.key, key=lambda entry: entry.key)]
        self._by_id[order.order_id] = order
        insort(self._sorted, order, key=lambda entry: entry.key)
        self._results.clear()

    def advance(self, order_id, now_ms, status=None):
        """Gives the order its next version and returns it; None when there is no such order."""
        with self._lock:
            old = self._by_id.get(order_id)
            if old:
                self._put(next_version(old, now_ms, status))
            return self._by_id.get(order_id)

    def between(self, first_ms, end_ms):
        """Orders with first_ms <= orderDate < end_ms, oldest first."""
        with self._lock:
            return self._sorted[self._index(first_ms):self._index(end_ms)]

    def select(self, first_ms, end_ms, filter_key, accepts):
        """As between(), less what `accepts(order)` refuses; `filter_key` names the filter for the cache."""
        with self._lock:
            first, end = self._index(first_ms), self._index(end_ms)
            key = (first, end, filter_key)
            result = self._results.get(key)
            if result is None:
                result = [order for order in self._sorted[first:end] if accepts(order)]
                self._results[key] = result
                while len(self._results) > _CACHED_RESULTS:
                    self._results.popitem(last=False)
            return result

    def _index(self, moment_ms):
        return bisect_left(self._sorted, (moment_ms, ""), key=lambda order: order.key)
