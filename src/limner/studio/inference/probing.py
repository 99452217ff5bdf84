"""What the frozen vector tells of users: a linear probe, beside plain counts, its parts, and PCA."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from limner.dimensions.calibrated import Progress, cross_fit, reduce_rows
from limner.dimensions.inference import choose_classes, label_rows
from limner.dimensions.scoring import accuracy, bound, mean_auc
from limner.dimensions.traits import Entries, choose_traits
from limner.evaluate.bootstrap import Interval
from limner.fusion.space import Space, normalise
from limner.ledger.decay import DAY_US
from limner.recommend.history import History, collect_history
from limner.studio.inference.targets import Target, list_probes, read_before
from limner.studio.kept.declared import MOST_ROWS

if TYPE_CHECKING:
    from limner.studio.studio import Studio

Reals = NDArray[np.float64]
_PLAIN = ("activity", "event", "since last event")
"""How much, of what kind and how long ago: what a vector of length 1 cannot hold."""


@dataclass(frozen=True, slots=True)
class Probe:
    """How well one form of the users tells one thing of them; the same folds for every form."""

    target: str
    form: str
    users: int
    auc: Interval
    accuracy: Interval

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner probe --json``."""
        return {**asdict(self), "auc": self.auc._asdict(), "accuracy": self.accuracy._asdict()}


def probe(studio: "Studio", *, seed: int = 7, progress: Progress | None = None) -> list[Probe]:
    """Return what each form of the users tells of each declared attribute, of churn and of what comes next.

    The space is the build's, frozen: it was learned from all events, those after a cutoff too; what is known
    of a user is from before it. ``progress`` is told each target and the share that is done.
    """
    found: list[Probe] = []
    with studio.store.reading():
        targets = list_probes(studio)
        for number, target in enumerate(targets):
            if progress is not None:
                progress(target.name, number / len(targets))
            found += _probe(studio, target, seed)
    return found


def _probe(studio: "Studio", target: Target, seed: int) -> Iterator[Probe]:
    rng = np.random.default_rng(seed)
    classes = choose_classes(target.name, target.classes)
    users = sorted(user for user, value in target.classes.items() if value in classes)
    if len(users) > MOST_ROWS:
        users = sorted(rng.choice(users, MOST_ROWS, replace=False).tolist())
    _, labels = label_rows({place: target.classes[user] for place, user in enumerate(users)}, classes)
    for form, (rows, blocks) in _forms(studio, target, users, seed).items():
        shaped = rows if blocks is not None else reduce_rows(rows, np.random.default_rng(seed))[0]
        chances = cross_fit(shaped, labels, len(classes), rng=np.random.default_rng(seed), blocks=blocks)
        measured = (bound(measure, chances, labels, seed=seed) for measure in (mean_auc, accuracy))
        yield Probe(target.name, form, len(users), *measured)


def _forms(
    studio: "Studio", target: Target, users: list[int], seed: int
) -> dict[str, tuple[Reals, NDArray[np.int64] | None]]:
    """Return the forms by name: float64 (n_users, width), and the blocks of those that have several."""
    entries = target.entries(studio.store, users)
    space = studio.painter.space()
    if target.cuts is None:
        history = studio.painter.everyone().take(np.array(users, dtype=np.int64))
    else:
        history = _history_before(studio, target.cuts, users, space.n_items)
    spread = history.matrix(space.weigh(history))
    forms = {"P": space.vectors(history), "B only": spread @ space.behaviour_in}
    if space.has_content:
        forms["S only"] = spread @ space.semantic_in
    forms["PCA of items"] = _components(history, space, seed)
    shaped = {name: normalise(rows).astype(np.float64) for name, rows in forms.items()}
    raw = _table(entries, [name for name in entries if name not in ("item", "word")], len(users))
    plain = _table(entries, [name for name in _PLAIN if name in entries], len(users))
    both = np.hstack([shaped["P"], plain])
    blocks = np.repeat(np.array([0, 1], dtype=np.int64), (both.shape[1] - plain.shape[1], plain.shape[1]))
    return {
        **{name: (rows, None) for name, rows in shaped.items()},
        "raw counts": (raw, None),
        "P and plain counts": (both, blocks),
    }


def _table(entries: Mapping[str, Entries], names: list[str], n_users: int) -> Reals:
    chosen = {name: entries[name] for name in names}
    return choose_traits(chosen, n_users).table(chosen, n_users)


def _components(history: History, space: Space, seed: int) -> Any:
    width = min(space.dim, history.n_users - 1, history.n_items - 1)
    seen = history.matrix().toarray().astype(np.float64)
    seen -= seen.mean(axis=0)
    rng = np.random.default_rng(seed)
    sample = seen @ rng.standard_normal((seen.shape[1], width))
    for _ in range(2):
        sample, _r = np.linalg.qr(seen @ (seen.T @ sample))
    return seen @ np.linalg.svd(sample.T @ seen, full_matrices=False)[2].T


def _history_before(studio: "Studio", cuts: Mapping[int, int], users: list[int], n_items: int) -> History:
    """Return what users did before their cuts, every event weighing 1, decayed to the cut."""
    from limner.ledger.items import ItemSums

    half_lives = studio.settings.horizons
    at = [cuts[user] for user in users]
    sums: dict[tuple[int, int], list[float]] = {}
    for place, item, ts, _ in read_before(studio.store, dict(zip(users, at, strict=True))):
        if item is not None:
            age = (at[place] - ts) / DAY_US
            held = sums.setdefault((place, item), [0.0, 0.0, 0.0])
            held[0] += 1
            held[1] += 0.5 ** (age / half_lives.recent_days)
            held[2] += 0.5 ** (age / half_lives.lasting_days)
    pairs = np.array(list(sums), dtype=np.int32).reshape(-1, 2)
    table = np.array(list(sums.values()), dtype=np.float64).reshape(-1, 3)
    found = ItemSums(pairs[:, 0], pairs[:, 1], table[:, 0], table[:, 1], table[:, 2])
    return collect_history(found, shape=(len(users), n_items), at_us=studio.painter.as_of)
