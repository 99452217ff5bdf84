"""One JSON object a line: what was asked by route, never by whom about whom.

Neither ids of users nor their words are written: no path as it was sent, no query, no body, no address of a
caller, and of a mistake only where it happened.
"""

import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

import orjson

NAME = "limner.server"
_FIELDS = ("request_id", "method", "route", "status", "ms", "bytes", "key", "detail")
_FRAMES = 8


class Lines(logging.Formatter):
    """Writes records as JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        shape: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.msg if not record.args else record.getMessage(),
        }
        shape |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            shape |= describe_exception(record.exc_info[1])
        line: bytes = orjson.dumps(shape)
        return line.decode()


def describe_exception(exc: BaseException) -> dict[str, Any]:
    """Return of which kind a mistake is and where it happened; its text may hold somebody's words."""
    frames = traceback.extract_tb(exc.__traceback__)[-_FRAMES:]
    return {
        "exception": type(exc).__name__,
        "where": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def start_logging(*, level: int = logging.INFO) -> None:
    """Write the service's lines to stderr, and those of the libraries it stands on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    for name in (NAME, "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.propagate = False
        logger.setLevel(level if name == NAME else logging.WARNING)
    logging.getLogger("uvicorn.access").handlers[:] = []
