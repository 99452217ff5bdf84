"""Connections that are not held open for nothing: request lines and headers come in time, and end.

uvicorn bounds neither the time nor the length of what comes before a request is whole; this does.
"""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES = 65_536
HEADER_TIMEOUT = "header_timeout_s"
_Base: Any = HttpToolsProtocol


class GuardedConnection(_Base):  # type: ignore[misc]
    """A connection that is closed when a request's head takes too long, or grows without end."""

    timeout_s = 10.0

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._head_bytes = 0
        self._in_head = True
        self._timer = self.loop.call_later(self.timeout_s, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what comes before a request is whole."""
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > MOST_HEAD_BYTES:
            self._give_up()

    def on_message_begin(self) -> None:
        """Begin to wait for the rest of a head."""
        super().on_message_begin()
        self._in_head = True
        self._head_bytes = 0
        self._timer.cancel()
        self._timer = self.loop.call_later(self.timeout_s, self._give_up)

    def on_headers_complete(self) -> None:
        """Wait no longer: the body has a time of its own."""
        self._timer.cancel()
        self._in_head = False
        super().on_headers_complete()

    def _give_up(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.close()
