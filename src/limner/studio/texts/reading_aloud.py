"""What any texts say, one answer for each: for trying, for support teams, for tests."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.encoders import Encoder
from limner.settings import Settings, settings_from_json
from limner.studio.kept.migration import open_workspace
from limner.studio.kept.tones import Tones, open_asked
from limner.studio.kept.wordings import load_wording, wording_of
from limner.text.claims import Claim
from limner.text.keywords import WordTable, weigh_keywords
from limner.text.mojibake import repair_mojibake
from limner.text.reading import TextReading, read_text
from limner.text.tone import ToneModel
from limner.text.topics import score_topics
from limner.text.wording import PLAIN, Wording

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Heard:
    """What one text says; quotes are of `text`."""

    text: str
    """As it was read: repaired where it had certainly gone through a wrong encoding."""
    language: str
    sentiment: float
    """−1..1."""
    aspects: tuple[dict[str, Any], ...]
    """aspect, polarity −1..1, quote."""
    topics: tuple[dict[str, Any], ...]
    """topic, score 0..1, the highest first; none where no labels are given."""
    keywords: tuple[str, ...]
    facts: tuple[dict[str, Any], ...]
    """dimension, key, value, polarity, quote."""

    def to_dict(self) -> dict[str, Any]:
        """Return what is printed for it."""
        return {
            "language": self.language,
            "sentiment": round(self.sentiment, _DIGITS),
            "aspects": list(self.aspects),
            "topics": list(self.topics),
            "keywords": list(self.keywords),
            "facts": list(self.facts),
        }


@dataclass(frozen=True, slots=True)
class Listener:
    """Reads texts, all in the same way."""

    labels: tuple[str, ...] = ()
    """Names of topics; empty: none are looked for."""
    wording: Wording = PLAIN
    idf: WordTable | None = None
    """Weighs keywords; None: what comes more often, then first, counts more."""
    tone: ToneModel = field(default_factory=ToneModel)
    encoder: Encoder | None = None
    """Asked about texts whose words say little; None: word lists decide alone."""

    def hear(self, texts: Sequence[str]) -> list[Heard]:
        """Return what each text says, in order; an empty one says nothing."""
        meant = [mend_text(text) for text in texts]
        readings = [read_text(text, wording=self.wording) for text in meant]
        told = [self._tell(text, reading) for text, reading in zip(meant, readings, strict=True)]
        words = [reading.sentiment for reading in readings]
        tones = self.tone.score(meant, words, [reading.language for reading in readings], self.encoder)
        topics = score_topics(meant, self.labels, self.encoder)
        return [
            replace(heard, sentiment=float(tone), topics=self._tell_topics(scores))
            for heard, tone, scores in zip(told, tones, topics, strict=True)
        ]

    def _tell_topics(self, scores: NDArray[np.float64]) -> tuple[dict[str, Any], ...]:
        """Return the topics of one text, the likeliest first."""
        ranked = sorted(zip(self.labels, scores, strict=True), key=lambda pair: -pair[1])
        return tuple({"topic": topic, "score": round(float(score), _DIGITS)} for topic, score in ranked)

    def _tell(self, text: str, reading: TextReading) -> Heard:
        keywords = weigh_keywords(reading.words, self.idf or WordTable(0, {}))
        return Heard(
            text=text,
            language=reading.language,
            sentiment=reading.sentiment,
            aspects=tuple(
                {"aspect": aspect, "polarity": round(polarity, _DIGITS), "quote": text[start:end]}
                for aspect, polarity, start, end in reading.opinions
            ),
            topics=(),
            keywords=tuple(word for word, _ in keywords),
            facts=tuple(_tell_fact(text, claim) for claim in reading.claims),
        )


def open_listener(
    settings: Settings, base: Path, *, workspace: Path | None = None, labels: str = ""
) -> Listener:
    """Return a listener that reads as a workspace does, or as settings say whose paths start from `base`.

    ``labels`` are names of topics with commas between them; empty: those of the settings.

    Raises:
        WorkspaceError: there is no such workspace.
        SettingsError: a file of user words cannot be read.
    """
    if workspace is None:
        wording = load_wording(settings.text, base)
        encoder = open_asked(settings.text)
        topics = split_labels(labels) or settings.text.topics
        return Listener(topics, wording, None, ToneModel.untaught(encoder), encoder)
    store = open_workspace(workspace)
    meta = store.meta()
    tone, encoder = Tones(store, meta).load()
    store.close()
    text = settings_from_json(meta["settings"]).text
    idf = WordTable.from_json(meta["word_table"]) if meta.get("word_table") else None
    topics = split_labels(labels) or text.topics
    return Listener(topics, wording_of(meta), idf, tone, encoder)


def split_labels(labels: str) -> tuple[str, ...]:
    """Return names that stand in one text with commas between them, each once.

    >>> split_labels("手机, 书籍，hotel,,手机")
    ('手机', '书籍', 'hotel')
    """
    return tuple(dict.fromkeys(name for part in re.split("[,，]", labels) if (name := part.strip())))


def _tell_fact(text: str, claim: Claim) -> dict[str, Any]:
    dimension, key, value, polarity, start, end, _ = claim
    return {
        "dimension": dimension,
        "key": key,
        "value": value,
        "polarity": polarity,
        "quote": text[start:end],
    }


def read_aloud(blocks: Iterable[Sequence[str]], listener: Listener) -> Iterator[Heard]:
    """Yield what each text says, in order, as soon as its block is read."""
    for block in blocks:
        yield from listener.hear(block)


def mend_text(text: str) -> str:
    """Return a text that every reader takes: without lone surrogates and without certain mojibake."""
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return repair_mojibake(text)
