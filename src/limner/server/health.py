"""``/healthz``, ``/readyz`` and ``/metrics``: whether the process lives, can answer, and how it fares."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from limner.server.asking import ask, desk_of
from limner.server.atlas import OPEN, scoped
from limner.server.documented import answers, errors
from limner.server.encoding import answer

router = APIRouter(tags=["health"])


@router.get(
    "/healthz",
    responses=answers({"status": "alive"}),
    summary="Whether the process lives",
    openapi_extra=scoped(OPEN),
)
async def healthz() -> Response:
    """Always alive, where there is an answer at all."""
    return answer({"status": "alive"})


@router.get(
    "/readyz",
    responses=answers({"status": "ready"}),
    summary="Whether it can answer",
    openapi_extra=scoped(OPEN),
)
async def readyz(request: Request) -> Response:
    """Ready when the store of the workspace can be read; 503 otherwise."""
    return answer(await ask(desk_of(request).check))


_NUMBERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "Numbers for Prometheus.", "content": {"text/plain": {"schema": {"type": "string"}}}}
}


@router.get(
    "/metrics",
    responses=_NUMBERS | errors(),
    response_class=PlainTextResponse,
    summary="Counts and times",
)
async def metrics(request: Request) -> Response:
    """Requests by route and status, their times, rows by outcome; summed over all workers."""
    text, kind = request.app.state.metrics.write()
    return Response(text, headers={"content-type": kind, "cache-control": "no-store"})
