"""`limner explain`: one score taken apart, and what would change it."""

from typing import Annotated

import typer

from limner.cli.options import AsJson, Lang, UserId, Workspace
from limner.cli.output import print_json, print_table
from limner.cli.reading import open_studio
from limner.phrases import say
from limner.records import Language
from limner.studio.advice.explanation import Explanation, Grouped, Share

_BAR = 20


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: limner explain 196 50 --lang zh")(explain)


def explain(
    user: UserId,
    item: Annotated[
        str, typer.Argument(metavar="ITEM", help="An item id, as in your tables.", show_default=False)
    ],
    *,
    workspace: Workspace = None,
    most: Annotated[int, typer.Option("--most", min=1, help="Parts to print; JSON has all.")] = 12,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """Take the score of ITEM for USER apart: parts that sum to it, and what would change it."""
    studio = open_studio(workspace, lang)
    found = studio.explain(user, item)
    if as_json:
        print_json(found.to_dict())
        return
    _print_head(found, studio.lang)
    _print_parts(found, most, studio.lang)
    for change in found.counterfactuals:
        typer.echo(f"  {change.text}")


def _print_head(found: Explanation, lang: Language) -> None:
    named = f"{found.title} ({found.item_id})" if found.title else f"{found.item_id}"
    unseen = "" if found.rank_unseen is None else f", {found.rank_unseen} of what is unseen"
    typer.secho(f"{found.user_id} × {named}", bold=True)
    typer.echo(
        f"score {found.score:.4f}, rank {found.rank} of {found.n_items}{unseen}; "
        f"α {found.alpha:.2f} β {found.beta:.2f}"
    )
    for said in (found.note, say("explain.forbidden", lang) if found.forbidden else ""):
        if said:
            typer.echo(said)


def _print_parts(found: Explanation, most: int, lang: Language) -> None:
    largest = max((abs(part.value) for part in found.parts), default=0.0)
    largest = max(largest, abs(found.base), *(abs(group.value) for group in found.categories[:most]), 1e-12)
    shown, rest = found.parts[:most], found.parts[most:]
    rows = [_row(f"explain.part.{part.kind}", _name(part), part.value, largest, lang) for part in shown]
    if rest:
        left = sum(part.value for part in rest)
        rows.append(("", say("explain.rest", lang, n=len(rest)), f"{left:+.4f}", ""))
    rows.append(("", say("explain.base", lang), f"{found.base:+.4f}", _draw(found.base, largest)))
    rows.append(("", "Σ", f"{found.sum_of_parts:+.4f}", ""))
    for kind, groups in (("category", found.categories), ("text", found.texts)):
        if groups:
            rows.append(("", "", "", ""))
        rows += [
            _row(f"explain.part.{kind}", _name(group), group.value, largest, lang) for group in groups[:most]
        ]
    print_table(("", "", "adds", ""), rows)
    typer.echo("")


def _row(phrase: str, named: str, value: float, largest: float, lang: Language) -> tuple[str, ...]:
    return say(phrase, lang), named, f"{value:+.4f}", _draw(value, largest)


def _name(one: Share | Grouped) -> str:
    return one.title or one.key or "-"


def _draw(value: float, largest: float) -> str:
    return ("█" if value >= 0 else "░") * round(_BAR * abs(value) / largest)
