"""The state that all requests share."""

import threading
import time

from .faults import Faults, parse_rules
from .limits import RateLimits, Tokens
from .stats import Statistics
from .store import Store


class World:
    """Everything a request may read or change. Its parts lock themselves; each of the settings is a single value."""

    def __init__(self, settings, clock, orders, fault_rules=(), seed=1):
        self.settings, self.clock, self.seed = settings, clock, seed
        self.store = Store(orders)
        self.tokens = Tokens(settings, seed)
        self.limits = RateLimits(settings)
        self._fault_rules = fault_rules      # JSON, parsed anew at each reset
        self.faults = Faults(settings, seed, parse_rules(fault_rules))
        self.stats = Statistics()
        self.outage = Outage()

    def reset(self, keep=()):
        """Back to the start, less the parts named in `keep` (orders, faults, stats, tokens)."""
        self.outage.end()
        self.limits.reset()
        if "orders" not in keep:
            self.store.reset()
        if "faults" not in keep:
            self.faults.set_rules(parse_rules(self._fault_rules))
        if "stats" not in keep:
            self.stats.reset()
        if "tokens" not in keep:
            self.tokens.revoke()


class Outage:
    """A time in which every call of the API fails in one way. Threads may share it."""

    def __init__(self):
        self._lock = threading.Lock()
        self.end()

    def begin(self, kind, seconds=None):
        """From now on, for `seconds` or until end()."""
        with self._lock:
            self._kind = kind
            self._until = None if seconds is None else time.monotonic() + seconds

    def end(self):
        with self._lock:
            self._kind, self._until = None, None

    def kind(self):
        """The kind of fault that every call meets now, or None."""
        with self._lock:
            over = self._until is not None and time.monotonic() >= self._until
            return None if over else self._kind
