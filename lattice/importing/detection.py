"""Chooses the reader of a file, from the mapping, the file's name and its first bytes."""

from __future__ import annotations

import re
from pathlib import Path

from lattice.errors import ImportRefused, MappingRefused
from lattice.importing.delimited import open_table
from lattice.importing.games import read_game
from lattice.importing.mapping import Mapping
from lattice.importing.records import Context, Progress, Reading
from lattice.importing.tables import read_table

_ZIP = b"PK\x03\x04"
_PARTS = ("protocol", "seed", "evaluation_set", "metric")


def read_file(path: Path, context: Context, progress: Progress) -> Reading:
    """Open a file with the reader that fits it.

    Raises:
        ImportRefused: no reader fits, or the one that does refuses.
    """
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist or is no regular file"
        raise ImportRefused(
            f"{str(path)!r} {what}.",
            hint="Name files: tables (CSV, TSV), coalition games (.npz), mappings (.toml).",
        )
    try:
        with path.open("rb") as stream:
            start = stream.read(len(_ZIP))
        is_game = context.mapping.format == "game" or start == _ZIP or path.suffix == ".npz"
        if is_game:
            return read_game(path, context, progress)
        return read_table(open_table(path), context, progress)
    except OSError as error:
        raise ImportRefused(f"{str(path)!r} cannot be read: {error.strerror}.") from error


def parts_of_name(name: str, mapping: Mapping) -> dict[str, str]:
    """What a file's name says of its protocol, seed, evaluation set or metric.

    Raises:
        MappingRefused: the pattern has an unknown part.
        ImportRefused: the name does not follow the pattern.
    """
    if mapping.filename is None:
        return {}
    expression = ""
    for piece in re.split(r"(\{[^}]*\})", mapping.filename):
        if not piece.startswith("{"):
            expression += re.escape(piece)
        elif piece[1:-1] in _PARTS and f"<{piece[1:-1]}>" not in expression:
            expression += f"(?P<{piece[1:-1]}>.+?)"
        else:
            raise MappingRefused(
                f"filename: {piece} is no part of a file name, or stands there twice.",
                hint=f"Parts are {', '.join('{' + part + '}' for part in _PARTS)}.",
            )
    found = re.fullmatch(expression, name)
    if found is None:
        raise ImportRefused(
            f"{name}: the name does not follow the mapping's filename {mapping.filename!r}.",
            hint="Change the pattern, or leave the file out.",
        )
    return found.groupdict()
