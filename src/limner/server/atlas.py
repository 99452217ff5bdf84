"""Which route an address belongs to, and which key it needs: known before the request is let in."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

OPEN = "none"
_MARK = "x-limner-scope"
_READING = ("GET", "HEAD")


class Place(NamedTuple):
    """A route."""

    template: str
    """The path as it is declared, without what a caller filled in."""
    scope: str
    """read, write, admin, or `OPEN`."""
    methods: tuple[str, ...] = ()
    """What the path takes, where that is not what was asked; empty: this route takes it."""


def scoped(scope: str) -> dict[str, Any]:
    """Return what a route's ``openapi_extra`` says of its key; otherwise GET reads, the rest writes."""
    return {_MARK: scope}


class Atlas:
    """Finds the route of a request by its first part and pattern."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        """Take the routes of all rooms."""
        self._by_part: dict[str, list[tuple[APIRoute, Place]]] = {}
        for route in routes:
            if isinstance(route, APIRoute):
                part = route.path.split("/")[1]
                self._by_part.setdefault(part, []).append((route, Place(route.path, name_scope(route))))

    def find(self, method: str, path: str) -> Place | None:
        """Return the route that takes a request, or the one of another method there; None for other paths."""
        candidates: Sequence[tuple[APIRoute, Place]] = self._by_part.get(path[1:].partition("/")[0], ())
        near: list[tuple[APIRoute, Place]] = []
        for route, place in candidates:
            if not route.path_regex.match(path):
                continue
            if method in (route.methods or ()):
                return place
            near.append((route, place))
        if not near:
            return None
        taken = {name for route, _ in near for name in route.methods or ()}
        return near[0][1]._replace(methods=tuple(sorted(taken)))

    def covers(self, path: str) -> bool:
        """Return whether a path lies in the interface, be there a route or not: it is then no file."""
        return path[1:].partition("/")[0] in self._by_part


def name_scope(route: APIRoute) -> str:
    """Return the scope that a route needs."""
    said = (route.openapi_extra or {}).get(_MARK)
    return said or ("read" if set(route.methods or ()) <= set(_READING) else "write")
