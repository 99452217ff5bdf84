"""Where users stand, at rest: everyone's vector, kept beside an open store for all processes that read it.

It is a cache: it can be taken away at any time. What it holds is right up to a change of the store (see
`store.changes`), which its mark names; who finds newer ones draws those users anew and writes them here.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Vectors = NDArray[np.float32]


class Mark(NamedTuple):
    """Up to when what is at rest is right."""

    turn: int = 0
    """Moves with every writing: who writes names the one that was read, and gives way to who was quicker."""
    number: int = -1
    """The last change that it knows of; −1: nothing is here."""
    as_of_us: int = 0
    """The newest moment of the log when everyone was last drawn."""


class Standing(NamedTuple):
    """Who stands where."""

    user_nos: Numbers
    """int64 (n,), ascending."""
    vectors: Vectors
    """float32 (n, dim), rows of length 1, zeros for who did nothing; not to be written to."""


class Drawn(NamedTuple):
    """What is to be written: some users anew, or everyone."""

    mark: Mark
    """What will be true then; its turn does not matter."""
    standing: Standing
    gone: Sequence[int] = ()
    """Who stands nowhere any more."""
    is_whole: bool = False
    """Whether it is everyone, so that whatever was there goes."""


class Standings(ABC):
    """The vectors of one open store."""

    note: str = ""
    """Why it does less than it could, in a sentence for whoever runs it; empty: it does not."""

    @abstractmethod
    def read_mark(self) -> Mark:
        """Return up to when it is right."""

    @abstractmethod
    def read(self, user_nos: Iterable[int] | None = None) -> Standing:
        """Return where some users stand, or everyone."""

    @abstractmethod
    def write(self, before: Mark, drawn: Drawn) -> bool:
        """Write what was drawn from a mark on; False, and nothing done, where another was quicker."""

    @abstractmethod
    def forget(self, user_nos: Sequence[int]) -> None:
        """Remove the vectors of users, so that none can be read; what is being drawn is refused."""

    @abstractmethod
    def close(self) -> None:
        """Close what it reads by."""

    def find_nearest(self, user_no: int, most: int) -> list[tuple[int, float]] | None:
        """Return (user_no, cosine) of the others who stand nearest, nearest first, by the database itself.

        None where it cannot: who asks compares what `read` returns.
        """
        return None


NOTHING = Standing(np.zeros(0, np.int64), np.zeros((0, 0), np.float32))


def sort_standing(user_nos: Numbers, vectors: Vectors) -> Standing:
    """Return who stands where, in the order of their numbers."""
    order = np.argsort(user_nos, kind="stable")
    return Standing(user_nos[order], vectors[order])
