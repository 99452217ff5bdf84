"""Bodies as bytes: JSON with readable Chinese, and a tag that changes when they do."""

import gzip
from hashlib import blake2b
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
_TAG_BYTES = 12
_LEAST_PACKED = 1_024
_LEVEL = 4
JSON = "application/json"


def write_json(shape: Any) -> bytes:
    """Return a shape as JSON; what is no number in JSON (NaN, infinity) becomes null."""
    body: bytes = orjson.dumps(shape, option=_OPTIONS)
    return body


def tag(body: bytes) -> str:
    """Return the ETag of a body: weak, because it may be sent compressed."""
    return f'W/"{blake2b(body, digest_size=_TAG_BYTES).hexdigest()}"'


def answer(body: Any, status: int = 200, *, request: Request | None = None) -> Response:
    """Return a response that nobody keeps: what was written, or asked by POST.

    With the request it may be compressed.
    """
    given = body if isinstance(body, bytes) else write_json(body)
    headers = {"cache-control": "no-store"}
    if request is not None:
        return _pack(request, given, status, headers)
    return Response(given, status, media_type=JSON, headers=headers)


def answer_tagged(request: Request, body: Any) -> Response:
    """Return a response with an ETag, or 304 where the caller has this very body."""
    given = body if isinstance(body, bytes) else write_json(body)
    etag = tag(given)
    headers = {"etag": etag, "cache-control": "private, no-cache"}
    if _holds(request, etag):
        return Response(status_code=304, headers=headers)
    return _pack(request, given, 200, headers)


def answer_packed(request: Request, packed: bytes) -> Response:
    """Return a response with an ETag from a body that is gzipped already, or 304."""
    etag = tag(packed)
    headers = {"etag": etag, "cache-control": "private, no-cache", "vary": "accept-encoding"}
    if _holds(request, etag):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(packed, media_type=JSON, headers=headers)
    return Response(gzip.decompress(packed), media_type=JSON, headers=headers)


def _pack(request: Request, body: bytes, status: int, headers: dict[str, str]) -> Response:
    """Compress what is long, for callers who can read that."""
    if len(body) >= _LEAST_PACKED:
        headers["vary"] = "accept-encoding"
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            body = gzip.compress(body, _LEVEL, mtime=0)
    return Response(body, status, media_type=JSON, headers=headers)


def _holds(request: Request, etag: str) -> bool:
    """Return whether the caller has a body already; compared weakly, as RFC 9110 wants it."""
    asked, plain = request.headers.get("if-none-match", ""), etag.removeprefix("W/")
    return asked.strip() == "*" or plain in (one.strip().removeprefix("W/") for one in asked.split(","))
