"""From a setting to an encoder: what ``[text] encoder`` can say."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from limner.encoders import Encoder
from limner.encoders.cache_folder import find_cache_folder
from limner.encoders.cached import CachedEncoder, Progress
from limner.errors import SettingsError, did_you_mean

VARIABLE = "LIMNER_ENCODER"
"""What ``auto`` means on this machine; empty: bundled where it is installed, else hashing."""
PLAIN = ("auto", "bundled", "hashing")
NAMED = ("sentence-transformers", "onnx", "endpoint")


def open_encoder(
    spec: str, *, url: str = "", cache: Path | None = None, progress: Progress | None = None
) -> Encoder | None:
    """Return the encoder that a setting names; None for hashing, which is fitted to the texts at hand.

    Args:
        spec: auto, bundled, hashing, sentence-transformers:NAME, onnx:FOLDER or endpoint:MODEL.
        url: address of a /v1 that embeds, for endpoint.
        cache: folder that keeps vectors and graphs; None: the user's own.
        progress: told how many texts of a call are done, and of how many.

    Raises:
        SettingsError: no such encoder.
        MissingExtraError: what it needs is not installed; the text says which extra brings it.
        EncoderError: it cannot be made, opened or reached.
    """
    kind, _, name = resolve_spec(spec).partition(":")
    if kind == "hashing":
        return None
    folder = cache or find_cache_folder()
    openers: dict[str, Callable[[], Encoder]] = {
        "bundled": lambda: _open_bundled(folder),
        "onnx": lambda: _open_folder(name),
        "sentence-transformers": lambda: _open_sentences(name),
        "endpoint": lambda: _open_endpoint(name, url),
    }
    return CachedEncoder(openers[kind](), folder, progress=progress)


def resolve_spec(spec: str, environment: Mapping[str, str] | None = None) -> str:
    """Return a setting with ``auto`` replaced by what it means here.

    Raises:
        SettingsError: no such encoder.
    """
    given = spec.strip()
    if given == "auto":
        given = (os.environ if environment is None else environment).get(VARIABLE, "").strip() or "auto"
    if given == "auto":
        from limner.encoders.e5.opening import is_installed

        return "bundled" if is_installed() else "hashing"
    kind, _, name = given.partition(":")
    if given in PLAIN or (kind in NAMED and name):
        return given
    if kind in NAMED:
        raise SettingsError(f"encoder = {given!r}: say which, for instance {kind}:NAME")
    choices = (*PLAIN, *(f"{one}:NAME" for one in NAMED))
    raise SettingsError(
        f"encoder = {given!r}: no such encoder{did_you_mean(kind, (*PLAIN, *NAMED))}; "
        f"one of {', '.join(choices)}"
    )


def share_space(one: str, other: str) -> bool:
    """Return whether vectors of two encoders can be compared: one name, or one model run in two ways."""
    from limner.encoders.e5.opening import FAMILY

    if one.startswith(FAMILY) and other.startswith(FAMILY):
        return one.rpartition("-")[0] == other.rpartition("-")[0]
    return one == other


def _open_bundled(cache: Path) -> Encoder:
    from limner.encoders.e5.opening import open_e5

    return open_e5(cache=cache)


def _open_folder(folder: str) -> Encoder:
    from limner.encoders.onnx_folder import OnnxFolderEncoder

    return OnnxFolderEncoder(Path(folder).expanduser())


def _open_sentences(model: str) -> Encoder:
    from limner.encoders.sentences import SentenceEncoder

    return SentenceEncoder(model)


def _open_endpoint(model: str, url: str) -> Encoder:
    from limner.encoders.endpoint import EndpointEncoder

    return EndpointEncoder(model, url=url)
