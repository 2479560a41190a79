"""Checks that every metric which the dashboard, the alert rules and docs/operations.md name is one that the host has."""

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
    print("\n".join(wrong) or f"{len(known)} metrics are known, and all that are named are among them")
    return 1 if wrong else 0


sys.exit(main())
