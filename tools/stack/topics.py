"""Topics of a broker, by its protocol alone: no client library is needed."""

import socket
import struct

ABSENT = 3   # UNKNOWN_TOPIC_OR_PARTITION
WITHIN_S = 30


def delete_topics(servers, names):
    """Gone for who asks, at the first of `servers` ("host:port,…"): a broker looks at every partition it has when it starts, and its disk
    holds them all. Absent ones are no error; OSError names the others that are left. A name may come twice: Kafka refuses one that does (42)."""
    names = list(dict.fromkeys(names))
    host, port = servers.split(",")[0].rsplit(":", 1)
    # DeleteTopics v1: api_key 20, version 1, correlation 1, client id; names; milliseconds.
    body = struct.pack(">hhih", 20, 1, 1, 5) + b"stack" + struct.pack(">i", len(names))
    body += b"".join(struct.pack(">h", len(name)) + name.encode() for name in names) + struct.pack(">i", WITHIN_S * 1000)
    with socket.create_connection((host, int(port)), timeout=WITHIN_S + 10) as connection:
        connection.sendall(struct.pack(">i", len(body)) + body)
        left = {name: code for name, code in _answers(connection) if code not in (0, ABSENT)}
    if left:
        raise OSError(f"{host}:{port}: not deleted: " + ", ".join(f"topic '{name}' (Kafka error {code})" for name, code in left.items()))


def _answers(connection):
    """(name, error code) of each topic: size, correlation, throttle time; count; name and code."""
    with connection.makefile("rb") as stream:
        def read(form):
            data = stream.read(struct.calcsize(form))
            if len(data) < struct.calcsize(form):
                raise OSError("the broker hung up before it had answered; its log says why")
            return struct.unpack(form, data)
        count = read(">iiii")[3]
        for _ in range(count):
            name = stream.read(read(">h")[0]).decode()
            yield name, read(">h")[0]
