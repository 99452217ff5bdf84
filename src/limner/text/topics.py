"""What texts are about, given nothing but the names of the topics.

Three readings are added up: how near a text's vector is to sentences about the topic, how many of the words
that we know to go with a common topic (`lexicons/topics.txt`) or are its name occur in it, and, where many
texts are read at once, how alike it is to the texts that the first two are surest of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from limner.text.languages import detect_normalised
from limner.text.ngrams import RunWeights, count_runs
from limner.text.normalisation import normalise

if TYPE_CHECKING:
    from limner.encoders import Encoder

Reals = NDArray[np.float64]
MANY = 200
"""Texts from which on they teach each other."""
_TEMPLATES = (
    "{}",
    "这是关于{}的评论",
    "买的{}收到了，很满意",
    "{}的质量不好",
    "这个{}怎么样",
    "a review of {}",
)
_KNOWN_SHARE = 0.6
"""What the words of a known topic weigh against its name, in its vector."""
_PER_WORD = 0.9
"""What one more word weighs, in standard deviations of the vectors' reading."""
_MOST_WORDS = 6
_USUAL_RARITY = 4.0
"""ln of (texts / texts with the word) at which a word counts as one."""
_ROUNDS = 4
_RUN_SHARE = 0.6
_WORDS_A_SENTENCE = 4


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic by its name, and what we know of it."""

    name: str
    words: tuple[str, ...]
    """Normalised words that speak of it, its name among them."""
    sentences: tuple[str, ...]
    """Lists of words, as an encoder reads them; empty where only the name is known."""


def score_topics(
    texts: Sequence[str],
    names: Sequence[str],
    encoder: "Encoder | None" = None,
    *,
    together: bool = True,
) -> NDArray[np.float64]:
    """Return float64 (n_texts, n_topics): shares that add up to 1 a text; even where it says nothing.

    ``together`` lets texts that come in great number (`MANY`) teach each other; without it a text has the
    same topics whatever it is read with.
    """
    many = together and len(texts) >= MANY
    if not texts or not names:
        return np.zeros((len(texts), len(names)))
    topics = [know_topic(name) for name in names]
    hits = _count_words([normalise(text) for text in texts], topics, many=many)
    readings = _PER_WORD * np.minimum(hits, _MOST_WORDS) * (2.0 if encoder is None else 1.0)
    if encoder is not None:
        readings = readings + _read_vectors(encoder.encode(texts), topics, encoder, many=many)
    speaks = np.array([any(char.isalpha() for char in text) for text in texts])
    shares = _share_out(np.where(speaks[:, None], readings, 0.0))
    if many and len(names) > 1:
        shares = _teach_each_other(texts, readings)
    return np.where(speaks[:, None], shares, 1.0 / len(names))


def know_topic(name: str) -> Topic:
    """Return what is known of a topic by this name: its words in both languages, or the name alone.

    >>> "前台" in know_topic("hotel").words, know_topic("斗拱").words
    (True, ('斗拱',))
    """
    plain = normalise(name).strip()
    words = load_topics().get(plain, ())
    lists = [words[at : at + _WORDS_A_SENTENCE] for at in range(0, len(words), _WORDS_A_SENTENCE)]
    return Topic(name, tuple(dict.fromkeys((plain, *words))), tuple("、".join(part) for part in lists))


@cache
def load_topics() -> Mapping[str, tuple[str, ...]]:
    """Return name of a common topic → the words that go with it."""
    found: dict[str, tuple[str, ...]] = {}
    body = files("limner.text").joinpath("lexicons", "topics.txt").read_text(encoding="utf-8")
    for line in body.splitlines():
        if line and not line.startswith("# "):
            names, *lists = ([word.replace("_", " ") for word in part.split()] for part in line.split("|"))
            found |= dict.fromkeys(names, tuple(word for part in lists for word in part))
    return found


def _count_words(normal: Sequence[str], topics: Sequence[Topic], *, many: bool) -> Reals:
    """Return how many words of each topic occur in each text; in many texts, a rare word counts more."""
    hits = np.zeros((len(normal), len(topics)))
    spaced = [f" {text} " if detect_normalised(text) != "zh" else "" for text in normal]
    for column, topic in enumerate(topics):
        for word in topic.words:
            found = np.array([_occurs(word, text, wide) for text, wide in zip(normal, spaced, strict=True)])
            rarity = np.log(len(normal) / max(1, found.sum())) / _USUAL_RARITY if many else 1.0
            hits[:, column] += found * rarity
    return hits


def _occurs(word: str, text: str, spaced: str) -> bool:
    """Return whether a word is in a text: as a whole word where words are parted by spaces."""
    if not word.isascii():
        return word in text
    if not spaced:
        return word in text
    return f" {word}" in spaced


def _read_vectors(vectors: NDArray[Any], topics: Sequence[Topic], encoder: "Encoder", *, many: bool) -> Reals:
    """Return how near each text is to each topic, at a standard deviation of about 1."""
    places = []
    for topic in topics:
        named = encoder.encode([template.format(topic.name) for template in _TEMPLATES]).mean(axis=0)
        known = encoder.encode(list(topic.sentences)).mean(axis=0) if topic.sentences else named
        places.append(_KNOWN_SHARE * known + (1 - _KNOWN_SHARE) * named)
    at = np.array(places, np.float64)
    centre = vectors.mean(axis=0) if many else at.mean(axis=0)
    near = _unit(vectors - centre) @ _unit(at - at.mean(axis=0)).T
    return near / max(float(near.std()), 1e-9) if many else near * _TYPICAL


_TYPICAL = 5.0
"""What cosines are multiplied by where there are too few texts to see how they spread."""


def _teach_each_other(texts: Sequence[str], readings: Reals) -> Reals:
    """Return the shares when texts that share runs of characters lean to one topic.

    Rounds of naive Bayes over hashed runs, each text weighed by how sure its topic is.
    Source: Nigam, McCallum, Thrun, Mitchell: *Text classification from labeled and unlabeled documents
    using EM* (Machine Learning, 2000), with prior readings in place of labels.
    """
    counts = count_runs(texts)
    rows = RunWeights.fit(counts).weigh(counts)
    shares = _share_out(readings)
    for _ in range(_ROUNDS):
        sure = shares**2 / (shares**2).sum(axis=1, keepdims=True)
        sums = np.asarray((rows.T @ sure).T) + 0.01
        logs = np.log(sums / sums.sum(axis=1, keepdims=True))
        told = np.asarray(rows @ logs.T)
        shares = _share_out(readings + _RUN_SHARE * (told - told.mean(axis=1, keepdims=True)))
    return shares


def _share_out(readings: Reals) -> Reals:
    raised = np.exp(readings - readings.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float64)


def _unit(rows: NDArray[Any]) -> Reals:
    wide = rows.astype(np.float64)
    norms = np.linalg.norm(wide, axis=1, keepdims=True)
    return np.asarray(wide / np.where(norms > 0, norms, 1.0))
