"""The command line: help, hints, exit codes, and problems that are all told at once."""

import json
import pathlib
import tempfile
import unittest

from host import CONFIG, DONE, USAGE, run

SECRETS = {"WALMART_CLIENT_ID": "id", "WALMART_CLIENT_SECRET": "hidden-secret", "MYSQL_PASSWORD": "hidden-password"}


class Help(unittest.TestCase):
    def test_lists_every_command(self):
        answer = run("--help")
        self.assertEqual(answer.returncode, DONE)
        for command in ("run", "check", "init", "preview", "plugins", "offsets", "version"):
            self.assertIn(f"\n  {command} ", answer.stdout)

    def test_of_run_lists_the_flags_of_the_files_plugins(self):
        answer = run("run", CONFIG, "--help")
        self.assertEqual(answer.returncode, DONE, answer.stderr)
        for flag in ("-H,--hours", "-s,--start", "-e,--end", "-a,--account", "-t,--topic", "--ship-node-type", "--batch-size"):
            self.assertIn(flag, answer.stdout)
        self.assertIn("walmart-orders", answer.stdout)

    def test_of_run_without_a_file_is_the_general_one(self):
        answer = run("run", "--help")
        self.assertEqual(answer.returncode, DONE)
        self.assertIn("--again", answer.stdout)

    def test_of_run_says_why_flags_may_be_missing(self):
        answer = run("run", "/nowhere/x.yml", "--help")
        self.assertEqual(answer.returncode, DONE)
        self.assertIn("--again", answer.stdout)
        self.assertIn("/nowhere/x.yml", answer.stderr)

    def test_of_every_command_is_there(self):
        for command in (["check"], ["init"], ["preview"], ["plugins"], ["offsets"], ["offsets", "list"],
                        ["offsets", "reset"], ["version"], ["docs"]):
            with self.subTest(command):
                answer = run(*command, "--help")
                self.assertEqual((answer.returncode, answer.stderr), (DONE, ""))
                self.assertIn("Usage:", answer.stdout)


class UsageErrors(unittest.TestCase):
    def test_exit_with_2_and_a_hint(self):
        for arguments, part in (([], "--help"), (["rnu"], "did you mean 'run'?"), (["run"], "FILE is required"),
                                (["check", CONFIG, "--ofline"], "did you mean '--offline'?"),
                                (["run", CONFIG, "--hour", "2"], "did you mean '--hours'?"),
                                (["status", CONFIG], "there is no command 'status'; there are run, check, init, preview"),
                                (["offsets", "lsit", CONFIG], "there is no command 'lsit'; there are list, reset\ndid you mean 'list'?"),
                                (["offsets"], "a command is missing; there are list, reset\n"),
                                (["offsets", "list", CONFIG, "--nosuch"], "'connect-host offsets list --help' tells how"),
                                (["dlq", "show", "t:0:1", CONFIG, "--nosuch"], "'connect-host dlq show --help' tells how"),
                                (["plugins", "mysql-snik"], "did you mean 'mysql-sink'?"),
                                (["offsets", "reset", CONFIG, "--connector", "walmart-orders"], "--to is required")):
            with self.subTest(part):
                answer = run(*arguments, env=SECRETS)
                self.assertEqual(answer.returncode, USAGE, answer.stderr)
                self.assertIn(part, answer.stderr)
                self.assertEqual(answer.stdout, "")

    def test_of_run_files_are_not_confused_with_values(self):
        answer = run("run", "-H", "2", CONFIG)
        self.assertEqual(answer.returncode, USAGE)
        self.assertIn("MYSQL_PASSWORD", answer.stderr)  # read, and found wanting


class Problems(unittest.TestCase):
    def config(self, text):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name) / "bad.yml"
        path.write_text(text, encoding="utf-8")
        return path

    def test_are_told_all_at_once_with_their_places(self):
        path = self.config("worker:\n  bootstrap.servers: localhost:1\n  log: {levle: INFO}\nconnectors:\n  sink:\n"
                           "    connector.class: mysql-snik\n  source:\n    connector.class: walmart-source\n    hours: x\n")
        answer = run("check", path, "--offline")
        self.assertEqual(answer.returncode, USAGE)
        for part in (f"{path}:3:", "did you mean 'log.level'?", f"{path}:6:", "did you mean 'mysql-sink'?", f"{path}:9:",
                     "connectors.source.hours", "connectors.source.topic", "nothing was begun"):
            self.assertIn(part, answer.stderr)
        self.assertEqual(answer.stdout, "")

    def test_name_every_missing_variable(self):
        answer = run("check", CONFIG, "--offline")
        self.assertEqual(answer.returncode, USAGE)
        for name in SECRETS:
            self.assertIn(name, answer.stderr)

    def test_of_flags_speak_of_the_flag(self):
        answer = run("run", CONFIG, "-H", "two", env=SECRETS)
        self.assertEqual(answer.returncode, USAGE)
        self.assertIn("--hours", answer.stderr)
        answer = run("run", CONFIG, "-H", "2", "-s", "20251111", env=SECRETS)
        self.assertEqual(answer.returncode, USAGE)
        self.assertIn("excludes", answer.stderr)

    def test_of_files_name_the_file(self):
        answer = run("check", "/nowhere/x.yml")
        self.assertEqual(answer.returncode, USAGE)
        self.assertIn("/nowhere/x.yml", answer.stderr)

    def test_of_a_connector_speak_of_the_option_that_was_written(self):
        for arguments in (["preview", CONFIG, "--connector", "part", "--input", "-"], ["dlq", "stats", CONFIG, "--connector", "part"],
                          ["offsets", "reset", CONFIG, "--connector", "part", "--to", "earliest"],
                          ["offsets", "list", CONFIG, "--connector", "part"]):
            with self.subTest(arguments[:2]):
                answer = run(*arguments, env=SECRETS)
                self.assertEqual(answer.returncode, USAGE)
                self.assertIn("--connector part: names no connector of the files", answer.stderr)

    def test_of_only_name_the_connectors_that_there_are(self):
        answer = run("check", CONFIG, "--offline", "--only", "walmart-ordres", env=SECRETS)
        self.assertEqual(answer.returncode, USAGE)
        self.assertIn("walmart-orders", answer.stderr)


class Offline(unittest.TestCase):
    def test_check_finds_the_example_sound(self):
        answer = run("check", CONFIG, "--offline", env=SECRETS)
        self.assertEqual(answer.returncode, DONE, answer.stderr)
        self.assertNotIn("error ", answer.stdout)
        for part in ("ok config:", "ok connectors.walmart-orders:", "ok connectors.walmart-orders-mysql:"):
            self.assertIn(part, answer.stdout)

    def test_check_speaks_json(self):
        answer = run("check", CONFIG, "--offline", "--json", env=SECRETS)
        findings = json.loads(answer.stdout)
        self.assertEqual({finding["severity"] for finding in findings} - {"ok", "warning"}, set())
        self.assertEqual(set(findings[0]), {"severity", "object", "message", "mend"})

    def test_output_never_holds_a_secret(self):
        for arguments in (["check", CONFIG, "--offline"], ["check", CONFIG, "--offline", "--set", "worker.log.level=hidden-secret"]):
            answer = run(*arguments, env=SECRETS)
            self.assertNotIn("hidden", answer.stdout + answer.stderr)


class Listings(unittest.TestCase):
    def test_plugins_are_listed(self):
        listed = {entry["name"]: entry for entry in json.loads(run("plugins", "--json").stdout)}
        self.assertEqual(listed["mysql-sink"]["kind"], "sink")
        self.assertIn("cnx.sink-offsets/1", listed["mysql-sink"]["features"])
        self.assertEqual(listed["order-transform"]["kind"], "transform")
        self.assertEqual(listed["walmart-source"]["kind"], "source")
        text = run("plugins").stdout
        self.assertTrue(all(name in text for name in ("mysql-sink", "order-transform", "walmart-source")))

    def test_options_of_a_plugin_are_listed(self):
        self.assertIn("table.name.format", run("plugins", "mysql-sink").stdout)
        keys = {key["name"]: key for key in json.loads(run("plugins", "mysql-sink", "--json").stdout)["keys"]}
        self.assertTrue(keys["connection.password"]["secret"])

    def test_version_has_a_form_for_programs(self):
        version = json.loads(run("version", "--json").stdout)
        self.assertEqual(set(version), {"version", "abi_min", "abi_max", "librdkafka"})
        self.assertIn(version["version"], run("version").stdout)


class Pages(unittest.TestCase):
    def test_of_the_reference_are_written_for_the_named_plugins(self):
        with tempfile.TemporaryDirectory() as folder:
            answer = run("docs", folder, "mysql-sink")
            self.assertEqual(answer.returncode, DONE, answer.stderr)
            pages = {str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*.md")}
            self.assertEqual(pages, {"reference/config.md", "reference/plugins/mysql-sink.md"})
            self.assertIn("`pk.fields`", (pathlib.Path(folder) / "reference/plugins/mysql-sink.md").read_text(encoding="utf-8"))

    def test_of_an_unknown_plugin_are_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            answer = run("docs", folder, "no-such-plugin")
            self.assertEqual(answer.returncode, USAGE)
            self.assertIn("no-such-plugin", answer.stderr)


if __name__ == "__main__":
    unittest.main()
