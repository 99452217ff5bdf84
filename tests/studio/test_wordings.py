"""The settings of [text] reach a build, new rows and `limner read`, and read alike everywhere."""

import json

import pytest

from limner.errors import SettingsError
from limner.settings import Settings, TextSettings
from limner.studio.kept.wordings import load_wording
from limner.studio.making import build, build_files
from limner.studio.texts.reading_aloud import open_listener

TEXTS = [
    {"user_id": "ann", "text_id": "1", "text": "新买的小米手环很好", "timestamp": "2026-01-01T00:00:00Z"},
    {
        "user_id": "bob",
        "text_id": "2",
        "text": "a sound card from the shop",
        "timestamp": "2026-01-02T00:00:00Z",
    },
    {"user_id": "bob", "text_id": "3", "text": "電池的手環", "timestamp": "2026-01-03T00:00:00Z"},
]
WORDS = "# our words\n小米手环\nsound card\n云手环 5 n\n"


@pytest.fixture
def words_file(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text(WORDS, encoding="utf-8")
    return path


def settings_of(path) -> Settings:
    return Settings(text=TextSettings(user_words=(str(path),), stop_words=("shop",)))


def read_words(studio):
    return studio.store.rows("SELECT user_no, ts, word, weight FROM words ORDER BY 1, 2, 3")


def test_the_owners_words_are_keywords_of_a_build(words_file, tmp_path):
    studio = build(texts=TEXTS, workspace=tmp_path / "ws", settings=settings_of(words_file))
    words = {row[2] for row in read_words(studio)}

    assert {"小米手环", "sound card"} <= words
    assert "shop" not in words


def test_new_rows_are_read_as_the_build_did_when_the_file_is_gone(words_file, tmp_path):
    settings = settings_of(words_file)
    whole = build(texts=TEXTS, workspace=tmp_path / "whole", settings=settings)
    grown = build(texts=TEXTS[:1], workspace=tmp_path / "grown", settings=settings)
    words_file.unlink()
    grown.ingest(texts=TEXTS[1:])

    assert [row[:3] for row in read_words(grown)] == [row[:3] for row in read_words(whole)]


def test_two_workspaces_of_one_process_read_in_their_own_way(words_file, tmp_path):
    own = build(texts=TEXTS[:1], workspace=tmp_path / "own", settings=settings_of(words_file))
    plain = build(texts=TEXTS[:1], workspace=tmp_path / "plain")
    own.ingest(texts=TEXTS[1:])
    plain.ingest(texts=TEXTS[1:])

    assert "sound card" in {row[2] for row in read_words(own)}
    assert "sound card" not in {row[2] for row in read_words(plain)}


def test_texts_are_heard_as_their_workspace_reads(words_file, tmp_path):
    build(texts=TEXTS, workspace=tmp_path / "ws", settings=settings_of(words_file))
    words_file.unlink()

    listener = open_listener(Settings(), tmp_path, workspace=tmp_path / "ws")
    [heard] = listener.hear(["the shop sold a sound card"])

    assert "sound card" in heard.keywords
    assert "shop" not in heard.keywords


def test_traditional_characters_stay_where_the_settings_say(tmp_path):
    settings = Settings(text=TextSettings(simplify=False))
    studio = build(texts=TEXTS, workspace=tmp_path / "ws", settings=settings)
    words = {row[2] for row in read_words(studio)}

    assert "电池" not in words
    assert any("電" in word for word in words)


def test_a_missing_file_of_words_is_named_before_anything_is_built(tmp_path):
    with pytest.raises(SettingsError, match=r"nowhere\.txt: cannot be read .* text\.user_words"):
        build(texts=TEXTS, workspace=tmp_path / "ws", settings=settings_of("nowhere.txt"))
    assert not (tmp_path / "ws" / "workspace.json").exists()


def test_files_of_words_start_from_the_settings_file(words_file, tmp_path):
    table = tmp_path / "texts.jsonl"
    table.write_text("\n".join(json.dumps(row) for row in TEXTS), encoding="utf-8")
    settings = Settings(text=TextSettings(user_words=("words.txt",)))

    studio = build_files([table], workspace=tmp_path / "ws", settings=settings, base=tmp_path)

    assert "小米手环" in {row[2] for row in read_words(studio)}


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030"])
def test_dictionaries_of_usual_kinds_are_read(tmp_path, codec):
    (tmp_path / "words.txt").write_text(WORDS, encoding=codec)

    wording = load_wording(TextSettings(user_words=("words.txt",)), tmp_path)

    assert wording.user_words == ("sound card", "云手环", "小米手环")
