"""Items for users with the reasons that scored them, and users who are alike, with what they share."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from limner.dimensions.interest import weigh_interest
from limner.fusion.corrections import CorrectedScorer, Pull, correct_history, correct_rows
from limner.fusion.space import Part, Space, normalise
from limner.ledger.cells import Cell
from limner.phrases import say
from limner.recommend.history import History
from limner.recommend.interactions import Reals
from limner.recommend.limner import SpaceScorer
from limner.recommend.ranking import Scorer, recommend
from limner.records import Language, Vector
from limner.studio.correcting import read_corrected, read_corrections, read_pulls
from limner.studio.painting import Painter, Person
from limner.studio.sides import attach_all, attach_one
from limner.studio.spaces import history_of, read_sums

_MOST_NAMED = 2
_MOST_SHARED = 3
_LENT = 0.2
"""Share of what is personal that friends and attributes must add to be named."""
_PERSONAL = 0.25
"""What past items must add, against the popularity of an item, to be named as a reason."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One recommended item."""

    user_id: str | int
    item_id: str | int
    title: str | None
    score: float
    rank: int
    """1 is best."""
    reasons: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner recommend --json``."""
        return {
            "item_id": self.item_id,
            "title": self.title,
            "score": round(self.score, 6),
            "rank": self.rank,
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True, slots=True)
class Alike:
    """One user who is alike, and in what."""

    user_id: str | int
    similarity: float
    """Cosine of the two vectors, −1..1."""
    shared: tuple[str, ...]
    """Categories that both turn to more than others do."""
    statement: str

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner similar --json``."""
        return {
            "user_id": self.user_id,
            "similarity": round(self.similarity, 6),
            "shared": list(self.shared),
            "statement": self.statement,
        }


class Adviser:
    """Recommends from one open store; holds the space, which is loaded once."""

    def __init__(self, painter: Painter) -> None:
        """Use a painter's store and settings."""
        self.painter = painter
        self.store = painter.store

    @property
    def space(self) -> Space:
        """The whole space, with the items of now."""
        return self.painter.space()

    def pulls(self, person: Person) -> tuple[Pull, ...]:
        """Return what a user's corrections do in the space."""
        return read_pulls(self.store, person.user_no)

    def history(self, person: Person) -> History:
        """Return one user's item sums, read now, as corrected."""
        return correct_history(self.bare_history(person), self.pulls(person))

    def bare_history(self, person: Person) -> History:
        """Return one user's item sums, read now, as if nothing was corrected."""
        rows = self.store.rows(
            "SELECT i.item_no, c.n, c.recent, c.lasting FROM cells c JOIN items i ON i.item_id = c.key "
            "WHERE c.user_no = ? AND c.signal = 'item'",
            person.user_no,
        )
        moment = self.painter.as_of
        factors = self.painter.factors(moment)
        history = history_of(read_sums(rows, factors), n_items=self.space.n_items, at_us=moment)
        if not self.space.terms.are_learnt:
            return history
        return attach_one(self.store, history, person.user_no, self.space.recipe, factors)

    def recommend(
        self, person: Person, *, k: int, lang: Language, exclude_seen: bool = True, reasons: bool = True
    ) -> list[Recommendation]:
        """Return the best k items of a user, fewer when fewer are left."""
        with self.store.reading():
            self.painter.refresh()
            return self._recommend(person, (k, exclude_seen, reasons), lang)

    def _recommend(
        self, person: Person, asked: tuple[int, bool, bool], lang: Language
    ) -> list[Recommendation]:
        k, exclude_seen, reasons = asked
        history = self.history(person)
        ranking = recommend(self._scorer(person), history, k=k, exclude_seen=exclude_seen)
        themes = self._themes(person) if reasons else {}
        chosen = [
            (int(item), float(score)) for item, score in zip(ranking.items[0], ranking.scores[0], strict=True)
        ]
        found = []
        for rank, (item, score) in enumerate((pair for pair in chosen if pair[0] >= 0), start=1):
            item_id, title, categories = self._item(item)
            said = (
                self._reasons(history, item, [c for c in categories if c in themes], lang) if reasons else ()
            )
            found.append(
                Recommendation(
                    self.painter.outside_id("user_id", person.user_id),
                    self.painter.outside_id("item_id", item_id),
                    title,
                    score,
                    rank,
                    said,
                )
            )
        return found

    def _scorer(self, person: Person) -> Scorer:
        pulls = self.pulls(person)
        return CorrectedScorer(self.space, pulls) if pulls else SpaceScorer(self.space)

    def everyone(self) -> History:
        """Return the item sums of all users, by user number, read now."""
        from limner.studio.learning import read_history

        moment = self.painter.as_of
        factors = self.painter.factors(moment)
        history = read_history(self.store, n_items=self.space.n_items, at_us=moment, factors=factors)
        corrected = {number: read_pulls(self.store, number) for number in read_corrected(self.store)}
        return attach_all(self.store, correct_rows(history, corrected), self.space.recipe)

    def vectors(self) -> tuple[list[str | int], Vector]:
        """Return all user ids and their L2-normalised vectors, float32 (n_users, dim)."""
        with self.store.reading():
            self.painter.refresh()
            everyone, (numbers, user_ids) = self.everyone(), self._users()
            outside = [self.painter.outside_id("user_id", user_id) for user_id in user_ids]
            return outside, normalise(self.space.vectors(everyone))[numbers]

    def _users(self) -> tuple[list[int], list[str]]:
        """Return the numbers and ids of all users; one who was merged into another is no user."""
        rows = self.store.rows(
            "SELECT user_no, user_id FROM users WHERE user_no NOT IN (SELECT user_no FROM merged) "
            "ORDER BY user_no"
        )
        return [row[0] for row in rows], [row[1] for row in rows]

    def gates(self) -> tuple[Reals, Reals]:
        """Return α and β of all users, float64 (n_users,) each."""
        with self.store.reading():
            self.painter.refresh()
            return self.space.gates(self.everyone().known()[self._users()[0]])

    def similar(self, person: Person, *, k: int, lang: Language) -> list[Alike]:
        """Return the k users nearest in the space, nearest first; none for a user nothing is known of."""
        with self.store.reading():
            self.painter.refresh()
            return self._similar(person, k, lang)

    def _similar(self, person: Person, k: int, lang: Language) -> list[Alike]:
        user_ids, vectors = self.vectors()
        numbers = self._users()[0]
        place = numbers.index(person.user_no)
        own = vectors[place]
        if not own.any():
            return []
        nearness = vectors @ own
        nearness[place] = -np.inf
        best = np.argsort(-nearness, kind="stable")[: min(k, len(user_ids) - 1)]
        themes = self._themes(person)
        return [self._alike(numbers[one], float(nearness[one]), themes, lang) for one in best]

    def _alike(self, user_no: int, similarity: float, themes: dict[str, float], lang: Language) -> Alike:
        row = self.store.one("SELECT user_id FROM users WHERE user_no = ?", user_no) or ("",)
        other = self._themes(Person(user_no, row[0], {}, {}))
        common = sorted(
            themes.keys() & other.keys(), key=lambda name: (-min(themes[name], other[name]), name)
        )
        shared = tuple(common[:_MOST_SHARED])
        named = say("and", lang).join(shared)
        statement = say("reason.similar", lang, themes=named) if shared else ""
        return Alike(self.painter.outside_id("user_id", row[0]), similarity, shared, statement)

    def _item(self, number: int) -> tuple[str, str | None, list[str]]:
        row = self.store.one("SELECT item_id, title, categories FROM items WHERE item_no = ?", number)
        item_id, title, categories = row or ("", None, "[]")
        return item_id, title, json.loads(categories or "[]")

    def _reasons(self, history: History, item: int, themes: Sequence[str], lang: Language) -> tuple[str, ...]:
        """Return the largest parts of a score in words: past items, interests, popularity."""
        parts = self.space.split(history, item)
        pulls = parts.semantic + parts.behaviour
        others = sorted((part for part in parts.others if part.value > 0), key=lambda part: -part.value)
        lent = sum(part.value for part in others)
        personal = float(pulls[pulls > 0].sum()) + lent
        strongest = np.argsort(-pulls, kind="stable")[:_MOST_NAMED]
        said = []
        for place in strongest:
            if pulls[place] > 0 and personal > _PERSONAL * parts.base:
                item_id, title, _ = self._item(int(parts.items[place]))
                said.append(say("reason.item", lang, title=title or item_id))
        if others and lent > _LENT * personal:
            said.append(self._thank(others[0], lang))
        if themes:
            said.append(say("reason.facts", lang, themes=say("and", lang).join(themes[:_MOST_SHARED])))
        if parts.base > max(personal, 0.0):
            said.append(say("reason.popular", lang))
        return tuple(said) or (say("reason.popular", lang),)

    def _thank(self, part: Part, lang: Language) -> str:
        """Return in words what a friend or a declared attribute adds."""
        if part.kind == "friend":
            return say("reason.friend", lang, friend=self.painter.outside_id("user_id", part.key))
        return say("reason.attribute", lang, attribute=part.key)

    def _themes(self, person: Person) -> dict[str, float]:
        """Return the categories a user turns to more than others do, with how telling each is."""
        cells = self.store.cells_of(person.user_no)
        whole = sum(cell.lasting for cell in cells.get("activity", {}).values())
        if whole <= 0:
            return {}
        weights = {}
        for key, cell in cells.get("category", {}).items():
            share, usual = self._share(cell, whole), self.painter.usual("category", key)
            if share > usual and (cell.mean_liking or 0.0) > -0.15:
                weights[key] = weigh_interest(share, usual)
        for correction in read_corrections(self.store, person.user_no):
            if (correction.dimension, correction.key) == ("interest", "category"):
                weights.pop(correction.value, None)
                if correction.verb != "forbid" and (correction.liking is None or correction.liking > 0):
                    weights[correction.value] = np.inf
        return dict(sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))[:10])

    @staticmethod
    def _share(cell: Cell, whole: float) -> float:
        return min(1.0, cell.lasting / whole)
