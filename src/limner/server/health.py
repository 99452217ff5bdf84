"""``/healthz`` and ``/readyz``: whether the process lives, and whether it can answer."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from limner.server.asking import ask, desk_of
from limner.server.documented import answers
from limner.server.encoding import answer

router = APIRouter(tags=["health"])


@router.get("/healthz", responses=answers({"status": "alive"}), summary="Whether the process lives")
async def healthz() -> Response:
    """Always alive, where there is an answer at all."""
    return answer({"status": "alive"})


@router.get("/readyz", responses=answers({"status": "ready"}), summary="Whether it can answer")
async def readyz(request: Request) -> Response:
    """Ready when the store of the workspace can be read; 503 otherwise."""
    return answer(await ask(desk_of(request).check))
