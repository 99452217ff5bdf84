"""Heads of tone taught by the owner's stars, each text read by heads that had not seen it.

Where texts have times, a text is read by what was taught before it (blocks of time, each by the blocks
before); where they have none, by what the other folds taught. So a profile as of a date owes nothing to later
stars, and the accuracies that are reported are of unseen texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from limner.text.logistic import fit_logistic, score_rows
from limner.text.ngrams import RunWeights, count_runs
from limner.text.tone import Heads, Reals, ToneModel, read_odds, shorten, spread

if TYPE_CHECKING:
    from limner.encoders import Encoder

FOLDS = 5
"""Blocks of time, or folds where there is none, that read each other."""
_STACK_FOLDS = 3
"""Folds within the rated texts of one head, to see what each reading weighs."""
FEWEST = 40
"""Rated texts of each class below which nothing is taught."""
MOST_TAUGHT = 4_000
"""Rated texts that a head is fitted on."""
MOST_ENCODED = 1_000
"""Rated texts that an encoder reads for its head, the same ones for every block."""
_PULL_RUNS = 3.0
_PULL_VECTORS = 0.3
_PULL_STACK = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """Texts to be read, in columns of one length."""

    texts: Sequence[str]
    words: Reals
    """What the word lists say, −1..1."""
    languages: Sequence[str]
    stars: Reals
    """1 pleased, −1 displeased, 0 between, NaN without stars."""
    times: NDArray[np.int64]
    """Microseconds UTC, 0 where the owner keeps none."""
    sampled: NDArray[np.bool_] | None = None
    """Rated texts that an encoder may read for its head; None: any."""

    def take(self, rows: NDArray[np.int64]) -> "Written":
        """Return some of the texts."""
        return Written(
            [self.texts[row] for row in rows],
            self.words[rows],
            [self.languages[row] for row in rows],
            self.stars[rows],
            self.times[rows],
            None if self.sampled is None else self.sampled[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Taught:
    """Tones of all texts, the model for later ones, and how right either reading was."""

    tones: Reals
    model: ToneModel
    report: Mapping[str, Any] = field(default_factory=dict)


def read_tones(written: Written, encoder: "Encoder | None", *, seed: int) -> Taught:
    """Return the tone of every text and the model that reads later ones.

    ``report`` has n_texts, n_rated, and balanced accuracies (the mean over both classes) on n_judged of the
    rated texts: ``untaught``, and where heads were taught ``taught`` on those that heads of others read, with
    ``untaught_on_unseen`` on the same.
    """
    untaught = ToneModel.untaught(encoder)
    rated = np.flatnonzero(np.abs(np.nan_to_num(written.stars)) == 1)
    sample = rated[_sample(written.stars[rated], MOST_ENCODED, seed)]
    sampled = np.isin(np.arange(len(written.texts)), sample)
    written = replace(written, sampled=sampled)
    tones, unread = np.zeros(len(written.texts)), np.ones(len(written.texts), bool)
    for earlier, block in _split(written, rated, seed):
        heads = teach(written.take(earlier), untaught, encoder, seed=seed) if len(block) else None
        if heads is not None:
            tones[block] = _read(ToneModel(untaught.prototypes, heads), written.take(block), encoder)
            unread[block] = False
    tones[unread] = _read(untaught, written.take(np.flatnonzero(unread)), encoder)
    plain = _read(untaught, written.take(sample), encoder)
    heads = None if unread.all() else teach(written.take(rated), untaught, encoder, seed=seed)
    report = {"n_texts": len(tones), "n_rated": len(rated)} | _judge(
        plain, tones[sample], written.stars[sample], ~unread[sample]
    )
    return Taught(tones, ToneModel(untaught.prototypes, heads), report)


def _read(model: ToneModel, written: Written, encoder: "Encoder | None") -> Reals:
    return model.score(written.texts, written.words.tolist(), written.languages, encoder)


def _judge(plain: Reals, tones: Reals, stars: Reals, unseen: NDArray[np.bool_]) -> dict[str, Any]:
    """Return the balanced accuracies of both readings of some rated texts."""
    report: dict[str, Any] = {"n_judged": len(stars), "untaught": _balance(plain, stars)}
    if unseen.any():
        report["untaught_on_unseen"] = _balance(plain[unseen], stars[unseen])
        report["taught"] = _balance(tones[unseen], stars[unseen])
    return report


def teach(rated: Written, untaught: ToneModel, encoder: "Encoder | None", *, seed: int) -> Heads | None:
    """Return heads fitted on rated texts; None where there are too few of either class."""
    chosen = rated.take(_sample(rated.stars, MOST_TAUGHT, seed))
    labels = chosen.stars > 0
    if min(labels.sum(), (~labels).sum()) < FEWEST:
        return None
    counts = count_runs(chosen.texts)
    runs = RunWeights.fit(counts)
    rows = runs.weigh(counts)
    folds = np.random.default_rng(seed).integers(0, _STACK_FOLDS, len(labels))
    odds = read_odds(chosen.words.tolist())
    unseen_runs = _cross_fit(rows, labels, folds, _PULL_RUNS)
    cheap = _stack([odds, unseen_runs], labels)
    heads = Heads(runs, fit_logistic(rows, labels, pull=_PULL_RUNS), cheap)
    if encoder is None or untaught.prototypes is None:
        return heads
    may = np.ones(len(labels), bool) if chosen.sampled is None else chosen.sampled
    some = np.flatnonzero(may)
    some = some[_sample(chosen.stars[some], MOST_ENCODED, seed)]
    if min(labels[some].sum(), (~labels[some]).sum()) < FEWEST // 2:
        return heads
    vectors = encoder.encode([shorten(chosen.texts[int(row)]) for row in some])
    centre = vectors.astype(np.float64).mean(axis=0)
    apart = spread(vectors, centre)
    unseen = _cross_fit(apart, labels[some], folds[some], _PULL_VECTORS)
    near = untaught.prototypes.score(vectors, [chosen.languages[int(row)] for row in some])
    full = _stack([odds[some], unseen_runs[some], near, unseen], labels[some])
    of_vectors = fit_logistic(apart, labels[some], pull=_PULL_VECTORS)
    return Heads(runs, heads.of_runs, cheap, of_vectors, centre, full)


def _split(
    written: Written, rated: NDArray[np.int64], seed: int
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return (rated texts to learn from, texts to read) pairs that share no text."""
    times = written.times
    if len(rated) < 2 * FEWEST:
        return []
    if not times[rated].any():
        folds = np.random.default_rng(seed).integers(0, FOLDS, len(times))
        return [(rated[folds[rated] != fold], np.flatnonzero(folds == fold)) for fold in range(FOLDS)]
    edges = np.quantile(times[rated], np.arange(1, FOLDS) / FOLDS, method="nearest")
    blocks = np.searchsorted(edges, times, side="right")
    return [(rated[blocks[rated] < block], np.flatnonzero(blocks == block)) for block in range(1, FOLDS)]


def _sample(stars: Reals, most: int, seed: int) -> NDArray[np.int64]:
    """Return up to ``most`` rows in order, half of each class as far as there are enough."""
    if len(stars) <= most:
        return np.arange(len(stars))
    rng = np.random.default_rng(seed)
    classes = [rng.permutation(np.flatnonzero(side)) for side in (stars > 0, stars < 0)]
    small = min(len(rows) for rows in classes)
    quota = max(most // 2, most - small)
    return np.sort(np.concatenate([rows[:quota] for rows in classes]))


def _cross_fit(rows: Any, labels: NDArray[np.bool_], folds: NDArray[np.int64], pull: float) -> Reals:
    """Return the log odds of each row by a head that was fitted on the other folds."""
    odds = np.zeros(len(labels))
    for fold in range(_STACK_FOLDS):
        own = folds == fold
        weights = fit_logistic(rows[~own], labels[~own], pull=pull)
        odds[own] = score_rows(rows[own], weights)
    return odds


def _stack(readings: Sequence[Reals], labels: NDArray[np.bool_]) -> Reals:
    """Return what each reading weighs, and the intercept: fitted at a scale of 1 for each."""
    columns = np.column_stack(readings)
    scale = np.maximum(columns.std(axis=0), 1e-9)
    weights = fit_logistic(columns / scale, labels, pull=_PULL_STACK)
    return np.append(weights[:-1] / scale, weights[-1])


def _balance(tones: Reals, stars: Reals) -> float | None:
    """Return the balanced accuracy of signs; 0 counts as half right; None without both classes."""
    right = 0.5 + np.sign(tones) * stars / 2
    if not (stars > 0).any() or not (stars < 0).any():
        return None
    return float((right[stars > 0].mean() + right[stars < 0].mean()) / 2)
