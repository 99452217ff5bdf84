"""Clauses into words: jieba for Chinese, a small pattern for everything else."""

import logging
import re
import warnings
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

from limner.text.languages import TextLanguage
from limner.text.lexicons import load_lexicon
from limner.text.normalisation import FILLER, normalise

_WORD = re.compile(rf"[^\W\d_]+(?:'{FILLER}*[^\W\d_]+|{FILLER}+[^\W\d_]+)*|\d+(?:[.,/]\d+)*\+?")
_LONG_RUN = re.compile(r"([a-z])\1{2,}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_VOWELS = frozenset("aeiouy")
_KEEP_S = ("ss", "us", "is", "series", "gas", "lens", "does", "goes", "always", "was", "has", "perhaps")
_FALSE_ED = frozenset(
    "bed red need speed feed seed weed breed bleed exceed proceed succeed indeed hundred sacred naked wicked "
    "shed".split()
)
_FALSE_ING = frozenset(
    "thing king ring sing string spring bring wing sting swing nothing something anything everything "
    "during morning evening ceiling sibling wedding pudding ping sling boring amazing interesting".split()
)
_NOUNS = frozenset("n nz nt ng vn an".split())
"""Kinds in jieba's dictionary that name things; names of people and places are not among them."""
_E_STEMS = tuple("v c u at bl iz dg rg ang ur ir eas os us rs ns".split())
"""Ends of verbs that lost an e before -ing or -ed."""


class Word(NamedTuple):
    """One word of a clause: as matched, its base form, and where it begins in the clause."""

    text: str
    lemma: str
    start: int


def segment(text: str, language: TextLanguage) -> list[str]:
    """Return the words of a text in order: Chinese words, or lower-case English base forms.

    >>> segment("Strings sounded gooood", "en")
    ['string', 'sound', 'good']
    """
    return [word.lemma for word in cut_words(normalise(text), language)]


def cut_words(normal: str, language: TextLanguage) -> tuple[Word, ...]:
    """Return the words of a normalised clause, punctuation left out."""
    return tuple(_cut_chinese(normal) if language == "zh" else _cut_spaced(normal, language))


def _cut_spaced(normal: str, language: TextLanguage) -> Iterator[Word]:
    for found in _WORD.finditer(normal):
        text, lemma = _forms(found[0])
        yield Word(text, lemma if language == "en" else text, found.start())


@lru_cache(maxsize=1 << 16)
def _forms(written: str) -> tuple[str, str]:
    """Return a word as it is read, and its English base form."""
    text = squeeze(written.replace(FILLER, ""))
    return text, lemmatise(text)


def _cut_chinese(normal: str) -> Iterator[Word]:
    position = 0
    for piece in _tokeniser().cut(normal, HMM=False):
        if piece[0].isalnum():
            yield Word(piece, piece, position)
        position += len(piece)


def find_new_words(words: tuple[Word, ...]) -> tuple[str, ...]:
    """Return the words of two characters or more that no dictionary holds, guessed from single characters.

    Runs of single Chinese characters that no list knows go through jieba's hidden Markov model.
    """
    runs = [""]
    end = 0
    for word in words:
        if not _is_unknown_character(word.text):
            runs.append("")
        elif word.start == end:
            runs[-1] += word.text
        else:
            runs.append(word.text)
        end = word.start + len(word.text)
    return tuple(guess for run in runs if len(run) > 1 for guess in _guess(run))


@lru_cache(maxsize=1 << 14)
def _is_unknown_character(text: str) -> bool:
    lexicon = load_lexicon("zh")
    return bool(_HAN.fullmatch(text)) and text not in lexicon.entries and text not in lexicon.stop_words


@lru_cache(maxsize=1 << 14)
def _guess(run: str) -> tuple[str, ...]:
    from jieba import finalseg

    return tuple(piece for piece in finalseg.cut(run) if len(piece) > 1)


@cache
def _tokeniser() -> Any:
    """Return jieba with its dictionary, less compounds that hide an opinion behind another word of ours."""
    tokeniser = _jieba().Tokenizer()
    tokeniser.FREQ, tokeniser.total, _ = _dictionary()
    tokeniser.initialized = True
    entries = load_lexicon("zh").entries
    hiding = {word for word, entry in entries.items() if entry.role and len(word) < 3}
    hiding |= {word for word, entry in entries.items() if entry.aspect and len(word) > 1}
    for word in tokeniser.FREQ:
        hides = any(word[:n] in hiding and _is_opinion(word[n:]) for n in (1, 2, 3) if len(word) > n)
        if hides and word not in entries:
            tokeniser.FREQ[word] = 0
    return tokeniser


@cache
def _dictionary() -> tuple[dict[str, int], int, frozenset[str]]:
    """Return jieba's words (and every beginning of one) with counts, the sum of these, and the nouns.

    The dictionary is read straight from the package: no cache file in a shared temporary folder.
    """
    counts: dict[str, int] = {}
    nouns: set[str] = set()
    with _jieba().Tokenizer().get_dict_file() as lines:
        for line in lines:
            word, count, kind = line.decode().split()
            counts[word] = int(count)
            if kind in _NOUNS:
                nouns.add(word)
    total = sum(counts.values())
    for word in list(counts):
        for n in range(1, len(word)):
            counts.setdefault(word[:n], 0)
    return counts, total, frozenset(nouns)


@cache
def _jieba() -> Any:
    with warnings.catch_warnings():  # jieba 0.42 warns of its own escapes and of pkg_resources
        warnings.simplefilter("ignore")
        import jieba

        jieba.Tokenizer().get_dict_file().close()
    jieba.setLogLevel(logging.WARNING)
    return jieba


def is_noun(word: str) -> bool:
    """Return whether a Chinese word is a noun in jieba's dictionary."""
    return word in _dictionary()[2]


def _is_opinion(word: str) -> bool:
    entry = load_lexicon("zh").entries.get(word)
    return entry is not None and (entry.strength != 0 or bool(entry.fits))


@lru_cache(maxsize=1 << 16)
def squeeze(word: str) -> str:
    """Return a word without drawn-out letters: two where a list knows the word so, else one.

    >>> squeeze("goooood"), squeeze("soooo")
    ('good', 'so')
    """
    if not _LONG_RUN.search(word):
        return word
    doubled = _LONG_RUN.sub(r"\1\1", word)
    return doubled if doubled in load_lexicon("en").entries else _LONG_RUN.sub(r"\1", word)


@lru_cache(maxsize=1 << 16)
def lemmatise(word: str) -> str:
    """Return the base form of a lower-case English word, by its ending only.

    >>> [lemmatise(word) for word in ("batteries", "tuned", "playing", "boxes", "bass")]
    ['battery', 'tune', 'play', 'box', 'bass']
    """
    if word.endswith("'s"):
        return word[:-2]
    if len(word) < 4:
        return word
    if word.endswith("ing") and word not in _FALSE_ING:
        return _restore(word[:-3], word)
    if word.endswith("ed") and word not in _FALSE_ED:
        return _restore(word[:-2], word)
    return _singular(word)


def _singular(word: str) -> str:
    if not word.endswith("s") or word.endswith(_KEEP_S):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    return word[:-1]


def _restore(stem: str, word: str) -> str:
    """Return the verb whose -ing or -ed was cut off, or the word itself when no verb is left."""
    if len(stem) < 2 or not _VOWELS & set(stem):
        return word
    if stem.endswith("i"):
        return stem[:-1] + "y"
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lsz":
        return stem[:-1]
    return stem + "e" if _lost_e(stem) else stem


def _lost_e(stem: str) -> bool:
    """Return whether a verb had a final e: loved, tuned, used, but not played, opened, fixed."""
    if stem.endswith(_E_STEMS):
        return not stem.endswith(("hang", "eat", "oat"))
    short = len(stem) == 2 or (len(stem) == 3 and stem[1] in _VOWELS and stem[0] not in _VOWELS)
    return short and stem[-1] not in "wxy" and stem[-1] not in _VOWELS
