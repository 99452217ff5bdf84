"""Interests: what a user turns to more than others do, whether they like it, and where it is going."""

import pytest


def name_values(drafts):
    return [draft.value for draft in drafts]


@pytest.fixture
def acts(cell):
    """The cells that every user has: everything done, and events by type."""

    def make(n=40, **sums):
        return {"activity": [cell("all", n, **sums)], "event": [cell("view", n, **sums)]}

    return make


def test_a_telling_share_comes_before_a_large_usual_one(sit, find, cell, acts):
    categories = [cell("Drama", 14), cell("Noir", 8)]
    usual = {("category", "Drama"): 0.35, ("category", "Noir"): 0.02}

    drafts = find(sit({**acts(), "category": categories}, usual), "category")

    assert name_values(drafts) == ["Noir", "Drama"]
    assert "Noir makes up 20% of their activity, against 2% for others" in drafts[0].statement
    assert "much as for others" in drafts[1].statement


def test_a_share_is_of_the_whole_activity(sit, find, cell, acts):
    (draft,) = find(sit({**acts(40), "category": [cell("Noir", 10)]}), "category")

    assert draft.strength == pytest.approx(0.25)


def test_recent_events_pull_more_than_old_ones(sit, find, cell, acts):
    activity = acts(40, recent=10.0, lasting=40.0)
    categories = [cell("Old", 20, recent=1.0, lasting=20.0), cell("New", 20, recent=9.0, lasting=20.0)]

    strengths = {
        draft.value: draft.strength for draft in find(sit({**activity, "category": categories}), "category")
    }

    assert strengths["New"] > 1.5 * strengths["Old"]


def test_an_interest_seen_once_among_many_events_is_not_stated(sit, find, cell, acts):
    assert find(sit({**acts(40), "category": [cell("Noir", 1)]}), "category") == []


def test_what_others_do_far_more_is_no_interest(sit, find, cell, acts):
    usual = {("category", "Drama"): 0.5}

    assert find(sit({**acts(40), "category": [cell("Drama", 4)]}, usual), "category") == []


@pytest.mark.parametrize(
    ("days", "sums", "trend"),
    [
        ((20.0, 0.0), {"recent": 3.0, "lasting": 9.0}, "new"),
        ((150.0, 0.0), {"recent": 8.0, "lasting": 12.0}, "rising"),
        ((150.0, 0.0), {"recent": 2.6, "lasting": 10.0}, "steady"),
        ((150.0, 80.0), {"recent": 0.0, "lasting": 14.0}, "fading"),
    ],
    ids=["new", "rising", "steady", "fading"],
)
def test_a_trend_compares_the_last_weeks_with_the_long_run(sit, find, cell, acts, days, sums, trend):
    activity = acts(40, days=(150.0, 0.0), recent=10.0, lasting=40.0)

    (draft,) = find(sit({**activity, "category": [cell("Noir", 10, days=days, **sums)]}), "category")

    assert draft.trend == trend
    assert (f"; {trend}" in draft.statement) == (trend != "steady")


def test_a_short_history_has_no_trend(sit, find, cell, acts):
    activity = acts(40, days=(20.0, 0.0), recent=10.0, lasting=40.0)
    noir = cell("Noir", 10, days=(20.0, 0.0), recent=9.0, lasting=10.0)

    (draft,) = find(sit({**activity, "category": [noir]}), "category")

    assert draft.trend == "steady"


def test_one_who_rates_everything_low_dislikes_only_what_they_rate_lower_still(sit, find, cell, acts):
    activity = acts(40, liking=-20.0, opinion=40.0)
    categories = [cell("Drama", 20, liking=-10.0, opinion=20.0), cell("Noir", 10, liking=-9.0, opinion=10.0)]

    moods = {draft.value: draft.mood for draft in find(sit({**activity, "category": categories}), "category")}

    assert moods == {"Drama": "mixed", "Noir": "disliked"}


def test_one_who_rates_everything_high_likes_what_is_not_rated_lower(sit, find, cell, acts):
    activity = acts(40, liking=32.0, opinion=40.0)
    categories = [cell("Drama", 20, liking=16.0, opinion=20.0), cell("Noir", 10, liking=3.0, opinion=10.0)]

    moods = {draft.value: draft.mood for draft in find(sit({**activity, "category": categories}), "category")}

    assert moods == {"Drama": "liked", "Noir": "mixed"}


def test_without_any_opinion_nothing_is_liked_or_disliked(sit, find, cell, acts):
    (draft,) = find(sit({**acts(), "category": [cell("Noir", 10)]}), "category")

    assert (draft.liking, draft.mood) == (None, "")


def test_more_evidence_gives_more_confidence(sit, find, cell, acts):
    usual = {("category", "Noir"): 0.05}
    few = find(sit({**acts(8), "category": [cell("Noir", 2)]}, usual), "category")
    many = find(sit({**acts(80), "category": [cell("Noir", 20)]}, usual), "category")

    assert few[0].strength == many[0].strength
    assert 0.5 < few[0].confidence < many[0].confidence


def test_untimed_interests_have_no_dates_and_no_trend(sit, find, untimed):
    sitter = sit(
        {
            "activity": [untimed("all", 20)],
            "event": [untimed("listen", 20)],
            "category": [untimed("Jazz", 8)],
        },
        as_of=0,
    )

    (draft,) = find(sitter, "category")

    assert (draft.first_seen, draft.last_seen, draft.trend) == (None, None, "steady")


def test_keywords_are_those_used_more_than_once_most_used_first(sit, find, cell, acts):
    words = [cell("tea", 2), cell("pot", 5), cell("mug", 1)]

    drafts = find(sit({**acts(), "word": words}), "keyword")

    assert name_values(drafts) == ["pot", "tea"]
    assert {cite.table for draft in drafts for cite in draft.cites} == {"texts"}


def test_a_tag_is_not_repeated_as_a_keyword(sit, find, cell, acts):
    sitter = sit({**acts(), "word": [cell("noir", 3)], "tag": [cell("noir", 3)]})

    assert name_values(find(sitter, "tag")) == ["noir"]
    assert find(sitter, "keyword") == []


def test_a_price_band_needs_five_choices(sit, find, cell, acts):
    few = sit({**acts(), "price_band": [cell("5", 4)]})
    enough = sit({**acts(), "price_band": [cell("5", 4), cell("1", 1)]})

    assert find(few, "price_band") == []
    assert [(draft.value, draft.strength) for draft in find(enough, "price_band")] == [(5, 0.8)]


def test_statements_follow_the_language(sit, find, cell, acts):
    categories = [cell("科幻", 10, liking=8.0, opinion=10.0)]

    (draft,) = find(sit({**acts(), "category": categories}, lang="zh"), "category")

    assert draft.statement == "科幻占其活动的 25%，人均 0%，评价正面（+0.80）"
