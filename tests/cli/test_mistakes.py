"""A user's mistake: exit code 2 and one line that says what, where, and what to do."""

import errno
import json
import os
from pathlib import Path

import pytest

from limner.store.schema import VERSION
from limner.store.sqlite import SqliteStore

GOOD = "user_id,item_id,rating,timestamp\nu1,i1,4,881250949\nu2,i2,5,881250950\n"


@pytest.fixture
def ratings(tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_a_user_who_is_not_there_gets_near_ids(refused, workspace):
    said = refused("show", "u001", "-w", workspace)

    assert f"no user 'u001' in {workspace}; did you mean: u0" in said


def test_an_id_like_no_other_gets_examples(refused, workspace):
    assert "there is, for instance: u0001" in refused("show", "张三", "-w", workspace)


@pytest.mark.parametrize("command", ["show", "recommend", "similar"])
def test_every_command_about_a_user_knows_unknown_ones(refused, workspace, command):
    assert "no user 'nobody'" in refused(command, "nobody", "-w", workspace)


@pytest.mark.parametrize(
    "arguments",
    [("show", "u1"), ("recommend", "u1"), ("similar", "u1"), ("vectors", "out.parquet"), ("evaluate",)],
    ids=lambda arguments: arguments[0],
)
def test_a_missing_workspace_says_how_to_make_one(refused, arguments):
    said = refused(*arguments, "-w", "nowhere")

    assert "nowhere: no workspace here; make one with: limner build SOURCE -w nowhere" in said


@pytest.mark.parametrize(
    ("version", "remedy"), [(VERSION + 1, "upgrade limner"), (0, "build it again with: limner build")]
)
def test_a_workspace_of_another_version_says_what_to_do(refused, tmp_path, version, remedy):
    pointer = {"version": version, "generation": 1, "store": "portrait-1.sqlite"}
    (tmp_path / "workspace.json").write_text(json.dumps(pointer), encoding="utf-8")

    said = refused("show", "u1", "-w", tmp_path)

    assert f"workspace version {version}, this limner reads version {VERSION}; {remedy}" in said


def test_a_workspace_whose_store_is_gone_says_to_build_again(refused, tmp_path):
    pointer = {"version": VERSION, "generation": 1, "store": "portrait-1.sqlite"}
    (tmp_path / "workspace.json").write_text(json.dumps(pointer), encoding="utf-8")

    assert "portrait-1.sqlite: is not there; build it again" in refused("show", "u1", "-w", tmp_path)


def test_a_damaged_store_says_to_rebuild(refused, tmp_path):
    pointer = {"version": VERSION, "generation": 1, "store": "portrait-1.sqlite"}
    (tmp_path / "workspace.json").write_text(json.dumps(pointer), encoding="utf-8")
    (tmp_path / "portrait-1.sqlite").write_bytes(b"anything but a database" * 400)

    assert "is damaged or not a Limner store; rebuild it" in refused("show", "u1", "-w", tmp_path)


def test_a_source_that_is_not_there_is_named(refused):
    assert "nofile.csv: no such file or folder" in refused("build", "nofile.csv", "-w", "ws")


def test_an_empty_file_is_named(refused, tmp_path):
    (tmp_path / "empty.csv").touch()

    assert "empty.csv: empty" in refused("build", "empty.csv", "-w", "ws")


def test_a_folder_without_files_is_named(refused, tmp_path):
    (tmp_path / "bare").mkdir()

    assert "bare: holds no files" in refused("build", "bare", "-w", "ws")


def test_a_missing_column_says_which_what_was_found_and_what_to_write(refused, tmp_path):
    (tmp_path / "events.csv").write_text("user_id,when\n1,2\n", encoding="utf-8")

    said = refused("build", "events.csv", "-w", "ws")

    assert "events.csv: no column 'item_id' for events (found: user_id, when)" in said
    assert "limner.toml: [tables.events.columns] item_id = '…'" in said


def test_a_column_misnamed_in_the_settings_gets_the_nearest(refused, ratings, tmp_path):
    (tmp_path / "limner.toml").write_text(
        '[tables.events]\nfiles = ["ratings.csv"]\ncolumns = {user_id = "user"}\n', encoding="utf-8"
    )

    said = refused("build")

    assert "no column 'user' for events (did you mean: user_id?)" in said
    assert "(found: user_id, item_id, rating, timestamp)" in said


def test_a_file_of_no_known_format_lists_the_formats(refused, tmp_path):
    (tmp_path / "numbers.csv").write_text("a,b,c\n1,2,3\n", encoding="utf-8")

    said = refused("build", "numbers.csv", "-w", "ws")

    assert "no reader recognises numbers.csv (known formats: " in said
    assert "limner.toml: [tables.events]" in said


def test_a_source_that_may_not_be_read_is_named(refused, ratings, monkeypatch):
    def deny(path, *given, **options):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", deny)
    said = refused("build", "ratings.csv", "-w", "ws")

    assert "ratings.csv: cannot be read" in said


@pytest.mark.parametrize("when", ["yesterday", "2026-13-01", "2026-06-31T00:00"])
def test_a_moment_that_is_none_gets_an_example(refused, workspace, when):
    said = refused("show", "u0001", "-w", workspace, "--as-of", when)

    assert f"as_of {when!r} is no date or time; write one like 2026-06-30" in said


@pytest.mark.parametrize("when", ["9999-12-31", "9999-12-31T23:59:59-12:00", "0001-01-01"])
def test_a_moment_thousands_of_years_away_is_refused(refused, workspace, when):
    said = refused("show", "u0001", "-w", workspace, "--as-of", when)

    assert f"as_of {when!r} is thousands of years away" in said


def test_a_misspelt_dimension_gets_the_nearest(refused, workspace):
    said = refused("show", "u0001", "-w", workspace, "--dimension", "intrest")

    assert "no dimension 'intrest' (did you mean: interest?)" in said


def test_an_unknown_dimension_gets_the_choices(refused, workspace):
    said = refused("show", "u0001", "-w", workspace, "--dimension", "xyz")

    assert "(known: demographic, behaviour, interest, social, sentiment, persona)" in said


def test_a_language_limner_does_not_speak_is_refused(refused, workspace):
    assert "'fr' is neither zh nor en" in refused("show", "u0001", "-w", workspace, "--lang", "fr")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("frobnicate",), "No such command 'frobnicate'"),
        (("show",), "Missing argument 'USER'"),
        (("show", "u1", "--bogus"), "No such option: --bogus"),
        (("recommend", "u1", "-k", "0"), "-k"),
        (("demo", "--users", "3"), "--users"),
    ],
    ids=["command", "argument", "option", "count", "users"],
)
def test_a_mistyped_command_is_one_line_too(refused, arguments, said):
    assert said in refused(*arguments)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('workspce = "x"', "unknown setting 'workspce' (did you mean: workspace?)"),
        ("workspace = ", "not valid TOML"),
        ("[horizons]\nrecent_days = 0", "horizons.recent_days must be above 0"),
        ("[horizons]\nrecent_days = 'week'", "expected float, found 'week'"),
        ('[dimensions]\nenabled = ["intrest"]', "no dimension 'intrest' (did you mean: interest?)"),
        ('[tables.event]\nfiles = ["x"]', "no table 'event' (did you mean: events?)"),
        ('[tables.events.columns]\nuser = "uid"', "no column 'user' (did you mean: user_id?)"),
        ('lang = "fr"', "lang is zh or en, found 'fr'"),
    ],
    ids=["key", "toml", "range", "type", "dimension", "table", "column", "language"],
)
def test_settings_that_cannot_be_are_explained(refused, tmp_path, text, said):
    (tmp_path / "limner.toml").write_text(text + "\n", encoding="utf-8")

    line = refused("build")

    assert "limner.toml: " in line
    assert said in line


def test_an_unknown_time_zone_is_explained(refused, ratings, tmp_path):
    (tmp_path / "limner.toml").write_text(
        'timezone = "Mars/Base"\nsources = ["ratings.csv"]\n', encoding="utf-8"
    )

    assert "timezone 'Mars/Base' is not known" in refused("build")


def test_a_settings_file_that_is_not_there_says_how_to_write_one(refused):
    said = refused("build", "--config", "other.toml")

    assert "other.toml: no such file; write one with: limner init SOURCE" in said


def test_building_from_nothing_says_what_to_do(refused):
    assert "nothing to build from: name files or folders, or write limner.toml" in refused("build")


def test_init_keeps_a_file_that_is_there(refused, ratings, tmp_path):
    (tmp_path / "limner.toml").write_text("# mine\n", encoding="utf-8")

    said = refused("init", "ratings.csv")

    assert "limner.toml is there already; pass --force to overwrite it" in said
    assert (tmp_path / "limner.toml").read_text(encoding="utf-8") == "# mine\n"


def test_init_into_a_folder_that_is_not_there_says_so(refused, ratings):
    assert "nowhere/limner.toml: cannot be written" in refused(
        "init", "ratings.csv", "-o", "nowhere/limner.toml"
    )


@pytest.mark.parametrize("output", ["nowhere/out.parquet", "."], ids=["no folder", "a folder"])
def test_vectors_that_cannot_be_written_name_the_file(refused, workspace, output):
    assert f"{output}: cannot be written" in refused("vectors", output, "-w", workspace)


def test_an_unknown_protocol_gets_the_choices(refused, workspace):
    said = refused("evaluate", "-w", workspace, "--protocol", "tme")

    assert "no protocol 'tme' (did you mean: time?)" in said


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (("--models", "EASY"), "no model 'EASY' (did you mean: EASE?); the choices are: most popular, "),
        (("--relevant", "value>>4"), "--relevant 'value>>4', position 7: one value is expected here"),
        (("--cutoff", "1999-01-01"), "the cutoff 1999-01-01T23:59:59.999999Z lies before the second event"),
        (("--cutoff", "soon"), "'soon' is no date or time"),
    ],
)
def test_an_evaluation_that_cannot_be_asked_for_says_why(refused, workspace, asked, text):
    assert text in refused("evaluate", "-w", workspace, *asked)


def test_a_read_only_workspace_is_refused_before_any_work(refused, ratings, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)

    said = refused("build", "ratings.csv", "-w", "ws")

    assert "ws: cannot be written" in said
    assert "check the permissions or pass another -w WORKSPACE" in said


def test_a_workspace_that_is_a_file_is_refused(refused, ratings):
    said = refused("build", "ratings.csv", "-w", "ratings.csv")

    assert "ratings.csv" in said
    assert "name a workspace elsewhere with -w" in said


def test_a_full_disk_keeps_the_old_portrait(limner, refused, ratings, tmp_path, monkeypatch):
    assert limner("build", "ratings.csv", "-w", "ws").code == 0
    before = limner("show", "u1", "-w", "ws", "--json").out
    create = SqliteStore.create

    def small(path):
        store = create(path)
        (pages,) = store.one("PRAGMA page_count")
        store.rows(f"PRAGMA max_page_count = {pages + 1}")
        return store

    monkeypatch.setattr(SqliteStore, "create", small)
    ratings.write_text(GOOD + "u1,i2,1,881250951\n", encoding="utf-8")
    said = refused("build", "ratings.csv", "-w", "ws")

    assert "the disk is full; free some room and run the command again (nothing was changed)" in said
    assert limner("show", "u1", "-w", "ws", "--json").out == before
    assert sorted(path.name for path in (tmp_path / "ws").glob("portrait-*.sqlite")) == ["portrait-1.sqlite"]


def test_a_disk_full_of_quarantine_is_explained(refused, ratings, monkeypatch):
    ratings.write_text(GOOD + "u3,i1,nine,881250951\n", encoding="utf-8")

    def fill(path, *given, **options):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_text", fill)

    assert "the disk is full" in refused("build", "ratings.csv", "-w", "ws")


@pytest.mark.parametrize(
    ("labels", "output", "said"),
    [
        ("none.parquet", "out.parquet", "none.parquet: no such file; name a Parquet or CSV file"),
        ("text.parquet", "out.parquet", "text.parquet: cannot be read"),
        ("labels.csv", "nowhere/out.parquet", "there is no folder nowhere; make it, or name another file"),
        ("bare.csv", "out.parquet", "bare.csv: no column 'timestamp' (did you mean: time"),
    ],
    ids=["no file", "no table", "no folder", "no time"],
)
def test_labels_that_cannot_be_read_or_written_say_what_to_do(refused, workspace, labels, output, said):
    for name, text in (
        ("text.parquet", "hello"),
        ("labels.csv", "user_id,timestamp\nu0001,2026-05-01\n"),
        ("bare.csv", "user_id,time_stamp\nu0001,2026-05-01\n"),
    ):
        Path(name).write_text(text, encoding="utf-8")

    assert said in refused("features", labels, output, "-w", workspace)
    assert not list(Path().glob("*out.parquet*"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("merge", "u0001", "u0001"), "'u0001' and 'u0001' are one user already; nothing to merge"),
        (("merge", "nobody", "u0001"), "no user 'nobody'"),
        (("merge", "u0001", "nobody"), "no user 'nobody'"),
        (("unmerge", "u0001"), "user 'u0001' was not merged into another; nothing to undo"),
        (("absorb", "nowhere"), "nowhere: no workspace here"),
        (("compact", "--keep", "a while"), "'a while'"),
        (("compact", "--keep", "-3d"), "'-3d'"),
        (("merge", "u0001"), "Missing argument 'KNOWN'"),
    ],
    ids=["oneself", "unknown", "of unknown", "not merged", "no other", "no span", "below zero", "whose"],
)
def test_upkeep_that_cannot_be_is_one_line(refused, workspace, arguments, said):
    assert said in refused(*arguments, "-w", workspace)


@pytest.mark.parametrize(
    "arguments",
    [("compact",), ("merge", "u1", "u2"), ("unmerge", "u1"), ("absorb", "other"), ("verify",)],
    ids=lambda arguments: arguments[0],
)
def test_upkeep_of_a_workspace_that_is_not_there_says_how_to_make_one(refused, arguments):
    said = refused(*arguments, "-w", "nowhere")

    assert "nowhere: no workspace here; make one with: limner build SOURCE -w nowhere" in said
