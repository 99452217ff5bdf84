"""The annotated reviews of the benchmarks hold hashes and offsets, never a text."""

import json
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks" / "annotations"
KEYS = {"aspect", "polarity", "start", "end", "implied", "overall", "factual"}


def _rows(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(("name", "texts"), [("aspects.jsonl", 200), ("aspects_dev.jsonl", 150)])
def test_every_review_is_a_hash_with_spans(name: str, texts: int) -> None:
    rows = _rows(name)
    assert len({row["sha256"] for row in rows}) == texts
    assert all(set(row) == {"set", "sha256", "language", "opinions"} for row in rows)
    assert all(re.fullmatch("[0-9a-f]{64}", str(row["sha256"])) for row in rows)


@pytest.mark.parametrize("name", ["aspects.jsonl", "aspects_dev.jsonl"])
def test_every_opinion_has_a_sign_and_a_stretch(name: str) -> None:
    opinions = [opinion for row in _rows(name) for opinion in row["opinions"]]  # type: ignore[attr-defined]
    assert all(set(opinion) <= KEYS and opinion["polarity"] in ("+", "-") for opinion in opinions)
    assert all(0 <= opinion["start"] < opinion["end"] for opinion in opinions)


def test_no_review_is_in_both_files() -> None:
    test, dev = ({row["sha256"] for row in _rows(name)} for name in ("aspects.jsonl", "aspects_dev.jsonl"))
    assert not test & dev
