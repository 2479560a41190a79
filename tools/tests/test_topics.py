"""Deleting topics: what the broker says of each is heard."""

import pathlib
import socket
import struct
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from stack.topics import delete_topics


class DeleteTopicsTest(unittest.TestCase):
    def broker(self, answer):
        """A broker on a port of its own that reads one request and sends `answer`; ("host:port", [the request])."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        asked = []

        def serve():
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as stream:
                asked.append(stream.read(*struct.unpack(">i", stream.read(4))))
                connection.sendall(answer)
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        self.addCleanup(thread.join)
        return "127.0.0.1:%d" % listener.getsockname()[1], asked

    @staticmethod
    def answer(*codes):
        body = struct.pack(">iii", 1, 0, len(codes))
        body += b"".join(struct.pack(">h", len(name)) + name + struct.pack(">h", code) for name, code in codes)
        return struct.pack(">i", len(body)) + body

    def test_asks_for_all_at_once_and_absent_ones_are_no_error(self):
        server, asked = self.broker(self.answer((b"here", 0), (b"absent", 3)))
        delete_topics(server + ",other:1", ["here", "absent"])
        self.assertTrue(asked[0].startswith(struct.pack(">hh", 20, 1)))
        self.assertIn(struct.pack(">ih", 2, 4) + b"here" + struct.pack(">h", 6) + b"absent", asked[0])

    def test_a_name_that_comes_twice_is_asked_for_once(self):
        server, asked = self.broker(self.answer((b"here", 0)))
        delete_topics(server, ["here", "here"])
        self.assertIn(struct.pack(">ih", 1, 4) + b"here", asked[0])

    def test_names_the_topics_that_are_left(self):
        server, _ = self.broker(self.answer((b"gone", 0), (b"kept", 29)))
        with self.assertRaisesRegex(OSError, r"not deleted: topic 'kept' \(Kafka error 29\)$"):
            delete_topics(server, ["gone", "kept"])

    def test_a_broker_that_hangs_up_is_an_error(self):
        server, _ = self.broker(self.answer((b"gone", 0))[:9])
        with self.assertRaisesRegex(OSError, "hung up"):
            delete_topics(server, ["gone"])


if __name__ == "__main__":
    unittest.main()
