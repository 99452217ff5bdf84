"""Other models on the log of a workspace, each fitted when it is first asked for."""

import weakref
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.recommend.category_popularity import mark_categories
from limner.recommend.dataset import Dataset
from limner.recommend.interactions import Interactions
from limner.recommend.models import make_model
from limner.recommend.popular import Popular
from limner.recommend.ranking import Scorer
from limner.settings import Settings
from limner.studio.kept.catalogue import read_catalogue

if TYPE_CHECKING:
    from limner.store.store import Store
    from limner.studio.advice.recommending import Adviser

_MEANING = ("content",)
_CATEGORIES = ("category-popular",)


class Baselines:
    """Fitted models of one open store, anew when anything was written."""

    def __init__(self, adviser: "Adviser") -> None:
        """Fit nothing until it is asked for."""
        # Of the adviser that holds this: a ring of the two would keep its store open until it is swept.
        self._adviser: Adviser = weakref.proxy(adviser)
        self._version: Any = None
        self._scorers: dict[str, Scorer] = {}
        self._dataset: Dataset | None = None

    def fit(self, name: str, *, known: bool) -> Scorer:
        """Return the scorer of a model by name; for a user of whom nothing is ``known`` the popular one.

        Raises:
            UnknownNameError: no such model.
            InputError: it needs what the items do not say.
            MissingExtraError: it needs a library that is not installed.
        """
        adviser = self._adviser
        settings = adviser.painter.settings
        model = make_model(name, settings.vector) if known else Popular()
        version = adviser.shelves.version()
        if version != self._version:
            self._version, self._scorers, self._dataset = version, {}, None
        chosen = name if known else "popular"
        if chosen not in self._scorers:
            self._scorers[chosen] = model.fit(self._prepare(name, settings))
        return self._scorers[chosen]

    def _prepare(self, name: str, settings: Settings) -> Dataset:
        adviser = self._adviser
        if self._dataset is None:
            self._dataset = Dataset(read_log(adviser.store, adviser.space.n_items), adviser.everyone())
        if name in _MEANING and self._dataset.content is None:
            words = [item.words() for item in read_catalogue(adviser.store)]
            if any(words):
                from limner.studio.kept.contents import learn_content

                content = learn_content(words, settings.text, seed=settings.vector.seed)[1]
                self._dataset = replace(self._dataset, content=content)
        if name in _CATEGORIES and self._dataset.categories is None:
            shelf = adviser.shelves.read()
            marked = mark_categories(shelf.categories) if shelf.members["category"] else None
            self._dataset = replace(self._dataset, categories=marked)
        return self._dataset


def read_log(store: "Store", n_items: int) -> Interactions:
    """Return the events of a store under its own numbers; each weighs 1: the ledger holds the sums."""
    (n_users,) = store.one("SELECT coalesce(max(user_no), -1) + 1 FROM users") or (0,)
    rows = store.rows("SELECT user_no, item_no, ts FROM events WHERE item_no IS NOT NULL")
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Interactions(
        [str(number) for number in range(n_users)],
        [str(number) for number in range(n_items)],
        table[:, 0].astype(np.int32),
        table[:, 1].astype(np.int32),
        table[:, 2],
        np.ones(len(table)),
    )
