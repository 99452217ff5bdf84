"""`limner demo`: the sample world, built and read."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.cli.building import print_build
from limner.cli.options import AsJson, Lang, check_lang
from limner.cli.output import print_json, print_profile, print_table, progress_bar
from limner.records import Profile
from limner.settings import Settings
from limner.studio.building.stages import STAGES

if TYPE_CHECKING:
    from limner.studio.studio import Studio

_SETTINGS = Settings(timezone="Asia/Shanghai")
"""Most users of the sample world live there."""
_HOME = Path(".limner-demo")
_STEPS = ("world", *STAGES, "truth")
_JUDGED = 400
"""Users whose portraits are held against the truth."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: limner demo --users 500 --lang zh")(demo)


def demo(
    users: Annotated[int, typer.Option("--users", min=50, help="Users of the sample world.")] = 2000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed makes the same world.")] = 7,
    workspace: Annotated[Path, typer.Option("--workspace", "-w", help="Where to build it.")] = Path(
        ".limner-demo"
    ),
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """Make a sample shop, build it, read one portrait, and say how much of the planted truth was found."""
    from limner.collect.world import make_world, measure_recovery
    from limner.studio.making import build

    with progress_bar(
        ("world", "collect", "text", "ledger", "facts", "vector", "store", "truth"), quiet=as_json
    ) as watch:
        watch("world")
        world = make_world(users=users, seed=seed)
        studio = build(
            **world.tables, workspace=workspace, settings=_SETTINGS, lang=check_lang(lang), watch=watch
        )
        watch("truth")
        judged = sorted(world.truth.users)[:_JUDGED]
        profiles = {user_id: studio.profile(user_id) for user_id in judged}
    found = measure_recovery(_cut(world.truth, judged), {name: one.facts for name, one in profiles.items()})
    chosen = _choose(profiles, studio.lang)
    if as_json:
        print_json(_describe(studio, chosen, found))
    else:
        _print(studio, chosen, found, len(judged))


def _cut(truth: Any, user_ids: list[str]) -> Any:
    from dataclasses import replace

    judged = set(user_ids)
    return replace(
        truth,
        users={user_id: truth.users[user_id] for user_id in user_ids},
        texts={text_id: text for text_id, text in truth.texts.items() if text.user_id in judged},
    )


def _choose(profiles: dict[str, Profile], lang: str) -> Profile:
    """Return the portrait with most to see: many dimensions, quotes in the reader's language, short."""

    def richness(profile: Profile) -> tuple[int, int, int]:
        quotes = [e.quote or "" for f in profile.of("sentiment") for e in f.evidence]
        chinese = sum(any("\u4e00" <= char <= "\u9fff" for char in quote) for quote in quotes)
        fitting = chinese if lang == "zh" else len([quote for quote in quotes if quote]) - chinese
        turned = sum(fact.trend in ("rising", "fading", "new") for fact in profile.of("interest"))
        return len(profile.coverage.dimensions), min(fitting, 4) + min(turned, 3), -len(profile.facts)

    return max(profiles.values(), key=lambda profile: (richness(profile), str(profile.user_id)))


def _describe(studio: "Studio", profile: Profile, found: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "workspace": str(studio.folder),
        "profile": profile.to_dict(),
        "recommendations": [item.to_dict() for item in studio.recommend_one(profile.user_id, 5)],
        "recovery": {name: None if value != value else value for name, value in asdict(found).items()},
    }


def _print(studio: "Studio", profile: Profile, found: Any, judged: int) -> None:
    print_build(studio.built)
    typer.echo("")
    print_profile(profile, studio.lang)
    typer.echo("")
    for item in studio.recommend_one(profile.user_id, 5):
        typer.echo(
            f"  {item.rank}. {item.title or item.item_id}  ({item.score:.2f})  {'; '.join(item.reasons)}"
        )
    typer.echo("")
    typer.secho(f"Planted truth found again, over {judged} users:", bold=True)
    rows = [
        (
            "top-3 interests, precision",
            found.interest_precision,
            f"{found.users} users with 20 events or more",
        ),
        ("aspects praised and blamed, right side", found.aspect_accuracy, f"{found.aspects} clear opinions"),
        ("gender where not declared, AUC", found.gender_auc, f"{found.undeclared} users"),
    ]
    print_table(("what", "found", "of"), [(what, f"{share:.2f}", of) for what, share, of in rows])
    folder = studio.folder
    typer.echo("")
    typer.echo(f"next: limner show {profile.user_id} -w {folder} --json")
    typer.echo(f"      limner similar {profile.user_id} -w {folder}")
    typer.echo(f"      limner evaluate -w {folder}")
    typer.echo("      limner init YOUR/TABLES && limner build")
