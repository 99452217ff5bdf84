"""The columns of the table of features: which keys have one, what each is called, and how it is read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from limner.dimensions.rhythm import DAYPARTS
from limner.dimensions.sitter import RECENT_PULL
from limner.errors import InputError
from limner.ledger.decay import DAY_US, half_life_us
from limner.ledger.intervals import ONE_KEY
from limner.ledger.ladder import Ladder, Reals
from limner.ledger.priors import OF_ACTIVITY
from limner.ledger.rows import DWELL_BANDS
from limner.ledger.signals import SIGNALS, Signal
from limner.ledger.standing import Standing
from limner.records import UNTIMED
from limner.settings import HorizonSettings
from limner.store.store import Store

MOST_KEYS = 20
"""Keys of an open signal that have columns, unless another number is asked for."""
CLOSED: Mapping[str, tuple[str, ...]] = {
    "hour": tuple(str(hour) for hour in sorted(hour for part in DAYPARTS.values() for hour in part)),
    "weekday": tuple("0123456"),
    "price_band": tuple("12345"),
    "dwell": DWELL_BANDS,
}
"""Signals whose keys are the same everywhere."""
SMALL = ("event", "rating", "writing", "language")
"""Signals of few keys, which all have columns."""
OPEN = ("category", "brand", "aspect", "claim", "topic", "tag", "word", "transition")
"""Signals of many keys; so are all of the owner's own."""
Share = Literal["both", "lasting", "rows"]
_BY_ROWS = ("event", "hour", "weekday", "dwell", "rating", "writing", "language", "transition")
_NEEDED = ("activity", "event", "item")
"""Signals that strengths and the vector are read from."""


class Measure(NamedTuple):
    """A family of columns."""

    name: str
    kind: pa.DataType
    meaning: str
    by_key: bool
    """Whether keys have it as well as signals."""


MEASURES = (
    Measure("n", pa.int64(), "rows", True),
    Measure("recent", pa.float64(), "weights, decayed with the recent half-life, read at the label", True),
    Measure("lasting", pa.float64(), "weights, decayed with the lasting half-life, read at the label", True),
    Measure("liking", pa.float64(), "mean polarity −1..1; null where nothing shows one", False),
    Measure("keys", pa.int64(), "different keys", False),
    Measure("days_since", pa.float64(), "days from the newest row to the label; null without one", False),
)
STRENGTH = Measure("strength", pa.float64(), "what the fact about the key would say, 0..1", True)


@dataclass(frozen=True, slots=True)
class Columns:
    """What is asked for: signals in their order, and the keys that have columns of their own."""

    keys: Mapping[str, Sequence[str]]
    signals: tuple[Signal, ...] = SIGNALS

    def names(self) -> list[str]:
        """Return the names of all columns but the label's own and the vector's."""
        return [
            name for signal in self.signals for name in _name_columns(signal, self.keys.get(signal.name, ()))
        ]

    @property
    def needed(self) -> tuple[Signal, ...]:
        """The signals that are summed: those asked for, and those they are read against."""
        asked = {signal.name for signal in self.signals}
        return tuple(one for one in SIGNALS if one.name in _NEEDED and one.name not in asked) + self.signals


def choose_columns(store: Store, signals: Sequence[Signal], *, most: int = MOST_KEYS) -> Columns:
    """Return the columns of a store: all keys of small signals, of others those most users have.

    Raises:
        InputError: fewer than no keys are asked for.
    """
    if most < 0:
        raise InputError(f"keys must be at least 0, got {most}")
    found: dict[str, list[str]] = {}
    for name, key in _list_keys(store):
        found.setdefault(name, []).append(key)
    keys: dict[str, Sequence[str]] = dict(CLOSED)
    for signal in signals:
        if signal.name in SMALL:
            keys[signal.name] = sorted(found.get(signal.name, ()), key=_in_order)
        elif is_open(signal):
            keys[signal.name] = found.get(signal.name, [])[:most]
    return Columns(keys, tuple(signals))


def is_open(signal: Signal) -> bool:
    """Return whether a signal has so many keys that only the most common have columns."""
    built_in = any(signal.name == one.name for one in SIGNALS)
    return signal.name in OPEN or not built_in


def share_of(signal: str) -> Share:
    """Return how the strength of a key is read: over both horizons, the lasting one, or rows."""
    return "both" if signal in OF_ACTIVITY else "rows" if signal in _BY_ROWS else "lasting"


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """Reads standings into columns."""

    ladder: Ladder
    horizons: HorizonSettings
    activity: Standing
    event: Standing

    def read(self, signal: Signal, stood: Standing, keys: Sequence[str]) -> Iterator[tuple[str, pa.Array]]:
        """Yield the columns of one signal, (n_slots,) each, as `Columns.names` has them."""
        names = iter(_name_columns(signal, keys))
        for values, kind in self._totals(signal, stood):
            yield next(names), pa.array(values, kind, from_pandas=True)
        strengths = self._strengths(signal, stood)
        for place in range(1, 1 + len(keys)):
            for sums in (stood.n, stood.recent, stood.lasting):
                yield next(names), _number(sums[place], whole=sums is stood.n)
            yield next(names), pa.array(strengths[place - 1])

    def _totals(self, signal: Signal, stood: Standing) -> Iterator[tuple[NDArray[np.generic], pa.DataType]]:
        with np.errstate(divide="ignore", invalid="ignore"):
            liking = np.where(stood.opinion > 0, stood.liking / stood.opinion, np.nan)
        age = (self.ladder.read_us - stood.newest) / DAY_US
        values: dict[str, NDArray[np.generic]] = {
            "n": stood.n[0].astype(np.int64),
            "recent": stood.recent[0],
            "lasting": stood.lasting[0],
            "liking": np.clip(liking, -1.0, 1.0),
            "keys": stood.keys.astype(np.int64),
            "days_since": np.where(stood.newest == UNTIMED, np.nan, age),
        }
        kinds = {measure.name: measure.kind for measure in MEASURES}
        yield from ((values[name], kinds[name]) for name in measure_names(signal))

    def _strengths(self, signal: Signal, stood: Standing) -> Reals:
        """Return what facts say of each key: see `dimensions.sitter.Shares` and the dimensions."""
        share = share_of(signal.name)
        if share == "rows":
            return _divide(stood.n[1:], stood.n[0])
        if share == "lasting":
            return _divide(stood.lasting[1:], stood.lasting[0])
        pull = self._pull()
        recent = _divide(stood.recent[1:], self.activity.recent[0])
        return np.asarray(pull * recent + (1 - pull) * _divide(stood.lasting[1:], self.activity.lasting[0]))

    def _pull(self) -> Reals:
        """Return how much the recent horizon counts, by the events of both as they stood at the newest."""
        newest = self.event.newest
        waited = np.where(newest == UNTIMED, 0, self.ladder.read_us - newest)
        halves = (self.horizons.recent_days, self.horizons.lasting_days)
        grown = [np.exp2(np.minimum(waited / half_life_us(days), 1000.0)) for days in halves]
        pulled, lasting = RECENT_PULL * self.event.recent[0] * grown[0], self.event.lasting[0] * grown[1]
        whole = np.where(newest == UNTIMED, 0.0, pulled + lasting)
        return _divide(pulled, whole)


def _name_columns(signal: Signal, keys: Sequence[str]) -> list[str]:
    """Return the names of a signal's columns: totals, then keys one after the other."""
    by_key = [*(measure.name for measure in MEASURES if measure.by_key), STRENGTH.name]
    totals = [f"{name}:{signal.name}" for name in measure_names(signal)]
    return totals + [f"{name}:{signal.name}={key}" for key in keys for name in by_key]


def measure_names(signal: Signal) -> list[str]:
    """Return the measures of a signal as a whole: no liking without polarity, no keys where there is one."""
    absent = set() if signal.polarity else {"liking"}
    absent |= {"keys"} if signal.key in ONE_KEY else set()
    return [measure.name for measure in MEASURES if measure.name not in absent]


def _divide(parts: Reals, whole: Reals) -> Reals:
    shares = np.divide(parts, whole, out=np.zeros_like(parts), where=whole > 0)
    return np.clip(shares, 0.0, 1.0, out=shares)


def _number(sums: Reals, *, whole: bool) -> pa.Array:
    return pa.array(sums.astype(np.int64) if whole else sums)


def _list_keys(store: Store) -> list[tuple[str, str]]:
    """Return (signal, key), those most users have first: by what is usual, where it is kept."""
    kept = store.rows("SELECT signal, key, users FROM priors WHERE signal <> 'rating_mean'")
    rest = store.rows(
        "SELECT signal, key, count(*) FROM cells WHERE signal IN ('writing', 'word', 'tag', 'claim') "
        "GROUP BY 1, 2"
    )
    ranked = sorted(kept + rest, key=lambda row: (row[0], -row[2], row[1]))
    return [(signal, key) for signal, key, _ in ranked]


def _in_order(key: str) -> tuple[float, str]:
    try:
        return float(key), key
    except ValueError:
        return 0.0, key
