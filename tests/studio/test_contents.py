import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from limner.encoders import cached
from limner.errors import EncoderError, SettingsError
from limner.settings import Settings, TextSettings
from limner.studio.kept import contents
from limner.studio.kept.contents import Shelf, choose_spec, load_encoder
from limner.studio.kept.spaces import load_space
from limner.studio.making import build
from limner.studio.studio import Studio

ITEMS = [
    {"item_id": "t1", "title": "two-person tent", "categories": ["camping"]},
    {"item_id": "t2", "title": "帐篷 双人", "categories": ["露营"]},
    {"item_id": "t3", "title": "sleeping bag for winter", "categories": ["camping"]},
    {"item_id": "b1", "title": "novel about space", "categories": ["books"]},
    {"item_id": "b2", "title": "科幻小说", "categories": ["图书"]},
    {"item_id": "b3", "title": "history of science", "categories": ["books"]},
]
EVENTS = [
    {"user_id": user, "item_id": item, "timestamp": f"2026-03-{day:02d}", "event": "view"}
    for day, (user, item) in enumerate(
        [(f"u{number}{kind}", f"{kind}{n}") for number in range(3) for kind in "tb" for n in (1, 2, 3)], 1
    )
]
NEW = {"item_id": "t9", "title": "tent pegs", "categories": ["camping"]}


@pytest.fixture(scope="module")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def cache(shared_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("LIMNER_CACHE", str(shared_cache))
    yield shared_cache
    Shelf._held.clear()
    Shelf._refused.clear()


def build_with(encoder: str, folder: Path, **options) -> Studio:
    settings = replace(Settings(), text=TextSettings(encoder=encoder))
    return build(events=EVENTS, items=ITEMS, workspace=folder, settings=settings, **options)


def place_of(studio: Studio, item_id: str) -> np.ndarray:
    (number,) = studio.store.one("SELECT item_no FROM items WHERE item_id = ?", item_id)
    return load_space(studio.store).semantic_in[number]


@pytest.mark.parametrize("encoder", ["hashing", "bundled"])
def test_a_new_item_finds_its_place_by_its_words(encoder: str, tmp_path: Path):
    studio = build_with(encoder, tmp_path / "ws")

    report = studio.ingest(items=[NEW])

    place = place_of(studio, "t9")
    assert report.unplaced == {}
    assert place @ place_of(studio, "t1") > place @ place_of(studio, "b3")


def test_the_encoder_is_named_beside_its_vectors(tmp_path: Path):
    meta = build_with("bundled", tmp_path / "ws").store.meta()

    assert meta["encoder"]["spec"] == "bundled"
    assert meta["encoder"]["name"].startswith("e5-small-")
    assert meta["encoder"]["arrays"] == ["directions", "mean"]


def test_an_item_whose_encoder_is_gone_is_in_and_counted(tmp_path: Path, monkeypatch):
    studio = build_with("bundled", tmp_path / "ws")

    def refuse(*args, **options):
        raise EncoderError("no longer there")

    monkeypatch.setattr(contents, "open_encoder", refuse)
    report = studio.ingest(items=[NEW], events=[{**EVENTS[0], "item_id": "t9"}])

    assert report.new_items == 1
    assert report.accepted["events"] == 1
    assert report.unplaced == {"no longer there": 1}
    assert not place_of(studio, "t9").any()


def test_an_encoder_that_failed_is_not_asked_again_at_once(monkeypatch):
    asked = []

    def refuse(spec, *, url):
        asked.append(spec)
        raise EncoderError("not there")

    monkeypatch.setattr(contents, "open_encoder", refuse)
    for _ in range(3):
        with pytest.raises(EncoderError, match="not there"):
            Shelf.take("endpoint:m", "http://127.0.0.1:9/v1")

    assert asked == ["endpoint:m"]


def test_another_model_under_the_same_name_is_noticed(tmp_path: Path):
    studio = build_with("bundled", tmp_path / "ws")
    meta = studio.store.meta()
    meta["encoder"]["name"] = "e5-small-000000000000-int8.1"

    with pytest.raises(
        EncoderError, match=r"was built with the encoder e5-small-0+-int8.1, .*; build it again"
    ):
        load_encoder(studio.store, meta)


def test_a_workspace_from_before_there_were_several_is_read(tmp_path: Path):
    studio = build_with("hashing", tmp_path / "ws")
    meta = studio.store.meta()

    encoder = load_encoder(studio.store, {"encoder": meta["encoder"]["arrays"]})

    assert encoder is not None
    assert encoder.encode(["tent"]).any()


def test_a_second_build_encodes_nothing_again(tmp_path: Path, monkeypatch):
    first = build_with("bundled", tmp_path / "one")
    monkeypatch.setattr("limner.encoders.e5.encoder.E5Encoder.encode", None)

    second = build_with("bundled", tmp_path / "two")

    np.testing.assert_array_equal(place_of(first, "b2"), place_of(second, "b2"))


def test_a_build_tells_how_many_texts_are_encoded(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(cached, "CHUNK_TEXTS", 4)
    monkeypatch.setenv("LIMNER_CACHE", str(tmp_path / "cache"))
    told: list[str] = []

    build_with("bundled", tmp_path / "ws", watch=told.append)

    assert [words for words in told if "/" in words] == ["vector 4/6", "vector 6/6"]


def test_a_folder_is_kept_by_its_whole_path(tmp_path: Path, monkeypatch):
    (tmp_path / "model").mkdir()
    monkeypatch.chdir(tmp_path)

    assert contents._make_absolute("onnx:model") == f"onnx:{tmp_path / 'model'}"
    assert contents._make_absolute("endpoint:model") == "endpoint:model"
    assert contents._make_absolute("sentence-transformers:org/name") == "sentence-transformers:org/name"


@pytest.mark.parametrize(
    ("spec", "n_items", "chosen"),
    [
        ("auto", contents.MOST_AUTO_ITEMS, "bundled"),
        ("auto", contents.MOST_AUTO_ITEMS + 1, "hashing"),
        ("bundled", contents.MOST_AUTO_ITEMS + 1, "bundled"),
    ],
)
def test_of_itself_the_slow_encoder_reads_small_catalogues_only(monkeypatch, spec, n_items, chosen):
    monkeypatch.delenv("LIMNER_ENCODER")

    assert choose_spec(TextSettings(encoder=spec), n_items) == chosen


def test_a_build_with_an_encoder_that_is_none_is_refused(tmp_path: Path):
    with pytest.raises(SettingsError, match=r"did you mean: bundled\?"):
        build_with("bundle", tmp_path / "ws")


def test_the_account_of_a_stream_says_what_stands_nowhere(tmp_path: Path, monkeypatch):
    from limner.studio.intake.feeding import feed_lines

    studio = build_with("bundled", tmp_path / "ws")
    monkeypatch.setattr(contents, "load_encoder", _raise_missing)

    *_, fed = feed_lines(studio, [json.dumps(NEW)], source="new")

    assert fed.to_dict()["unplaced"] == {"gone": 1}


def _raise_missing(store, meta):
    raise EncoderError("gone")
