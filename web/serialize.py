"""From requests to questions, by their types, and from answers to bytes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import Response, request
from pydantic import TypeAdapter, ValidationError
from werkzeug.datastructures import MultiDict

from lattice.encoding import to_json
from lattice.web.errors import BadParameter


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """What reads questions of a type, and tells their schema."""
    return TypeAdapter(kind)


def read_question(kind: Any, parameters: MultiDict[str, str]) -> Any:
    """The question that the query parameters ask, as an instance of the dataclass `kind`.

    Raises:
        BadParameter: a parameter is unknown, missing, repeated or out of range; names it.
    """
    known = _parameters(kind)
    content: dict[str, object] = {}
    for name, values in parameters.lists():
        if name not in known:
            raise BadParameter(name, "there is no such parameter", tuple(known))
        if known[name]:
            content[name] = values
        elif len(values) > 1:
            raise BadParameter(name, "it is given more than once", ())
        else:
            content[name] = values[0]
    try:
        return adapter(kind).validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        raise BadParameter(name, first["msg"], ()) from error


@cache
def _parameters(kind: Any) -> Mapping[str, bool]:
    """The parameters of a question, and which may be repeated."""
    schema = adapter(kind).json_schema(by_alias=True)
    return {name: _is_list(each) for name, each in schema.get("properties", {}).items()}


def _is_list(schema: Mapping[str, Any]) -> bool:
    variants = schema.get("anyOf", [schema])
    return any(variant.get("type") == "array" for variant in variants)


def answer(content: Any, etag: str | None) -> Response:
    """An answer with its ETag; without one it is not to be kept. What is bytes already is packed."""
    if isinstance(content, bytes):
        return Response(content, headers=_headers(etag), mimetype="application/octet-stream")
    return Response(to_json(content), headers=_headers(etag), mimetype="application/json")


def unchanged(etag: str) -> Response | None:
    """304 when the asker has this state already, else None."""
    if "HTTP_IF_NONE_MATCH" not in request.environ or not request.if_none_match.contains(etag):
        return None
    return Response(status=304, headers=_headers(etag))


def _headers(etag: str | None) -> dict[str, str]:
    if etag is None:
        return {"Cache-Control": "no-store"}
    return {"ETag": f'"{etag}"', "Cache-Control": "no-cache"}
