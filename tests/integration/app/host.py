"""Runs connect-host as a user would."""

import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import kept_output  # noqa: E402  (found through the line above)

BUILD = pathlib.Path(os.environ.get("CNX_BUILD_DIR", ROOT / "build" / "release"))
CONFIG = ROOT / "config" / "walmart.yml"
TESTDATA = ROOT / "tests" / "testdata"

DONE, FAILED, USAGE, DEAD = 0, 1, 2, 3


def run(*arguments, stdin="", env=None):
    """The finished process. `env` is the whole environment but for PATH: nothing of the caller's gets in."""
    stdin = stdin.encode() if isinstance(stdin, str) else stdin
    answer = subprocess.run([BUILD / "bin" / "connect-host", *map(str, arguments)], input=stdin, capture_output=True,
                            env={"PATH": os.environ["PATH"], **(env or {})}, timeout=90, check=False)
    kept_output.keep(answer.stdout + answer.stderr, f"app-{arguments[0] if arguments else 'nothing'}")
    answer.stdout, answer.stderr = answer.stdout.decode(), answer.stderr.decode()
    return answer


class ExactNumber(str):
    """A JSON number by its digits, so that 1.50 is not 1.5."""


def lines(text):
    return [json.loads(line, parse_int=ExactNumber, parse_float=ExactNumber) for line in text.splitlines()]


def preview(*arguments, stdin="", config=CONFIG, connector="walmart-orders-mysql", env=None):
    return run("preview", config, "--connector", connector, *arguments, stdin=stdin, env=env)
