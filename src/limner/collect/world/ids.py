"""Ids of the sample world: a letter and a number, wide enough to sort."""


def make_ids(letter: str, count: int) -> tuple[str, ...]:
    """Return ``count`` ids that sort as they count.

    >>> make_ids("u", 2)
    ('u0001', 'u0002')
    """
    width = max(4, len(str(count)))
    return tuple(f"{letter}{number:0{width}d}" for number in range(1, count + 1))
