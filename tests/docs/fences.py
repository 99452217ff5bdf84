"""The fenced blocks of a Markdown page, and what stands in them."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
TOLD = [
    ROOT / name
    for name in (
        "README.md",
        "README.zh-CN.md",
        "docs/guide.md",
        "docs/texts.md",
        "docs/explaining.md",
        "docs/agents.md",
        "docs/audiences.md",
        "docs/sample-world.md",
    )
]
"""The pages whose every block is run."""
_SHELLS = ("bash", "console")


class Fence(NamedTuple):
    """One fenced block; ``line`` is that of its first line of text, from 1."""

    language: str
    text: str
    line: int
    end: int


def name_page(page: Path) -> str:
    """Return a page's name for a test's id."""
    return page.relative_to(ROOT).as_posix()


def read_fences(page: Path) -> list[Fence]:
    """Return the fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    found = re.finditer(r"^```(\w*)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    return [_fence(text, match) for match in found]


def _fence(text: str, match: re.Match[str]) -> Fence:
    line = text[: match.start()].count("\n") + 2
    return Fence(match[1], match[2], line, line + match[2].count("\n") + 1)


def read_commands(page: Path) -> list[list[str]]:
    """Return the command lines of a page, see `split_commands`."""
    return [words for fence in read_fences(page) for words in split_commands(fence)]


def split_commands(fence: Fence) -> list[list[str]]:
    """Return command lines as words: all lines of a bash block, those after ``$`` of a console block."""
    return [words for line in _lines(fence) if (words := shlex.split(line, comments=True))]


def pair_outputs(page: Path) -> Iterator[tuple[Fence, str | None]]:
    """Yield every block that can be run, with the text block right after it: what it prints."""
    fences = read_fences(page)
    for fence, after in zip(fences, [*fences[1:], None], strict=True):
        follows = after is not None and after.language == "text" and after.line - fence.end <= 3
        if fence.language in ("python", *_SHELLS):
            yield fence, after.text if after is not None and follows else None


def _lines(fence: Fence) -> list[str]:
    if fence.language not in _SHELLS:
        return []
    lines = fence.text.replace("\\\n", " ").splitlines()
    return [line[2:] for line in lines if line.startswith("$ ")] if fence.language == "console" else lines
