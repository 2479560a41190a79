"""How much of the API's rate limit the source uses, and what it is refused: python3 bench/source/rate.py [--per-minute 300]

The sandbox with a bucket of calls; the source empties it, and then for three minutes good calls are counted against what
ran in. Also the number of 429s after the bucket was empty for the first time.
"""

import argparse
import signal
import time

import rig

SETTLE_S = 15    # until the bucket stands at what the source leaves in it


def counts(sandbox):
    """(good calls, 429s) of the orders endpoint."""
    statuses = sandbox.stats()["statuses"]
    return statuses.get("200", 0), statuses.get("429", 0)


def measure(options):
    settings = ["--set", f"rate_limit_orders={options.per_minute}", "--set", f"latency_ms={options.latency_ms}"]
    pages = round(options.per_minute * (options.seconds / 60 + 1) * 1.5)
    with rig.pipeline() as pipeline, rig.Sandbox("--orders", pages * 2, "--from", "now-40h", "--to", "now-2h", "--oddities", 0,
                                                 *settings) as sandbox:
        config = pipeline.write({"orders": pipeline.source(sandbox, **{"page.size": 2, "windows.in.flight": options.in_flight})})
        process = pipeline.start("run", config, "-H", 48)
        try:
            started = time.monotonic()

            def dry():
                """The bucket holds about as little as it ever will. A token call among the good ones does not matter."""
                ran_in = options.per_minute * (1 + (time.monotonic() - started) / 60)
                return ran_in - counts(sandbox)[0] < 0.05 * options.per_minute + 2 * options.in_flight
            rig.wait_until(dry, "the bucket to be empty", timeout=150)
            time.sleep(SETTLE_S)
            began, (good, refused) = time.monotonic(), counts(sandbox)
            time.sleep(options.seconds)
            seconds, (good_then, refused_then) = time.monotonic() - began, counts(sandbox)
            if process.poll() is not None:
                raise SystemExit(f"the run ended before the measurement did:\n{process.log_path.read_text()[-3000:]}")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
    ran_in = options.per_minute * seconds / 60
    return {"bench": "rate", "per_minute": options.per_minute, "latency_ms": options.latency_ms, "seconds": round(seconds, 1),
            "calls": good_then - good, "ran_in": round(ran_in, 1), "ratio": round((good_then - good) / ran_in, 4),
            "refused_before": refused, "refused_after": refused_then - refused}


def parse(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--per-minute", type=int, default=300, help="size of the bucket, and what runs in (default: %(default)s)")
    parser.add_argument("--latency-ms", type=int, default=50, help="of each answer (default: %(default)s)")
    parser.add_argument("--in-flight", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=180)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    rig.need_servers()
    rig.put(measure(parse()))
