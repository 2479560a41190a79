"""apt_sources.py: the source list for another suite says what the machine's own list says."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "dev"))
import apt_sources


class AptSources(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        apt_sources.APT = pathlib.Path(self.dir.name)
        (apt_sources.APT / "sources.list.d").mkdir()

    def written_for(self, name, text, kind="deb-src"):
        (apt_sources.APT / name).write_text(text, encoding="utf-8")
        apt_sources.main(kind, "trixie", "bookworm", self.dir.name)
        return (apt_sources.APT / "trixie.sources").read_text(encoding="utf-8")

    def test_one_line_form_keeps_mirror_and_keyring(self):
        written = self.written_for("sources.list", "# mine\n"
                                   "deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib # x\n"
                                   "deb http://mirror.example/debian bookworm-updates main\n")
        self.assertEqual(written, "Types: deb-src\nURIs: http://mirror.example/debian\nSuites: trixie\nComponents: main\nSigned-By: /k.gpg\n")

    def test_deb822_form_keeps_an_embedded_key(self):
        written = self.written_for("sources.list.d/debian.sources", "Types: deb deb-src\nURIs: http://mirror.example/debian\n"
                                   "Suites: bookworm bookworm-updates\nComponents: main\nSigned-By:\n -----BEGIN\n .\n abc\n\n"
                                   "Types: deb\nURIs: http://mirror.example/security\nSuites: bookworm-security\nComponents: main\n")
        self.assertIn("Signed-By: \n -----BEGIN\n .\n abc\n", written)
        self.assertNotIn("security", written)

    def test_binary_packages_are_another_kind_of_entry(self):
        written = self.written_for("sources.list", "deb http://mirror.example/debian bookworm main\n", kind="deb")
        self.assertTrue(written.startswith("Types: deb\nURIs: http://mirror.example/debian\nSuites: trixie\n"), written)

    def test_disabled_and_foreign_entries_are_left_out(self):
        with self.assertRaisesRegex(SystemExit, "no entry of the Debian archive"):
            self.written_for("sources.list.d/other.sources", "Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\n"
                             "Components: main\nEnabled: no\n\nTypes: deb\nURIs: http://tool.example\nSuites: nodistro\nComponents: main\n")

    def test_the_same_archive_twice_is_written_once(self):
        line = "deb http://mirror.example/debian stable main\n"
        self.assertEqual(self.written_for("sources.list", line + line.replace("deb ", "deb-src ")).count("Types:"), 1)


if __name__ == "__main__":
    unittest.main()
