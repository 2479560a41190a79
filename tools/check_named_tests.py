"""Every promise of docs/delivery.md names tests, and every test that it names exists.

A promise is a row of a table whose last column is "proved by". A test is named in backticks: `Suite.Name` of a C++ test,
`test_file.test_name` of a Python one.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = pathlib.Path("docs/delivery.md")
NAME = re.compile(r"`([A-Za-z]\w*\.\w+)`")
CPP_TEST = re.compile(r"\bTEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)")
PYTHON_TEST = re.compile(r"^\s+def (test_\w+)\(", re.MULTILINE)


def existing_tests(root):
    found = set()
    for folder in ("sdk", "host", "plugins", "tests"):
        for path in (root / folder).rglob("*_test.cc"):
            found.update(".".join(match) for match in CPP_TEST.findall(path.read_text(encoding="utf-8")))
        for path in (root / folder).rglob("test_*.py"):
            found.update(f"{path.stem}.{name}" for name in PYTHON_TEST.findall(path.read_text(encoding="utf-8")))
    return found


def promises(text):
    """(line number, cells) of each row in a table that says what proves it."""
    proving = False
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            proving = False
        elif cells[-1] == "proved by":
            proving = True
        elif proving and not set(line) <= set("|-: "):
            yield number, cells


def findings(page, text, existing):
    rows = list(promises(text))
    if not rows:
        yield f"{page}: no table with a last column 'proved by'"
    for number, cells in rows:
        names = NAME.findall(cells[-1])
        if not names:
            yield f"{page}:{number}: '{cells[0]}' names no test: name one, or move it to what is not promised"
        for name in names:
            if name not in existing:
                yield f"{page}:{number}: no test is called {name}: was it renamed or removed?"


def main(root=ROOT):
    bad = list(findings(PAGE, (root / PAGE).read_text(encoding="utf-8"), existing_tests(root)))
    for finding in bad:
        print(finding, file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
