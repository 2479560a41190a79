"""What went in against what is there, record by record. Nothing here talks to a server."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

KINDS = ("lost", "doubled", "torn", "stale", "strange")
MOST_SHOWN = 5


@dataclass(frozen=True)
class Record:
    """One version of one order that was sent, with the rows that it has to give."""
    key: int
    version: int
    rows: tuple


@dataclass
class Verdict:
    """How many records differ, by kind, and the first of each kind in words.

    lost: no row of it is there. doubled: there more than once. torn: some of its rows are there and others are not, or
    are of another version. stale: the rows are of an older version. strange: there, but nothing that was sent gives it.
    """
    lost: int = 0
    doubled: int = 0
    torn: int = 0
    stale: int = 0
    strange: int = 0
    compared: int = 0
    first: list = field(default_factory=list)   # (kind, key, version, text)

    def add(self, kind, key, version, text):
        setattr(self, kind, getattr(self, kind) + 1)
        if sum(kind == shown for shown, *_ in self.first) < MOST_SHOWN:
            self.first.append((kind, key, version, text))

    def take(self, other, where):
        """Adds the findings of another comparison."""
        for kind in KINDS:
            setattr(self, kind, getattr(self, kind) + getattr(other, kind))
        self.compared += other.compared
        self.first += [(kind, key, version, f"{where}: {text}") for kind, key, version, text in other.first]

    @property
    def clean(self):
        return not any(getattr(self, kind) for kind in KINDS)

    def tell(self):
        """All of it as text."""
        sums = ", ".join(f"{getattr(self, kind)} {kind}" for kind in KINDS)
        return "\n".join([f"{self.compared} compared: {sums}", *(f"  {kind}: {text}" for kind, _, _, text in self.first)])


def each_once(expected, rows, records):
    """A table and its topic that have to hold everything once.

    `expected`: order → identities of its rows; `rows`: identities in the table, which begin with the order; `records`: (order,
    text, place) of every record of the topic. Each finding says where the order's records stand, so that what was twice
    in the topic can be told from what was written twice.
    """
    verdict = Verdict(compared=len(expected))
    places, texts = defaultdict(list), defaultdict(set)
    for order, text, place in records:
        places[order].append(place)
        texts[order].add(text)

    def found(kind, order, text):
        verdict.add(kind, order, 0, f"{text}; in the topic: {', '.join(places[order]) if order in places else 'nowhere'}")

    wanted = Counter(row for its_rows in expected.values() for row in its_rows)
    there = Counter(rows)
    for row in (wanted - there).keys():
        found("lost", row[0], f"table: row {row} is there {there[row]} times")
    for row in (there - wanted).keys():
        found("doubled" if row in wanted else "strange", row[0], f"table: row {row} is there {there[row]} times")
    for order in [order for order in expected if order not in places]:
        found("lost", order, f"topic: no record of order {order}")
    for order in list(places):
        if order not in expected:
            found("strange", order, f"topic: order {order} is not expected")
        elif len(places[order]) > 1:
            found("doubled", order, f"topic: {len(places[order])} records of order {order}, {len(texts[order])} different")
    return verdict


def content(value):
    """A record's value without the time at which the API was asked, which differs when it is read again."""
    return re.sub(r'^\{"request_time":"[^"]*",', "{", value)


def every_version(records, table, identity):
    """`table`: rows of a table without a key, which has to hold the rows of each record exactly once."""
    verdict = Verdict(compared=len(records))
    there = Counter(table)
    for record in records:
        counts = [there.pop(row, 0) for row in record.rows]
        if not any(counts):
            verdict.add("lost", record.key, record.version, f"order {record.key} version {record.version}: none of its rows")
        elif len(set(counts)) > 1:
            verdict.add("torn", record.key, record.version,
                        f"order {record.key} version {record.version}: its lines are there {counts} times")
        elif counts[0] > 1:
            verdict.add("doubled", record.key, record.version,
                        f"order {record.key} version {record.version}: there {counts[0]} times")
    _strange(verdict, there, identity)
    return verdict


def last_version(records, table, identity):
    """`table`: rows of a table with a key, which has to hold the last version of each order and nothing else."""
    last = {}
    for record in records:
        if record.key not in last or record.version > last[record.key].version:
            last[record.key] = record
    by_key = defaultdict(list)
    for row in table:
        by_key[identity(row)[0]].append(row)
    verdict = Verdict(compared=len(last))
    for key, record in last.items():
        _compare_last(verdict, record, by_key.pop(key, []), identity)
    for rows in by_key.values():
        _strange(verdict, Counter(rows), identity)
    return verdict


def _compare_last(verdict, record, rows, identity):
    def found(kind, text):
        verdict.add(kind, record.key, record.version, f"order {record.key}, last version {record.version}: {text}")

    if not rows:
        found("lost", "none of its rows")
        return
    if Counter(rows) == Counter(record.rows):
        return
    lines = Counter(identity(row)[1] for row in rows)
    versions = {identity(row)[2] for row in rows}
    if max(lines.values()) > 1:
        found("doubled", f"lines {dict(lines)}")
    elif len(versions) > 1 or set(lines) != {identity(row)[1] for row in record.rows}:
        found("torn", f"lines {sorted(lines)} of versions {sorted(versions)}")
    elif versions != {record.version}:
        found("stale", f"stands at version {versions.pop()}")
    else:
        _strange(verdict, Counter(rows) - Counter(record.rows), identity)


def _strange(verdict, rows, identity):
    for row, count in rows.items():
        key, line, version = identity(row)
        verdict.add("strange", key, version, f"a row that nothing sent gives, {count} times: order {key} line {line} version {version}")


def log_of(sent, kept, ordered=True):
    """The topic against what was sent: `sent` and `kept` are lists of (key, version, text); `kept` in order of offsets.

    `ordered`: the versions of one key stand in ascending order (stale otherwise).
    """
    verdict = Verdict(compared=len(sent))
    there = Counter((key, version) for key, version, _ in kept)
    texts = {(key, version): text for key, version, text in kept}
    for key, version, text in sent:
        count = there.pop((key, version), 0)
        name = f"order {key} version {version}"
        if count == 0:
            verdict.add("lost", key, version, f"{name}: not in the topic")
        elif count > 1:
            verdict.add("doubled", key, version, f"{name}: in the topic {count} times")
        elif texts[key, version] != text:
            verdict.add("torn", key, version, f"{name}: its bytes are not those that were sent")
    for key, version in there:
        verdict.add("strange", key, version, f"order {key} version {version}: in the topic, but never sent")
    newest = {}
    for key, version, _ in kept if ordered else ():
        if version < newest.get(key, 0):
            verdict.add("stale", key, version, f"order {key}: version {version} stands behind version {newest[key]}")
        newest[key] = max(version, newest.get(key, 0))
    return verdict


def dead_letters(planted, letters):
    """`planted`: identities (topic, partition, offset) with (key, value) of the bad records; `letters`: the same of the dead
    letters. A crash may repeat one, so distinct identities count."""
    verdict = Verdict(compared=len(planted))
    found = defaultdict(set)
    for identity, content in letters:
        found[identity].add(content)
    for identity, content in planted.items():
        if identity not in found:
            verdict.add("lost", content[0], 0, f"no dead letter for {identity}")
        elif found.pop(identity) != {content}:
            verdict.add("torn", content[0], 0, f"a dead letter for {identity} is not the record's key and value")
    for identity, contents in found.items():
        verdict.add("strange", min(contents)[0], 0, f"a dead letter for {identity}, which is not bad")
    return verdict
