"""What every request passes before a route sees it: its id, its key, its limits; and what it leaves behind.

Written against the protocol itself, because every request goes through it.
"""

import logging
import math
import re
import secrets
from dataclasses import dataclass, field
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from limner.errors import LimnerError
from limner.server.atlas import OPEN, Atlas, Place
from limner.server.desk import Desk
from limner.server.failures import Refused, tell_broken, tell_mistake
from limner.server.intake import Intake, too_large
from limner.server.limits import WRONG_AT_ONCE, WRONG_PER_SECOND, Buckets
from limner.server.metrics import Metrics
from limner.server.shortcut import TEMPLATE, take_shortcut
from limner.settings import ServeSettings
from limner.studio.kept.moments import now_us
from limner.studio.rights.keys import Key, Keyring

logger = logging.getLogger("limner.server")

_ID = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
_OWN_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
_MOST_URL = 8_192
_MOST_HEADERS = 32_768
_ELSEWHERE = "(none)"
_HOW = "send Authorization: Bearer KEY; whoever runs the service makes keys with: limner key create"


@dataclass(slots=True)
class Visit:
    """One request on its way through."""

    request_id: bytes
    method: str
    path: str
    place: Place | None
    headers: dict[bytes, bytes]
    began: float = field(default_factory=perf_counter)
    key: str = ""
    status: int = 0
    sent: int = 0

    @property
    def route(self) -> str:
        """The route as declared."""
        return self.place.template if self.place else _ELSEWHERE


class Gate:
    """Wraps the application."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        desk: Desk,
        atlas: Atlas,
        keyring: Keyring,
        metrics: Metrics,
        settings: ServeSettings,
        public: bool = False,
    ) -> None:
        """Wrap an application; ``public``: it listens where others reach it, and is closed without keys."""
        self.app = app
        self._desk = desk
        self._atlas = atlas
        self._keyring = keyring
        self._metrics = metrics
        self._settings = settings
        self._public = public
        self._buckets = Buckets(settings.requests_per_second, settings.burst)
        self._wrong = Buckets(WRONG_PER_SECOND, WRONG_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        visit = self._meet(scope)
        self._metrics.begin()

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                visit.status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", visit.request_id)]
            else:
                visit.sent += len(message.get("body", b""))
            await send(message)

        try:
            await self._pass(visit, scope, receive, send_marked)
        finally:
            self._leave(visit)

    def _meet(self, scope: Scope) -> Visit:
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        path = raw.partition(b"?")[0].decode("ascii", "replace")
        headers = dict(scope["headers"])
        place = self._atlas.find(scope["method"], path)
        if self._atlas.covers(path):
            scope["path"] = path  # as it was sent: what %2F stands in is one id, which its route reads
        given = headers.get(b"x-request-id", b"")
        request_id = given if _ID.fullmatch(given) else secrets.token_hex(8).encode()
        return Visit(request_id, scope["method"], path, place, headers)

    async def _pass(self, visit: Visit, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self._check(visit, scope)
            if visit.route == TEMPLATE:
                ready = take_shortcut(self._desk, scope)
                if ready is not None:
                    await ready(scope, receive, send)
                    return
            intake = Intake(receive, self._settings)
            await self.app(scope, intake.receive, send)
        except Refused as exc:
            await exc.response()(scope, receive, send)
        except LimnerError as exc:
            await tell_mistake(exc)(scope, receive, send)
        except Exception as exc:
            if visit.status:
                raise
            await tell_broken(exc)(scope, receive, send)

    def _check(self, visit: Visit, scope: Scope) -> None:
        """Let a request in, or raise what it is refused with."""
        if len(visit.path) + len(scope["query_string"]) > _MOST_URL:
            raise Refused(414, "too_long", "the address is too long", f"at most {_MOST_URL:,} letters")
        if sum(len(name) + len(value) for name, value in scope["headers"]) > _MOST_HEADERS:
            raise Refused(
                431, "headers_too_large", "the headers are too long", f"at most {_MOST_HEADERS:,} bytes"
            )
        client = scope.get("client")
        address = client[0] if client else ""
        if visit.place is None and not self._atlas.covers(visit.path):
            return  # a file of the page, or nothing
        if visit.place is None or visit.place.scope != OPEN:
            self._admit(visit, address)
        wait = self._buckets.take(visit.key or address)
        if wait:
            raise _too_many(wait)
        if visit.place is not None and visit.place.methods:
            raise _wrong_method(visit.place)
        self._check_length(visit)

    def _admit(self, visit: Visit, address: str) -> None:
        """Check the key, where there are keys; without any, only this machine's own programs are let in."""
        if not self._keyring.keys() and not self._public:
            host = visit.headers.get(b"host", b"").decode("latin-1").lower()
            if host and _strip_port(host) not in _OWN_NAMES:
                hint = "ask by 127.0.0.1 or localhost, or make a key with: limner key create --scope read"
                raise Refused(403, "foreign_host", "without keys, only this machine is served", hint)
            return
        wait = self._wrong.wait(address)
        if wait:
            raise _too_many(wait)
        key = self._read_key(visit, address)
        visit.key = key.id
        scope = visit.place.scope if visit.place else "read"
        if not key.may(scope):
            message = f"the key may {key.scope}, and this needs {scope}"
            raise Refused(403, "scope_too_narrow", message, f"use a key made with --scope {scope}")

    def _read_key(self, visit: Visit, address: str) -> Key:
        given = visit.headers.get(b"authorization")
        if given is None:
            raise _unknown("missing_key", "this workspace is read with a key")
        kind, _, token = given.decode("latin-1").partition(" ")
        key = self._keyring.find(token.strip()) if kind.lower() == "bearer" else None
        if key is None:
            self._wrong.take(address)
            raise _unknown("unknown_key", "this is no key of this workspace")
        if key.has_expired(now_us()):
            raise _unknown("expired_key", "the time of this key is over")
        return key

    def _check_length(self, visit: Visit) -> None:
        given = visit.headers.get(b"content-length", b"0")
        if given.isdigit() and int(given) > self._settings.max_body_bytes:
            raise too_large(self._settings.max_body_bytes)

    def _leave(self, visit: Visit) -> None:
        seconds = perf_counter() - visit.began
        self._metrics.end(visit.method, visit.route, visit.status, seconds)
        if not logger.isEnabledFor(logging.INFO):
            return
        told = {
            "request_id": visit.request_id.decode(),
            "method": visit.method,
            "route": visit.route,
            "status": visit.status,
            "ms": round(1000 * seconds, 2),
            "bytes": visit.sent,
            "key": visit.key or None,
        }
        # As logger.info would, without looking up the line that calls it, which costs more than all the rest.
        logger.handle(logger.makeRecord(logger.name, logging.INFO, "", 0, "request", (), None, extra=told))


def _unknown(code: str, message: str) -> Refused:
    return Refused(401, code, message, _HOW, headers={"www-authenticate": "Bearer"})


def _too_many(wait: float) -> Refused:
    seconds = max(1, math.ceil(wait))
    headers = {"retry-after": str(seconds)}
    return Refused(
        429,
        "too_many_requests",
        "more requests than this caller may send",
        f"wait {seconds} s",
        headers=headers,
    )


def _wrong_method(place: Place) -> Refused:
    allowed = ", ".join(place.methods)
    message = "this address does not take that method"
    return Refused(405, "method_not_allowed", message, f"it takes {allowed}", headers={"allow": allowed})


def _strip_port(host: str) -> str:
    name, _, port = host.rpartition(":")
    return name if name and port.isdigit() else host
