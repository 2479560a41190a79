"""The cost of a host that has nothing to do: python3 bench/source/idle.py [--seconds 60] [--with-source]

Three sink tasks with a partition each, a few records written and committed, then silence. CPU is that of the threads
in the kernel's nanoseconds (schedstat); ticks of 10 ms would not show 0.1 %.
"""

import argparse
import signal
import time

import rig


def measure(arguments):
    with rig.pipeline() as pipeline:
        with rig.Sandbox("--orders", 30, "--from", "now-3h", "--to", "now-2h", "--oddities", 0) as sandbox:
            connectors = {"sink": pipeline.sink(**dict(o.split("=", 1) for o in arguments.sink))}
            if arguments.with_source:
                connectors["orders"] = pipeline.source(sandbox)
            config = pipeline.write(connectors, listeners="http://127.0.0.1:0")
            pipeline.produce((i, line.decode()) for i, line in enumerate(sandbox.orders()))
            done = pipeline.host("init", config)
            assert done.returncode == 0, done.stdout + done.stderr
            process = pipeline.start("run", config)
            try:
                rig.wait_until(lambda: pipeline.number("SELECT COUNT(DISTINCT purchaseOrderId) FROM walmart_order") == 30,
                               "the rows")
                time.sleep(arguments.settle)
                before = rig.Usage(process.pid)
                time.sleep(arguments.seconds)
                result = rig.usage(before, rig.Usage(process.pid))
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=30)
    return {"bench": "idle", "with_source": arguments.with_source, "tasks": 3, **result,
            "limits": {"cpu_percent": 0.2, "rss_mib": 30}}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--settle", type=float, default=5, help="seconds before the measurement begins")
    parser.add_argument("--with-source", action="store_true", help="a walmart-source without bounds beside the sink")
    parser.add_argument("--sink", action="append", default=[], metavar="KEY=VALUE", help="a setting of the sink connector")
    rig.need_servers()
    rig.put(measure(parser.parse_args()))
