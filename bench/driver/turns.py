"""Limit and host in turns, pass by pass: a machine's speed changes within minutes, a ratio of neighbours does not.

A case is a number of tasks and of partitions. Its limit has as many connections as there are tasks, the same rows, and transactions composed
as consumers of the very topic compose them; with one partition these are ascending keys."""

import statistics

from bench_site import note

PASSES = ("new", "same", "changed")


def case_name(tasks, partitions):
    return f"{tasks}x{partitions}"


def parse_case(text):
    tasks, _, partitions = text.partition("x")
    return int(tasks), int(partitions or 3)


def spread(values):
    """Of the rounds' ratios."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    return {"median": round(statistics.median(known), 3), "min": round(min(known), 3), "max": round(max(known), 3)}


def median(results):
    """Of several equal dicts, number by number."""
    first = results[0]
    if isinstance(first, dict):
        return {key: median([result[key] for result in results]) for key in first}
    if isinstance(first, (int, float)) and None not in results:
        return round(statistics.median(results), 4)
    return first


class Turns:
    def __init__(self, site, host, orders, cases, passes, save):
        self.site, self.host, self.orders = site, host, orders
        self.cases, self.passes, self.save = cases, passes, save
        self.version = 0  # of the orders in the table
        self.results = {"cases": {}, "rounds": []}

    def run(self, rounds):
        for number in range(1, rounds + 1):
            for tasks, partitions in self.cases:
                self.round(number, rounds, tasks, partitions)
        return self.results

    def round(self, number, rounds, tasks, partitions):
        topic = self.site.topic(self.orders, partitions=partitions)
        consume = self.site.tool("cnx-bench-consume", "--kafka", self.site.servers, "--topic", topic, "--partitions", partitions,
                                 "--records", self.orders)
        parse = self.site.tool("cnx-bench-parse", "--orders", min(self.orders, 50_000))
        per_order = consume["cpu_s_per_million"] + parse["cpu_s_per_million"]
        for keys in self.passes:
            limit, host = self.turn(keys, tasks, partitions)
            alone = per_order * self.orders / host["rows"] + limit["cpu_s_per_million"]
            turn = {"case": case_name(tasks, partitions), "keys": keys, "round": number, "consume": consume, "parse": parse, "limit": limit,
                    "host": host, "rate": round(host["rows_per_s"] / limit["rows_per_s"], 3) if host["rows_per_s"] else None,
                    "cpu": round(host["cpu_s_per_million"] / alone, 3)}
            self.results["rounds"].append(turn)
            self.sum_up()
            self.save(self.results)
            note(f"bench: round {number} of {rounds}: {told(turn)}")

    def turn(self, keys, tasks, partitions):
        """The limit's pass and the host's one after the other. What the first leaves in the table is what the second needs."""
        if keys == "new":
            self.version = 0
            limit = self.limit(tasks, partitions, 0, keep=False)
            self.host.empty()
        elif keys == "same":
            limit = self.limit(tasks, partitions, self.version)
        else:
            self.version += 2  # each of the two changes what it finds
            limit = self.limit(tasks, partitions, self.version - 1)
        return limit, self.host.run(self.topic(partitions), tasks)

    def topic(self, partitions):
        return self.site.topic(self.orders, version=self.version, partitions=partitions)

    def limit(self, tasks, partitions, version, keep=True):
        return self.site.database_limit(self.orders, tasks, version=version, keep=keep, topic=self.topic(partitions), partitions=partitions)

    def sum_up(self):
        cases = {}
        for turn in self.results["rounds"]:
            cases.setdefault(turn["case"], {}).setdefault(turn["keys"], []).append(turn)
        self.results["cases"] = {
            case: {keys: {"case": case, "keys": keys, "rounds": len(turns), "limit": median([turn["limit"] for turn in turns]),
                          "host": median([turn["host"] for turn in turns]), "rate": spread([turn["rate"] for turn in turns]),
                          "cpu": spread([turn["cpu"] for turn in turns])}
                   for keys, turns in passes.items()}
            for case, passes in cases.items()}


def told(turn):
    """One line of a turn."""
    host, limit = turn["host"], turn["limit"]
    return (f"{turn['case']} {turn['keys']:<7} {host['rows_per_s'] or 0:>7,.0f} rows/s of {limit['rows_per_s']:>7,.0f}: {figure(turn['rate'])}; "
            f"CPU-s/M {host['cpu_s_per_million']:.2f} ({', '.join(f'{part} {value:.2f}' for part, value in host['cpu_split'].items())}), "
            f"{figure(turn['cpu'])} times consumer + parser + client ({limit['cpu_s_per_million']:.2f}); "
            f"database {told_of(host, 'database')} (limit {told_of(limit, 'database')}), broker {told_of(host, 'broker')}; "
            f"{host['peak_rss_mib']:.0f} MiB, writers busy {100 * (host['writer_busy'] or 0):.0f} %, first row {host['first_row_s']:.2f} s")


def figure(ratio):
    if isinstance(ratio, dict):
        return f"{ratio['median']:.2f} ({ratio['min']:.2f} – {ratio['max']:.2f})"
    return "–" if ratio is None else f"{ratio:.2f}"


HEAD = ("tasks × partitions", "keys", "rounds", "rows/s", "limit, rows/s", "part of the limit", "CPU-s per million rows: consume + transform + write",
        "times consumer + parser + client", "CPU-s of database (in the limit) · broker", "peak RSS, MiB", "writers busy", "first row, s")


def table(cases):
    """A row for each case and pass: medians, and the ratios' extremes."""
    for passes in cases.values():
        for run in passes.values():
            host, limit, split = run["host"], run["limit"], run["host"]["cpu_split"]
            parts = " + ".join(f"{split[part]:.1f}" for part in ("consume", "transform", "write"))
            yield (run["case"].replace("x", " × "), run["keys"], str(run["rounds"]), f"{host['rows_per_s'] or 0:,.0f}", f"{limit['rows_per_s']:,.0f}",
                   figure(run["rate"]), f"{host['cpu_s_per_million']:.1f}: {parts}", figure(run["cpu"]),
                   f"{told_of(host, 'database')} ({told_of(limit, 'database')}) · {told_of(host, 'broker')}", f"{host['peak_rss_mib']:.0f}",
                   f"{100 * (host['writer_busy'] or 0):.0f} %", f"{host['first_row_s']:.2f}")


def told_of(run, server):
    """CPU-s per million rows; only of a server that is a process of the private stack."""
    return f"{run[key]:.1f}" if (key := f"{server}_cpu_s_per_million") in run else "?"
