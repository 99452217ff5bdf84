"""Bodies of requests: JSON only, of a size, within a time."""

from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from limner.server.failures import Refused

_TYPES = ("application/json", "application/x-ndjson")
Model = TypeVar("Model", bound=BaseModel)


async def read_json(request: Request) -> Any:
    """Return the body as JSON; of ``application/x-ndjson``, the list of its lines.

    Raises:
        Refused: 415 another content type, 400 no JSON; the gate refuses what is too long or too slow.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _TYPES:
        raise Refused(
            415,
            "unsupported_media_type",
            f"the body is of type {kind or 'nothing said'!r}, and JSON is read",
            "send Content-Type: application/json",
        )
    body = await request.body()
    try:
        if kind == _TYPES[1]:
            return [orjson.loads(line) for line in body.splitlines() if line.strip()]
        return orjson.loads(body)
    except orjson.JSONDecodeError as exc:
        hint = (
            "send one JSON value, in UTF-8" if kind == _TYPES[0] else "send one JSON object a line, in UTF-8"
        )
        raise Refused(400, "malformed_json", f"the body is not JSON: {exc}", hint) from exc


async def read_model(request: Request, kind: type[Model]) -> Model:
    """Return the body as a model.

    Raises:
        Refused: 415, 400 as `read_json`; 422 where something is missing, unknown, or of another type.
    """
    given = await read_json(request)
    try:
        return kind.model_validate(given)
    except ValidationError as exc:
        told = [
            f"{'.'.join(str(part) for part in one['loc']) or 'body'}: {one['msg']}"
            for one in exc.errors()[:3]
        ]
        raise Refused(
            422, "invalid_request", "; ".join(told), "see /openapi.json for what is expected"
        ) from exc
