"""The orders API with pages that are ready: the sandbox makes some 200 a second, a third of what a client
takes, and would be what is measured.

One process and thread; answers are bytes made before the first request. Windows are full hours; each has the same number
of orders. Of what the API checks, nothing is checked: that is the sandbox's work.
"""

import argparse
import asyncio
import datetime
import gzip
import json
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
from walmart_sandbox.generator import Plan, generate  # noqa: E402  (found through the line above)

HOUR_MS = 3_600_000
PAGE = 200
TYPES = ("SellerFulfilled", "WFSFulfilled", "3PLFulfilled")


def utc(ms):
    return datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def packed(document):
    body = gzip.compress(document, compresslevel=6, mtime=0)
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (
        len(body), body)


def pages_of(node, start_ms, bodies):
    """(target, answer) of each page of one window; targets as walmart-source asks for them."""
    dates = f"createdStartDate={utc(start_ms - 1000)}&createdEndDate={utc(start_ms + HOUR_MS + 1000)}"
    target = f"/v3/orders?{dates}&limit={PAGE}&shipNodeType={node}"
    for given in range(0, max(1, len(bodies)), PAGE):
        orders = bodies[given:given + PAGE]
        more = given + PAGE < len(bodies)
        cursor = f"?limit={PAGE}&hasMoreElements=true&poIndex={given + PAGE}&{dates}&shipNodeType={node}"
        meta = json.dumps({"totalCount": len(bodies), "limit": PAGE, "nextCursor": cursor if more else None},
                          separators=(",", ":")).encode()
        yield target, packed(b'{"list":{"meta":%b,"elements":{"order":[%b]}}}' % (meta, b",".join(orders)))
        target = "/v3/orders" + cursor


def make_answers(from_ms, hours, orders_per_window):
    """All answers by target. The orders of a window are those of the one before with other ids and times."""
    plan = Plan(orders_per_window, from_ms, from_ms + HOUR_MS, 1, now_ms=from_ms + HOUR_MS, oddities=0.0)
    made = sorted(generate(plan), key=lambda order: order.key)
    answers, number = {}, 200_000_000_000_000
    for node in TYPES:
        for hour in range(hours):
            bodies = []
            for order in made:
                number += 1
                when = order.order_date + hour * HOUR_MS
                body = order.body.replace(b'"%b"' % order.order_id.encode(), b'"%d"' % number)
                bodies.append(body.replace(b'"orderDate":%d' % order.order_date, b'"orderDate":%d' % when))
            answers.update(pages_of(node, from_ms + hour * HOUR_MS, bodies))
    return answers


TOKEN = packed(b'{"access_token":"bench","token_type":"Bearer","expires_in":900}')
LOST = b'HTTP/1.1 404 Not Found\r\nContent-Length: 36\r\n\r\n{"error":[{"code":"URI_NOT_FOUND"}]}'


class Api:
    def __init__(self, answers, latency_s):
        self.answers, self.latency_s = answers, latency_s

    async def serve(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
                length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
                await reader.readexactly(length)
                if self.latency_s:
                    await asyncio.sleep(self.latency_s)
                writer.write(TOKEN if method == "POST" else self.answers.get(target, LOST))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass    # the client is through
        finally:
            writer.close()


async def run(options):
    answers = make_answers(options.from_ms, options.hours, options.orders_per_window)
    server = await asyncio.start_server(Api(answers, options.latency_ms / 1000).serve, "127.0.0.1", 0, limit=1 << 16)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    print(json.dumps({"url": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", "pages": len(answers)}), flush=True)
    await stop.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from-ms", type=int, required=True, help="a full hour")
    parser.add_argument("--hours", type=int, required=True)
    parser.add_argument("--orders-per-window", type=int, default=1000)
    parser.add_argument("--latency-ms", type=float, default=0)
    asyncio.run(run(parser.parse_args()))
