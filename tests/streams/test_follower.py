"""The follower against a broker of our own making: what it says, and when it gives up."""

import threading
from contextlib import asynccontextmanager

import pytest

from limner.errors import StreamError
from limner.streams import follower as follower_module
from limner.streams.connections import BrokerGoneError
from limner.streams.follower import Follower
from limner.streams.lines import Line


class Broker:
    """Gives one line at each connection, and answers as often as it is told."""

    def __init__(self, answers):
        self.answers = iter(answers)
        self.began_behind = []
        self.acknowledged = []

    @asynccontextmanager
    async def connect(self, positions, hand_over):
        self.began_behind.append(positions.get("s", "0"))
        await self.check()
        number = len(self.began_behind)
        await hand_over(Line("s", number, "{}", str(number)))
        yield self

    async def check(self):
        answer = next(self.answers, None)
        if answer is not None:
            raise answer

    async def acknowledge(self, positions):
        self.acknowledged.append(positions)


def follow(broker, told, *, n_lines):
    stop = threading.Event()
    with Follower(broker.connect, {"s": "7"}, name="the broker", tell=told.append) as follower:
        found = []
        for line in follower.lines(stop):
            found += [line] if line else []
            if len(found) == n_lines and len(told) >= 2 * (n_lines - 1):
                follower.acknowledge({"s": "9"})
                stop.set()
    return [line.number for line in found]


def test_a_lost_broker_is_told_once_and_reading_goes_on_behind_what_was_read():
    gone = BrokerGoneError("no answer")
    broker, told = Broker([None, gone, gone, gone, None]), []

    assert follow(broker, told, n_lines=2) == [1, 4]
    assert told[0] == "lost the broker the broker (no answer); trying again"
    assert told[1].startswith("back after ")
    assert len(told) == 2
    assert broker.began_behind == ["7", "1", "1", "1"]
    assert broker.acknowledged == [{"s": "9"}]


def test_a_broker_that_was_never_there_is_an_error_after_a_while(monkeypatch):
    monkeypatch.setattr(follower_module, "FIRST_REACH_S", 0.2)

    with pytest.raises(StreamError, match=r"the broker: cannot be reached \(no answer\); start the broker"):
        follow(Broker([BrokerGoneError("no answer")] * 99), [], n_lines=1)


@pytest.mark.parametrize("failure", [StreamError("holds a list"), ZeroDivisionError("a bug")], ids=repr)
def test_what_waiting_cannot_mend_reaches_the_caller(failure):
    with pytest.raises(type(failure), match=str(failure)):
        follow(Broker([failure]), [], n_lines=1)
