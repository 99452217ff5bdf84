"""`limner recommend`: the best items of a user, as filtered and re-ranked as one likes."""

from typing import Annotated, Any

import typer

from limner.cli.options import AsJson, Count, Lang, UserId, Workspace, check_lang, find_workspace
from limner.cli.output import print_json, print_table

_Names = list[str] | None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: limner recommend 196 -k 5 --diversity 0.3 --lang zh")(recommend)


def recommend(
    user: UserId,
    *,
    workspace: Workspace = None,
    k: Count = 10,
    category: Annotated[
        _Names, typer.Option("--category", help="Only items of it; may be repeated: of any of them.")
    ] = None,
    exclude_category: Annotated[
        _Names, typer.Option("--exclude-category", help="No item of it; may be repeated.")
    ] = None,
    price_min: Annotated[float | None, typer.Option("--price-min", help="No item below.")] = None,
    price_max: Annotated[float | None, typer.Option("--price-max", help="No item above.")] = None,
    in_stock: Annotated[
        bool | None, typer.Option("--in-stock/--any-stock", help="Only items that say they are in stock.")
    ] = None,
    seen: Annotated[bool, typer.Option("--seen", help="Items that the user has met, too.")] = False,
    diversity: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="How unlike what stands above an item should be.")
    ] = None,
    calibrate: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="How near to the categories of the user's past.")
    ] = None,
    less_popular: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="How much the most popular item loses.")
    ] = None,
    boost: Annotated[
        _Names,
        typer.Option("--boost", metavar="KIND=NAME:FACTOR", help="Of a category, brand or item; repeatable."),
    ] = None,
    model: Annotated[
        str, typer.Option("--model", help="Another model on the same log, for instance ease or item-knn.")
    ] = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """Recommend items to USER, with the reasons that scored them."""
    from limner.recommend.wishes import change_wishes, read_wishes
    from limner.studio.studio import Studio

    studio = Studio(find_workspace(workspace), lang=check_lang(lang))
    given: dict[str, Any] = {
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
    wishes = change_wishes(read_wishes(studio.settings.recommend), given)
    found = studio.recommend_one(user, k, exclude_seen=not seen, wishes=wishes, model=model)
    if as_json:
        print_json([item.to_dict() for item in found])
    _say_note(found.note, empty=not found, as_json=as_json)
    if found and not as_json:
        print_table(("rank", "score", "item", "title", "why"), [_row(item) for item in found])


def _say_note(note: str, *, empty: bool, as_json: bool) -> None:
    if empty:
        typer.echo(f"nothing to recommend: {note}", err=as_json)
    elif note:
        typer.echo(note, err=True)


def _row(item: Any) -> tuple[str, ...]:
    moved = "" if item.plain_rank is None else f" (was {item.plain_rank})"
    why = "; ".join(item.reasons)
    return f"{item.rank}{moved}", f"{item.score:.3f}", str(item.item_id), item.title or "", why
