"""The page's modules, read as text: both languages say everything, and nothing turns text into markup."""

import re
from pathlib import Path

import pytest

import limner

PAGE = Path(limner.__file__).parent / "server" / "page"
MODULES = {path.name: path.read_text(encoding="utf-8") for path in sorted(PAGE.glob("*.js"))}
SAID = re.compile(r"""\bt\('([^']+)'""")


def read_phrases(name):
    return dict(re.findall(r"'([\w.-]+)': '((?:[^'\\]|\\.)*)'", MODULES[name]))


def test_both_languages_have_the_same_phrases_with_the_same_names_in_them():
    zh, en = read_phrases("words_zh.js"), read_phrases("words_en.js")
    assert zh.keys() == en.keys()
    names = re.compile(r"\{(\w+)\}")
    assert {key for key in en if set(names.findall(en[key])) != set(names.findall(zh[key]))} == set()


def test_every_phrase_that_is_said_is_in_the_book():
    said = {phrase for text in MODULES.values() for phrase in SAID.findall(text)}
    assert len(said) > 80
    assert said - read_phrases("words_en.js").keys() == set()


def test_all_modules_are_loaded_at_once():
    index = (PAGE / "index.html").read_text(encoding="utf-8")
    assert {name for name in MODULES if f'="{name}"' not in index} == set()
    assert "<script>" not in index and "style=" not in index and "//" not in re.sub(r"<!--.*?-->", "", index)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_short_and_only_ever_sets_text(name):
    forbidden = (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "DOMParser",
        "http:",
    )
    assert len(MODULES[name].splitlines()) <= 400
    told = MODULES[name].replace("http://www.w3.org/2000/svg", "")
    assert [word for word in forbidden if word in told] == []
