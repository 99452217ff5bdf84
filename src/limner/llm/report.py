"""What models were asked, what was believed, and what it cost: the numbers of ``limner llm report``."""

from dataclasses import asdict, dataclass
from typing import Any

from limner.llm.book import Book

MOST_USERS = 20
"""Users that are listed, those that took most tokens."""
_SUMS = "coalesce(sum(prompt_tokens), 0), coalesce(sum(answer_tokens), 0), coalesce(sum(cached_tokens), 0)"


@dataclass(frozen=True, slots=True)
class Report:
    """Everything in a book, summed."""

    users: int
    """Users whose texts were met."""
    texts: int
    raw_tokens: int
    """Of these texts, estimated."""
    accepted: int
    """Claims that were believed."""
    rejected: dict[str, int]
    """What was not believed or not answered, by reason, most first."""
    calls: int
    outcomes: dict[str, int]
    """Calls by what came of them: answered, malformed."""
    prompt_tokens: int
    answer_tokens: int
    cached_tokens: int
    cost: float
    tokens_by_user: dict[str, int]
    """The users that took most."""
    tokens_by_fact: dict[str, int]
    """By dimension/key; ``nothing``: parts of calls that gave no claim."""
    tokens_by_day: dict[str, int]

    @property
    def rejected_share(self) -> float:
        """Of all items, how many were not believed; 0 where there was none."""
        told = self.accepted + sum(self.rejected.values())
        return sum(self.rejected.values()) / told if told else 0.0

    @property
    def calls_per_1000_users(self) -> float:
        """Calls for a thousand users whose texts were met."""
        return 1000 * self.calls / self.users if self.users else 0.0

    @property
    def cached_share(self) -> float:
        """Of the prompt tokens, those a server still had."""
        return self.cached_tokens / self.prompt_tokens if self.prompt_tokens else 0.0

    @property
    def tokens_per_raw_token(self) -> float:
        """Tokens spent for each token of text; 0 where there is no text."""
        return (self.prompt_tokens + self.answer_tokens) / self.raw_tokens if self.raw_tokens else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self) | {
            "rejected_share": round(self.rejected_share, 4),
            "calls_per_1000_users": round(self.calls_per_1000_users, 1),
            "cached_share": round(self.cached_share, 4),
            "tokens_per_raw_token": round(self.tokens_per_raw_token, 4),
        }


def make_report(book: Book) -> Report:
    """Return the sums of a book."""
    ((users, texts, raw, accepted),) = book.rows(
        "SELECT count(DISTINCT user_id), count(*), coalesce(sum(raw_tokens), 0), coalesce(sum(accepted), 0) "
        "FROM texts"
    )
    ((prompt, answer, cached, cost),) = book.rows(f"SELECT {_SUMS}, coalesce(sum(cost), 0.0) FROM usage")
    outcomes = _count(book, "SELECT outcome, count(*) FROM calls GROUP BY 1 ORDER BY 2 DESC, 1")
    return Report(
        users=users,
        texts=texts,
        raw_tokens=raw,
        accepted=accepted,
        rejected=_count(book, "SELECT reason, count(*) FROM rejected GROUP BY 1 ORDER BY 2 DESC, 1"),
        calls=sum(outcomes.values()),
        outcomes=outcomes,
        prompt_tokens=prompt,
        answer_tokens=answer,
        cached_tokens=cached,
        cost=cost,
        tokens_by_user=_sum(book, "user_id", f"ORDER BY 2 DESC, 1 LIMIT {MOST_USERS}"),
        tokens_by_fact=_sum(book, "CASE fact WHEN '' THEN 'nothing' ELSE fact END", "ORDER BY 2 DESC, 1"),
        tokens_by_day=_sum(book, "day", "ORDER BY 1"),
    )


def _sum(book: Book, column: str, order: str) -> dict[str, int]:
    return _count(book, f"SELECT {column}, sum(prompt_tokens + answer_tokens) FROM usage GROUP BY 1 {order}")


def _count(book: Book, query: str) -> dict[str, int]:
    return {str(name): int(count) for name, count in book.rows(query)}
