"""How long it takes to begin and to end: python3 bench/source/start.py [--rounds 5]

A sink with three tasks and a topic that already holds records: from exec to the first poll (the log's `assigned`), to the
first row that another connection can see, and from SIGTERM to the exit; then a whole bounded run, from exec to exit.
"""

import argparse
import datetime
import os
import re
import signal
import subprocess
import time

import rig

STAMP = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(\d{3}) - \w+ - (.*)$", re.MULTILINE)


class Rows:
    """Asks one open connection again and again whether a row is there: a new client each time would cost 10 ms."""

    def __init__(self, pipeline):
        command = ["mariadb", "--no-defaults", "--batch", "--raw", "--skip-column-names", "--unbuffered", "--protocol=tcp",
                   f"--host={os.environ['CNX_MYSQL_HOST']}", f"--port={os.environ['CNX_MYSQL_PORT']}", "--user=root",
                   f"--database={pipeline.database}"]
        environment = {**os.environ, "MYSQL_PWD": os.environ["CNX_MYSQL_ROOT_PASSWORD"]}
        self.client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)

    def any(self):
        self.client.stdin.write(b"SELECT EXISTS(SELECT 1 FROM walmart_order);\n")
        self.client.stdin.flush()
        return self.client.stdout.readline() == b"1\n"

    def close(self):
        self.client.stdin.close()
        self.client.wait(timeout=10)


def logged(path, part):
    """Epoch seconds of the first line of a log that has `part` in it."""
    for second, milliseconds, text in STAMP.findall(path.read_text()):
        if part in text:
            return datetime.datetime.strptime(second, "%Y-%m-%d %H:%M:%S").timestamp() + int(milliseconds) / 1000
    raise SystemExit(f"{path}: no line with '{part}'\n{path.read_text()}")


def one_sink(pipeline, config):
    pipeline.sql("TRUNCATE walmart_order; TRUNCATE connect_offsets")
    rows = Rows(pipeline)
    try:
        assert not rows.any()
        began = time.time()
        process = pipeline.start("run", config)
        while not rows.any():
            if time.time() - began > 60:
                raise SystemExit(process.log_path.read_text())
        first_row = time.time()
        time.sleep(1.5)
        stopped = time.time()
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=30)
        ended = time.time()
    finally:
        rows.close()
    assert code == 0, process.log_path.read_text()
    return {"first_poll_ms": 1000 * (logged(process.log_path, " assigned") - began),
            "first_row_ms": 1000 * (first_row - began), "exit_ms": 1000 * (ended - stopped)}


def bounded(pipeline, sandbox):
    config = pipeline.write({"orders": pipeline.source(sandbox), "sink": pipeline.sink()})
    assert pipeline.host("init", config).returncode == 0
    began = time.time()
    done = pipeline.host("run", config, "-H", 2, "--again")
    assert done.returncode == 0, done.stdout + done.stderr
    return {"bounded_run_ms": 1000 * (time.time() - began)}


def measure(arguments):
    figures = []
    for _ in range(arguments.rounds):
        with rig.Sandbox("--orders", 400, "--from", "now-90m", "--to", "now-3m", "--oddities", 0) as sandbox:
            with rig.pipeline() as pipeline:
                pipeline.produce((i, line.decode()) for i, line in enumerate(sandbox.orders()))
                config = pipeline.write({"sink": pipeline.sink()})
                assert pipeline.host("init", config).returncode == 0
                figures.append(one_sink(pipeline, config))
            with rig.pipeline() as pipeline:
                figures[-1].update(bounded(pipeline, sandbox))
    medians = {name: round(rig.median([f[name] for f in figures])) for name in figures[0]}
    return {"bench": "start", "rounds": arguments.rounds, **medians,
            "worst": {name: round(max(f[name] for f in figures)) for name in figures[0]}}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rig.need_servers()
    rig.put(measure(parser.parse_args()))
