"""HTTP/1.1 requests and answers as plain values; how they travel is http_server's business."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Optional
from urllib.parse import unquote, unquote_plus

_REASONS = {status.value: status.phrase for status in HTTPStatus}


@dataclass
class Request:
    method: str
    target: str           # path and query as sent
    headers: dict         # lower-case name -> value
    body: bytes = b""

    def __post_init__(self):
        self.path, _, self.query = self.target.partition("?")

    def header(self, name):
        return self.headers.get(name.lower(), "").strip()

    def parameters(self):
        """Query parameters with `+` as a blank, as servers decode what a form would send."""
        return _split(self.query, unquote_plus)

    def cursor_parameters(self):
        """Query parameters with `+` kept: a cursor is not percent-encoded, so its `+` means itself."""
        return _split(self.query, unquote)


def _split(query, decode):
    pairs = (part.partition("=") for part in query.split("&") if part)
    return {decode(name): decode(value) for name, _, value in pairs}


@dataclass
class Wire:
    """How an answer goes over the wire when it does not go well."""
    delay_ms: int = 0             # before the first byte
    pieces: int = 1               # body in so many pieces,
    piece_delay_ms: int = 0       # with this pause between two
    chunked: bool = False
    keep_fraction: float = 1.0    # of the body; the connection ends after a part
    silent: bool = False          # no byte of an answer at all
    reset: bool = False           # end by RST instead of FIN


@dataclass
class Response:
    status: int
    body: bytes = b""
    content_type: Optional[str] = "application/json"
    headers: list = field(default_factory=list)     # (name, value)
    wire: Optional[Wire] = None
    fault: str = ""                                 # the kind that made or bent this answer
    orders: tuple = ()                              # (order id, bytes) of each order inside
    endpoint: str = "other"

    def head(self, close, chunked):
        lines = [f"HTTP/1.1 {self.status} {_REASONS.get(self.status, 'Unknown')}"]
        if self.content_type:
            lines.append(f"Content-Type: {self.content_type}")
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines.append("Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(self.body)}")
        if close:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
