"""What came in: rows read, kept, rejected and repaired, per source and table, always adding up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from limner.errors import InputError
from limner.tables import Tables

REJECTED = pa.schema(
    [
        ("table", pa.string()),
        ("source", pa.string()),
        ("line", pa.int64()),
        ("reason", pa.string()),
        ("row", pa.string()),
        ("rule", pa.string()),  # the reason without the row's own value: what counts are made by
    ]
)
"""One row per rejected row: the fields of `raw.Rejected`, and the rule that was broken."""


@dataclass(frozen=True, slots=True)
class Intake:
    """The account of one table from one source: ``read == kept + sum(rejected.values())``."""

    table: str
    source: str
    read: int
    kept: int
    rejected: Mapping[str, int] = field(default_factory=dict)
    """Rows by the rule they broke, most frequent first."""
    repaired: Mapping[str, int] = field(default_factory=dict)
    """Kept rows by what was mended in them."""
    ignored: tuple[str, ...] = ()
    """Columns that no table has and nothing was made of."""


@dataclass(frozen=True, slots=True, eq=False)
class Collected:
    """Clean tables and the account of how they became so."""

    tables: Tables
    intakes: tuple[Intake, ...]
    rejected: pa.Table
    """Columns of `REJECTED`, by table and source order."""
    rating_scale: tuple[float, float] | None
    integer_ids: frozenset[str]
    """Of 'user_id' and 'item_id', those the owner keeps as integers."""
    caps: Mapping[str, float] = field(default_factory=dict)
    """The highest value per event type: what lay above was cut to it."""
    bots: Mapping[str, int] = field(default_factory=dict)
    """Users whose events were taken out because nobody is that quick, and the most within a minute."""
    derived_events: int = 0
    """Event rows made of texts that no event row goes with; they are in no intake."""

    def require_rows(self, *, quarantine: Path | None = None, sources: str = "nothing given") -> None:
        """Do nothing when there is an event or a text.

        Raises:
            InputError: there is none; says how many rows were read, why they fell, and where they are.
        """
        if self.tables.events.num_rows or self.tables.texts.num_rows:
            return
        intakes = [intake for intake in self.intakes if intake.table in ("events", "texts")]
        read = sum(intake.read for intake in intakes)
        if not read:
            where = ", ".join(sorted({intake.source for intake in self.intakes})) or sources
            raise InputError(f"no rows of events or texts in {where}: give at least one row of either")
        raise InputError(_explain(intakes, read, quarantine))


def _explain(intakes: list[Intake], read: int, quarantine: Path | None) -> str:
    counts: dict[str, int] = {}
    for intake in intakes:
        for rule, n in intake.rejected.items():
            counts[rule] = counts.get(rule, 0) + n
    top = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:3]
    reasons = ", ".join(f"{n} × {rule}" for rule, n in top)
    ignored = sorted({column for intake in intakes for column in intake.ignored})
    unused = f"; columns not used: {', '.join(ignored)}" if ignored else ""
    look = f"; every row and its reason: {quarantine}" if quarantine else ""
    sources = ", ".join(sorted({intake.source for intake in intakes}))
    return (
        f"{sources}: none of the {read:,} rows of events and texts can be used ({reasons}){unused}{look}; "
        "mend them, or name the right columns in limner.toml: [tables.events.columns]"
    )
