"""The stack's own certificates, made once per instance: a CA that its servers are signed by, and a CA of a stranger.

`server.pem` is for 127.0.0.1 alone: a client that asks for "localhost" reaches the servers under a name that is not theirs.
"""

import pathlib

from .process import run

DAYS = "30"
EXTENSIONS = {
    "server": "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n",
    "client": "extendedKeyUsage=clientAuth\n",
    "stranger-client": "extendedKeyUsage=clientAuth\n",
}


class Certificates:
    """`<home>/tls`: ca.pem and stranger-ca.pem; NAME.pem (certificate) and NAME-key.pem for each of EXTENSIONS."""

    def __init__(self, home):
        self.home = pathlib.Path(home) / "tls"
        self.log = pathlib.Path(home) / "certificates.log"

    def path(self, name):
        return self.home / f"{name}.pem"

    def make(self):
        if self.path("server-chain").exists():
            return
        self.home.mkdir(mode=0o700, exist_ok=True)
        self._authority("ca")
        self._authority("stranger-ca")
        for name in EXTENSIONS:
            self._signed(name, "stranger-ca" if name.startswith("stranger") else "ca")
        # Kafka reads key and certificate from one file; written last, it says that all are there.
        self.path("server-chain").write_text("".join(self.path(name).read_text(encoding="ascii") for name in ("server-key", "server")),
                                             encoding="ascii")

    def _authority(self, name):
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", DAYS,
                      "-subj", f"/CN=connect-host test {name}", "-addext", "basicConstraints=critical,CA:TRUE",
                      "-keyout", self.path(f"{name}-key"), "-out", self.path(name))

    def _signed(self, name, authority):
        request, extensions = self.home / f"{name}.csr", self.home / f"{name}.ext"
        extensions.write_text(EXTENSIONS[name], encoding="ascii")
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN=connect-host test {name}",
                      "-keyout", self.path(f"{name}-key"), "-out", request)
        self._openssl("x509", "-req", "-in", request, "-CA", self.path(authority), "-CAkey", self.path(f"{authority}-key"),
                      "-CAcreateserial", "-days", DAYS, "-extfile", extensions, "-out", self.path(name))

    def _openssl(self, *arguments):
        run(["openssl", *map(str, arguments)], self.log, "making the stack's certificates")
