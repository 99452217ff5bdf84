"""A body as it comes in: counted, and not waited for without end."""

import asyncio
from time import monotonic

from starlette.types import Message, Receive

from limner.server.failures import Refused
from limner.settings import ServeSettings


class Intake:
    """Stands between the connection and a route that reads."""

    def __init__(self, receive: Receive, settings: ServeSettings) -> None:
        """Wrap what the connection hands over."""
        self._receive = receive
        self._settings = settings
        self._got = 0
        self._until = monotonic() + settings.body_timeout_s
        self._whole = False

    async def receive(self) -> Message:
        """Return the next part of the body.

        Raises:
            Refused: 408 the body takes too long, 413 it grows too long, whatever it said of its length.
        """
        if self._whole:  # what comes now is the caller leaving, which may take as long as the answer
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), max(self._until - monotonic(), 0.001))
        except TimeoutError as exc:
            raise _too_slow(self._settings.body_timeout_s) from exc
        self._got += len(message.get("body", b""))
        if self._got > self._settings.max_body_bytes:
            raise too_large(self._settings.max_body_bytes)
        self._whole = not message.get("more_body", False)
        return message


def too_large(limit: int) -> Refused:
    """Return what a body that is too long is refused with; the connection ends, so no more of it comes."""
    hint = "send fewer rows at once; whoever runs the service sets [serve] max_body_bytes"
    message = f"the body is longer than {limit:,} bytes"
    return Refused(413, "too_large", message, hint, headers={"connection": "close"})


def _too_slow(seconds: float) -> Refused:
    message = f"the body did not come within {seconds:g} s"
    return Refused(408, "too_slow", message, "send it again, in one go", headers={"connection": "close"})
