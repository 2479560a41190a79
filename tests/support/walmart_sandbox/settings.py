"""Every switch of the sandbox, with its default; the same names serve in scenario files and in `--set`."""

import difflib
from dataclasses import dataclass, field, fields


class BadSetting(ValueError):
    """A setting, scenario or request of an administrator is wrong; the message names it and the mend."""


@dataclass
class Settings:
    # Credentials: client id -> client secret.
    clients: dict = field(default_factory=lambda: {"sandbox-client": "sandbox-secret"})
    # How long a token really lives, and what expires_in says (0 = the truth).
    token_life_seconds: float = 900.0
    token_claimed_seconds: int = 0
    # Calls per minute and endpoint; 0 = no limit. The defaults are those seen in production.
    rate_limit_token: int = 0
    rate_limit_orders: int = 5000
    rate_limit_order: int = 5000
    rate_limit_released: int = 60
    # Name and form of the header that tells when calls come back.
    throttle_header: str = "x-next-replenishment-time"
    throttle_time: str = "ms"
    # Refuse fractions of a second in date parameters (cursors carry them all the same).
    refuse_milliseconds: bool = True
    # How createdStartDate etc. bound the result: exclusive, half_open (start counts), inclusive.
    bounds: str = "exclusive"
    # A result with more orders than this is answered 400.
    max_results: int = 10000
    default_limit: int = 100
    max_limit: int = 200
    # How "no orders" looks: one of EMPTY_RESULTS.
    empty_result: str = "200"
    # keyset: a cursor stays in place when orders change; offset: it counts orders and may skip or repeat some.
    cursor_position: str = "keyset"
    # 0 = a cursor never dies; else it is answered 400 after this time.
    cursor_life_seconds: float = 0.0
    # Refuse a cursor that does not come back exactly as it was given.
    strict_cursor: bool = True
    gzip: bool = True
    # Time added to every answer of the API.
    latency_ms: int = 0
    # Close a connection after so many answers (0 = never), as a load balancer does.
    requests_per_connection: int = 0
    # How often one query may meet a fault that makes its client walk the pages again (0 = no bound).
    restarts_per_query: int = 1


EMPTY_RESULTS = ("200", "404", "404_no_body", "200_no_elements", "200_null_elements", "200_null_order", "mixed")
THROTTLE_HEADERS = ("x-next-replenishment-time", "x-next-replenish-time", "retry-after", "none")
THROTTLE_TIMES = ("ms", "s", "iso")

_CHOICES = {
    "throttle_header": THROTTLE_HEADERS,
    "throttle_time": THROTTLE_TIMES,
    "bounds": ("exclusive", "half_open", "inclusive"),
    "empty_result": EMPTY_RESULTS,
    "cursor_position": ("keyset", "offset"),
}


def apply_settings(settings, values):
    """Sets the named values; raises BadSetting for an unknown name, a wrong type or a value outside the choices."""
    names = {f.name for f in fields(Settings)}
    for name, value in values.items():
        require_known(name, names, "setting")
        default = getattr(Settings(), name)
        if not _fits(value, default):
            raise BadSetting(f"setting {name}: {value!r} should be a {type(default).__name__}")
        if name in _CHOICES and value not in _CHOICES[name]:
            raise BadSetting(f"setting {name}: {value!r} is not one of {', '.join(_CHOICES[name])}")
    for name, value in values.items():    # all or none
        setattr(settings, name, value)


def _fits(value, default):
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    if isinstance(default, (int, float)):
        return isinstance(value, (int, float) if isinstance(default, float) else int) and value >= 0
    return isinstance(value, type(default))


def require_types(values, types, what):
    """Raises BadSetting for a name that is not in `types` (name -> type or types) or a value of another type."""
    for name, value in values.items():
        require_known(name, types, what)
        wanted = types[name] if isinstance(types[name], tuple) else (types[name],)
        if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
            raise BadSetting(f"{what} '{name}': {value!r} should be {' or '.join(kind.__name__ for kind in wanted)}")


def require_known(name, known, what):
    """Raises BadSetting with the nearest known name when `name` is none of them."""
    if name in known:
        return
    near = difflib.get_close_matches(name, known, 1)
    hint = f"; did you mean '{near[0]}'?" if near else f"; known: {', '.join(sorted(known))}"
    raise BadSetting(f"unknown {what} '{name}'{hint}")
