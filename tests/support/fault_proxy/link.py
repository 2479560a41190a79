"""One connection through the proxy: two pumps that ask the proxy's mode before each piece."""

import asyncio
import contextlib
import socket
import struct

from .mysql_wire import CommitFinder

PIECE_BYTES = 64 * 1024
# A slow link moves pieces of at most so long a time, so that a change of mode is soon felt.
SLOW_PIECE_SECONDS = 0.05


class Link:
    """Lives on the proxy's loop."""

    def __init__(self, proxy, reader, writer):
        self._proxy = proxy
        self._client = (reader, writer)
        self._server = None
        self._pumps = []
        self._finder = CommitFinder()
        self._losing = False  # the answer to a COMMIT that was let through is thrown away
        self.damaged = False  # bytes of it were swallowed
        self.half_open = False

    async def run(self):
        try:
            if self._proxy.mode == "stall":
                await self._proxy.moving()
            if self._proxy.mode == "blackhole":
                await self._swallow_all()
                return
            self._server = await asyncio.open_connection(*self._proxy.target)
            self._pumps = [asyncio.ensure_future(self._pump(self._client[0], self._server[1], True)),
                           asyncio.ensure_future(self._pump(self._server[0], self._client[1], False))]
            await asyncio.wait(self._pumps, return_when=asyncio.FIRST_COMPLETED)
            if self.half_open:
                await self._pumps[0]
        except OSError:
            self.reset()
        finally:
            self.close()

    async def _swallow_all(self):
        self.damaged = True
        while await self._client[0].read(PIECE_BYTES):
            pass

    async def _pump(self, reader, writer, from_client):
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            while data := await reader.read(self._piece()):
                if self._proxy.mode == "stall":
                    await self._proxy.moving()
                if self._proxy.mode == "blackhole" or self.half_open:
                    self.damaged = True
                    continue
                await self._delay(len(data))
                if from_client:
                    if not await self._pass_commits(data, writer):
                        return
                elif self._losing:
                    self._proxy.answers_lost += 1
                    self.reset()
                    return
                else:
                    writer.write(data)
                    await writer.drain()

    async def _pass_commits(self, data, writer):
        """False: the connection is over."""
        while (end := self._finder.feed(data)) is not None:
            self._proxy.commits_seen += 1
            if self._proxy.take_commit():
                self._proxy.commits_lost += 1
                self.reset()
                return False
            self._losing = self._proxy.take_answer()
            writer.write(data[:end])
            data = data[end:]
        writer.write(data)
        await writer.drain()
        return True

    def _piece(self):
        rate = self._proxy.bytes_per_s
        return PIECE_BYTES if rate is None else max(1, min(PIECE_BYTES, int(rate * SLOW_PIECE_SECONDS)))

    async def _delay(self, count):
        if self._proxy.latency_s:
            await asyncio.sleep(self._proxy.latency_s)
        if self._proxy.bytes_per_s:
            await asyncio.sleep(count / self._proxy.bytes_per_s)

    def reset(self):
        """RST to both."""
        for writer in self._writers():
            raw = writer.get_extra_info("socket")
            if raw is not None:
                with contextlib.suppress(OSError):
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    def leave_half_open(self):
        self.half_open = True
        if self._server is not None:
            self._server[1].close()

    def close(self):
        for pump in self._pumps:
            pump.cancel()
        for writer in self._writers():
            with contextlib.suppress(Exception):
                writer.close()

    def _writers(self):
        return [self._client[1]] + ([self._server[1]] if self._server is not None else [])
