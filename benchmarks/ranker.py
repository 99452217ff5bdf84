"""Does a ranker of one's own gain from Limner? LightGBM LambdaRank over 200 item-kNN candidates, twice.

python benchmarks/ranker.py DATA/ml-100k DATA/ml-latest-small

The log is parted by time into tenths. Each of the last four is a test: the ranker learns from the
windows before, is tuned on the one just before, and is asked once. Everything a row holds was known before
its window began: candidates, counts, the space and shares are made of earlier events alone. Positives are the
items a user first meets in the window. Without: the neighbours' score and rank and plain counts. With: the
same and Limner's scores, their parts and facts. Both see the same candidates, settings to choose from, seeds.
"""

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

import limner
from limner.evaluate.bootstrap import Interval, bound_mean
from limner.evaluate.metrics import ndcg
from limner.evaluate.splits.split import Split, ask_users
from limner.fusion.fit import fit_space
from limner.recommend.dataset import read_dataset, read_history
from limner.recommend.history import History
from limner.recommend.interactions import Interactions, read_interactions
from limner.recommend.neighbours import ItemNeighbours
from limner.recommend.ranking import recommend
from limner.studio.kept.catalogue import from_row
from limner.studio.kept.contents import learn_content
from limner.studio.trials.assessing import read_events
from running import stamp, table

SEED = 7
SEEDS = (1, 2, 3)
N_CANDIDATES = 200
N_WINDOWS = 10
FIRST = 3
"""The first window that teaches: before it too little is known of anybody."""
BLOCK, N_BLOCKS = 1, 4
"""Windows that are asked together, and how often the ranker is made anew for them."""
TRIED = ((4, 50), (8, 50), (8, 300), (16, 100), (31, 50))
"""Leaves of a tree, and rows a leaf must hold: chosen on the tuning window, for each ranker alike."""
ROUNDS, PATIENCE, PACE = 600, 60, 0.03
PLAIN = (
    "kNN score",
    "kNN score against the best",
    "kNN rank",
    "user events",
    "user items",
    "item events",
    "item users",
    "item events of late",
)
RANK = PLAIN.index("kNN rank")
OURS = (
    *("P·q + base", "rank by it", "S·q", "B·q", "base", "cosine", "α"),
    *("category share", "category liking", "price band share"),
)
Rows = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shop:
    """A log with what is known of its items: content vectors, categories and price bands as 0/1 columns."""

    rows: Interactions
    values: Rows
    content: NDArray[np.float32] | None
    categories: Rows
    bands: Rows
    settings: Any


@dataclass(frozen=True, slots=True)
class Window:
    """The candidates of one window's users: features (n_users, 200, n_features), hits, relevant items."""

    users: NDArray[np.int32]
    features: Rows
    hits: NDArray[np.bool_]
    n_relevant: NDArray[np.int64]


def main(folders: list[Path]) -> None:
    """Print, for each folder, what the ranker reaches without and with Limner's features."""
    if not folders:
        raise SystemExit(__doc__)
    print(stamp(SEED), f"LightGBM {lightgbm.__version__}, seeds {SEEDS}\n")
    lines, notes = [], []
    for folder in folders:
        shop = open_shop(folder)
        windows = [look(shop, number) for number in range(FIRST, N_WINDOWS)]
        tests = windows[-BLOCK * N_BLOCKS :]
        reached = {
            "item-kNN alone": np.concatenate(
                [order_by(-one.features[:, :, PLAIN.index("kNN rank")], one) for one in tests]
            ),
            "its 200 by P·q": np.concatenate(
                [order_by(one.features[:, :, len(PLAIN)], one) for one in tests]
            ),
        }
        reached |= {name: test_all(windows, columns) for name, columns in sides().items()}
        users = np.concatenate([window.users for window in tests])
        lines.append([folder.name, f"{len(set(users.tolist())):,} ({len(users):,})", *tell(reached, users)])
        notes.append(f"{folder.name}: {describe_windows(windows)}")
    print(
        table(["data", "users (questions)", "item-kNN alone", "its 200 by P·q", *sides(), "gain"], lines),
        "\n",
    )
    print("\n".join(notes))


def sides() -> dict[str, list[int]]:
    """Return the columns each ranker sees."""
    return {
        "ranker without": list(range(len(PLAIN))),
        "ranker with": list(range(len(PLAIN) + len(OURS))),
    }


def open_shop(folder: Path) -> Shop:
    """Return the log of a folder as a build cleans it."""
    with tempfile.TemporaryDirectory() as scratch:
        studio = limner.build_files([folder], workspace=scratch)
        catalogue = [from_row(row) for row in studio.store.rows("SELECT * FROM items ORDER BY item_no")]
        items = sorted(catalogue, key=lambda item: item.item_id)
        events = read_events(studio.store)
        settings = studio.settings
    rows = read_interactions(events, settings.events, item_ids=[item.item_id for item in items])
    words = [item.words() for item in items]
    content = learn_content(words, settings.text, seed=SEED)[1] if any(words) else None
    values = events["value"].to_numpy(zero_copy_only=False).astype(np.float64)
    categories = mark([list(item.categories) for item in items])
    bands = mark([[item.price_band] if getattr(item, "price_band", None) else [] for item in items])
    return Shop(rows, values, content, categories, bands, settings)


def mark(names: Sequence[Sequence[str]]) -> Rows:
    """Return float64 (n_items, n_names): 1/k where an item has k names."""
    columns = {name: number for number, name in enumerate(sorted({one for held in names for one in held}))}
    marks = np.zeros((len(names), len(columns)))
    for row, held in enumerate(names):
        marks[row, [columns[name] for name in held]] = 1 / max(len(held), 1)
    return marks


def look(shop: Shop, number: int) -> Window:
    """Return the candidates of the window that begins after so many parts of the events."""
    stamps = np.sort(shop.rows.timestamps)
    lower = int(stamps[len(stamps) * number // N_WINDOWS])
    last = number + 1 == N_WINDOWS
    upper = shop.rows.last_us + 1 if last else int(stamps[len(stamps) * (number + 1) // N_WINDOWS])
    numbered = replace(shop.rows, weights=np.arange(len(shop.rows), dtype=np.float64)).before(upper)
    before, later = numbered.before(lower), numbered.where(numbered.timestamps >= lower)
    split = ask_users(before, before, later, lower)
    users = np.array([shop.rows.user_ids.index(name) for name in split.known.user_ids], dtype=np.int32)
    fit, known = (weigh(part, shop) for part in (split.fit, split.known))
    dataset = read_dataset(fit, at_us=lower, settings=shop.settings, content=shop.content)
    asked = read_history(known, at_us=lower, settings=shop.settings)
    ranking = recommend(ItemNeighbours().fit(dataset), asked, k=N_CANDIDATES)
    items = np.maximum(ranking.items, 0)
    features = np.concatenate(
        [
            plain_features(dataset.history, asked, items, ranking.scores),
            own_features(dataset.history, asked, items, shop, split),
        ],
        axis=2,
    )
    truth = np.zeros(asked.matrix().shape, dtype=np.bool_)
    for row, found in enumerate(split.relevant):
        truth[row, found] = True
    hits = np.take_along_axis(truth, items, axis=1) & (ranking.items >= 0)
    return Window(users, features, hits, np.array([len(found) for found in split.relevant]))


def weigh(part: Interactions, shop: Shop) -> Interactions:
    """Return events whose row numbers have become weights again."""
    return replace(part, weights=shop.rows.weights[part.weights.astype(np.int64)])


def plain_features(everyone: History, asked: History, items: NDArray[np.int64], scores: Any) -> Rows:
    """Return what a ranker has without Limner."""
    by_item = (
        everyone.sum_by_item(everyone.count),
        everyone.sum_by_item(),
        everyone.sum_by_item(everyone.recent),
    )
    ranks = np.broadcast_to(np.arange(items.shape[1]), items.shape)
    by_user = (asked.known(), np.diff(asked.indptr).astype(np.float64))
    spread = [np.broadcast_to(values[:, None], items.shape) for values in by_user]
    found = np.where(np.isfinite(scores), scores, 0)
    relative = found / np.maximum(found.max(axis=1, keepdims=True), 1e-12)
    return np.stack([found, relative, ranks, *spread, *(values[items] for values in by_item)], axis=2)


def own_features(
    everyone: History, asked: History, items: NDArray[np.int64], shop: Shop, split: Split
) -> Rows:
    """Return Limner's scores, their parts, and how far an item meets a user's facts."""
    chosen = shop.settings.vector
    space = fit_space(everyone, shop.content, dim=chosen.dim, seed=chosen.seed, recipe=chosen.recipe)
    alpha, beta = space.gates(asked.known())
    weights = asked.matrix(space.weigh(asked))
    behaviour = beta[:, None] * np.asarray(weights @ space.behaviour_in)
    meaning = np.zeros_like(behaviour)
    if space.has_content:
        meaning = alpha[:, None] * np.asarray(weights @ space.semantic_in)
    lift = np.broadcast_to(space.lift(asked), (len(items), space.n_items))
    lift = np.take_along_axis(lift, items, axis=1)
    whole = space.lift(asked)
    parts = [
        np.take_along_axis(space.meet(side.astype(np.float32), whole), items, axis=1)
        for side in (meaning, behaviour)
    ]
    base = space.swell(lift) * space.base[items]
    scores = parts[0] + parts[1] + base
    ranks = np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1, kind="stable")
    placed = meaning + behaviour
    lengths = np.linalg.norm(placed, axis=1)[:, None] * np.linalg.norm(space.item_out, axis=1)[items]
    cosine = (parts[0] + parts[1]) / np.maximum(lengths, 1e-12)
    facts = match_facts(asked, items, shop, split)
    spread = np.broadcast_to(alpha[:, None], items.shape)
    return np.stack([scores, ranks, *parts, base, cosine, spread, *facts], axis=2)


def match_facts(asked: History, items: NDArray[np.int64], shop: Shop, split: Split) -> list[Rows]:
    """Return the user's share of the item's categories, liking of them, and share of its price band."""
    lasting = asked.matrix(asked.lasting)
    found = []
    for marks in (shop.categories, shop.bands):
        sums = np.asarray(lasting @ marks)
        shares = sums / np.maximum(sums.sum(axis=1, keepdims=True), 1e-12)
        found.append(np.take_along_axis(shares @ marks.T, items, axis=1))
    known = split.known
    values = shop.values[known.weights.astype(np.int64)]
    rated = ~np.isnan(values)
    users, held = known.users[rated], shop.categories[known.items[rated]]
    n_users = len(known.user_ids)
    means = np.bincount(users, values[rated], n_users) / np.maximum(np.bincount(users, minlength=n_users), 1)
    apart = values[rated] - means[users]
    sums = np.zeros((n_users, shop.categories.shape[1]))
    counts = np.zeros_like(sums)
    np.add.at(sums, users, held * apart[:, None])
    np.add.at(counts, users, held)
    liking = sums / (counts + 3.0)  # three pseudo-events: few ratings say little
    return [found[0], np.take_along_axis(liking @ shop.categories.T, items, axis=1), found[1]]


def test_all(windows: list[Window], columns: list[int]) -> Rows:
    """Return NDCG@10 of every user of the test windows, the mean over seeds."""
    starts = range(len(windows) - BLOCK * N_BLOCKS, len(windows), BLOCK)
    return np.concatenate([test_block(windows[: start + BLOCK], columns) for start in starts])


def test_block(windows: list[Window], columns: list[int]) -> Rows:
    """Return NDCG@10 of the users of the last windows; leaves and rounds are chosen on those before them."""
    train, tune, tests = windows[: -2 * BLOCK], windows[-2 * BLOCK : -BLOCK], windows[-BLOCK:]
    best: tuple[float, tuple[int, int], int] = (-1.0, TRIED[0], 1)
    for shape in TRIED:
        model = fit(train, columns, shape, SEEDS[0], tune=tune)
        reached = float(np.nanmean(score(model.predict, tune, columns)))
        best = max(best, (reached, shape, model.best_iteration))
    _, shape, rounds = best
    models = [fit([*train, *tune], columns, shape, seed, rounds=max(rounds, 1)) for seed in SEEDS]
    return np.mean([score(model.predict, tests, columns) for model in models], axis=0)


def fit(
    windows: list[Window],
    columns: list[int],
    shape: tuple[int, int],
    seed: int,
    *,
    tune: list[Window] | None = None,
    rounds: int = ROUNDS,
) -> Any:
    """Return a LambdaRank model; with windows to tune on, the rounds end when it gains nothing more."""
    settings = {
        "objective": "lambdarank",
        "metric": "ndcg",
        "eval_at": [10],
        "learning_rate": PACE,
        "num_leaves": shape[0],
        "min_data_in_leaf": shape[1],
        "feature_fraction": 0.8,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "seed": seed,
        "deterministic": True,
        "num_threads": 1,
        "verbose": -1,
    }
    data = pack(windows, columns)
    if tune is None:
        return lightgbm.train(settings, data, num_boost_round=rounds)
    stopping = lightgbm.early_stopping(PATIENCE, verbose=False)
    return lightgbm.train(settings, data, rounds, valid_sets=[pack(tune, columns)], callbacks=[stopping])


def pack(windows: list[Window], columns: list[int]) -> Any:
    """Return the rows of users with a hit among their candidates: others teach nothing about order."""
    kept = [window.hits.any(axis=1) for window in windows]
    rows = np.concatenate([one.features[some] for one, some in zip(windows, kept, strict=True)])
    hits = np.concatenate([one.hits[some] for one, some in zip(windows, kept, strict=True)])
    flat = rows[:, :, columns].reshape(-1, len(columns))
    return lightgbm.Dataset(flat, hits.ravel().astype(int), group=[hits.shape[1]] * len(hits))


def score(predict: Any, windows: list[Window], columns: list[int]) -> Rows:
    """Return NDCG@10 of each user, of all that was relevant, also of what was no candidate."""
    found = []
    for window in windows:
        n_users, width, _ = window.features.shape
        flat = window.features[:, :, columns].reshape(-1, len(columns))
        found.append(order_by(np.asarray(predict(flat)).reshape(n_users, width), window))
    return np.concatenate(found)


def order_by(scores: Rows, window: Window) -> Rows:
    """Return NDCG@10 of the candidates in the order of some scores, equals in the order of candidates."""
    order = np.argsort(-scores, axis=1, kind="stable")
    return ndcg(np.take_along_axis(window.hits, order, axis=1), window.n_relevant, k=10)


def tell(reached: dict[str, Rows], users: NDArray[np.int32]) -> list[str]:
    """Return the cells of one data set; a user of several windows is one user of the bootstrap."""
    by_user = {name: average(values, users) for name, values in reached.items()}
    without, having = (by_user[name] for name in sides())
    gain = bound_mean(having - without, seed=SEED)
    return [show(bound_mean(values, seed=SEED)) for values in by_user.values()] + [show(gain, sign="+")]


def average(values: Rows, users: NDArray[np.int32]) -> Rows:
    """Return the mean of each user's questions."""
    _, place = np.unique(users, return_inverse=True)
    return np.bincount(place, values) / np.bincount(place)


def show(measured: Interval, sign: str = "") -> str:
    """Return a mean with its interval."""
    return f"{measured.mean:{sign}.4f} [{measured.low:{sign}.4f}, {measured.high:{sign}.4f}]"


def describe_windows(windows: list[Window]) -> str:
    """Return how many users a window has, and how many of their items are among the candidates."""
    counts = ", ".join(f"{len(window.users)}" for window in windows)
    found = sum(int(window.hits.sum()) for window in windows) / sum(int(w.n_relevant.sum()) for w in windows)
    tests = BLOCK * N_BLOCKS
    return f"users by window {counts} (the last {tests}: tests); {found:.1%} of what was met are candidates"


if __name__ == "__main__":
    main([Path(folder) for folder in sys.argv[1:]])
