"""Words of one meaning become one key: wi-fi and wifi, 账单 and 帐单, 价钱 and 价格, guage and gauge.

Vectors of words alone do not tell what means the same from what merely stands in the same places (gold and
silver, 男生 and 女生). So a pair stands in our list, or its words look alike; the vectors of the
owner's corpus confirm what only looks likely, and keep apart what means something else there. What is left
apart does no harm; what is wrongly joined does.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cache

from limner.text.keywords import WordTable
from limner.text.lexicons import load_lexicon, load_synonyms
from limner.text.wordvectors import WordVectors, can_train, train_vectors

CONFIRMED = 0.6
"""Least cosine of a pair whose words look alike."""
CONTRADICTED = 0.4
"""Cosine below which a pair of our list means two things in this corpus."""
_FEWEST = 3
"""Times a word must occur to be joined by what is learnt."""
_MISSPELT = 4
"""How many times more frequent the right spelling is."""
_SHORTEST_SPELT = 5
_SHORTEST_JOINED = 5
"""Letters of a word below which a hyphen tells two words apart: d-g, e-h."""
_VARIANTS = str.maketrans("帐象振做它决", "账像震作他绝")
"""Characters that people take for each other within a word."""
_LIGHT = frozenset("子 儿 的 们 网 级".split())
"""What a Chinese word may end in without meaning anything else, where the vectors agree."""
_OPPOSED = tuple(
    frozenset(pair)
    for pair in (
        "大小 多少 高低 长短 厚薄 轻重 新旧 好坏 快慢 冷热 上下 左右 前后 内外 里外 男女 父母 软硬 深浅 粗细 "
        "黑白 早晚 买卖 真假 有无 来去 进出 开关 升降 甜咸 干湿 老少 贵贱"
    ).split()
)


def join_synonyms(
    table: WordTable, texts: Iterable[Sequence[str]], *, apart: Container[str] = ()
) -> WordTable:
    """Return a table in which words of one meaning are one, by the words of the texts it was counted over.

    Words ``apart`` stay as they are. Vectors are used where gensim is installed and there are words enough.
    """
    vectors = train_vectors(texts) if can_train() else None
    aliases = learn_aliases(table.counts, vectors)
    return table.with_aliases({word: name for word, name in aliases.items() if word not in apart})


def learn_aliases(counts: Mapping[str, int], vectors: WordVectors | None = None) -> dict[str, str]:
    """Return word → the one that stands for it, of words that occur so often.

    Of two words the more frequent one stands for both, except where our list names one. `vectors` of the
    corpus confirm pairs that need it, and keep those of our list apart that mean something else here.
    """
    of = {
        word: name
        for word, name in known_synonyms().items()
        if not (vectors and _differ(word, name, vectors))
    }
    for word, name in [*_find_twins(counts), *(_confirm(counts, vectors) if vectors else ())]:
        _join(of, word, name)
    return {word: _end(of, word) for word in sorted(of)}


def _differ(word: str, name: str, vectors: WordVectors) -> bool:
    cosine = vectors.cosine(word, name)
    return cosine is not None and cosine < CONTRADICTED


@cache
def known_synonyms() -> Mapping[str, str]:
    """Return the aliases of our list."""
    return {word: group[0] for group in load_synonyms() for word in group[1:]}


def are_opposed(one: str, other: str) -> bool:
    """Return whether two words say opposite things, by our lists or by a character in which they differ.

    >>> are_opposed("便宜", "贵"), are_opposed("女生", "男生"), are_opposed("账单", "帐单")
    (True, True, False)
    """
    differing = frozenset(one) ^ frozenset(other)
    if any(pair <= differing for pair in _OPPOSED):
        return True
    return any(
        first is not None and second is not None and first.strength * second.strength < 0
        for entries in (load_lexicon("zh").entries, load_lexicon("en").entries)
        for first, second in [(entries.get(one), entries.get(other))]
    )


def _join(of: dict[str, str], word: str, name: str) -> None:
    """Let one word stand for another, unless that closes a circle."""
    end = _end(of, name)
    if word != end and word not in of and end != word:
        of[word] = end


def _end(of: Mapping[str, str], word: str) -> str:
    seen = {word}
    while word in of and of[word] not in seen:
        word = of[word]
        seen.add(word)
    return word


def _find_twins(counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Yield (word, name) of words that differ in a hyphen, a blank, or a character taken for another."""
    groups: dict[str, list[str]] = {}
    for word in counts:
        groups.setdefault(_skeleton(word), []).append(word)
    for group in groups.values():
        name = min(group, key=lambda word: (-counts[word], word))
        yield from ((word, name) for word in sorted(group) if word != name)


def _skeleton(word: str) -> str:
    if word.isascii():
        joined = word.replace("-", "").replace(" ", "")
        return joined if len(joined) >= _SHORTEST_JOINED and joined.isalpha() else word
    return word.translate(_VARIANTS) if len(word) > 1 else word


def _confirm(counts: Mapping[str, int], vectors: WordVectors) -> Iterator[tuple[str, str]]:
    """Yield (word, name) of words that look alike and whose vectors say the same of each other."""
    for word in sorted(vectors.words):
        for near, cosine in vectors.neighbours(word):
            likely = cosine >= CONFIRMED and counts.get(word, 0) >= _FEWEST and counts.get(near, 0) >= _FEWEST
            if likely and _is_form_of(word, near, counts) and not are_opposed(word, near):
                yield word, near


def _is_form_of(word: str, name: str, counts: Mapping[str, int]) -> bool:
    """Return whether a word is another form of a more usual one, or a longer one of the same meaning."""
    if word.isascii():
        return _is_misspelt(word, name) and counts[name] >= _MISSPELT * counts[word]
    if len(name) < 2 or not name.isalpha():
        return False
    doubled = len(word) == 4 and word == word[0] * 2 + word[2] * 2 and name == word[0] + word[2]
    return doubled or (word.startswith(name) and word[len(name) :] in _LIGHT)


def _is_misspelt(word: str, name: str) -> bool:
    """Return whether one letter is missing, added, changed or swapped behind the first one.

    >>> _is_misspelt("guage", "gauge"), _is_misspelt("strap", "strip"), _is_misspelt("picks", "pick")
    (True, False, False)
    """
    if min(len(word), len(name)) < _SHORTEST_SPELT or word[0] != name[0] or not (word + name).isalpha():
        return False
    if len(word) == len(name):
        places = [place for place, pair in enumerate(zip(word, name, strict=True)) if pair[0] != pair[1]]
        swapped = len(places) == 2 and places[1] == places[0] + 1
        return swapped and word[places[0]] == name[places[1]] and word[places[1]] == name[places[0]]
    shorter, longer = sorted((word, name), key=len)
    inside = range(1, len(longer) - 1)
    return len(longer) == len(shorter) + 1 and any(
        longer[:place] + longer[place + 1 :] == shorter for place in inside
    )
