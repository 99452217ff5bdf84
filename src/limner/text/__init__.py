"""Words → clean tokens, keywords, sentiment and aspects, in Chinese and English.

The flow of one text: `normalisation` (same length, so every index is an index of the original) →
`languages` → `clauses` → `segmentation` → `sentiment` and `aspects`; over a table of texts: `reading`.
"""

from limner.text.aspects import Opinion, find_opinions
from limner.text.clauses import Span, split_clauses
from limner.text.keywords import WordTable
from limner.text.languages import detect_language
from limner.text.normalisation import normalise
from limner.text.reading import Readings, read_texts
from limner.text.segmentation import segment
from limner.text.sentiment import score_sentiment

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
