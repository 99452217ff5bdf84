"""One score taken apart to the last digit, and what would change it."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from limner.errors import UnknownNameError
from limner.fusion.corrections import Pull, Verdict, judge, score_corrected, split_corrected
from limner.fusion.space import Parts, Reals, Space
from limner.phrases import say
from limner.recommend.history import History
from limner.records import Language
from limner.studio.advice.explanation import Explanation, Grouped, Share, WhatIf
from limner.studio.portraits.painting import Person

if TYPE_CHECKING:
    from limner.studio.advice.recommending import Adviser

_MOST_ITEMS = 3
_MOST_CATEGORIES = 3
_MOST_LIKED = 2
_CITED = 3
_SUGGESTED = 50_000


@dataclass(frozen=True, slots=True)
class _Met:
    """What is known of one past item of the user."""

    item_id: str
    title: str | None
    categories: tuple[str, ...]
    event_ids: tuple[str, ...] = ()
    text_ids: tuple[str, ...] = ()
    written: int = 0
    """Events that came with a text of the user."""


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """One user and one item, and all that the score rests on."""

    space: Space
    history: History
    """That of the user alone, uncorrected."""
    pulls: tuple[Pull, ...]
    item: int
    verdict: Verdict
    met: dict[int, _Met]
    lang: Language

    @property
    def unseen(self) -> NDArray[np.bool_]:
        """Items that the user could be recommended."""
        return _unseen(self.history, self.verdict)


def explain(adviser: "Adviser", person: Person, item_id: str | int, lang: Language) -> Explanation:
    """Return why an item has its score for a user, part by part, and what would change it.

    Raises:
        UnknownNameError: no such item; the text suggests near ids.
    """
    with adviser.store.reading():
        adviser.painter.refresh()
        item, known = _find_item(adviser, item_id)
        space, history, pulls = adviser.space, adviser.bare_history(person), adviser.pulls(person)
        verdict = judge(space, history, pulls)
        met = _read_met(adviser, person, history.items.tolist())
        case = _Case(space, history, pulls, item, verdict, met, lang)
        return _explain(adviser, person, case, known)


def _explain(adviser: "Adviser", person: Person, case: _Case, known: _Met) -> Explanation:
    space, history, item, verdict = case.space, case.history, case.item, case.verdict
    parts = split_corrected(space, history, item, case.pulls, verdict.unit)
    alpha, beta = space.hear(history.known(), np.array([item]))
    forbidden = bool(verdict.forbidden[item])
    return Explanation(
        user_id=adviser.painter.outside_id("user_id", person.user_id),
        item_id=adviser.painter.outside_id("item_id", known.item_id),
        title=known.title,
        score=score_corrected(space, history, item, case.pulls, verdict.unit),
        rank=verdict.rank(item),
        rank_unseen=None if forbidden else verdict.rank(item, case.unseen),
        n_items=space.n_items,
        seen=item in case.met,
        forbidden=forbidden,
        alpha=float(alpha[0]),
        beta=float(beta[0]),
        base=parts.base,
        parts=tuple(_list_shares(adviser, case, parts)),
        categories=_group_categories(case, parts),
        texts=_group_texts(adviser, case, parts),
        counterfactuals=tuple(_list_changes(adviser, case, parts)),
        note="" if case.met else say("explain.unknown", case.lang),
    )


def _list_shares(adviser: "Adviser", case: _Case, parts: Parts) -> Iterator[Share]:
    """Yield every part but the base, the largest first."""
    values = [*(parts.semantic + parts.behaviour), *(other.value for other in parts.others)]
    whole = float(np.abs([*values, parts.base]).sum()) or 1.0
    found = []
    for place, number in enumerate(parts.items.tolist()):
        met = case.met[number]
        named = str(adviser.painter.outside_id("item_id", met.item_id))
        both = float(parts.semantic[place]), float(parts.behaviour[place])
        found.append(Share("item", named, met.title, *both, sum(both), sum(both) / whole, met.event_ids))
    for other in parts.others:
        found.append(Share(other.kind, other.key, None, None, None, other.value, other.value / whole))
    yield from sorted(found, key=lambda share: (-abs(share.value), share.kind, share.key))


def _group_categories(case: _Case, parts: Parts) -> tuple[Grouped, ...]:
    """Return what past items add, by their categories: an item of several shares its part evenly."""
    sums: dict[str | None, float] = {}
    for number, value in zip(parts.items.tolist(), parts.semantic + parts.behaviour, strict=True):
        names = case.met[number].categories or (None,)
        for name in names:
            sums[name] = sums.get(name, 0.0) + float(value) / len(names)
    return tuple(
        Grouped(name, None, value)
        for name, value in sorted(sums.items(), key=lambda pair: (-abs(pair[1]), pair[0] or ""))
    )


def _group_texts(adviser: "Adviser", case: _Case, parts: Parts) -> tuple[Grouped, ...]:
    """Return what past items add because the user wrote of them: by the events that came with a text."""
    found = []
    pulled = parts.semantic + parts.behaviour
    for place, number in enumerate(parts.items.tolist()):
        met = case.met[number]
        if met.written:
            share = min(1.0, met.written / max(float(case.history.count[place]), 1.0))
            named = str(adviser.painter.outside_id("item_id", met.item_id))
            found.append(Grouped(named, met.title, float(pulled[place]) * share, met.text_ids))
    return tuple(sorted(found, key=lambda one: (-abs(one.value), one.key or "")))


def _list_changes(adviser: "Adviser", case: _Case, parts: Parts) -> Iterator[WhatIf]:
    """Yield what the rank would be without the strongest past items and categories, and with new ones."""
    yield from _list_uncorrected(case)
    if case.verdict.forbidden[case.item]:  # it has no rank that anything but that could change
        return
    pulled = parts.semantic + parts.behaviour
    for place in np.argsort(-np.abs(pulled), kind="stable")[:_MOST_ITEMS]:
        met = case.met[int(parts.items[place])]
        gone = np.arange(len(parts.items)) == place
        phrase = "explain.review" if met.text_ids else "explain.item"
        what = say(phrase, case.lang, title=met.title or met.item_id)
        yield _without(case, gone, ("item", met.item_id, what))
    groups = [group for group in _group_categories(case, parts) if group.key is not None]
    for group in groups[:_MOST_CATEGORIES]:
        members = [group.key in case.met[number].categories for number in parts.items.tolist()]
        what = say("explain.category", case.lang, value=group.key)
        yield _without(case, np.array(members), ("category", str(group.key), what))
    yield from _list_liked(adviser, case)


def _list_uncorrected(case: _Case) -> Iterator[WhatIf]:
    """Yield what the rank would be without each correction."""
    for left_out in case.pulls:
        others = replace(case, pulls=tuple(pull for pull in case.pulls if pull is not left_out))
        verdict = judge(case.space, case.history, others.pulls)
        if verdict.forbidden[case.item]:
            continue
        score = score_corrected(case.space, case.history, case.item, others.pulls, verdict.unit)
        rank = verdict.rank(case.item, _unseen(case.history, verdict))
        said = say("explain.uncorrected", case.lang, what=left_out.key, after=_ordinal(rank, case.lang))
        yield WhatIf("without", "correction", left_out.key, score, rank, said)


def _without(case: _Case, gone: NDArray[np.bool_], named: tuple[str, str, str]) -> WhatIf:
    kind, key, what = named
    score, rank, now = _rescore(case, case.history.without(gone))
    phrase = "explain.stays" if rank == now else "explain.falls" if rank > now else "explain.rises"
    said = say(phrase, case.lang, what=what, before=_ordinal(now, case.lang), after=_ordinal(rank, case.lang))
    return WhatIf("without", kind, key, score, rank, said)


def _list_liked(adviser: "Adviser", case: _Case) -> Iterator[WhatIf]:
    """Yield what the rank would be had the user liked the unmet items that pull this one most."""
    space, met = case.space, np.zeros(case.space.n_items, dtype=bool)
    met[case.history.items] = True
    met[case.item] = True
    asked = np.array([case.item])
    alpha, beta = space.hear(case.history.known() + 1, asked)
    target = space.targets(case.history, asked)[0]
    pulled = beta[0] * (space.behaviour_in @ target)
    if space.has_content:
        pulled = pulled + alpha[0] * (space.semantic_in @ target)
    pulled = np.where(met, -np.inf, pulled)
    best = [int(one) for one in np.argsort(-pulled, kind="stable")[:_MOST_LIKED] if pulled[one] > 0]
    named = _read_items(adviser, best)
    for number in best:
        one = named[number]
        score, rank, now = _rescore(case, _with_item(case.history, number))
        if rank > now:
            continue
        before, after = (_ordinal(value, case.lang) for value in (now, rank))
        title = one.title or one.item_id
        if rank < now:
            said = say("explain.liked_rises", case.lang, title=title, before=before, after=after)
        else:
            said = say("explain.liked_stays", case.lang, title=title, after=after)
        yield WhatIf("with", "item", one.item_id, score, rank, said)


def _rescore(case: _Case, history: History) -> tuple[float, int, int]:
    """Return score and rank under another past of the user, and the rank as it is, among what is unseen."""
    verdict = judge(case.space, history, case.pulls)
    score = score_corrected(case.space, history, case.item, case.pulls, verdict.unit)
    rank = verdict.rank(case.item, _unseen(history, verdict))
    return score, rank, case.verdict.rank(case.item, case.unseen)


def _unseen(history: History, verdict: Verdict) -> NDArray[np.bool_]:
    unseen = ~verdict.forbidden
    unseen[history.items] = False
    return np.asarray(unseen)


def _with_item(history: History, item: int) -> History:
    """Return a history with one more event, of weight 1 and of now, with an item that was not met."""
    place = int(np.searchsorted(history.items, item))

    def put(values: Reals) -> Reals:
        return np.insert(values, place, 1.0)

    return replace(
        history,
        indptr=history.indptr + np.array([0, 1]),
        items=np.insert(history.items, place, item),
        count=put(history.count),
        recent=put(history.recent),
        lasting=put(history.lasting),
    )


def _find_item(adviser: "Adviser", item_id: str | int) -> tuple[int, _Met]:
    wanted, store = str(item_id), adviser.store
    row = store.one("SELECT item_no FROM items WHERE item_id = ?", wanted)
    if row is not None:
        return int(row[0]), _read_items(adviser, [row[0]])[row[0]]
    known = {
        text: found
        for found, title in store.rows(f"SELECT item_id, title FROM items LIMIT {_SUGGESTED}")
        for text in (found, title)
        if text
    }
    near = difflib.get_close_matches(wanted, list(known), n=3, cutoff=0.5)
    shown = [one if known[one] == one else f"{known[one]} ({one})" for one in near]
    shown = shown or list(known)[:1]
    word = "did you mean" if near else "there is, for instance"
    hint = f"; {word}: {', '.join(shown)}" if shown else "; the workspace holds no items"
    raise UnknownNameError(f"no item {wanted!r} in {store.path.parent}{hint}")


def _read_items(adviser: "Adviser", numbers: Sequence[int]) -> dict[int, _Met]:
    return {
        number: _Met(one.item_id, one.title, tuple(dict.fromkeys(one.categories)))
        for number, one in adviser.shelves.find(numbers).items()
    }


def _read_met(adviser: "Adviser", person: Person, numbers: Sequence[int]) -> dict[int, _Met]:
    """Return what is known of a user's past items: their names, newest events and texts."""
    events: dict[int, dict[str, str | None]] = {}
    rows = adviser.store.rows(
        "SELECT e.item_no, e.event_id, t.text_id FROM events e LEFT JOIN texts t "
        "ON t.user_no = e.user_no AND t.ts = e.ts AND t.item_no = e.item_no "
        "WHERE e.user_no = ? AND e.item_no IS NOT NULL ORDER BY e.ts DESC, e.ref",
        person.user_no,
    )
    for number, event_id, text_id in rows:
        events.setdefault(number, {})[event_id] = text_id
    met = {}
    for number, known in _read_items(adviser, numbers).items():
        texts = [text for text in events.get(number, {}).values() if text is not None]
        met[number] = replace(
            known,
            event_ids=tuple(events.get(number, {}))[:_CITED],
            text_ids=tuple(dict.fromkeys(texts)),
            written=len(texts),
        )
    return met


def _ordinal(rank: int, lang: Language) -> str:
    """Return a place in words.

    >>> _ordinal(3, "en"), _ordinal(12, "en"), _ordinal(3, "zh")
    ('3rd', '12th', '第 3 位')
    """
    if lang == "zh":
        return f"第 {rank} 位"
    last = {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{'th' if rank % 100 in (11, 12, 13) else last}"
