"""How fast the source is beside an HTTP client alone: python3 bench/source/throughput.py [--latency-ms 0,100]

Both fetch the same pages from a server that has them ready (page_server.py), with as many windows in flight. The client
throws them away; connect-host reads them and writes each order to Kafka, exactly once. Rounds take turns.
"""

import argparse
import datetime
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import rig

BIN = rig.HOST.parent
LINE = re.compile(r"^(\d{4}-\S+ \S+),(\d{3}) - \w+ - (.*)$", re.MULTILINE)


class PageServer:
    """Yesterday, whole hours of UTC; what the API would take time for is `latency_ms`."""

    def __init__(self, hours, orders_per_window, latency_ms):
        day = datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0) - datetime.timedelta(days=1)
        self.day, self.hours = day, hours
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("page_server.py")), "--from-ms", str(int(day.timestamp()) * 1000),
             "--hours", str(hours), "--orders-per-window", str(orders_per_window), "--latency-ms", str(latency_ms)],
            stdout=subprocess.PIPE, text=True)
        self.url = json.loads(self.process.stdout.readline())["url"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        self.process.stdout.close()


def client_alone(server, in_flight):
    to = server.day + datetime.timedelta(hours=server.hours)
    done = subprocess.run([str(BIN / "cnx-bench-fetch"), "--url", server.url, "--from", server.day.strftime("%Y-%m-%dT%H:%M:%SZ"),
                           "--to", to.strftime("%Y-%m-%dT%H:%M:%SZ"), "--in-flight", str(in_flight)],
                          capture_output=True, text=True, timeout=600, check=False)
    if done.returncode != 0:
        raise SystemExit(f"cnx-bench-fetch: {done.stderr}")
    return json.loads(done.stdout)


def through_the_host(server, in_flight, batch_size, orders):
    """From the first call to the end of the run, by the host's log."""
    with rig.pipeline() as pipeline:
        source = pipeline.source(argparse.Namespace(url=server.url, ca_file=""), timezone="UTC", **{
            "windows.in.flight": in_flight, "batch.size": batch_size})
        del source["ssl.ca.location"]
        config = pipeline.write({"orders": source})
        day = server.day.strftime("%Y%m%d")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = pipeline.host("run", config, "-s", day, "-e", day, timeout=600)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            raise SystemExit(done.stdout + done.stderr)
        lines = done.stdout + done.stderr
        sent = sum(int(n) for n in re.findall(r"(\d+) sent, \d+ repeats", lines))
        if sent != orders:
            raise SystemExit(f"{sent} orders sent, {orders} expected: no figure of this run counts\n{lines}")
        stamps = [(stamp(found), found[2]) for found in LINE.findall(lines)]
        # The range's title comes right before the first poll, the last line right after the last commit.
        seconds = stamps[-1][0] - next(at for at, text in stamps if "SellerFulfilled+WFSFulfilled" in text)
    return {"orders": sent, "seconds": round(seconds, 3), "orders_per_s": round(sent / seconds),
            "cpu_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 3)}


def stamp(found):
    return datetime.datetime.strptime(found[0], "%Y-%m-%d %H:%M:%S").timestamp() + int(found[1]) / 1000


def measure(options):
    results = {"bench": "source", "windows_in_flight": options.in_flight, "batch_size": options.batch_size}
    for latency_ms in options.latency_ms:
        with PageServer(24, options.orders_per_window, latency_ms) as server:
            rounds = []
            for _ in range(options.rounds):
                alone = client_alone(server, options.in_flight)
                host = through_the_host(server, options.in_flight, options.batch_size, alone["orders"])
                rounds.append((alone, host))
        alone, host = ({name: rig.median([r[side][name] for r in rounds]) for name in rounds[0][side]} for side in (0, 1))
        results[f"latency_{latency_ms}_ms"] = {"client": alone, "host": host,
                                               "ratio": round(rig.median([h["orders_per_s"] / a["orders_per_s"] for a, h in rounds]), 3)}
    return results


def parse(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--in-flight", type=int, default=8, help="windows side by side (default: %(default)s)")
    parser.add_argument("--batch-size", type=int, default=1000, help="most orders in a transaction (default: %(default)s, as the source's)")
    parser.add_argument("--orders-per-window", type=int, default=1000)
    parser.add_argument("--latency-ms", type=lambda text: [int(n) for n in text.split(",")], default=[0, 100],
                        help="of each page; several are measured one after the other (default: 0,100)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    rig.need_servers()
    began = time.monotonic()
    rig.put(measure(parse()))
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    sys.exit(os.EX_OK)
