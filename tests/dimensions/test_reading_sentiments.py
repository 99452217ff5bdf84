"""Sentiment: which side a user's words and ratings are on, overall and by aspect."""

import pytest


def judged(cell, key, n, liking):
    return cell(key, n, liking=liking * n, opinion=float(n))


@pytest.mark.parametrize(
    ("liking", "tone"),
    [(0.6, "positive"), (0.05, "neutral"), (-0.6, "negative")],
    ids=["positive", "neutral", "negative"],
)
def test_the_tone_of_what_was_written_has_a_side(sit, find, cell, liking, tone):
    (draft,) = find(sit({"writing": [judged(cell, "review", 9, liking)]}), "overall")

    assert (draft.value, draft.liking) == (tone, pytest.approx(liking))
    assert draft.statement.startswith(f"wrote 9 texts, {tone} in tone")


def test_queries_and_tags_have_no_tone(sit, find, cell):
    written = [judged(cell, "query", 9, -0.9), judged(cell, "tag", 9, -0.9)]

    assert find(sit({"writing": written}), "overall") == []


def test_texts_whose_tone_nobody_could_read_give_no_fact(sit, find, cell):
    assert find(sit({"writing": [cell("review", 9)]}), "overall") == []


def test_reviews_count_beside_queries(sit, find, cell):
    written = [judged(cell, "query", 50, -0.9), judged(cell, "review", 4, 0.8)]

    (draft,) = find(sit({"writing": written}), "overall")

    assert (draft.value, draft.liking) == ("positive", pytest.approx(0.8))


@pytest.mark.parametrize(
    ("liking", "statement"),
    [
        (0.8, "praises the battery (5×)"),
        (-0.8, "complains about the battery (5×)"),
        (0.0, "is of two minds about the battery (5×)"),
    ],
    ids=["praised", "blamed", "mixed"],
)
def test_an_aspect_is_praised_blamed_or_both(sit, find, cell, liking, statement):
    (draft,) = find(sit({"aspect": [judged(cell, "battery", 5, liking)]}), "aspect")

    assert draft.statement == statement
    assert {cite.table for cite in draft.cites} == {"opinions"}


def test_aspects_come_most_mentioned_first_with_their_shares(sit, find, cell):
    aspects = [judged(cell, "price", 2, 0.5), judged(cell, "battery", 6, -0.5)]

    drafts = find(sit({"aspect": aspects}), "aspect")

    assert [(draft.value, draft.strength) for draft in drafts] == [("battery", 0.75), ("price", 0.25)]


def test_confidence_grows_with_clarity_and_with_mentions(sit, find, cell):
    aspects = {
        name: judged(cell, name, n, liking)
        for name, n, liking in (("clear", 5, 0.9), ("faint", 5, 0.3), ("often", 20, 0.3))
    }

    sure = {d.value: d.confidence for d in find(sit({"aspect": list(aspects.values())}), "aspect")}

    assert sure["faint"] < sure["often"]
    assert sure["faint"] < sure["clear"]


def test_ratings_have_a_side_when_there_are_five(sit, find, cell):
    activity = judged(cell, "all", 9, 0.5)

    few = sit({"activity": [activity], "event": [cell("rating", 4)], "rating": [cell("5", 4)]})
    enough = sit({"activity": [activity], "event": [cell("rating", 5)], "rating": [cell("5", 5)]})

    assert find(few, "ratings") == []
    assert [draft.value for draft in find(enough, "ratings")] == ["positive"]


def test_chinese_aspects_read_as_chinese(sit, find, cell):
    (draft,) = find(sit({"aspect": [judged(cell, "物流", 3, -0.9)]}, lang="zh"), "aspect")

    assert draft.statement == "对物流不满，提到 3 次"
