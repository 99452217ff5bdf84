"""The tone of texts, −1..1: word lists first, an encoder where they are unsure, the owner's stars over both.

Everything is added up as log odds. Word lists read every text; an encoder reads those whose words say little
(`UNSURE`), by their nearness to our prototypes; where the owner has stars, heads taught by them
(`text.teaching`) are weighed in, and the weights come from texts that the heads had not seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from limner.text.logistic import score_rows
from limner.text.ngrams import RunWeights, count_runs
from limner.text.zero_shot import ZeroShot

if TYPE_CHECKING:
    from limner.encoders import Encoder

Reals = NDArray[np.float64]
UNSURE: Mapping[str, float] = {"zh": 0.4, "en": 1.2, "other": np.inf}
"""Log odds of the word lists, halved, below which the encoder is asked."""
UNSURE_TAUGHT = 1.5
"""Log odds of the taught cheap reading below which the encoder is asked."""
WORDS_BESIDE: Mapping[str, float] = {"zh": 1.0, "en": 0.3, "other": 0.0}
"""What the word lists weigh beside the encoder's reading."""
LONGEST_SPACED = 600
"""Characters of a text in words with spaces that an encoder reads; longer ones are read no better."""
LONGEST_WIDE = 300
"""The same for Chinese."""
_MOST = 0.995
_BLOCK = 4096
"""Texts scored at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """What the owner's stars taught: two heads, and what each reading weighs, with an encoder and without."""

    runs: RunWeights
    of_runs: Reals
    """Weights over runs of characters, the intercept last."""
    cheap: Reals
    """Weights of (words, runs), the intercept last."""
    of_vectors: Reals | None = None
    """Weights over centred vectors, the intercept last."""
    centre: Reals | None = None
    """float64 (dim,): the mean of the vectors the head was fitted on."""
    full: Reals | None = None
    """Weights of (words, runs, prototypes, vectors), the intercept last."""

    def read_runs(self, texts: Sequence[str]) -> Reals:
        """Return the log odds that runs of characters give."""
        return score_rows(self.runs.weigh(count_runs(texts)), self.of_runs)

    def read_vectors(self, vectors: NDArray[Any]) -> Reals:
        """Return the log odds that vectors give."""
        assert self.of_vectors is not None and self.centre is not None
        return score_rows(spread(vectors, self.centre), self.of_vectors)


@dataclass(frozen=True, slots=True, eq=False)
class ToneModel:
    """How the tone of a text is read; without prototypes and heads, from the word lists alone."""

    prototypes: ZeroShot | None = None
    heads: Heads | None = None

    @classmethod
    def untaught(cls, encoder: "Encoder | None") -> Self:
        """Return the reading that no label has touched."""
        return cls(ZeroShot.fit(encoder) if encoder is not None else None)

    def score(
        self,
        texts: Sequence[str],
        words: Sequence[float],
        languages: Sequence[str],
        encoder: "Encoder | None" = None,
    ) -> Reals:
        """Return the tone of texts, float64 (n,) in −1..1.

        ``words`` is what `text.sentiment` says of them. Without ``encoder`` the prototypes are not asked.
        """
        parts = [
            self._score_block(
                texts[at : at + _BLOCK], words[at : at + _BLOCK], languages[at : at + _BLOCK], encoder
            )
            for at in range(0, len(texts), _BLOCK)
        ]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _score_block(
        self,
        texts: Sequence[str],
        words: Sequence[float],
        languages: Sequence[str],
        encoder: "Encoder | None",
    ) -> Reals:
        odds = read_odds(words)
        runs = self.heads.read_runs(texts) if self.heads else np.zeros(len(texts))
        sure = score_rows(np.column_stack([odds, runs]), self.heads.cheap) / 2 if self.heads else odds
        if encoder is not None and self.prototypes is not None:
            asked = self._find_unsure(texts, sure, languages)
            vectors = encoder.encode([shorten(texts[row]) for row in asked])
            chosen = [languages[row] for row in asked]
            sure[asked] = self._read_vectors(vectors, odds[asked], runs[asked], chosen)
        return np.tanh(sure)

    def _find_unsure(self, texts: Sequence[str], sure: Reals, languages: Sequence[str]) -> NDArray[np.int64]:
        limits = [UNSURE_TAUGHT / 2 if self.heads else UNSURE[language] for language in languages]
        says = np.array([any(letter.isalpha() for letter in text) for text in texts], bool)
        return np.flatnonzero((np.abs(sure) < np.array(limits)) & says)

    def _read_vectors(
        self, vectors: NDArray[Any], odds: Reals, runs: Reals, languages: Sequence[str]
    ) -> Reals:
        """Return half the log odds of texts whose vectors are at hand."""
        assert self.prototypes is not None
        near = self.prototypes.score(vectors, languages)
        if self.heads is not None and self.heads.full is not None:
            parts = np.column_stack([odds, runs, near, self.heads.read_vectors(vectors)])
            return score_rows(parts, self.heads.full) / 2
        beside = np.array([WORDS_BESIDE[language] for language in languages])
        return near + beside * odds

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that `from_arrays` takes."""
        found: dict[str, NDArray[Any]] = {}
        if self.prototypes is not None:
            found |= {"centres": self.prototypes.centres, "directions": self.prototypes.directions}
        if self.heads is not None:
            found |= {"buckets": self.heads.runs.buckets, "idf": self.heads.runs.idf}
            named = {name: getattr(self.heads, name) for name in _HEADS}
            found |= {name: array for name, array in named.items() if array is not None}
        return found

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the model that `to_arrays` was called on."""
        prototypes = ZeroShot(arrays["centres"], arrays["directions"]) if "centres" in arrays else None
        if "idf" not in arrays:
            return cls(prototypes)
        runs = RunWeights(arrays["buckets"], arrays["idf"])
        of_vectors, centre, full = (arrays.get(name) for name in ("of_vectors", "centre", "full"))
        return cls(prototypes, Heads(runs, arrays["of_runs"], arrays["cheap"], of_vectors, centre, full))


_HEADS = ("of_runs", "cheap", "of_vectors", "centre", "full")


def shorten(text: str) -> str:
    """Return a text at a length that an encoder reads quickly: its beginning and its end, where opinions are.

    >>> len(shorten("很好" * 400)), shorten("very good")
    (301, 'very good')
    """
    most = LONGEST_WIDE if any("\u4e00" <= char <= "\u9fff" for char in text[:100]) else LONGEST_SPACED
    return text if len(text) <= most else f"{text[: most * 2 // 3]} {text[-most // 3 :]}"


def read_odds(words: Sequence[float]) -> Reals:
    """Return half the log odds of tones in −1..1; full certainty is cut to 0.995."""
    return np.arctanh(np.clip(np.asarray(words, np.float64), -_MOST, _MOST))


def spread(vectors: NDArray[Any], centre: Reals) -> Reals:
    """Return vectors around a centre, ten times as far apart: unit vectors of texts lie close together."""
    return (vectors.astype(np.float64) - centre) * 10.0
