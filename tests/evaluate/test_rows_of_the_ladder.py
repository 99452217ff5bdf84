"""One ladder on a small log whose users have two tastes that items' words tell apart."""

from html.parser import HTMLParser

import numpy as np
import pytest

from limner.errors import InputError, UnknownNameError
from limner.evaluate.bootstrap import bound_mean, bound_means
from limner.evaluate.ground import Ground, Lore, Terms
from limner.evaluate.ladder import climb
from limner.evaluate.page import write_page
from limner.evaluate.report import Report
from limner.evaluate.variants import PARTS
from limner.recommend.interactions import Interactions
from limner.settings import Settings, VectorSettings

DAY_US = 86_400_000_000
START_US = 1_700_000_000_000_000
SETTINGS = Settings(vector=VectorSettings(dim=16, seed=5))
CONTROLS = ["shuffled profiles", "shuffled meaning", "random text"]


def encode(_, item_ids):
    return np.array([[WORDS[one] == "low", WORDS[one] == "high"] for one in item_ids], np.float32)


def two_tastes(n_users=40, per_user=10, seed=0):
    rng = np.random.default_rng(seed)
    users = np.repeat(np.arange(n_users, dtype=np.int32), per_user)
    items = np.concatenate([rng.choice(20, per_user, replace=False) for _ in range(n_users)])
    return Interactions(
        [f"u{user:02}" for user in range(n_users)],
        [f"i{item:02}" for item in range(40)],
        users,
        (items + 20 * (users % 2)).astype(np.int32),
        START_US + rng.integers(0, 100 * DAY_US, len(users)),
        np.ones(len(users)),
    )


ROWS = two_tastes()
WORDS = {item_id: "low" if number < 20 else "high" for number, item_id in enumerate(ROWS.item_ids)}
LORE = Lore(
    WORDS,
    {one: (word,) for one, word in WORDS.items()},
    {one: "zh" if one < "u20" else "en" for one in ROWS.user_ids},
    encode,
)
GROUND = Ground(ROWS, LORE, SETTINGS)
COLD = climb(GROUND, Terms("items", ablate=True))
LIMNER = climb(GROUND, Terms(models=("limner", *PARTS, *CONTROLS, "popular in 7 days")))


def test_unseen_items_are_ranked_among_themselves_by_those_who_can_say_something_of_them():
    names = [row.name for row in COLD.of_kind("baseline", "limner")]
    assert names[:2] == ["most popular", "category popularity"]
    assert names[-1] == "Limner"
    assert COLD.n_ranked == 8 < COLD.n_items
    assert COLD.row("Limner").ndcg.mean > COLD.row("most popular").ndcg.mean
    assert COLD.row("without content").ndcg.mean < COLD.row("Limner").ndcg.mean


def test_controls_gain_nothing():
    for name in ("shuffled profiles", "shuffled meaning"):
        assert LIMNER.row(name).against["limner"].low <= 0
    assert LIMNER.row("shuffled profiles").ndcg.high < LIMNER.row("Limner").ndcg.low
    assert COLD.row("random text").against["limner"].high < 0


def test_models_are_shown_in_the_order_of_the_ladder_whatever_the_order_they_were_asked_in():
    assert [row.name for row in LIMNER.rows] == ["popular in 7 days", "Limner", *PARTS, *CONTROLS]
    assert LIMNER.best_baseline == "popular in 7 days"
    assert LIMNER.row("Limner").against.keys() == {"best"}
    assert {row.trials for row in LIMNER.of_kind("part", "control")} == {0}


def test_rows_go_by_the_names_of_recommend_too_and_ablations_come_along_where_they_are_asked_for():
    report = climb(GROUND, Terms("users", models=("ease", "popular-7-days", "Limner"), ablate=True))

    names = [row.name for row in report.rows]
    assert names[:3] == ["popular in 7 days", "EASE", "Limner"]
    assert "without values" in names[3:]


def test_an_unknown_model_gets_the_choices():
    with pytest.raises(
        UnknownNameError, match=r"no model 'EASY' \(did you mean: EASE\?\); the choices are: most"
    ):
        climb(GROUND, Terms(models=("EASY",)))


def test_slices_part_the_users_and_the_items_and_say_how_many_there_are():
    slices = {(one.kind, one.name): one for one in LIMNER.row("Limner").slices}
    assert {kind for kind, _ in slices} == {"activity", "item_age", "language"}
    assert {name for kind, name in slices if kind == "language"} == {"zh", "en"}
    assert all(0 < one.n_users <= LIMNER.n_users for one in slices.values())
    assert all(one.ndcg.low <= one.ndcg.mean <= one.ndcg.high for one in slices.values())


def test_a_user_of_many_windows_is_one_user():
    answers = sum(window.n_users for window in LIMNER.windows)
    assert LIMNER.n_users <= 40 < answers
    assert len(LIMNER.row("Limner").windows) == len(LIMNER.windows) == 4


def test_a_weight_that_is_no_number_is_refused_before_anything_is_measured():
    with pytest.raises(InputError, match="a weight is NaN or infinite"):
        Interactions(["u"], ["i"], *np.zeros((2, 1), np.int32), np.zeros(1, np.int64), np.array([np.nan]))


def test_intervals_of_many_columns_are_those_of_each_alone():
    values = np.random.default_rng(0).random((30, 3))
    together = bound_means(values, seed=4)
    for column, interval in enumerate(together):
        np.testing.assert_allclose(interval, bound_mean(values[:, column], seed=4))
    values[::2, 0] = np.nan
    assert bound_means(values, seed=4)[0].mean == pytest.approx(np.nanmean(values[:, 0]))


class Reader(HTMLParser):
    """Keeps the tags that are open, and what a page would load."""

    def __init__(self):
        super().__init__()
        self.open, self.loaded, self.names, self.wrong = [], [], set(), []

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.open += [tag] * (tag != "meta")
        self.loaded += [value for name, value in attrs if name in ("src", "href")]

    def handle_startendtag(self, tag, attrs):
        self.names.add(tag)

    def handle_endtag(self, tag):
        self.wrong += [tag] * (self.open[-1] != tag)
        self.open.pop()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("report", [COLD, LIMNER], ids=["items", "time"])
def test_the_page_is_whole_and_asks_for_nothing(report, lang):
    page = write_page(report, lang)
    reader = Reader()
    reader.feed(page)
    assert (reader.open, reader.wrong, reader.loaded) == ([], [], [])
    assert {"svg", "table", "style"} <= reader.names
    assert "script" not in reader.names
    assert f'<html lang="{lang}">' in page
    assert not {"nan", "url(", "http"} & set(page.replace(";", " ").split())
    assert all(row.name in page for row in report.rows)


def test_a_log_that_gives_no_ground_still_makes_a_page():
    page = write_page(Report.empty(3, 7, ("no ranking: <why>",)), "en")
    assert "There is nothing to rank." in page
    assert "no ranking: &lt;why&gt;" in page
