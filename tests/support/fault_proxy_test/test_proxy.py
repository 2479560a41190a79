"""The proxy against an echo server, and the packets of MySQL's protocol."""

import socket
import threading
import time
import unittest

from fault_proxy import FaultProxy
from fault_proxy.mysql_wire import CommitFinder


def packet(payload, sequence=0):
    return len(payload).to_bytes(3, "little") + bytes([sequence]) + payload


class EchoServer:
    """Sends back what comes; keeps it, too."""

    def __init__(self):
        self.received = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            while data := connection.recv(65536):
                self.received += data
                connection.sendall(data)
        except OSError:
            pass
        finally:
            connection.close()

    def close(self):
        self._listener.close()


class Proxy(unittest.TestCase):
    def setUp(self):
        self.server = EchoServer()
        self.addCleanup(self.server.close)
        self.proxy = FaultProxy("127.0.0.1", self.server.port)
        self.proxy.start()
        self.addCleanup(self.proxy.stop)

    def connect(self):
        client = socket.create_connection(("127.0.0.1", self.proxy.port), timeout=5)
        self.addCleanup(client.close)
        return client

    def ask(self, client, data, timeout=5):
        client.settimeout(timeout)
        client.sendall(data)
        answer = b""
        while len(answer) < len(data):
            piece = client.recv(65536)
            if not piece:
                raise ConnectionError("closed")
            answer += piece
        return answer

    def test_passes_bytes_both_ways(self):
        self.assertEqual(self.ask(self.connect(), b"x" * 300_000), b"x" * 300_000)

    def test_cut_closes_and_refuses_until_it_is_mended(self):
        client = self.connect()
        self.ask(client, b"a")
        self.proxy.cut()
        self.assertEqual(client.recv(1), b"")
        with self.assertRaises(ConnectionRefusedError):
            self.connect()
        self.proxy.mend()
        self.assertEqual(self.ask(self.connect(), b"b"), b"b")

    def test_reset_hits_open_and_new_connections(self):
        client = self.connect()
        self.ask(client, b"a")
        self.proxy.reset()
        with self.assertRaises(ConnectionResetError):
            client.recv(1)
        with self.assertRaises(ConnectionError):
            self.ask(self.connect(), b"b")
        self.proxy.mend()
        self.assertEqual(self.ask(self.connect(), b"c"), b"c")

    def test_a_stall_loses_nothing(self):
        client = self.connect()
        self.ask(client, b"a")
        self.proxy.stall()
        with self.assertRaises(TimeoutError):
            self.ask(client, b"b", timeout=0.2)
        self.proxy.mend()
        client.settimeout(5)
        self.assertEqual(client.recv(1), b"b")

    def test_a_black_hole_swallows_and_resets_what_it_damaged(self):
        client = self.connect()
        self.ask(client, b"a")
        self.proxy.blackhole()
        fresh = self.connect()
        for one in (client, fresh):
            with self.assertRaises(TimeoutError):
                self.ask(one, b"b", timeout=0.2)
        self.proxy.mend()
        for one in (client, fresh):
            with self.assertRaises(ConnectionError):
                one.settimeout(5)
                self.ask(one, b"c")
        self.assertEqual(self.server.received, b"a")

    def test_half_open_leaves_the_client_alone_with_its_connection(self):
        client = self.connect()
        self.ask(client, b"a")
        self.proxy.half_open()
        with self.assertRaises(TimeoutError):
            self.ask(client, b"b", timeout=0.2)
        self.assertEqual(self.ask(self.connect(), b"c"), b"c")

    def test_slow_keeps_to_its_rate(self):
        client = self.connect()
        self.proxy.slow(bytes_per_s=20_000)
        began = time.monotonic()
        self.ask(client, b"x" * 4_000)
        self.assertGreaterEqual(time.monotonic() - began, 0.2)

    def test_answers_to_commits_are_lost_as_often_as_told(self):
        self.proxy.lose_commit_answers(2)
        commit = packet(b"\x03COMMIT")
        for _ in range(2):
            client = self.connect()
            self.ask(client, packet(b"\x03BEGIN"))
            with self.assertRaises(ConnectionResetError):
                self.ask(client, commit)
        self.assertEqual(self.ask(self.connect(), commit), commit)
        self.assertEqual((self.proxy.answers_lost, self.proxy.commits_seen), (2, 3))
        self.assertEqual(self.server.received.count(b"COMMIT"), 3)

    def test_a_lost_commit_never_reaches_the_server(self):
        self.proxy.lose_commits(1)
        client = self.connect()
        with self.assertRaises(ConnectionResetError):
            self.ask(client, packet(b"\x03COMMIT"))
        self.assertNotIn(b"COMMIT", self.server.received)


class Finder(unittest.TestCase):
    def test_finds_a_commit_however_the_bytes_are_cut(self):
        wire = packet(b"\x03" + b"x" * 70_000) + packet(b"") + packet(b"\x03COMMIT") + packet(b"\x03SELECT 'COMMIT'")
        end = wire.index(b"\x03COMMIT") + len(b"\x03COMMIT")
        for size in (1, 3, 7, 65536, len(wire)):
            finder, found = CommitFinder(), []
            for at in range(0, len(wire), size):
                piece = wire[at:at + size]
                base = at
                while (ends := finder.feed(piece)) is not None:
                    found.append(base + ends)
                    base += ends
                    piece = piece[ends:]
            self.assertEqual(found, [end], f"pieces of {size}")

    def test_other_commands_and_texts_are_no_commits(self):
        self.assertIsNone(CommitFinder().feed(packet(b"\x16COMMIT") + packet(b"\x03COMMITTED") + packet(b"\x03COMMIT AND CHAIN")))


if __name__ == "__main__":
    unittest.main()
