"""A terminal in a folder of small tables of the formats that the pages speak of."""

import json
import random
from pathlib import Path

import pytest
from typer.testing import CliRunner

from limner.cli.main import app

GENRES = ("Comedy", "Drama", "Romance", "Adventure", "Documentary")
N_USERS = 60
DAY_S = 86_400


class Terminal:
    """Runs `limner` commands in one folder, each different line once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._printed: dict[tuple[str, ...], str] = {}

    def run(self, words: list[str]) -> str:
        """Return what a command prints; a failing one raises, and only `limner` is run at all."""
        if words[0] != "limner":
            return ""
        key = tuple(words)
        if key not in self._printed:
            with pytest.MonkeyPatch.context() as patch:
                patch.chdir(self.folder)
                patch.setenv("LC_ALL", "en_GB.UTF-8")
                found = CliRunner().invoke(app, words[1:], prog_name="limner", catch_exceptions=False)
            assert found.exit_code == 0, f"{' '.join(words)}: exit code {found.exit_code}\n{found.output}"
            self._printed[key] = found.output
        return self._printed[key]


@pytest.fixture(scope="session")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    folder = tmp_path_factory.mktemp("terminal")
    write_recbole(folder / "ml-100k")
    new = {
        "user_id": "196",
        "item_id": "7",
        "event": "rating",
        "value": 5,
        "timestamp": "1998-05-01T10:00:00Z",
    }
    (folder / "new-events.jsonl").write_text(json.dumps(new) + "\n", encoding="utf-8")
    clicks = "user_id,timestamp,clicked\n196,1998-01-31T10:00:00Z,1\n"
    (folder / "clicks.csv").write_text(clicks, encoding="utf-8")
    return Terminal(folder)


def write_recbole(folder: Path) -> None:
    """Write ratings in RecBole's atomic files: 60 users, 196 among them, and 50 films."""
    draw = random.Random(7)
    folder.mkdir()
    films = [f"{film}\tFilm {film}\t1990\t{GENRES[film % len(GENRES)]}" for film in range(1, 51)]
    users = [f"{user}\t{20 + user % 40}\t{'MF'[user % 2]}\twriter\t{10_000 + user}" for user in _user_ids()]
    ratings = [
        f"{user}\t{film}\t{draw.randint(1, 5)}\t{880_000_000 + day * DAY_S}"
        for user in _user_ids()
        for film, day in zip(draw.sample(range(1, 51), 20), draw.sample(range(120), 20), strict=True)
    ]
    _write(
        folder / "ml-100k.item",
        "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq",
        films,
    )
    _write(
        folder / "ml-100k.user",
        "user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token",
        users,
    )
    _write(folder / "ml-100k.inter", "user_id:token\titem_id:token\trating:float\ttimestamp:float", ratings)


def _user_ids() -> range:
    return range(196 - N_USERS + 1, 197)


def _write(path: Path, header: str, lines: list[str]) -> None:
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
