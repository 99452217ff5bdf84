"""From the owner's files to a workspace, and where commands find it again."""

import json

import pytest

EVENTS = """uid,iid,when,what,stars
7,1,2026-01-01T10:00:00Z,rating,5
7,2,2026-01-02T10:00:00Z,rating,4
8,2,2026-01-03T10:00:00Z,rating,1
"""
ITEMS = "item_id,title,categories\n1,Dune,Sci-Fi|Novel\n2,Emma,Novel\n"


@pytest.fixture
def shop(tmp_path):
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "events.csv").write_text(
        EVENTS.replace("uid,iid,when,what,stars", "user_id,item_id,timestamp,event,value"), encoding="utf-8"
    )
    (folder / "items.csv").write_text(ITEMS, encoding="utf-8")
    return folder


def test_init_then_build_then_show(limner, shop, tmp_path):
    drafted = limner("init", "shop")
    built = limner("build")
    shown = limner("show", "7")

    assert (drafted.code, drafted.out) == (0, "wrote limner.toml; look it over, then: limner build\n")
    assert "# " in (tmp_path / "limner.toml").read_text(encoding="utf-8")
    assert (built.code, shown.code) == (0, 0)
    assert "next: limner show 7 -w .limner" in built.out
    assert "Novel" in shown.out


def test_build_says_what_came_in_what_fell_and_where_things_are(limner, shop):
    events = shop / "events.csv"
    events.write_text(events.read_text(encoding="utf-8") + "9,1,2026-01-04,rating,nine\n", encoding="utf-8")

    said = limner("build", "shop", "-w", "ws").out

    assert "1 quarantined: " in said or "1 repaired: " in said
    assert "2 items" in said
    assert "collect " in said
    assert "workspace ws, quarantine ws/quarantine" in said


def test_columns_named_in_the_settings_are_read(limner, tmp_path):
    (tmp_path / "log.csv").write_text(EVENTS, encoding="utf-8")
    (tmp_path / "limner.toml").write_text(
        'workspace = "here"\n[tables.events]\nfiles = ["log.csv"]\n'
        'columns = {user_id = "uid", item_id = "iid", timestamp = "when", event = "what", value = "stars"}\n',
        encoding="utf-8",
    )

    built = limner("build")
    shown = limner("show", "7", "--json")

    assert (built.code, built.err) == (0, "")
    assert json.loads(shown.out)["coverage"]["events"] == 2
    assert (tmp_path / "here" / "workspace.json").is_file()


def test_the_default_workspace_is_a_folder_beside(limner, shop, tmp_path):
    limner("build", "shop")

    assert (tmp_path / ".limner" / "workspace.json").is_file()
    assert limner("show", "7").code == 0


def test_a_settings_file_elsewhere_keeps_its_paths(limner, shop, tmp_path):
    (shop / "limner.toml").write_text('sources = ["events.csv", "items.csv"]\n', encoding="utf-8")

    built = limner("build", "--config", "shop/limner.toml")

    assert built.code == 0
    assert (shop / ".limner" / "workspace.json").is_file()
    assert limner("show", "7", "-w", "shop/.limner").code == 0


def test_init_with_force_writes_anew(limner, shop, tmp_path):
    (tmp_path / "limner.toml").write_text("# old\n", encoding="utf-8")

    assert limner("init", "shop", "--force").code == 0
    assert "# old" not in (tmp_path / "limner.toml").read_text(encoding="utf-8")


def test_a_second_build_replaces_the_portrait(limner, shop, tmp_path):
    limner("build", "shop", "-w", "ws")
    (shop / "events.csv").write_text(
        "user_id,item_id,timestamp,event\n5,1,2026-02-01T00:00:00Z,view\n", encoding="utf-8"
    )
    limner("build", "shop", "-w", "ws")

    assert limner("show", "5", "-w", "ws").code == 0
    assert limner("show", "7", "-w", "ws").code == 2
    assert [path.name for path in (tmp_path / "ws").glob("portrait-*.sqlite")] == ["portrait-2.sqlite"]


def test_a_build_that_fails_keeps_the_old_portrait_readable(limner, shop, tmp_path):
    limner("build", "shop", "-w", "ws")
    before = limner("show", "7", "-w", "ws", "--json").out
    (shop / "events.csv").write_text("user_id,when\n5,1\n", encoding="utf-8")

    failed = limner("build", "shop", "-w", "ws")

    assert failed.code == 2
    assert limner("show", "7", "-w", "ws", "--json").out == before


def test_show_and_build_speak_the_language_asked_for(limner, shop):
    limner("build", "shop", "-w", "ws")

    assert "Interests" in limner("show", "7", "-w", "ws", "--lang", "en").out
    assert "兴趣" in limner("show", "7", "-w", "ws", "--lang", "zh").out


def test_the_settings_language_is_kept_with_the_workspace(limner, shop):
    (shop / "limner.toml").write_text('lang = "zh"\nsources = ["events.csv"]\n', encoding="utf-8")
    limner("build", "--config", "shop/limner.toml")

    assert "行为" in limner("show", "7", "-w", "shop/.limner").out


def test_recommend_says_when_nothing_is_left(limner, shop):
    limner("build", "shop", "-w", "ws")

    assert (
        limner("recommend", "7", "-w", "ws").out
        == "nothing to recommend: there is no item that this user has not met\n"
    )


def test_recommend_and_similar_print_tables(limner, workspace):
    items = limner("recommend", "u0001", "-w", workspace, "-k", 3).out.splitlines()
    others = limner("similar", "u0001", "-w", workspace, "-k", 3).out.splitlines()

    assert items[0].split() == ["rank", "score", "item", "title", "why"]
    assert [line.split()[0] for line in items[1:]] == ["1", "2", "3"]
    assert others[0].split() == ["user", "similarity", "in", "what"]
    assert len(others) == 4


def test_progress_and_mistakes_do_not_mix_with_results(limner, shop):
    built = limner("build", "shop", "-w", "ws")

    assert (built.code, built.err) == (0, "")
