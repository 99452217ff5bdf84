"""Every block of the pages that teach is run."""

import contextlib
import doctest
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fences import (
    PAGES,
    ROOT,
    TOLD,
    name_page,
    pair_outputs,
    read_commands,
    read_fences,
    split_commands,
)

from limner.settings import parse_settings

TELLS = doctest.OutputChecker()
LENIENT = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
MAKE_TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
RUN_ELSEWHERE = ("make", "pip")
"""What sets a machine up is not run here; `make` targets and extras must exist."""


def run_python(page, fence, *, names, **_):
    """Return what a block prints; blank lines before it let a traceback name the line of the page."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile("\n" * (fence.line - 1) + fence.text, str(page), "exec"), names)
    return printed.getvalue()


def run_commands(page, fence, *, terminal, **_):
    """Return what the last command of a block prints."""
    commands = split_commands(fence)
    strangers = [words for words in commands if words[0] not in ("limner", *RUN_ELSEWHERE)]
    assert strangers == [], f"{page.name}: nobody runs this"
    return [terminal.run(words) for words in commands][-1]


RUNNERS = {"python": run_python, "bash": run_commands, "console": run_commands}


@pytest.mark.parametrize("page", TOLD, ids=name_page)
def test_every_block_of_a_page_runs_in_order_and_prints_what_it_says(page, terminal, monkeypatch):
    monkeypatch.chdir(terminal.folder)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    names = {"__name__": "__main__"}
    for fence, expected in pair_outputs(page):
        got = RUNNERS[fence.language](page, fence, names=names, terminal=terminal)
        wanted = got if expected is None else expected
        said = f"{page.name}, line {fence.end + 2}: it prints\n{got}"
        assert TELLS.check_output(wanted, got, LENIENT), said


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_settings_that_a_page_shows_are_understood(page):
    shown = [fence.text for fence in read_fences(page) if fence.language == "toml"]

    assert [text for text in shown if not parse_settings(text, where=page.name)] == []


def make_lines():
    return [words for page in PAGES for words in read_commands(page) if words[0] == "make"]


def test_make_targets_exist():
    targets = {word for words in make_lines() for word in words[1:] if "=" not in word}

    assert targets <= MAKE_TARGETS


def test_extras_that_pages_name_exist():
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("optional-dependencies]")[2]
    named = {
        extra for group in re.findall(r"(?:limner|\.)\[([\w,]+)\]'", pages) for extra in group.split(",")
    }

    assert named <= set(re.findall(r"^(\w+) = \[", declared, re.MULTILINE))


@pytest.mark.parametrize(
    ("page", "command"),
    [
        ("README.md", ["limner", "demo"]),
        ("README.zh-CN.md", ["limner", "show", "u0069", "-w", ".limner-demo", "--lang", "zh"]),
    ],
    ids=["english", "chinese"],
)
def test_the_portrait_on_the_first_screen_is_what_is_printed(page, command, terminal):
    terminal.run(["limner", "demo"])
    excerpt = next(fence for fence in read_fences(ROOT / page) if fence.language == "text")
    printed, place = squeeze(terminal.run(command)), 0
    for line in excerpt.text.splitlines():
        place = printed.find(squeeze(line), max(place, 0))
        assert place >= 0, f"{page}: `{' '.join(command)}` does not print this, or not in this place: {line}"


def squeeze(text):
    """Return a text without white space, since long lines are wrapped on a page."""
    return "".join(text.split())


def run_generate(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(folder / "generate.py"), *options], capture_output=True, text=True, check=False
    )


def test_generated_pages_are_what_the_code_says():
    found = run_generate(ROOT / "docs", "--check")

    assert (found.returncode, found.stderr) == (0, "")


def test_a_stale_page_is_named_in_one_line(tmp_path):
    script = (ROOT / "docs" / "generate.py").read_text(encoding="utf-8")
    (tmp_path / "generate.py").write_text(script, encoding="utf-8")
    run_generate(tmp_path)
    (tmp_path / "cli.md").write_text("old", encoding="utf-8")

    found = run_generate(tmp_path, "--check")

    assert found.returncode == 1
    assert found.stderr == "docs/cli.md: not what the code says; run: python docs/generate.py\n"
