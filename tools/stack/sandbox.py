"""The Walmart Marketplace sandbox (tests/support/walmart_sandbox) as a service of the stack.

CNX_SANDBOX_ARGS gives it further arguments, such as `--orders 0` or `--scenario FILE`.
"""

import json
import os
import pathlib
import shlex
import sys

from .process import Service, free_port

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SUPPORT = ROOT / "tests" / "support"


class Sandbox:
    def __init__(self, home):
        self.home = pathlib.Path(home)
        self.service = Service("walmart", home)
        self.port_file = self.home / "walmart.json"

    @staticmethod
    def available():
        return (SUPPORT / "walmart_sandbox" / "__main__.py").exists()

    def start(self, ports):
        """Starts the server; `ports` keeps "walmart" over restarts."""
        if self.service.pid() is not None:
            return
        ports.setdefault("walmart", free_port())
        self.port_file.unlink(missing_ok=True)
        self.service.spawn([sys.executable, "-m", "walmart_sandbox", "--port", str(ports["walmart"]), "--port-file", str(self.port_file),
                            "--tls-dir", str(self.home / "walmart-tls"), *shlex.split(os.environ.get("CNX_SANDBOX_ARGS", ""))],
                           env={"PYTHONPATH": str(SUPPORT), "PYTHONUNBUFFERED": "1"})
        self.service.wait_ready(lambda: self._answer() is not None, timeout=30)

    def _answer(self):
        try:
            return json.loads(self.port_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def stop(self):
        self.service.stop(timeout=10)

    def environment(self, _ports):
        answer = self._answer() or {}
        return {"CNX_WALMART_URL": answer.get("url", ""), "CNX_WALMART_CA": answer.get("ca_file") or "",
                "CNX_WALMART_CLIENT_ID": "sandbox-client", "CNX_WALMART_CLIENT_SECRET": "sandbox-secret"}
