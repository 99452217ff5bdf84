"""`limner llm plan`, `run` and `report`: a generative model asked about users, and what that takes."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.cli.options import AsJson, Config, Workspace, find_workspace, read_settings
from limner.cli.output import print_json, print_table, progress_bar
from limner.errors import SettingsError
from limner.settings import LlmSettings

if TYPE_CHECKING:
    from limner.llm.chat import Chat
    from limner.studio.studio import Studio

Model = Annotated[
    str, typer.Option("--model", help="Name at the endpoint, or a GGUF file.  [default: limner.toml's]")
]
BaseUrl = Annotated[
    str, typer.Option("--base-url", metavar="URL", help="OpenAI-compatible /v1.  [default: limner.toml's]")
]
MaxTokens = Annotated[
    int | None,
    typer.Option("--max-tokens", min=1, help="Prompts and answers of this run.  [default: limner.toml's]"),
]
MaxCost = Annotated[
    float | None,
    typer.Option("--max-cost", min=0, help="Money, by the prices in limner.toml.  [default: limner.toml's]"),
]
Finance = Annotated[bool, typer.Option("--finance", help="Ask for the attitude to risk, too.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        name="llm",
        help="Ask a language model about users: what it would cost, the asking, what came of it.",
        epilog="Example: limner llm plan -w ws",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command(epilog="Example: limner llm plan -w ws --model qwen2.5-7b-instruct")(plan)
    group.command(epilog="Example: limner llm run -w ws --model models/qwen.gguf --max-tokens 100000")(run)
    group.command(epilog="Example: limner llm report -w ws --json")(report)
    app.add_typer(group)


def plan(
    workspace: Workspace = None,
    config: Config = None,
    *,
    model: Model = "",
    max_tokens: MaxTokens = None,
    max_cost: MaxCost = None,
    finance: Finance = False,
    as_json: AsJson = False,
) -> None:
    """Say whom a run would ask about, in how many calls, tokens and money; nothing is sent."""
    from limner.studio.texts.asking import plan_asking

    settings, _ = _settings(config, model=model, max_tokens=max_tokens, max_cost=max_cost)
    found = plan_asking(_open(workspace, config), settings, finance=finance).to_dict()
    if as_json:
        print_json(found)
        return
    typer.echo(
        f"{found['users']:,} users, {found['texts']:,} texts, {found['calls']:,} calls: about "
        f"{found['prompt_tokens']:,} tokens of prompts and {found['answer_tokens']:,} of answers"
        + _name_cost(found["cost"])
    )
    for name, said in _SAID.items():
        if found.get(name):
            typer.echo(f"  {found[name]:,} {said}")
    if found["stopped"]:
        typer.echo(f"  {found['stopped']} would end it")


_SAID = {
    "cached": "texts need no call: answered before, or with nothing to ask about",
    "withheld": "clauses are not sent: they give the model orders, or come behind one that does",
    "left_out": "texts are left out by the budget, or by what their user may cost",
}


def run(
    workspace: Workspace = None,
    config: Config = None,
    *,
    model: Model = "",
    base_url: BaseUrl = "",
    max_tokens: MaxTokens = None,
    max_cost: MaxCost = None,
    finance: Finance = False,
    as_json: AsJson = False,
) -> None:
    """Ask the model about users, most telling first, and add what their texts bear out; may be repeated."""
    from limner.studio.texts.asking import run_asking

    settings, base = _settings(
        config, model=model, base_url=base_url, max_tokens=max_tokens, max_cost=max_cost
    )
    studio = _open(workspace, config)
    with _chat(settings, base) as chat, progress_bar(quiet=as_json) as watch:
        asked = run_asking(studio, settings, chat, finance=finance, progress=watch)
    if as_json:
        print_json(asked.to_dict())
    else:
        print_asked(asked.to_dict())


def report(workspace: Workspace = None, config: Config = None, *, as_json: AsJson = False) -> None:
    """Say what was accepted, what was rejected and why, and what users, facts and days took in tokens."""
    from limner.llm.book import Book
    from limner.llm.report import make_report
    from limner.studio.texts.answering import BOOK

    with Book(_open(workspace, config).folder / BOOK) as book:
        found = make_report(book).to_dict()
    if as_json:
        print_json(found)
        return
    rows = [(name.replace("_", " "), _show(value)) for name, value in found.items() if _is_plain(value)]
    print_table(("what", "how much"), rows)
    for name, value in found.items():
        if isinstance(value, Mapping) and value:
            typer.echo(f"{name.replace('_', ' ')}:")
            for key, n in value.items():
                typer.echo(f"  {key}: {_show(n)}")


def print_asked(asked: Mapping[str, Any]) -> None:
    """Print what a run came to."""
    if "claims" not in asked:
        typer.echo(f"model: {asked['stopped']}")
        return
    usage = asked["usage"]
    typer.echo(
        f"{asked['model']}: {asked['claims']:,} claims from {asked['texts']:,} texts of "
        f"{asked['users']:,} users, {asked['personas']:,} personas"
    )
    typer.echo(
        f"  {usage.get('calls', 0):,} calls, {usage.get('prompt_tokens', 0):,} tokens of prompts "
        f"({usage.get('cached_tokens', 0):,} cached), {usage.get('answer_tokens', 0):,} of answers"
        + _name_cost(usage.get("cost", 0))
    )
    if asked["unanswered"]:
        typer.echo(f"  {asked['unanswered']:,} texts without an answer: they are asked about again")
    for kind in ("rejected", "failures"):
        for reason, n in sorted(asked[kind].items(), key=lambda pair: (-pair[1], pair[0])):
            typer.echo(f"  {n:,} {kind}: {reason}")
    if asked["stopped"]:
        typer.echo(f"  stopped: {asked['stopped']}; run it again to go on")


def _open(workspace: Path | None, config: Path | None) -> "Studio":
    from limner.studio.studio import Studio

    return Studio(find_workspace(workspace, config))


def _settings(config: Path | None, **said: Any) -> tuple[LlmSettings, Path]:
    """Return the settings of the model with what the command line says over them, and where paths start."""
    settings, base = read_settings(config)
    given = {name: value for name, value in said.items() if value not in ("", None)}
    chosen = replace(settings.llm, **given)
    if not chosen.model:
        raise SettingsError(
            "no model: pass --model NAME (and --base-url URL), or set [llm] model in limner.toml"
        )
    return chosen, base if settings.llm.model == chosen.model else Path()


@contextmanager
def _chat(settings: LlmSettings, base: Path) -> "Iterator[Chat]":
    from limner.llm.connecting import open_chat

    chat = open_chat(settings, os.environ, base)
    try:
        yield chat
    finally:
        chat.close()


def _name_cost(cost: float) -> str:
    return f", cost {cost:.4f}" if cost else ""


def _is_plain(value: Any) -> bool:
    return isinstance(value, int | float | str)


def _show(value: Any) -> str:
    return f"{value:,.3f}".rstrip("0").rstrip(".") if isinstance(value, int | float) else str(value)
