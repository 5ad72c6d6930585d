"""The OpenAPI 3.1 document, generated from the types that validate and encode."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.metadata import version
from inspect import cleandoc
from typing import Any

import msgspec

from lattice.model import Terms
from lattice.web.api import ENDPOINTS, LatticeList
from lattice.web.endpoint import TermsQuestion
from lattice.web.guard import HEADER
from lattice.web.imports import ACTIONS, BYTES, JSON, Action
from lattice.web.serialize import adapter

_REFERENCES = "#/components/schemas/{name}"
_PROBLEM = {
    "type": "object",
    "description": "Why a request was refused (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Stable: /problems/ and the kind of error."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "One sentence for people."},
        "hint": {"type": "string", "description": "What to do next."},
        "parameter": {"type": "string", "description": "The parameter that it is about."},
        "suggestions": {"type": "array", "items": {"type": "string"}},
    },
}


_TOKEN = {
    "type": "apiKey",
    "in": "header",
    "name": HEADER,
    "description": "Of this server's pages, where it was started with --allow-import: the content"
    " of their meta element lattice-token.",
}


@cache
def document() -> str:
    """The document as JSON text."""
    listing = Action("get", "/lattices", "All lattices of the database", LatticeList, _nothing)
    words = Action("get", "/terms", "What words mean", Terms, _nothing, TermsQuestion)
    everything = [listing, words, *_questions(), *ACTIONS]
    answers, schemas = msgspec.json.schema_components(
        [each.answer for each in everything], ref_template=_REFERENCES
    )
    paths: dict[str, dict[str, Any]] = {}
    for each, answer in zip(everything, answers, strict=True):
        paths.setdefault(_braces(each.path), {})[each.method] = _operation(each, answer)
    for schema in schemas.values():
        schema["description"] = cleandoc(schema["description"])
        schema["required"] = list(schema["properties"])  # also those with a default
    schemas["Problem"] = _PROBLEM
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "datalattice",
                "version": version("datalattice"),
                "description": "Training sets, what they scored, and what a move changes.",
                "license": {"name": "MIT", "identifier": "MIT"},
            },
            "servers": [{"url": "/api/v1"}],
            "paths": paths,
            "components": {
                "schemas": dict(sorted(schemas.items())),
                "securitySchemes": {"token": _TOKEN},
            },
        },
        indent=1,
    )


def _questions() -> list[Action]:
    """What can be asked of one lattice, as actions that change nothing."""
    return [
        Action(
            "get",
            f"/lattices/<lattice>{each.path}",
            each.summary,
            each.answer,
            _nothing,
            each.question,
        )
        for each in ENDPOINTS
    ]


def _nothing() -> None:
    """Do nothing: these actions are only described."""


def _braces(path: str) -> str:
    return re.sub(r"<(\w+)>", r"{\1}", path)


def _operation(action: Action, schema: Any) -> dict[str, Any]:
    path = _braces(action.path)
    names = re.findall(r"\{(\w+)\}", path)
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names
    ]
    asked = adapter(action.question).json_schema(by_alias=True)
    in_query = [
        {
            "name": name,
            "in": "query",
            "required": name in asked.get("required", ()),
            "description": field.pop("description", ""),
            "schema": field,
        }
        for name, field in asked.get("properties", {}).items()
    ]
    identifier = re.sub(r"\W+", "_", path).strip("_")
    return {
        "operationId": identifier if action.method == "get" else f"{action.method}_{identifier}",
        "summary": action.summary,
        "parameters": in_path + in_query,
        **_given(action.body),
        "responses": {
            **_answers(action, schema, _formats(asked)),
            "default": {
                "description": "Refused.",
                "content": {
                    "application/problem+json": {
                        "schema": {"$ref": _REFERENCES.format(name="Problem")}
                    }
                },
            },
        },
    }


def _given(body: Any) -> dict[str, Any]:
    """What a request that changes something carries."""
    if body is None:
        return {}
    if body is bytes:
        content = {BYTES: {"schema": {"type": "string", "format": "binary"}}}
    else:
        content = {JSON: {"schema": adapter(body).json_schema(by_alias=True)}}
    return {"requestBody": {"required": True, "content": content}, "security": [{"token": []}]}


def _formats(asked: dict[str, Any]) -> list[str]:
    """The formats between which a question chooses."""
    found: list[str] = asked.get("properties", {}).get("format", {}).get("enum", [])
    return found


def _answers(action: Action, schema: Any, formats: list[str]) -> dict[str, Any]:
    content = {JSON: {"schema": schema}}
    if "packed" in formats:
        content[BYTES] = {"schema": {"type": "string", "format": "binary"}}
    if action in ACTIONS:
        return {f"{action.status}": {"description": "The answer.", "content": content}}
    described = "The answer, with the lattice's state as its ETag."
    return {
        "200": {"description": described, "content": content},
        "304": {"description": "The asker has this state already."},
    }
