"""The command: what to serve, where, and with which misbehaviour; runs until SIGTERM or SIGINT."""

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
from pathlib import Path

from .admin import PREFIX, Admin
from .api import WalmartApi
from .generator import Plan, generate
from .http_message import Response
from .http_server import HttpServer
from .orders import load_orders
from .settings import BadSetting, Settings, apply_settings, require_types
from .times import HOUR_MS, MINUTE_MS, BadDate, Clock, instant, moment
from .tls import server_context
from .world import World

DEFAULT_ORDERS = 300
DEFAULT_SPAN_MS = 3 * HOUR_MS
_USAGE_ERROR = 2
_NUMBER = (int, float)
_TIME = (str, int)
_SCENARIO_KEYS = {"about": str, "now": _TIME, "orders": int, "from": _TIME, "to": _TIME, "timezone": str, "seed": int,
                  "burst_fraction": _NUMBER, "burst_minute": _TIME, "oddities": _NUMBER,
                  "ship_node_weights": (str, list), "load": list, "settings": dict, "faults": (dict, list)}


def main(arguments=None):
    options = _parser().parse_args(arguments)
    try:
        scenario = _scenario(options)
        world = build_world(scenario)
    except (BadSetting, BadDate, OSError) as cause:
        print(f"walmart_sandbox: {cause}", file=sys.stderr)
        return _USAGE_ERROR
    return _serve(world, options)


def _parser():
    parser = argparse.ArgumentParser(prog="walmart_sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 = any free one (default)")
    parser.add_argument("--ready-file", "--port-file", metavar="F", help="written with url, ca_file, pid, port when up")
    parser.add_argument("--tls-dir", metavar="D", help="where certificate and key are kept (default: a temporary one)")
    parser.add_argument("--plain", action="store_true", help="HTTP without TLS")
    parser.add_argument("--exit-with-parent", action="store_true", help="stop when the parent process is gone")
    parser.add_argument("--scenario", metavar="FILE", type=Path, help="JSON with any of the following")
    parser.add_argument("--seed", type=int, help="of data and faults (default 1)")
    parser.add_argument("--now", metavar="ISO", help="start of the sandbox's clock (default: the real time)")
    parser.add_argument("--orders", type=int, metavar="N", help=f"generate N orders (default {DEFAULT_ORDERS})")
    parser.add_argument("--from", metavar="TIME", help="first orderDate: ISO, now-3h, today-1d+8h (default: to-3h)")
    parser.add_argument("--to", metavar="TIME", help="behind the last orderDate (default: now)")
    parser.add_argument("--timezone", metavar="ZONE", help="whose days 'today' counts (default UTC)")
    parser.add_argument("--burst-fraction", type=float, metavar="X", help="this part of the orders in one minute")
    parser.add_argument("--burst-minute", metavar="TIME", help="that minute (default: the middle)")
    parser.add_argument("--oddities", type=float, metavar="X", help="this part of the orders in odd shapes (0.05)")
    parser.add_argument("--ship-node-weights", metavar="A,B,C", help="Seller, WFS, 3PL (default 70,20,10)")
    parser.add_argument("--load", action="append", metavar="FILE", help="serve these orders, byte by byte; repeatable")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of settings.py")
    parser.add_argument("--client", metavar="ID:SECRET",
                        help="the only credentials (default sandbox-client:sandbox-secret)")
    parser.add_argument("--faults", metavar="JSON", help="fault rules, as in a scenario")
    return parser


def _scenario(options):
    """The scenario file with the command line's options on top."""
    scenario = {}
    if options.scenario:
        try:
            scenario = json.loads(options.scenario.read_text(encoding="utf-8"))
        except ValueError as cause:
            raise BadSetting(f"{options.scenario}: not JSON: {cause}") from cause
        if not isinstance(scenario, dict):
            raise BadSetting(f"{options.scenario}: a scenario must be a JSON object")
        require_types(scenario, _SCENARIO_KEYS, f"{options.scenario}: key")
        scenario["load"] = [options.scenario.parent / name for name in scenario.get("load", [])]
    for name in _SCENARIO_KEYS.keys() - {"about", "settings", "faults"}:
        value = vars(options).get(name)
        if value is not None:
            scenario[name] = value
    scenario["settings"] = {**scenario.get("settings", {}), **dict(_setting(text) for text in options.set)}
    if options.client:
        client, _, secret = options.client.partition(":")
        scenario["settings"]["clients"] = {client: secret}
    if options.faults:
        scenario["faults"] = _json_value(options.faults, "--faults")
    return scenario


def _setting(text):
    name, equals, value = text.partition("=")
    if not equals:
        raise BadSetting(f"--set {text}: write NAME=VALUE")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _json_value(text, where):
    try:
        return json.loads(text)
    except ValueError as cause:
        raise BadSetting(f"{where}: not JSON: {cause}") from cause


def build_world(scenario):
    """The world of a scenario (a dict with the keys of a scenario file)."""
    settings = Settings()
    apply_settings(settings, scenario.get("settings", {}))
    clock = Clock(instant(scenario["now"]) if "now" in scenario else None)
    seed = scenario.get("seed", 1)
    orders = []
    for name in scenario.get("load", []):
        orders += load_orders(Path(name), clock.now_ms())
    if "orders" in scenario or not orders:
        orders += generate(_plan(scenario, clock.now_ms(), seed))
    return World(settings, clock, orders, scenario.get("faults", ()), seed)


def _plan(scenario, now_ms, seed):
    def when(name, default):
        return moment(scenario.get(name, default), now_ms, scenario.get("timezone", "UTC"))

    to_ms = when("to", now_ms)
    from_ms = when("from", to_ms - DEFAULT_SPAN_MS)
    plan = Plan(scenario.get("orders", DEFAULT_ORDERS), from_ms, to_ms, seed, now_ms=now_ms,
                burst_fraction=scenario.get("burst_fraction", 0.0), oddities=scenario.get("oddities", 0.05),
                burst_minute_ms=when("burst_minute", (from_ms + to_ms) // 2 // MINUTE_MS * MINUTE_MS))
    weights = scenario.get("ship_node_weights")
    if weights is not None:
        parts = weights.split(",") if isinstance(weights, str) else weights
        try:
            plan.weights = tuple(float(part) for part in parts)
        except ValueError as cause:
            raise BadSetting(f"ship_node_weights: {cause}") from cause
        if len(plan.weights) != 3 or min(plan.weights) < 0 or not sum(plan.weights):
            raise BadSetting("ship_node_weights must be three numbers: Seller, WFS, 3PL")
    return plan


def make_server(world, port=0, tls_context=None):
    """An HttpServer that serves the API and the admin calls of `world`; not yet started."""
    api, admin = WalmartApi(world), Admin(world)

    def handle(request):
        handler = admin if request.path.startswith(PREFIX) else api
        try:
            return handler.handle(request)
        except Exception as cause:    # a defect of the sandbox must not look like a fault on purpose
            print(f"walmart_sandbox: defect at {request.method} {request.target}: {cause!r}", file=sys.stderr)
            return Response(599, f"defect of the sandbox: {cause!r}\n".encode(), "text/plain", fault="sandbox_defect")

    return HttpServer(handle, world.stats, world.settings, port, tls_context)


def _serve(world, options):
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    parent = os.getppid()
    with tempfile.TemporaryDirectory(prefix="walmart-sandbox-") as temporary:
        context, ca_file = (None, "") if options.plain else server_context(options.tls_dir or temporary)
        try:
            server = make_server(world, options.port, context)
        except OSError as cause:
            print(f"walmart_sandbox: port {options.port}: {cause.strerror}", file=sys.stderr)
            return 1
        server.start()
        url = f"http{'' if options.plain else 's'}://127.0.0.1:{server.port}"
        ready = {"url": url, "ca_file": ca_file, "pid": os.getpid(), "port": server.port}
        print(json.dumps(ready), flush=True)
        if options.ready_file:
            _write_atomically(Path(options.ready_file), json.dumps(ready))
        while not stop.wait(0.5 if options.exit_with_parent else None):
            if os.getppid() != parent:
                break
        server.stop()
        if options.ready_file:
            Path(options.ready_file).unlink(missing_ok=True)
    return 0


def _write_atomically(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    new.write_text(text + "\n", encoding="utf-8")
    os.replace(new, path)
