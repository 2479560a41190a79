"""A small threaded HTTP/1.1 server on the loopback: keep-alive, optional TLS, one thread per connection.

It is written by hand because a test server must be able to break an answer at any byte.
"""

import gzip
import socket
import struct
import threading
import time

from .http_message import Request, Response, Wire

MAX_HEAD_BYTES = 64 * 1024
MAX_BODY_BYTES = 256 * 1024 * 1024
GZIP_FROM_BYTES = 1024
IDLE_SECONDS = 300
_PLAIN = Wire()


class BadRequest(Exception):
    """The bytes are no HTTP request that this server understands."""


class HttpServer:
    """Serves `handler(request) -> Response` until stop().

    `journal.note(request, response, complete)` is called before the first byte of an answer goes out, so that a client
    that has its answer finds it counted; `journal.broke(request, response)` when a client went away before the last
    byte. All of these run on connection threads, several at a time.
    """

    def __init__(self, handler, journal, settings, port=0, tls_context=None):
        self._handler, self._journal, self._settings, self._tls = handler, journal, settings, tls_context
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._open = set()
        self._stopping = False

    def start(self):
        threading.Thread(target=self._accept, name="accept", daemon=True).start()

    def stop(self):
        """Ends the listener and every connection; the connections' threads end by themselves."""
        with self._lock:
            self._stopping = True
            connections = list(self._open)
        for end in [self._listener, *connections]:
            try:
                # Not the TLS object's own shutdown: its thread is using it.
                socket.socket.shutdown(end, socket.SHUT_RDWR)
            except OSError:
                pass   # already closed by the other side: that is what we want
        self._listener.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return   # the listener was closed by stop()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, plain):
        with self._lock:
            if self._stopping:
                plain.close()
                return
            self._open.add(plain)
        connection = plain
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plain.settimeout(IDLE_SECONDS)
            if self._tls:
                connection = self._tls.wrap_socket(plain, server_side=True)
                with self._lock:
                    self._open.discard(plain)
                    self._open.add(connection)
            self._converse(connection)
        except OSError:
            pass   # the client went away or refused the certificate: its right
        finally:
            with self._lock:
                self._open.discard(plain)
                self._open.discard(connection)
            connection.close()

    def _converse(self, connection):
        reader = _Reader(connection)
        answers = 0
        while True:
            try:
                request = reader.read_request()
            except BadRequest as cause:
                _send_all(connection, Response(400, f"{cause}\n".encode(), "text/plain"), True)
                return
            if request is None:
                return
            answers += 1
            bound = self._settings.requests_per_connection
            close = request.header("connection").lower() == "close" or (bound and answers >= bound)
            response = self._handler(request)
            self._compress(request, response)
            complete = not response.wire or (response.wire.keep_fraction == 1 and not response.wire.silent)
            self._journal.note(request, response, complete)
            try:
                _send_all(connection, response, close)
            except OSError:
                if complete:
                    self._journal.broke(request, response)
                raise
            if close or not complete:
                return

    def _compress(self, request, response):
        accepted = "gzip" in request.header("accept-encoding").lower()
        if accepted and self._settings.gzip and len(response.body) >= GZIP_FROM_BYTES:
            response.body = gzip.compress(response.body, compresslevel=1, mtime=0)
            response.headers.append(("Content-Encoding", "gzip"))


def _send_all(connection, response, close):
    """Sends the answer, or as much of it as its wire says; the connection ends with a part."""
    wire = response.wire or _PLAIN
    if wire.delay_ms:
        time.sleep(wire.delay_ms / 1000)
    if wire.silent:
        _end(connection, wire.reset)
        return
    cut = wire.keep_fraction < 1
    body = response.body[:int(len(response.body) * wire.keep_fraction)]
    head = response.head(close, wire.chunked)
    if wire.pieces == 1 and not wire.chunked:
        connection.sendall(head + body)
    else:
        connection.sendall(head)
        _send_pieces(connection, body, wire)
        if wire.chunked and not cut:
            connection.sendall(b"0\r\n\r\n")
    if cut:
        _end(connection, wire.reset)


def _send_pieces(connection, body, wire):
    size = max(1, -(-len(body) // wire.pieces))
    for start in range(0, len(body), size):
        if start and wire.piece_delay_ms:
            time.sleep(wire.piece_delay_ms / 1000)
        piece = body[start:start + size]
        connection.sendall(b"%x\r\n%b\r\n" % (len(piece), piece) if wire.chunked else piece)


def _end(connection, reset):
    if reset:   # linger 0: close() sends RST and throws away what is not yet sent
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    else:
        connection.shutdown(socket.SHUT_RDWR)


class _Reader:
    """Takes requests off one connection; keeps what was read beyond the last one."""

    def __init__(self, connection):
        self._connection = connection
        self._buffer = b""

    def read_request(self):
        """The next request, or None at the end of the connection."""
        while b"\r\n\r\n" not in self._buffer:
            if len(self._buffer) > MAX_HEAD_BYTES:
                raise BadRequest("request head too long")
            if not self._more():
                return None
        head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
        request = _parse_head(head.decode("latin-1"))
        request.body = self._read_body(request)
        return None if request.body is None else request

    def _read_body(self, request):
        if request.header("transfer-encoding"):
            raise BadRequest("a body needs Content-Length here")
        length = request.header("content-length") or "0"
        if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
            raise BadRequest(f"bad Content-Length {length}")
        if request.header("expect").lower() == "100-continue":
            self._connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        wanted, parts, have = int(length), [self._buffer], len(self._buffer)
        while have < wanted:
            data = self._connection.recv(1 << 18)
            if not data:
                return None
            parts.append(data)
            have += len(data)
        everything = b"".join(parts)
        self._buffer = everything[wanted:]
        return everything[:wanted]

    def _more(self):
        data = self._connection.recv(1 << 16)
        self._buffer += data
        return bool(data)


def _parse_head(text):
    first, *lines = text.split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1.") or not parts[1].startswith("/"):
        raise BadRequest(f"bad request line '{first[:80]}'")
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise BadRequest(f"bad header line '{line[:80]}'")
        headers[name.strip().lower()] = value.strip()
    return Request(parts[0], parts[1], headers)
