"""`limner tune`: the winner in limner.toml, the trials kept, the picture drawn."""

import json
import shutil
import sys
import tomllib

import numpy as np
import optuna
import pytest

from limner.cli.main import main
from limner.studio.making import build
from limner.studio.trials.tuning import JOURNAL, _open_study

SETTINGS = """\
# Mine.
workspace = "ws"

[vector]
dim = 64  # small

[vector.recipe]
ridge = 4000.0  # far too much
trend = 0.0
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small workspace: even users meet the first items, odd ones the last, in two ways."""
    rng = np.random.default_rng(3)
    users = np.repeat(np.arange(40), 8)
    picks = np.concatenate([rng.choice(12, 8, replace=False) for _ in range(40)])
    days = rng.integers(0, 60, len(users))
    rows = [
        {
            "user_id": f"u{user}",
            "item_id": f"i{item + 12 * (user % 2)}",
            "event": "view" if day % 3 else "purchase",
            "timestamp": 1_700_000_000_000_000 + int(day) * 86_400_000_000 + number,
        }
        for number, (user, item, day) in enumerate(zip(users, picks, days, strict=True))
    ]
    return build(events=rows, workspace=tmp_path_factory.mktemp("small") / "ws", lang="en").folder


@pytest.fixture
def own(small, tmp_path):
    """A copy of the small workspace with a limner.toml beside it."""
    shutil.copytree(small, tmp_path / "ws")
    (tmp_path / "limner.toml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def tuned(small, tmp_path_factory):
    """What `limner tune --trials 3 --json` said and wrote, run once."""
    folder = tmp_path_factory.mktemp("tuned")
    shutil.copytree(small, folder / "ws")
    config = folder / "limner.toml"
    config.write_text(SETTINGS, encoding="utf-8")
    return folder, run("tune", "-c", config, "--trials", 3, "--json")


def run(*arguments):
    """Return the JSON that one command prints."""
    import contextlib
    import io

    printed = io.StringIO()
    given, sys.argv = sys.argv, ["limner", *(str(argument) for argument in arguments)]
    try:
        with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
            main()
    finally:
        sys.argv = given
    return json.loads(printed.getvalue())


def test_the_winner_is_written_and_comments_stay(tuned):
    folder, told = tuned
    text = (folder / "limner.toml").read_text(encoding="utf-8")
    written = tomllib.loads(text)

    assert told["written"] == str(folder / "limner.toml")
    assert written["vector"]["recipe"]["ridge"] == told["settings_after"]["vector.recipe.ridge"]
    assert [mark for mark in ("# Mine.", "# small", "# far too much") if mark not in text] == []
    assert (folder / "limner.toml.bak").read_text(encoding="utf-8") == SETTINGS


def test_the_winner_is_no_worse_than_what_stood_there(tuned):
    _, told = tuned

    assert told["settings_before"]["vector.recipe.ridge"] == 4000.0
    assert told["after"]["mean"] >= told["before"]["mean"]
    assert told["gain"]["mean"] == pytest.approx(told["after"]["mean"] - told["before"]["mean"])
    assert [trial["start"] for trial in told["trials"]] == [True, False, False]


def test_the_types_that_occur_are_weighed(tuned):
    _, told = tuned

    assert {"events.weights.view", "events.weights.purchase"} <= told["settings_after"].keys()


def test_the_picture_is_a_png(tuned):
    folder, told = tuned

    assert told["picture"] == str(folder / "ws" / "tune.png")
    assert (folder / "ws" / "tune.png").read_bytes().startswith(b"\x89PNG")


def test_a_second_run_goes_on_and_a_dry_one_writes_nothing(limner, own):
    first = limner("tune", "--trials", 1, "--dry-run", "--picture", own / "one.png")
    second = limner("tune", "--trials", 2, "--dry-run", "--picture", own / "two.png")

    assert (first.code, second.code) == (0, 0)
    assert "1 settings tried, 0 cut short; protocol time" in first.out
    assert "2 settings tried (1 of them by earlier runs)" in second.out
    assert (own / "limner.toml").read_text(encoding="utf-8") == SETTINGS
    assert not (own / "ws" / "tune.png").exists()


def test_other_settings_start_anew_and_say_so(tmp_path):
    study, first = _open_study(tmp_path, "one", fresh=False)
    study.add_trial(optuna.create_trial(value=1.0, user_attrs={"values": {}, "start": True}))
    again, second = _open_study(tmp_path, "one", fresh=False)
    assert len(again.trials) == 1
    other, third = _open_study(tmp_path, "two", fresh=False)
    fresh, fourth = _open_study(tmp_path, "one", fresh=True)

    assert [len(one.trials) for one in (other, fresh)] == [0, 0]
    assert (first, second) == ([], [])
    assert third == ["started anew: earlier trials are of another log or of other settings"]
    assert fourth == ["started anew: earlier trials were thrown away"]


def test_time_that_is_up_leaves_the_present_settings(limner, own):
    outcome = limner("tune", "--minutes", 0.0001, "--json")
    told = json.loads(outcome.out)

    assert len(told["trials"]) == 1
    assert told["settings_after"] == told["settings_before"]
    assert told["written"] is None
    assert told["notes"] == ["there was no time to leave out every part; give more --minutes"]


def test_without_a_settings_file_the_winner_is_printed(limner, own):
    (own / "limner.toml").unlink()
    outcome = limner("tune", "-w", "ws", "--trials", 2)

    assert outcome.code == 0
    assert "put this into your limner.toml" in outcome.out or "nothing was better" in outcome.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--minutes", "0"), "--minutes 0: give a number above 0"),
        (("--trials", "0"), "--trials 0: give 1 or more"),
        (("--protocol", "tiem"), "no protocol 'tiem' (did you mean: time"),
    ],
    ids=["no time", "no trials", "no such protocol"],
)
def test_a_mistake_is_one_line(refused, own, arguments, said):
    assert said in refused("tune", *arguments)


def test_without_optuna_the_extra_is_named(refused, own, monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)

    assert "optuna is not installed; run: pip install 'limner[tune]'" in refused("tune")
    assert not (own / "ws" / JOURNAL).exists()
