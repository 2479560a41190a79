"""check_named_tests.py: a promise without a test, or with one that is gone, is found."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import check_named_tests as check

TABLE = "| promise | proved by |\n|---|---|\n"


class NamedTests(unittest.TestCase):
    def found(self, text, existing=("Sink.KeepsRows", "test_crash.test_kill")):
        return list(check.findings("page.md", text, set(existing)))

    def test_named_tests_that_exist_are_fine(self):
        self.assertEqual(self.found(TABLE + "| rows stay | `Sink.KeepsRows`, `test_crash.test_kill` |\n"), [])

    def test_a_test_that_is_gone_is_named_with_its_line(self):
        self.assertEqual(self.found(TABLE + "| rows stay | `Sink.LosesRows` |\n"),
                         ["page.md:3: no test is called Sink.LosesRows: was it renamed or removed?"])

    def test_a_promise_without_a_test_is_found(self):
        self.assertIn("names no test", self.found(TABLE + "| rows stay | surely |\n")[0])

    def test_a_page_without_promises_is_found(self):
        self.assertEqual(len(self.found("| step | effect |\n|---|---|\n| a | b |\n")), 1)

    def test_tests_of_both_languages_are_known(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "host").mkdir()
            (root / "host" / "sink_test.cc").write_text("TEST(Sink, A) {}\nTEST_P(\n    Sink, B) {}\n", encoding="utf-8")
            (root / "host" / "test_crash.py").write_text("class T:\n    def test_kill(self):\n        pass\n", encoding="utf-8")
            self.assertEqual(check.existing_tests(root), {"Sink.A", "Sink.B", "test_crash.test_kill"})


if __name__ == "__main__":
    unittest.main()
