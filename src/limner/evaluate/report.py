"""The ladder as a record: one row per model, with everything needed to run it again."""

import math
from dataclasses import dataclass, field
from typing import Any

from limner.evaluate.bootstrap import UNKNOWN, Interval


@dataclass(frozen=True, slots=True)
class Slice:
    """NDCG@10 of one model on some of the users, or on some of what is relevant."""

    kind: str
    """activity, item_age or language."""
    name: str
    n_users: int
    ndcg: Interval


@dataclass(frozen=True, slots=True)
class Row:
    """One model on the test questions."""

    name: str
    kind: str
    """baseline, limner, part, control or ablation."""
    metrics: dict[str, Interval]
    """By the names of `examination.MEASURES`."""
    coverage: float
    tuned: dict[str, Any]
    trials: int
    fit_s: float
    against: dict[str, Interval] = field(default_factory=dict)
    """Paired differences of NDCG@10 to ease, best (of the baselines) and limner; none to itself."""
    slices: tuple[Slice, ...] = ()
    windows: tuple[float, ...] = ()
    """Mean NDCG@10 of each window, oldest first."""
    note: str = ""

    @property
    def ndcg(self) -> Interval:
        """NDCG@10."""
        return self.metrics["ndcg@10"]

    @property
    def recall(self) -> Interval:
        """Recall@20."""
        return self.metrics["recall@20"]

    @property
    def against_ease(self) -> Interval | None:
        """Paired difference of NDCG@10 to EASE; None for EASE itself."""
        return self.against.get("ease")

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        shape: dict[str, Any] = {"name": self.name, "kind": self.kind}
        for metric, interval in self.metrics.items():
            mean, low, high = (_round(value) for value in interval)
            shape |= {metric: mean, f"{metric}_low": low, f"{metric}_high": high}
        shape["coverage"] = _round(self.coverage)
        for other, interval in self.against.items():
            shape[f"ndcg@10_against_{other}"] = _name_interval(interval)
        shape["slices"] = [
            {"kind": one.kind, "name": one.name, "n_users": one.n_users, "ndcg@10": _name_interval(one.ndcg)}
            for one in self.slices
        ]
        shape["windows"] = [_round(value) for value in self.windows]
        shape |= {"tuned": self.tuned, "trials": self.trials, "fit_s": round(self.fit_s, 2)}
        return shape | ({"note": self.note} if self.note else {})


@dataclass(frozen=True, slots=True)
class Window:
    """One window of the test."""

    starts: str | None
    """ISO 8601; None where the protocol has no time."""
    n_users: int

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {"from": self.starts, "n_users": self.n_users}


@dataclass(frozen=True, slots=True)
class Report:
    """The ladder of one log under one protocol; rows in the order of `contenders`, then variants."""

    protocol: str
    cutoffs: dict[str, str]
    n_users: int
    """Users asked about, each once however many windows they are in."""
    n_items: int
    """Items of the catalogue."""
    n_ranked: int
    """Items ranked: all, but in the `items` protocol."""
    n_events: int
    n_validation_users: int
    seed: int
    rows: tuple[Row, ...]
    windows: tuple[Window, ...] = ()
    best_baseline: str = ""
    relevant: str = ""
    known: int | None = None
    notes: tuple[str, ...] = field(default=())

    @classmethod
    def empty(cls, n_items: int, seed: int, notes: tuple[str, ...]) -> "Report":
        """Return the report of a log that gives no ground for a ladder."""
        return cls("none", {}, 0, n_items, 0, 0, 0, seed, (), notes=notes)

    def row(self, name: str) -> Row:
        """Return the row of a model."""
        return next(row for row in self.rows if row.name == name)

    def of_kind(self, *kinds: str) -> tuple[Row, ...]:
        """Return the rows of some kinds."""
        return tuple(row for row in self.rows if row.kind in kinds)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner evaluate --json``."""
        return {
            "protocol": self.protocol,
            "cutoffs": dict(self.cutoffs),
            "windows": [window.to_dict() for window in self.windows],
            "n_users": self.n_users,
            "n_items": self.n_items,
            "n_ranked": self.n_ranked,
            "n_events": self.n_events,
            "n_validation_users": self.n_validation_users,
            "relevant": self.relevant or "any event",
            "known": self.known,
            "seed": self.seed,
            "interval": "95 % bootstrap over users",
            "best_baseline": self.best_baseline,
            "models": [row.to_dict() for row in self.rows],
            "notes": list(self.notes),
        }


def _round(value: float) -> float | None:
    """Return four digits; null in JSON where there is no value."""
    return None if math.isnan(value) else round(value, 4)


def _name_interval(interval: Interval = UNKNOWN) -> dict[str, float | None]:
    return {name: _round(value) for name, value in zip(("mean", "low", "high"), interval, strict=True)}
