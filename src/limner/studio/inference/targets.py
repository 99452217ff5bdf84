"""What can be learned of users: declared attributes, and what they did after a moment."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from limner.dimensions.inference import MIN_PER_CLASS
from limner.dimensions.traits import Entries
from limner.errors import InputError, SettingsError, UnknownNameError, did_you_mean
from limner.ledger.decay import DAY_US
from limner.records import UNTIMED
from limner.studio.kept.declared import collect_entries, read_declared, read_entries

if TYPE_CHECKING:
    from limner.store.store import Store
    from limner.studio.studio import Studio

BEHAVIOUR = ("churn-30d", "next-category")
_CHURN_DAYS = 30
_MOST_CLASSES = 20
_GAP_DAYS = (1, 3, 7, 14, 30, 60, 120)


@dataclass(frozen=True, slots=True)
class Target:
    """Classes of users by number; where ``cuts`` has a user, only what was before it may be looked at."""

    name: str
    classes: Mapping[int, str]
    cuts: Mapping[int, int] | None = None

    def entries(self, store: "Store", users: list[int]) -> dict[str, Entries]:
        """Return what may be looked at of some users, who are numbered by their place."""
        if self.cuts is None:
            return read_entries(store, users)
        return entries_before(store, {user: self.cuts[user] for user in users})


def read_target(studio: "Studio", name: str) -> Target:
    """Return who is of which class.

    Raises:
        SettingsError: the owner does not allow that it is inferred.
        UnknownNameError: nobody declared such an attribute.
        InputError: there are no times to learn behaviour from.
    """
    if name == "churn-30d":
        return _read_churn(studio.store, studio.painter.as_of)
    if name == "next-category":
        return _read_next(studio.store)
    allowed = studio.settings.dimensions.infer
    columns = list_columns(studio.store)
    if name not in columns:
        known = [*columns, *BEHAVIOUR]
        hint = did_you_mean(name, known) or f" (there is: {', '.join(known)})"
        raise UnknownNameError(f"nobody declared {name!r}{hint}")
    if name not in allowed:
        listed = ", ".join(f'"{one}"' for one in (*allowed, name))
        raise SettingsError(
            f"{name} may not be inferred; if it should be, write infer = [{listed}] under [dimensions] "
            "in limner.toml and build again"
        )
    return Target(name, read_declared(studio.store, (name,)).get(name, {}))


def list_columns(store: "Store") -> list[str]:
    """Return the names of declared attributes, sorted."""
    rows = store.rows("SELECT DISTINCT j.key FROM users u, json_each(coalesce(u.attributes, '{}')) j")
    return sorted(str(name) for (name,) in rows if name != "consent")


def list_probes(studio: "Studio") -> list[Target]:
    """Return every declared attribute of few enough classes, and behaviour where there are times."""
    declared = read_declared(studio.store, list_columns(studio.store))
    found = [
        Target(name, classes)
        for name, classes in declared.items()
        if 2 <= len(set(classes.values())) <= _MOST_CLASSES or name == "age"
    ]
    for name in BEHAVIOUR:
        try:
            found.append(read_target(studio, name))
        except InputError:
            continue
    return [target for target in found if _is_learnable(target)]


def read_before(store: "Store", cuts: Mapping[int, int]) -> Iterator[tuple[int, int | None, int, str]]:
    """Yield (place among the cuts, item number, time, event) of events strictly before their user's cut.

    The ledger sums up to one moment that all users share; here each user has their own.
    """
    place = {user: number for number, user in enumerate(cuts)}
    for user, item, ts, event in store.rows("SELECT user_no, item_no, ts, event FROM events"):
        if user in place and ts < cuts[user]:
            yield place[user], item, ts, event


def entries_before(store: "Store", cuts: Mapping[int, int]) -> dict[str, Entries]:
    """Return counts of what users did strictly before their cuts, by signal, from the log of events."""
    found: dict[str, Counter[tuple[int, str]]] = defaultdict(Counter)
    items: dict[int | None, tuple[str | None, str | None]] = {
        number: (item, brand) for number, item, brand in _items(store)
    }
    categories = _categories(store)
    last: dict[int, int] = {}
    for at, item, ts, event in read_before(store, cuts):
        item_id, brand = items.get(item, (None, None))
        last[at] = max(last.get(at, UNTIMED), ts)
        found["activity"][at, "all"] += 1
        found["event"][at, event] += 1
        for signal, key in (("item", item_id), ("brand", brand)):
            if key is not None:
                found[signal][at, key] += 1
        for category in categories.get(item, ()):
            found["category"][at, category] += 1
    for at, cut in enumerate(cuts.values()):
        if at in last:
            found["since last event"][at, _name_gap(cut - last[at])] += 1
    return {
        signal: collect_entries([(user, key, n, 0.0) for (user, key), n in counts.items()])
        for signal, counts in found.items()
    }


def _name_gap(gap_us: int) -> str:
    return next((f"{days}" for days in _GAP_DAYS if gap_us <= days * DAY_US), "more")


def _read_churn(store: "Store", as_of: int) -> Target:
    cutoff = as_of - int(_CHURN_DAYS * DAY_US)
    sql = "SELECT user_no, min(ts), max(ts) FROM events WHERE ts <> ? GROUP BY user_no"
    rows = store.rows(sql, UNTIMED)
    if not rows:
        raise InputError("churn-30d needs events with times, and there are none")
    known = [(user, last) for user, first, last in rows if first < cutoff]
    classes = {user: "stays" if last >= cutoff else "leaves" for user, last in known}
    return Target("churn-30d", classes, dict.fromkeys(classes, cutoff))


def _read_next(store: "Store") -> Target:
    sql = (
        "SELECT user_no, ts, first_category FROM (SELECT e.user_no, e.ts, i.first_category, "
        "row_number() OVER (PARTITION BY e.user_no ORDER BY e.ts DESC, e.ref) AS place, "
        "min(e.ts) OVER (PARTITION BY e.user_no) AS first FROM events e JOIN items i USING (item_no) "
        "WHERE e.ts <> ? AND i.first_category IS NOT NULL) WHERE place = 1 AND first < ts ORDER BY user_no"
    )
    rows = store.rows(sql, UNTIMED)
    if not rows:
        raise InputError("next-category needs events with times on items with categories; there are none")
    return Target(
        "next-category",
        {user: str(category) for user, _, category in rows},
        {user: int(ts) for user, ts, _ in rows},
    )


def _is_learnable(target: Target) -> bool:
    counts = Counter(target.classes.values())
    return sum(n >= MIN_PER_CLASS for n in counts.values()) >= 2


def _items(store: "Store") -> list[tuple[int, str, str | None]]:
    return [(row[0], row[1], row[2]) for row in store.rows("SELECT item_no, item_id, brand FROM items")]


def _categories(store: "Store") -> dict[int | None, list[str]]:
    found: dict[int | None, list[str]] = defaultdict(list)
    for item, category in store.rows("SELECT item_no, category FROM item_categories"):
        found[item].append(category)
    return found
