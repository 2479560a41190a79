"""The search for secrets finds what is planted, plain and encoded, and names the place."""

import base64
import sys
import tempfile
import unittest
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import secret_search  # noqa: E402  (found through the line above)


class SecretSearch(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def search(self, text):
        path = self.folder / "deep" / "run.log"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return [line.removeprefix(str(path)) for line in secret_search.search([self.folder])[1]]

    def test_names_file_and_line_of_a_planted_secret(self):
        self.assertEqual(self.search("first line\nlogin failed: planted-password-1 was refused\n"),
                         [":2: planted-password-1 was refused"])
        for secret in ("sandbox-secret", "sandbox-token-7-000001", "stack-root"):
            self.assertEqual(len(self.search(f"x {secret}\n")), 1, secret)

    def test_finds_it_encoded_wherever_it_begins(self):
        for before in ("", "u:", "us:", "user:", "Bearer "):
            encoded = base64.b64encode(f"{before}planted-password-1".encode()).decode()
            self.assertEqual(len(self.search(f"Authorization: Basic {encoded}\n")), 1, before)
        self.assertEqual(len(self.search(urllib.parse.quote("a=planted-password-1"))), 1)

    def test_is_quiet_about_everything_else(self):
        self.assertEqual(self.search("the password was **** and the plan ted-ious\n\xff\x00"), [])

    def test_does_not_take_a_missing_folder_for_a_clean_one(self):
        with self.assertRaises(FileNotFoundError):
            secret_search.search([self.folder / "nothing"])


if __name__ == "__main__":
    unittest.main()
