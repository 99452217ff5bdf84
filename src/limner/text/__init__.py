"""Words → clean tokens, keywords, sentiment and aspects, in Chinese and English.

The flow of one text: `normalisation` (same length, so every index is an index of the original) →
`languages` → `clauses` → `segmentation` → `sentiment` and `aspects`; over a table of texts: `reading`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from limner.text.aspects import Opinion, find_opinions
    from limner.text.clauses import Span, split_clauses
    from limner.text.keywords import WordTable
    from limner.text.languages import detect_language
    from limner.text.normalisation import normalise
    from limner.text.reading import Readings, read_texts
    from limner.text.segmentation import segment
    from limner.text.sentiment import score_sentiment

_ROOMS = {
    "Opinion": "aspects",
    "Readings": "reading",
    "Span": "clauses",
    "WordTable": "keywords",
    "detect_language": "languages",
    "find_opinions": "aspects",
    "normalise": "normalisation",
    "read_texts": "reading",
    "score_sentiment": "sentiment",
    "segment": "segmentation",
    "split_clauses": "clauses",
}
"""Where each public name stands: a portrait needs none of the word lists, which take time to load."""

__all__ = [
    "Opinion",
    "Readings",
    "Span",
    "WordTable",
    "detect_language",
    "find_opinions",
    "normalise",
    "read_texts",
    "score_sentiment",
    "segment",
    "split_clauses",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
