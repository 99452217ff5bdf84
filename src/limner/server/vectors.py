"""``GET /users/{id}/vector`` and ``POST /vectors``: P, as JSON or as raw float32."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from limner.records import UserVector
from limner.server.asking import UserId, ask, desk_of
from limner.server.atlas import scoped
from limner.server.bodies import read_model
from limner.server.documented import answers, describe_body
from limner.server.encoding import answer, answer_tagged

RAW = "application/octet-stream"
MOST_IDS = 10_000
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
    if _wants_raw(request):
        rows, missing = await ask(desk_of(request).rows, ids)
        headers = {
            "x-limner-dim": str(rows.shape[1]),
            "x-limner-rows": str(len(rows)),
            "x-limner-unknown": ",".join(map(str, missing)),
        }
        return _raw(rows.astype("<f4").tobytes(), headers)
    vectors, dim = await ask(desk_of(request).vectors, ids)
    pairs = list(zip(ids, vectors, strict=True))
    found = [_shape(one, vector) for one, vector in pairs if vector is not None]
    unknown = [one for one, vector in pairs if vector is None]
    return answer({"dim": dim, "vectors": found, "unknown": unknown}, request=request)


def _wants_raw(request: Request) -> bool:
    return RAW in request.headers.get("accept", "")


def _raw(body: bytes, headers: dict[str, str]) -> Response:
    return Response(body, media_type=RAW, headers={"cache-control": "no-store", **headers})


def _shape(user_id: str | int, vector: UserVector) -> dict[str, Any]:
    return {"user_id": user_id, **vector.to_dict(), "values": vector.values}
