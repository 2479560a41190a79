"""packaging/ as its readers read it: Compose and Kubernetes by tools of PyPI (`./dev test` brings them to
build/deployment), systemd by systemd-analyze. A reader that is not there is a test skipped."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
TOOLS = ROOT / "build" / "deployment" / "bin"
HOST = pathlib.Path(os.environ["CNX_BUILD_DIR"]) / "bin" / "connect-host"
# The oldest and the newest Kubernetes whose schemas the tool carries.
KUBERNETES = ("1.25.0", "1.37.0")
# A call that hangs is given up after 20 s (docs/operations.md); whoever stops the worker must wait longer.
LONGEST_STOP_S = 20


def run(*command, **more):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, **more)


def needs(tool):
    return unittest.skipUnless(tool.exists(), f"{tool} is not there (./dev test brings it)")


def seconds_of(text):
    return int(str(text).removesuffix("s"))


def yaml_documents(path):
    """By the parser that the tools bring; every test that uses it needs one of them."""
    script = "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))"
    return json.loads(run(TOOLS / "python", "-c", script, path).stdout)


@needs(TOOLS / "podman-compose")
class Compose(unittest.TestCase):
    FILE = PACKAGING / "compose.yaml"
    SECRETS = {"MYSQL_PASSWORD": "planted-compose", "WALMART_CLIENT_ID": "id", "WALMART_CLIENT_SECRET": "planted-compose"}

    def config(self, secrets):
        environment = {"PATH": os.environ["PATH"], "HOME": tempfile.gettempdir(), **secrets}
        # A dry run reads the file as any other does; without it the reader wants an engine that it then does not use.
        return run(TOOLS / "podman-compose", "--dry-run", "-f", self.FILE, "config", env=environment)

    def test_is_accepted_with_its_secrets(self):
        answer = self.config(self.SECRETS)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertIn("MYSQL_PASSWORD: planted-compose", answer.stdout)

    def test_names_the_secret_that_is_missing(self):
        for name in self.SECRETS:
            answer = self.config({key: value for key, value in self.SECRETS.items() if key != name})
            self.assertNotEqual(answer.returncode, 0, name)
            self.assertIn(name, answer.stderr + answer.stdout)

    def test_mounts_files_that_are_there_and_waits_long_enough_for_a_stop(self):
        [project] = yaml_documents(self.FILE)
        worker = project["services"]["connect-host"]
        for service in ("init", "connect-host"):
            for volume in project["services"][service]["volumes"]:
                self.assertTrue((PACKAGING / volume.split(":")[0]).exists(), volume)
        self.assertGreater(seconds_of(worker["stop_grace_period"]), LONGEST_STOP_S)
        self.assertTrue(worker["read_only"])


@needs(TOOLS / "kubernetes-validate")
class Kubernetes(unittest.TestCase):
    FILE = PACKAGING / "kubernetes" / "connect-host.yaml"

    def setUp(self):
        self.objects = {entry["kind"]: entry for entry in yaml_documents(self.FILE)}
        self.pod = self.objects["StatefulSet"]["spec"]["template"]["spec"]
        [self.container] = self.pod["containers"]

    def test_follows_the_schemas(self):
        for version in KUBERNETES:
            answer = run(TOOLS / "kubernetes-validate", "--strict", "-k", version, self.FILE)
            self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
            self.assertEqual(answer.stderr.count(" passed ") + answer.stdout.count(" passed "), len(self.objects))

    def test_schemas_find_what_is_wrong(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as wrong:
            wrong.write(self.FILE.read_text().replace("replicas: 3", "replicas: three"))
            wrong.flush()
            self.assertNotEqual(run(TOOLS / "kubernetes-validate", "--strict", wrong.name).returncode, 0)

    def test_a_pod_stops_in_time_and_has_no_rights(self):
        self.assertGreater(self.pod["terminationGracePeriodSeconds"], LONGEST_STOP_S)
        self.assertTrue(self.pod["securityContext"]["runAsNonRoot"])
        self.assertFalse(self.pod["automountServiceAccountToken"])
        rights = self.container["securityContext"]
        self.assertTrue(rights["readOnlyRootFilesystem"])
        self.assertFalse(rights["allowPrivilegeEscalation"])
        self.assertEqual(rights["capabilities"], {"drop": ["ALL"]})
        self.assertEqual({"livenessProbe", "readinessProbe"} - set(self.container), set())

    def test_names_agree(self):
        labels = self.objects["StatefulSet"]["spec"]["template"]["metadata"]["labels"]
        for kind in ("Service", "PodDisruptionBudget", "StatefulSet"):
            selector = self.objects[kind]["spec"]["selector"]
            self.assertEqual(selector.get("matchLabels", selector), labels, kind)
        self.assertEqual(self.objects["StatefulSet"]["spec"]["serviceName"], self.objects["Service"]["metadata"]["name"])
        volumes = {volume["name"] for volume in self.pod["volumes"]}
        self.assertEqual({mount["name"] for mount in self.container["volumeMounts"]}, volumes)

    def test_the_job_in_it_passes_the_check(self):
        """With every secret that it names in a folder of files, as Kubernetes mounts them."""
        text = self.objects["ConfigMap"]["data"]["connect-host.yml"]
        with tempfile.TemporaryDirectory() as folder:
            secrets = pathlib.Path(folder)
            secrets.chmod(0o700)
            for name in ("listener-token", "walmart-client-id", "walmart-client-secret", "mysql-password"):
                (secrets / name).write_text("planted-kubernetes-" + name)
                (secrets / name).chmod(0o400)
            job = secrets / "connect-host.yml"
            job.write_text(text.replace("/run/secrets/connect-host", folder))
            answer = run(HOST, "check", job, "--offline", env={"PATH": os.environ["PATH"], "POD_NAME": "connect-host-0"})
            self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
            self.assertNotIn("planted-kubernetes", answer.stdout + answer.stderr)


@unittest.skipIf(shutil.which("systemd-analyze") is None, "systemd-analyze is not installed")
class Systemd(unittest.TestCase):
    FILE = PACKAGING / "systemd" / "connect-host.service"

    def test_the_unit_is_understood(self):
        with tempfile.TemporaryDirectory() as folder:
            unit = pathlib.Path(folder) / self.FILE.name
            unit.write_text(self.FILE.read_text().replace("/usr/bin/connect-host", str(HOST)))
            longest_stop = [line for line in unit.read_text().splitlines() if line.startswith("TimeoutStopSec=")]
            self.assertGreater(int(longest_stop[0].split("=")[1]), LONGEST_STOP_S)
            answer = run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", unit)
            self.assertEqual((answer.returncode, answer.stderr), (0, ""))

    def test_the_unit_takes_its_rights_away(self):
        self.assertIn("\nLimitCORE=0\n", self.FILE.read_text())
        answer = run("systemd-analyze", "security", "--offline=true", "--threshold=20", self.FILE)
        self.assertEqual(answer.returncode, 0, answer.stdout)


if __name__ == "__main__":
    unittest.main()
