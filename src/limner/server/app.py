"""The application: all routes over one desk, with one shape of errors."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

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
from limner.server.atlas import Atlas
from limner.server.desk import Desk
from limner.server.documented import describe_keys
from limner.server.failures import install_failures
from limner.server.gate import Gate
from limner.server.metrics import Metrics
from limner.server.site import install_page
from limner.settings import ServeSettings
from limner.studio.rights.keys import Keyring

logger = logging.getLogger("limner.server")

_CORS: dict[str, Any] = {
    "allow_methods": ["GET", "POST", "DELETE"],
    "allow_headers": ["authorization", "content-type", "if-none-match", "x-request-id"],
    "expose_headers": ["etag", "x-request-id", "retry-after"],
}
ROUTERS = (
    *(users, charts, vectors, events, recommendations, corrections, contexts, audiences, people, rights),
    health,
)
"""Each has a ``router``; a module that is named here is served. Its routes reach the desk by `asking`."""
_ABOUT = """Portraits of the users of a recommender: cited facts, a vector, recommendations with reasons.

Every failure is `{"error": {"code", "message", "hint"}}`. Where the workspace has keys, send
`Authorization: Bearer KEY`. Every answer has an `X-Request-ID`."""


def create_app(
    workspace: Path,
    *,
    settings: ServeSettings | None = None,
    lang: str = "",
    public: bool = False,
    beside: bool = False,
) -> FastAPI:
    """Return the application that serves a workspace.

    Args:
        workspace: its folder.
        settings: what one caller may ask of it; None: the defaults.
        lang: zh or en where nobody asks for one; empty: the workspace's.
        public: nothing is answered without a key.
        beside: rows are written by a process of their own.

    Raises:
        WorkspaceError: there is none, or another version of Limner wrote it.
    """
    chosen = settings or ServeSettings()
    desk, metrics = Desk(workspace, chosen, lang=lang, beside=beside), Metrics()

    @asynccontextmanager
    async def live(app: FastAPI) -> AsyncIterator[None]:
        logger.info("ready", extra={"detail": f"limner {__version__}"})
        yield
        desk.close()
        logger.info("stopped")

    app = FastAPI(
        title="Limner",
        version=__version__,
        description=_ABOUT,
        docs_url=None,  # the usual pages fetch their scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        lifespan=live,
    )
    app.state.desk, app.state.metrics, app.state.workspace = desk, metrics, desk.workspace
    for module in ROUTERS:  # side by side, not one router in another: each request looks through them
        app.router.routes.extend(module.router.routes)
    install_page(app)
    install_failures(app)
    describe_keys(app)
    atlas = Atlas(route for module in ROUTERS for route in module.router.routes)
    keyring = Keyring(workspace)
    app.add_middleware(
        Gate, desk=desk, atlas=atlas, keyring=keyring, metrics=metrics, settings=chosen, public=public
    )
    if chosen.cors:
        app.add_middleware(CORSMiddleware, allow_origins=chosen.cors, **_CORS)
    return app
