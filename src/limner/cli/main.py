"""The door of the command line: `limner COMMAND`; every mistake is one line and exit code 2."""

import sys

import typer

from limner.cli import building, evaluating, reading, sample
from limner.errors import LimnerError

app = typer.Typer(
    name="limner",
    help="Paints a portrait (用户画像) of every user of a recommender. Start with: limner demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for module in (sample, building, reading, evaluating):
    module.register(app)


def main() -> None:
    """Run one command; a `LimnerError` becomes its text and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # Chinese must print in a C locale and into a pipe
            reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except LimnerError as exc:
        print(f"limner: {exc}", file=sys.stderr)  # noqa: T201
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(0)
