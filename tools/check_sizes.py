"""Says which files are too long to be read at one sitting (CONTRIBUTING.md): over the limit fails, a long header warns."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ("sdk", "host", "plugins", "examples", "tests", "bench", "tools", "cmake", "packaging")
HARD_LIMIT = 500
HEADER_LIMIT = 150
CODE = {".h", ".hpp", ".c", ".cc", ".py", ".sh", ".cmake", ".rs"}


def code_files():
    yield ROOT / "dev"
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and (path.suffix in CODE or path.name == "CMakeLists.txt"):
                yield path


def main():
    failed = False
    for path in code_files():
        lines = path.read_text(encoding="utf-8", errors="replace").count("\n")
        name = path.relative_to(ROOT)
        if lines > HARD_LIMIT:
            print(f"{name}: {lines} lines; {HARD_LIMIT} is the end: split it by what it is about")
            failed = True
        elif path.suffix in {".h", ".hpp"} and lines > HEADER_LIMIT:
            print(f"{name}: warning: a header of {lines} lines; about {HEADER_LIMIT} is what a reader takes in")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
