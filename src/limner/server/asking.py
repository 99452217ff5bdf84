"""How routes ask the desk: off the loop, and with ids as they were before they stood in an address."""

from collections.abc import Callable
from typing import Annotated, ParamSpec, TypeVar
from urllib.parse import unquote

from fastapi import Path, Query
from pydantic import AfterValidator
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from limner.server.desk import Desk

_LONGEST_ID = 512
Given = ParamSpec("Given")
Found = TypeVar("Found")


def read_id(text: str) -> str:
    """Return an id of an address, whatever letters it has: the gate leaves them as they were sent.

    >>> read_id("a%2Fb"), read_id("%E7%94%A8")
    ('a/b', '用')
    """
    found = unquote(text, errors="strict")
    if len(found) > _LONGEST_ID or "\x00" in found:
        raise ValueError("ids have at most 512 letters, and no NUL")
    return found


UserId = Annotated[
    str, Path(description="A user id, as in your tables.", examples=["u0042"]), AfterValidator(read_id)
]
ItemId = Annotated[
    str, Path(description="An item id, as in your tables.", examples=["i0355"]), AfterValidator(read_id)
]
Lang = Annotated[str, Query(description="zh or en; empty: the workspace's.", pattern="^(zh|en)?$")]
Count = Annotated[int, Query(ge=1, le=1000, description="How many.")]


def desk_of(request: Request) -> Desk:
    """Return the desk of the application that a request came to."""
    desk: Desk = request.app.state.desk
    return desk


async def ask(work: Callable[Given, Found], *given: Given.args, **named: Given.kwargs) -> Found:
    """Return what the desk says, without holding up other requests meanwhile."""
    return await run_in_threadpool(work, *given, **named)
