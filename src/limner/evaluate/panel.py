"""Who was asked, in which window, knowing how much: one row per window and user, and means per user."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from limner.evaluate.metrics import Scores
from limner.evaluate.question import Question

ACTIVITY = ((5, "0-5"), (20, "6-20"), (100, "21-100"))
MOST_ACTIVE = ">100"


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Rows are windows one after the other, users in the order of each question's.

    ``users`` int64 (n_rows,) points into the ``n_users`` people; a user of three windows has three rows.
    """

    users: NDArray[np.int64]
    windows: NDArray[np.int64]
    known: Scores
    languages: tuple[str, ...]
    n_users: int

    def mean_by_user(self, values: Scores, rows: NDArray[np.bool_] | None = None) -> Scores:
        """Return each user's mean over their rows, float64 (n_users,); NaN for whom there is no value."""
        there = ~np.isnan(values) if rows is None else rows & ~np.isnan(values)
        total = np.bincount(self.users[there], values[there], minlength=self.n_users)
        count = np.bincount(self.users[there], minlength=self.n_users)
        return np.asarray(total / np.where(count > 0, count, np.nan))

    def slices(self) -> dict[tuple[str, str], NDArray[np.bool_]]:
        """Return the rows of each slice by (kind, name): how much is known of a user, which language."""
        found = {}
        lower = -1.0
        for limit, name in (*ACTIVITY, (np.inf, MOST_ACTIVE)):
            found["activity", name] = (self.known > lower) & (self.known <= limit)
            lower = limit
        for language in sorted(set(self.languages) - {""}):
            found["language", language] = np.array([one == language for one in self.languages])
        return {slice_: rows for slice_, rows in found.items() if rows.any()}


def collect_panel(questions: Sequence[Question], languages: Mapping[str, str]) -> Panel:
    """Return the panel of the test questions; ``languages`` are those of users whose texts have one."""
    user_ids = [user_id for question in questions for user_id in question.split.known.user_ids]
    people, users = np.unique(np.array(user_ids, dtype=object).astype(str), return_inverse=True)
    sizes = [question.known.n_users for question in questions]
    return Panel(
        users.astype(np.int64),
        np.repeat(np.arange(len(questions)), sizes),
        np.concatenate([question.known.known() for question in questions]),
        tuple(languages.get(user_id, "") for user_id in user_ids),
        len(people),
    )
