"""The proxy's control: one thread with a loop; every call is carried out there and waited for."""

import asyncio
import contextlib
import socket
import struct
import threading

from .link import Link

CALL_SECONDS = 10


class FaultProxy:
    """Between 127.0.0.1:port and a target. Calls may come from any thread but the proxy's own."""

    def __init__(self, host, port, listen_port=0):
        """`listen_port`: 0 takes a free one."""
        self.target = (host, int(port))
        self.port = listen_port
        self.mode = "pass"
        self.latency_s = 0.0
        self.bytes_per_s = None
        self.answers_lost = self.commits_lost = self.commits_seen = self.connections = self.refused = 0
        self._answers_to_lose = self._commits_to_lose = 0
        self._links = set()
        self._tasks = set()
        self._server = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault-proxy", daemon=True)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self._moving = asyncio.Event()
        self._moving.set()
        self._thread.start()
        self._call(self._listen())

    def stop(self):
        if not self._thread.is_alive():
            return
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CALL_SECONDS)
        self._loop.close()

    # ---- what it does to connections; see README.md ----

    def mend(self):
        self._call(self._set("pass"))

    def cut(self):
        self._call(self._set("cut"))

    def reset(self):
        self._call(self._set("reset"))

    def reset_once(self):
        self._call(self._each(Link.reset))

    def slow(self, latency_ms=0, bytes_per_s=None):
        self._call(self._set("slow", latency_ms / 1000, bytes_per_s))

    def stall(self):
        self._call(self._set("stall"))

    def blackhole(self):
        self._call(self._set("blackhole"))

    def half_open(self):
        self._call(self._each(Link.leave_half_open))

    def lose_commit_answers(self, count):
        self._answers_to_lose = count

    def lose_commits(self, count):
        self._commits_to_lose = count

    # ---- for the links, on the loop ----

    async def moving(self):
        await self._moving.wait()

    def take_answer(self):
        took = self._answers_to_lose > 0
        self._answers_to_lose -= took
        return took

    def take_commit(self):
        took = self._commits_to_lose > 0
        self._commits_to_lose -= took
        return took

    # ---- the loop ----

    def _call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(CALL_SECONDS)

    async def _listen(self):
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _deafen(self):
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _accepted(self, reader, writer):
        if self.mode == "reset":
            self.refused += 1
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
            return
        self.connections += 1
        link = Link(self, reader, writer)
        self._links.add(link)
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await link.run()
        finally:
            self._links.discard(link)
            self._tasks.discard(task)

    async def _set(self, mode, latency_s=0.0, bytes_per_s=None):
        self.mode, self.latency_s, self.bytes_per_s = mode, latency_s, bytes_per_s
        if mode == "stall":
            self._moving.clear()
        else:
            self._moving.set()
        if mode == "cut":
            await self._deafen()
            await self._each(Link.close)
            return
        if self._server is None:
            await self._listen()
        for link in list(self._links):
            if mode == "reset" or (mode != "blackhole" and link.damaged and not link.half_open):
                link.reset()

    async def _each(self, action):
        for link in list(self._links):
            action(link)

    async def _end(self):
        await self._deafen()
        self._moving.set()
        await self._each(Link.close)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
