"""Friends and attributes in a workspace: read when asked, by one rule for one user and for all."""

import numpy as np
import pytest

import limner
from limner.settings import Recipe, Settings, TextSettings, VectorSettings

ITEMS = [{"item_id": f"i{n:02}", "title": f"Thing {n}"} for n in range(20)]
EVENTS = [
    {
        "user_id": f"u{user:02}",
        "item_id": f"i{(user % 2) * 10 + (user * 3 + step) % 10:02}",
        "timestamp": f"2026-01-{1 + user % 20:02}T1{step}:00:00Z",
    }
    for user in range(24)
    for step in range(5)
]
USERS = [{"user_id": f"u{user:02}", "gender": "FM"[user % 2]} for user in range(24)]
RELATIONS = [
    {"user_id": f"u{user:02}", "other_id": f"u{(user + 2) % 24:02}", "kind": "friend"} for user in range(20)
]
OPEN = Recipe(ridge=5.0, friends=0.5, tips=30.0, attributes=0.5)


def make(folder, recipe=OPEN, **frames):
    settings = Settings(vector=VectorSettings(dim=16, recipe=recipe), text=TextSettings(encoder="hashing"))
    given = {"events": EVENTS, "items": ITEMS, "users": USERS, "relations": RELATIONS} | frames
    return limner.build(workspace=folder, settings=settings, lang="en", **given)


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    return make(tmp_path_factory.mktemp("friends"))


def test_one_user_and_everyone_are_placed_by_one_rule(studio):
    user_ids, vectors = studio.vectors()
    alone = [studio.profile(user_id).vector.values for user_id in user_ids]
    assert vectors == pytest.approx(np.array(alone), abs=1e-5)


def test_friends_move_the_vector_and_closed_terms_do_not(studio, tmp_path):
    closed = make(tmp_path / "closed", recipe=Recipe(ridge=5.0)).vectors()[1]
    alone = make(tmp_path / "alone", recipe=Recipe(ridge=5.0), relations=RELATIONS[:0], users=USERS[:0])
    assert closed == pytest.approx(alone.vectors()[1])
    assert not np.allclose(studio.vectors()[1], closed)


def test_a_reason_names_the_friend(studio):
    said = [reason for one in studio.recommend_one("u03") for reason in one.reasons]
    assert any(reason.startswith("liked by their friend u0") for reason in said)


def test_a_new_friendship_and_what_the_friend_does_show_at_once(tmp_path):
    studio = make(tmp_path)
    before = studio.profile("u22").vector.values
    studio.ingest(relations=[{"user_id": "u22", "other_id": "u21", "kind": "friend"}])
    befriended = studio.profile("u22").vector.values
    studio.ingest(events=[{"user_id": "u21", "item_id": "i01", "timestamp": "2026-01-21T00:00:00Z"}])
    user_ids, vectors = studio.vectors()
    after = studio.profile("u22").vector.values
    assert not np.allclose(before, befriended)
    assert not np.allclose(befriended, after)
    assert vectors[user_ids.index("u22")] == pytest.approx(after, abs=1e-5)
