"""Texts in batches of nearly one length, so that little is padded."""

from collections.abc import Iterator, Sequence


def batch_by_length(lengths: Sequence[int], *, budget: int) -> Iterator[list[int]]:
    """Yield places of texts of nearly one length, longest first; a batch padded is within the budget.

    A text longer than the budget is a batch by itself.

    >>> list(batch_by_length([3, 9, 4, 4], budget=12))
    [[1], [2, 3, 0]]
    """
    order = sorted(range(len(lengths)), key=lambda place: -lengths[place])
    start = 0
    while start < len(order):
        n_texts = max(1, budget // max(1, lengths[order[start]]))
        yield order[start : start + n_texts]
        start += n_texts
