"""Answers as JSON: the records of `lattice.model` encode themselves, for scripts and the API."""

from __future__ import annotations

import msgspec

_encoder = msgspec.json.Encoder()


def to_json(answer: object, *, indent: int | None = None) -> bytes:
    """An answer as one JSON document; missing is null, and no number is NaN or infinite."""
    found = _encoder.encode(answer)
    return found if indent is None else msgspec.json.format(found, indent=indent)
