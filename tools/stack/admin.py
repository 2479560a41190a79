"""One call of the sandbox's admin door, for scripts; the stack's environment says where it is.

    python3 tools/stack/admin.py GET expected from=2025-11-11T00:00:00Z
    python3 tools/stack/admin.py POST generate '{"orders": 10}'
    python3 tools/stack/admin.py GET expected --field lines      prints that field alone
"""

import argparse
import json
import os
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request


def call(method, name, parameters=(), body=None):
    """The parsed answer of /__admin/<name>."""
    url = f"{os.environ['CNX_WALMART_URL']}/__admin/{name}"
    if parameters:
        url += "?" + urllib.parse.urlencode([pair.split("=", 1) for pair in parameters])
    ca_file = os.environ.get("CNX_WALMART_CA")
    context = ssl.create_default_context(cafile=ca_file) if ca_file else None
    # A proxy of the environment is for the outside, never for the loopback.
    handlers = [urllib.request.ProxyHandler({})] + ([urllib.request.HTTPSHandler(context=context)] if context else [])
    request = urllib.request.Request(url, data=body.encode() if body is not None else None, method=method)
    with urllib.request.build_opener(*handlers).open(request, timeout=60) as answer:
        return json.loads(answer.read())


def main():
    parser = argparse.ArgumentParser(prog="admin.py", description="One call of the sandbox's admin door.")
    parser.add_argument("method", choices=["GET", "POST"])
    parser.add_argument("name", help="such as expected, stats, generate, faults")
    parser.add_argument("rest", nargs="*", help="GET: name=value parameters; POST: the JSON body")
    parser.add_argument("--field", help="print this field of the answer alone")
    options = parser.parse_args()
    if "CNX_WALMART_URL" not in os.environ:
        sys.exit("error: CNX_WALMART_URL is not set: run '. build/stack/<instance>/env' first")
    body = (options.rest[0] if options.rest else "{}") if options.method == "POST" else None
    try:
        answer = call(options.method, options.name, options.rest if options.method == "GET" else (), body)
    except urllib.error.HTTPError as error:
        sys.exit(f"error: {options.method} {options.name}: {error.code}: {error.read().decode(errors='replace')}")
    except OSError as error:
        sys.exit(f"error: {options.method} {options.name}: {error}")
    print(answer[options.field] if options.field else json.dumps(answer, indent=2))


if __name__ == "__main__":
    main()
