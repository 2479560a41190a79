"""Which request meets which fault: rules of a scenario or of the admin API, decided the same way in every run."""

import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Optional

from .fault_kinds import ALL_TRANSIENT, GROUPS, KINDS, RESTART
from .settings import BadSetting, require_known, require_types

_NUMBER = (int, float)
_COMMON_KEYS = {"where": dict, "after": int, "count": (int, type(None))}
_MIX_KEYS = {**_COMMON_KEYS, "rate": _NUMBER, "kinds": (str, list), "options": dict, "spread": bool}
_RULE_KEYS = {**_COMMON_KEYS, "kind": str, "probability": _NUMBER, "nth": (int, list), "every": int, "endpoint": str}


@dataclass(frozen=True)
class Strike:
    """A fault that strikes: its kind, its options, and dice for what the options leave open."""
    kind: object
    options: dict
    dice: random.Random


@dataclass
class Rule:
    """One rule. `kinds` has one name, or several of which one is drawn."""
    kinds: tuple
    probability: float = 1.0
    count: Optional[int] = None          # strikes left; None = no end
    nth: tuple = ()                      # the n-th requests of the endpoint since the rule was set, from 1
    every: int = 0
    after: int = 0                       # spare so many requests first
    endpoints: Optional[frozenset] = None   # None = all that the kinds can strike
    where: dict = field(default_factory=dict)
    options: dict = field(default_factory=dict)      # kind -> its options that differ from the default
    spread: bool = False                 # draw from the kinds that have struck least: more kinds in fewer requests
    seen: int = 0
    struck: Counter = field(default_factory=Counter)


def parse_rules(value):
    """Rules of JSON: one rule or a list. A rule names a `kind`, or is a mix `{"rate": 0.1, "kinds": "all"}`."""
    return [_parse_rule(entry) for entry in (value if isinstance(value, list) else [value]) if entry]


def _parse_rule(entry):
    if not isinstance(entry, dict):
        raise BadSetting(f"a fault rule must be an object, not {entry!r}")
    if "rate" in entry or "kinds" in entry:
        require_types(entry, _MIX_KEYS, "key of a fault mix")
        rule = Rule(_mix(entry.get("kinds", "all")), _fraction(entry, "rate", 0.1),
                    options=_mix_options(entry.get("options", {})), spread=entry.get("spread", False))
    else:
        rule = _parse_single(entry)
    rule.count, rule.after = entry.get("count"), entry.get("after", 0)
    rule.where = {str(name): str(value) for name, value in entry.get("where", {}).items()}
    return rule


def _parse_single(entry):
    require_known(entry.get("kind", "(none)"), KINDS, "kind of fault")
    kind = KINDS[entry["kind"]]
    require_types(entry, {**_RULE_KEYS, **{name: type(value) for name, value in kind.options.items()}},
                  f"key of a {kind.name} fault")
    if entry.get("endpoint"):
        require_known(entry["endpoint"], kind.endpoints, f"endpoint of a {kind.name} fault")
    nth = entry.get("nth", [])
    endpoints = {entry["endpoint"]} if entry.get("endpoint") else kind.endpoints - {"token"} or kind.endpoints
    return Rule((kind.name,), _fraction(entry, "probability", 1.0), endpoints=frozenset(endpoints),
                nth=tuple(nth) if isinstance(nth, list) else (nth,), every=entry.get("every", 0),
                options={kind.name: {name: entry[name] for name in kind.options if name in entry}})


def _mix(kinds):
    if kinds == "all":
        return ALL_TRANSIENT
    names = []
    for name in kinds if isinstance(kinds, list) else [kinds]:
        require_known(name, set(KINDS) | set(GROUPS), "kind of fault")
        names += GROUPS.get(name, [name])
    return tuple(names)


def _mix_options(options):
    for name, values in options.items():
        require_known(name, KINDS, "kind of fault in options")
        require_types(values, {option: type(value) for option, value in KINDS[name].options.items()},
                      f"option of a {name} fault")
    return options


def _fraction(entry, name, default):
    value = entry.get(name, default)
    if not 0 <= value <= 1:
        raise BadSetting(f"{name} of a fault must lie between 0 and 1, not {value!r}")
    return value


class Faults:
    """Decides by request and number of tries, not by order of arrival, so that parallel walks repeat too.

    Only `nth`, `every`, `after`, `count` and `spread` go by arrival. Threads may share it.
    """

    def __init__(self, settings, seed, rules):
        self._settings, self._seed = settings, seed
        self._lock = threading.Lock()
        self.set_rules(rules)

    def set_rules(self, rules):
        with self._lock:
            self._rules = list(rules)
            self._tries = Counter()
            self._restarts = Counter()
            for rule in self._rules:
                rule.seen = 0
                rule.struck.clear()

    def add_rules(self, rules):
        with self._lock:
            self._rules += rules

    def strike(self, situation):
        """The Strike for this request, or None. To be asked once for each request that is fit to be answered."""
        with self._lock:
            self._tries[situation.identity] += 1
            turn = self._tries[situation.identity]
            struck = None
            for number, rule in enumerate(self._rules):
                candidates = self._candidates(rule, situation)
                if not candidates:
                    continue
                rule.seen += 1
                if struck is None and self._fires(rule):
                    dice = random.Random(f"{self._seed}/{number}/{turn}/{situation.identity}")
                    if dice.random() < rule.probability:
                        struck = self._take(rule, candidates, situation, dice)
            return struck

    def _candidates(self, rule, situation):
        if rule.endpoints is not None and situation.endpoint not in rule.endpoints:
            return []
        if not all(_value(situation, name) == value for name, value in rule.where.items()):
            return []
        kinds = [KINDS[name] for name in rule.kinds if situation.endpoint in KINDS[name].endpoints]
        kinds = [kind for kind in kinds if kind.applies(situation)]
        mixed = len(rule.kinds) > 1
        return [kind for kind in kinds if not (mixed and kind.group == RESTART and self._spent(situation))]

    def _spent(self, situation):
        bound = self._settings.restarts_per_query
        return bound and self._restarts[situation.page.query.identity()] >= bound

    @staticmethod
    def _fires(rule):
        if rule.count is not None and rule.count <= 0:
            return False
        if rule.seen <= rule.after:
            return False
        if rule.nth:
            return rule.seen in rule.nth
        return not rule.every or rule.seen % rule.every == 0

    def _take(self, rule, candidates, situation, dice):
        if rule.spread:
            least = min(rule.struck[kind.name] for kind in candidates)
            candidates = [kind for kind in candidates if rule.struck[kind.name] == least]
        kind = dice.choice(candidates)
        rule.struck[kind.name] += 1
        if rule.count is not None:
            rule.count -= 1
        if kind.group == RESTART:
            self._restarts[situation.page.query.identity()] += 1
        return Strike(kind, {**kind.options, **rule.options.get(kind.name, {})}, dice)


def _value(situation, name):
    if name == "page":
        return str(situation.page.number) if situation.page else ""
    if situation.page is not None and name in situation.page.query.texts:
        return situation.page.query.texts[name]
    return situation.parameters.get(name, "")
