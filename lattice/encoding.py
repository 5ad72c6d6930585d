"""Answers as JSON: the dataclasses of `lattice.model` encode themselves, for scripts and the API."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter


@cache
def adapter(kind: type[Any]) -> TypeAdapter[Any]:
    """The validator and encoder of a type."""
    return TypeAdapter(kind)


def to_json(answer: Any, *, indent: int | None = None) -> bytes:
    """An answer as one JSON document; missing is null, and no number is NaN or infinite."""
    kind: Any = type(answer)
    return adapter(kind).dump_json(answer, indent=indent)
