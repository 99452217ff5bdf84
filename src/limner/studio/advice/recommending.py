"""Items for users with the reasons that scored them, and users who are alike, with what they share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.dimensions.interest import weigh_interest
from limner.fusion.corrections import CorrectedScorer, Pull, correct_history, correct_rows
from limner.fusion.pulls import pull_items
from limner.fusion.space import Part, Space, normalise
from limner.ledger.cells import Cell
from limner.phrases import say
from limner.recommend.choosing import Choice, choose_items
from limner.recommend.history import History
from limner.recommend.interactions import Reals
from limner.recommend.limner import SpaceScorer
from limner.recommend.ranking import Scorer
from limner.recommend.wishes import Wishes, read_wishes
from limner.records import Language, UserVector, Vector
from limner.studio.advice.baselines import Baselines
from limner.studio.advice.crowd import Crowd, draw_vectors
from limner.studio.advice.shelves import Shelves
from limner.studio.kept.correcting import read_corrected, read_corrections, read_pulls
from limner.studio.kept.sides import attach_all, attach_one
from limner.studio.kept.spaces import history_of, read_sums
from limner.studio.portraits.painting import Painter, Person

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
    plain_rank: int | None = None
    """Where it would stand by score alone; None where that is its rank."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner recommend --json``."""
        return {
            "item_id": self.item_id,
            "title": self.title,
            "score": round(self.score, 6),
            "rank": self.rank,
            "reasons": list(self.reasons),
        } | ({} if self.plain_rank is None else {"plain_rank": self.plain_rank})


class Recommendations(list[Recommendation]):
    """A user's list, best first, and a note where it is empty or holds what is popular."""

    def __init__(self, rows: Iterable[Recommendation] = (), note: str = "") -> None:
        """Keep the rows and the note."""
        super().__init__(rows)
        self.note = note


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

    def __init__(self, painter: Painter, crowd: Crowd | None = None) -> None:
        """Use a painter's store and settings."""
        self.painter = painter
        self.crowd = crowd or Crowd()
        self.store = painter.store
        self.shelves = Shelves(painter.store)
        self.baselines = Baselines(self)

    def beside(self) -> "Adviser":
        """Return an adviser with a connection of its own, for another thread; both hold the space once."""
        return Adviser(Painter(self.store.beside(), self.painter), self.crowd)

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
        self,
        person: Person,
        *,
        k: int,
        lang: Language,
        exclude_seen: bool = True,
        reasons: bool = True,
        wishes: Wishes | None = None,
        model: str = "",
    ) -> Recommendations:
        """Return the best k items of a user, fewer when fewer are left, as the wishes want them.

        ``wishes`` are the settings' when there are none; ``model`` names another model than Limner's.
        """
        with self.store.reading():
            self.painter.refresh()
            history = self.history(person)
            wanted = read_wishes(self.painter.settings.recommend) if wishes is None else wishes
            if model in ("", "limner"):
                scorer: Scorer = self._scorer(person)
            else:
                scorer = self.baselines.fit(model, known=len(history.items) > 0)
            needed = wanted.filters or wanted.moves
            choice = choose_items(
                scorer.score(history)[0],
                history,
                k=k,
                wishes=wanted,
                shelf=self.shelves.read(popularity=wanted.less_popular > 0) if needed else None,
                places=self.space.item_out,
                exclude_seen=exclude_seen,
            )
            own = model in ("", "limner") or not len(history.items)
            said = self._reasons(person, history, choice.items, lang) if reasons and own else None
            return self._present(person, choice, said)

    def _present(
        self, person: Person, choice: Choice, reasons: Sequence[tuple[str, ...]] | None
    ) -> Recommendations:
        items = choice.items.tolist()
        known = self.shelves.find(items)
        told = reasons or [()] * len(items)
        rows = zip(items, choice.scores.tolist(), choice.plain_ranks.tolist(), told, strict=True)
        found = [
            Recommendation(
                self.painter.outside_id("user_id", person.user_id),
                self.painter.outside_id("item_id", known[item].item_id),
                known[item].title,
                score,
                rank,
                said,
                plain_rank if plain_rank != rank else None,
            )
            for rank, (item, score, plain_rank, said) in enumerate(rows, start=1)
        ]
        return Recommendations(found, choice.note)

    def _scorer(self, person: Person) -> Scorer:
        pulls = self.pulls(person)
        return CorrectedScorer(self.space, pulls) if pulls else SpaceScorer(self.space)

    def everyone(self) -> History:
        """Return the item sums of all users, by user number, read now."""
        history = self.painter.everyone()
        corrected = {number: read_pulls(self.store, number) for number in read_corrected(self.store)}
        return attach_all(self.store, correct_rows(history, corrected), self.space.recipe)

    def vectors(self) -> tuple[list[str | int], Vector]:
        """Return all user ids and their L2-normalised vectors, float32 (n_users, dim)."""
        with self.store.reading():
            self.painter.refresh()
            everyone, (numbers, user_ids) = self.everyone(), self._users()
            outside = [self.painter.outside_id("user_id", user_id) for user_id in user_ids]
            return outside, normalise(self.space.vectors(everyone))[numbers]

    def standing(self) -> tuple[list[str | int], Vector]:
        """Return what `vectors` does, from what is at rest where nothing changed since."""
        standing, (numbers, user_ids) = self.crowd.read(self), self._users()
        places = np.searchsorted(standing.user_nos, numbers)
        vectors = np.zeros((len(numbers), self.space.dim), dtype=np.float32)
        known = np.isin(numbers, standing.user_nos)
        vectors[known] = standing.vectors[places[known]]
        return [self.painter.outside_id("user_id", user_id) for user_id in user_ids], vectors

    def vectors_of(self, user_ids: Sequence[str]) -> list[UserVector | None]:
        """Return the vectors of some users now; None for who is unknown."""
        with self.store.reading():
            self.painter.refresh()
            numbers = self.store.number_users(user_ids)
            found = draw_vectors(self, list(numbers.values()))
            return [found[numbers[one]] if one in numbers else None for one in user_ids]

    def _users(self) -> tuple[list[int], list[str]]:
        """Return the numbers and ids of all users; one who was merged into another is no user."""
        rows = self.painter.users()
        return [row[0] for row in rows], [row[1] for row in rows]

    def gates(self) -> tuple[Reals, Reals]:
        """Return α and β of all users, float64 (n_users,) each."""
        with self.store.reading():
            self.painter.refresh()
            return self.space.gates(self.everyone().known()[self._users()[0]])

    def similar(self, person: Person, *, k: int, lang: Language) -> list[Alike]:
        """Return the k users nearest in the space, nearest first; none for a user nothing is known of."""
        near = self.crowd.find_nearest(self, person.user_no, k)
        with self.store.reading():
            self.painter.refresh()
            themes = self._themes(person)
            found = (self._alike(other, similarity, themes, lang) for other, similarity in near)
            return [one for one in found if one is not None]

    def _alike(
        self, user_no: int, similarity: float, themes: dict[str, float], lang: Language
    ) -> Alike | None:
        """Return a user who is alike; None where nobody is there any more."""
        row = self.store.one("SELECT user_id FROM users WHERE user_no = ?", user_no)
        if row is None:
            return None
        other = self._themes(Person(user_no, row[0], {}, {}))
        common = sorted(
            themes.keys() & other.keys(), key=lambda name: (-min(themes[name], other[name]), name)
        )
        shared = tuple(common[:_MOST_SHARED])
        named = say("and", lang).join(shared)
        statement = say("reason.similar", lang, themes=named) if shared else ""
        return Alike(self.painter.outside_id("user_id", row[0]), similarity, shared, statement)

    def _reasons(
        self, person: Person, history: History, items: NDArray[np.int64], lang: Language
    ) -> list[tuple[str, ...]]:
        """Return the largest parts of each item's score in words: past items, interests, popularity."""
        themes, space = self._themes(person), self.space
        pulls = pull_items(space, history, items)
        # What was corrected to disliked pushes other things up, and nobody likes a thing because of it.
        disliked = np.zeros(len(pulls), np.bool_) if history.factors is None else history.factors < 0
        named_pulls = np.where(disliked[:, None], 0.0, pulls)
        strongest = np.argsort(-named_pulls, axis=0, kind="stable")[:_MOST_NAMED]
        known = self.shelves.find([*items.tolist(), *history.items[strongest.ravel()].tolist()])
        told = []
        for column, item in enumerate(items.tolist()):
            mine = pulls[:, column]
            lent = self._lent(history, item)
            from_others = sum(part.value for part in lent)
            personal, base = float(mine[mine > 0].sum()) + from_others, float(space.base[item])
            named = [
                known[int(history.items[one])] for one in strongest[:, column] if named_pulls[one, column] > 0
            ]
            said = [say("reason.item", lang, title=one.title or one.item_id) for one in named]
            if personal <= _PERSONAL * base:
                said = []
            if lent and from_others > _LENT * personal:
                said.append(self._thank(lent[0], lang))
            fitting = [name for name in known[item].categories if name in themes][:_MOST_SHARED]
            if fitting:
                said.append(say("reason.facts", lang, themes=say("and", lang).join(fitting)))
            if base > max(personal, 0.0) or not said:
                said.append(say("reason.popular", lang))
            told.append(tuple(said))
        return told

    def _lent(self, history: History, item: int) -> list[Part]:
        """Return what friends and attributes add to a score, the largest first."""
        if history.friends is None and history.declared is None:
            return []
        others = self.space.split(history, item).others
        return sorted((part for part in others if part.value > 0), key=lambda part: -part.value)

    def _thank(self, part: Part, lang: Language) -> str:
        """Return in words what a friend or a declared attribute adds."""
        if part.kind == "friend":
            return say("reason.friend", lang, friend=self.painter.outside_id("user_id", part.key))
        return say("reason.attribute", lang, attribute=part.key)

    def _themes(self, person: Person) -> dict[str, float]:
        """Return the categories a user turns to more than others do, with how telling each is."""
        cells = self.store.cells_of(person.user_no, ("activity", "category"))
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
