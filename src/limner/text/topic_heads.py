"""Topics taught by labels: one head for each over vectors and runs of characters, beside what names say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from limner.text.logistic import fit_logistic, score_rows
from limner.text.ngrams import RunWeights, count_runs
from limner.text.tone import spread
from limner.text.topics import score_topics

if TYPE_CHECKING:
    from limner.encoders import Encoder

Reals = NDArray[np.float64]
_PULL_RUNS = 30.0
_PULL_VECTORS = 0.1
_RUNS, _NAMES = 0.5, 0.7
"""What runs of characters and names weigh beside the vectors, each reading at the same spread."""


@dataclass(frozen=True, slots=True, eq=False)
class TopicHeads:
    """Tells topics apart as labelled texts do."""

    names: tuple[str, ...]
    runs: RunWeights
    of_runs: tuple[Reals, ...]
    of_vectors: tuple[Reals, ...] = ()
    """Empty without an encoder."""
    centre: Reals | None = None

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        labels: Sequence[str],
        names: Sequence[str],
        encoder: "Encoder | None" = None,
    ) -> Self:
        """Return heads fitted on texts with a label each; every name needs a text."""
        counts = count_runs(texts)
        runs = RunWeights.fit(counts)
        rows = runs.weigh(counts)
        sides = [np.array([label == name for label in labels]) for name in names]
        of_runs = tuple(fit_logistic(rows, side, pull=_PULL_RUNS) for side in sides)
        if encoder is None:
            return cls(tuple(names), runs, of_runs)
        vectors = encoder.encode(texts)
        centre = vectors.astype(np.float64).mean(axis=0)
        apart = spread(vectors, centre)
        of_vectors = tuple(fit_logistic(apart, side, pull=_PULL_VECTORS) for side in sides)
        return cls(tuple(names), runs, of_runs, of_vectors, centre)

    def score(self, texts: Sequence[str], encoder: "Encoder | None" = None) -> Reals:
        """Return float64 (n_texts, n_names): readings added up, the highest for the likeliest topic.

        Each reading is brought to a spread of 1 over these texts, so only the order within a text counts.
        """
        rows = self.runs.weigh(count_runs(texts))
        readings = _RUNS * _even(np.column_stack([score_rows(rows, weights) for weights in self.of_runs]))
        if encoder is not None and self.centre is not None:
            apart = spread(encoder.encode(texts), self.centre)
            readings += _even(np.column_stack([score_rows(apart, weights) for weights in self.of_vectors]))
        named = score_topics(texts, self.names, encoder)
        return readings + _NAMES * _even(np.log(np.maximum(named, 1e-6)))


def _even(readings: Reals) -> Reals:
    return readings / max(float(readings.std()), 1e-9)
