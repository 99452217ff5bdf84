"""How recovery is counted, on truths small enough to check by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.collect.world import Mention, TextTruth, Truth, measure_recovery
from limner.collect.world.recovery import list_user_aspects, measure_auc
from limner.records import Evidence, Fact


def fact(dimension, key, value, **options):
    given = {"statement": "", "strength": 0.5, "confidence": 0.9, "evidence": (Evidence("e1"),)} | options
    return Fact(dimension, key, value, **given)


def interest(category):
    return fact("interest", "category", category)


@pytest.fixture
def ada(world):
    template = next(iter(world.truth.users.values()))
    return replace(template, interests=("Tea", "Toys", "Yoga"), declared=(), gender="female", events=50)


def truth_of(users, texts=()):
    return Truth(users, {f"t{number}": text for number, text in enumerate(texts)}, {})


def test_interests_count_the_first_three_as_given(ada):
    facts = {"ada": [interest("Tea"), interest("Phones"), interest("Toys"), interest("Yoga")]}

    found = measure_recovery(truth_of({"ada": ada}), facts)

    assert found.interest_precision == pytest.approx(2 / 3)
    assert (found.interest_recall, found.interest_coverage) == (pytest.approx(2 / 3), 1.0)


def test_fewer_facts_are_judged_on_what_they_say_and_coverage_tells(ada):
    found = measure_recovery(truth_of({"ada": ada, "bo": ada}), {"ada": [interest("Tea")]})

    assert found.interest_precision == 1.0
    assert found.interest_coverage == pytest.approx(1 / 6)
    assert found.interest_recall == pytest.approx(1 / 6)


def test_users_with_few_events_are_not_judged_on_interests(ada):
    found = measure_recovery(truth_of({"ada": replace(ada, events=19)}), {"ada": [interest("Phones")]})

    assert found.users == 0
    assert math.isnan(found.interest_precision)


def test_aspects_match_by_any_spelling_and_by_sign(ada):
    texts = [
        TextTruth("ada", (Mention("battery", 1, 0, 2), Mention("price", -1, 3, 5))),
        TextTruth("ada", (Mention("delivery", 1, 0, 2),)),
    ]
    facts = {
        "ada": [
            fact("sentiment", "aspect", "续航", liking=0.6),
            fact("sentiment", "aspect", "Price", liking=0.4),
            fact("sentiment", "aspect", "karma", liking=1.0),
            fact("sentiment", "aspect", "taste", liking=1.0),
        ]
    }

    found = measure_recovery(truth_of({"ada": ada}, texts), facts)

    assert (found.aspects, found.aspect_accuracy) == (3, 0.5)
    assert found.aspect_recall == pytest.approx(2 / 3)
    assert (found.aspects_unknown, found.aspects_unsaid) == (1, 1)


def test_a_user_of_two_minds_about_an_aspect_is_left_out(ada):
    both = (Mention("price", 1, 0, 2), Mention("price", -1, 3, 5))
    truth = truth_of({"ada": ada}, [TextTruth("ada", both)])

    found = measure_recovery(truth, {"ada": [fact("sentiment", "aspect", "price", liking=1.0)]})

    assert list_user_aspects(truth) == {("ada", "price"): 0.0}
    assert (found.aspects, found.aspects_mixed) == (0, 1)


def test_gender_is_judged_on_the_undeclared_and_no_fact_is_undecided(ada):
    male = replace(ada, gender="male")
    users = {"ada": ada, "bo": male, "cy": male, "di": replace(ada, declared=("gender",))}
    facts = {
        "ada": [fact("demographic", "gender", "female", confidence=0.8, source="inferred")],
        "bo": [fact("demographic", "gender", "male", confidence=0.7, source="inferred")],
        "di": [fact("demographic", "gender", "male", source="inferred")],
    }

    found = measure_recovery(truth_of(users), facts)

    assert (found.undeclared, found.gender_auc) == (3, 1.0)
    assert found.gender_coverage == pytest.approx(2 / 3)


def test_a_declared_fact_is_no_inference(ada):
    users = {"ada": ada, "bo": replace(ada, gender="male")}

    found = measure_recovery(
        truth_of(users), {"ada": [fact("demographic", "gender", "female", source="declared")]}
    )

    assert (found.gender_auc, found.gender_coverage) == (0.5, 0.0)


def test_perfect_facts_recover_a_whole_world(world):
    facts = {
        user_id: [interest(key) for key in user.interests] for user_id, user in world.truth.users.items()
    }
    for (user_id, aspect), mean in list_user_aspects(world.truth).items():
        facts[user_id].append(fact("sentiment", "aspect", aspect, liking=mean))
    for user_id, user in world.truth.users.items():
        facts[user_id].append(fact("demographic", "gender", user.gender, source="inferred"))

    found = measure_recovery(world.truth, facts)

    assert (found.interest_precision, found.aspect_accuracy, found.gender_auc) == (1.0, 1.0, 1.0)
    assert (found.interest_coverage, found.aspect_recall, found.gender_coverage) == (1.0, 1.0, 1.0)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30))
def test_auc_is_the_share_of_pairs_in_the_right_order(pairs):
    scores, positive = np.array(pairs).T
    ahead = scores[positive == 1][:, None] - scores[positive == 0][None, :]
    expected = ((ahead > 0) + 0.5 * (ahead == 0)).mean() if ahead.size else math.nan

    assert measure_auc(scores, positive == 1) == pytest.approx(expected, nan_ok=True)
