"""The ladder as a record: one row per model, with everything needed to run it again."""

from dataclasses import dataclass, field
from typing import Any

from limner.evaluate.bootstrap import Interval


@dataclass(frozen=True, slots=True)
class Row:
    """One model on the test question."""

    name: str
    ndcg: Interval
    recall: Interval
    against_ease: Interval | None
    """Paired difference of NDCG@10 to EASE; None for EASE itself."""
    tuned: dict[str, Any]
    trials: int
    fit_s: float
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        shape: dict[str, Any] = {"name": self.name}
        for metric, interval in (("ndcg@10", self.ndcg), ("recall@20", self.recall)):
            shape[metric] = round(interval.mean, 4)
            shape[f"{metric}_low"] = round(interval.low, 4)
            shape[f"{metric}_high"] = round(interval.high, 4)
        if self.against_ease is not None:
            mean, low, high = (round(value, 4) for value in self.against_ease)
            shape["ndcg@10_against_ease"] = {"mean": mean, "low": low, "high": high}
        shape |= {"tuned": self.tuned, "trials": self.trials, "fit_s": round(self.fit_s, 2)}
        return shape | ({"note": self.note} if self.note else {})


@dataclass(frozen=True, slots=True)
class Report:
    """The ladder of one log under one protocol; rows in the order of `contenders`."""

    protocol: str
    cutoffs: dict[str, str]
    n_users: int
    """Users asked about."""
    n_items: int
    """Items ranked: all of them."""
    n_events: int
    n_validation_users: int
    seed: int
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = field(default=())

    def row(self, name: str) -> Row:
        """Return the row of a model."""
        return next(row for row in self.rows if row.name == name)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner evaluate --json``."""
        return {
            "protocol": self.protocol,
            "cutoffs": dict(self.cutoffs),
            "n_users": self.n_users,
            "n_items": self.n_items,
            "n_events": self.n_events,
            "n_validation_users": self.n_validation_users,
            "seed": self.seed,
            "interval": "95 % bootstrap over users",
            "models": [row.to_dict() for row in self.rows],
            "notes": list(self.notes),
        }
