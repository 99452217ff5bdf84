"""What OpenAPI says of each operation: examples, and every answer that may come."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from limner.server.atlas import OPEN

ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "hint"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "hint": {"type": "string"},
            },
        }
    },
}
_ERRORS = {
    400: ("malformed_json", "the body is not JSON: unexpected character: line 1 column 1 (char 0)"),
    401: ("missing_key", "this workspace is read with a key"),
    403: ("scope_too_narrow", "the key may read, and this needs write"),
    404: ("unknown_user", "no user 'u0'"),
    408: ("too_slow", "the body did not come within 10 s"),
    414: ("too_long", "the address is too long"),
    413: ("too_large", "the body is longer than 8,388,608 bytes"),
    415: ("unsupported_media_type", "the body is of type 'text/plain', and JSON is read"),
    422: ("invalid_value", "no dimension 'intrest' (did you mean: interest?)"),
    431: ("headers_too_large", "the headers are too long"),
    429: ("too_many_requests", "more requests than this caller may send"),
    500: ("internal_error", "something went wrong inside Limner"),
    503: ("workspace_unavailable", "the workspace cannot answer now"),
}
_ALWAYS = (400, 401, 403, 413, 414, 422, 429, 431, 500, 503)
_OF_BODIES = (408, 415)


def errors(*more: int, body: bool = False) -> dict[int | str, dict[str, Any]]:
    """Return the documented errors of an operation: those all have, and ``more``."""
    statuses = sorted({*_ALWAYS, *more, *(_OF_BODIES if body else ())})
    return {status: _error(status) for status in statuses}


def answers(
    example: Any,
    *more: int,
    status: int = 200,
    tagged: bool = False,
    body: bool = False,
    raw: bool = False,
    certain: Sequence[str] = (),
) -> dict[int | str, dict[str, Any]]:
    """Return all answers of an operation: what it sends, with an example, and the errors.

    ``tagged``: 304 where the caller has it; ``body``: the errors of reading one; ``raw``: bytes on request;
    ``certain``: the keys that are always there; empty: all of the example.
    """
    content: dict[str, Any] = {
        "application/json": {"schema": _shape_of(example, certain), "example": example}
    }
    if raw:
        content["application/octet-stream"] = {"schema": {"type": "string", "format": "binary"}}
    said = "What was asked for." if status == 200 else "What was taken in."
    good: dict[int | str, dict[str, Any]] = {status: {"description": said, "content": content}}
    if tagged:
        good[status]["headers"] = {"ETag": {"schema": {"type": "string"}}}
        good[304] = {"description": "The caller has this very body (If-None-Match)."}
    return good | errors(*more, body=body)


def describe_body(kind: type[BaseModel], example: Any) -> dict[str, Any]:
    """Return the request body of an operation that reads a model."""
    schema = kind.model_json_schema()
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema, "example": example}},
        }
    }


def describe_rows(row: dict[str, Any], example: Any) -> dict[str, Any]:
    """Return the request body of an operation that reads one row or many."""
    schema = {"anyOf": [row, {"type": "array", "items": row}]}
    content = {
        "application/json": {
            "schema": schema,
            "examples": {"one": {"value": example}, "many": {"value": [example]}},
        },
        "application/x-ndjson": {"schema": {"type": "string"}},
    }
    return {"requestBody": {"required": True, "content": content}}


def describe_keys(app: FastAPI) -> None:
    """Say in OpenAPI which operations want a key, and of what scope."""
    plain = app.openapi

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = plain()
            found.setdefault("components", {})["securitySchemes"] = {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A key of the workspace, if it has any.",
                }
            }
            told = found["components"].setdefault("responses", {})
            for operation in (one for path in found["paths"].values() for one in path.values()):
                _share_errors(operation["responses"], told)
                if operation.get("x-limner-scope") != OPEN:
                    operation["security"] = [{"key": []}]
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]


def _share_errors(given: dict[str, Any], told: dict[str, Any]) -> None:
    """Put errors, which all operations have in common, where each is written once."""
    for status in [status for status in given if int(status) >= 400]:
        told[f"error_{status}"] = given[status]
        given[status] = {"$ref": f"#/components/responses/error_{status}"}


def _error(status: int) -> dict[str, Any]:
    code, message = _ERRORS[status]
    example = {"error": {"code": code, "message": message, "hint": "what to do about it"}}
    return {
        "description": message,
        "content": {"application/json": {"schema": ERROR, "example": example}},
    }


def _shape_of(example: Any, certain: Sequence[str]) -> dict[str, Any]:
    """Return the schema of an object by the keys of an example; what they hold is told in docs/serving.md."""
    if isinstance(example, dict):
        return {"type": "object", "required": list(certain) or sorted(example)}
    return {"type": "array"} if isinstance(example, list) else {}
