"""Where everyone stands, kept up with whose rows change: read from what is at rest, drawn where that is old.

Vectors at rest (`store.standings`) are for all processes. A build fills them; who asks for neighbours draws
those who changed since and writes them there. Where the database compares vectors itself nobody holds them
all; else a process holds them in memory, and its threads share them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from limner.fusion.corrections import correct_rows
from limner.fusion.space import Space, normalise
from limner.ledger.decay import DAY_US
from limner.recommend.history import History, collect_history
from limner.recommend.interactions import Codes, Reals
from limner.records import UserVector, Vector
from limner.settings import Recipe
from limner.store.changes import EVERYONE, last_change, read_changes
from limner.store.standings import Drawn, Mark, Standing, sort_standing
from limner.store.store import Store
from limner.studio.kept.correcting import read_corrected, read_pulls
from limner.studio.kept.spaces import NAME, read_sums

if TYPE_CHECKING:
    from limner.studio.advice.recommending import Adviser

_MOST_RENEWED = 0.2
"""Share of users from which on all are drawn again: in parts they cost more."""
_FEW = 8
"""Users who are drawn one by one however small a crowd is."""
_LONGEST_US = DAY_US
"""How far the log's newest moment may move on before all are drawn again, where it moves vectors at all."""
_TRIES = 3
_CHUNK = 4_096
_PEOPLE = "SELECT user_no FROM users WHERE user_no IN (?) AND user_no NOT IN (SELECT user_no FROM merged)"
_ITEMS = (
    "SELECT c.user_no, i.item_no, c.n, c.recent, c.lasting FROM cells c "
    "JOIN items i ON i.item_id = c.key WHERE c.signal = 'item' AND c.user_no IN (?)"
)


@dataclass(frozen=True, slots=True)
class _Sums:
    """Item sums of some users, by their places."""

    users: Codes
    items: Codes
    count: Reals
    recent: Reals
    lasting: Reals


class _Held(NamedTuple):
    """What a process has in memory."""

    mark: Mark
    standing: Standing


class Crowd:
    """The vectors of one open store; threads may share them."""

    def __init__(self) -> None:
        """Hold nothing until somebody asks."""
        self._lock = Lock()
        self._held: _Held | None = None

    def find_nearest(self, adviser: "Adviser", user_no: int, most: int) -> list[tuple[int, float]]:
        """Return (user_no, cosine) of the others who stand nearest, nearest first.

        None stand near a user of whom nothing is known.
        """
        self.follow(adviser)
        standings = adviser.store.standings()
        found = standings.find_nearest(user_no, most)
        return _compare(self.read(adviser), user_no, most) if found is None else found

    def follow(self, adviser: "Adviser") -> None:
        """Bring what is at rest up to now."""
        with self._lock:
            self._follow(adviser)

    def read(self, adviser: "Adviser") -> Standing:
        """Return where everyone stands now."""
        with self._lock:
            unwritten = self._follow(adviser)
            held = self._catch_up(adviser.store)
            if unwritten is not None:
                held = _Held(unwritten.mark, _put(held.standing, unwritten))
            self._held = held
            return held.standing

    def _follow(self, adviser: "Adviser") -> Drawn | None:
        """Bring what is at rest up to now; return what was drawn where it could not be written."""
        standings, drawn = adviser.store.standings(), None
        for _ in range(_TRIES):
            with adviser.store.reading():
                adviser.painter.refresh()
                mark = standings.read_mark()
                drawn = draw_changed(adviser, mark)
            if drawn is None or standings.write(mark, drawn):
                return None
        return drawn

    def _catch_up(self, store: Store) -> _Held:
        """Return what is at rest, of which what did not change is in memory already."""
        standings, held = store.standings(), self._held
        mark = standings.read_mark()
        if held is None or held.mark.as_of_us != mark.as_of_us:
            return _Held(mark, standings.read())
        if held.mark.turn == mark.turn:
            return held
        touched = [user_no for user_no, _ in read_changes(store, held.mark.number)]
        if EVERYONE in touched:
            return _Held(mark, standings.read())
        found = standings.read(touched)
        gone = np.setdiff1d(np.array(touched, dtype=np.int64), found.user_nos).tolist()
        return _Held(mark, _put(held.standing, Drawn(mark, found, gone)))


def draw_changed(adviser: "Adviser", mark: Mark) -> Drawn | None:
    """Return who is to be drawn anew since a mark, drawn; None where nothing changed.

    Call it in a reading.
    """
    store, as_of = adviser.store, adviser.painter.as_of
    newest = last_change(store)
    moved = as_of - mark.as_of_us > _LONGEST_US and depends_on_time(adviser.space.recipe)
    if mark.number < 0 or moved or mark.number > newest:  # of a store that was put back, too
        return draw_all(adviser, newest)
    touched = {user_no for user_no, _ in read_changes(store, mark.number)}
    if not touched:
        return None
    (n_users,) = store.one("SELECT count(*) FROM users") or (0,)
    if EVERYONE in touched or len(touched) > max(_FEW, _MOST_RENEWED * n_users):
        return draw_all(adviser, newest)
    there = sorted({user_no for (user_no,) in store.find(_PEOPLE, sorted(touched))})
    return Drawn(mark._replace(number=newest), _draw_some(adviser, there), sorted(touched.difference(there)))


def draw_all(adviser: "Adviser", number: int) -> Drawn:
    """Return everyone drawn now, as of a change."""
    numbers = np.array([row[0] for row in adviser.painter.users()], dtype=np.int64)
    standing = Standing(numbers, place_all(adviser.space, adviser.everyone())[numbers])
    return Drawn(Mark(0, number, adviser.painter.as_of), standing, is_whole=True)


def keep_standings(store: Store, space: Space, history: History) -> None:
    """Put everyone's vectors of a build at rest, in its transaction; users are numbered from 0 on."""
    standing = Standing(np.arange(history.n_users, dtype=np.int64), place_all(space, history))
    mark = Mark(0, last_change(store), history.at_us)
    store.standings().write(store.standings().read_mark(), Drawn(mark, standing, is_whole=True))


def place_all(space: Space, history: History) -> Vector:
    """Return the vectors of a history's users, float32 (n_users, dim), rows of length 1 or zeros.

    They are made in parts, so that little memory is needed beside them.
    """
    placed = np.zeros((history.n_users, space.dim), dtype=np.float32)
    for start in range(0, history.n_users, _CHUNK):
        stop = min(start + _CHUNK, history.n_users)
        placed[start:stop] = normalise(space.vectors(history.rows(start, stop)))
    return placed


def depends_on_time(recipe: Recipe) -> bool:
    """Return whether a vector moves as time goes by: by default it moves with its user's rows alone."""
    return bool(recipe.memory or recipe.recent or any(recipe.terms))


def draw_vectors(adviser: "Adviser", user_nos: Sequence[int]) -> dict[int, UserVector]:
    """Return the vectors of some users now, by their numbers, as each would be drawn alone.

    Call it in a reading.
    """
    space, numbers = adviser.space, sorted(set(user_nos))
    if _is_borrowed(space):
        return {one: adviser.painter.place(one) for one in numbers}
    history = _read_some(adviser, numbers)
    alpha, beta = space.gates(history.known())
    values = place_all(space, history)
    gates = zip(alpha.tolist(), beta.tolist(), strict=True)
    return {one: UserVector(NAME, row, *gate) for one, row, gate in zip(numbers, values, gates, strict=True)}


def _draw_some(adviser: "Adviser", user_nos: Sequence[int]) -> Standing:
    """Return where some users stand now, given in the order of their numbers."""
    space, numbers = adviser.space, np.array(user_nos, dtype=np.int64)
    if _is_borrowed(space):
        rows = [adviser.painter.place(user_no).values for user_no in user_nos]
        return Standing(numbers, np.array(rows, dtype=np.float32).reshape(len(rows), space.dim))
    return Standing(numbers, place_all(space, _read_some(adviser, user_nos)))


def _is_borrowed(space: Space) -> bool:
    """Return whether friends or attributes are part of a vector: each is then drawn alone."""
    return space.terms.are_learnt and any(space.recipe.terms)


def _read_some(adviser: "Adviser", user_nos: Sequence[int]) -> History:
    """Return the item sums of some users, given in the order of their numbers, as corrected."""
    store, at_us = adviser.store, adviser.painter.as_of
    numbers = np.array(user_nos, dtype=np.int64)
    table = read_sums(store.find(_ITEMS, user_nos), adviser.painter.factors(at_us)).reshape(-1, 5)
    sums = _Sums(
        np.searchsorted(numbers, table[:, 0]).astype(np.int32), table[:, 1].astype(np.int32), *table.T[2:]
    )
    history = collect_history(sums, shape=(len(numbers), adviser.space.n_items), at_us=at_us)
    corrected = set(read_corrected(store)).intersection(user_nos)
    pulls = {int(np.searchsorted(numbers, one)): read_pulls(store, one) for one in corrected}
    return correct_rows(history, pulls)


def _put(standing: Standing, drawn: Drawn) -> Standing:
    """Return who stands where with what was drawn; arrays that were given away stay as they are."""
    if drawn.is_whole:
        return drawn.standing
    fresh = drawn.standing
    if not len(standing.user_nos):
        return fresh
    taken = np.concatenate([fresh.user_nos, np.array(drawn.gone, dtype=np.int64)])
    kept = ~np.isin(standing.user_nos, taken)
    if not len(fresh.user_nos):
        return Standing(standing.user_nos[kept], standing.vectors[kept])
    return sort_standing(
        np.concatenate([standing.user_nos[kept], fresh.user_nos]),
        np.concatenate([standing.vectors[kept], fresh.vectors]),
    )


def _compare(standing: Standing, user_no: int, most: int) -> list[tuple[int, float]]:
    """Return the nearest of everyone, compared in memory."""
    numbers, vectors = standing
    place = int(np.searchsorted(numbers, user_no))
    is_there = place < len(numbers) and numbers[place] == user_no
    if not is_there or not vectors[place].any():
        return []
    nearness = vectors @ vectors[place]
    nearness[place] = -np.inf
    best = np.argsort(-nearness, kind="stable")[: min(most, len(numbers) - 1)]
    return [(int(numbers[one]), float(nearness[one])) for one in best]
