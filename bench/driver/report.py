"""The table that people read, made of the JSON."""

import scale
import turns

QUICK = "quick, no measurement"


def markdown(head, rows):
    """As docs/performance.md has it."""
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def lines(results):
    if "quick" not in results:
        yield from figures(results)
        return
    yield results["quick"]
    for line in figures(results):
        yield marked(line)


def marked(line):
    """So that no line that is read or copied alone passes for a measurement; in a table it is the first column."""
    if line.startswith("|---"):
        return "|---" + line
    return f"| {QUICK} {line}" if line.startswith("|") else f"{QUICK}: {line}"


def figures(results):
    for limit in ("consume", "parse"):
        if limit in results:
            found = results[limit]
            yield f"limit: {limit:<22} {found['records_per_s']:>9,.0f} orders/s  {found['cpu_s_per_million']:>6.2f} CPU-s per million orders"
    for name, passes in results.get("database", {}).items():
        for keys in ("new", "same", "changed"):
            run = passes[keys]
            yield f"limit: database {name} {keys:<8} {run['rows_per_s']:>9,.0f} rows/s    {run['cpu_s_per_million']:>6.2f} CPU-s per million rows"
    if results.get("pipeline", {}).get("cases"):
        yield from markdown(turns.HEAD, turns.table(results["pipeline"]["cases"]))
    if "scale" in results:
        yield from markdown(scale.HEAD, scale.table(results["scale"]))
    for name, run in results.get("micro", {}).items():
        allocations = f"  {run['allocations_per_batch']:.0f} allocations a batch" if "allocations_per_batch" in run else ""
        yield f"micro: {name:<30} {run['ns']:>9,.1f} ns an item{allocations}"
    if "allocations" in results:
        run = results["allocations"]
        yield f"allocations: {run['per_batch']:.1f} a batch, {run['per_1000_beside_batches']:.1f} for 1000 records beside that"
    if "latency" in results:
        run = results["latency"]
        yield f"latency at {run['rate']:.0f}/s: p50 {run['p50_ms']} ms, p99 {run['p99_ms']} ms, max {run['max_ms']} ms, {run['cpu_percent']} % of a core"
    if "soak" in results:
        run = results["soak"]
        yield (f"soak: {run['orders']} orders at {run['rate']:.0f}/s, {len(run['looks_mib'])} looks: {run['early_mib']} MiB, at the end {run['late_mib']} MiB;"
               f" p50 {run['p50_ms']} ms, p99 {run['p99_ms']} ms, {run['cpu_percent']} % of a core")
    yield from lines_of_the_source(results)


def lines_of_the_source(results):
    for name, run in results.get("source", {}).items():
        if isinstance(run, dict):
            yield (f"source: {name:<20} {run['host']['orders_per_s']:>9,.0f} orders/s, client alone {run['client']['orders_per_s']:,.0f}:"
                   f" {run['ratio']:.2f} ({run['least']:.2f} to {run['greatest']:.2f}); CPU-s {run['host']['cpu_s']:.2f} and {run['client']['cpu_s']:.2f}")
    if "rate" in results:
        run = results["rate"]
        yield (f"rate: {run['calls']} calls in {run['seconds']} s of {run['ran_in']} that ran in: {run['ratio']:.4f};"
               f" {run['refused_after']} refused (429), {run['refused_before']} before")
