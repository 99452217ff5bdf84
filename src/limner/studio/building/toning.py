"""The tone of the texts of a build: learnt from all of them, and kept for those that come later."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from limner.encoders import Encoder
from limner.encoders.opening import resolve_spec
from limner.settings import Settings
from limner.store.store import Store
from limner.studio.kept.tones import find_voiced, gather_voiced, open_asked, put_tones, put_topics
from limner.text.reading import Readings
from limner.text.teaching import Taught, Written, read_tones


@dataclass(slots=True)
class Toning:
    """Learns the tone of the texts of a build."""

    settings: Settings
    rating_scale: tuple[float, float] | None
    progress: Callable[[int, int], None] | None = None
    taught: Taught | None = None
    encoder: Encoder | None = None

    def __call__(self, texts: pa.Table, readings: Readings) -> Readings:
        """Return readings with the tones that all these texts together teach, and their topics."""
        if not texts.num_rows:
            return readings
        self.encoder = open_asked(self.settings.text, progress=self.progress)
        readings = put_topics(readings, texts, self.settings.text.topics, self.encoder)
        voiced = find_voiced(texts)
        if not len(voiced):
            return readings
        written = self._gather(texts, readings, voiced)
        self.taught = read_tones(written, self.encoder, seed=self.settings.vector.seed)
        return put_tones(readings, voiced, self.taught.tones)

    def _gather(self, texts: pa.Table, readings: Readings, voiced: Any) -> Written:
        said, words, languages = gather_voiced(texts, readings, voiced)
        return Written(
            said,
            words,
            languages,
            read_stars(texts["rating"].take(voiced).to_pylist(), self.rating_scale),
            texts["timestamp"].take(voiced).fill_null(0).to_numpy(),
        )

    def save(self, store: Store) -> None:
        """Keep what was learnt, for `load_tone`; nothing where there was no text with a tone."""
        if self.taught is None:
            return
        arrays = self.taught.model.to_arrays()
        for name, array in arrays.items():
            store.put_array(f"tone:{name}", np.asarray(array)[None])
        text = self.settings.text
        named = (
            {"spec": resolve_spec(text.encoder), "url": text.encoder_url, "name": self.encoder.name}
            if self.encoder
            else None
        )
        store.set_meta(tone={"arrays": sorted(arrays), "encoder": named, "report": dict(self.taught.report)})


def read_stars(ratings: list[float | None], scale: tuple[float, float] | None) -> Any:
    """Return 1 for a rating above the middle of the scale, −1 below, 0 on it, NaN without one or a scale.

    >>> read_stars([5.0, 3.0, 1.0, None], (1.0, 5.0))
    array([ 1.,  0., -1., nan])
    """
    if scale is None:
        return np.full(len(ratings), np.nan)
    given = np.array([np.nan if rating is None else rating for rating in ratings])
    return np.sign(given - (scale[0] + scale[1]) / 2)
