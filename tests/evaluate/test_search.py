"""The search of settings: resumed is uninterrupted, the start is never beaten by the winner's absence."""

import numpy as np
import pyarrow as pa
import pytest

from limner.evaluate.exam import set_exam
from limner.evaluate.influence import FEWEST, measure_influence
from limner.evaluate.knobs import Knob, list_knobs, read_values, turn_knobs
from limner.evaluate.search import Limits, Trial, find_best, list_trials, make_study, run_trials
from limner.evaluate.selection import list_parts, select_parts
from limner.settings import Recipe, Settings, VectorSettings
from limner.tables import CONTRACTS

DAY_US = 86_400_000_000
START_US = 1_700_000_000_000_000
SETTINGS = Settings(vector=VectorSettings(dim=16, seed=5))


def two_tastes(*, types=("view", "purchase"), n_users=80, per_user=12, seed=0):
    """Even users meet the first 20 items, odd ones the last 20, all along 100 days."""
    rng = np.random.default_rng(seed)
    users = np.repeat(np.arange(n_users), per_user)
    picks = np.concatenate([rng.choice(20, per_user, replace=False) for _ in range(n_users)])
    given = {
        "user_id": [f"u{user}" for user in users],
        "item_id": [f"i{item}" for item in picks + 20 * (users % 2)],
        "timestamp": (START_US + rng.integers(0, 100 * DAY_US, len(users))).tolist(),
        "event": rng.choice(types, len(users)).tolist(),
    }
    schema = CONTRACTS["events"].columns
    return pa.table({name: given.get(name, [None] * len(users)) for name in schema.names}, schema=schema)


EXAM = set_exam(two_tastes(), SETTINGS)
KNOBS = list_knobs(SETTINGS, ["view", "purchase"], timed=True, content=False)
CHEAP = [knob for knob in KNOBS if knob.place[0].startswith("vector")]
"""Those that need no sums to be read anew."""


def run(study, trials, **limits):
    return run_trials(study, EXAM, SETTINGS, CHEAP, limits=Limits(trials, **limits))


WHOLE = run(make_study(None, "whole"), 12)


def test_the_present_settings_are_the_first_trial():
    assert WHOLE[0].start
    assert WHOLE[0].values == read_values(SETTINGS, CHEAP)
    assert [trial.start for trial in WHOLE[1:]] == [False] * 11


def test_the_best_is_never_worse_than_the_start():
    best = find_best(WHOLE)

    assert best.value >= WHOLE[0].value
    assert EXAM.answer(turn_knobs(SETTINGS, best.values)).mean() == pytest.approx(best.value, abs=1e-12)


def test_a_search_that_goes_on_is_the_search_that_was_not_interrupted():
    study = make_study(None, "parts")
    for trials in (1, 4, 10, 12):
        run(study, trials)

    assert list_trials(study) == WHOLE


def test_a_trial_that_was_stopped_halfway_is_no_trial():
    ticks = iter([0.0] * 5 + [1.0] * 100)
    study = make_study(None, "stopped")
    stopped = run(study, None, spent=lambda: next(ticks))

    assert 1 <= len(stopped) < 12
    assert run(study, 12) == WHOLE


def test_a_trial_that_a_killed_run_left_open_is_forgotten():
    study = make_study(None, "killed")
    run(study, 3)
    study.ask()
    study.enqueue_trial({"vector.dim": 0})

    assert run(study, 12) == WHOLE


def test_with_no_time_at_all_the_start_is_still_measured():
    only = run(make_study(None, "none"), None, spent=lambda: 1.0)

    assert [trial.start for trial in only] == [True]
    assert only[0].value is not None


def test_settings_that_changed_meanwhile_are_tried_next():
    study = make_study(None, "changed")
    run(study, 2)
    other = turn_knobs(SETTINGS, {"vector.recipe.ridge": 7.0})
    trials = run_trials(study, EXAM, other, CHEAP, limits=Limits(2))

    assert len(trials) == 3
    assert trials[-1].start
    assert trials[-1].values["vector.recipe.ridge"] == 7.0


def test_every_value_that_is_tried_lies_in_its_range():
    outside = [
        (knob.name, trial.values[knob.name])
        for trial in WHOLE
        for knob in CHEAP
        if not (
            trial.values[knob.name] in knob.choices
            if knob.choices
            else knob.low <= trial.values[knob.name] <= knob.high
        )
    ]

    assert outside == []


def test_progress_says_the_best_so_far():
    told = []
    run_trials(
        make_study(None, "told"),
        EXAM,
        SETTINGS,
        CHEAP,
        limits=Limits(2),
        progress=lambda step, share: told.append((step, share)),
    )

    assert [share for _, share in told] == [0.5, 1.0]
    assert told[0][0] == f"trial 1, best {WHOLE[0].value:.4f}"


def test_other_weights_and_horizons_are_other_questions():
    faded = turn_knobs(SETTINGS, {"vector.recipe.memory": 1.0, "horizons.lasting_days": 2.0})
    weighed = turn_knobs(faded, {"events.weights.view": 1.9})

    assert not np.array_equal(EXAM.answer(SETTINGS), EXAM.answer(faded))
    assert not np.array_equal(EXAM.answer(faded), EXAM.answer(weighed))


def test_the_test_window_is_never_asked():
    newest = max(split.fit.last_us for split in EXAM.splits.validation)

    assert newest < EXAM.splits.validation[0].at_us <= EXAM.splits.test.at_us


def test_a_log_of_one_event_type_has_no_weight_to_turn():
    knobs = list_knobs(SETTINGS, ["view"], timed=True, content=False)

    assert [knob for knob in knobs if knob.place[0] == "events.weights"] == []


def test_without_times_no_horizon_is_turned():
    knobs = list_knobs(SETTINGS, ["view"], timed=False, content=True)
    names = {knob.name for knob in knobs}

    assert "vector.recipe.gate" in names
    assert names & {"horizons.recent_days", "vector.recipe.trend"} == set()


@pytest.mark.parametrize("value", [0.0, 1e6])
def test_a_range_makes_room_for_the_present_value(value):
    knob = Knob("vector.recipe.smoothing", 0.1, 10.0, log=True).widen(value)

    assert knob.low <= value <= knob.high
    assert knob.log == (value > 0)


def test_event_types_may_hold_dots():
    changed = turn_knobs(SETTINGS, {"events.weights.v1.view": 0.7})

    assert changed.events.weights["v1.view"] == 0.7


def test_parts_that_do_not_pay_are_left_out_and_the_rest_is_no_worse():
    settings = Settings(vector=VectorSettings(dim=16, seed=5, recipe=Recipe(trend=2.0, prior=1.0)))
    parts = list_parts(settings, CHEAP)
    chosen = select_parts(EXAM, settings, parts)

    assert {one.part for one in chosen.parts} == {part.name for part in parts}
    assert EXAM.answer(chosen.settings).mean() >= EXAM.answer(settings).mean()
    assert all(one.gain.mean <= 0 for one in chosen.parts if one.dropped)


def test_a_part_that_changes_nothing_is_left_out():
    flat = set_exam(two_tastes(types=("view",)), SETTINGS)
    settings = turn_knobs(SETTINGS, {"vector.recipe.gate": 5.0})
    knobs = list_knobs(settings, ["view"], timed=True, content=True)
    gate = [part for part in list_parts(settings, knobs) if "vector.recipe.gate" in part.off]
    chosen = select_parts(flat, settings, gate)

    assert chosen.parts[0].gain == (0.0, 0.0, 0.0)
    assert chosen.settings.vector.recipe.gate == 0.0


def test_parts_without_time_stay():
    parts = list_parts(SETTINGS, KNOBS)
    chosen = select_parts(EXAM, SETTINGS, parts, over=lambda: True)

    assert chosen.parts == ()
    assert chosen.settings == SETTINGS


def make_trials(n, value, seed=3):
    rng = np.random.default_rng(seed)
    rows = rng.random((n, 2))
    return [
        Trial(number, {"a.x": float(x), "a.y": float(y)}, float(value(x, y)))
        for number, (x, y) in enumerate(rows)
    ]


PAIR = [Knob("a.x"), Knob("a.y")]


def test_what_moves_the_value_has_the_influence():
    found = measure_influence(make_trials(60, lambda x, y: (x - 0.5) ** 2 + 0.01 * y), PAIR, seed=1)

    assert [one.name for one in found] == ["a.x", "a.y"]
    assert found[0].share > 0.9
    assert sum(one.share for one in found) == pytest.approx(1)
    assert all(one.low <= one.high for one in found)


def test_influence_is_not_told_from_few_trials():
    assert measure_influence(make_trials(FEWEST - 1, lambda x, y: x), PAIR, seed=1) == []


def test_trials_of_one_value_show_no_influence():
    found = measure_influence(make_trials(FEWEST, lambda x, y: 0.5), PAIR, seed=1)

    assert [one.share for one in found] == [0.0, 0.0]
