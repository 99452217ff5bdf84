"""`limner erase`: asks, erases, lists without names, lets in again."""

import io
import json
import shutil

import pytest


@pytest.fixture
def copied(workspace, tmp_path):
    return str(shutil.copytree(workspace, tmp_path / "ws"))


def test_a_user_is_erased_listed_without_a_name_and_let_in_again(limner, copied):
    receipt = json.loads(limner("erase", "u0003", "-w", copied, "--yes", "--json").out)
    listed = limner("erase", "--list", "-w", copied)
    gone = limner("show", "u0003", "-w", copied)
    allowed = limner("erase", "u0003", "--allow", "-w", copied)
    after = limner("erase", "--list", "-w", copied)

    assert list(receipt) == ["receipt", "user_id", "erased_at", "removed", "not_covered"]
    assert receipt["removed"]["events"] > 0
    assert "erased at" in listed.out
    assert "u0003" not in listed.out
    assert gone.code == 2
    assert "u0003: new rows are taken in again" in allowed.out
    assert after.out == "nobody was erased\n"


def test_without_a_user_it_says_what_to_name(limner, copied):
    outcome = limner("erase", "-w", copied)

    assert (outcome.code, outcome.err) == (2, "limner: erase: name a USER, or pass --list\n")


def test_without_a_yes_nobody_is_erased(limner, copied, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    outcome = limner("erase", "u0004", "-w", copied)

    assert outcome.code == 130
    assert limner("show", "u0004", "-w", copied).code == 0
