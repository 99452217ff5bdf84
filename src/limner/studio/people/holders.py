"""Who a rule may be true of, by the cells of the ledger: never too few, sometimes too many."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from limner.dimensions.audience.meaning import AllOf, AnyOf, Condition, Rule
from limner.studio.kept.correcting import read_corrected
from limner.studio.people.vocabulary import SIGNALS

if TYPE_CHECKING:
    from limner.studio.portraits.painting import Painter

_HOLDS = (
    "SELECT u.user_no FROM users u WHERE EXISTS (SELECT 1 FROM cells c WHERE c.user_no = u.user_no "
    "AND c.signal = ? AND {})"
)
_MOST_NAMES = 500
"""Names looked for in one query; with more of them anybody is possible."""


def find_candidates(painter: "Painter", rule: Rule) -> set[int] | None:
    """Return the numbers of users whom a rule may be true of; None: of anybody.

    Whom a rule is not true of cannot be known from cells alone, so a negation rules nobody out.
    """
    if isinstance(rule, Condition):
        return _find_holders(painter, rule)
    if not isinstance(rule, AllOf | AnyOf):
        return None
    found = [find_candidates(painter, part) for part in rule.parts]
    sets = [one for one in found if one is not None]
    if isinstance(rule, AllOf):
        return set.intersection(*sets) if sets else None
    return set[int]().union(*sets) if len(sets) == len(found) else None


def _find_holders(painter: "Painter", condition: Condition) -> set[int] | None:
    """Return who has a cell that a fact of these names could be read from, a claim, or a correction."""
    signal = SIGNALS.get((condition.dimension, condition.key))
    if signal is None or not condition.names or condition.differs:
        return None
    keys = _list_keys(painter, condition.names)
    if len(keys) > _MOST_NAMES:
        return None
    marks = ", ".join("?" * len(keys))
    rows = painter.store.rows(_HOLDS.format(f"c.key IN ({marks})"), signal, *keys)
    claimed = painter.store.rows(_HOLDS.format("c.key LIKE ?"), "claim", f"%|{condition.dimension}|%")
    return {row[0] for row in (*rows, *claimed)} | set(read_corrected(painter.store))


def _list_keys(painter: "Painter", names: Sequence[str]) -> list[str]:
    """Return names with all other names of the same things."""
    wanted = {painter.canonical(name) for name in names}
    aliases = painter.meta.get("aliases") or {}
    return sorted({*names, *wanted, *(word for word, name in aliases.items() if name in wanted)})
