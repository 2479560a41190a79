"""What the product said during tests, kept for the search for secrets that ends a test run (tools/secret_search.py)."""

import os
import secrets
from pathlib import Path


def is_wanted():
    return "CNX_KEPT_OUTPUT" in os.environ


def keep(text, name):
    """Keeps text or bytes under a name that says where they come from; without CNX_KEPT_OUTPUT nothing is kept."""
    if not is_wanted():
        return
    folder = Path(os.environ["CNX_KEPT_OUTPUT"])
    folder.mkdir(parents=True, exist_ok=True)
    data = text if isinstance(text, bytes) else text.encode()
    (folder / f"{name}-{secrets.token_hex(6)}.txt").write_bytes(data)
