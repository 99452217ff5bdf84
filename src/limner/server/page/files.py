"""The files of the page, read once: bytes, packed bytes, type and tag."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

INDEX = "index.html"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
"""What the page may do: talk to where it came from, and nothing else."""
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
    "vary": "accept-encoding",
}
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class PageFile:
    """One file as it is sent."""

    body: bytes
    packed: bytes
    """The body in gzip."""
    media_type: str
    tag: str
    """For ``ETag``: a hash of the body."""

    def headers(self, *, packed: bool) -> dict[str, str]:
        """Return the headers of an answer with this file."""
        encoded = {"content-encoding": "gzip"} if packed else {}
        return {**HEADERS, "etag": self.tag, "content-type": self.media_type, **encoded}


@lru_cache(maxsize=1)
def load_page() -> dict[str, PageFile]:
    """Return all files of the page by name."""
    folder = files(__package__)
    listed = [entry for entry in folder.iterdir() if _suffix(entry.name) in _TYPES]
    return {entry.name: _load(entry.name, entry.read_bytes()) for entry in listed}


def _load(name: str, body: bytes) -> PageFile:
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return PageFile(body, gzip.compress(body, mtime=0), _TYPES[_suffix(name)], tag)


def _suffix(name: str) -> str:
    return name[name.rfind(".") :] if "." in name else ""
