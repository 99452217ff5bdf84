"""Inference: a planted class is found on users nobody told about, and noise stays silent."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.dimensions.calibrated import cross_fit, reduce_rows
from limner.dimensions.inference import choose_classes, fit_attribute
from limner.dimensions.scoring import calibration_error, mean_auc
from limner.dimensions.traits import Entries, Placing, choose_traits
from limner.errors import InputError
from limner.ledger.cells import Cell

FEATURES = [("category", f"c{number}") for number in range(20)]
N_USERS = 600


def make_counts(rng, pull):
    """Return events per user and category; class 1 turns to the first five `pull` times as often."""
    labels = rng.integers(0, 2, N_USERS)
    rates = np.full((N_USERS, len(FEATURES)), 2.0)
    rates[labels == 1, :5] *= pull
    return labels, rng.poisson(rates)


def tabulate(counts):
    """Return the traits of a table of counts, nobody liking anything, and their rows."""
    users, columns = np.nonzero(counts)
    n = counts[users, columns].astype(float)
    keys = [FEATURES[column][1] for column in columns]
    entries = {"category": Entries(users, keys, n, np.zeros(len(n)))}
    traits = choose_traits(entries, len(counts))
    return traits, traits.table(entries, len(counts))


def fit(labels, counts, known):
    traits, rows = tabulate(counts)
    declared = {user: f"class {labels[user]}" for user in known}
    return fit_attribute("kind", declared, rows, traits, rng=np.random.default_rng(2))


def cells_of(counts):
    return {
        "category": {
            key: Cell(key, int(n), float(n), float(n), 0.0, 0.0, 0, 0, 1, 9)
            for (_, key), n in zip(FEATURES, counts, strict=True)
            if n
        }
    }


@pytest.fixture(scope="module")
def planted():
    """Classes, counts, and the model of the first four hundred users."""
    labels, counts = make_counts(np.random.default_rng(7), pull=2.5)
    return labels, counts, fit(labels, counts, range(400))


def test_a_planted_class_is_found_on_users_who_told_nothing(planted):
    labels, counts, model = planted
    guesses = [model.guess(cells_of(counts[user])) for user in range(400, N_USERS)]
    right = [guess[0] == f"class {labels[400 + place]}" for place, guess in enumerate(guesses) if guess]

    assert model.auc > 0.85
    assert len(right) > 150
    assert np.mean(right) > 0.8


def test_probabilities_are_calibrated(planted):
    labels, counts, model = planted
    guesses = [(user, model.guess(cells_of(counts[user]))) for user in range(400, N_USERS)]
    said = [(guess[1], guess[0] == f"class {labels[user]}") for user, guess in guesses if guess]
    stated, right = (np.mean(part) for part in zip(*said, strict=True))

    assert stated == pytest.approx(right, abs=0.07)


def test_a_guess_cites_rows_that_spoke_for_it(planted):
    _, counts, model = planted
    value, _, cites = next(
        guess for user in range(400, N_USERS) if (guess := model.guess(cells_of(counts[user])))
    )
    first_five = {key for _, key in FEATURES[:5]}

    assert cites
    assert {cite.table for cite in cites} == {"events"}
    assert ({cite.cell.key for cite in cites} <= first_five) == (value == "class 1")


def test_a_user_without_features_is_not_guessed(planted):
    assert planted[2].guess({}) is None


def test_noise_gives_no_model():
    labels, counts = make_counts(np.random.default_rng(3), pull=1.0)

    assert fit(labels, counts, range(N_USERS)) is None


def test_too_few_of_a_class_give_no_model():
    labels, counts = make_counts(np.random.default_rng(7), pull=2.5)
    few = [*np.flatnonzero(labels == 0)[:200], *np.flatnonzero(labels == 1)[:29]]

    assert fit(labels, counts, few) is None


def test_the_same_seed_fits_the_same_model(planted):
    labels, counts, model = planted

    assert np.array_equal(fit(labels, counts, range(400)).weights, model.weights)


def test_one_users_cells_say_what_the_table_says(planted):
    _, counts, _ = planted
    traits, rows = tabulate(counts)

    assert np.allclose(traits.read(cells_of(counts[5])), rows[5])


def test_cross_fitted_chances_are_calibrated(planted):
    labels, counts, _ = planted

    chances = cross_fit(tabulate(counts)[1], labels, 2, rng=np.random.default_rng(4))

    assert mean_auc(chances, labels) > 0.85
    assert calibration_error(chances, labels) < 0.07


def test_ten_labels_are_refused_with_the_number_that_is_needed():
    with pytest.raises(InputError, match=r"10 labels in 2 classes .* 2 classes with 30 labels each"):
        choose_classes("kind", {user: "ab"[user % 2] for user in range(10)})


def test_one_class_is_refused_with_the_number_that_is_needed():
    with pytest.raises(InputError, match=r"50 labels in 1 class .* at least 2 classes with 30"):
        choose_classes("kind", dict.fromkeys(range(50), "a"))


def test_rows_without_traits_give_no_model():
    declared = {user: "fm"[user % 2] for user in range(N_USERS)}
    nothing = choose_traits({}, N_USERS)

    rows = nothing.table({}, N_USERS)

    assert rows.shape == (N_USERS, 0)
    assert fit_attribute("sex", declared, rows, nothing, rng=np.random.default_rng(0)) is None


def test_reduced_rows_keep_the_distances_of_low_rank_data():
    rng = np.random.default_rng(5)
    rows = rng.standard_normal((50, 3)) @ rng.standard_normal((3, 200))

    reduced, basis = reduce_rows(rows, rng)

    assert np.allclose(reduced @ basis.T, rows, atol=1e-8)


@given(st.lists(st.tuples(st.floats(-5, 5), st.booleans()), min_size=2, max_size=40))
def test_auc_of_two_classes_mirrors_itself(pairs):
    scores = np.array([[-score, score] for score, _ in pairs])
    labels = np.array([int(label) for _, label in pairs])

    assert 0 <= mean_auc(scores, labels) <= 1
    assert mean_auc(scores, labels) == pytest.approx(1 - mean_auc(-scores, labels))


def test_auc_counts_ties_as_half():
    assert mean_auc(np.zeros((6, 2)), np.array([0, 0, 0, 1, 1, 1])) == 0.5


def stand_apart():
    """Return labels, and what each of 6 items adds to the place of 200 users who met four of them."""
    rng = np.random.default_rng(9)
    labels = np.arange(200) % 2
    at = np.vstack([np.tile([3.0, 0.0, 1.0, 0.2], (3, 1)), np.tile([0.0, 3.0, 1.0, 0.2], (3, 1))])
    met = [rng.choice(6, 4, replace=False, p=np.roll([0.25] * 3 + [1 / 12] * 3, 3 * one)) for one in labels]
    return labels, [Placing([f"i{item}" for item in chosen], at[chosen]) for chosen in met]


def cells_of_items(keys):
    return {"item": {key: Cell(key, 1, 1.0, 1.0, 0.0, 0.0, 0, 0, 1, 9) for key in keys}}


@pytest.fixture(scope="module")
def placed():
    """Labels, standings, and a model that has nothing but places to go by."""
    labels, standings = stand_apart()
    rows = np.array([placing.rows.sum(axis=0) for placing in standings])
    traits = choose_traits({}, len(labels), rows)
    declared = {user: "ab"[label] for user, label in enumerate(labels)}
    table = traits.table({}, len(labels), rows)
    return labels, standings, fit_attribute("kind", declared, table, traits, rng=np.random.default_rng(2))


def test_where_users_stand_tells_a_class_and_is_told_by_the_items_that_put_them_there(placed):
    labels, standings, model = placed
    guesses = [model.guess(cells_of_items(one.keys), one) for one in standings]
    said = [
        (guess[0] == "ab"[label], {int(cite.cell.key[1:]) // 3 == label for cite in guess[2]})
        for label, guess in zip(labels, guesses, strict=True)
        if guess
    ]

    assert np.mean([right for right, _ in said]) > 0.75
    assert [sides for right, sides in said if right] == [{True}] * sum(right for right, _ in said)


def test_one_users_place_says_what_the_table_says(placed):
    _, standings, model = placed
    rows = np.array([placing.rows.sum(axis=0) for placing in standings])

    assert np.allclose(model.traits.read({}, standings[7]), model.traits.table({}, len(rows), rows)[7])


def test_a_user_who_stands_nowhere_is_not_guessed(placed):
    assert placed[2].guess({}, Placing((), np.zeros((0, 4)))) is None


def test_what_items_say_through_the_place_sums_to_the_place_but_for_what_is_usual(placed):
    _, standings, model = placed
    weights = np.random.default_rng(1).standard_normal(4)
    (nothing,) = model.traits.table({}, 1, np.zeros((1, 4)))
    shares = model.traits.share_place(standings[3], weights)
    place = standings[3].rows.sum(axis=0)
    unit = place / np.linalg.norm(place)
    away = unit - model.traits.offsets

    assert not nothing.any()
    assert shares.sum() == pytest.approx(weights @ unit / np.linalg.norm(away))
