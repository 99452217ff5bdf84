"""Who met what, when, and how much it says: outside ids at the edge, inside indices within."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from limner.errors import InputError
from limner.records import UNTIMED

if TYPE_CHECKING:
    import pyarrow as pa

    from limner.settings import EventSettings

Codes = NDArray[np.int32]
Instants = NDArray[np.int64]
Reals = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Interactions:
    """One row per event of a user with an item.

    ``users`` and ``items`` are int32 positions in ``user_ids`` and ``item_ids`` (both sorted, so nothing
    depends on the order of the rows), ``timestamps`` int64 microseconds UTC (`UNTIMED` where the owner
    keeps none), ``weights`` float64 (what an event of its type says). All four have one length.
    """

    user_ids: list[str]
    item_ids: list[str]
    users: Codes
    items: Codes
    timestamps: Instants
    weights: Reals

    def __post_init__(self) -> None:
        """Refuse columns of different lengths, codes without an id, and weights that are no numbers."""
        lengths = {len(self.users), len(self.items), len(self.timestamps), len(self.weights)}
        if len(lengths) != 1:
            raise InputError(f"interactions: columns of lengths {sorted(lengths)}; give each event one entry")
        if not np.isfinite(self.weights).all():
            raise InputError("interactions: a weight is NaN or infinite; give every event a finite weight")
        for name, codes, ids in (("user", self.users, self.user_ids), ("item", self.items, self.item_ids)):
            if len(codes) and not 0 <= int(codes.min()) <= int(codes.max()) < len(ids):
                raise InputError(f"interactions: a {name} code lies outside 0..{len(ids) - 1}")

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.users)

    @property
    def shape(self) -> tuple[int, int]:
        """Users and items that have an id, with or without events."""
        return len(self.user_ids), len(self.item_ids)

    @property
    def timed(self) -> bool:
        """Whether every event has a time."""
        return len(self) > 0 and bool((self.timestamps != UNTIMED).all())

    @property
    def last_us(self) -> int:
        """The newest timestamp, `UNTIMED` when there is none."""
        return int(self.timestamps.max(initial=UNTIMED))

    def where(self, mask: Mask) -> "Interactions":
        """Return the events under a mask; ids and codes stay."""
        return replace(
            self,
            users=self.users[mask],
            items=self.items[mask],
            timestamps=self.timestamps[mask],
            weights=self.weights[mask],
        )

    def before(self, cutoff_us: int) -> "Interactions":
        """Return the events strictly before an instant; ids and codes stay."""
        return self.where(self.timestamps < cutoff_us)

    def of_users(self, codes: Codes) -> "Interactions":
        """Return the events of some users, who are renumbered in the given order; nobody else has an id."""
        position = np.full(len(self.user_ids), -1, dtype=np.int32)
        position[codes] = np.arange(len(codes), dtype=np.int32)
        kept = self.where(position[self.users] >= 0)
        return replace(kept, users=position[kept.users], user_ids=[self.user_ids[code] for code in codes])

    def active_users(self) -> Codes:
        """Return the codes of users with at least one event, ascending."""
        return np.unique(self.users)


def read_interactions(
    events: "pa.Table", settings: "EventSettings", *, item_ids: Sequence[str] = ()
) -> Interactions:
    """Return the rows of an events table that name a user and an item, weighed as the ledger weighs them.

    ``item_ids`` adds items that nobody has met yet.
    """
    import pyarrow.compute as pc

    from limner.ledger.items import weigh_events

    rows = events.filter(pc.and_(pc.is_valid(events["user_id"]), pc.is_valid(events["item_id"])))
    users, user_ids = _encode(rows["user_id"], ())
    items, known_ids = _encode(rows["item_id"], item_ids)
    stamps = rows["timestamp"].fill_null(UNTIMED).to_numpy().astype(np.int64)
    return Interactions(user_ids, known_ids, users, items, stamps, weigh_events(rows, settings))


def _encode(column: "pa.ChunkedArray", further: Sequence[str]) -> tuple[Codes, list[str]]:
    """Return int32 codes and the sorted ids they point to."""
    encoded: Any = column.combine_chunks().dictionary_encode()
    found = encoded.dictionary.to_pylist()
    ids = sorted({*found, *further})
    position = {one: code for code, one in enumerate(ids)}
    recode = np.array([position[one] for one in found], dtype=np.int32)
    return recode[encoded.indices.to_numpy()] if found else np.zeros(0, np.int32), ids
