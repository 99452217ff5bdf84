"""Follows a stream in a thread of its own, through lost connections, and hands its messages to the caller."""

import asyncio
import contextlib
import math
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from limner.errors import StreamError
from limner.streams.connections import BrokerGoneError, Connect, Connection
from limner.streams.delays import list_delays
from limner.streams.lines import BATCH_LINES, QUIET_S, Line

FIRST_REACH_S = 10.0
"""How long the first connection may take; a broker that was there once is waited for without end."""
_CHECK_EVERY_S = 1.0
_FULL_S = 0.01
_CLOSE_S = 10.0

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Lost:
    reason: str


@dataclass(frozen=True, slots=True)
class _Reached:
    after_s: float | None
    """Seconds since the broker was lost; None the first time."""


class Follower:
    """The messages of a stream behind the stored positions, as long as the ``with`` block lasts.

    The thread runs the client; everything else, `tell` among it, happens where `lines` is read.
    """

    def __init__(self, connect: Connect, positions: Mapping[str, str], *, name: str, tell: Tell) -> None:
        """Prepare to follow; ``name`` is what messages call the broker."""
        self._connect = connect
        self._positions = dict(positions)
        self._name = name
        self._tell = tell
        self._inbox: queue.Queue[Line | _Lost | _Reached | BaseException] = queue.Queue(BATCH_LINES)
        self._stopping = threading.Event()
        self._connection: Connection | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="limner follower", daemon=True)

    def __enter__(self) -> Self:
        """Begin to follow."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the broker."""
        self._stopping.set()
        self._thread.join(_CLOSE_S)

    def lines(self, stop: threading.Event, until_idle_s: float = math.inf) -> Iterator[Line | None]:
        """Yield messages until the stop, or until nothing came for so long; None whenever it is quiet.

        Raises:
            StreamError: the broker was never reached, or does not give what was asked for.
        """
        idle_since = math.inf  # the clock begins when the broker is reached
        while not stop.is_set():
            try:
                found = self._inbox.get(timeout=QUIET_S)
            except queue.Empty:
                yield None
                if time.monotonic() - idle_since >= until_idle_s:
                    return
                continue
            if isinstance(found, Line):
                yield found
                idle_since = time.monotonic()  # what the caller does with a batch is not idle
            else:
                idle_since = min(idle_since, time.monotonic())
                self._report(found)

    def acknowledge(self, positions: Mapping[str, str]) -> None:
        """Tell the broker what is stored by now; a broker that is away is not told."""
        if self._connection is None or self._loop is None:
            return
        told = asyncio.run_coroutine_threadsafe(self._connection.acknowledge(positions), self._loop)
        with contextlib.suppress(TimeoutError):
            told.result(_CLOSE_S)

    def _report(self, found: _Lost | _Reached | BaseException) -> None:
        if isinstance(found, BaseException):
            raise found
        if isinstance(found, _Lost):
            self._tell(f"lost the broker {self._name} ({found.reason}); trying again")
        elif found.after_s is not None:
            self._tell(f"back after {found.after_s:.1f} s")

    def _run(self) -> None:
        """Follow until the stop; what cannot be mended by waiting goes to the caller."""
        try:
            asyncio.run(self._follow())
        except BaseException as exc:
            asyncio.run(self._put(exc))

    async def _follow(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(lambda loop, context: None)  # a lost broker shows in `check`
        lost_at, delays, known = time.monotonic(), list_delays(random.Random()), False
        while not self._stopping.is_set():
            reached = False
            try:
                async with self._connect(self._positions, self._hand_over) as self._connection:
                    await self._put(_Reached(time.monotonic() - lost_at if known else None))
                    known, reached, delays = True, True, list_delays(random.Random())
                    await self._watch(self._connection)
            except BrokerGoneError as exc:
                if reached:
                    lost_at = time.monotonic()
                    await self._put(_Lost(str(exc)))
                self._check_patience(exc, known=known, since=lost_at)
            self._connection = None
            await self._pause(next(delays) if known else min(next(delays), FIRST_REACH_S / 5))

    def _check_patience(self, exc: BrokerGoneError, *, known: bool, since: float) -> None:
        if not known and time.monotonic() - since >= FIRST_REACH_S:
            remedy = "start the broker, or mend the address"
            raise StreamError(f"{self._name}: cannot be reached ({exc}); {remedy}") from exc

    async def _watch(self, connection: Connection) -> None:
        """Return at the stop; raise as soon as the broker does not answer."""
        while not self._stopping.is_set():
            await connection.check()
            await self._pause(_CHECK_EVERY_S)

    async def _hand_over(self, line: Line) -> None:
        if await self._put(line):
            self._positions[line.source] = line.position

    async def _put(self, found: Line | _Lost | _Reached | BaseException) -> bool:
        """Return whether the caller will get it: not when nobody reads any more."""
        while not self._stopping.is_set():
            try:
                self._inbox.put_nowait(found)
            except queue.Full:
                await asyncio.sleep(_FULL_S)
            else:
                return True
        return False

    async def _pause(self, delay_s: float) -> None:
        """Wait, but not longer than until the stop."""
        until = time.monotonic() + delay_s
        while not self._stopping.is_set() and (left_s := until - time.monotonic()) > 0:
            await asyncio.sleep(min(left_s, QUIET_S))
