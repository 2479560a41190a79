"""A database that is there and refuses: a full disk, read-only, out of connections, killed connections."""

import os
import subprocess
import time
import unittest

from outage_rig import SECONDS, OutageTest, OwnServices

own = OwnServices("mysql")
setUpModule, tearDownModule = own.start, own.stop
DISK_BYTES = 16 << 20


class Refusals(OutageTest):
    def tell(self, code, what):
        """Waits until the log and /status name the server's error code."""
        self.wait_for(lambda: f"server error {code}" in self.log(), 40, f"error {code} in the log")
        self.wait_for(lambda: f"server error {code}" in self.told() or own.ended("mysql"), 40, f"error {code} in /status")
        self.assertIn("waits", self.get("/health")[1]["message"])
        time.sleep(SECONDS)
        print(f"{what}: told after {self.log().count('again in')} tries", flush=True)

    def begin(self, **sink):
        self.prepare({"sink": self.inserting_sink(**sink)})
        self.run_in_middle()

    def root(self, statement):
        return self.pipeline.sql(statement, database="mysql")

    def hosts_connections(self):
        return [row[0] for row in self.root(f"SELECT id FROM information_schema.processlist WHERE user = '{self.pipeline.name}' "
                                            "AND IFNULL(info, '') NOT LIKE '%SLEEP%'")]

    def kill_connection(self, number):
        try:
            self.root(f"KILL {number}")
        except AssertionError as error:
            self.assertIn("Unknown thread id", str(error))

    def test_a_full_disk(self):
        disk = self.small_disk()
        self.prepare({"sink": self.inserting_sink()})
        made = "\n".join(line for row in self.pipeline.sql("SHOW CREATE TABLE walmart_order") for line in row).partition("\n")[2]
        self.pipeline.sql(f"DROP TABLE walmart_order; {made} DATA DIRECTORY='{disk}'")
        self.run_in_middle()
        filler = disk / "filler"
        with open(filler, "wb", buffering=0) as out, self.assertRaises(OSError):
            while out.write(bytes(4096)):
                pass
        self.feed.add(5000)  # more than what the table has set aside
        self.tell(1114, "full disk")
        filler.unlink()
        if own.ended("mysql"):  # MariaDB 10.11 at times aborts in the rollback of what found the disk full
            print("full disk: the server ended by itself and is started again", flush=True)
            own.restart("mysql")
        self.check_recovery("full disk")
        self.finish()

    def small_disk(self):
        disk = self.pipeline.directory / "disk"
        disk.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", str(disk)], capture_output=True, text=True)
        if done.returncode != 0:
            self.skipTest(f"needs the right to mount a tmpfs: {done.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "--lazy", str(disk)], check=True)
        return disk

    def test_a_read_only_server(self):
        self.begin()
        self.root("SET GLOBAL read_only = 1")
        self.addCleanup(self.root, "SET GLOBAL read_only = 0")
        self.tell(1290, "read-only server")
        self.root("SET GLOBAL read_only = 0")
        self.check_recovery("read-only server")
        self.finish()

    def test_too_many_connections(self):
        self.begin()
        before = self.root("SELECT @@max_connections")[0][0]
        self.root("SET GLOBAL max_connections = 10")  # the server's least; one more is kept for root
        self.addCleanup(lambda: self.root(f"SET GLOBAL max_connections = {before}"))
        fillers = []

        def crowded():
            """Takes the place of each connection that the host loses."""
            try:
                for connection in self.hosts_connections():
                    self.kill_connection(connection)
                fillers.append(self.hold_connection())
            except AssertionError as refused:  # the test itself found no place
                self.assertIn("Too many connections", str(refused))
            return "server error 1040" in self.log()

        self.wait_for(crowded, 20, "server without a free connection")
        self.tell(1040, "too many connections")
        for filler in fillers:
            filler.kill()
            filler.wait()
        self.check_recovery("too many connections")
        self.finish()

    def hold_connection(self):
        command = ["mariadb", "--no-defaults", f"--host={os.environ['CNX_MYSQL_HOST']}", f"--port={os.environ['CNX_MYSQL_PORT']}",
                   "--protocol=tcp", f"--user={self.pipeline.name}", "-e", "SELECT SLEEP(300)"]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env={**os.environ, "MYSQL_PWD": self.pipeline.password})
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def test_killed_connections(self):
        self.begin()
        for _ in range(3):
            for connection in self.hosts_connections():
                self.kill_connection(connection)
            self.check_recovery("connections killed")
        self.finish()


if __name__ == "__main__":
    unittest.main()
