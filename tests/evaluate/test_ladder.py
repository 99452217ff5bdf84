import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from limner.errors import InputError
from limner.evaluate.contenders import MOST_TRIALS, Contender, limner_stages
from limner.evaluate.ground import Lore, Terms
from limner.evaluate.ladder import run_ladder
from limner.evaluate.splits import make_splits
from limner.evaluate.tuning import choose, choose_recipe, read_question
from limner.recommend.ease import Ease
from limner.recommend.interactions import read_interactions
from limner.recommend.limner import Limner
from limner.recommend.popular import Popular, PopularRecently
from limner.settings import Recipe, Settings, VectorSettings
from limner.tables import CONTRACTS, empty

DAY_US = 86_400_000_000
START_US = 1_700_000_000_000_000
SETTINGS = Settings(vector=VectorSettings(dim=16, seed=5))
NAMES = [
    *("most popular", "popular in 7 days", "decayed item-kNN", "user-kNN"),
    *("EASE", "iALS", "content", "Limner"),
]
ML_100K = Path(__file__).parents[3] / "shared" / "data" / "ml-100k" / "ml-100k.inter"


def events(users, items, stamps):
    schema = CONTRACTS["events"].columns
    given = {"user_id": users, "item_id": items, "timestamp": stamps, "event": ["view"] * len(users)}
    columns = {name: given.get(name, [None] * len(users)) for name in schema.names}
    return pa.table(columns, schema=schema)


def two_tastes(*, timed, n_users=40, per_user=12, seed=0):
    """Even users meet the first 20 items, odd ones the last 20, all along 100 days."""
    rng = np.random.default_rng(seed)
    users = np.repeat(np.arange(n_users), per_user)
    picks = np.concatenate([rng.choice(20, per_user, replace=False) for _ in range(n_users)])
    items = picks + 20 * (users % 2)
    stamps = (START_US + rng.integers(0, 100 * DAY_US, len(users))) * timed
    return events([f"u{user}" for user in users], [f"i{item}" for item in items], stamps.tolist())


def halves(_, item_ids):
    return np.array([[WORDS[one] == "low", WORDS[one] == "high"] for one in item_ids], np.float32)


WORDS = {f"i{item}": "low" if item < 20 else "high" for item in range(40)}
LORE = Lore(WORDS, {item: (word,) for item, word in WORDS.items()}, {"u0": "zh", "u1": "en"}, halves)


TIMED = run_ladder(two_tastes(timed=True), empty("items"), SETTINGS, lore=LORE)
UNTIMED = run_ladder(two_tastes(timed=False), empty("items"), SETTINGS, lore=LORE)


@pytest.mark.parametrize("report", [TIMED, UNTIMED], ids=["time", "users"])
def test_all_models_climb_and_those_who_know_users_win(report):
    assert [row.name for row in report.of_kind("baseline", "limner")] == NAMES
    popular = report.row("most popular").ndcg.mean
    assert min(report.row(name).ndcg.mean for name in NAMES[2:]) > popular


@pytest.mark.parametrize("report", [TIMED, UNTIMED], ids=["time", "users"])
def test_the_report_is_json_with_everything_needed_to_run_it_again(report):
    shape = json.loads(json.dumps(report.to_dict()))
    assert shape["seed"] == 5
    assert shape["cutoffs"]
    assert {"protocol", "n_users", "n_items", "n_events", "n_validation_users"} <= shape.keys()
    limner = shape["models"][7]
    assert limner["ndcg@10_low"] <= limner["ndcg@10"] <= limner["ndcg@10_high"]
    assert limner["recall@20_low"] <= limner["recall@20"] <= limner["recall@20_high"]
    assert {"mean", "low", "high"} == limner["ndcg@10_against_ease"].keys()
    assert limner["tuned"]["recipe"]["ridge"] > 0
    assert "ndcg@10_against_ease" not in shape["models"][4]


@pytest.mark.parametrize("report", [TIMED, UNTIMED], ids=["time", "users"])
def test_nobody_tries_more_settings_than_anybody_may(report):
    assert max(row.trials for row in report.rows) <= MOST_TRIALS


def test_the_same_seed_gives_the_same_ladder():
    again = run_ladder(two_tastes(timed=True), empty("items"), SETTINGS, lore=LORE)
    assert [row.metrics for row in again.rows] == [row.metrics for row in TIMED.rows]


def test_items_of_the_items_table_are_ranked_even_if_nobody_met_them():
    listed = pa.table({"item_id": ["i0", "never met"]})
    report = run_ladder(two_tastes(timed=True), listed, SETTINGS, terms=Terms(models=("most popular",)))
    assert report.n_items == TIMED.n_items + 1


def test_progress_names_each_model_once():
    told = []
    run_ladder(
        two_tastes(timed=True),
        empty("items"),
        SETTINGS,
        terms=Terms(controls=False),
        progress=lambda name, done: told.append((name, done)),
    )
    assert [name for name, _ in told] == [name for name in NAMES if name != "content"]
    assert [done for _, done in told] == pytest.approx(np.arange(7) / 7)


def test_a_log_in_which_everybody_did_one_thing_is_refused_with_the_reason():
    single = events(["a", "b", "c"], ["x", "y", "z"], [0, 0, 0])
    with pytest.raises(InputError, match="met two items or more"):
        run_ladder(single, empty("items"), SETTINGS)


def test_tuning_takes_what_answers_validation_best():
    rows = read_interactions(two_tastes(timed=True), SETTINGS.events)
    question = read_question(make_splits(rows).validation[0], SETTINGS, None)
    grid = [Popular(), Ease()]
    best, trials = choose(Contender("any", PopularRecently(), (lambda _: grid,)), [question])
    assert best == grid[1]
    assert trials == 3


@pytest.mark.parametrize("timed", [True, False])
def test_the_recipe_of_a_build_is_chosen_on_its_own_log(timed):
    rows = read_interactions(two_tastes(timed=timed), SETTINGS.events)
    recipe = choose_recipe(rows, None, SETTINGS)
    assert isinstance(recipe, Recipe)
    assert recipe == choose_recipe(rows, None, SETTINGS)


@pytest.mark.skipif(
    not ML_100K.exists(), reason="needs ../shared/data/ml-100k, which may not be redistributed"
)
def test_on_movielens_limner_is_not_below_ease_by_more_than_the_interval():
    lines = [line.split("\t") for line in ML_100K.read_text(encoding="utf-8").splitlines()[1:]]
    stamps = [int(float(line[3])) * 1_000_000 for line in lines]
    rows = events([line[0] for line in lines], [line[1] for line in lines], stamps)
    asked = Terms(models=("popular in 7 days", "EASE", "Limner"))
    report = run_ladder(rows, empty("items"), Settings(), terms=asked)
    assert report.n_users == 145
    assert len(report.windows) == 4
    assert report.row("Limner").against_ease.high > 0
    assert report.row("Limner").ndcg.mean > report.row("popular in 7 days").ndcg.mean


def test_the_fading_of_no_trend_takes_no_trial():
    still = Limner(Recipe(trend=0.0))
    stages = limner_stages(timed=True, content=True)[1:]
    tried = [model.recipe for stage in stages for model in stage(still)]
    assert {(recipe.fading, recipe.swell) for recipe in tried} == {(still.recipe.fading, still.recipe.swell)}


def test_without_times_the_width_is_chosen_first_and_may_shrink_again():
    wide = Limner(dim=1024)
    stages = limner_stages(timed=False, content=False)
    first = [model.dim for model in stages[0](Limner(dim=256))]
    later = {model.dim for stage in stages[1:] for model in stage(wide)}
    assert first == [512, 1024]
    assert later == {1024, 512, 256}
