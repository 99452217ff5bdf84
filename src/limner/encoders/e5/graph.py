"""Weights → an ONNX graph whose matrices are 8-bit integers. Bytes out, nothing is written.

What differs from the plain network, and why:

- Rows are quantised one by one, each with a scale of its own, so that a text's vector does not depend on the
  texts beside it (`DynamicQuantizeLinear` has one scale for a whole batch), and errors are a third as large.
- Biases that need not be added are not: that of the keys cancels in the softmax; that of the values passes
  through it, as its rows sum to 1; those in front of a layer norm's residual move into the norm before it.
- The embedding of tokens is outside: its rows are read from the weights in place (`E5Weights.embed`).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.encoders.e5.weights import E5Weights
from limner.extras import need

VERSION = 1
"""Goes up when the same weights would give another graph."""
MOST_LEVEL = 63
"""Largest 8-bit weight: with 127, pairs of products would overflow on processors without VNNI."""
_HIDDEN = -1e9
_OPSET, _IR = 20, 10
_FUSED = "com.microsoft"
Array = NDArray[Any]


def build_graph(weights: E5Weights) -> bytes:
    """Return a model: ``embedded`` float32 (texts, tokens, width), ``mask`` (texts, tokens) → ``pooled``.

    ``pooled`` is float32 (texts, width): the sum over the tokens that the mask holds 1 for.
    """
    graph = _Graph()
    _add_entry(graph, weights)
    state = "state"
    for number in range(weights.n_layers):
        state = _add_layer(graph, weights, number, state)
    graph.add("Reshape", [state, "shape"], "states")
    graph.add("Unsqueeze", ["mask", "one_axis"], "row_mask")
    graph.add("MatMul", ["row_mask", "states"], "sums")
    graph.add("Squeeze", ["sums", "one_axis"], "pooled")
    return graph.to_bytes(weights.width)


def _add_entry(graph: "_Graph", weights: E5Weights) -> None:
    """Add positions to the embedded tokens; make the shapes and constants that every layer uses."""
    width, heads = weights.width, weights.n_heads
    positions = weights.vector("emb.pos").reshape(-1, width) + weights.vector("emb.type")[:width]
    for name, values in {"first": [0], "one_axis": [1], "last_axis": [-1], "flat": [-1, width]}.items():
        graph.keep(name, np.array(values, np.int64))
    graph.keep("middle", np.uint8(128))
    graph.keep("unit", np.float32(1))
    graph.keep("step", np.float32(1 / 127))
    graph.add("Shape", ["embedded"], "shape")
    graph.add("Shape", ["embedded"], "n_tokens", start=1, end=2)
    graph.add("Shape", ["mask"], "sizes")
    graph.add("Concat", ["sizes", graph.keep("heads", np.array([heads, width // heads]))], "by_head", axis=0)
    graph.add("Sub", ["mask", "unit"], "absent")
    graph.add("Mul", ["absent", graph.keep("hidden", np.float32(-_HIDDEN))], "penalty")
    graph.add("Unsqueeze", ["penalty", graph.keep("two_axes", np.array([1, 2]))], "hiding")
    graph.add("Slice", [graph.keep("positions", positions), "first", "n_tokens", "first"], "places")
    graph.add("Add", ["embedded", "places"], "placed")
    graph.add("Reshape", ["placed", "flat"], "rows")
    graph.add("Shape", ["rows"], "n_rows", start=0, end=1)
    graph.add("Expand", ["middle", "n_rows"], "middles")
    shift = _attention_shift(weights, 0)
    _add_norm(graph, "rows", ("emb.ln", shift), "state", weights)


def _add_layer(graph: "_Graph", weights: E5Weights, number: int, state: str) -> str:
    """Add one layer; the state that comes in holds, added, the bias of this layer's attention."""
    at = f"l{number}."
    inner = weights.vector(f"{at}fo.b")
    context = _add_attention(graph, weights, at, state, _attention_shift(weights, number))
    graph.add("Add", [_add_product(graph, weights, at + "ao", context), state], at + "attended")
    _add_norm(graph, at + "attended", (at + "aln", inner), at + "middle", weights)
    _quantise(graph, at + "middle")
    opened = _add_product(graph, weights, at + "fi", at + "middle")
    bias = weights.vector(at + "fi.b") - _matrix(weights, at + "fi") @ inner
    graph.add("FastGelu", [opened, graph.keep(at + "fi.b", bias)], at + "bent", _FUSED)
    _quantise(graph, at + "bent")
    closed = _add_product(graph, weights, at + "fo", at + "bent")
    graph.add("Add", [closed, at + "middle"], at + "sum")
    last = number + 1 == weights.n_layers
    shift = np.zeros(weights.width, np.float32) if last else _attention_shift(weights, number + 1)
    _add_norm(graph, at + "sum", (at + "oln", shift), at + "state", weights)
    return at + "state"


def _add_attention(graph: "_Graph", weights: E5Weights, at: str, state: str, shift: Array) -> str:
    """Add the attention of all heads; return the name of the quantised context."""
    _quantise(graph, state)
    bias = weights.vector(at + "q.b") - _matrix(weights, at + "q") @ shift
    asked = _add_product(graph, weights, at + "q", state)
    graph.add("Add", [asked, graph.keep(at + "q.b", bias)], at + "asked")
    sources = {
        "q": (at + "asked", [0, 2, 1, 3]),
        "k": (_add_product(graph, weights, at + "k", state), [0, 2, 3, 1]),
        "v": (_add_product(graph, weights, at + "v", state), [0, 2, 1, 3]),
    }
    for part, (source, order) in sources.items():
        graph.add("Reshape", [source, "by_head"], at + part + ".parted")
        graph.add("Transpose", [at + part + ".parted"], at + part + ".heads", perm=order)
    scale = float((weights.width // weights.n_heads) ** -0.5)
    graph.add("FusedMatMul", [at + "q.heads", at + "k.heads"], at + "match", _FUSED, alpha=scale)
    graph.add("Add", [at + "match", "hiding"], at + "seen")
    graph.add("Softmax", [at + "seen"], at + "shares", axis=-1)
    graph.add("MatMul", [at + "shares", at + "v.heads"], at + "mixed")
    graph.add("Transpose", [at + "mixed"], at + "joined", perm=[0, 2, 1, 3])
    graph.add("Reshape", [at + "joined", "flat"], at + "context")
    _quantise(graph, at + "context")
    return at + "context"


def _quantise(graph: "_Graph", name: str) -> None:
    """Add ``name:q``, unsigned 8 bits around 128, and ``name:s``, the scale of each row as a column."""
    graph.add("ReduceMax", [name, "last_axis"], name + ":high")
    graph.add("ReduceMin", [name, "last_axis"], name + ":low")
    graph.add("Neg", [name + ":low"], name + ":deep")
    graph.add("Max", [name + ":high", name + ":deep"], name + ":far")
    graph.add("Mul", [name + ":far", "step"], name + ":s")
    graph.add("Squeeze", [name + ":s", "one_axis"], name + ":row")
    graph.add("QuantizeLinear", [name, name + ":row", "middles"], name + ":q", axis=0)


def _add_product(graph: "_Graph", weights: E5Weights, name: str, rows: str) -> str:
    """Add the product of quantised rows with a matrix; return its name. No bias is added."""
    matrix = _matrix(weights, name)
    scales = np.maximum(np.abs(matrix).max(axis=1), 1e-12) / MOST_LEVEL
    levels = np.rint(matrix / scales[:, None]).astype(np.int8)
    given = [
        rows + ":q",
        graph.keep(name + ":w", levels.T),
        "unit",
        graph.keep(name + ":c", scales),
        "middle",
    ]
    graph.add("MatMulIntegerToFloat", given, name + ":raw", _FUSED)
    graph.add("Mul", [name + ":raw", rows + ":s"], name + ":out")
    return name + ":out"


def _add_norm(graph: "_Graph", rows: str, norm: tuple[str, Array], out: str, weights: E5Weights) -> None:
    """Add a layer norm by its name, its bias moved by what stands beside the name."""
    name, shift = norm
    scale = graph.keep(name + ".w", weights.vector(name + ".w"))
    bias = graph.keep(name + ".b", weights.vector(name + ".b") + shift)
    graph.add("LayerNormalization", [rows, scale, bias], out, axis=-1, epsilon=weights.epsilon)


def _attention_shift(weights: E5Weights, number: int) -> Array:
    """Return the constant that a layer's attention leaves out, and its input holds instead.

    The input x is held as x + s. The values are then without (v.b − V s), which the softmax passes on and the
    output matrix O turns to O (v.b − V s): with the output's own bias that is s again, which is solved for.
    """
    at = f"l{number}."
    out, values = _matrix(weights, at + "ao"), _matrix(weights, at + "v")
    constant = weights.vector(at + "ao.b") + out @ weights.vector(at + "v.b")
    return np.linalg.solve(np.eye(len(out)) + out @ values, constant).astype(np.float32)


def _matrix(weights: E5Weights, name: str) -> NDArray[np.float32]:
    inputs = weights.width
    if name.endswith(".fo"):
        inputs = len(weights.vector(name.removesuffix("fo") + "fi.b"))
    return weights.matrix(name + ".w", inputs)


class _Graph:
    """Nodes and constants as they are added."""

    def __init__(self) -> None:
        self._onnx = need("onnx", "text")
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def keep(self, name: str, values: Any) -> str:
        array = np.ascontiguousarray(values) if np.ndim(values) else np.asarray(values)
        self._constants.append(self._onnx.numpy_helper.from_array(array, name))
        return name

    def add(self, operator: str, given: Sequence[str], out: str, domain: str = "", **options: Any) -> None:
        node = self._onnx.helper.make_node(operator, given, [out], domain=domain, **options)
        self._nodes.append(node)

    def to_bytes(self, width: int) -> bytes:
        helper, number = self._onnx.helper, self._onnx.TensorProto.FLOAT
        inputs = [
            helper.make_tensor_value_info("embedded", number, ["texts", "tokens", width]),
            helper.make_tensor_value_info("mask", number, ["texts", "tokens"]),
        ]
        outputs = [helper.make_tensor_value_info("pooled", number, ["texts", width])]
        graph = helper.make_graph(self._nodes, "e5", inputs, outputs, self._constants)
        imports = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
        return bytes(helper.make_model(graph, opset_imports=imports, ir_version=_IR).SerializeToString())
