"""Instants as epoch milliseconds (UTC), the API's date texts, and the sandbox's own clock."""

import re
import threading
import time
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SECOND_MS = 1000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_DATE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?)?"
)


class BadDate(ValueError):
    """The text is not a date of the API; the message says what is wrong with it."""


def parse_date(text, allow_fraction=True):
    """Epoch ms of `2020-03-16`, `2020-03-16T10:30:15Z`, or the same with an offset; without a zone it is UTC."""
    match = _DATE.fullmatch(text)
    if not match:
        raise BadDate(f"'{text}' is not a date like 2020-03-16 or 2020-03-16T10:30:15Z")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    if fraction and not allow_fraction:
        raise BadDate(f"'{text}' has fractions of a second")
    try:
        moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
                          tzinfo=_zone(zone))
    except ValueError as cause:
        raise BadDate(f"'{text}' is not a date: {cause}") from cause
    milliseconds = int((fraction or "0")[:3].ljust(3, "0"))
    return (moment - _EPOCH) // timedelta(milliseconds=1) + milliseconds


def _zone(text):
    if text in (None, "Z"):
        return timezone.utc
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-offset if text[0] == "-" else offset)


def format_ms(epoch_ms):
    """The ISO text with milliseconds and Z, as the API's cursors carry it."""
    moment = _EPOCH + timedelta(milliseconds=epoch_ms)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def instant(value):
    """Epoch ms from what an order or an administrator may give: a number, digits as text, or a date text."""
    if isinstance(value, bool):
        raise BadDate(f"{value} is not an instant")
    if isinstance(value, (int, float)):
        return int(value)
    if isinstance(value, str):
        if re.fullmatch(r"-?\d{6,}", value):
            return int(value)
        return parse_date(value)
    raise BadDate(f"{value!r} is not an instant")


_RELATIVE = re.compile(r"(now|today)((?:[+-]\d+[dhms])*)")
_UNIT_MS = {"h": HOUR_MS, "m": MINUTE_MS, "s": SECOND_MS}


def moment(value, now_ms, zone_name="UTC"):
    """Epoch ms as instant(), or relative: `now-3h`, `today-1d`, `today-1d+18h+30m`.

    `today` is the midnight that began the day in the zone; its days are calendar days there, so they may have 23 or
    25 hours.
    """
    match = _RELATIVE.fullmatch(value) if isinstance(value, str) else None
    if not match:
        return instant(value)
    steps = re.findall(r"([+-]\d+)([dhms])", match[2])
    days = sum(int(count) for count, unit in steps if unit == "d")
    rest_ms = sum(int(count) * _UNIT_MS[unit] for count, unit in steps if unit != "d")
    if match[1] == "now":
        return now_ms + days * DAY_MS + rest_ms
    try:
        zone = ZoneInfo(zone_name)
    except (ZoneInfoNotFoundError, ValueError) as cause:
        raise BadDate(f"unknown time zone '{zone_name}'") from cause
    day = datetime.fromtimestamp(now_ms / 1000, zone).date() + timedelta(days=days)
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return (midnight - _EPOCH) // timedelta(milliseconds=1) + rest_ms


class Clock:
    """The sandbox's idea of now. It may be moved and stopped; threads may share it."""

    def __init__(self, start_ms=None):
        self._lock = threading.Lock()
        self._offset_ms = 0
        self._frozen_at = None
        if start_ms is not None:
            self.set(start_ms)

    def now_ms(self):
        with self._lock:
            return self._now_ms()

    def set(self, now_ms=None, advance_ms=0, frozen=False):
        """Moves the clock to `now_ms`, or on from where it stands, and returns its new time.

        A clock that is frozen where it stands has shown no later time to anybody.
        """
        with self._lock:
            now_ms = (self._now_ms() if now_ms is None else now_ms) + advance_ms
            self._offset_ms = now_ms - real_now_ms()
            self._frozen_at = now_ms if frozen else None
            return now_ms

    def _now_ms(self):
        return real_now_ms() + self._offset_ms if self._frozen_at is None else self._frozen_at


def real_now_ms():
    return time.time_ns() // 1_000_000
