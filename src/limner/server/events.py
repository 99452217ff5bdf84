"""``POST /events`` and ``POST /texts``: rows come in, visible at once."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from limner.server.asking import desk_of
from limner.server.bodies import read_json
from limner.server.documented import answers, describe_rows
from limner.server.encoding import answer
from limner.server.failures import Refused

MOST_ROWS = 10_000
_TAKEN = {
    "accepted": 1,
    "duplicates": 0,
    "refused": [{"index": 1, "reason": "no user_id", "hint": "give the row a user_id"}],
    "new_users": 0,
    "new_items": 0,
}
_ID = {"anyOf": [{"type": "string"}, {"type": "integer"}]}
_EVENT_ROW = {
    "type": "object",
    "required": ["user_id"],
    "properties": {
        "user_id": _ID,
        "item_id": _ID,
        "event": {"type": "string"},
        "timestamp": {
            "description": "ISO 8601 with a zone, or seconds, milliseconds, microseconds since 1970"
        },
        "event_id": {**_ID, "description": "a row that comes again under the same id changes nothing"},
        "value": {"type": "number"},
        "dwell_s": {"type": "number"},
        "session_id": _ID,
        "context": {"type": "string"},
    },
}
_EVENT = {
    "event_id": "e-2026-000001",
    "user_id": "u0042",
    "item_id": "i0355",
    "event": "click",
    "timestamp": "2026-06-30T12:00:00Z",
}
_TEXT_ROW = {
    "type": "object",
    "required": ["user_id", "text"],
    "properties": {
        "user_id": _ID,
        "text": {"type": "string"},
        "timestamp": {},
        "text_id": _ID,
        "item_id": _ID,
        "kind": {"type": "string"},
        "rating": {"type": "number"},
        "language": {"type": "string"},
    },
}
_TEXT = {
    "text_id": "t-2026-000001",
    "user_id": "u0042",
    "item_id": "i0355",
    "kind": "review",
    "text": "包装很好，物流太慢",
    "timestamp": "2026-06-30T12:00:00Z",
}


router = APIRouter(tags=["rows"])
_ANSWERS = answers(_TAKEN, status=202, body=True)


@router.post(
    "/events",
    status_code=202,
    responses=_ANSWERS,
    openapi_extra=describe_rows(_EVENT_ROW, _EVENT),
    summary="Add events",
)
async def add_events(request: Request) -> Response:
    """One row, a list, or one a line; on disk and in every portrait when the answer comes."""
    return await _take(request, "events")


@router.post(
    "/texts",
    status_code=202,
    responses=_ANSWERS,
    openapi_extra=describe_rows(_TEXT_ROW, _TEXT),
    summary="Add texts",
)
async def add_texts(request: Request) -> Response:
    """One row, a list, or one a line; read for words, aspects and claims before the answer comes."""
    return await _take(request, "texts")


async def _take(request: Request, table: str) -> Response:
    taken = await desk_of(request).ingest(table, await _read_rows(request, table))
    request.app.state.metrics.count_rows(table, taken["accepted"], taken["duplicates"], len(taken["refused"]))
    return answer(taken, 202)


async def _read_rows(request: Request, table: str) -> list[Any]:
    """Return the rows of a body: an object, a list of them, or ``{"events": [...]}``."""
    given = await read_json(request)
    if isinstance(given, dict) and isinstance(given.get(table), list) and len(given) == 1:
        given = given[table]
    rows = given if isinstance(given, list) else [given]
    if not rows or not isinstance(given, list | dict):
        raise Refused(422, "invalid_request", "the body holds no row", "send an object, or a list of objects")
    if len(rows) > MOST_ROWS:
        raise Refused(
            413, "too_many_rows", f"{len(rows):,} rows at once", f"send at most {MOST_ROWS:,} a request"
        )
    return rows
