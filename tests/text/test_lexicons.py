import re
from collections import Counter
from importlib.resources import files

import pytest

from limner.text.lexicons import load_emoji, load_lexicon

LANGUAGES = ["zh", "en"]


def _words(name: str) -> list[str]:
    text = files("limner.text").joinpath("lexicons", name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and line[0] not in "#["]
    return [word for line in lines for word in line.split()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_opinion_words_are_many(language: str) -> None:
    entries = load_lexicon(language).entries.values()
    assert sum(entry.strength != 0 for entry in entries) >= 1_200


@pytest.mark.parametrize("language", LANGUAGES)
def test_aspects_are_about_sixty(language: str) -> None:
    aspects = {entry.aspect for entry in load_lexicon(language).entries.values()} - {""}
    assert 50 <= len(aspects) <= 90


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_opinion_word_is_listed_once(language: str) -> None:
    counts = Counter(_words(f"opinions.{language}.txt"))
    assert [word for word, n in counts.items() if n > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_that_implies_an_aspect_is_an_opinion(language: str) -> None:
    entries = load_lexicon(language).entries
    assert [
        word for word, entry in entries.items() if entry.implies and not (entry.strength or entry.fits)
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_strengths_and_factors_lie_in_range(language: str) -> None:
    entries = load_lexicon(language).entries.values()
    assert all(-1 <= entry.strength <= 1 and 0 < entry.factor <= 2 for entry in entries)


@pytest.mark.parametrize("language", LANGUAGES)
def test_roles_are_those_that_are_read(language: str) -> None:
    roles = {entry.role for entry in load_lexicon(language).entries.values()}
    known = {
        "past",
        "present",
        "wish",
        "",
        "negation",
        "intensifier",
        "diminisher",
        "concession",
        "conditional",
        "question",
    }
    assert roles - {"adverb", "rhetorical"} == known


def test_the_lists_are_lower_case_as_texts_are_after_normalisation() -> None:
    assert [word for word in load_lexicon("en").entries if word != word.lower()] == []


def test_chinese_lists_hold_no_traditional_or_full_width_form() -> None:
    from limner.text import normalise

    assert [word for word in load_lexicon("zh").entries if word != normalise(word)] == []


def test_emoji_and_emoticons_are_shared_by_all_languages() -> None:
    assert load_emoji()["👍"] > 0 > load_emoji()["😡"]
    assert load_lexicon("other").entries == {}


def test_traditional_characters_are_paired_with_one_simplified_form() -> None:
    pairs = _words("traditional.txt")
    assert all(re.fullmatch(r"\w\w", pair) and pair[0] != pair[1] for pair in pairs)
    assert len({pair[0] for pair in pairs}) == len(pairs)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_grammar_word_does_one_thing(language: str) -> None:
    text = files("limner.text").joinpath("lexicons", f"grammar.{language}.txt").read_text(encoding="utf-8")
    text = re.sub(r"\n\[overall\]\n[^\[]*", "\n", text)
    lines = [line for line in text.splitlines() if line and line[0] not in "#["]
    counts = Counter(word for line in lines for word in line.split())
    assert [word for word, n in counts.items() if n > 1] == []


def test_a_modifier_and_a_word_listed_as_one_imply_what_the_word_implies() -> None:
    entries = load_lexicon("zh").entries
    assert entries["超难吃"].implies == entries["难吃"].implies == "味道"
    assert entries["演技在线"].implies == "演技"
