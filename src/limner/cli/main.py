"""The door of the command line: `limner COMMAND`; every mistake is one line and exit code 2."""

import sys
from typing import NoReturn

import typer
from typer.exceptions import TyperException

from limner.cli import (
    advising,
    building,
    choosing,
    correcting,
    deriving,
    erasing,
    evaluating,
    explaining,
    feeding,
    inferring,
    llm,
    moving,
    reading,
    recommending,
    sample,
    serving,
    texts,
    tuning,
    upkeep,
    warming,
)
from limner.errors import LimnerError

app = typer.Typer(
    name="limner",
    help="Paints a portrait (用户画像) of every user of a recommender. Start with: limner demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for module in (
    sample,
    building,
    reading,
    recommending,
    explaining,
    correcting,
    advising,
    texts,
    deriving,
    feeding,
    evaluating,
    tuning,
    inferring,
    choosing,
    upkeep,
    erasing,
    moving,
    llm,
    serving,
    warming,
):
    module.register(app)


def main() -> None:
    """Run one command; a `LimnerError` becomes its text and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # Chinese must print in a C locale and into a pipe
            reconfigure(encoding="utf-8", errors="replace")
    try:
        sys.exit(app(sys.argv[1:] or ["--help"], prog_name="limner", standalone_mode=False))
    except LimnerError as exc:
        _refuse(str(exc))
    except TyperException as exc:
        asked = getattr(exc, "ctx", None)
        _refuse(f"{exc.format_message()} (see: {asked.command_path if asked else 'limner'} --help)")
    except typer.Abort:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)


def _refuse(mistake: str) -> NoReturn:
    print(f"limner: {mistake}", file=sys.stderr)  # noqa: T201
    sys.exit(2)
