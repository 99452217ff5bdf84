"""What a sentence says that its facts do not: numbers, names, nouns, and words about means and family."""

import re

from limner.llm.nouns import find_nouns
from limner.records import Language
from limner.text.lexicons import load_lexicon
from limner.text.normalisation import normalise

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_LATIN = re.compile(r"[a-z][a-z'’-]*")
_CAPITAL = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][\w'’-]*")
_COUNTED = frozenset(
    "two three four five six seven eight nine ten dozen twenty thirty hundred thousand million".split()
)
_COUNTED_ZH = re.compile(r"[两二三四五六七八九十百千万]+(?=[个只次岁年月天件位名%倍])")
_LOADED = frozenset(
    "price prices cheap cheaper expensive budget frugal thrifty rich wealthy poor money afford luxury "
    "bargain "
    "married single wife husband son daughter child children kid kids baby dog cat pet allergic allergy "
    "vegan "
    "car house apartment doctor teacher student engineer nurse lawyer male female man woman old young age "
    "gender city lives".split()
)
"""Words that say something of a person's means, family or standing: a fact has to say them, too."""
_LEAST_SHARED = 0.4
"""Of the words of an English sentence that mean something, those that its facts have."""
_GENERIC_ZH = frozenset(
    "画像 人物 对象 用户 顾客 客户 消费者 人士 这个 这位 那位 此人 他们 兴趣 爱好 喜好 偏好 习惯 方面 产品 "
    "商品 物品 东西 "
    "购物 时间 时候 生活 评价 "
    "态度 关注 热情 情况 方式 类型 领域 事物 内容 倾向 趋势 特点 特征 行为 需求 选择 体验 感受 满意度 频率 "
    "程度 平均 其中 同时".split()
)


def find_novelties(sentence: str, said: str, language: Language) -> list[str]:
    """Return what is in a sentence and not in what its facts say, in no order.

    >>> find_novelties("Likes tea and has 3 kids.", "likes tea", "en")
    ['3', 'kids']
    """
    normal, known = normalise(sentence), normalise(said)
    numbers = set(_NUMBER.findall(normal)) - set(_NUMBER.findall(known))
    new = [number for number in numbers if not _is_share(number, known)]
    if language == "zh":
        return new + _find_chinese(normal, known)
    return new + _find_english(sentence, normal, known)


def _is_share(number: str, known: str) -> bool:
    """Return whether a number is one of the facts' written otherwise: 26 for 0.26."""
    return any(abs(float(number.replace(",", "").replace(":", ".")) - one) < 1e-9 for one in _scales(known))


def _scales(known: str) -> list[float]:
    plain = [float(found) for found in re.findall(r"\d+(?:\.\d+)?", known)]
    return [*plain, *(value * 100 for value in plain)]


def _find_english(sentence: str, normal: str, known: str) -> list[str]:
    held = {_stem(word) for word in _LATIN.findall(known)}
    new = [word for word in _LATIN.findall(normal) if _stem(word) not in held]
    names = {found.lower() for found in _CAPITAL.findall(sentence)}
    strange = [word for word in new if word in names | _COUNTED | _LOADED]
    small = load_lexicon("en").stop_words
    meaning = [word for word in _LATIN.findall(normal) if word not in small]
    unknown = [word for word in meaning if word in new]
    return unknown if len(unknown) > (1 - _LEAST_SHARED) * len(meaning) else strange


def _find_chinese(normal: str, known: str) -> list[str]:
    counted = [found for found in _COUNTED_ZH.findall(normal) if found not in known]
    latin = [word for word in _LATIN.findall(normal) if word not in known]
    nouns = [
        noun.text
        for noun in find_nouns(normal)
        if noun.text not in _GENERIC_ZH and not _holds(known, noun.text)
    ]
    return counted + latin + nouns


def _holds(known: str, word: str) -> bool:
    """Return whether the facts have a word, each half of it, or what it is the long form of (男性)."""
    if len(word) == 2 and word.endswith("性"):
        return word[0] in known
    return word in known or (len(word) == 4 and word[:2] in known and word[2:] in known)


def _stem(word: str) -> str:
    return re.sub(r"(?:'s|ies|es|s|ing|ed|y)$", "", word) or word
