"""The catalogue of phrases: every one is said somewhere, and both languages say the same of it."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from limner.phrases import CATALOGUE, say

SOURCE = Path(__file__).resolve().parents[2] / "src" / "limner"
HAN = re.compile(r"[\u4e00-\u9fff]")


def list_placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def list_used() -> list[re.Pattern[str]]:
    """Return every text of the source as a pattern; what an f-string fills in may be any word."""
    patterns = []
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        keys = {id(key) for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(part.value) if isinstance(part, ast.Constant) else r"[\w -]+"
                    for part in node.values
                ]
                patterns.append(re.compile("".join(parts)))
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in keys:
                patterns.append(re.compile(re.escape(node.value)))
    return patterns


@pytest.fixture(scope="module")
def used():
    return [pattern for pattern in list_used() if pattern.pattern not in (r"[\w -]+", "")]


def test_every_phrase_is_said_somewhere(used):
    assert [phrase for phrase in CATALOGUE if not any(one.fullmatch(phrase) for one in used)] == []


def test_both_languages_have_the_same_placeholders():
    assert [
        phrase
        for phrase, (chinese, english) in CATALOGUE.items()
        if list_placeholders(chinese) != list_placeholders(english)
    ] == []


def test_each_language_keeps_to_its_letters():
    bare = {phrase: re.sub(r"\{[^}]*\}", "", chinese) for phrase, (chinese, _) in CATALOGUE.items()}

    assert [phrase for phrase, (_, english) in CATALOGUE.items() if HAN.search(english)] == []
    assert [phrase for phrase, chinese in bare.items() if re.search(r"[a-z]{3,}", chinese)] == []


def test_an_unknown_phrase_is_an_error():
    with pytest.raises(KeyError):
        say("no.such", "en")
