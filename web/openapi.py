"""The OpenAPI 3.1 document, generated from the types that validate and encode."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.metadata import version
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from lattice.encoding import adapter
from lattice.web.api import ENDPOINTS, Endpoint, LatticeList, NoQuestion

_REFERENCES = "#/components/schemas/{model}"
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


class _Complete(GenerateJsonSchema):
    """Answers always carry every field, also those with a default."""

    def field_is_required(self, *_: object, **__: object) -> bool:
        return True


@cache
def document() -> str:
    """The document as JSON text."""
    listing = Endpoint("", "All lattices of the database", NoQuestion, LatticeList, lambda: None)
    everything = {"/lattices": listing} | {
        f"/lattices/{{lattice}}{_braces(each.path)}": each for each in ENDPOINTS
    }
    refs, definitions = TypeAdapter.json_schemas(
        [(each.answer, "serialization", adapter(each.answer)) for each in everything.values()],
        ref_template=_REFERENCES,
        schema_generator=_Complete,
    )
    paths = {
        path: {"get": _operation(path, each, refs[each.answer, "serialization"])}
        for path, each in everything.items()
    }
    schemas = {**definitions.get("$defs", {}), "Problem": _PROBLEM}
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
            "components": {"schemas": schemas},
        },
        indent=1,
    )


def _braces(path: str) -> str:
    return re.sub(r"<(\w+)>", r"{\1}", path)


def _operation(path: str, endpoint: Endpoint, schema: Any) -> dict[str, Any]:
    names = re.findall(r"\{(\w+)\}", path)
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names
    ]
    asked = adapter(endpoint.question).json_schema(by_alias=True)
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
        "operationId": identifier,
        "summary": endpoint.summary,
        "parameters": in_path + in_query,
        "responses": {
            "200": {
                "description": "The answer, with the lattice's state as its ETag.",
                "content": {"application/json": {"schema": schema}},
            },
            "304": {"description": "The asker has this state already."},
            "default": {
                "description": "Refused.",
                "content": {
                    "application/problem+json": {
                        "schema": {"$ref": _REFERENCES.format(model="Problem")}
                    }
                },
            },
        },
    }
