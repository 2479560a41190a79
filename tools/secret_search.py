#!/usr/bin/env python3
"""Searches files for the secrets of the tests: python3 tools/secret_search.py PATH...

The tests' passwords, tokens and keys begin with words that stand nowhere else. Whatever the product wrote during a test run (logs,
answers, metrics, dead letters, messages) must not hold one, not even encoded. Exit code 1 and file:line of each when one is found.
"""

import base64
import re
import sys
from pathlib import Path

# What the tests' secrets begin with: planted by tests, the sandbox's client secret and tokens, the root of the private database.
WORDS = ("planted-", "sandbox-secret", "sandbox-token-", "stack-root")
SHOWN = 60


def encoded_forms(word):
    """The word itself, and what base64 makes of it wherever it begins within a text."""
    forms = [word.encode()]
    for shift in range(3):
        padded = b"\0" * shift + word.encode()
        # The first and the last characters depend on what stands around the word.
        whole = base64.b64encode(padded[:len(padded) - len(padded) % 3])
        forms.append(whole[{0: 0, 1: 2, 2: 3}[shift]:])
    return forms


PATTERN = re.compile(b"|".join(re.escape(form) for word in WORDS for form in encoded_forms(word)))


def files_of(paths):
    for path in map(Path, paths):
        if path.is_dir():
            yield from sorted(inner for inner in path.rglob("*") if inner.is_file())
        elif path.exists():
            yield path
        else:
            raise FileNotFoundError(f"{path}: there is no such file or folder, so nothing was searched in it")


def findings(path):
    """(line number, the text from the secret on) for each line that holds one."""
    with open(path, "rb") as text:
        for number, line in enumerate(text, 1):
            if found := PATTERN.search(line):
                yield number, line[found.start():found.start() + SHOWN].decode(errors="replace").rstrip()


def search(paths):
    """Returns (how many files were searched, lines "file:line: …" that hold a secret)."""
    count, found = 0, []
    for path in files_of(paths):
        count += 1
        found += [f"{path}:{number}: {text}" for number, text in findings(path)]
    return count, found


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    try:
        count, found = search(sys.argv[1:])
    except OSError as error:
        sys.exit(f"error: {error}")
    if not count:
        sys.exit("error: there is nothing to search: the tests kept no output")
    for line in found:
        print(line)
    if found:
        sys.exit(f"error: {len(found)} lines hold a secret of the tests: the product must mask it (base/secrets.h)")
    print(f"no secret in {count} files")


if __name__ == "__main__":
    main()
