"""The load: keep-alive connections that ask one path after another. It parses no more of an answer than it must."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle

END_OF_HEAD = b"\r\n\r\n"
CONTENT_LENGTH = b"content-length: "


@dataclass(frozen=True)
class Request:
    """A request as it goes over the wire."""

    wire: bytes

    @classmethod
    def get(cls, path: str, cookie: str = "") -> Request:
        """GET ``path`` with a cookie header."""
        return cls(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())

    @classmethod
    def post(cls, path: str, body: bytes, content_type: str, cookie: str = "") -> Request:
        """POST ``body`` to ``path`` with a cookie header."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
            f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return cls(head.encode() + body)


class UnexpectedAnswerError(Exception):
    """The server answered something else than the measured page; the message holds the beginning of it."""


class _Connection(asyncio.Protocol):
    """Sends the next request when the answer to the last one is whole, until ``until``."""

    def __init__(self, requests: Iterator[Request], status: int, until: float) -> None:
        self._requests, self._until = requests, until
        self._expected = f"HTTP/1.1 {status} ".encode()
        self._received = bytearray()
        self._needed = 0
        self._asked_at = 0.0
        self.seconds: list[float] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._ask()

    def _ask(self) -> None:
        request = next(self._requests, None)
        if request is None or time.perf_counter() >= self._until:
            self._transport.close()
            return
        self._asked_at = time.perf_counter()
        self._transport.write(request.wire)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._needed:
            end = self._received.find(END_OF_HEAD)
            if end < 0:
                return
            head = bytes(self._received[:end]).lower()
            if not self._received.startswith(self._expected) or CONTENT_LENGTH not in head:
                self._fail(UnexpectedAnswerError(bytes(self._received[:400]).decode(errors="replace")))
                return
            length = head.split(CONTENT_LENGTH, 1)[1].split(b"\r", 1)[0]
            self._needed = end + len(END_OF_HEAD) + int(length)
        if len(self._received) >= self._needed:
            self.seconds.append(time.perf_counter() - self._asked_at)
            self._received.clear()
            self._needed = 0
            self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error) if error else self.done.set_result(None)

    def _fail(self, error: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(error)
        self._transport.abort()


@dataclass(frozen=True)
class Load:
    """What came of a load: the seconds from asking to the end of each answer, and the seconds that it lasted."""

    answers: list[float]
    lasted: float

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return len(self.answers) / self.lasted


def load(port: int, requests: Iterable[Request], seconds: float, *, connections: int = 8, status: int = 200) -> Load:
    """Ask for ``requests`` in turn, again and again, over several connections for some seconds.

    Raises UnexpectedAnswerError when an answer does not have ``status``.
    """
    return asyncio.run(_load(port, cycle(list(requests)), seconds, connections, status))


def ask_each(port: int, requests: Iterable[Request], *, status: int = 200) -> list[float]:
    """Ask for each of ``requests`` once, one after the other; returns the seconds that each took."""
    return asyncio.run(_load(port, iter(list(requests)), float("inf"), 1, status)).answers


async def _load(port: int, requests: Iterator[Request], seconds: float, connections: int, status: int) -> Load:
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    made = [
        await loop.create_connection(lambda: _Connection(requests, status, started + seconds), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.gather(*(protocol.done for _, protocol in made))
    lasted = time.perf_counter() - started
    return Load([each for _, protocol in made for each in protocol.seconds], lasted)
