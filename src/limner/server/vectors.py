"""``GET /users/{id}/vector`` and ``POST /vectors``: P, as JSON or as raw float32."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from limner.records import UserVector
from limner.server.asking import UserId, ask, desk_of
from limner.server.atlas import scoped
from limner.server.bodies import read_model
from limner.server.desk import Desk
from limner.server.documented import answers, describe_body
from limner.server.encoding import answer, answer_tagged

RAW = "application/octet-stream"
MOST_IDS = 10_000
_FEW = 128
_VECTOR = {
    "user_id": "u0042",
    "space": "limner",
    "dim": 3,
    "alpha": 0.3,
    "beta": 0.7,
    "values": [0.6, 0.0, 0.8],
}
_VECTORS = {"dim": 3, "vectors": [_VECTOR], "unknown": ["u9"]}


class Asked(BaseModel):
    """Whose vectors are wanted."""

    model_config = ConfigDict(extra="forbid")
    ids: Annotated[list[str | int], Field(min_length=1, max_length=MOST_IDS, description="User ids.")]


router = APIRouter(tags=["vectors"])


@router.get(
    "/users/{user_id}/vector",
    responses=answers(_VECTOR, 404, tagged=True, raw=True),
    summary="The vector of a user",
)
async def read_vector(request: Request, user_id: UserId) -> Response:
    """P = αS + βB, L2-normalised; `Accept: application/octet-stream` for little-endian float32."""
    shown, found = await ask(desk_of(request).vector, user_id)
    if _wants_raw(request):
        return _raw(found.values.astype("<f4").tobytes(), {"x-limner-dim": str(len(found.values))})
    return answer_tagged(request, _shape(shown, found))


@router.post(
    "/vectors",
    responses=answers(_VECTORS, body=True, raw=True),
    openapi_extra=describe_body(Asked, {"ids": ["u0042", "u9"]}) | scoped("read"),
    summary="The vectors of some users",
)
async def read_vectors(request: Request) -> Response:
    """In the order of `ids`; raw rows of ids that nobody has are zeros, listed in X-Limner-Unknown."""
    ids = [str(one) for one in (await read_model(request, Asked)).ids]
    desk = desk_of(request)
    vectors = await _find_vectors(desk, ids)
    unknown = [place for place, vector in enumerate(vectors) if vector is None]
    dim = next((len(one.values) for one in vectors if one is not None), 0) or await ask(desk.dim)
    if _wants_raw(request):
        headers = {
            "x-limner-dim": str(dim),
            "x-limner-rows": str(len(ids)),
            "x-limner-unknown": ",".join(map(str, unknown)),
        }
        nothing = bytes(4 * dim)
        rows = (nothing if one is None else one.values.astype("<f4").tobytes() for one in vectors)
        return _raw(b"".join(rows), headers)
    found = [_shape(one, vector) for one, vector in zip(ids, vectors, strict=True) if vector is not None]
    shape = {"dim": dim, "vectors": found, "unknown": [ids[place] for place in unknown]}
    return answer(shape, request=request)


async def _find_vectors(desk: Desk, ids: Sequence[str]) -> Sequence[UserVector | None]:
    """Return the vector of each user; a few that all hang ready are found here, where nothing may wait."""
    if len(ids) <= _FEW:
        found = desk.find_vectors(ids)
        if len(found) == len(set(ids)):
            return [found[one] for one in ids]
    return await ask(desk.vectors, ids)


def _wants_raw(request: Request) -> bool:
    return RAW in request.headers.get("accept", "")


def _raw(body: bytes, headers: dict[str, str]) -> Response:
    return Response(body, media_type=RAW, headers={"cache-control": "no-store", **headers})


def _shape(user_id: str | int, vector: UserVector) -> dict[str, Any]:
    return {"user_id": user_id, **vector.to_dict(), "values": vector.values}
