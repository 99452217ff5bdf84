"""What a claim is called: the words of the clause that name the thing, not all that was copied around it."""

import re
from collections.abc import Iterator

from limner.llm.cues import FONDNESS, INTENT, LIFE_CUES
from limner.text.languages import TextLanguage
from limner.text.lexicons import load_lexicon
from limner.text.segmentation import Word, cut_words

MOST_WORDS = 4
_MOST_INTEREST_WORDS = 3
MOST_CHARACTERS = 8
AGAIN = {"en": "buy again", "zh": "回购", "other": "buy again"}
"""What is planned where a clause names nothing but its return."""
_BEFORE = 2
_AGAIN = re.compile(r"\b(?:again|another|more|next|back)\b|再|还|回购|下次")
_ALLERGEN = re.compile(
    r"\ballerg\w+ to (?:the |any |all |most )?((?:[\w-]+ ?){1,2})"
    r"|对(.{1,8}?)(?:都|也|很|严重|有点|会)?过敏"
)
_RETURN_ZH = ("来", "买", "点", "订", "光顾", "购买", "定")
"""What is left of words of planning that name nothing."""
_VERBS_ZH = ("住", "住在", "租", "从事")
"""Cues that are followed by what they speak of."""
_OWNER_ZH = re.compile(r"^(?:我们?|咱们?|自己|自家)?家?(?:里)?的?(?=.)|的$")
_BARE_ZH = re.compile(
    r"^(?:我们?|咱|自己|平时|经常|一直|都|也|很|就|还|最|特别|真的|会|想|要|了|着|是|的|在|和|个|箱|点)+"
    r"|[了着的吧呢啊呀哦]+$"
)


def name_life(kind: str, normal: str, grounded: str, language: TextLanguage) -> str:
    """Return the words of a clause that name a life fact and that a model pointed at; empty where none do.

    >>> name_life("device", "i run it into my vox amp", "run it into my vox amp", "en")
    'vox amp'
    """
    if not grounded:
        return ""
    if kind == "allergy":
        found = _ALLERGEN.search(normal)
        named = [_trim((found[1] or found[2]).strip(), language)] if found else []
        return next((name for name in named if _meet(name, grounded)), "") or _strip_cue(kind, grounded)
    phrases = list(_find_phrases(kind, normal, language))
    met = [phrase for phrase in phrases if _meet(phrase, grounded)]
    return max(met, key=lambda phrase: len(set(phrase) & set(grounded)), default="")


def name_plan(normal: str, grounded: str, language: TextLanguage) -> str:
    """Return what is planned: what is named beside the words of planning, or that it is bought again."""
    rest = _strip(INTENT.sub(" ", grounded), language)
    if rest and rest not in _RETURN_ZH:
        return rest if _is_short(rest) else ""
    cue = INTENT.search(normal)
    return AGAIN[language] if cue and _AGAIN.search(normal) else ""


def name_interest(normal: str, grounded: str, language: TextLanguage) -> str:
    """Return what somebody is fond of: in English what follows the word of fondness, and a model pointed at.

    >>> name_interest("i play bass in a church band", "play bass church", "en")
    'bass'
    """
    if language == "zh":
        rest = _strip(FONDNESS.sub(" ", grounded), language)
        return rest if _is_short(rest) else ""
    cue, small = FONDNESS.search(normal), load_lexicon("en").stop_words
    kept: list[str] = []
    for word in re.findall(r"[\w'-]+", normal[cue.end() :] if cue else ""):
        if word in small and kept:
            break
        kept += [] if word in small else [word]
    name = " ".join(kept[:_MOST_INTEREST_WORDS])
    return name if name and _meet(name, grounded) else ""


def is_short(value: str) -> bool:
    """Return whether a value can be a name: at most four words, or eight Chinese characters."""
    return bool(value) and _is_short(value)


def _is_short(value: str) -> bool:
    return (
        len(value.split()) <= MOST_WORDS
        and sum("\u4e00" <= one <= "\u9fff" for one in value) <= MOST_CHARACTERS
    )


def _strip_cue(kind: str, grounded: str) -> str:
    rest = LIFE_CUES[kind].sub("", grounded).strip(" 对我的to")
    return rest if is_short(rest) else ""


def _strip(value: str, language: TextLanguage) -> str:
    if language == "zh":
        return _BARE_ZH.sub("", _BARE_ZH.sub("", re.sub(r"\s+", "", value)))
    small = load_lexicon("en").stop_words
    kept = [word for word in value.split() if word not in small]
    return " ".join(kept)


def _trim(phrase: str, language: TextLanguage) -> str:
    """Return a phrase without small words at its ends."""
    if language == "zh":
        return _OWNER_ZH.sub("", phrase) or phrase
    words, small = phrase.split(), load_lexicon("en").stop_words
    while len(words) > 1 and words[0] in small:
        words = words[1:]
    while len(words) > 1 and words[-1] in small:
        words = words[:-1]
    return " ".join(words)


def _meet(phrase: str, grounded: str) -> bool:
    """Return whether a model pointed at a phrase: they share a word, or a Chinese character."""
    if any("\u4e00" <= one <= "\u9fff" for one in phrase):
        return bool(set(phrase) & set(grounded))
    return bool({_stem(word) for word in phrase.split()} & {_stem(word) for word in grounded.split()})


def _find_phrases(kind: str, normal: str, language: TextLanguage) -> Iterator[str]:
    """Yield the noun phrases around the cues of a kind."""
    words = cut_words(normal, language)
    cued = _find_cued(kind, normal, words)
    joiner = load_lexicon(language).joiner
    place = 0
    while place < len(words):
        if place not in cued:
            place += 1
            continue
        first = _reach_back(words, place, cued, language)
        last = place
        while last + 1 < len(words) and (last + 1 in cued or _goes_on(words, last + 1, language)):
            last += 1
        if words[last].text.endswith(_VERBS_ZH) and last + 1 < len(words):
            first = last = last + 1
            if _is_small(words[last], language):
                place = last + 1
                continue
        yield _trim(joiner.join(word.text for word in words[first : last + 1][-MOST_WORDS:]), language)
        place = last + 1


def _find_cued(kind: str, normal: str, words: tuple[Word, ...]) -> set[int]:
    spans = [found.span() for found in LIFE_CUES[kind].finditer(normal)]
    return {
        place
        for place, word in enumerate(words)
        if any(start < word.start + len(word.text) and word.start < stop for start, stop in spans)
    }


def _reach_back(words: tuple[Word, ...], place: int, cued: set[int], language: TextLanguage) -> int:
    """Return where a phrase begins: a word or two before its cue that mean something."""
    first = place
    for before in range(place - 1, max(-1, place - 1 - (_BEFORE if language != "zh" else 0)), -1):
        if before in cued or _is_small(words[before], language):
            break
        first = before
    return first


def _goes_on(words: tuple[Word, ...], place: int, language: TextLanguage) -> bool:
    """Return whether a word belongs to the name before it: pro, 7, xl."""
    text = words[place].text
    return language != "zh" and (text in ("pro", "air", "mini", "max", "plus", "xl") or text.isdigit())


def _is_small(word: Word, language: TextLanguage) -> bool:
    return word.text in load_lexicon(language).stop_words or word.lemma in load_lexicon(language).stop_words


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word
