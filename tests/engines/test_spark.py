"""Spark sums what DuckDB sums: every cell, what is usual, every fact."""

import subprocess
import sys

import pytest

from limner.engines.spark import SCRATCH
from limner.errors import EngineError, SettingsError
from limner.settings import (
    EngineSettings,
    EventSettings,
    Settings,
    SignalSettings,
    TextSettings,
    parse_settings,
)
from limner.studio.making import build, build_files
from limner.studio.studio import Studio
from limner.testing.ledgers import find_differences, read_ledger

SHOP = [
    {"user_id": user, "item_id": item, "timestamp": when, "event": event, "value": value, "dwell_s": dwell_s}
    for user, item, when, event, value, dwell_s in (
        ("ann", "tea", "2026-01-01T23:30:00Z", "view", None, 9),
        ("ann", "tea", "2026-01-01T23:40:00Z", "buy", 1e7, None),
        ("ann", "mug", "2026-01-01T23:55:00Z", "buy", 0.0004, None),
        ("ann", "mug", "2026-03-30T05:00:00Z", "buy", 99.99, None),
        ("bob", "pot", "1999-07-20T20:17:00Z", "buy", 12, None),
        ("bob", "tea", "2026-02-01T10:00:00Z", "listen", 7, None),
        ("bob", "mug", "2026-02-01T10:09:00Z", "buy", 8658984.36835, None),
        ("bob", None, "2026-02-01T10:00:01Z", "a\\b'c", None, 200),
        ("eve", "tea", "2026-02-02T10:00:00Z", "rating", 4.5, None),
        ("eve", "mug", "2026-02-02T11:00:00Z", "rating", 0.5, None),
    )
]
GOODS = [
    {
        "item_id": "tea",
        "title": "Green tea",
        "categories": ["Drinks", "It's \\ 茶"],
        "brand": "Élan",
        "price": 3,
    },
    {"item_id": "mug", "title": "Blue mug", "categories": ["Kitchen"], "price": 1e7},
]
FRIENDS = [
    {"user_id": "ann", "other_id": "bob", "kind": "follow", "weight": 2.5},
    {"user_id": "eve", "other_id": "ann", "kind": "friend"},
]
OWN = {
    "paid-exactly": SignalSettings(key="amount|weekday", weight="amount"),
    "odd-name_品": SignalSettings(key="brand|category", polarity=True),
    "tones": SignalSettings(rows="texts", key="language|kind", polarity=True, horizon="lasting"),
}


def read_cells(studio: Studio):
    return read_ledger(studio.store, at_us=studio.store.meta()["as_of_us"])


def read_priors(studio: Studio):
    rows = studio.store.rows("SELECT * FROM priors ORDER BY 1, 2")
    return {(name, key): (users, share) for name, key, users, share in rows}


def read_log(studio: Studio):
    tables = ("events", "texts", "opinions", "claims", "words", "topics", "relations")
    return {name: studio.store.rows(f"SELECT * FROM {name} ORDER BY user_no, ts, ref") for name in tables}


def list_facts(studio: Studio):
    return [studio.profile(user).to_dict() for user in studio.user_ids()]


@pytest.fixture(scope="module")
def sparked(spark, world, tmp_path_factory):
    """The sample world, built with Spark."""
    workspace = tmp_path_factory.mktemp("sparked") / "ws"
    return build(**world.tables, workspace=workspace, lang="en", engine="spark")


def test_every_cell_of_the_sample_world_is_the_same(studio, sparked):
    assert len(read_cells(sparked)) > 10_000
    assert find_differences(read_cells(sparked), read_cells(studio)) == []


def test_the_workers_read_in_the_owners_words(spark, tmp_path):
    (tmp_path / "words.txt").write_text("tea for two\n", encoding="utf-8")
    text = TextSettings(user_words=(str(tmp_path / "words.txt"),), stop_words=("kettle",))
    rows = [{"user_id": "ann", "text_id": "1", "text": "a kettle, a mug and tea for two"}]
    made = [
        build(texts=rows, workspace=tmp_path / name, settings=Settings(text=text), engine=name)
        for name in ("duckdb", "spark")
    ]

    assert read_log(made[0])["words"] == read_log(made[1])["words"]
    assert {row[3] for row in read_log(made[1])["words"]} == {"mug", "tea for two"}


def test_what_is_usual_is_the_same(studio, sparked):
    assert read_priors(sparked) == {
        name: (users, pytest.approx(share, rel=1e-9)) for name, (users, share) in read_priors(studio).items()
    }


def test_texts_say_the_same(studio, sparked):
    assert read_log(sparked) == read_log(studio)
    assert sparked.store.meta()["word_table"] == studio.store.meta()["word_table"]


def test_every_fact_of_everyone_is_the_same(studio, sparked):
    assert list_facts(sparked) == list_facts(studio)


def test_the_ledger_that_spark_summed_is_the_one_its_log_gives(sparked):
    assert sparked.verify().clean


def test_the_workspace_does_not_remember_who_built_it(sparked):
    assert sparked.settings.engine == EngineSettings()
    assert list(sparked.folder.glob(f"{SCRATCH}*")) == []


def test_odd_names_large_numbers_and_other_time_zones_are_the_same(spark, tmp_path):
    events = EventSettings(weights={"a\\b'c": 3.0}, values={"a\\b'c": "count"})
    settings = Settings(timezone="Asia/Shanghai", signals=OWN, events=events)
    tables = {"events": SHOP, "items": GOODS, "relations": FRIENDS}
    duck, sparked = (
        build(**tables, workspace=tmp_path / engine, settings=settings, engine=engine)
        for engine in ("duckdb", "spark")
    )

    assert {key for _, signal, key in read_cells(sparked) if signal == "paid-exactly"} >= {
        "10000000.0|4",
        "0.0004|4",
        "99.99|0",
        "8658984.3683|6",
    }
    assert find_differences(read_cells(sparked), read_cells(duck)) == []
    assert list_facts(sparked) == list_facts(duck)


def test_every_cell_and_fact_of_ml_100k_is_the_same(spark, real_data, tmp_path):
    duck, sparked = (
        build_files([real_data / "ml-100k"], workspace=tmp_path / engine, engine=engine)
        for engine in ("duckdb", "spark")
    )

    assert len(read_cells(sparked)) > 150_000
    assert find_differences(read_cells(sparked), read_cells(duck)) == []
    assert list_facts(sparked) == list_facts(duck)


def test_a_build_that_fails_says_why_and_leaves_the_old_portraits(spark, tmp_path, monkeypatch):
    build(events=SHOP, workspace=tmp_path, engine="duckdb").close()
    kept = sorted(path.name for path in tmp_path.iterdir())
    monkeypatch.setattr("limner.engines.spark.bind_landmarks", lambda sql, landmarks: f"{sql} of nothing")

    with pytest.raises(EngineError, match=r"^Spark stopped: .*[Ss]yntax error.*$"):
        build(events=SHOP, workspace=tmp_path, engine="spark")

    assert sorted(path.name for path in tmp_path.iterdir()) == kept


def test_the_session_that_runs_keeps_its_master(spark, tmp_path):
    settings = Settings(engine=EngineSettings("spark", master="local[7]"))

    with pytest.raises(SettingsError, match=r"is running here with master local\[2\], not local\[7\]"):
        build(events=SHOP, workspace=tmp_path, settings=settings)


def test_the_command_line_is_quiet_and_leaves_no_process_and_no_folder(needs_spark, tmp_path):
    (tmp_path / "events.csv").write_text("user_id,item_id,event\n7,1,view\n8,1,view\n", encoding="utf-8")
    (tmp_path / "limner.toml").write_text(
        'sources = ["events.csv"]\n[engine]\nname = "spark"\nmaster = "local[1]"\n'
        '[engine.conf]\n"spark.sql.shuffle.partitions" = "1"\n"spark.ui.enabled" = "false"\n',
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "limner.cli", "build", "--spark-conf", "spark.driver.memory=1g"]

    ran = subprocess.run(
        [sys.executable, "-c", COUNTING, *command], cwd=tmp_path, capture_output=True, encoding="utf-8"
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "  spark " in ran.stdout
    assert ran.stdout.splitlines()[-1] == "nobody is left"
    assert (tmp_path / ".limner" / "workspace.json").is_file()
    assert list((tmp_path / ".limner").glob(f"{SCRATCH}*")) == []


COUNTING = """
import os, subprocess, sys, time
ran = subprocess.Popen(sys.argv[1:], start_new_session=True)
code = ran.wait()
try:
    for _ in range(50):  # a process that is ending may be seen for a moment
        os.killpg(ran.pid, 0)
        time.sleep(0.1)
    print("somebody is left")
except ProcessLookupError:
    print("nobody is left")
sys.exit(code)
"""
"""Runs a command in a process group of its own, and says whether that outlives it by five seconds."""


def test_settings_of_spark_are_read_from_a_file():
    settings = parse_settings('[engine]\nname = "spark"\n[engine.conf]\n"spark.executor.memory" = "8g"')

    assert settings.engine == EngineSettings("spark", conf={"spark.executor.memory": "8g"})
