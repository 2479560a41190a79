"""A stranger's way: an installed host and SDK, a new project for each kind and language, built, tested, checked and run with Kafka.

CNX_INSTALLED_PREFIX names an installation to use (the packages in a chroot); without it the build is installed into a folder.
CNX_TRANSCRIPT names a file that takes every command with its output.
"""

import json
import os
import re
import secrets
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from harness import BUILD, ROOT

NUMBERS = [f'{{"number":{n}}}' for n in range(10)]
LINES = ["one", "two", "three"]
PATIENCE_S = 400  # for a whole lesson with its three builds on a machine full of other tests
CLANG = shutil.which("clang++-19") or shutil.which("clang++")


@unittest.skipUnless("CNX_BOOTSTRAP_SERVERS" in os.environ, "no broker: CNX_BOOTSTRAP_SERVERS is not set; './dev up' starts one")
class NewPlugin(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Path(tempfile.mkdtemp(prefix="cnx-new-plugin-"))
        cls.addClassCleanup(shutil.rmtree, cls.home)
        cls.prefix = Path(os.environ.get("CNX_INSTALLED_PREFIX", cls.home / "installed"))
        if not cls.prefix.exists():
            for component in ("host", "sdk"):
                subprocess.run(["cmake", "--install", str(BUILD), "--prefix", str(cls.prefix), "--component", component],
                               check=True, stdout=subprocess.DEVNULL)
        cls.environment = {**os.environ, "PATH": f"{cls.prefix}/bin:{os.environ['PATH']}", "CMAKE_PREFIX_PATH": str(cls.prefix)}
        cls.name = "np" + secrets.token_hex(4)

    def command(self, text, folder):
        """Runs a shell command; its standard output."""
        started = time.monotonic()
        done = subprocess.run(text, shell=True, cwd=folder, env=self.environment, capture_output=True, text=True, timeout=PATIENCE_S)
        if transcript := os.environ.get("CNX_TRANSCRIPT"):
            with open(transcript, "a") as file:
                file.write(f"$ {text}\n{done.stdout}{done.stderr}# exit code {done.returncode}, {time.monotonic() - started:.1f} s\n\n")
        self.assertEqual(done.returncode, 0, f"{text}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def project(self, kind, language):
        name = f"{self.name}-{kind}-{language}"
        self.command(f"connect-host new-plugin {kind} {name} --lang {language}", self.home)
        folder = self.home / name
        if language == "cpp":
            self.command("cmake -B build && cmake --build build", folder)
            self.command("ctest --test-dir build --output-on-failure", folder)
        else:
            self.command("cargo build --release --offline && cargo test --offline", folder)
        library = f"build/{name}.so" if language == "cpp" else f"target/release/lib{name.replace('-', '_')}.so"
        options = {"source": "--set topic=checked", "transform": "", "sink": "--set path=checked.txt"}[kind]
        self.assertIn(" 0 faults", self.command(f"connect-host check-plugin {library} {options}", folder))
        return folder, self.command("connect-host run pipeline.yml", folder)

    def values(self, output):
        return [json.loads(line)["value"] for line in output.splitlines() if line.startswith("{")]

    def check_source(self, language):
        _, output = self.project("source", language)
        self.assertEqual(self.values(output), NUMBERS)

    def check_transform(self, language):
        _, output = self.project("transform", language)
        self.assertEqual(self.values(output), ["> " + line for line in LINES])

    def check_sink(self, language):
        folder, _ = self.project("sink", language)
        self.assertEqual((folder / "output.txt").read_text().splitlines(), LINES)

    def test_source_in_cpp(self):
        self.check_source("cpp")

    def test_source_in_rust(self):
        self.check_source("rust")

    def test_transform_in_cpp(self):
        self.check_transform("cpp")

    def test_transform_in_rust(self):
        self.check_transform("rust")

    def test_sink_in_cpp(self):
        self.check_sink("cpp")

    def test_sink_in_rust(self):
        self.check_sink("rust")

    @unittest.skipUnless(CLANG, "no clang++ on this machine (apt-get install clang-19)")
    def test_plugins_of_three_compilers_work_in_one_process(self):
        built = {}
        for kind, build in (("source", f"cmake -B build -DCMAKE_CXX_COMPILER={CLANG} && cmake --build build --target {{}}"),
                            ("transform", "cargo build --release --offline"), ("sink", "cmake -B build -DCMAKE_CXX_COMPILER=g++ && cmake --build build --target {}")):
            built[kind] = f"{self.name}-three-{kind}"
            self.command(f"connect-host new-plugin {kind} {built[kind]} --lang {'rust' if kind == 'transform' else 'cpp'}", self.home)
            self.command(build.format(built[kind]), self.home / built[kind])
        pipeline = {
            "worker": {"bootstrap.servers": os.environ["CNX_BOOTSTRAP_SERVERS"], "listeners": "http://127.0.0.1:0",
                       "plugin.path": f"{built['source']}/build,{built['transform']}/target/release,{built['sink']}/build"},
            "connectors": {
                built["source"]: {"connector.class": built["source"], "topic": built["source"], "count": 10,
                                  "topic.creation.default": {"partitions": 1, "replication.factor": -1}},
                built["sink"]: {"connector.class": built["sink"], "topics": built["source"], "path": "three.txt",
                                "transforms": "change", "transforms.change.type": built["transform"]}}}
        (self.home / "three.json").write_text(json.dumps(pipeline))
        self.command("connect-host run three.json", self.home)
        self.assertEqual((self.home / "three.txt").read_text().splitlines(), ["> " + number for number in NUMBERS])

    def test_a_name_that_cannot_be_and_a_folder_that_exists_are_refused(self):
        for arguments, words in ((["sink", "My_Sink"], "begins with a small letter"), (["sink", "a", "--dir", str(self.home)], "exists; nothing was written")):
            done = subprocess.run(["connect-host", "new-plugin", *arguments], cwd=self.home, env=self.environment, capture_output=True, text=True)
            self.assertEqual(done.returncode, 2)
            self.assertIn(words, done.stderr)

    def test_the_lesson_works_as_it_is_written(self):
        lesson = Path(os.environ.get("CNX_LESSON", ROOT / "docs" / "writing-a-plugin.md")).read_text()
        blocks = re.findall(r"^```sh\n(.*?)^```$", lesson, flags=re.M | re.S)
        self.assertGreater(len(blocks), 4)
        folder = self.home / "lesson"
        folder.mkdir()
        # One shell for all, as a reader has; the topic of an earlier try of the same broker would be read again.
        script = "set -e\n" + "".join(blocks).replace("shout", self.name + "-shout").replace("keep", self.name + "-keep")
        script = script.replace(f"lib{self.name}-keep.so", f"lib{self.name}_keep.so")
        output = self.command(script, folder)
        self.assertIn('"value":"> THREE"', output.replace('": "', '":"'))
        self.assertTrue(output.rstrip().endswith("one\ntwo\nthree"), output[-300:])


if __name__ == "__main__":
    unittest.main()
