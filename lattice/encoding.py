"""Answers as bytes, for scripts and the API.

As JSON the records of `lattice.model` encode themselves; arrays become a safetensors file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from lattice.errors import BadQuestion, about
from lattice.model import Plan

_encoder = msgspec.json.Encoder()


def to_json(answer: object, *, indent: int | None = None) -> bytes:
    """An answer as one JSON document; missing is null, and no number is NaN or infinite."""
    found = _encoder.encode(answer)
    return found if indent is None else msgspec.json.format(found, indent=indent)


MOST_READ = 1 << 26
"""Bytes of the largest answer that is read back."""


def read_plan(file: Path) -> Plan:
    """A plan that was written as JSON.

    Raises:
        BadQuestion: the file cannot be read, is too large, or holds no plan.
    """
    with about(str(file)):
        try:
            with file.open("rb") as stream:
                content = stream.read(MOST_READ + 1)
        except OSError as error:
            raise BadQuestion(
                f"{file} cannot be read: {error.strerror}.", hint="Name a file with a plan."
            ) from None
        try:
            if len(content) > MOST_READ:
                raise msgspec.DecodeError("it is larger than 64 MiB")
            return msgspec.json.decode(content, type=Plan)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadQuestion(
                f"{file} holds no plan: {error}.",
                hint="Write one with `lattice plan ... --json > plan.json`.",
            ) from None


_TYPES = {"f8": "F64", "u4": "U32", "b1": "BOOL"}


def to_packed(arrays: Mapping[str, NDArray[Any]], about: Mapping[str, str]) -> bytes:
    """Arrays as a safetensors file, which many libraries read: little-endian, no code in it.

    Eight bytes with the length of a JSON header, the header, then the arrays one after the other,
    the first at a multiple of eight bytes. `about` is the header's `__metadata__`.
    """
    header: dict[str, object] = {"__metadata__": dict(about)}
    parts, end = [], 0
    for name, array in arrays.items():
        little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        start, end = end, end + little.nbytes
        header[name] = {
            "dtype": _TYPES[little.dtype.str[1:]],
            "shape": list(little.shape),
            "data_offsets": [start, end],
        }
        parts.append(little.tobytes())
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return b"".join((len(text).to_bytes(8, "little"), text, *parts))
