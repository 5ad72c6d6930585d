"""Reads JSON strictly and flattens it to texts by dotted keys: `{"a": {"b": 1}}` is `a.b`."""

from __future__ import annotations

import json
from typing import Any

from lattice.errors import ImportRefused
from lattice.importing.folders import refuse_half_characters, text_of
from lattice.importing.rows import LONGEST_COLUMN, MOST_COLUMNS


class _Repeated(Exception):
    """A key that an object has twice."""


def parsed(content: bytes, name: str, line: int | None = None) -> Any:
    """The value of a JSON text: of a file, or of one of its lines.

    Raises:
        ImportRefused: no UTF-8, no JSON, nested too deeply, or an object has a key twice.
    """
    place = name if line is None else f"{name}, line {line}"
    text = _line_text(content, place) if line is not None else text_of(content, name)
    try:
        return json.loads(text, object_pairs_hook=_unrepeated)
    except json.JSONDecodeError as error:
        where = place if line is not None else f"{name}, line {error.lineno}"
        raise ImportRefused(
            f"{where}: no valid JSON: {error.msg}.", hint="Was the file cut short, or edited?"
        ) from error
    except _Repeated as error:
        raise ImportRefused(
            f"{place}: the key {error.args[0]!r} is there twice in one object.",
            hint="Keep one of the two.",
        ) from error
    except RecursionError as error:
        raise ImportRefused(
            f"{place}: objects are nested too deeply.", hint="Is this a file of results?"
        ) from error
    except ValueError as error:  # a whole number of more than 4,300 digits
        raise ImportRefused(f"{place}: {error}.", hint="Is this a file of results?") from error


def flattened(content: dict[str, Any], place: str) -> dict[str, str]:
    """Texts by dotted key. Lists stay JSON, true and false are 1 and 0, null is blank.

    Raises:
        ImportRefused: two keys are spelled alike once they are flattened, or a text holds half a
            character.
    """
    found: dict[str, str] = {}
    left = list(reversed(content.items()))
    while left:
        key, value = left.pop()
        if isinstance(value, dict):
            _refuse_endless(len(found) + len(left) + len(value), key, place)
            left += [(f"{key}.{inner}", each) for inner, each in reversed(value.items())]
            continue
        if key in found:
            raise ImportRefused(
                f"{place}: the key {key!r} is there twice, once within an object.",
                hint="Rename one of the two.",
            )
        found[key] = as_text(value)
    refuse_half_characters((*found, *found.values()), place)
    return found


def as_text(value: Any) -> str:
    """A JSON value as a field of a table.

    >>> as_text(True), as_text(None), as_text(0.5), as_text([1, 2]), as_text(float("nan"))
    ('1', '', '0.5', '[1, 2]', 'nan')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str) else repr(value)


def _refuse_endless(count: int, key: str, place: str) -> None:
    """A key may be short and its objects few, and what they come to when flattened endless."""
    if count > MOST_COLUMNS or len(key) > LONGEST_COLUMN:
        raise ImportRefused(
            f"{place}: more than {MOST_COLUMNS:,} keys, or longer ones than {LONGEST_COLUMN:,}"
            " characters.",
            hint="Keys are columns, so they should be the same in every run.",
        )


def _line_text(content: bytes, place: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportRefused(
            f"{place}: byte {content[error.start]:#04x} is no UTF-8.",
            hint="Save the file as UTF-8.",
        ) from error


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _Repeated(next(key for key in keys if keys.count(key) > 1))
    return found
