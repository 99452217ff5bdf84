"""The words that set one text apart from the others: TF-IDF with a table that can be stored."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log

from limner.text.languages import TextLanguage
from limner.text.lexicons import load_lexicon
from limner.text.wording import PLAIN, Wording

MOST_KEYWORDS = 12
LONGEST_KEYWORD = 40


@dataclass(frozen=True, slots=True)
class WordTable:
    """In how many of `n_texts` texts each word occurs, and which words stand for others."""

    n_texts: int
    counts: dict[str, int]
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Word → the one that stands for it; see `synonyms`."""

    @classmethod
    def fit(cls, texts: Iterable[Sequence[str]]) -> "WordTable":
        """Return the counts over texts given as their candidate words."""
        counts: Counter[str] = Counter()
        n_texts = 0
        for words in texts:
            counts.update(set(words))
            n_texts += 1
        return cls(n_texts, dict(sorted(counts.items())))

    def with_aliases(self, aliases: Mapping[str, str]) -> "WordTable":
        """Return the table with words counted as those that stand for them.

        A text with two words of one meaning is counted twice, but never more texts than there are: so the
        counts of parts of a corpus add up to those of the whole.
        """
        counts: Counter[str] = Counter()
        for word, n in self.counts.items():
            counts[aliases.get(word, word)] += n
        capped = {word: min(n, self.n_texts) for word, n in sorted(counts.items())}
        return replace(self, counts=capped, aliases=dict(aliases))

    def name(self, word: str) -> str:
        """Return the word that stands for one."""
        return self.aliases.get(word, word)

    def idf(self, word: str) -> float:
        """Return the weight of a word, highest for one never seen; 1 at least.

        Smoothed as if one more text held every word, so a table of no texts gives 1 for all.
        """
        return 1.0 + log((1 + self.n_texts) / (1 + self.counts.get(word, 0)))

    def to_json(self) -> str:
        """Return the table as JSON, for the store."""
        return json.dumps(
            {"n_texts": self.n_texts, "counts": self.counts, "aliases": dict(self.aliases)},
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> "WordTable":
        """Return what `to_json` was called on."""
        return cls(**json.loads(text))


def is_keyword(word: str, language: TextLanguage, wording: Wording = PLAIN) -> bool:
    """Return whether a word can be a keyword: what a text is about, not what it thinks of it.

    No stop word, no number, no single letter or character, and no word of opinion; what the owner lists as a
    word is one whatever it is, unless the owner lists it as a stop word too.
    """
    if word in wording.stop_words:
        return False
    if word in wording.own:
        return len(word) <= LONGEST_KEYWORD
    lexicon = load_lexicon(language)
    if len(word) < 2 or len(word) > LONGEST_KEYWORD or word in lexicon.stop_words:
        return False
    opinion = lexicon.entries.get(word)
    return not word[0].isdigit() and not (opinion is not None and opinion.strength)


def weigh_keywords(words: Sequence[str], idf: WordTable) -> list[tuple[str, float]]:
    """Return the top keywords of a text and their TF-IDF, heaviest first, then in their order.

    Words of one meaning are one. The weight is (1 + ln tf) · idf, over the L2 norm of all the words of the
    text, so it lies in 0..1.
    """
    weights = {word: (1.0 + log(n)) * idf.idf(word) for word, n in Counter(map(idf.name, words)).items()}
    norm = sum(weight * weight for weight in weights.values()) ** 0.5
    ranked = sorted(weights.items(), key=lambda pair: -pair[1])
    return [(word, weight / norm) for word, weight in ranked[:MOST_KEYWORDS]]
