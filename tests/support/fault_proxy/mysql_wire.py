"""Finds COMMIT in what a MySQL client sends."""

COM_QUERY = b"\x03"
HEADER_BYTES = 4
# Enough to know "COMMIT" by; the rest of a packet is skipped, however large.
LOOK_AT_BYTES = 16


class CommitFinder:
    """Fed with a client's bytes in pieces of any size; keeps the place within the packet."""

    def __init__(self):
        self._header = b""
        self._left = 0  # payload bytes of this packet that are still to come
        self._payload = b""

    def feed(self, data):
        """How many bytes of `data` stand before the end of its first COMMIT, that end included; None: there is none.

        Bytes behind a COMMIT that was found have to be fed again.
        """
        at = 0
        while at < len(data):
            if self._left == 0:
                take = HEADER_BYTES - len(self._header)
                self._header += data[at:at + take]
                at += take
                if len(self._header) < HEADER_BYTES:
                    return None
                self._left = int.from_bytes(self._header[:3], "little")
                self._payload = b""
                if self._left == 0:
                    self._header = b""
                continue
            piece = data[at:at + self._left]
            if len(self._payload) < LOOK_AT_BYTES:
                self._payload += piece[:LOOK_AT_BYTES - len(self._payload)]
            at += len(piece)
            self._left -= len(piece)
            if self._left == 0:
                self._header = b""
                if self._payload[:1] == COM_QUERY and self._payload[1:].strip().upper() == b"COMMIT":
                    return at
        return None
