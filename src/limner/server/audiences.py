"""``/audiences``: users by what their portraits say; how many they are comes before who they are."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from limner.server.asking import ask, desk_of
from limner.server.bodies import read_model
from limner.server.documented import answers, describe_body
from limner.server.encoding import answer

_EXPRESSION = "interest/category=科幻 and behaviour/price_band<=2 and not sentiment/物流<0"
_KEPT = {
    "id": "a5d62fe332f01",
    "name": "frugal readers",
    "expression": _EXPRESSION,
    "made": "2026-06-30T12:00:00Z",
}
_FOUND = {
    "id": "a5d62fe332f01",
    "name": "frugal readers",
    "expression": _EXPRESSION,
    "size": 142,
    "as_of": "2026-06-30T12:00:00Z",
}
_PAGE = {"id": "a5d62fe332f01", "size": 142, "users": ["u0003", "u0017"], "next": "u0017"}
AudienceId = Annotated[str, Path(description="As POST /audiences gave it.", max_length=64)]


class Wanted(BaseModel):
    """An expression, and what it is called."""

    model_config = ConfigDict(extra="forbid")
    expression: Annotated[str, Field(description="See docs/audiences.md; at most 2,000 characters.")]
    name: Annotated[str, Field(max_length=200, description="For people.")] = ""


router = APIRouter(tags=["audiences"])


@router.post(
    "/audiences",
    status_code=201,
    responses=answers(_FOUND, status=201, body=True),
    openapi_extra=describe_body(Wanted, {"expression": _EXPRESSION, "name": "frugal readers"}),
    summary="Keep an audience, and count it",
)
async def keep_audience(request: Request) -> Response:
    """The same expression has the same id; what is wrong with one is answered with the character it is at."""
    asked = await read_model(request, Wanted)
    return answer(await ask(desk_of(request).keep_audience, asked.expression, asked.name), 201)


@router.get("/audiences", responses=answers({"audiences": [_KEPT]}), summary="The audiences that are kept")
async def list_audiences(request: Request) -> Response:
    """Oldest first, not counted."""
    return answer(await ask(desk_of(request).audiences))


@router.get("/audiences/{audience_id}/size", responses=answers(_FOUND, 404), summary="How many users it has")
async def count_audience(request: Request, audience_id: AudienceId) -> Response:
    """By the portraits of this moment."""
    return answer(await ask(desk_of(request).audience, audience_id))


@router.get(
    "/audiences/{audience_id}/users", responses=answers(_PAGE, 404), summary="Its users, page by page"
)
async def list_users(
    request: Request,
    audience_id: AudienceId,
    *,
    limit: Annotated[int, Query(ge=1, le=1000, description="How many at once.")] = 100,
    after: Annotated[str, Query(max_length=512, description="The `next` of the page before.")] = "",
) -> Response:
    """Ids sorted as text; `next` is null on the last page."""
    return answer(await ask(desk_of(request).audience_users, audience_id, limit, after))


@router.delete(
    "/audiences/{audience_id}", responses=answers(_KEPT, 404), summary="Keep an audience no longer"
)
async def drop_audience(request: Request, audience_id: AudienceId) -> Response:
    """Return what it was; nothing of its users changes."""
    return answer(await ask(desk_of(request).drop_audience, audience_id))
