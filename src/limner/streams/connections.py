"""What the follower and a broker's own module agree on."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from limner.streams.lines import Line

READ_MESSAGES = 100
"""How many messages one read asks for: with large ones, this bounds the memory."""
CHECK_S = 3.0
"""How long a broker may take to answer before it counts as lost."""
LEAVE_S = 5.0

HandOver = Callable[[Line], Awaitable[None]]
"""Takes a message; waits while the follower has enough of them."""


class BrokerGoneError(Exception):
    """A broker does not answer; its text says why, and it may come back."""


async def leave(broker: Any) -> None:
    """Stop a client; one whose broker is gone may hang or fail, and is let go."""
    with contextlib.suppress(Exception):
        await asyncio.wait_for(broker.stop(), LEAVE_S)


class Connection(Protocol):
    """An open connection that hands over messages by itself."""

    async def check(self) -> None:
        """Return when the broker answers.

        Raises:
            BrokerGoneError: it does not.
            StreamError: it does, and will never give what was asked for.
        """
        ...

    async def acknowledge(self, positions: Mapping[str, str]) -> None:
        """Tell the broker what is stored here, where it wants to know."""
        ...


Connect = Callable[[Mapping[str, str], HandOver], AbstractAsyncContextManager[Connection]]
"""Opens a connection that begins behind the given positions; raises as `Connection.check` does."""
