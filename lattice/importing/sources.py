"""Which files an import reads, by name and content, and what a file's name says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lattice.errors import ImportRefused, MappingRefused
from lattice.importing.mapping import Mapping, is_name
from lattice.importing.records import Context, Progress, Reading
from lattice.model import SourceFile

_PARTS = ("training_set", "protocol", "seed", "evaluation_set", "metric")
WHAT_CAN_BE_READ = (
    "Tables (CSV, TSV, Parquet), coalition games (.npz, .json), arrays (.npy), folders of runs,"
    " MLflow stores, exports (.jsonl) and mappings (.toml) can be imported."
)


@dataclass(frozen=True)
class Source:
    """Something that is read as one: a file, a folder, files that belong together.

    `files` are the names and paths of the source files it consists of.
    """

    name: str
    files: tuple[tuple[str, Path], ...]
    read: Callable[[Context, Progress], Reading]


def source_files(sources: Sequence[Source]) -> tuple[SourceFile, ...]:
    """Name and SHA-256 of every file.

    Raises:
        ImportRefused: a file cannot be read, or two have one name.
    """
    answer: dict[str, SourceFile] = {}
    for name, path in [file for source in sources for file in source.files]:
        if name in answer:
            raise ImportRefused(
                f"Two files of one result set are called {name!r}.",
                hint="Rename one: evaluations keep the name of the file they came from.",
            )
        try:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise ImportRefused(f"{str(path)!r} cannot be read: {error.strerror}.") from error
        answer[name] = SourceFile(name, digest)
    return tuple(answer.values())


def refuse_unreadable(path: Path) -> None:
    """Refuse what is neither a regular file nor a folder.

    Raises:
        ImportRefused: it is not there, or is a device, a socket or a pipe.
    """
    if not is_name(path.name or path.resolve().name) or not _is_text(path.name):
        raise ImportRefused(
            f"{path.name[:80]!r} cannot be the name of a source file.",
            hint="Rename it: names are text without line breaks or tabs.",
        )
    try:
        readable = path.is_file() or path.is_dir()
        there = path.exists() or path.is_symlink()
    except OSError as error:
        raise ImportRefused(
            f"{str(path)[:200]!r} does not exist: {error.strerror}.", hint=WHAT_CAN_BE_READ
        ) from error
    if not readable:
        what = "is no regular file" if there else "does not exist"
        raise ImportRefused(f"{str(path)!r} {what}.", hint=WHAT_CAN_BE_READ)


def _is_text(name: str) -> bool:
    """Whether a file's name is text; Python keeps undecodable bytes as lone surrogates."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def parts_of_name(name: str, mapping: Mapping) -> dict[str, str]:
    """What a file's name says of its training set, protocol, seed, evaluation set or metric.

    Raises:
        MappingRefused: the pattern has an unknown part.
        ImportRefused: the name does not follow the pattern.
    """
    if mapping.filename is None:
        return {}
    expression = ""
    for piece in re.split(r"(\{[^}]*\}|\*)", mapping.filename):
        if piece == "*":
            expression += ".*?"
        elif not piece.startswith("{"):
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
