"""What users will do, attributes that cannot be learned, and what the vector tells, in the sample world."""

import pytest

from limner.errors import InputError
from limner.studio.inference.probing import probe
from limner.studio.inference.targets import Target, entries_before, read_before, read_target
from limner.studio.making import build
from limner.studio.people.lookalikes import read_seeds

DAY_US = 86_400_000_000


def test_only_what_was_before_the_cut_is_looked_at(studio):
    target = read_target(studio, "next-category")
    seen = list(read_before(studio.store, target.cuts))
    cuts = list(target.cuts.values())

    assert seen
    assert all(ts < cuts[place] for place, _, ts, _ in seen)


def test_users_leave_when_thirty_days_pass_without_an_event(studio):
    target = read_target(studio, "churn-30d")
    newest = dict(studio.store.rows("SELECT user_no, max(ts) FROM events GROUP BY user_no"))
    cutoff = studio.painter.as_of - 30 * DAY_US

    assert set(target.cuts.values()) == {cutoff}
    assert target.classes
    assert all((newest[user] >= cutoff) == (value == "stays") for user, value in target.classes.items())


def test_counts_before_a_cut_are_those_of_the_log(studio):
    user, cut = studio.store.one(
        "SELECT user_no, max(ts) FROM events GROUP BY user_no ORDER BY count(*) DESC"
    )
    known = studio.store.one("SELECT count(*) FROM events WHERE user_no = ? AND ts < ?", user, cut)[0]

    assert entries_before(studio.store, {user: cut})["activity"].n.tolist() == [known]


def test_the_next_category_is_refused_where_no_two_are_common(studio):
    with pytest.raises(InputError, match=r"next-category cannot be learned: \d+ labels .* 30 labels each"):
        studio.infer("next-category")


def test_the_next_category_is_measured_and_said_of_everyone(studio, monkeypatch):
    monkeypatch.setattr("limner.dimensions.inference.MIN_PER_CLASS", 17)
    steps = []
    found = studio.infer("next-category", progress=lambda step, share: steps.append((step, share)))

    assert 0 <= found.auc.low <= found.auc.mean <= found.auc.high <= 1
    assert min(found.classes.values()) >= 17
    assert [share for _, share in steps] == sorted(share for _, share in steps)
    assert {step for step, _ in steps} >= {"held-out users", "learning curve"}


def test_what_nobody_can_learn_from_is_refused_with_the_count_that_is_needed(shop, tmp_path):
    users = [{"user_id": "ann", "gender": "F"}, {"user_id": "bob", "gender": "F"}]
    small = build(**shop, users=users, workspace=tmp_path / "ws")

    with pytest.raises(InputError, match=r"gender cannot be learned: 2 labels in 1 class .* 30 labels each"):
        small.infer("gender")


def test_every_form_is_probed_on_the_same_users(studio, monkeypatch):
    targets = [Target("gender", read_target(studio, "gender").classes)]
    monkeypatch.setattr("limner.studio.inference.probing.list_probes", lambda _: targets)
    monkeypatch.setattr("limner.studio.inference.probing.MOST_ROWS", 100)

    found = probe(studio)

    assert {row.form for row in found} >= {"P", "B only", "PCA of items", "raw counts", "P and plain counts"}
    assert len({row.users for row in found}) == 1
    assert all(0 <= row.auc.low <= row.auc.mean <= row.auc.high <= 1 for row in found)


def test_seeds_are_read_one_a_line(tmp_path):
    path = tmp_path / "vips.txt"
    path.write_text("﻿ann\n\n bob \r\n", encoding="utf-8")

    assert read_seeds(path) == ["ann", "bob"]


def test_a_file_without_seeds_is_refused(tmp_path):
    path = tmp_path / "vips.txt"
    path.write_text("\n", encoding="utf-8")

    with pytest.raises(InputError, match="holds no user ids"):
        read_seeds(path)
