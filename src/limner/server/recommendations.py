"""``/recommendations``, ``/explanations/{item}`` and ``/similar`` of a user, as the command line has them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from limner.server.asking import Count, ItemId, Lang, UserId, ask, desk_of
from limner.server.documented import answers
from limner.server.encoding import answer_tagged

Share = Annotated[float | None, Query(ge=0, le=1)]
Names = Annotated[list[str] | None, Query(description="May be repeated.")]
Price = Annotated[float | None, Query(allow_inf_nan=False)]

_LISTED = {
    "user_id": "u0042",
    "model": "limner",
    "items": [
        {
            "item_id": "i0355",
            "title": "三体",
            "score": 0.41,
            "rank": 1,
            "reasons": ["because you liked 流浪地球"],
        }
    ],
    "note": None,
}
_EXPLAINED = {
    "user_id": "u0042",
    "item_id": "i0355",
    "title": "三体",
    "score": 0.41,
    "rank": 1,
    "parts": [{"kind": "item", "key": "i0100", "title": "流浪地球", "value": 0.3}],
    "base": 0.11,
    "sum_of_parts": 0.41,
    "counterfactuals": [],
}
_ALIKE = {
    "user_id": "u0042",
    "users": [{"user_id": "u7", "similarity": 0.8, "shared": ["科幻"], "statement": "both turn to 科幻"}],
}


router = APIRouter(tags=["recommendations"])


@router.get(
    "/users/{user_id}/recommendations",
    responses=answers(_LISTED, 404, tagged=True),
    summary="The best items of a user, with reasons",
)
async def recommend(
    request: Request,
    user_id: UserId,
    *,
    k: Count = 10,
    category: Names = None,
    exclude_category: Names = None,
    price_min: Price = None,
    price_max: Price = None,
    in_stock: bool | None = None,
    seen: Annotated[bool, Query(description="Items that the user has met, too.")] = False,
    diversity: Share = None,
    calibrate: Share = None,
    less_popular: Share = None,
    boost: Annotated[list[str] | None, Query(description="KIND=NAME:FACTOR; may be repeated.")] = None,
    model: Annotated[str, Query(description="Another model by name; empty: Limner.")] = "",
    lang: Lang = "",
) -> Response:
    """Filters and wishes are those of `limner recommend`."""
    wishes: dict[str, Any] = {
        "categories": tuple(category or ()),
        "without_categories": tuple(exclude_category or ()),
        "price_min": price_min,
        "price_max": price_max,
        "in_stock": in_stock,
        "diversity": diversity,
        "calibrate": calibrate,
        "less_popular": less_popular,
        "boosts": tuple(boost or ()),
    }
    found = await ask(
        desk_of(request).recommend, user_id, k, seen=seen, wishes=wishes, model=model, lang=lang
    )
    return answer_tagged(request, found)


@router.get(
    "/users/{user_id}/explanations/{item_id}",
    responses=answers(_EXPLAINED, 404, tagged=True),
    summary="One score taken apart",
)
async def explain(request: Request, user_id: UserId, item_id: ItemId, lang: Lang = "") -> Response:
    """Parts that sum to the score, and what would change it, as `limner explain --json`."""
    return answer_tagged(request, await ask(desk_of(request).explain, user_id, item_id, lang=lang))


@router.get(
    "/users/{user_id}/similar",
    responses=answers(_ALIKE, 404, tagged=True),
    summary="The users nearest to one",
)
async def find_similar(request: Request, user_id: UserId, k: Count = 10, lang: Lang = "") -> Response:
    """Nearest first, and what they share."""
    return answer_tagged(request, await ask(desk_of(request).similar, user_id, k, lang=lang))
