"""Clauses into words: jieba for Chinese, a small pattern for everything else."""

import logging
import re
import warnings
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from limner.text.languages import TextLanguage
from limner.text.lemmas import lemmatise, squeeze
from limner.text.lexicons import load_lexicon
from limner.text.normalisation import FILLER, normalise
from limner.text.wording import PLAIN, Wording

_WORD = re.compile(rf"[^\W\d_]+(?:'{FILLER}*[^\W\d_]+|{FILLER}+[^\W\d_]+)*|\d+(?:[.,/]\d+)*\+?")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HAN_RUN = re.compile(r"([\u4e00-\u9fff])\1\1")
_NOUNS = frozenset("n nz nt ng vn an".split())
"""Kinds in jieba's dictionary that name things; names of people and places are not among them."""


class Word(NamedTuple):
    """One word of a clause: as matched, its base form, and where it begins in the clause."""

    text: str
    lemma: str
    start: int


def segment(text: str, language: TextLanguage, wording: Wording = PLAIN) -> list[str]:
    """Return the words of a text in order: Chinese words, or lower-case English base forms.

    >>> segment("Strings sounded gooood", "en")
    ['string', 'sound', 'good']
    """
    normal = normalise(text, simplify=wording.simplify)
    return [word.lemma for word in cut_words(normal, language, wording)]


def cut_words(normal: str, language: TextLanguage, wording: Wording = PLAIN) -> tuple[Word, ...]:
    """Return the words of a normalised clause, punctuation left out; the owner's own words are whole."""
    words = _cut(normal, language, wording)
    return tuple(_keep_whole(words, _own_words(wording, language)) if wording.user_words else words)


def _cut(normal: str, language: TextLanguage, wording: Wording) -> list[Word]:
    return list(_cut_chinese(normal, wording) if language == "zh" else _cut_spaced(normal, language))


def _cut_spaced(normal: str, language: TextLanguage) -> Iterator[Word]:
    for found in _WORD.finditer(normal):
        text, lemma = _forms(found[0])
        yield Word(text, lemma if language == "en" else text, found.start())


@lru_cache(maxsize=1 << 16)
def _forms(written: str) -> tuple[str, str]:
    """Return a word as it is read, and its English base form."""
    text = squeeze(written.replace(FILLER, ""))
    return text, lemmatise(text)


def _cut_chinese(normal: str, wording: Wording) -> Iterator[Word]:
    places: Sequence[int] = range(len(normal))
    if FILLER in normal or _HAN_RUN.search(normal):
        places = _without_repeats(normal)
        normal = "".join(normal[place] for place in places)
    position = 0
    for piece in _tokeniser(wording).cut(normal, HMM=False):
        if piece[0].isalnum():
            yield Word(piece, piece, places[position])
        position += len(piece)


def _without_repeats(normal: str) -> list[int]:
    """Return where the characters stand that are read: no fillers, nothing drawn out.

    哈哈哈哈 is read as 哈哈, 贵贵贵 as 贵: two where a list knows the word so, else one.
    """
    entries = load_lexicon("zh").entries
    read = [place for place, char in enumerate(normal) if char != FILLER]
    kept: list[int] = []
    for char, run in groupby(read, key=normal.__getitem__):
        places = list(run)
        drawn_out = len(places) > 2 and _HAN.match(char)
        kept += places[: 2 if char * 2 in entries else 1] if drawn_out else places
    return kept


class _OwnWords(NamedTuple):
    """The owner's words by their parts, the last one in its base form; and how they begin."""

    by_parts: dict[tuple[str, ...], str]
    starts: frozenset[tuple[str, ...]]


@lru_cache(maxsize=8)
def _own_words(wording: Wording, language: TextLanguage) -> _OwnWords:
    by_parts = {}
    for own in wording.user_words:
        parts = tuple(_cut(own, language, wording))
        if parts:
            by_parts[_key(parts)] = own
    starts = {parts[:n] for parts in by_parts for n in range(1, len(parts))}
    return _OwnWords(by_parts, frozenset(starts))


def _key(parts: Sequence[Word]) -> tuple[str, ...]:
    """Return what a word is known by: a phrase may end in another form, a single word may not."""
    texts = tuple(part.text for part in parts)
    return (*texts[:-1], parts[-1].lemma) if len(parts) > 1 else texts


def _keep_whole(words: list[Word], own: _OwnWords) -> Iterator[Word]:
    """Yield words from left to right, the longest of the owner's at each place."""
    place = 0
    while place < len(words):
        found, n_parts = _longest(words, place, own)
        yield Word(found, found, words[place].start) if found else words[place]
        place += n_parts


def _longest(words: list[Word], first: int, own: _OwnWords) -> tuple[str, int]:
    """Return the longest of the owner's words that begins at a place and its parts; else ("", 1)."""
    found, n_parts = "", 1
    for end in range(first + 1, len(words) + 1):
        parts = words[first:end]
        known = own.by_parts.get(_key(parts))
        if known:
            found, n_parts = known, len(parts)
        if tuple(part.text for part in parts) not in own.starts:
            break
    return found, n_parts


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


@lru_cache(maxsize=4)
def _tokeniser(wording: Wording) -> Any:
    """Return jieba with its dictionary and the owner's words."""
    usual = _usual_tokeniser()
    if not wording.user_words:
        return usual
    tokeniser = _jieba().Tokenizer()
    tokeniser.FREQ, tokeniser.total = dict(usual.FREQ), usual.total
    tokeniser.initialized = True
    for word in wording.user_words:
        if " " not in word:
            tokeniser.add_word(word)
    return tokeniser


@cache
def _usual_tokeniser() -> Any:
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
