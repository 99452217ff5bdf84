"""The application: all routes over one desk, with one shape of errors."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from limner import __version__
from limner.server import (
    audiences,
    charts,
    contexts,
    corrections,
    events,
    health,
    people,
    recommendations,
    rights,
    users,
    vectors,
)
from limner.server.desk import Desk
from limner.server.failures import install_failures
from limner.server.gate import Gate
from limner.server.site import install_page

ROUTERS = (
    *(users, charts, vectors, events, recommendations, corrections, contexts, audiences, people, rights),
    health,
)
"""Each has a ``router``; a module that is named here is served. Its routes reach the desk by `asking`."""
_ABOUT = """Portraits of the users of a recommender: cited facts, a vector, recommendations with reasons.

Every failure is `{"error": {"code", "message", "hint"}}`. Where the workspace has keys, send
`Authorization: Bearer KEY`. Every answer has an `X-Request-ID`."""


def create_app(workspace: Path, *, lang: str = "") -> FastAPI:
    """Return the application that serves a workspace.

    Raises:
        WorkspaceError: there is none, or another version of Limner wrote it.
    """
    desk = Desk(workspace, lang=lang)

    @asynccontextmanager
    async def live(app: FastAPI) -> AsyncIterator[None]:
        yield
        desk.close()

    app = FastAPI(
        title="Limner",
        version=__version__,
        description=_ABOUT,
        docs_url=None,  # the usual pages fetch their scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        lifespan=live,
    )
    app.state.desk = desk
    app.state.workspace = desk.workspace
    for module in ROUTERS:
        app.include_router(module.router)
    install_page(app)
    install_failures(app)
    app.add_middleware(Gate)
    return app
