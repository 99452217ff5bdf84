"""Users found: ``/search``, ``/lookalikes``, ``/compare``, ``/overview`` and ``/segments``."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from limner.server.asking import Lang, ask, desk_of
from limner.server.atlas import scoped
from limner.server.bodies import read_model
from limner.server.documented import answers, describe_body
from limner.server.encoding import answer, answer_tagged

_LISTED = {"users": [{"user_id": "u0042", "attributes": {"city": "上海"}, "events": 57, "last_seen": None}]}
_LIKE = {
    "seeds": 2,
    "unknown": [],
    "users": [{"user_id": "u7", "score": 0.8, "shared": ["科幻"], "statement": "both turn to 科幻"}],
}
_COMPARED: dict[str, Any] = {
    "users": ["u1", "u2"],
    "similarity": 0.31,
    "shared": [],
    "only": [[], []],
    "coverage": [{}, {}],
}
_OVERVIEW = {
    "users": 200,
    "events": 9000,
    "texts": 800,
    "relations": 1200,
    "items": 400,
    "coverage": {"events": 198, "texts": 150, "relations": 120, "declared": 170},
    "attributes": {"city": 150, "gender": 140},
    "freshness": [{"days": 1, "users": 12}, {"days": None, "users": 3}],
    "corrections": 2,
    "newest": "2026-06-30T12:00:00Z",
    "daily_events": {"2026-06-30": 51},
    "events_per_day": 47.5,
    "accepted_rows": 12,
}
_SEGMENTS = {
    "segments": [
        {"number": 0, "name": "科幻, evening", "lifts": {"科幻": 3.1}, "examples": ["u7"], "size": 40}
    ]
}


class Seeds(BaseModel):
    """Some users, and how many others are wanted."""

    model_config = ConfigDict(extra="forbid")
    ids: Annotated[list[str | int], Field(min_length=1, max_length=10_000, description="User ids.")]
    k: Annotated[int, Field(ge=1, le=10_000, description="How many.")] = 100
    lang: Annotated[str, Field(pattern="^(zh|en)?$")] = ""


router = APIRouter(tags=["people"])


@router.get("/search", responses=answers(_LISTED, tagged=True), summary="Find users")
async def search(
    request: Request,
    q: Annotated[str, Query(max_length=200, description="A part of an id, or of what was declared.")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Response:
    """Users whose id is, begins with, or holds `q`, or who declared it."""
    return answer_tagged(request, await ask(desk_of(request).search, q, limit))


@router.post(
    "/lookalikes",
    responses=answers(_LIKE, 404, body=True),
    openapi_extra=describe_body(Seeds, {"ids": ["u0042", "u7"], "k": 20}) | scoped("read"),
    summary="The users most like some",
)
async def find_lookalikes(request: Request) -> Response:
    """Nearest first; the given users are left out."""
    asked = await read_model(request, Seeds)
    ids = [str(one) for one in asked.ids]
    return answer(await ask(desk_of(request).lookalikes, ids, asked.k, lang=asked.lang), request=request)


@router.get("/compare", responses=answers(_COMPARED, 404, tagged=True), summary="Two users side by side")
async def compare(
    request: Request,
    a: Annotated[str, Query(description="A user id.", examples=["u0042"])],
    b: Annotated[str, Query(description="Another.", examples=["u7"])],
    lang: Lang = "",
) -> Response:
    """What both are, what one is and the other is not, and how near they stand."""
    return answer_tagged(request, await ask(desk_of(request).compare, a, b, lang=lang))


@router.get("/overview", responses=answers(_OVERVIEW, tagged=True), summary="Everyone at a glance")
async def overview(request: Request) -> Response:
    """Counts, coverage, freshness, events by day; `accepted_rows`: by this process since it started."""
    return answer_tagged(request, await ask(desk_of(request).overview))


@router.get("/segments", responses=answers(_SEGMENTS, tagged=True), summary="Everyone in named groups")
async def segments(request: Request, lang: Lang = "") -> Response:
    """As `limner segments`; found once a build, which may take seconds."""
    return answer_tagged(request, await ask(desk_of(request).segments, lang=lang))
