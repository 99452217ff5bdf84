"""A model with the owner's ids on both sides."""

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from limner.errors import InputError, UnknownUserError
from limner.recommend.choosing import Choice, choose_items
from limner.recommend.dataset import Dataset
from limner.recommend.popular import Popular
from limner.recommend.ranking import Model, Scorer
from limner.recommend.shelf import Shelf
from limner.recommend.wishes import Wishes

if TYPE_CHECKING:
    import pyarrow as pa

_PLAIN = Wishes()


class Recommender:
    """Fits any model and recommends to the users of its dataset, by their ids."""

    def __init__(self, model: Model, *, shelf: Shelf | None = None) -> None:
        """Use a model; a shelf, of the dataset's items in its order, is needed for filters and boosts."""
        self.model = model
        self.shelf = shelf
        self._dataset: Dataset | None = None
        self._scorer: Scorer | None = None
        self._popular: Scorer | None = None
        self._rows: dict[str, int] = {}

    def fit(self, dataset: Dataset) -> "Recommender":
        """Return this recommender, fitted.

        Raises:
            InputError: the shelf has other items than the dataset.
        """
        if self.shelf is not None and list(self.shelf.item_ids) != list(dataset.interactions.item_ids):
            raise InputError("the shelf must hold the items of the dataset, in their order")
        self._dataset = dataset
        self._scorer = self.model.fit(dataset)
        self._popular = Popular().fit(dataset)
        self._rows = {user_id: row for row, user_id in enumerate(dataset.interactions.user_ids)}
        return self

    def choose(
        self, user_id: str, k: int = 10, *, wishes: Wishes = _PLAIN, exclude_seen: bool = True
    ) -> Choice:
        """Return one user's list by item codes; a user without events is given what is popular, with a note.

        Raises:
            UnknownUserError: no such user; the text suggests near ids.
            InputError: k is below 1, nothing was fitted, or a wish needs a shelf.
        """
        if self._dataset is None or self._scorer is None or self._popular is None:
            raise InputError("this recommender knows nothing yet; call fit(dataset) first")
        if self.shelf is None and (wishes.filters or wishes.moves):
            raise InputError("filters and boosts need to know the items; give Recommender a shelf")
        row = self._find(user_id)
        history = self._dataset.history.rows(row, row + 1)
        scorer = self._scorer if len(history.items) else self._popular
        return choose_items(
            scorer.score(history)[0],
            history,
            k=k,
            wishes=wishes,
            shelf=self.shelf,
            places=self._places(),
            exclude_seen=exclude_seen,
        )

    def recommend(
        self, user_ids: Sequence[str], k: int = 10, *, wishes: Wishes = _PLAIN, exclude_seen: bool = True
    ) -> "pa.Table":
        """Return a table of user_id, item_id, score (float32), rank and plain_rank (from 1).

        ``plain_rank`` is where the item would stand by its score alone. Users come in the order given, with
        fewer than k rows where fewer items are left. Raises as `choose`.
        """
        import numpy as np
        import pyarrow as pa

        choices = [self.choose(one, k, wishes=wishes, exclude_seen=exclude_seen) for one in user_ids]
        item_ids: Sequence[str] = self._dataset.interactions.item_ids if self._dataset else []
        pairs = list(zip(user_ids, choices, strict=True))
        ranks = [rank for choice in choices for rank in range(1, len(choice.items) + 1)]
        nothing = [np.zeros(0)]
        return pa.table(
            {
                "user_id": pa.array([one for one, choice in pairs for _ in choice.items], pa.string()),
                "item_id": pa.array(
                    [item_ids[code] for choice in choices for code in choice.items], pa.string()
                ),
                "score": pa.array(
                    np.concatenate([choice.scores for choice in choices] or nothing), pa.float32()
                ),
                "rank": pa.array(ranks, pa.int64()),
                "plain_rank": pa.array(
                    np.concatenate([choice.plain_ranks for choice in choices] or nothing), pa.int64()
                ),
            }
        )

    def _places(self) -> Any:
        """Return where items stand: the model's own places, else their content, else None."""
        space = getattr(self._scorer, "space", None)
        own = getattr(self._scorer, "item_factors", None) if space is None else space.item_out
        return own if own is not None or self._dataset is None else self._dataset.content

    def _find(self, user_id: str) -> int:
        if user_id not in self._rows:
            near = difflib.get_close_matches(str(user_id), list(self._rows), n=3, cutoff=0.5)
            hint = f"; did you mean: {', '.join(near)}" if near else ""
            raise UnknownUserError(f"no user {user_id!r} in the dataset{hint}")
        return self._rows[user_id]
