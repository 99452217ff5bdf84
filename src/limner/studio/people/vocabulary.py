"""What facts of one workspace may say: the keys and names that an expression can use."""

import json
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from limner.dimensions.audience.meaning import Holds, read_number
from limner.dimensions.claims import NOT
from limner.dimensions.demographic import is_given
from limner.dimensions.sentiment import name_aspect

if TYPE_CHECKING:
    from limner.studio.portraits.painting import Painter

SIGNALS = {
    ("behaviour", "event"): "event",
    ("behaviour", "dwell"): "dwell",
    ("behaviour", "path"): "transition",
    ("interest", "category"): "category",
    ("interest", "brand"): "brand",
    ("interest", "topic"): "topic",
    ("interest", "tag"): "tag",
    ("interest", "keyword"): "word",
    ("interest", "item"): "item",
    ("sentiment", "aspect"): "aspect",
}
"""Keys whose values are keys of a signal."""
_NAMED = {
    ("interest", "category"): "SELECT category FROM item_categories GROUP BY category",
    ("interest", "brand"): "SELECT brand FROM items WHERE brand IS NOT NULL GROUP BY brand",
}
_IS_NAMED = {
    ("interest", "category"): "SELECT 1 FROM item_categories WHERE category = ? LIMIT 1",
    ("interest", "brand"): "SELECT 1 FROM items WHERE brand = ? LIMIT 1",
    ("interest", "item"): "SELECT 1 FROM items WHERE item_id = ?",
    ("social", "alike"): "SELECT 1 FROM users WHERE user_id = ?",
}
_MOST_SUGGESTED = 20_000


class StoreVocabulary:
    """The words of one open store, each looked up when it is first asked for."""

    def __init__(self, painter: "Painter") -> None:
        """Look into the store of a painter."""
        self._painter = painter
        self._store = painter.store
        self._names: dict[tuple[str, str], frozenset[str]] = {}

    def keys(self, dimension: str) -> Mapping[str, Holds]:
        """Return the keys that this workspace has beside the usual ones, and what they hold."""
        found: dict[str, Holds] = {}
        if dimension == "behaviour":
            found |= dict.fromkeys(self._painter.settings.signals, "names")
        found |= dict.fromkeys((key for of, key in self._claimed if of == dimension), "names")
        if dimension == "demographic":
            found |= self._declared
        return found

    def find(self, dimension: str, key: str, name: str) -> str | None:
        """Return a name as facts have it; None where no fact can have it."""
        denied = NOT if name.startswith(NOT) else ""
        bare = name.removeprefix(NOT)
        named = name_aspect(bare) if (dimension, key) == ("sentiment", "aspect") else bare
        for one in (bare, self._painter.canonical(bare), named, self._painter.canonical(named)):
            if self._is_known(dimension, key, one):
                return f"{denied}{self._painter.canonical(one) if self._is_word(dimension, key) else one}"
        folded = {other.casefold(): other for other in sorted(self.names(dimension, key), reverse=True)}
        found = folded.get(bare.casefold())
        return None if found is None else f"{denied}{found}"

    def names(self, dimension: str, key: str) -> Collection[str]:
        """Return names that facts of a key may have."""
        place = (dimension, key)
        if place not in self._names:
            self._names[place] = frozenset(self._gather(dimension, key))
        return self._names[place]

    def _is_word(self, dimension: str, key: str) -> bool:
        """Return whether facts of a key are called by the one name of what has several."""
        return (dimension, key) in (("sentiment", "aspect"), ("interest", "topic"), ("interest", "keyword"))

    def _is_known(self, dimension: str, key: str, name: str) -> bool:
        place = (dimension, key)
        if name in self.names(dimension, key):
            return True
        if place in _IS_NAMED and self._store.one(_IS_NAMED[place], name):
            return True
        signal = SIGNALS.get(place, key if key in self._painter.settings.signals else "")
        known = "SELECT 1 FROM cells WHERE signal = ? AND key = ? LIMIT 1"
        return bool(signal) and self._store.one(known, signal, name) is not None

    def _gather(self, dimension: str, key: str) -> set[str]:
        place = (dimension, key)
        found = {value for of, value in self._claimed_values if of == place}
        found |= {value.removeprefix(NOT) for of, value in self._corrected if of == place}
        if place in _NAMED:
            found |= {str(row[0]) for row in self._store.rows(_NAMED[place])}
        signal = SIGNALS.get(place, key if key in self._painter.settings.signals else "")
        if signal:
            rows = self._store.rows(
                "SELECT key FROM priors WHERE signal = ? ORDER BY share DESC LIMIT ?", signal, _MOST_SUGGESTED
            )
            found |= {str(row[0]) for row in rows}
        if dimension == "demographic":
            found |= self._declared_values.get(key, set())
        if dimension == "social":
            found |= {str(value) for value in self._circles.get(key, set())}
        return found

    @cached_property
    def _claimed_values(self) -> set[tuple[tuple[str, str], str]]:
        """Claims of texts: (dimension, key) and value."""
        rows = self._store.rows("SELECT DISTINCT key FROM cells WHERE signal = 'claim'")
        parts = [row[0].split("|", 4) for row in rows]
        return {((part[1], part[2]), self._painter.canonical(part[4])) for part in parts}

    @cached_property
    def _claimed(self) -> set[tuple[str, str]]:
        return {of for of, _ in self._claimed_values} | {of for of, _ in self._corrected}

    @cached_property
    def _corrected(self) -> set[tuple[tuple[str, str], str]]:
        rows = self._store.rows("SELECT DISTINCT dimension, key, value FROM corrections")
        return {((dimension, key), value) for dimension, key, value in rows}

    @cached_property
    def _attributes(self) -> dict[str, set[object]]:
        """What users declared, by column."""
        found: dict[str, set[object]] = {}
        for (written,) in self._store.rows("SELECT DISTINCT attributes FROM users"):
            for column, value in json.loads(written or "{}").items():
                if is_given(value):
                    found.setdefault(column, set()).add(
                        value if isinstance(value, int | float) else str(value)
                    )
        return found

    @cached_property
    def _declared(self) -> dict[str, Holds]:
        """Attributes, declared or inferred, and what they hold."""
        found: dict[str, Holds] = dict.fromkeys(self._inferred, "names")
        for column, values in self._attributes.items():
            written = [read_number(value) for value in values]
            numbers = any(one is not None for one in written)
            names = None in written or column in found
            found[column] = "both" if numbers and names else "numbers" if numbers else "names"
        return found

    @cached_property
    def _inferred(self) -> dict[str, tuple[str, ...]]:
        kept = self._painter.meta.get("attributes") or []
        return {one["column"]: tuple(one["classes"]) for one in kept}

    @cached_property
    def _declared_values(self) -> dict[str, set[str]]:
        found = {column: {str(value) for value in values} for column, values in self._attributes.items()}
        for column, classes in self._inferred.items():
            found.setdefault(column, set()).update(classes)
        return found

    @cached_property
    def _circles(self) -> dict[str, set[object]]:
        """Communities and places of friends."""
        found: dict[str, set[object]] = {"community": set(), "place": set()}
        for (written,) in self._store.rows("SELECT DISTINCT circle FROM users"):
            circle = json.loads(written or "{}")
            found["community"] |= {circle["community"]} if "community" in circle else set()
            found["place"] |= {circle["place"][0]} if circle.get("place") else set()
        return found
