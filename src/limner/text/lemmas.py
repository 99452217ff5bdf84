"""Base forms of English words, by their endings only: what is said of strings is said of a string."""

import re
from functools import lru_cache

from limner.text.lexicons import load_lexicon

_LONG_RUN = re.compile(r"([a-z])\1{2,}")
_VOWELS = frozenset("aeiouy")
_KEEP_S = ("ss", "us", "is", "series", "gas", "lens", "does", "goes", "always", "was", "has", "perhaps")
_FALSE_ED = frozenset(
    "bed red need speed feed seed weed breed bleed exceed proceed succeed indeed hundred sacred naked wicked "
    "shed tweed reed heed greed creed".split()
)
_FALSE_ING = frozenset(
    "thing king ring sing string spring bring wing sting swing nothing something anything everything "
    "during morning evening ceiling sibling wedding pudding ping sling boring amazing interesting".split()
)
_E_STEMS = tuple(
    "v c u at bl cl dl fl gl kl pl tl zl iz dg rg ag ang ur ir eas as os us rs ns ps ls um ap id ud ad "
    "ib ik ok ak om am im in ar od yp creat stor ignor explor ador scor snor writ excit invit complet "
    "compet delet not vot quot promot devot analys swip is az oz eez wast tast execut comput disput "
    "dilut clon phon styl scrap etun hing".split()
)
"""Ends of verbs that lost an e before -ing or -ed."""
_WHOLE_STEMS = tuple(
    "hang bang eat oat out oid oud oad ead eap oap oom eam oam aim aid ood ook oak eak ear oar ain oin "
    "ein uin iend bias alam ocus onus begin air our".split()
)
"""Ends of verbs that had none, although they look so."""
_SURE_STEMS = ("creat", "chang", "challeng")
_IRREGULAR = {
    **{"dying": "die", "lying": "lie", "tying": "tie", "died": "die", "tied": "tie", "lied": "lie"},
    **{"controlled": "control", "controlling": "control", "patrolled": "patrol"},
    **{
        f"{word}s": word
        for word in "movie cookie rookie selfie hoodie smoothie brownie newbie zombie".split()
    },
}
_KEEP_WHOLE = frozenset(
    "christmas canvas news pants scissors sometimes besides whereas overseas sideways anyways alas hercules "
    "headquarters".split()
)


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
    if len(word) < 4 or word in _KEEP_WHOLE or word.endswith(("string", "thing", "wards", "selves")):
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("eed") and word not in _FALSE_ED:
        return word[:-1]
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
        return stem.endswith(_SURE_STEMS) or not stem.endswith(_WHOLE_STEMS)
    short = len(stem) == 2 or (len(stem) == 3 and stem[1] in _VOWELS and stem[0] not in _VOWELS)
    return short and stem[-1] not in "wxy" and stem[-1] not in _VOWELS
