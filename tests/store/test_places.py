"""A URL names a database and a workspace; its password stands in no file and in no message."""

import pytest

from limner.errors import WorkspaceError
from limner.store.places import connect_to, hide_password, read_url, settle
from limner.store.postgres_sql import limit_to_one, translate

URL = "postgresql://ann:geheim@db.example:5432/shop?sslmode=require&workspace=toys"


def test_the_password_is_not_written_down(tmp_path):
    settle(tmp_path, URL)
    assert read_url(tmp_path) == "postgresql://ann@db.example:5432/shop?sslmode=require&workspace=toys"
    assert "geheim" not in (tmp_path / "store.json").read_text(encoding="utf-8")


def test_the_process_that_was_given_it_connects_with_it(tmp_path):
    settle(tmp_path, URL)
    assert connect_to(read_url(tmp_path)) == (
        "postgresql://ann:geheim@db.example:5432/shop?sslmode=require",
        "toys",
    )


def test_the_environment_gives_it_too(monkeypatch):
    monkeypatch.setenv("LIMNER_STORE_URL", "postgresql://eve:geheim@db/shop")
    assert connect_to("postgresql://eve@db/shop?workspace=limner")[0] == "postgresql://eve:geheim@db/shop"


def test_a_password_among_the_options_is_hidden():
    assert hide_password("postgresql:///shop?password=geheim") == "postgresql:///shop?workspace=limner"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://db/shop", "begins with postgresql://"),
        ("postgresql://db/shop?workspace=a__b", "is named by small letters"),
        ('postgresql://db/shop?workspace=x"; DROP SCHEMA public', "is named by small letters"),
        (f"postgresql://db/shop?workspace={'x' * 41}", "at most 40"),
    ],
)
def test_what_is_no_url_of_a_workspace_is_refused(url, said):
    with pytest.raises(WorkspaceError, match=said):
        hide_password(url)


def test_a_folder_stands_for_one_database(tmp_path):
    settle(tmp_path, URL)
    with pytest.raises(WorkspaceError, match="stands for postgresql://ann@db"):
        settle(tmp_path, "postgresql://db/other")


def test_a_folder_with_a_store_is_not_hidden_by_a_database(tmp_path):
    (tmp_path / "workspace.json").write_text('{"store": "portrait-1.sqlite"}', encoding="utf-8")
    with pytest.raises(WorkspaceError, match="holds a store of its own; copy it with: limner store copy"):
        settle(tmp_path, URL)


def test_a_server_that_is_not_there_is_a_mistake_without_the_password(tmp_path):
    postgres = pytest.importorskip("limner.store.postgres", reason="psycopg is not installed")
    with pytest.raises(WorkspaceError, match="cannot be reached") as caught:
        postgres.connect("postgresql://ann:geheim@127.0.0.1:1/shop")
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("SELECT 1 FROM t WHERE a = ? AND b = '?%'", "SELECT 1 FROM t WHERE a = %s AND b = '?%%'"),
        ("SELECT x WHERE a LIKE ?1 OR b = ?1", "SELECT x WHERE a ILIKE %(p1)s OR b = %(p1)s"),
        (
            "INSERT OR IGNORE INTO bots VALUES (?, ?)",
            "INSERT INTO bots VALUES (%s, %s) ON CONFLICT DO NOTHING",
        ),
        (
            "INSERT OR REPLACE INTO bots SELECT a, ? FROM u",
            "INSERT INTO bots SELECT a, %s FROM u "
            "ON CONFLICT (user_id) DO UPDATE SET n_events = excluded.n_events",
        ),
        ("SELECT CAST(a AS INTEGER) % 7", "SELECT CAST(a AS BIGINT) %% 7"),
    ],
)
def test_a_statement_is_said_in_the_words_of_postgresql(said, meant):
    assert translate(said) == meant


def test_a_first_row_is_asked_for_alone():
    assert limit_to_one("SELECT a FROM t") == "SELECT a FROM t LIMIT 1"
    assert limit_to_one("SELECT a FROM t LIMIT ?") == "SELECT a FROM t LIMIT ?"
    assert limit_to_one("DELETE FROM t RETURNING a") == "DELETE FROM t RETURNING a"
