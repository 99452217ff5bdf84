"""What is planted in a sample world is found again: the goals, on a seed that nothing was tuned on."""

import numpy as np
import pytest

from limner.collect.world import make_world, measure_recovery
from limner.studio.making import build

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def other_world():
    return make_world(users=600, seed=20_261)


@pytest.fixture(scope="module")
def other_facts(other_world, tmp_path_factory):
    studio = build(**other_world.tables, workspace=tmp_path_factory.mktemp("goals") / "ws", lang="en")
    facts = {user_id: studio.profile(user_id).facts for user_id in other_world.truth.users}
    studio.close()
    return facts


@pytest.fixture(scope="module")
def recovery(other_world, other_facts):
    return measure_recovery(other_world.truth, other_facts)


def test_planted_interests_are_among_the_first_three(recovery):
    assert recovery.users > 300
    assert recovery.interest_precision >= 0.9
    assert recovery.interest_coverage >= 0.6


def test_planted_opinions_have_their_side(recovery):
    assert recovery.aspects > 800
    assert recovery.aspect_accuracy >= 0.9
    assert recovery.aspect_recall >= 0.6


def test_gender_is_inferred_where_it_was_not_declared(recovery):
    assert recovery.undeclared > 100
    assert recovery.gender_auc >= 0.75


def test_sure_interests_are_planted_ones(other_world, other_facts):
    truth = other_world.truth.users
    first_three = [
        (fact.value in truth[user].interests or fact.value in truth[user].interests_before, fact.confidence)
        for user, facts in other_facts.items()
        for fact in [one for one in facts if one.key == "category"][:3]
    ]
    planted, sure = (np.array(column) for column in zip(*first_three, strict=True))

    assert (sure >= 0.9).sum() > 300
    assert planted[sure >= 0.9].mean() >= 0.85
    assert planted[sure >= 0.9].mean() > planted[sure < 0.9].mean()


def test_inferred_genders_are_as_often_right_as_they_claim(other_world, other_facts):
    truth = other_world.truth.users
    said = [
        (fact.value == truth[user].gender, fact.confidence)
        for user, facts in other_facts.items()
        for fact in facts
        if fact.key == "gender" and fact.source == "inferred"
    ]
    right, claimed = (np.mean(column) for column in zip(*said, strict=True))

    assert len(said) > 60
    assert claimed == pytest.approx(right, abs=0.12)
