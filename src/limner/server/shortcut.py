"""The commonest question of all, a whole portrait that hangs ready, answered without looking for its route.

What the answer is says `users`; this is the same one, sooner.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from limner.server.asking import read_id
from limner.server.desk import Desk
from limner.server.encoding import answer_packed
from limner.server.portraits import Wanted

TEMPLATE = "/users/{user_id}"
_PREFIX = len("/users/")
_WHOLE = Wanted()


def take_shortcut(desk: Desk, scope: Scope) -> Response | None:
    """Return the portrait a request of `TEMPLATE` asks for; None where its route has to see to it."""
    if scope["method"] != "GET" or scope["query_string"]:
        return None
    try:
        kept = desk.find_portrait(read_id(scope["path"][_PREFIX:]), _WHOLE)
    except ValueError:  # no id: the route says so
        return None
    return None if kept is None else answer_packed(Request(scope), kept.body)
