"""``/users/{id}/corrections``: what somebody decides about a fact, over what the rows say."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from limner.server.asking import UserId, ask, desk_of
from limner.server.bodies import read_model
from limner.server.documented import answers, describe_body
from limner.server.encoding import answer, answer_tagged

_MADE = {
    "id": "correction:0a1b2c3d4e5f",
    "user_id": "u0042",
    "fact": "interest/category=科幻",
    "verb": "pin",
    "liking": None,
    "timestamp": "2026-06-30T12:00:00Z",
    "by": "support",
    "note": None,
}
_NOTE = 1000


class Wanted(BaseModel):
    """A fact, and one of forbid, pin and set."""

    model_config = ConfigDict(extra="forbid")
    fact: Annotated[str, Field(min_length=1, max_length=_NOTE, description="DIMENSION/KIND=VALUE.")]
    forbid: Annotated[bool, Field(description="Never state it, never recommend by it.")] = False
    pin: Annotated[bool, Field(description="Always state it.")] = False
    set: Annotated[
        dict[str, str | int | float] | None, Field(description='{"liking": -1} or {"value": …}.')
    ] = None
    note: Annotated[str, Field(max_length=_NOTE, description="Why.")] = ""
    by: Annotated[str, Field(max_length=_NOTE, description="Who decides.")] = ""


router = APIRouter(tags=["corrections"])


@router.get(
    "/users/{user_id}/corrections",
    responses=answers({"corrections": [_MADE]}, 404, tagged=True),
    summary="What was corrected of a user",
)
async def list_corrections(request: Request, user_id: UserId) -> Response:
    """Oldest first."""
    return answer_tagged(request, await ask(desk_of(request).corrections, user_id))


@router.post(
    "/users/{user_id}/corrections",
    status_code=201,
    responses=answers(_MADE, 404, status=201, body=True),
    openapi_extra=describe_body(Wanted, {"fact": "interest/category=科幻", "pin": True, "by": "support"}),
    summary="Pin, forbid or set a fact",
)
async def correct(request: Request, user_id: UserId) -> Response:
    """At once in facts, vector and ranking, and kept by every rebuild."""
    asked: dict[str, Any] = (await read_model(request, Wanted)).model_dump()
    return answer(await ask(desk_of(request).correct, user_id, asked), 201)


@router.delete(
    "/users/{user_id}/corrections",
    responses=answers(_MADE, 404),
    summary="Take a correction back",
)
async def undo(
    request: Request,
    user_id: UserId,
    fact: Annotated[str, Query(description="The corrected fact.", examples=["interest/category=科幻"])],
) -> Response:
    """Return what was decided; the fact is as the rows say again."""
    return answer(await ask(desk_of(request).undo_correction, user_id, fact))
