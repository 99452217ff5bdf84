"""What users write: quotations are exact, and every clause says one thing of one aspect."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.collect.world.aspects import ALIASES, ASPECTS, find_aspect
from limner.collect.world.categories import CATEGORIES
from limner.collect.world.reviews import write_review
from limner.collect.world.wording import GRAMMARS, Dice, list_clauses

OPINIONS = st.lists(
    st.tuples(st.sampled_from(ASPECTS), st.sampled_from([-1, 1])),
    max_size=4,
    unique_by=lambda opinion: opinion[0],
)


def test_every_quotation_is_a_clause_that_says_so(world):
    texts = {row["text_id"]: row["text"] for row in world.tables["texts"].to_pylist()}
    users = world.truth.users
    quotes = [
        (
            users[truth.user_id].language,
            mention.aspect,
            mention.polarity,
            texts[key][mention.start : mention.end],
        )
        for key, truth in world.truth.texts.items()
        for mention in truth.mentions
    ]

    assert len(quotes) > 1000
    assert all(
        quote.lower()
        in {clause.lower() for kind in list_clauses(language, aspect, polarity) for clause in kind}
        for language, aspect, polarity, quote in quotes
    )


def test_a_text_is_written_by_its_user_in_their_language(world):
    rows = world.tables["texts"].to_pylist()
    chinese = [any("一" <= letter <= "鿿" for letter in row["text"]) for row in rows]

    assert [world.truth.users[row["user_id"]].language == "zh" for row in rows] == chinese
    assert [world.truth.texts[row["text_id"]].user_id for row in rows] == [row["user_id"] for row in rows]


def test_reviews_speak_of_what_their_item_has(world):
    items = {row["item_id"]: row["categories"][0] for row in world.tables["items"].to_pylist()}
    aspects = {shelf.key: set(shelf.aspects) for shelf in CATEGORIES}

    assert all(
        {mention.aspect for mention in world.truth.texts[row["text_id"]].mentions}
        <= aspects[items[row["item_id"]]]
        for row in world.tables["texts"].to_pylist()
    )


def test_praise_follows_the_quality_of_the_item(world):
    rows = world.tables["texts"].to_pylist()
    judged = [
        (world.truth.items[row["item_id"]].aspects[mention.aspect], mention.polarity)
        for row in rows
        for mention in world.truth.texts[row["text_id"]].mentions
    ]
    quality, polarity = np.array(judged).T

    assert quality[polarity > 0].mean() > quality[polarity < 0].mean() + 0.8
    assert 0.65 < np.mean(polarity > 0) < 0.85


def test_good_stars_praise_and_bad_stars_blame(world):
    reviews = [row for row in world.tables["texts"].to_pylist() if row["kind"] == "review"]
    mean = {
        stars: np.mean(
            [
                mention.polarity
                for row in reviews
                if row["rating"] == stars
                for mention in world.truth.texts[row["text_id"]].mentions
            ]
        )
        for stars in (1.0, 2.0, 3.0, 4.0, 5.0)
    }

    assert mean[1.0] < mean[3.0] < mean[5.0]
    assert mean[2.0] < 0 < mean[4.0]


def test_questions_judge_nothing(world):
    comments = [row["text_id"] for row in world.tables["texts"].to_pylist() if row["kind"] == "comment"]

    assert comments
    assert not any(world.truth.texts[text_id].mentions for text_id in comments)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_clause_means_two_things(language):
    kinds = {
        (aspect, polarity): {clause for kind in list_clauses(language, aspect, polarity) for clause in kind}
        for aspect in ASPECTS
        for polarity in (-1, 1)
    }

    assert all(not one & other for one, other in combinations(kinds.values(), 2))
    assert min(len(clauses) for clauses in kinds.values()) >= 15


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_clause_keeps_an_unfilled_place(language):
    clauses = [
        clause
        for aspect in ASPECTS
        for polarity in (-1, 1)
        for kind in list_clauses(language, aspect, polarity)
        for clause in kind
    ]

    assert not [clause for clause in clauses if "{" in clause or "*" in clause or "  " in clause]


def test_no_spelling_means_two_aspects():
    spellings = [name for names in ALIASES.values() for name in names]

    assert len(spellings) == len(set(spellings))
    assert all(
        find_aspect(f" {name.upper()} ") == aspect for aspect, names in ALIASES.items() for name in names
    )


def test_categories_know_only_aspects_that_have_words():
    assert {aspect for shelf in CATEGORIES for aspect in shelf.aspects} == set(ASPECTS)


@given(
    opinions=OPINIONS,
    stars=st.integers(1, 5),
    language=st.sampled_from(list(GRAMMARS)),
    seed=st.integers(0, 99),
)
def test_a_review_says_each_opinion_once_and_quotes_do_not_overlap(opinions, stars, language, seed):
    page = write_review(Dice(np.random.default_rng(seed)), language, opinions, stars=stars)
    spans = [(mention.start, mention.end) for mention in page.mentions]

    assert sorted((mention.aspect, mention.polarity) for mention in page.mentions) == sorted(opinions)
    assert all(start < end <= len(page.text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert page.text.strip()
