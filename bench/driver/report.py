"""The table that people read, made of the JSON."""


def ratios(results):
    """The host's figures as parts of the limits measured in the same run."""
    found = {}
    database, pipeline = results.get("database", {}), results.get("pipeline", {})
    for tasks, passes in pipeline.items():
        limit = database.get(f"bulk_{tasks.removeprefix('tasks_')}")
        for name, run in passes.items():
            if limit and run["rows_per_s"]:
                found[f"{tasks}.{name}.rows_per_s"] = round(run["rows_per_s"] / limit[name]["rows_per_s"], 3)
            alone = cpu_alone(results, limit, name, run)
            if alone:
                found[f"{tasks}.{name}.cpu"] = round(run["cpu_s_per_million"] / alone, 3)
    return found


def cpu_alone(results, limit, name, run):
    """CPU seconds per million rows of consumer, parser and database client, each alone."""
    if not (limit and "consume" in results and "parse" in results):
        return None
    orders_per_row = results["orders"] / run["rows"]
    per_order = results["consume"]["cpu_s_per_million"] + results["parse"]["cpu_s_per_million"]
    return per_order * orders_per_row + limit[name]["cpu_s_per_million"]


def lines(results):
    for limit in ("consume", "parse"):
        if limit in results:
            found = results[limit]
            yield f"limit: {limit:<22} {found['records_per_s']:>9,.0f} orders/s  {found['cpu_s_per_million']:>6.2f} CPU-s per million orders"
    for name, passes in results.get("database", {}).items():
        for keys in ("new", "same", "changed"):
            run = passes[keys]
            yield f"limit: database {name} {keys:<8} {run['rows_per_s']:>9,.0f} rows/s    {run['cpu_s_per_million']:>6.2f} CPU-s per million rows"
    for tasks, passes in results.get("pipeline", {}).items():
        for keys, run in passes.items():
            split = " + ".join(f"{part} {value:.2f}" for part, value in run["cpu_split"].items())
            yield (f"host:  {tasks} {keys:<16} {run['rows_per_s'] or 0:>9,.0f} rows/s    {run['cpu_s_per_million']:>6.2f} CPU-s ({split})"
                   f"  {run['peak_rss_mib']:.0f} MiB  writers busy {100 * (run['writer_busy'] or 0):.0f} %  first row {run['first_row_s']:.2f} s  stop {run['stop_s']:.2f} s")
    for name, run in results.get("micro", {}).items():
        allocations = f"  {run['allocations_per_batch']:.0f} allocations a batch" if "allocations_per_batch" in run else ""
        yield f"micro: {name:<30} {run['ns']:>9,.1f} ns an item{allocations}"
    if "allocations" in results:
        run = results["allocations"]
        yield f"allocations: {run['per_batch']:.1f} a batch, {run['per_1000_beside_batches']:.1f} for 1000 records beside that"
    if "latency" in results:
        run = results["latency"]
        yield f"latency at {run['rate']:.0f}/s: p50 {run['p50_ms']} ms, p99 {run['p99_ms']} ms, max {run['max_ms']} ms, {run['cpu_percent']} % of a core"
    yield from lines_of_the_source(results)
    for name, value in results.get("ratios", {}).items():
        yield f"ratio: {name:<30} {value:.2f}"


def lines_of_the_source(results):
    for name, run in results.get("source", {}).items():
        if name.startswith("latency_"):
            yield (f"source: {name:<20} {run['host']['orders_per_s']:>9,.0f} orders/s, client alone {run['client']['orders_per_s']:,.0f}:"
                   f" {run['ratio']:.2f}; CPU-s {run['host']['cpu_s']:.2f} and {run['client']['cpu_s']:.2f}")
    if "rate" in results:
        run = results["rate"]
        yield (f"rate: {run['calls']} calls in {run['seconds']} s of {run['ran_in']} that ran in: {run['ratio']:.4f};"
               f" {run['refused_after']} refused (429), {run['refused_before']} before")
