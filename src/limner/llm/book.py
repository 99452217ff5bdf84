"""Answers, rejections and tokens in one SQLite file, which survives rebuilds and is safe for many processes.

A call is booked in one transaction as soon as its answer is there, so a run that dies loses at most the
calls in flight, and the next one goes on behind them.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from limner.errors import WorkspaceError
from limner.llm.answers import Item
from limner.llm.chat import Reply
from limner.llm.claims import Claim, Rejected

PERSONA = "persona"
"""What the ledger calls the fact when a persona was written."""
MOST_TRIES = 3
"""Times that the same evidence is asked about when no answer can be read."""
_WAIT_MS = 30_000
_TABLES = """
CREATE TABLE IF NOT EXISTS answers (
    evidence TEXT PRIMARY KEY, model TEXT, items TEXT, tries INTEGER, asked INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS texts (
    user_id TEXT, text_id TEXT, raw_tokens INTEGER, evidence TEXT, accepted INTEGER,
    PRIMARY KEY (user_id, text_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rejected (
    user_id TEXT, text_id TEXT, reason TEXT, kind TEXT, value TEXT, start INTEGER, stop INTEGER, day TEXT);
CREATE INDEX IF NOT EXISTS rejected_text ON rejected (user_id, text_id);
CREATE TABLE IF NOT EXISTS usage (
    call_no INTEGER, day TEXT, user_id TEXT, fact TEXT, model TEXT,
    prompt_tokens INTEGER, answer_tokens INTEGER, cached_tokens INTEGER, cost REAL);
CREATE INDEX IF NOT EXISTS usage_user ON usage (user_id);
CREATE TABLE IF NOT EXISTS calls (
    call_no INTEGER PRIMARY KEY, day TEXT, model TEXT, outcome TEXT, estimated INTEGER,
    prompt_tokens INTEGER);
"""


@dataclass(frozen=True, slots=True)
class Portion:
    """What one user's part in a call took, and the facts it gave."""

    user_id: str
    facts: tuple[str, ...]
    """dimension/key of each claim; none where the call gave nothing about the user."""
    weight: float
    """Share of the call, in any unit."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a call took as a whole."""

    model: str
    prompt_tokens: int
    answer_tokens: int
    cached_tokens: int
    cost: float
    estimated: int
    """Tokens of the prompt, as they were estimated."""
    outcome: str
    """answered, or why not."""

    @classmethod
    def of(cls, model: str, reply: Reply, cost: float, estimated: int, outcome: str) -> Self:
        """Return what a reply took."""
        counted = reply.prompt_tokens, reply.answer_tokens, reply.cached_tokens
        return cls(model, *counted, cost, estimated, outcome)


class Book:
    """The file; use it as a context manager, and in one thread."""

    def __init__(self, path: Path | str) -> None:
        """Open the file, and make it where there is none.

        Raises:
            WorkspaceError: it cannot be opened or is no such file.
        """
        self.path = Path(path)
        try:
            self.connection = sqlite3.connect(self.path, timeout=_WAIT_MS / 1000, isolation_level=None)
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.executescript(_TABLES)
        except sqlite3.Error as error:
            raise _explain(self.path, error) from error

    def __enter__(self) -> Self:
        """Return the book."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def rows(self, query: str, *given: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        try:
            return self.connection.execute(query, given).fetchall()
        except sqlite3.Error as error:
            raise _explain(self.path, error) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection inside one transaction; others wait."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            with self.connection:
                yield self.connection
        except sqlite3.Error as error:
            raise _explain(self.path, error) from error

    def find_answer(self, evidence: str) -> tuple[Item, ...] | None:
        """Return the items that were answered to some evidence; None where it has to be asked about.

        Evidence to which no answer could be read `MOST_TRIES` times has none.
        """
        found = self.rows("SELECT items, tries FROM answers WHERE evidence = ?", evidence)
        if not found or (found[0][0] is None and found[0][1] < MOST_TRIES):
            return None
        return tuple(Item(*entry) for entry in json.loads(found[0][0] or "[]"))

    def keep_answers(
        self, answers: Iterable[tuple[str, Sequence[Item] | None]], model: str, now: int
    ) -> None:
        """Keep items by evidence; None: nothing could be read, which is counted."""
        with self.writing() as connection:
            connection.executemany(
                "INSERT INTO answers VALUES (?, ?, ?, 1, ?) ON CONFLICT (evidence) DO UPDATE "
                "SET items = coalesce(excluded.items, items), tries = tries + 1, asked = excluded.asked",
                [
                    (evidence, model, None if items is None else json.dumps(items, ensure_ascii=False), now)
                    for evidence, items in answers
                ],
            )

    def meet_texts(self, texts: Iterable[tuple[str, str, int]]) -> None:
        """Note that texts exist: (user, text, raw tokens); what users may cost depends on it."""
        with self.writing() as connection:
            connection.executemany(
                "INSERT INTO texts VALUES (?, ?, ?, NULL, 0) ON CONFLICT DO UPDATE "
                "SET raw_tokens = excluded.raw_tokens",
                texts,
            )

    def close_text(
        self,
        user_id: str,
        text_id: str,
        evidence: str,
        outcome: tuple[Sequence[Claim], Sequence[Rejected]],
        now: int,
    ) -> None:
        """Note what came of a text in place of what came of it before."""
        claims, rejected = outcome
        day = name_day(now)
        with self.writing() as connection:
            named = (user_id, text_id)
            connection.execute(
                "UPDATE texts SET evidence = ?, accepted = ? WHERE user_id = ? AND text_id = ?",
                (evidence, len(claims), *named),
            )
            connection.execute("DELETE FROM rejected WHERE user_id = ? AND text_id = ?", named)
            connection.executemany(
                "INSERT INTO rejected VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(*named, one.reason, one.kind, one.value, one.start, one.stop, day) for one in rejected],
            )

    def allowed(
        self, user_id: str, share: float, floor: int, new: Mapping[str, int] = MappingProxyType({})
    ) -> float:
        """Return the tokens that may still be spent on a user; `new` are raw tokens of texts not met yet."""
        met = self.rows("SELECT text_id, raw_tokens FROM texts WHERE user_id = ?", user_id)
        raw = sum((dict(met) | dict(new)).values())
        asked = "SELECT coalesce(sum(prompt_tokens + answer_tokens), 0) FROM usage WHERE user_id = ?"
        ((spent,),) = self.rows(asked, user_id)
        return float(max(floor, share * raw) - spent)

    def spend(self, spent: Spent, portions: Sequence[Portion], now: int) -> None:
        """Put a call into the ledger by user and fact; the sums are those the server counted."""
        day = name_day(now)
        with self.writing() as connection:
            cursor = connection.execute(
                "INSERT INTO calls (day, model, outcome, estimated, prompt_tokens) VALUES (?, ?, ?, ?, ?)",
                (day, spent.model, spent.outcome, spent.estimated, spent.prompt_tokens),
            )
            rows = [(portion.user_id, fact) for portion in portions for fact in portion.facts or ("",)]
            weights = [one.weight / max(1, len(one.facts)) for one in portions for _ in one.facts or ("",)]
            totals = (spent.prompt_tokens, spent.answer_tokens, spent.cached_tokens)
            split = zip(*(split_whole(total, weights) for total in totals), strict=True)
            costs = [spent.cost * weight / (sum(weights) or 1.0) for weight in weights]
            connection.executemany(
                "INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (cursor.lastrowid, day, *row, spent.model, *tokens, cost)
                    for row, tokens, cost in zip(rows, split, costs, strict=True)
                ],
            )


def split_whole(total: int, weights: Sequence[float]) -> list[int]:
    """Return whole numbers in proportion to weights that add up to the total.

    >>> split_whole(10, [1, 1, 1])
    [3, 4, 3]
    """
    whole = sum(weights) or 1.0
    parts: list[int] = []
    reached = 0.0
    for weight in weights:
        reached += total * weight / whole
        parts.append(round(reached) - sum(parts))
    return parts


def name_day(now: int) -> str:
    """Return the day of microseconds UTC, as 2026-01-31."""
    return datetime.fromtimestamp(now / 1e6, UTC).date().isoformat()


def _explain(path: Path, error: sqlite3.Error) -> WorkspaceError:
    return WorkspaceError(
        f"{path}: {error}; it keeps what models answered and cost: free it, mend its folder, or move it away "
        "to begin a new one"
    )
