"""The tone of texts that come after a build: read by what the build kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from limner.errors import EncoderError, MissingExtraError
from limner.settings import TextSettings
from limner.store.store import Store

if TYPE_CHECKING:
    import pyarrow as pa

    from limner.encoders import Encoder
    from limner.text.reading import Readings
    from limner.text.tone import ToneModel

UNVOICED = ("query", "tag")
"""Kinds of texts without a tone."""
CLEAR = 0.6
"""Share of a topic from which on a text is said to be about it."""


class Tones:
    """Reads the tone of later texts in one open workspace; what it needs is loaded at the first one."""

    def __init__(self, store: Store, meta: Mapping[str, Any]) -> None:
        """Load nothing yet."""
        self._store, self._meta = store, meta
        self._topics = tuple(meta["settings"].get("text", {}).get("topics", ()))
        self._loaded: tuple[ToneModel, Encoder | None] | None = None

    def load(self) -> "tuple[ToneModel, Encoder | None]":
        """Return the model that the build kept, and its encoder; None where that cannot be used here.

        A model without its encoder reads by word lists and by what stars taught about runs of characters.
        """
        if self._loaded is None:
            self._loaded = _load(self._store, self._meta)
        return self._loaded

    def retone(self, texts: "pa.Table", readings: "Readings") -> "Readings":
        """Return readings with the tones that the build's model gives them, and their topics."""
        if not texts.num_rows:
            return readings
        model, encoder = self.load()
        readings = put_topics(readings, texts, self._topics, encoder)
        voiced = find_voiced(texts)
        if not len(voiced):
            return readings
        said, words, languages = gather_voiced(texts, readings, voiced)
        return put_tones(readings, voiced, model.score(said, words.tolist(), languages, encoder))


def _load(store: Store, meta: Mapping[str, Any]) -> "tuple[ToneModel, Encoder | None]":
    from limner.encoders.opening import share_space
    from limner.studio.kept.contents import Shelf
    from limner.text.tone import ToneModel

    kept = meta.get("tone")
    if not kept:
        return ToneModel(), None
    arrays = {name: store.array(f"tone:{name}")[0] for name in kept["arrays"]}
    model, named = ToneModel.from_arrays(arrays), kept["encoder"]
    if named is None:
        return model, None
    try:
        encoder = Shelf.take(named["spec"], named["url"])
    except (EncoderError, MissingExtraError):
        return model, None
    return model, encoder if share_space(encoder.name, named["name"]) else None


def open_asked(text: TextSettings, *, progress: Callable[[int, int], None] | None = None) -> "Encoder | None":
    """Return the encoder of the settings; None where it is hashing, or where auto finds none that works.

    Raises:
        SettingsError: there is no such encoder.
        MissingExtraError: what the encoder that was named needs is not installed.
        EncoderError: the encoder that was named cannot be opened or reached.
    """
    from limner.encoders.opening import open_encoder

    try:
        return open_encoder(text.encoder, url=text.encoder_url, progress=progress)
    except (EncoderError, MissingExtraError):
        if text.encoder != "auto":
            raise
        return None


def find_voiced(texts: "pa.Table") -> Any:
    """Return the places of the texts that have a tone: not queries and not tags."""
    import numpy as np

    kinds = texts["kind"].to_pylist()
    return np.array([row for row, kind in enumerate(kinds) if kind not in UNVOICED], np.int64)


def gather_voiced(texts: "pa.Table", readings: "Readings", rows: Any) -> tuple[list[str], Any, list[str]]:
    """Return the texts at some places, what the word lists say of them (float64), and their languages."""
    read = readings.sentiments.take(rows)
    said = [text or "" for text in texts["text"].take(rows).to_pylist()]
    return said, read["sentiment"].to_numpy(), read["language"].to_pylist()


def put_tones(readings: "Readings", rows: Any, tones: Any) -> "Readings":
    """Return readings with other sentiments at some places."""
    import pyarrow as pa

    sentiments = readings.sentiments["sentiment"].to_numpy().copy()
    sentiments[rows] = tones
    place = readings.sentiments.column_names.index("sentiment")
    column = pa.array(sentiments, pa.float64())
    return replace(readings, sentiments=readings.sentiments.set_column(place, "sentiment", column))


def put_topics(
    readings: "Readings", texts: "pa.Table", names: Sequence[str], encoder: "Encoder | None"
) -> "Readings":
    """Return readings with the topic that each text is clearly about, of those with these names."""
    if not names or not texts.num_rows:
        return readings
    import pyarrow as pa

    from limner.text.reading import TOPICS
    from limner.text.tone import shorten
    from limner.text.topics import score_topics

    kinds = texts["kind"].to_pylist()
    rows = [row for row, kind in enumerate(kinds) if kind != "tag"]
    said = texts["text"].to_pylist()
    shares = score_topics([shorten(said[row] or "") for row in rows], names, encoder, together=False)
    best = shares.argmax(axis=1) if len(rows) else []
    clear = [
        (row, names[topic], float(share[topic]))
        for row, topic, share in zip(rows, best, shares, strict=True)
        if share[topic] >= CLEAR and share[topic] > 1.0 / len(names)
    ]
    columns = list(zip(*clear, strict=True)) or [(), (), ()]
    return replace(readings, topics=pa.table(columns, schema=TOPICS))
