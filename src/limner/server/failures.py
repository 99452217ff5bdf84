"""One shape for every failure: ``{"error": {"code", "message", "hint"}}``, and which status each has."""

import logging
import re
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from limner.errors import (
    ChatError,
    EncoderError,
    EngineError,
    ExpressionError,
    InputError,
    LimnerError,
    MissingExtraError,
    SettingsError,
    UnknownAudienceError,
    UnknownCorrectionError,
    UnknownItemError,
    UnknownNameError,
    UnknownRowError,
    UnknownUserError,
    WorkspaceError,
)
from limner.server.encoding import JSON, write_json

logger = logging.getLogger("limner.server")

_RETRY_S = 5
_BY_KIND: tuple[tuple[type[LimnerError], int, str], ...] = (
    (UnknownItemError, 404, "unknown_item"),
    (UnknownCorrectionError, 404, "unknown_correction"),
    (UnknownRowError, 404, "unknown_row"),
    (UnknownUserError, 404, "unknown_user"),
    (UnknownAudienceError, 404, "unknown_audience"),
    (UnknownNameError, 422, "unknown_name"),
    (SettingsError, 422, "invalid_value"),
    (ExpressionError, 422, "invalid_expression"),
    (InputError, 422, "invalid_value"),
    (WorkspaceError, 503, "workspace_unavailable"),
    (MissingExtraError, 503, "not_installed"),
    (ChatError, 503, "model_unavailable"),
    (EncoderError, 503, "encoder_unavailable"),
    (EngineError, 503, "engine_unavailable"),
)
_OF_STATUS: Mapping[int, tuple[str, str, str]] = {
    404: ("not_found", "there is nothing at this address", "see /openapi.json for what there is"),
    405: ("method_not_allowed", "this address does not take that method", "see the header Allow"),
}
_LONGEST = 300
_NAMED = re.compile(r" \(((?:did you mean|known): .*)\)$")


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(
        self, status: int, code: str, message: str, hint: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        """Keep what is answered."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
        self.headers = dict(headers or {})

    def response(self) -> Response:
        """Return the answer."""
        return describe_failure(self.status, self.code, self.message, self.hint, headers=self.headers)


def describe_failure(
    status: int, code: str, message: str, hint: str, *, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a response of the one shape that errors have."""
    body = {"error": {"code": code, "message": message[:_LONGEST], "hint": hint[:_LONGEST]}}
    given = {"cache-control": "no-store", **(headers or {})}
    return Response(write_json(body), status, media_type=JSON, headers=given)


def install_failures(app: FastAPI) -> None:
    """Give an application the handlers of all errors."""
    app.add_exception_handler(Refused, _refuse)
    app.add_exception_handler(LimnerError, _tell_mistake)
    app.add_exception_handler(RequestValidationError, _tell_invalid)
    app.add_exception_handler(HTTPException, _tell_http)


def tell_mistake(exc: LimnerError, *, workspace: str = "") -> Response:
    """Return what a mistake of Limner's kinds is answered with; where the workspace lies is not told."""
    status, code = next(
        ((status, code) for kind, status, code in _BY_KIND if isinstance(exc, kind)), (500, "")
    )
    if status == 500:
        return tell_broken(exc)
    if status == 503:
        logger.error("unavailable", extra={"detail": f"{type(exc).__name__}: {exc}"})
        hint = "try again in a few seconds; the log of the service says what is wrong"
        return describe_failure(
            status, code, "the workspace cannot answer now", hint, headers={"retry-after": str(_RETRY_S)}
        )
    said = str(exc).replace(f" in {workspace}", "") if workspace else str(exc)
    message, _, hint = said.partition("; ")
    named = _NAMED.search(message)
    if named:
        message, hint = message[: named.start()], "; ".join(filter(None, (named[1], hint)))
    return describe_failure(status, code, message, hint or "mend the request and send it again")


def tell_broken(exc: BaseException) -> Response:
    """Return what a mistake of ours is answered with: nothing of it, which stands in the log."""
    logger.error("failed", exc_info=exc)
    hint = "it is our mistake; report it with the X-Request-ID of this answer"
    return describe_failure(500, "internal_error", "something went wrong inside Limner", hint)


async def _refuse(request: Request, exc: Exception) -> Response:
    return exc.response() if isinstance(exc, Refused) else tell_broken(exc)


async def _tell_mistake(request: Request, exc: Exception) -> Response:
    if not isinstance(exc, LimnerError):
        return tell_broken(exc)
    return tell_mistake(exc, workspace=str(getattr(request.app.state, "workspace", "")))


async def _tell_invalid(request: Request, exc: Exception) -> Response:
    found = exc.errors() if isinstance(exc, RequestValidationError) else []
    return invalid(found)


def invalid(found: Any) -> Response:
    """Return what a request is answered with in which something has the wrong type or range."""
    told = []
    for one in list(found)[:3]:
        place = ".".join(str(part) for part in one["loc"])
        told.append(f"{place}: {one['msg']}")
    message = "; ".join(told) or "the request cannot be read"
    return describe_failure(422, "invalid_request", message, "see /openapi.json for what is expected")


async def _tell_http(request: Request, exc: Exception) -> Response:
    status = exc.status_code if isinstance(exc, HTTPException) else 500
    headers = dict(exc.headers or {}) if isinstance(exc, HTTPException) else {}
    detail = str(exc.detail) if isinstance(exc, HTTPException) else ""
    code, message, hint = _OF_STATUS.get(
        status, ("bad_request", detail or "bad request", "see /openapi.json")
    )
    return describe_failure(status, code, message, hint, headers=headers)
