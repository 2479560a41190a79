"""Checks that every metric which the dashboard, the alert rules and docs/operations.md name is one that the host has, and that the
messages which docs/operations.md explains are said by somebody.
"""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILES = ("packaging/monitoring/alerts.yml", "packaging/monitoring/grafana-dashboard.json", "docs/operations.md")
SUFFIXES = ("_bucket", "_sum", "_count")


def known_metrics():
    """Names in the sources that make metrics, with the prefix that each gets."""
    names = set()
    for source in (ROOT / "host").rglob("*.cc"):
        if not source.stem.endswith("_test"):
            names.update(re.findall(r'(?:counter|gauge|histogram)\(\s*"([a-z_]+)"', source.read_text()))
    return {"connect_" + name for name in names}


def unsaid_messages():
    """Messages of the page's table "Mend" that stand in no source."""
    sources = ""
    for folder in ("host", "plugins"):
        for source in (ROOT / folder).rglob("*"):
            if source.suffix in (".cc", ".h") and not source.stem.endswith("_test"):
                sources += source.read_text()
    # A long literal is written in pieces.
    sources = re.sub(r'"\s*\n\s*"', "", sources).replace("{}", "…")
    rows = re.findall(r"^\| ((?:`[^`]+`(?:, )?)+)", (ROOT / "docs/operations.md").read_text().split("## Mend")[1], flags=re.M)
    messages = [message for row in rows for message in re.findall(r"`([^`]+)`", row)]
    assert len(messages) > 10, "the table of messages was not found"
    pieces = {piece.strip(" ;()'") for message in messages for piece in re.split(r"…|\((?:config|auth|record)\)", message)}
    return sorted(piece for piece in pieces if len(piece) > 3 and piece not in sources)


def main():
    known = known_metrics()
    wrong = []
    for file in FILES:
        text = (ROOT / file).read_text()
        if file.endswith(".json"):
            json.loads(text)
        used = set(re.findall(r"\bconnect_[a-z]+_(?:task_)?metrics_[a-z_]+\b|\bconnect_connector_task_metrics_[a-z_]+\b", text))
        if not used:
            wrong.append(f"{file}: names no metric at all")
        for name in sorted(used):
            if name not in known and not any(name.removesuffix(suffix) in known for suffix in SUFFIXES):
                wrong.append(f"{file}: {name} is no metric of the host")
    wrong += [f"docs/operations.md explains '{message}', which nobody says" for message in unsaid_messages()]
    print("\n".join(wrong) or f"{len(known)} metrics are known, and all that are named are among them")
    return 1 if wrong else 0


sys.exit(main())
