"""Pages point at what exists, and say it as the project spells it."""

import re

import pytest
from fences import PAGES, ROOT, name_page

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PATH_SPAN = re.compile(r"`((?:src|docs|tests|benchmarks)/[\w./-]+)`")
ABSOLUTE = re.compile(r"(?<![\w.~])/(?:home|root|tmp|work|Users|opt|mnt)/\S*")
AMERICAN = re.compile(
    r"\b(?:behavior\w*|color\w*|favorite\w*|analyz\w+|normaliz\w+|personaliz\w+|optimiz\w+|recogniz\w+|"
    r"summariz\w+|initializ\w+|catalog|neighbor\w*|modeling|labeled|licensed under a license)\b",
    re.IGNORECASE,
)


def slugs(text):
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    plain = (re.sub(r"[^\w\s-]", "", heading.lower()) for heading in headings)
    return {re.sub(r"\s", "-", heading.strip()) for heading in plain}


def without_fences(text):
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_links_lead_to_a_file_and_a_heading_that_exist(page):
    targets = [link.partition("#") for link in LINK.findall(without_fences(page.read_text(encoding="utf-8")))]
    inside = [(path, anchor) for path, _, anchor in targets if "://" not in path]

    missing = [path for path, _ in inside if path and not (page.parent / path).exists()]
    assert missing == []
    anchored = [(page.parent / path if path else page, anchor) for path, anchor in inside if anchor]
    assert [a for file, a in anchored if a not in slugs(file.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_files_that_a_page_names_exist(page):
    named = PATH_SPAN.findall(page.read_text(encoding="utf-8"))

    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_pages_hold_no_absolute_path_and_no_american_spelling(page):
    text = page.read_text(encoding="utf-8")

    assert ABSOLUTE.findall(text) == []
    assert AMERICAN.findall(without_fences(text)) == []


def test_both_readmes_have_the_same_sections():
    counts = [
        len(re.findall(r"^## ", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE))
        for name in ("README.md", "README.zh-CN.md")
    ]

    assert counts[0] == counts[1] > 5


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_measured_numbers_in_a_readme_stand_in_the_benchmarks(name):
    table_rows = re.findall(r"^\|.*$", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    numbers = {number for row in table_rows for number in re.findall(r"[+-]?\d\.\d{4}\b", row)}
    measured = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")

    assert len(numbers) > 20
    assert [number for number in numbers if number not in measured] == []
