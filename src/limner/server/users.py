"""``GET /users/{id}`` and ``GET /users?ids=``: portraits."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from limner.errors import InputError
from limner.server.asking import Lang, UserId, ask, desk_of
from limner.server.documented import answers
from limner.server.encoding import answer_packed, answer_tagged
from limner.server.portraits import ALWAYS, Wanted, read_wanted

MOST_IDS = 500
_PORTRAIT = {
    "user_id": "u0042",
    "as_of": "2026-06-30T12:00:00Z",
    "pending_events": 0,
    "facts": [
        {
            "dimension": "interest",
            "key": "category",
            "value": "科幻",
            "statement": "likes 科幻",
            "strength": 0.41,
            "liking": 0.8,
            "confidence": 0.93,
            "trend": "rising",
            "source": "observed",
            "sources": ["observed"],
            "first_seen": "2026-01-06T16:57:17Z",
            "last_seen": "2026-06-28T20:01:02Z",
            "evidence": [{"event_id": "e00182", "timestamp": "2026-06-28T20:01:02Z", "event": "rating"}],
            "history": [],
            "dispute": None,
        }
    ],
    "vector": {"space": "limner", "dim": 256, "alpha": 0.3, "beta": 0.7},
    "coverage": {"events": 57, "texts": 7, "days": 21, "dimensions": {"interest": 12}},
}

Dimensions = Annotated[
    list[str] | None, Query(description="Only these; repeat it, or write commas.", examples=[["interest"]])
]
AsOf = Annotated[
    str, Query(description="A date (its end) or a time in the past.", examples=["2026-01-31"], max_length=64)
]
Fields = Annotated[
    list[str] | None,
    Query(
        description="Of facts, vector, coverage, or of a fact: statement, strength, …",
        examples=[["statement", "strength"]],
    ),
]


class Hanging(APIRoute):
    """A route that hands out what hangs ready before anything else is read of a request without a query."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers; whatever is not found so goes the usual way."""
        usual = super().get_route_handler()

        async def answer(request: Request) -> Response:
            user_id = request.path_params.get("user_id")
            if user_id is not None and not request.scope["query_string"]:
                kept = desk_of(request).find_portrait(user_id, _WHOLE)
                if kept is not None:
                    return answer_packed(request, kept.body)
            return await usual(request)

        return answer


_WHOLE = Wanted()
router = APIRouter(tags=["portraits"], route_class=Hanging)


@router.get(
    "/users/{user_id}",
    responses=answers(_PORTRAIT, 404, tagged=True, certain=ALWAYS),
    summary="The portrait of a user",
)
async def read_user(
    request: Request,
    user_id: UserId,
    *,
    dimension: Dimensions = None,
    as_of: AsOf = "",
    fields: Fields = None,
    lang: Lang = "",
) -> Response:
    """Facts by dimension, each with its evidence; `pending_events`: held, and later than `as_of`."""
    wanted, desk = read_wanted(dimension, as_of, fields, lang), desk_of(request)
    if not wanted.is_whole:
        return answer_tagged(request, await ask(desk.profile_json, user_id, wanted))
    kept = desk.find_portrait(user_id, wanted)
    if kept is None:
        kept = await ask(desk.portrait, user_id, wanted)
    return answer_packed(request, kept.body)


@router.get(
    "/users",
    responses=answers({"users": [_PORTRAIT], "unknown": ["u9"]}, tagged=True),
    summary="The portraits of some users",
)
async def read_users(
    request: Request,
    ids: Annotated[
        list[str], Query(description="User ids; repeat it, or write commas.", examples=[["u1,u2"]])
    ],
    *,
    dimension: Dimensions = None,
    as_of: AsOf = "",
    fields: Fields = None,
    lang: Lang = "",
) -> Response:
    """Portraits in the order of `ids`; those that nobody has are listed under `unknown`."""
    wanted = read_wanted(dimension, as_of, fields, lang)
    return answer_tagged(request, await ask(desk_of(request).profiles_json, split_ids(ids), wanted))


def split_ids(given: list[str]) -> list[str]:
    """Return ids that were given one by one, or in one text with commas between.

    Raises:
        InputError: there are none, or more than 500.
    """
    parts = given if len(given) > 1 else given[0].split(",")
    ids = [part for part in (one.strip() for one in parts) if part]
    if not 1 <= len(ids) <= MOST_IDS:
        raise InputError(f"ids: 1 to {MOST_IDS} at once, got {len(ids)}; ask again for the others")
    return ids
