"""What items say of themselves, as vectors: learnt at a build, used again for new items."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from limner.encoders import Encoder
from limner.encoders.cache_folder import find_cache_folder
from limner.encoders.cached import Progress
from limner.encoders.centred import CentredEncoder
from limner.encoders.hashing import HashingEncoder
from limner.encoders.opening import open_encoder, resolve_spec, share_space
from limner.encoders.traits import TraitEncoder
from limner.errors import EncoderError, LimnerError, MissingExtraError
from limner.settings import TextSettings
from limner.store.store import Store
from limner.studio.kept.catalogue import CatalogueItem

CONTENT_DIM = 128
MOST_AUTO_ITEMS = 1_000
"""Above so many, ``auto`` is hashing: the bundled encoder would double the time of a build."""
UNOPENED = (EncoderError, MissingExtraError)
"""What may stop an encoder that a build could use from being used later."""
_PAUSE_S = 300.0
"""How long an encoder that failed is not asked again: new rows must not wait for it each time."""
ContentEncoder = HashingEncoder | CentredEncoder
Content = NDArray[np.float32]


def learn_content(
    words: Sequence[str], text: TextSettings, *, seed: int, progress: Progress | None = None
) -> tuple[ContentEncoder, Content]:
    """Return an encoder fitted to items' words, and their vectors: float32 (len(words), CONTENT_DIM).

    Raises:
        SettingsError: the settings name no encoder that there is.
        MissingExtraError: what the encoder needs is not installed.
        EncoderError: it cannot be made, opened or reached.
    """
    inner = open_encoder(choose_spec(text, len(words)), url=text.encoder_url, progress=progress)
    if inner is None:
        hashing = HashingEncoder.fit(words, dim=CONTENT_DIM, seed=seed)
        return hashing, hashing.encode(words)
    vectors = inner.encode(words)
    encoder = CentredEncoder.fit(inner, vectors, dim=CONTENT_DIM)
    return encoder, encoder.centre(vectors)


@dataclass(frozen=True, slots=True, eq=False)
class ItemEncoder:
    """What turns an item into one row of content: its words, and beside them what it is."""

    words: ContentEncoder
    traits: TraitEncoder | None

    def encode(self, items: Sequence[CatalogueItem]) -> Content:
        """Return float32 (len(items), words.dim + traits.dim)."""
        return self._join(self.words.encode([item.words() for item in items]), items)

    def _join(self, said: Content, items: Sequence[CatalogueItem]) -> Content:
        if self.traits is None:
            return said
        return np.hstack([said, self.traits.encode([item.traits() for item in items])])


def learn_items(
    items: Sequence[CatalogueItem], text: TextSettings, *, seed: int, progress: Progress | None = None
) -> tuple[ItemEncoder, Content]:
    """Return an encoder fitted to items, and their content: words and traits side by side, float32.

    Raises:
        SettingsError: the settings name no encoder that there is.
        MissingExtraError: what the encoder needs is not installed.
        EncoderError: it cannot be made, opened or reached.
    """
    words, said = learn_content([item.words() for item in items], text, seed=seed, progress=progress)
    encoder = ItemEncoder(words, TraitEncoder.fit([item.traits() for item in items]))
    return encoder, encoder._join(said, items)


def choose_spec(text: TextSettings, n_items: int) -> str:
    """Return which encoder reads so many items: what is set, and of ``auto`` what they can wait for.

    Raises:
        SettingsError: the settings name no encoder that there is.
    """
    chosen = resolve_spec(text.encoder)
    if text.encoder.strip() == "auto" and chosen == "bundled" and n_items > MOST_AUTO_ITEMS:
        return "hashing"
    return chosen


def save_encoder(store: Store, encoder: ItemEncoder, text: TextSettings, n_items: int) -> None:
    """Keep the encoder that `learn_items` fitted to so many items, so that new ones can join."""
    arrays = encoder.words.to_arrays()
    for name, array in (encoder.traits.to_arrays() if encoder.traits else {}).items():
        store.put_array(f"encoder:{name}", np.asarray(array)[None])
    for name, array in arrays.items():
        store.put_array(f"encoder:{name}", np.asarray(array)[None])
    spec = _make_absolute(choose_spec(text, n_items))
    described = {"spec": spec, "url": text.encoder_url, "name": encoder.words.name, "arrays": sorted(arrays)}
    store.set_meta(encoder=described | {"traits": encoder.traits is not None})


def load_encoder(store: Store, meta: Mapping[str, Any]) -> ContentEncoder | None:
    """Return the encoder that `save_encoder` kept; None when the items had no words.

    Raises:
        MissingExtraError: what the encoder needs is not installed here.
        EncoderError: it cannot be opened or reached, or gives other vectors than it did for the build.
    """
    kept = meta.get("encoder")
    if not kept:
        return None
    if isinstance(kept, list):  # an older workspace: there was one kind
        kept = {"spec": "hashing", "arrays": kept}
    arrays = {name: store.array(f"encoder:{name}")[0] for name in kept["arrays"]}
    if kept["spec"] == "hashing":
        return HashingEncoder.from_arrays(arrays)
    inner = Shelf.take(kept["spec"], kept["url"])
    if not share_space(inner.name, kept["name"]):
        raise EncoderError(
            f"the workspace was built with the encoder {kept['name']}, "
            f"and {kept['spec']} is {inner.name} here; build it again"
        )
    return CentredEncoder.from_arrays(inner, arrays)


def encode_items(store: Store, items: Sequence[CatalogueItem], meta: Mapping[str, Any]) -> Content | None:
    """Return the content of items in a workspace's space; None when it has no encoder.

    Raises:
        MissingExtraError: what the encoder needs is not installed here.
        EncoderError: it cannot be used; it is not asked again for five minutes.
    """
    words = load_encoder(store, meta)
    if words is None:
        return None
    kept = meta["encoder"]
    traits = None
    if isinstance(kept, Mapping) and kept.get("traits"):  # an older workspace has words alone
        traits = TraitEncoder.from_arrays({"traits": store.array("encoder:traits")[0]})
    try:
        return ItemEncoder(words, traits).encode(items)
    except EncoderError as exc:
        Shelf.refuse(kept["spec"], kept["url"], exc)
        raise


class Shelf:
    """Encoders that this process opened for items to come, and those that did not open."""

    _held: ClassVar[dict[tuple[str, str, str], Encoder]] = {}
    _refused: ClassVar[dict[tuple[str, str, str], tuple[LimnerError, float]]] = {}

    @classmethod
    def take(cls, spec: str, url: str) -> Encoder:
        """Return an encoder, opened at most once.

        Raises:
            MissingExtraError: what the encoder needs is not installed here.
            EncoderError: it cannot be opened or reached, or could not within the last five minutes.
        """
        key = _key(spec, url)
        if key in cls._held:
            return cls._held[key]
        refusal, until = cls._refused.get(key, (None, 0.0))
        if refusal is not None and time.monotonic() < until:
            raise refusal
        try:
            encoder = open_encoder(spec, url=url)
        except UNOPENED as exc:
            cls.refuse(spec, url, exc)
            raise
        assert encoder is not None  # hashing is kept whole in the workspace, and never asked for here
        cls._held[key] = encoder
        return encoder

    @classmethod
    def refuse(cls, spec: str, url: str, reason: LimnerError) -> None:
        """Hold an encoder for unusable for a while."""
        key = _key(spec, url)
        cls._held.pop(key, None)
        cls._refused[key] = (reason, time.monotonic() + _PAUSE_S)


def _key(spec: str, url: str) -> tuple[str, str, str]:
    return spec, url, str(find_cache_folder())


def _make_absolute(spec: str) -> str:
    """Return a setting whose folder is found from any other, too."""
    kind, _, name = spec.partition(":")
    folder = Path(name).expanduser()
    return f"{kind}:{folder.resolve()}" if kind != "endpoint" and name and folder.is_dir() else spec
