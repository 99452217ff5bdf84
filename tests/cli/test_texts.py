"""`limner read`: one answer for each line, whatever stands in it."""

import io
import json
import subprocess
import sys

import pytest

KEYS = ["language", "sentiment", "aspects", "topics", "keywords", "facts"]
ODD = {
    "an emoji": "😍😍",
    "one character": "x",
    "nothing": "",
    "blanks": "   \t ",
    "two languages": "iPhone的屏幕很棒",
    "markup": "<b>Great</b> sound<br>but &quot;flimsy&quot;",
    "control characters": "good\x00\x01\x1b[31m sound",
    "marks": "！！！？？？……",
    "a line end of another kind": "good\u2028bad\x85ugly",
    "zero width": "g\u200bood so\u200dund",
}


@pytest.fixture
def heard(limner, tmp_path):
    """Read lines from a file as JSON."""

    def run(lines, *options):
        (tmp_path / "texts.txt").write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
        outcome = limner("read", "texts.txt", "--json", *options)
        assert (outcome.code, outcome.err) == (0, "")
        return [json.loads(line) for line in outcome.out.split("\n")[:-1]]

    return run


def test_every_line_gives_an_object_with_the_same_keys_in_order(heard):
    lines = ["屏幕有点暗", "", "Great sound", "续航不行"]

    said = heard([*lines, ""])

    assert [list(one) for one in said] == [KEYS] * 4
    assert [one["language"] for one in said] == ["zh", "other", "en", "zh"]
    assert [one["sentiment"] > 0 for one in said] == [False, False, True, False]


def test_an_aspect_comes_with_its_polarity_and_its_words(heard):
    [said] = heard(["屏幕有点暗，但是便宜"])

    assert [(a["aspect"], a["polarity"] > 0, a["quote"]) for a in said["aspects"]] == [
        ("屏幕", False, "屏幕有点暗"),
        ("价格", True, "便宜"),
    ]
    assert list(said["aspects"][0]) == ["aspect", "polarity", "quote"]


def test_topics_are_those_of_the_labels_and_there_are_none_without(heard):
    [with_labels] = heard(["屏幕很好"], "--labels", "屏幕, 酒店")
    [without] = heard(["屏幕很好"])

    assert [topic["topic"] for topic in with_labels["topics"]] == ["屏幕", "酒店"]
    assert without["topics"] == []


@pytest.mark.parametrize("line", ODD.values(), ids=ODD)
def test_an_odd_line_is_read_beside_others(heard, line):
    said = heard(["好", line, "good"])

    assert [list(one) for one in said] == [KEYS] * 3
    assert all(-1 <= one["sentiment"] <= 1 for one in said)
    assert all(aspect["quote"] in line for aspect in said[1]["aspects"])


def test_a_lone_surrogate_is_read(heard):
    assert [one["language"] for one in heard(["很好\ud800用"])] == ["zh"]


def test_a_line_of_a_megabyte_is_read(heard):
    said = heard(["the battery is great " * 50_000, "ok"])

    assert len(said) == 2
    assert said[0]["sentiment"] > 0


def test_text_that_went_through_a_wrong_encoding_is_read_as_it_was_meant(heard):
    said = heard(["å±\x8få¹•å¾ˆå¥½", "灞忓箷寰堝ソ"])

    assert [one["aspects"][0]["quote"] for one in said] == ["屏幕很好", "屏幕很好"]


def test_an_empty_file_gives_nothing(limner, tmp_path):
    (tmp_path / "empty.txt").write_bytes(b"")

    assert limner("read", "empty.txt", "--json") == (0, "", "")


def test_standard_input_is_read(limner, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("便宜\r\n".encode())))

    outcome = limner("read", "-", "--json")

    assert json.loads(outcome.out)["aspects"][0]["aspect"] == "价格"


def test_an_answer_comes_before_the_pipe_ends():
    command = [sys.executable, "-m", "limner.cli", "read", "-", "--json"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        running.stdin.write("屏幕很好\n".encode())
        running.stdin.flush()
        answer = json.loads(running.stdout.readline())
        running.stdin.close()

    assert answer["aspects"][0]["aspect"] == "屏幕"


def test_people_read_it_in_their_language(limner, tmp_path):
    (tmp_path / "texts.txt").write_text("屏幕有点暗\n", encoding="utf-8")

    chinese = limner("read", "texts.txt", "--lang", "zh").out
    english = limner("read", "texts.txt").out

    assert "− 屏幕  “屏幕有点暗”" in chinese
    assert "差评" in chinese
    assert "blame" in english


def test_what_a_terminal_would_obey_is_not_printed(limner, tmp_path):
    (tmp_path / "texts.txt").write_text("good\x1b[31m\u202esound\r\n", encoding="utf-8")

    printed = limner("read", "texts.txt").out

    assert "\x1b" not in printed
    assert "\u202e" not in printed


@pytest.mark.parametrize("source", ["nowhere.txt", "."], ids=["missing", "folder"])
def test_what_is_no_file_is_refused_in_one_line(refused, source):
    assert f"{source}: cannot be read" in refused("read", source)


def test_the_words_of_a_workspace_weigh_keywords(limner, workspace, tmp_path):
    (tmp_path / "texts.txt").write_text("电池和屏幕和耳机\n", encoding="utf-8")

    outcome = limner("read", "texts.txt", "--json", "-w", workspace)

    assert outcome.code == 0
    assert set(json.loads(outcome.out)["keywords"]) == {"电池", "屏幕", "耳机"}


def test_facts_of_life_come_with_their_words(heard):
    [said] = heard(["我对花生过敏，我家猫也喜欢"])

    assert said["facts"] == [
        {
            "dimension": "demographic",
            "key": "allergy",
            "value": "花生",
            "polarity": 1.0,
            "quote": "我对花生过敏",
        },
        {"dimension": "demographic", "key": "pet", "value": "猫", "polarity": 1.0, "quote": "我家猫也喜欢"},
    ]


def test_people_read_facts_in_their_language(limner, tmp_path):
    (tmp_path / "texts.txt").write_text("I'm a nurse\n", encoding="utf-8")

    assert "职业: nurse" in limner("read", "texts.txt", "--lang", "zh").out
