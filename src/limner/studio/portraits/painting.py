"""One profile: a user's sums read into facts, with their evidence and their place in the space."""

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.dimensions.portrait import draft_facts
from limner.dimensions.sitter import Cells, Draft, Sitter
from limner.errors import InputError, UnknownUserError
from limner.fusion.corrections import Pull, find_factors
from limner.fusion.space import Space, normalise
from limner.ledger.cells import Cell
from limner.ledger.decay import Landmarks
from limner.recommend.history import History
from limner.records import Coverage, Evidence, Fact, Language, Profile, UserVector, iso
from limner.settings import Settings, settings_from_json
from limner.store.store import Store
from limner.studio.kept.attributes import load_attributes
from limner.studio.kept.correcting import make_pulls, read_corrections
from limner.studio.kept.ledgers import landmarks_of, open_ledger
from limner.studio.kept.personas import dress
from limner.studio.kept.placing import place_history
from limner.studio.kept.sides import attach_one
from limner.studio.kept.spaces import NAME, LiveSpace, history_of, load_corner, read_sums
from limner.studio.kept.tones import Tones
from limner.studio.portraits.evidence import Witness, Witnessed

if TYPE_CHECKING:
    from limner.dimensions.inference import AttributeModel
    from limner.dimensions.traits import Placing


MOVING = ("as_of_us", "landmarks", "retired_before_us", "space_version", "derived_events", "integer_ids")
"""What rows that come in change of what is known of the whole store."""
EVER = 2**62
"""Later than any row."""
ItemRow = tuple[int, int, float, float]
"""Item number, events, recent and lasting sum."""
_PERSON = "SELECT user_no, user_id, attributes, circle FROM users WHERE user_no = ?"
_FEW = 4
"""Times that a user is placed without reading the whole space: once or twice a portrait."""


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the store's users."""

    user_no: int
    user_id: str
    attributes: dict[str, Any]
    circle: dict[str, Any]


class Painter:
    """Paints profiles from one open store; holds what does not change between users."""

    def __init__(self, store: Store, beside: "Painter | None" = None) -> None:
        """Read the settings and models of a store, or take them over from another painter of it."""
        self.store = store
        self._version = store.version()  # before the rest: what is written meanwhile is then read anew
        self.meta: dict[str, Any] = dict(beside.meta) | store.meta(MOVING) if beside else store.meta()
        self.settings: Settings = beside.settings if beside else settings_from_json(self.meta["settings"])
        self.ledger = open_ledger(store, self.meta, self.settings)
        self._space: LiveSpace = beside._space if beside else LiveSpace()
        self._painted: int = beside._painted if beside else 0
        self._item_nos: dict[str, int] = beside._item_nos if beside else {}
        self.tones = Tones(store, self.meta)
        self._models: dict[str, AttributeModel] | None = beside._models if beside else None
        self._usual: dict[tuple[str, str], float] = beside._usual if beside else {}
        self.touched: set[int] | None = None

    @property
    def as_of(self) -> int:
        """The newest moment in the log."""
        return int(self.meta["as_of_us"])

    @property
    def landmarks(self) -> Landmarks:
        """Where the sums are anchored."""
        return landmarks_of(self.meta)

    def factors(self, at_us: int) -> tuple[float, float]:
        """Return what recent and lasting sums are multiplied by to be read at an instant."""
        return self.landmarks.factors(at_us, self.settings.horizons)

    def refresh(self, *, own: bool = False) -> None:
        """Take over what was written since: by another connection, or by this one (``own``)."""
        version = self.store.version()
        if own or version != self._version:
            self._version = version
            self.meta |= self.store.meta(MOVING)

    def touch(self, user_nos: Iterable[int]) -> None:
        """Note whose portraits the open transaction changes; where nothing is noted, everyone's do."""
        self.touched = (self.touched or set()).union(user_nos)

    def find_person(self, user_id: str | int) -> Person:
        """Return a user's row.

        Raises:
            UnknownUserError: no such user; the text suggests near ids.
        """
        wanted = str(user_id)
        row = self.store.one(
            "SELECT user_no, user_id, attributes, circle FROM users WHERE user_id = ?", wanted
        )
        if row is not None:
            known = self.store.one("SELECT known_no FROM merged WHERE user_no = ?", row[0])
            row = self.store.one(_PERSON, known[0]) if known else row
        if row is None:
            raise UnknownUserError(f"no user {wanted!r} in {self.store.path.parent}{self._suggest(wanted)}")
        return Person(row[0], row[1], json.loads(row[2] or "{}"), json.loads(row[3] or "{}"))

    def users(self) -> list[tuple[int, str]]:
        """Return the number and id of every user; one who was merged into another is no user."""
        return self.store.users()

    def everyone(self) -> History:
        """Return the item sums of all users, by user number, read now, as if nothing was corrected."""
        from limner.studio.building.learning import read_history

        factors = self.factors(self.as_of)
        return read_history(self.store, n_items=self.space().n_items, at_us=self.as_of, factors=factors)

    def paint(
        self,
        user_id: str | int,
        *,
        lang: Language,
        as_of: int | None = None,
        cells: Cells | None = None,
    ) -> Profile:
        """Return the profile of a user now, or as the log had it at `as_of` (microseconds UTC, inclusive).

        Other ``cells`` than the store's may be given, to see what they would say.
        """
        with self.store.reading():
            self.refresh()
            person = self.find_person(user_id)
            moment = self.as_of if as_of is None else as_of
            past = cells is None and moment < self.as_of
            landmarks = Landmarks.at(moment) if past else self.landmarks
            if cells is None:
                cells = self.read_cells(person.user_no, moment)
            corrections = tuple(read_corrections(self.store, person.user_no))
            sitter = Sitter(
                person.user_id,
                cells,
                self.usual,
                self.settings,
                lang,
                moment,
                landmarks,
                self._title,
                person.attributes,
                person.circle,
                self.infer(cells, person),
                corrections,
                self.canonical,
            )
            user = replace(self.witnessed(person, moment if past else EVER), corrections=corrections)
            witness = Witness(self.ledger, user)
            drafts = draft_facts(sitter)
            witness.foresee(drafts)
            facts = tuple(fact for draft in drafts if (fact := self._finish(draft, witness)))
            if not past:
                facts = dress(self.store, person.user_no, lang, facts)
            factors = landmarks.factors(moment, self.settings.horizons)
            return Profile(
                self.outside_id("user_id", person.user_id),
                moment or None,
                facts,
                self._place(person.user_no, cells, (moment, factors), make_pulls(self.store, corrections)),
                _cover(sitter, facts),
            )

    def locate(self, user_id: str | int) -> tuple[str | int, UserVector]:
        """Return a user's id as the owner keeps it, and the place in the space, as `paint` gives it now."""
        with self.store.reading():
            self.refresh()
            person = self.find_person(user_id)
            return self.outside_id("user_id", person.user_id), self.place(person.user_no)

    def place(self, user_no: int) -> UserVector:
        """Return the place of a user in the space now."""
        cells = self.store.cells_of(user_no, ("item",))
        pulls = make_pulls(self.store, read_corrections(self.store, user_no))
        return self._place(user_no, cells, (self.as_of, self.factors(self.as_of)), pulls)

    def read_cells(self, user_no: int, moment: int) -> dict[str, dict[str, Cell]]:
        """Return a user's ledger now, or as the log had it at a moment: then anchored there."""
        if moment >= self.as_of:
            return self.store.cells_of(user_no)
        from limner.studio.portraits.past import add_retired, sum_past

        retired = int(self.meta.get("retired_before_us") or 0)
        if moment < retired:
            raise InputError(
                f"as_of {iso(moment)}: rows before {iso(retired)} are no longer kept; ask for a later moment"
            )
        found = sum_past(self.ledger, user_no, before_us=moment + 1, landmarks=Landmarks.at(moment))
        factors = self.landmarks.factors(moment, self.settings.horizons)
        return add_retired(self.store, user_no, found, factors) if retired else found

    def witnessed(self, person: Person, until_us: int) -> Witnessed:
        """Return whose log is looked in for evidence, and up to when."""
        retired = int(self.meta.get("retired_before_us") or 0)
        return Witnessed(person.user_no, person.user_id, person.attributes, until_us, retired)

    def _finish(self, draft: Draft, witness: Witness) -> Fact | None:
        """Return the fact with its evidence; None when none is to be found: nothing uncited is shown."""
        evidence = witness.find(draft.cites)
        if not evidence:
            return None
        if draft.against:
            evidence = witness.find((*draft.cites, *draft.against))
        if draft.liking:
            evidence = tuple(sorted(evidence, key=lambda cited: not _agrees(cited, draft.liking)))
        return Fact(
            dimension=draft.dimension,
            key=draft.key,
            value=draft.value,
            statement=draft.statement,
            strength=min(1.0, max(0.0, draft.strength)),
            confidence=min(1.0, max(0.0, draft.confidence)),
            evidence=evidence,
            liking=draft.liking,
            trend=draft.trend,
            source=draft.source,
            first_seen=draft.first_seen,
            last_seen=draft.last_seen,
            history=witness.turns(draft, half_life_days=self.settings.horizons.lasting_days),
            sources=draft.sources,
            dispute=draft.dispute,
        )

    def usual(self, signal: str, key: str) -> float:
        """Return the mean share of a key over users, as of the last build; 0 where it is not known."""
        found = self._usual.get((signal, key))
        if found is None:
            row = self.store.one("SELECT share FROM priors WHERE signal = ? AND key = ?", signal, key)
            found = self._usual[signal, key] = float(row[0]) if row and row[0] is not None else 0.0
        return found

    def outside_id(self, kind: str, inside: str) -> str | int:
        """Return an id as the owner keeps it: an integer where all of them were."""
        return int(inside) if kind in self.meta["integer_ids"] else inside

    def canonical(self, word: str) -> str:
        """Return the one name of what has several, as the build found them."""
        return str((self.meta.get("aliases") or {}).get(word, word))

    def _title(self, item_id: str) -> str:
        row = self.store.one("SELECT title FROM items WHERE item_id = ?", item_id)
        return str(row[0]) if row and row[0] else item_id

    def _suggest(self, wanted: str) -> str:
        rows = self.store.rows("SELECT user_id FROM users LIMIT 50000")
        near = difflib.get_close_matches(wanted, [row[0] for row in rows], n=3, cutoff=0.5)
        shown = near or [row[0] for row in rows[:3]]
        word = "did you mean" if near else "there is, for instance"
        return f"; {word}: {', '.join(shown)}" if shown else "; the workspace holds no users"

    def models(self) -> "dict[str, AttributeModel]":
        """Return the models that guess attributes, by column; read once."""
        if self._models is None:
            self._models = load_attributes(self.store, self.meta)
        return self._models

    def infer(self, cells: Cells, person: Person) -> dict[str, Any]:
        """Return what models guess of the attributes that a user did not declare."""
        asked = {column: model for column, model in self.models().items() if column not in person.attributes}
        if not asked:
            return {}
        placed = any(model.traits.n_directions for model in asked.values())
        placing = self._place_by_items(cells) if placed else None
        guesses = {column: model.guess(cells, placing) for column, model in asked.items()}
        return {column: guess for column, guess in guesses.items() if guess is not None}

    def _place_by_items(self, cells: Cells) -> "Placing":
        """Return what each item that a user met adds to their place, as if nothing was corrected."""
        rows = self._item_rows(cells.get("item", {}))
        space, near = self._open_space(rows)
        history = history_of(
            read_sums(near, self.factors(self.as_of)), n_items=space.n_items, at_us=self.as_of
        )
        keys = {
            number: key for key in cells.get("item", {}) if (number := self._item_nos.get(key)) is not None
        }
        return place_history(space, history, [keys[row[0]] for row in rows])

    def _place(
        self, user_no: int, cells: Cells, read_at: tuple[int, tuple[float, float]], pulls: Sequence[Pull]
    ) -> UserVector:
        """Return P of one user: the first few from the rows of their items, then from the whole space.

        Friends and attributes belong to now: of a past moment it is what the user's own events say.
        """
        moment, factors = read_at
        rows = self._item_rows(cells.get("item", {}))
        corrected = find_factors(np.array([row[0] for row in rows], dtype=np.int64), pulls) if pulls else None
        space, rows = self._open_space(rows)
        history = history_of(read_sums(rows, factors), n_items=space.n_items, at_us=moment)
        history = replace(history, factors=corrected)
        if moment >= self.as_of and space.terms.are_learnt:
            history = attach_one(self.store, history, user_no, space.recipe, factors)
        values = normalise(space.vectors(history))[0]
        alpha, beta = space.gates(history.known())
        return UserVector(NAME, np.asarray(values), float(alpha[0]), float(beta[0]))

    def _open_space(self, rows: list[ItemRow]) -> tuple[Space, list[ItemRow]]:
        """Return a space with the items of some rows, and the rows as they are numbered in it."""
        self._painted += 1
        if self._space.is_held or self._painted > _FEW or self.meta.get("terms"):
            return self.space(), rows
        corner = load_corner(self.store, [row[0] for row in rows])
        return corner, [(place, *row[1:]) for place, row in enumerate(rows)]

    def space(self) -> Space:
        """Return the whole space, with the items of now."""
        return self._space.read(self.store, self.meta.get("space_version"))

    def _item_rows(self, cells: Mapping[str, Cell]) -> list[ItemRow]:
        numbers = self._item_nos
        unknown = [key for key in cells if key not in numbers]
        numbers.update(self.store.find("SELECT item_id, item_no FROM items WHERE item_id IN (?)", unknown))
        return sorted(
            (numbers[key], cell.n, cell.recent, cell.lasting) for key, cell in cells.items() if key in numbers
        )


def _agrees(cited: Evidence, liking: float | None) -> bool:
    """Return whether a row speaks for the side its fact takes; rows without a side do."""
    polarity = float(dict(cited.details).get("polarity", 0.0))
    return polarity * (liking or 0.0) >= 0


def _cover(sitter: Sitter, facts: tuple[Fact, ...]) -> Coverage:
    counts: dict[str, int] = {}
    for fact in facts:
        counts[fact.dimension] = counts.get(fact.dimension, 0) + 1
    texts = sum(cell.n for cell in sitter.of("writing").values())
    return Coverage(sitter.events, texts, len(sitter.of("day")), counts)
