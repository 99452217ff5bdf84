"""The page at ``/``: files of ``page/`` beside this module, where they are there, and from nowhere else."""

from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PAGE = Path(__file__).parent / "page"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
"""What the page may do: ask the service it came from, and nothing else; text never becomes markup."""
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}


class _Files(StaticFiles):
    """Files with headers that keep a browser from asking anybody else."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(_HEADERS)
        return response


def install_page(app: FastAPI, folder: Path = PAGE) -> None:
    """Serve a folder at ``/``; the routes of the interface come first. Nothing where it has no index.html."""
    if (folder / "index.html").is_file():
        app.mount("/", GZipMiddleware(_Files(directory=folder, html=True), minimum_size=1_024), name="page")
