"""The sandbox's self-signed certificate for 127.0.0.1 and localhost."""

import os
import ssl
import subprocess
from pathlib import Path

_DAY_SECONDS = 86400


def server_context(directory):
    """Returns (ssl context, path of the certificate to trust); makes the certificate unless a usable one is there."""
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    certificate, key = directory / "sandbox-cert.pem", directory / "sandbox-key.pem"
    if not _usable(certificate, key):
        _make(certificate, key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context, str(certificate.resolve())


def _usable(certificate, key):
    if not (certificate.exists() and key.exists()):
        return False
    check = ["openssl", "x509", "-in", str(certificate), "-noout", "-checkend", str(_DAY_SECONDS)]
    return subprocess.run(check, capture_output=True).returncode == 0


def _make(certificate, key):
    new_certificate, new_key = (path.with_suffix(f".{os.getpid()}.new") for path in (certificate, key))
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
               "-days", "30", "-subj", "/CN=walmart-sandbox", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
               "-keyout", str(new_key), "-out", str(new_certificate)]
    made = subprocess.run(command, capture_output=True, text=True)
    if made.returncode != 0:
        raise RuntimeError(f"openssl could not make {certificate}: {made.stderr.strip()}")
    new_key.chmod(0o600)
    os.replace(new_key, key)
    os.replace(new_certificate, certificate)
