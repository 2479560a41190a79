"""Access tokens and the rate limits: what the API's gateway keeps about its callers."""

import threading
import time
from datetime import datetime, timezone
from email.utils import format_datetime


class Tokens:
    """Access tokens; each call makes a new one and the old ones live on until their end. Threads may share it."""

    def __init__(self, settings, seed):
        self._settings, self._seed = settings, seed
        self._lock = threading.Lock()
        self._ends = {}
        self._made = 0

    def issue(self):
        """Returns (token, the seconds that the answer claims for it)."""
        life = self._settings.token_life_seconds
        with self._lock:
            self._made += 1
            token = f"sandbox-token-{self._seed}-{self._made:06d}-{'x' * 40}"
            self._ends[token] = time.monotonic() + life
        return token, self._settings.token_claimed_seconds or max(1, int(life))

    def valid(self, token):
        with self._lock:
            return time.monotonic() < self._ends.get(token, 0.0)

    def revoke(self, token=None):
        """Ends one token, or all of them."""
        with self._lock:
            if token is None:
                self._ends.clear()
            self._ends.pop(token, None)


class RateLimits:
    """One token bucket per endpoint: N calls, refilled at N/60 per second. Threads may share it."""

    def __init__(self, settings):
        self._settings = settings
        self._lock = threading.Lock()
        self._buckets = {}    # endpoint -> [calls left, monotonic seconds of that count]

    def reset(self):
        with self._lock:
            self._buckets.clear()

    def take(self, endpoint):
        """Returns (allowed, calls left, milliseconds until the next call is there)."""
        limit = getattr(self._settings, f"rate_limit_{endpoint}", 0)
        if not limit:
            return True, 0, None
        now = time.monotonic()
        with self._lock:
            left, since = self._buckets.get(endpoint, (float(limit), now))
            left = min(float(limit), left + (now - since) * limit / 60)
            allowed = left >= 1
            left -= allowed
            self._buckets[endpoint] = (left, now)
        return allowed, int(left), max(0, int((1 - left) * 60_000 / limit) + 1) if left < 1 else 0


def wait_headers(header, form, wait_ms):
    """The headers that tell a client to wait so long; `header` and `form` as in settings."""
    moment = time.time() + wait_ms / 1000
    if header == "none":
        return []
    if header == "retry-after":
        seconds = str(max(1, -(-wait_ms // 1000)))
        # An HTTP date has whole seconds: rounded up, or the client would come back too early.
        date = format_datetime(datetime.fromtimestamp(int(moment) + 1, timezone.utc), usegmt=True)
        return [("Retry-After", date if form == "iso" else seconds)]
    texts = {"ms": str(int(moment * 1000)), "s": str(int(moment) + 1),
             "iso": datetime.fromtimestamp(moment, timezone.utc).isoformat(timespec="milliseconds")[:23] + "Z"}
    return [(header, texts[form])]
