"""A broker's stream into a workspace: sums and position in one transaction, for as long as it flows."""

import math
from collections.abc import Callable, Iterator
from threading import Event
from typing import TYPE_CHECKING

from limner.streams.addresses import parse_address
from limner.streams.brokers import choose_connect
from limner.streams.follower import Follower
from limner.streams.lines import gather
from limner.studio.intake.feeding import Fed, feed_batches

if TYPE_CHECKING:
    from limner.studio.studio import Studio

Tell = Callable[[str], None]


def follow_url(
    studio: "Studio", url: str, stop: Event, *, table: str = "", until_idle_s: float = math.inf, tell: Tell
) -> Iterator[Fed]:
    """Ingest what a stream holds behind the stored position, and then what comes; yield as `feed_batches`.

    Ends at the stop, or when nothing came for ``until_idle_s``. ``tell`` is given one sentence when the
    broker is lost, and one when it is back.

    Raises:
        InputError: the address is of no known form.
        MissingExtraError: the client library is not installed.
        StreamError: the broker is not there, or does not give what was asked for.
        WorkspaceError: the workspace cannot be written; what came before is stored.
    """
    address = parse_address(url)
    connect = choose_connect(address)
    with Follower(connect, studio.offsets(), name=address.name, tell=tell) as follower:
        batches = gather(follower.lines(stop, until_idle_s))
        for fed in feed_batches(studio, batches, table=table):
            follower.acknowledge(fed.offsets)
            yield fed
