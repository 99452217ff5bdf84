"""What every request passes: its id, and failures that no route foresaw."""

import re
import secrets

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from limner.server.failures import tell_broken

_ID = re.compile(rb"[A-Za-z0-9._:-]{1,128}")


class Gate:
    """Wraps the application; written against the protocol itself, because every request goes through it."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        raw = scope.get("raw_path")
        if raw and b"%" in raw:
            scope["path"] = raw.partition(b"?")[0].decode("ascii", "replace")
        request_id = _read_id(scope)
        begun = False

        async def send_marked(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = [*message["headers"], (b"x-request-id", request_id)]
            await send(message)

        try:
            await self.app(scope, receive, send_marked)
        except Exception as exc:
            if begun:
                raise
            await tell_broken(exc)(scope, receive, send_marked)


def _read_id(scope: Scope) -> bytes:
    """Return the id a caller gave a request, where it is one, or a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _ID.fullmatch(value):
            return bytes(value)
    return secrets.token_hex(8).encode()
