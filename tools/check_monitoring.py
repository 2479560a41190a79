"""Checks that every metric which the dashboard, the alert rules and docs/operations.md name is one that the host has, that
docs/operations.md lists all that it has, and that the messages which it explains are said by somebody.
"""

import itertools
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
            names.update(re.findall(r'(?:counter|gauge|(?:age_)?histogram)\(\s*"([a-z_]+)"', source.read_text()))
    return {"connect_" + name for name in names}


def listed_metrics(page):
    """The names in the page's table of groups and attributes, `{a,b}` spelt out."""
    names = set()
    for group, attributes in re.findall(r"^\| `(\w+_metrics)` \| (.*) \|$", page, flags=re.M):
        for pattern in re.findall(r"`([^`]+)`", attributes):
            parts = [part.strip("{}").split(",") for part in re.findall(r"\{[^}]*\}|[^{}]+", pattern)]
            names.update(f"connect_{group}_{''.join(choice)}" for choice in itertools.product(*parts))
    return names


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
    listed = listed_metrics((ROOT / "docs/operations.md").read_text())
    wrong += [f"docs/operations.md does not list the metric {name}" for name in sorted(known - listed)]
    wrong += [f"docs/operations.md lists {name}, which the host has not" for name in sorted(listed - known)]
    wrong += [f"docs/operations.md explains '{message}', which nobody says" for message in unsaid_messages()]
    print("\n".join(wrong) or f"{len(known)} metrics are known, and all that are named are among them")
    return 1 if wrong else 0


sys.exit(main())
