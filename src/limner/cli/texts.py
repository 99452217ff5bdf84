"""`limner read`: what any texts say; `limner texts`: how well those of a workspace are read."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from limner.cli.options import AsJson, Lang, Workspace, check_lang, find_workspace, read_settings
from limner.cli.output import print_json, print_table, progress_bar
from limner.cli.stopping import stop_on_signals
from limner.errors import InputError
from limner.phrases import choose_language, say
from limner.records import Language

if TYPE_CHECKING:
    from limner.streams.lines import Bytes
    from limner.studio.texts.reading_aloud import Heard

_SHOWN_CHARS = 120
_SHOWN_TOPICS = 3
_DECIDED = 0.1
"""A sentiment nearer to 0 than this is shown as neither good nor bad."""
_BREAKERS = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
"""What could move the cursor, hide or turn round what is printed."""
_LINE_ENDS = {"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""Ends of lines for some readers, and not for JSON."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: limner read reviews.txt --json --labels phone,book,hotel")(read)
    app.command(name="texts", epilog="Example: limner texts -w ws --json")(describe)


def read(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-", help="Texts, one a line; - reads standard input.", show_default=False
        ),
    ],
    *,
    labels: Annotated[
        str, typer.Option("--labels", metavar="A,B,C", help="Names of topics to sort the texts into.")
    ] = "",
    workspace: Annotated[
        Path | None,
        typer.Option(
            "--workspace", "-w", help="Read as this workspace does.  [default: as limner.toml says]"
        ),
    ] = None,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """Read any texts: language, sentiment, aspects with quotations, topics, keywords and facts.

    With --json, one object for each line, in order.
    """
    from limner.studio.intake.decoding import read_blocks_of_texts
    from limner.studio.texts.reading_aloud import open_listener, read_aloud

    settings, base = read_settings(None)
    language = choose_language(check_lang(lang) or settings.lang)
    listener = open_listener(settings, base, workspace=workspace, labels=labels)
    with stop_on_signals() as stop, _open_counted(source) as file:
        heard = read_aloud(read_blocks_of_texts(file, stop), listener)
        for number, one in enumerate(heard, 1):
            if as_json:
                typer.echo(_json_line(one))
            else:
                _print_heard(number, one, language)
    if stop.is_set():
        typer.echo(f"{source}: stopped before its end", err=True)


def describe(workspace: Workspace = None, as_json: AsJson = False) -> None:
    """Tell how many texts there are, of what they speak, and how often their tone agrees with stars."""
    from limner.studio.kept.migration import open_workspace
    from limner.studio.texts.report import describe_texts

    store = open_workspace(find_workspace(workspace))
    report = describe_texts(store)
    store.close()
    if as_json:
        print_json(report.to_dict())
        return
    rows = [
        ("texts", _list_counts(report.kinds)),
        ("languages", _list_counts(report.languages)),
        ("opinions", f"{report.opinions:,}"),
        ("aspects", _list_counts(report.aspects)),
        ("encoder", report.encoder or "none: word lists alone"),
        ("with stars", f"{report.n_rated:,}"),
        ("agrees, untaught", _share(report.untaught)),
        ("agrees, taught by stars", _share(report.taught)),
        ("  untaught on the same", _share(report.untaught_on_unseen)),
    ]
    print_table(("what", "found"), [(what, found) for what, found in rows if found])


def _list_counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {n:,}" for name, n in counts.items()) or "none"


def _share(accuracy: float | None) -> str:
    return "" if accuracy is None else f"{accuracy:.1%} (mean of praise and blame)"


def _json_line(heard: "Heard") -> str:
    line = json.dumps(heard.to_dict(), ensure_ascii=False)
    for char, escaped in _LINE_ENDS.items():
        line = line.replace(char, escaped)
    return line


def _print_heard(number: int, heard: "Heard", lang: Language) -> None:
    """Print what a text says as a person would want to read it."""
    typer.secho(f"{number}  {_show(heard.text) or say('read.empty', lang)}", bold=True)
    typer.echo(f"   {_mood(heard.sentiment, lang)}, {heard.language}")
    for said in heard.aspects:
        typer.echo(f"   {_sign(said['polarity'])} {_show(said['aspect'])}  “{_show(said['quote'])}”")
    for fact in heard.facts:
        named = say(f"read.key.{fact['key']}", lang)
        typer.echo(f"   {_sign(fact['polarity'])} {named}: {_show(fact['value'])}  “{_show(fact['quote'])}”")
    shown = [f"{topic['topic']} {topic['score']:.2f}" for topic in heard.topics[:_SHOWN_TOPICS]]
    for phrase, words in (("read.topics", shown), ("read.keywords", heard.keywords)):
        if words:
            typer.secho(f"   {say(phrase, lang)}: {', '.join(map(_show, words))}", dim=True)
    typer.echo("")


def _mood(sentiment: float, lang: Language) -> str:
    mood = "neither" if abs(sentiment) < _DECIDED else "good" if sentiment > 0 else "bad"
    return f"{sentiment:+.2f} {say(f'read.{mood}', lang)}"


def _sign(polarity: float) -> str:
    return "+" if polarity > 0 else "−" if polarity < 0 else "·"


def _show(text: object) -> str:
    """Return a text on one line, not too long, without what a terminal would obey."""
    line = _BREAKERS.sub(" ", str(text)).strip()
    return line if len(line) <= _SHOWN_CHARS else line[: _SHOWN_CHARS - 1] + "…"


class _Counted:
    """A file that tells how much of it was read."""

    def __init__(self, file: "Bytes", size: int, watch: Callable[[str, float], None]) -> None:
        self._file, self._size, self._watch = file, size, watch
        self._done = 0

    def read1(self, size: int, /) -> bytes:
        """Return what one read of the file gives."""
        piece = self._file.read1(size)
        self._done += len(piece)
        self._watch("read", self._done / max(self._size, 1))
        return piece

    def fileno(self) -> int:
        """Return the number of the file."""
        return self._file.fileno()


@contextmanager
def _open_counted(source: str) -> "Iterator[Bytes]":
    """Yield an open file or standard input; how much of a file is read is shown where nothing is printed."""
    if source == "-":
        yield cast("Bytes", sys.stdin.buffer)
        return
    path = Path(source)
    try:
        file = path.open("rb")
    except OSError as exc:
        raise InputError(
            f"{source}: cannot be read ({exc.strerror}); name a file of texts, one a line, or -"
        ) from exc
    with file, progress_bar(quiet=sys.stdout.isatty()) as watch:
        yield _Counted(file, path.stat().st_size, watch)
