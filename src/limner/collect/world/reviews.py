"""What users write: reviews, comments, messages to the shop; and which clause judges which aspect."""

import re
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from limner.collect.world.aspects import ASPECTS
from limner.collect.world.behaviour import Purchases
from limner.collect.world.calendar import END, SECOND
from limner.collect.world.catalogue import Catalogue
from limner.collect.world.categories import SHOP_ASPECTS
from limner.collect.world.ids import make_ids
from limner.collect.world.people import LANGUAGES, Ints, People
from limner.collect.world.truth import Mention, TextTruth
from limner.collect.world.visits import Visits
from limner.collect.world.wording import GRAMMARS, Dice, draw_clause

_REVIEW_SHARE = 0.85
_COMMENT_SHARE = 0.008
_CHAT_SHARE = 0.04
_INDIFFERENT = 0.3
"""An aspect felt less than this either way is not written about."""
_OF_THE_SHOP = np.array([aspect in SHOP_ASPECTS for aspect in ASPECTS])
"""Any review could speak of these, so fewer do."""
Opinion = tuple[str, int]
"""Aspect and polarity."""


class Draft(NamedTuple):
    """One text before it has an id."""

    user: int
    item: int
    time: int
    kind: str
    stars: int | None
    text: str
    mentions: tuple[Mention, ...]


class Page:
    """A text as it is written, remembering where each opinion stands."""

    def __init__(self, *, capitals: bool) -> None:
        """Begin an empty page; ``capitals``: sentences begin with one."""
        self.text = ""
        self.mentions: list[Mention] = []
        self._capitals = capitals

    def add(self, words: str, opinion: Opinion | None = None) -> None:
        """Write some words; with an opinion they are its quotation."""
        if self._capitals and (not self.text or self.text[-2:] in (". ", "! ")):
            words = words[:1].upper() + words[1:]
        if opinion is not None:
            start = len(self.text)
            self.mentions.append(Mention(*opinion, start, start + len(words)))
        self.text += words


def make_texts(
    rng: np.random.Generator, people: People, catalogue: Catalogue, visits: Visits, purchases: Purchases
) -> tuple[pa.Table, dict[str, TextTruth]]:
    """Return the texts table in order of time, and the truth of each text."""
    dice = Dice(rng)
    drafts = [
        *_reviews(rng, dice, people, purchases),
        *_comments(rng, dice, people, visits),
        *_chats(rng, dice, people, purchases),
    ]
    drafts.sort(key=lambda draft: (draft.time, draft.user, draft.text))
    text_id = make_ids("t", len(drafts))
    truth = {
        name: TextTruth(people.user_id[draft.user], draft.mentions)
        for name, draft in zip(text_id, drafts, strict=True)
    }
    return _table(text_id, drafts, people, catalogue), truth


def _table(text_id: tuple[str, ...], drafts: list[Draft], people: People, catalogue: Catalogue) -> pa.Table:
    return pa.table(
        {
            "text_id": pa.array(text_id, pa.string()),
            "user_id": pa.array([people.user_id[draft.user] for draft in drafts], pa.string()),
            "timestamp": pa.array([draft.time for draft in drafts], pa.int64()),
            "text": pa.array([draft.text for draft in drafts], pa.string()),
            "item_id": pa.array([catalogue.item_id[draft.item] for draft in drafts], pa.string()),
            "kind": pa.array([draft.kind for draft in drafts], pa.string()),
            "rating": pa.array([draft.stars for draft in drafts], pa.float64()),
        }
    )


def _reviews(rng: np.random.Generator, dice: Dice, people: People, purchases: Purchases) -> list[Draft]:
    """Return a review for most of the ratings."""
    chosen = np.flatnonzero((purchases.rated_time > 0) & (rng.random(len(purchases.user)) < _REVIEW_SHARE))
    opinions = _choose_opinions(rng, people, purchases, chosen)
    drafts = []
    for row, said in zip(chosen, opinions, strict=True):
        user, stars = int(purchases.user[row]), int(purchases.stars[row])
        page = write_review(dice, LANGUAGES[people.language[user]], said, stars=stars)
        time = min(int(purchases.rated_time[row]) + 45 * SECOND, END - SECOND)
        item = int(purchases.item[row])
        drafts.append(Draft(user, item, time, "review", stars, page.text, tuple(page.mentions)))
    return drafts


def _choose_opinions(
    rng: np.random.Generator, people: People, purchases: Purchases, rows: Ints
) -> list[list[Opinion]]:
    """Return what each review speaks of: what was felt most, matters to the user, explains the stars."""
    felt = purchases.experience[rows]
    sign = np.sign(felt)
    agrees = sign == np.sign(purchases.stars[rows] - 3)[:, None]
    urge = np.abs(felt) + 0.9 * people.concerns[purchases.user[rows]] + 0.9 * agrees
    urge = urge - 0.5 * _OF_THE_SHOP + rng.gumbel(0, 0.5, felt.shape)
    urge = np.where(np.abs(felt) >= _INDIFFERENT, urge, -np.inf)
    count = rng.choice([1, 2, 3, 4], len(rows), p=[0.28, 0.36, 0.25, 0.11])
    order = np.argsort(-urge, axis=1)[:, :4]
    said: list[list[Opinion]] = []
    for row, wanted in enumerate(count):
        best = [int(place) for place in order[row, :wanted] if np.isfinite(urge[row, place])]
        said.append([(ASPECTS[place], int(sign[row, place])) for place in best])
    return said


def write_review(dice: Dice, language: str, opinions: list[Opinion], *, stars: int) -> Page:
    """Return a review that says these opinions, in the mood of its stars first."""
    grammar = GRAMMARS[language]
    mood = -1 if stars < 3 else 1
    queue = sorted(opinions, key=lambda opinion: -mood * opinion[1])
    page = Page(capitals=language == "en" and dice.roll() < 0.85)
    filler = dice.pick(grammar.filler) if dice.roll() < 0.4 else ""
    if filler and dice.roll() < 0.6:
        page.add(filler)
        filler = ""
    _write_opinions(dice, page, language, queue)
    if filler:
        _join(dice, page, language)
        page.add(filler)
    if dice.roll() < 0.35 or not page.text:
        _join(dice, page, language)
        page.add(dice.pick(grammar.overall[0 if stars < 3 else 1 if stars == 3 else 2]))
    page.add(dice.pick(("。", "！", "", "~") if language == "zh" else (".", ".", "!", "")))
    return page


def _write_opinions(dice: Dice, page: Page, language: str, queue: list[Opinion]) -> None:
    """Write the opinions one by one, the turn from one mood to the other often as one contrast."""
    while queue:
        _join(dice, page, language)
        turns = len(queue) > 1 and queue[0][1] != queue[1][1]
        if turns and dice.roll() < 0.75:
            _write_contrast(dice, page, language, (queue[0], queue[1]))
            queue = queue[2:]
        else:
            page.add(draw_clause(dice, language, *queue[0]), queue[0])
            queue = queue[1:]


def _write_contrast(dice: Dice, page: Page, language: str, pair: tuple[Opinion, Opinion]) -> None:
    """Write two opposite opinions in one sentence: nice, but dear."""
    frames = GRAMMARS[language].contrast[0 if pair[0][1] > 0 else 1]
    for piece in re.split(r"(\{a\}|\{b\})", dice.pick(frames)):
        if piece in ("{a}", "{b}"):
            opinion = pair[0] if piece == "{a}" else pair[1]
            page.add(draw_clause(dice, language, *opinion), opinion)
        elif piece:
            page.add(piece)


def _join(dice: Dice, page: Page, language: str) -> None:
    """End the clause before, if there is one."""
    if page.text:
        page.add(dice.pick(("，", "，", "。", " ") if language == "zh" else (". ", ". ", ". ", "! ", ", ")))


def _comments(rng: np.random.Generator, dice: Dice, people: People, visits: Visits) -> list[Draft]:
    """Return questions under items."""
    drafts = []
    for row in np.flatnonzero(rng.random(len(visits)) < _COMMENT_SHARE):
        user = int(visits.user[row])
        text = dice.pick(GRAMMARS[LANGUAGES[people.language[user]]].questions)
        time = int(visits.time[row] + visits.dwell_s[row] * SECOND)
        drafts.append(Draft(user, int(visits.item[row]), min(time, END - SECOND), "comment", None, text, ()))
    return drafts


def _chats(rng: np.random.Generator, dice: Dice, people: People, purchases: Purchases) -> list[Draft]:
    """Return messages to the shop's service: questions, and complaints where something was felt badly."""
    shop = [ASPECTS.index(aspect) for aspect in ("delivery", "service", "packaging")]
    drafts = []
    for row in np.flatnonzero(rng.random(len(purchases.user)) < _CHAT_SHARE):
        user, felt = int(purchases.user[row]), purchases.experience[row, shop]
        language = LANGUAGES[people.language[user]]
        page = Page(capitals=language == "en")
        if felt.min() < -_INDIFFERENT:
            _write_complaint(dice, page, language, (ASPECTS[shop[int(felt.argmin())]], -1))
        else:
            page.add(dice.pick(GRAMMARS[language].chats))
        time = min(int(purchases.time[row]) + 30 * 3600 * SECOND, END - SECOND)
        item = int(purchases.item[row])
        drafts.append(Draft(user, item, time, "chat", None, page.text, tuple(page.mentions)))
    return drafts


def _write_complaint(dice: Dice, page: Page, language: str, opinion: Opinion) -> None:
    before, _, after = dice.pick(GRAMMARS[language].complaints).partition("{a}")
    if before:
        page.add(before)
    page.add(draw_clause(dice, language, *opinion), opinion)
    page.add(after)
