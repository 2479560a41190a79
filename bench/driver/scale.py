"""Whether cost and memory grow with what there is to do: few and many orders, few and many partitions."""

from bench_site import note
from turns import median, told_of

TASKS = 3
SMALL = 200_000  # orders: what the many are compared with


class Scale:
    """New keys, three tasks. A topic exists as long as it is measured, so that the broker's disk holds one at a time."""

    def __init__(self, site, pipeline, partitions, save):
        self.site, self.pipeline, self.partitions, self.save = site, pipeline, partitions, save

    def run(self, orders, rounds):
        results = {}
        for number in sorted({min(orders, SMALL), orders}):
            for partitions in self.partitions:
                name = f"{number}_orders_{partitions}_partitions"
                results[name] = self.of(number, partitions, rounds)
                self.save(results)
                note(f"bench: {told(name, results[name])}")
        return results

    def of(self, orders, partitions, rounds):
        topic = self.site.topic(orders, partitions=partitions)
        runs = []
        for _ in range(rounds):
            self.pipeline.empty()
            runs.append(self.pipeline.run(topic, TASKS))
        self.site.forget(topic)
        return median(runs)


def told(name, run):
    return (f"{name:<32} {run['rows_per_s'] or 0:>9,.0f} rows/s  {run['cpu_s_per_million']:>6.2f} CPU-s per million rows"
            f"  {run['peak_rss_mib']:.0f} MiB  database {told_of(run, 'database')}, broker {told_of(run, 'broker')}")


HEAD = ("orders · partitions", "rows/s", "CPU-s per million rows", "peak RSS, MiB", "CPU-s of database · broker")


def table(results):
    for name, run in results.items():
        orders, _, partitions, _ = name.split("_")
        yield (f"{int(orders):,} · {partitions}", f"{run['rows_per_s'] or 0:,.0f}", f"{run['cpu_s_per_million']:.1f}", f"{run['peak_rss_mib']:.0f}",
               f"{told_of(run, 'database')} · {told_of(run, 'broker')}")
