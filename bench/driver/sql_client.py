"""A client of the database that stays connected, so that asking costs next to nothing."""

import os
import subprocess


class Sql:
    """The user root of the stack's database. One question at a time."""

    def __init__(self, database):
        command = ["mariadb", "--no-defaults", "--batch", "--raw", "--skip-column-names", "--unbuffered", "--protocol=tcp", "--user=root",
                   f"--host={os.environ['CNX_MYSQL_HOST']}", f"--port={os.environ['CNX_MYSQL_PORT']}", f"--database={database}"]
        environment = {**os.environ, "MYSQL_PWD": os.environ["CNX_MYSQL_ROOT_PASSWORD"]}
        self.client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def value(self, query):
        """The one value of a query that gives one."""
        self.client.stdin.write(query + ";\n")
        self.client.stdin.flush()
        answer = self.client.stdout.readline()
        if not answer:
            raise SystemExit(f"bench: the database refused: {query}")
        return answer.strip()

    def execute(self, statement):
        self.value(f"{statement}; SELECT 'done'")

    def close(self):
        self.client.stdin.close()
        self.client.wait(timeout=10)
