"""`limner explain` and `limner correct`: what they print, and what they refuse."""

import json
import shutil

import pytest

EXPLAINED = [
    "user_id", "item_id", "title", "score", "rank", "rank_unseen", "n_items", "seen", "forbidden", "alpha",
    "beta", "base", "parts", "categories", "texts", "counterfactuals", "sum_of_parts", "note",
]  # fmt: skip
PART = ["kind", "key", "title", "semantic", "behaviour", "value", "share", "event_ids"]


@pytest.fixture
def own(workspace, tmp_path):
    """A copy of the sample world that may be written to."""
    shutil.copytree(workspace, tmp_path / "own")
    return tmp_path / "own"


def test_explain_prints_the_split_as_json(limner, workspace):
    found = json.loads(limner("explain", "u0007", "i0001", "-w", workspace, "--json").out)

    assert list(found) == EXPLAINED
    assert all(list(part) == PART for part in found["parts"])
    assert found["sum_of_parts"] == pytest.approx(found["score"], abs=1e-6)


def test_explain_prints_a_table_with_a_bar_for_each_part(limner, workspace):
    told = limner("explain", "u0007", "i0001", "-w", workspace, "--most", 3).out

    assert told.startswith("u0007 × ")
    assert "popularity and trend" in told
    assert "█" in told or "░" in told
    assert "without " in told


def test_explain_speaks_chinese(limner, workspace):
    told = limner("explain", "u0007", "i0001", "-w", workspace, "--lang", "zh").out

    assert "热度与趋势" in told
    assert "第 " in told


def test_an_unknown_item_is_one_line(refused, workspace):
    assert "no item 'i00001'" in refused("explain", "u0007", "i00001", "-w", workspace)


def test_a_correction_is_made_listed_and_undone(limner, own):
    fact = "interest/category=Camping"

    made = limner("correct", "u0007", fact, "--set", "liking=-1", "--note", "asked", "-w", own)
    listed = json.loads(limner("correct", "--list", "-w", own, "--json").out)
    undone = limner("correct", "u0007", fact, "--undo", "-w", own)

    assert made.out == f"u0007: set liking=-1 {fact}; undo with --undo\n"
    assert [(one["user_id"], one["fact"], one["liking"], one["note"]) for one in listed] == [
        ("u0007", fact, -1.0, "asked")
    ]
    assert undone.out == f"u0007: {fact} is as the rows say again\n"
    assert limner("correct", "--list", "u0007", "-w", own).out == "nothing was corrected\n"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("u0007", "interest/category=Camping"), "say one of forbid, pin, or set"),
        (("u0007", "interest/category=Camping", "--set", "liking"), "write it as NAME=VALUE"),
        (("u0007", "interest/category=Camping", "--set", "liking=7"), "a liking lies in -1..1"),
        (("u0007", "interest/category=Camping", "--undo", "--pin"), "leave --forbid, --pin and --set out"),
        (("u0007",), "name a USER and a FACT"),
        (("u0007", "interest/category=Campin", "--pin"), "has no fact 'interest/category=Campin'"),
    ],
    ids=["nothing", "no-value", "too-high", "undo-and-pin", "no-fact", "unknown-fact"],
)
def test_what_cannot_be_is_one_line(refused, workspace, options, said):
    assert said in refused("correct", *options, "-w", workspace)
