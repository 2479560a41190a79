"""How fast the source is beside an HTTP client alone: python3 bench/source/throughput.py [--latency-ms 0,100]

Both fetch the same pages with as many windows in flight: from the sandbox without faults, which makes each page when it
is asked for, and from a server that has them ready (page_server.py). The client throws them away; connect-host reads
them and writes each order to Kafka, exactly once. Rounds take turns. Without latency a run takes several days of orders,
so that the token, the first call, which goes alone, and the last commits weigh little.

The server stands for a remote one: it has half of the cores, and client, host and broker have the other half. What the
sandbox gives is measured again with all of them on all cores (`sandbox_all_cores`), where server, host and broker take
the CPU from each other.
"""

import argparse
import base64
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

import cores
import rig

BIN = rig.HOST.parent
LINE = re.compile(r"^(\d{4}-\S+ \S+),(\d{3}) - \w+ - (.*)$", re.MULTILINE)


def days_ago(days):
    return datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0) - datetime.timedelta(days=days)


class PageServer:
    """The last whole days of UTC; what the API would take time for is `latency_ms`."""
    ca_file, token = "", "bench"

    def __init__(self, days, orders_per_window, latency_ms):
        self.day, self.days = days_ago(days), days
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("page_server.py")), "--from-ms", str(int(self.day.timestamp()) * 1000),
             "--hours", str(24 * days), "--orders-per-window", str(orders_per_window), "--latency-ms", str(latency_ms)],
            stdout=subprocess.PIPE, text=True)
        self.url = json.loads(self.process.stdout.readline())["url"]
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        self.process.stdout.close()


class WholeSandbox(rig.Sandbox):
    """The same days from the sandbox, over TLS; it checks everything, the token too."""
    start_seconds = 120

    def __init__(self, days, orders_per_window):
        self.day, self.days = days_ago(days), days
        super().__init__("--orders", 72 * days * orders_per_window, "--from", self.day.isoformat(),
                         "--to", (self.day + datetime.timedelta(days=days)).isoformat(), "--ship-node-weights", "1,1,1",
                         "--oddities", 0, "--set", "rate_limit_orders=0")

    @property
    def token(self):
        connection = self.connection()
        connection.request("POST", "/v3/token", "grant_type=client_credentials", {
            "Authorization": "Basic " + base64.b64encode(b"sandbox-client:sandbox-secret").decode(), "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded", "WM_SVC.NAME": "Walmart Marketplace", "WM_QOS.CORRELATION_ID": "bench"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer["access_token"]


def client_alone(server, in_flight):
    to = server.day + datetime.timedelta(days=server.days)
    done = subprocess.run([str(BIN / "cnx-bench-fetch"), "--url", server.url, "--from", server.day.strftime("%Y-%m-%dT%H:%M:%SZ"),
                           "--to", to.strftime("%Y-%m-%dT%H:%M:%SZ"), "--in-flight", str(in_flight),
                           "--token", server.token, *(["--ca", str(server.ca_file)] if server.ca_file else [])],
                          capture_output=True, text=True, timeout=600, check=False)
    if done.returncode != 0:
        raise SystemExit(f"cnx-bench-fetch: {done.stderr}")
    return json.loads(done.stdout)


def through_the_host(server, in_flight, batch_size, orders_per_window):
    """From the first call to the end of the run, by the host's log."""
    with rig.pipeline() as pipeline:
        source = pipeline.source(server, timezone="UTC", **{"windows.in.flight": in_flight, "batch.size": batch_size})
        if not server.ca_file:
            del source["ssl.ca.location"]
        config = pipeline.write({"orders": source})
        first, last = (at.strftime("%Y%m%d") for at in (server.day, server.day + datetime.timedelta(days=server.days - 1)))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = pipeline.host("run", config, "-s", first, "-e", last, timeout=600)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            raise SystemExit(done.stdout + done.stderr)
        lines = done.stdout + done.stderr
        sent = sum(int(n) for n in re.findall(r"(\d+) sent, \d+ repeats", lines))
        orders = 72 * server.days * orders_per_window
        if sent != orders:
            raise SystemExit(f"{sent} orders sent, {orders} expected: no figure of this run counts\n{lines}")
        stamps = [(stamp(found), found[2]) for found in LINE.findall(lines)]
        # The range's title comes right before the first poll, the last line right after the last commit.
        seconds = stamps[-1][0] - next(at for at, text in stamps if "SellerFulfilled+WFSFulfilled" in text)
    return {"orders": sent, "seconds": round(seconds, 3), "orders_per_s": round(sent / seconds),
            "cpu_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 3)}


def stamp(found):
    return datetime.datetime.strptime(found[0], "%Y-%m-%d %H:%M:%S").timestamp() + int(found[1]) / 1000


def servers(options):
    """(name, server) of each that is measured."""
    if not options.no_sandbox:
        yield "sandbox", WholeSandbox(options.days, options.orders_per_window)
    for latency_ms in options.latency_ms:
        yield f"latency_{latency_ms}_ms", PageServer(1 if latency_ms else options.days, options.orders_per_window, latency_ms)


def rounds_of(server, options):
    """Medians of client and host in turns, and of each pair's ratio."""
    rounds = []
    for _ in range(options.rounds):
        alone = client_alone(server, options.in_flight)
        host = through_the_host(server, options.in_flight, options.batch_size, options.orders_per_window)
        rounds.append((alone, host))
    alone, host = ({name: rig.median([r[side][name] for r in rounds]) for name in rounds[0][side]} for side in (0, 1))
    ratios = sorted(h["orders_per_s"] / a["orders_per_s"] for a, h in rounds)
    return {"client": alone, "host": host, "ratio": round(rig.median(ratios), 3), "least": round(ratios[0], 3), "greatest": round(ratios[-1], 3)}


def measure(options):
    results = {"bench": "source", "windows_in_flight": options.in_flight, "batch_size": options.batch_size,
               "days": options.days}
    for server_name, server in servers(options):
        with server:
            with cores.apart(server.pid, rig.broker()) as split:
                results[server_name] = {"cores": split, **rounds_of(server, options)}
            if split and server_name == "sandbox":
                results["sandbox_all_cores"] = rounds_of(server, options)
    return results


def parse(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--in-flight", type=int, default=8, help="windows side by side (default: %(default)s)")
    parser.add_argument("--batch-size", type=int, default=1000, help="most orders in a transaction (default: %(default)s, as the source's)")
    parser.add_argument("--days", type=int, default=3, help="of 72 windows; one with latency (default: %(default)s)")
    parser.add_argument("--orders-per-window", type=int, default=1000)
    parser.add_argument("--latency-ms", type=lambda text: [int(n) for n in text.split(",") if n], default=[0, 100],
                        help="of each ready page; several are measured one after the other (default: 0,100)")
    parser.add_argument("--no-sandbox", action="store_true", help="ready pages alone")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    rig.need_servers()
    began = time.monotonic()
    rig.put(measure(parse()))
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    sys.exit(os.EX_OK)
