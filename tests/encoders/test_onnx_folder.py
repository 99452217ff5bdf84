from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

from limner.encoders.onnx_folder import OnnxFolderEncoder
from limner.errors import EncoderError

WORDS = {"[UNK]": 0, "good": 1, "bag": 2, "屏幕": 3, "a": 4}
TABLE = np.eye(5, 6, dtype=np.float32)


def write_folder(folder: Path, *, inputs: tuple[str, ...] = ("input_ids", "attention_mask")) -> Path:
    """Write a model that says of each token one row of TABLE."""
    folder.mkdir(exist_ok=True)
    tokenizer = Tokenizer(models.WordLevel(WORDS, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "table",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in inputs],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["texts", "tokens", 6])],
        [numpy_helper.from_array(TABLE, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.save(model, folder / "model.onnx")
    return folder


@pytest.mark.parametrize(
    "inputs",
    [
        ("input_ids",),
        ("input_ids", "attention_mask"),
        ("input_ids", "attention_mask", "token_type_ids", "position_ids"),
    ],
    ids=len,
)
def test_a_text_is_the_mean_of_its_tokens_and_padding_is_none(tmp_path: Path, inputs: tuple[str, ...]):
    encoder = OnnxFolderEncoder(write_folder(tmp_path / "model", inputs=inputs))

    vectors = encoder.encode(["good", "good good bag", "屏幕 a", ""])

    expected = [TABLE[1], (2 * TABLE[1] + TABLE[2]) / 5**0.5, (TABLE[3] + TABLE[4]) / 2**0.5, np.zeros(6)]
    assert encoder.dim == 6
    np.testing.assert_allclose(vectors, expected, atol=1e-6)


def test_odd_texts_have_finite_rows(tmp_path: Path):
    encoder = OnnxFolderEncoder(write_folder(tmp_path / "model"))

    vectors = encoder.encode(["\ud800", "\x00good", "a " * 500_000, "😀", "<b>"])

    assert np.isfinite(vectors).all()
    assert encoder.encode([]).shape == (0, 6)


def test_the_name_changes_with_the_weights(tmp_path: Path, monkeypatch):
    before = OnnxFolderEncoder(write_folder(tmp_path / "model")).name
    monkeypatch.setitem(WORDS, "more", 5)

    after = OnnxFolderEncoder(write_folder(tmp_path / "model")).name

    assert before.startswith("onnx-model-")
    assert before != after


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str):
    (write_folder(tmp_path / "model") / name).unlink()

    with pytest.raises(EncoderError, match=rf"{name} is missing; an onnx: folder holds"):
        OnnxFolderEncoder(tmp_path / "model")


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_broken_file_is_named(tmp_path: Path, name: str):
    (write_folder(tmp_path / "model") / name).write_text("{}")

    with pytest.raises(EncoderError, match=rf"{name} is no "):
        OnnxFolderEncoder(tmp_path / "model")


def test_a_model_of_something_else_is_refused(tmp_path: Path):
    folder = write_folder(tmp_path / "model", inputs=("input_ids", "pixel_values"))

    with pytest.raises(EncoderError, match="inputs pixel_values are not known"):
        OnnxFolderEncoder(folder)
