"""Redis streams, read with XREAD behind our own positions: no consumer group, nothing written to Redis."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from limner.errors import StreamError
from limner.streams.addresses import RedisAddress
from limner.streams.connections import CHECK_S, READ_MESSAGES, BrokerGoneError, HandOver, leave
from limner.streams.entries import read_entry
from limner.streams.lines import Line

_BEGINNING = "0-0"
_BLOCK_MS = 1000
"""How long one read waits; a message ends the wait at once."""
_ENVELOPE = b"__data__"
"""The field in which FastStream packs body and headers."""


class RedisConnection:
    """An open client, and the streams that are read through it."""

    def __init__(self, client: Any, address: RedisAddress) -> None:
        """Wrap a client."""
        self._client = client
        self._address = address

    async def check(self) -> None:
        """Return when Redis answers and the streams are streams, or not there yet."""
        for stream in self._address.streams:
            kind = await self._ask(stream)
            if kind not in ("stream", "none"):
                raise StreamError(f"{self._address.source(stream)}: holds a {kind}, not a stream")

    async def acknowledge(self, positions: Mapping[str, str]) -> None:
        """Do nothing: Redis keeps no position of ours."""

    async def _ask(self, stream: str) -> str:
        from redis.exceptions import AuthenticationError, AuthorizationError, NoPermissionError, RedisError

        try:
            kind = await asyncio.wait_for(self._client.type(stream), CHECK_S)
        except (AuthenticationError, AuthorizationError, NoPermissionError) as exc:
            raise StreamError(f"{self._address.source(stream)}: Redis refuses: {exc}") from exc
        except (RedisError, OSError) as exc:
            raise BrokerGoneError(str(exc) or "no answer") from exc
        return kind.decode() if isinstance(kind, bytes) else str(kind)


@asynccontextmanager
async def connect_redis(
    address: RedisAddress, positions: Mapping[str, str], hand_over: HandOver
) -> AsyncIterator[RedisConnection]:
    """Open streams behind the stored positions, from their beginning where nothing is stored."""
    from faststream.redis import RedisBroker

    broker = RedisBroker(address.url, logger=None, apply_types=False, graceful_timeout=1.0)
    for stream in address.streams:
        _subscribe(broker, stream, address.source(stream), positions, hand_over)
    try:
        connection = RedisConnection(await broker.connect(), address)
        await connection.check()
        try:
            await broker.start()
        except OSError as exc:  # among them: no answer in time
            raise BrokerGoneError(str(exc) or "no answer") from exc
        yield connection
    finally:
        await leave(broker)


def _subscribe(
    broker: Any, stream: str, source: str, positions: Mapping[str, str], hand_over: HandOver
) -> None:
    from faststream.redis import StreamSub

    asked = StreamSub(
        stream,
        batch=True,
        last_id=positions.get(source, _BEGINNING),
        max_records=READ_MESSAGES,
        polling_interval=_BLOCK_MS,
    )

    async def deliver(lines: Sequence[Line]) -> None:
        for line in lines:
            await hand_over(line)

    broker.subscriber(stream=asked, parser=_wrap, decoder=partial(_unpack, source))(deliver)


async def _wrap(raw: Mapping[str, Any]) -> Any:
    """Return a batch as FastStream's message, untouched: its own parser stumbles over bytes of no text."""
    from faststream.redis import RedisBatchStreamMessage

    return RedisBatchStreamMessage(raw_message=raw, body=b"", consumer=None, group=None)


async def _unpack(source: str, message: Any) -> list[Line]:
    """Return the lines of a batch."""
    raw = message.raw_message
    return [
        _read_line(source, message_id.decode(), fields)
        for message_id, fields in zip(raw["message_ids"], raw["data"], strict=True)
    ]


def _read_line(source: str, position: str, fields: Mapping[bytes, bytes]) -> Line:
    from faststream.redis import BinaryMessageFormatV1

    if _ENVELOPE in fields:
        body, _ = BinaryMessageFormatV1.parse(fields[_ENVELOPE])
        fields = {_ENVELOPE: body}
    return Line(source, int(position.partition("-")[0]), read_entry(fields), position)
