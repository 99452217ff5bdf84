"""``GET /users/{id}/charts`` and ``/rows/{row}``: what a portrait is drawn from, and the rows it cites."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import AfterValidator
from starlette.requests import Request
from starlette.responses import Response

from limner.server.asking import UserId, ask, desk_of, read_id
from limner.server.documented import answers
from limner.server.encoding import answer_tagged
from limner.server.users import AsOf

_DRAWN: dict[str, Any] = {
    "user_id": "u0042",
    "as_of": "2026-06-30T12:00:00Z",
    "timezone": "Asia/Shanghai",
    "kept_since": None,
    "kind": "category",
    "hours": [[0] * 24] * 7,
    "interests": [
        {
            "value": "科幻",
            "n": 31,
            "recent": 0.41,
            "lasting": 0.3,
            "usual": 0.04,
            "liking": 0.8,
            "liked": 9,
            "disliked": 1,
        }
    ],
    "steps": {
        "days": 7,
        "starts": ["2026-06-22", "2026-06-29"],
        "events": [5, 2],
        "lines": [{"value": "科幻", "events": [3, 1]}],
    },
    "aspects": [{"value": "物流", "n": 3, "liked": 2, "disliked": 1, "liking": 0.4, "quotes": []}],
    "words": [{"value": "续航", "n": 3, "weight": 1.0}],
    "texts": [],
    "friends": [
        {"user_id": "u7", "kind": "friend", "weight": 0.7, "timestamp": "2026-04-27T20:12:15.438512Z"}
    ],
}
_CERTAIN = ("timestamp", "item_id", "title")
_ROW = {
    "event_id": "e00182",
    "timestamp": "2026-06-28T20:01:02Z",
    "event": "rating",
    "value": 5.0,
    "dwell_s": None,
    "session_id": None,
    "item_id": "i0355",
    "title": "星尘",
}

RowId = Annotated[
    str,
    Path(description="An `event_id` or `text_id` that a fact cites.", examples=["e00182"]),
    AfterValidator(read_id),
]


router = APIRouter(tags=["portraits"])


@router.get(
    "/users/{user_id}/charts",
    responses=answers(_DRAWN, 404, tagged=True),
    summary="What the pictures of a portrait are drawn from",
)
async def read_charts(request: Request, user_id: UserId, *, as_of: AsOf = "") -> Response:
    """Hours by weekday, interests short and long, steps of time, aspects with quotations, words, friends."""
    return answer_tagged(request, await ask(desk_of(request).charts, user_id, as_of))


@router.get(
    "/users/{user_id}/rows/{row_id}",
    responses=answers(_ROW, 404, tagged=True, certain=_CERTAIN),
    summary="One row that a fact cites",
)
async def read_row(request: Request, user_id: UserId, row_id: RowId) -> Response:
    """An event, or a whole text with the places (in characters) that praise or blame something."""
    return answer_tagged(request, await ask(desk_of(request).row, user_id, row_id))
