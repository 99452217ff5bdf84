"""The few facts that matter for a question, as text for a language model or somebody at a desk."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from limner.dimensions.briefs import Told, write_brief
from limner.dimensions.claims import NOT
from limner.dimensions.relevance import Question, choose_facts, has_name, is_named, read_question
from limner.errors import InputError, LimnerError
from limner.records import Fact, Language, Profile, iso
from limner.studio.kept.correcting import read_corrections
from limner.text.token_bounds import bound_tokens

if TYPE_CHECKING:
    from limner.store.store import Store
    from limner.studio.kept.contents import ContentEncoder
    from limner.studio.portraits.painting import Painter

MOST_TOKENS = 300
"""The budget where nobody names one."""
_LARGEST_BUDGET = 100_000
_LONGEST_QUESTION = 2_000
_MOST_WORDS = 5
"""Words of a question that are looked for in titles of the catalogue."""
_MOST_THEMES = 20
_NEAR = 0.35
"""Cosine from which an encoder finds a fact near; below it nearness says nothing."""
_TELLING = 0.8
"""What the nearest of all counts, against 1 of a fact that the question names."""
_ENCODERS: "WeakKeyDictionary[Store, ContentEncoder | None]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Context:
    """What is worth telling of a user, within a budget."""

    user_id: str | int
    query: str
    text: str
    tokens: int
    """At most so many tokens, counted without a tokeniser: see `limner.text.token_bounds`."""
    max_tokens: int
    facts: tuple[Told, ...]
    as_of: int | None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner context --json``."""
        return {
            "user_id": self.user_id,
            "query": self.query,
            "text": self.text,
            "tokens": self.tokens,
            "max_tokens": self.max_tokens,
            "facts": [fact.to_dict() for fact in self.facts],
            "as_of": iso(self.as_of),
        }


def write_context(
    painter: "Painter", user_id: str | int, query: str, *, max_tokens: int, lang: Language
) -> Context:
    """Return the facts of a user that matter for a question, never over the budget.

    Raises:
        UnknownUserError: no such user.
        InputError: the budget is no whole number of at least 1, or the question is too long.
    """
    check_budget(max_tokens)
    if len(query) > _LONGEST_QUESTION:
        raise InputError(f"query: {len(query):,} characters; ask in at most {_LONGEST_QUESTION:,}")
    with painter.store.reading():
        profile = painter.paint(user_id, lang=lang)
        facts = _leave_out_forbidden(painter, profile)
        question = _read(painter, query, facts)
    chosen = choose_facts(facts, question)
    text, told = write_brief(chosen, str(profile.user_id), most_tokens=max_tokens, lang=lang)
    return Context(profile.user_id, query, text, bound_tokens(text), max_tokens, told, profile.as_of)


def _leave_out_forbidden(painter: "Painter", profile: Profile) -> list[Fact]:
    """Return facts without those that name in passing what somebody forbade to be said."""
    user_no = painter.find_person(profile.user_id).user_no
    made = read_corrections(painter.store, user_no)
    forbidden = [one.value.removeprefix(NOT) for one in made if one.verb == "forbid"]
    return [fact for fact in profile.facts if not any(has_name(fact.statement, name) for name in forbidden)]


def check_budget(max_tokens: int) -> None:
    """Refuse what is no budget.

    Raises:
        InputError: it is no whole number from 1 to 100,000.
    """
    if not 1 <= max_tokens <= _LARGEST_BUDGET or not float(max_tokens).is_integer():
        raise InputError(f"max_tokens must be a whole number from 1 to {_LARGEST_BUDGET:,}, got {max_tokens}")


def _read(painter: "Painter", query: str, facts: Sequence[Fact]) -> Question:
    """Return a question with what this workspace knows of its words."""
    question = read_question(query)
    if question.is_open:
        return question
    named = frozenset(painter.canonical(word) for word in question.words)
    return replace(
        question,
        words=question.words | named,
        themes={} if any(is_named(fact, question) for fact in facts) else _find_themes(painter, question),
        nearness=_compare(painter, query, facts),
    )


def _find_themes(painter: "Painter", question: Question) -> dict[str, float]:
    """Return categories and brands of the items whose titles have a word of the question, with their shares.

    A title has all kinds of words: what belongs to less than a tenth of those items is none of its themes.
    """
    words = sorted(question.words, key=lambda word: (-len(word.encode()), word))[:_MOST_WORDS]
    words = [word for word in words if len(word.encode()) > 2]
    if not words:
        return {}
    having = " OR ".join(["lower(i.title) LIKE ? ESCAPE '!'"] * len(words))
    marks = [f"%{_escape(word)}%" for word in words]
    found: dict[str, int] = {}
    for column, source in (
        ("c.category", "items i JOIN item_categories c USING (item_no)"),
        ("i.brand", "items i"),
    ):
        rows = painter.store.rows(
            f"SELECT {column}, count(*) FROM {source} WHERE {having} GROUP BY 1 ORDER BY 2 DESC LIMIT ?",
            *(*marks, _MOST_THEMES),
        )
        found |= {str(name): n for name, n in rows if name}
    whole = max(found.values(), default=1)
    return {name: n / whole for name, n in found.items() if n / whole >= 0.1}


def _escape(word: str) -> str:
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _compare(painter: "Painter", query: str, facts: Sequence[Fact]) -> dict[str, float]:
    """Return how near the workspace's encoder finds facts to the question; nothing where there is none."""
    named = [fact for fact in facts if fact.dimension in ("interest", "sentiment")]
    try:
        encoder = _open_encoder(painter) if named else None
        if encoder is None:
            return {}
        vectors = encoder.encode([query, *(str(fact.value).replace("_", " ") for fact in named)])
    except LimnerError:
        return {}
    cosines = vectors[1:] @ vectors[0]
    pairs = zip(named, cosines.tolist(), strict=True)
    return {fact.path: _TELLING * cosine for fact, cosine in pairs if cosine >= _NEAR}


def _open_encoder(painter: "Painter") -> "ContentEncoder | None":
    """Return the encoder of a workspace, opened once for as long as its store is open."""
    from limner.studio.kept.contents import load_encoder

    if painter.store not in _ENCODERS:
        _ENCODERS[painter.store] = load_encoder(painter.store, painter.meta)
    return _ENCODERS[painter.store]
