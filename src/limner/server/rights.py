"""``DELETE /users/{id}`` and ``GET /users/{id}/export``: what a user may ask of whoever holds their data."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from limner.server.asking import Lang, UserId, ask, desk_of
from limner.server.atlas import scoped
from limner.server.documented import answers
from limner.server.encoding import answer

_RECEIPT = {
    "receipt": "erasure:5d62fe332f01a541f007",
    "user_id": "u0042",
    "erased_at": "2026-06-30T12:00:00Z",
    "removed": {"events": 58, "texts": 8, "cells": 128, "users": 1},
    "not_covered": ["the owner's own sources"],
}
_HELD = {
    "user_id": "u0042",
    "attributes": {"city": "上海"},
    "events": [],
    "texts": [],
    "relations": [],
    "ledger": {},
    "corrections": [],
    "portrait": {},
    "vector": [],
}


router = APIRouter(tags=["rights"])


@router.delete(
    "/users/{user_id}",
    responses=answers(_RECEIPT, 404),
    summary="Erase a user",
    openapi_extra=scoped("admin"),
)
async def erase(request: Request, user_id: UserId) -> Response:
    """Everything held of the user goes, for good; the receipt says what went, and what is not covered."""
    return answer(await ask(desk_of(request).erase, user_id))


@router.get(
    "/users/{user_id}/export",
    responses=answers(_HELD, 404),
    summary="Everything held of a user",
    openapi_extra=scoped("admin"),
)
async def export(request: Request, user_id: UserId, lang: Lang = "") -> Response:
    """Rows, sums, corrections, answers of models, portrait and vector, as JSON."""
    return answer(await ask(desk_of(request).export_json, user_id, lang=lang), request=request)
