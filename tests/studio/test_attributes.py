"""Attributes, look-alikes and segments of the sample world."""

import numpy as np
import pytest

from limner.errors import InputError, SettingsError, UnknownNameError, UnknownUserError
from limner.fusion.space import normalise
from limner.studio.people.lookalikes import score_likeness


@pytest.fixture(scope="module")
def gender(studio):
    return studio.infer("gender", lang="en")


def test_gender_is_told_by_behaviour(gender):
    assert gender.auc.mean > 0.7
    assert gender.tells
    assert all(gender.strongest.values())


def test_inferred_values_say_that_they_are_inferred_and_how_likely(gender):
    guesses = gender.to_dict()["guesses"]

    assert guesses
    assert {guess["source"] for guess in guesses} == {"inferred"}
    assert all(0.5 <= guess["probability"] <= 1 for guess in guesses)


def test_what_the_owner_does_not_allow_is_refused_with_the_setting(studio):
    with pytest.raises(SettingsError, match=r"city may not be inferred.*\[dimensions\]"):
        studio.infer("city")


def test_an_attribute_nobody_declared_is_refused_with_a_near_name(studio):
    with pytest.raises(UnknownNameError, match="did you mean: gender"):
        studio.infer("gendr")


def test_lookalikes_are_not_the_seeds_and_unknown_ids_are_named(studio):
    found = studio.lookalike(["u0001", "u0002", "nobody"], 5, lang="en")

    assert (found.seeds, found.unknown, len(found.users)) == (2, ("nobody",), 5)
    assert {one.user_id for one in found.users}.isdisjoint({"u0001", "u0002"})


def test_seeds_nobody_knows_are_refused(studio):
    with pytest.raises(UnknownUserError, match="none of the 1 given users"):
        studio.lookalike(["nobody"])


def test_a_planted_group_is_found_from_a_few_of_it():
    rng = np.random.default_rng(2)
    group = np.repeat([0, 1, 2], 30)
    vectors = normalise((np.eye(6)[group] + 0.3 * rng.standard_normal((90, 6))).astype(np.float32))

    scores = score_likeness(vectors, np.arange(5), seed=1)

    assert set(np.argsort(-scores)[:25].tolist()) <= set(range(30))


def test_everyone_is_in_exactly_one_segment(studio):
    segments = studio.segments(4, lang="en")
    members = [user for segment in segments for user in segment.users]

    assert sorted(members) == studio.user_ids()
    assert len({segment.name for segment in segments}) == len(segments)


def test_segments_are_the_same_every_time(studio):
    assert studio.segments(3) == studio.segments(3)


def test_more_segments_than_users_are_refused(studio):
    with pytest.raises(InputError, match="k must be 0"):
        studio.segments(1000)
