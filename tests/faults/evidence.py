"""What a failed run leaves, kept before its topics, tables and files are removed."""

import json
import shutil
import subprocess
from pathlib import Path

HOME = Path(__file__).resolve().parents[2] / "build" / "faults"
PATIENCE_S = 20  # for each server, which may be what is broken


def keep(pipeline, name, expected):
    """Copies the pipeline's files, dumps its topics (partition, offset, key, value) and tables; returns the folder."""
    home = HOME / name
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(pipeline.directory, home / "files")
    if expected is not None:
        (home / "expected.json").write_text(json.dumps(expected, indent=0), encoding="utf-8")
    for topic in (pipeline.topic, pipeline.dead_topic):
        _write(home / f"topic-{topic}.ndjson", lambda topic=topic: pipeline.kafka("dump", topic, timeout=PATIENCE_S))
    tables = _write(home / "tables.txt", lambda: _table(pipeline, "SHOW TABLES"))
    for table in (tables or "").split():
        _write(home / f"table-{table}.tsv", lambda table=table: _table(pipeline, f"SELECT * FROM `{table}`"))
    return home


def _table(pipeline, query):
    return "".join("\t".join(row) + "\n" for row in pipeline.sql(query, timeout=PATIENCE_S))


def _write(path, get):
    """The text that was written, or None: then the file says why it is not there."""
    try:
        text = get()
    except (AssertionError, OSError, subprocess.SubprocessError) as cause:
        path.write_text(f"not there: {cause}\n", encoding="utf-8")
        return None
    path.write_text(text, encoding="utf-8")
    return text
