"""Text → the token ids that the model was taught with."""

import re
from collections.abc import Sequence

from limner.encoders.e5.weights import E5Weights
from limner.extras import need

PREFIX = "query: "
"""Said before every text: all of Limner's comparisons are between texts of one kind."""
_SPACES = re.compile(" {2,}")
_SPARE_PIECES = 64
"""More pieces than are kept are cut, so that the cut does not touch the last one kept."""


class PieceTokenizer:
    """A unigram tokenizer over the pieces of a model; safe to share between threads.

    Source: Kudo: *Subword Regularization* (ACL 2018).
    """

    def __init__(self, weights: E5Weights) -> None:
        """Build from the pieces, scores and replacements of a model; takes about half a second."""
        tokenizers = need("tokenizers", "text")
        self._unknown, self._begin, self._end = weights.unknown, weights.begin, weights.end
        self.most = weights.n_positions - 2
        """Tokens of a text, prefix included, that the model reads; the rest is cut."""
        pieces = list(weights.pieces)
        pieces[weights.unknown] = "\x00"  # a text may say "<unk>", and is then not unknown
        model = tokenizers.models.Unigram(
            list(zip(pieces, weights.scores.tolist(), strict=True)), weights.unknown, False
        )
        self._tokenizer = tokenizers.Tokenizer(model)
        self._tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace()
        surrogates = dict.fromkeys(range(0xD800, 0xE000), " ")
        self._replacements = {0: "", **surrogates, **weights.replacements}
        self._most_chars = (self.most + _SPARE_PIECES) * max(map(len, pieces))

    def normalise(self, text: str) -> str:
        """Return the text as the model reads it, with single spaces; "" if nothing is said."""
        spaced = _SPACES.sub(" ", text.translate(self._replacements))
        return "" if spaced == " " else spaced

    def split(self, normalised: Sequence[str]) -> list[list[int]]:
        """Return the ids of each normalised text with its prefix, uncut and without begin and end."""
        texts = [_SPACES.sub(" ", PREFIX + text)[: self._most_chars] for text in normalised]
        found = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts)]
        return [
            self._part_unknowns(text) if self._unknown in ids else ids
            for text, ids in zip(texts, found, strict=True)
        ]

    def frame(self, ids: list[int]) -> list[int]:
        """Return ids cut to what the model reads, between its marks of begin and end."""
        return [self._begin, *ids[: self.most], self._end]

    def _part_unknowns(self, text: str) -> list[int]:
        """Return ids with one unknown for each unknown character; the library gives one for a run of them."""
        encoding = self._tokenizer.encode(text)
        ids: list[int] = []
        for token, (start, end) in zip(encoding.ids, encoding.offsets, strict=True):
            ids += [token] * (end - start if token == self._unknown else 1)
        return ids
