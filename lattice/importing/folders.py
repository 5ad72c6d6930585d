"""Lists the files of a folder and reads them whole: bounded, and never through a symbolic link."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from lattice.errors import ImportRefused
from lattice.importing.mapping import is_name

MOST_FILES = 100_000
LARGEST_BYTES = 64 * 2**20

NamedFile = tuple[str, Path]
"""A file's name below the folder that is imported, with `/`, and where it is."""


def files_below(
    folder: Path, wanted: Callable[[str], bool], most: int = MOST_FILES
) -> tuple[NamedFile, ...]:
    """The regular files whose name below `folder` is wanted, sorted by that name.

    Symbolic links and whatever starts with a dot are passed over.

    Raises:
        ImportRefused: a folder cannot be listed, or there are more than `most`.
    """
    found: list[NamedFile] = []
    for entry in _entries(folder):
        if not entry.is_folder and wanted(entry.name):
            found.append((storable(entry.name), entry.path))
            refuse_too_many(folder, len(found), most)
    return tuple(sorted(found))


def folders_below(folder: Path, depth: int) -> tuple[str, ...]:
    """The names of the folders that are `depth` levels below, sorted; not through links.

    Raises:
        ImportRefused: a folder cannot be listed.
    """
    return tuple(
        sorted(
            entry.name
            for entry in _entries(folder, depth)
            if entry.is_folder and entry.name.count("/") == depth - 1
        )
    )


def is_called(name: str, file: str) -> bool:
    """Whether a file below a folder is called `file`, in whichever folder it is.

    >>> is_called("run7/eval/results.json", "eval/results.json")
    True
    """
    return name == file or name.endswith(f"/{file}")


def refuse_too_many(folder: Path, count: int, most: int = MOST_FILES) -> None:
    """Refuse a folder with more than `most` files.

    Raises:
        ImportRefused: `count` is more.
    """
    if count > most:
        raise ImportRefused(
            f"{name_of(folder)} has more than {most:,} files.",
            hint="Import its parts one by one, or name the runs' file: [runs] file.",
        )


def name_of(path: Path) -> str:
    """What messages call a file or folder: its own name, also where it is given as `.`."""
    return path.name or path.resolve().name or str(path)


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Say in our words that a file or folder cannot be read.

    Raises:
        ImportRefused: the system refuses inside the block.
    """
    try:
        yield
    except OSError as error:
        raise ImportRefused(
            f"{name} cannot be read: {error.strerror or error}.",
            hint="Check that it is still there and that you may read it.",
        ) from error


def content_of(path: Path, name: str, most: int = LARGEST_BYTES) -> bytes:
    """The bytes of a file.

    Raises:
        ImportRefused: it cannot be read, or has more than `most` bytes.
    """
    with reading(name), path.open("rb") as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise ImportRefused(
            f"{name} has more than {most:,} bytes.", hint="Is this a file of results?"
        )
    return content


def text_of(content: bytes, name: str) -> str:
    """The text of a file.

    Raises:
        ImportRefused: it is no UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ImportRefused(
            f"{name}, line {line}: byte {content[error.start]:#04x} is no UTF-8.",
            hint="Save the file as UTF-8.",
        ) from error


def storable(name: str) -> str:
    """The name of a file, as evaluations keep it.

    Raises:
        ImportRefused: it holds line breaks or bytes that are no UTF-8.
    """
    if not is_name(name) or any(map(_is_surrogate, name)):
        raise ImportRefused(
            f"{name.encode('utf-8', 'backslashreplace').decode()!r} cannot be the name of a source"
            " file.",
            hint="Rename it: names hold no line breaks, and are UTF-8.",
        )
    return name


def refuse_half_characters(texts: Iterable[str], place: str) -> None:
    """Refuse texts that no file and no database can hold.

    Raises:
        ImportRefused: one holds a lone surrogate.
    """
    try:
        "".join(texts).encode()
    except UnicodeEncodeError as error:
        raise ImportRefused(
            f"{place}: a text holds half a character (a lone surrogate).",
            hint="Write the text as UTF-8.",
        ) from error


def _is_surrogate(sign: str) -> bool:
    return "\ud800" <= sign <= "\udfff"


class _Entry(NamedTuple):
    """A regular file or a folder, by its name below the folder that is listed."""

    name: str
    path: Path
    is_folder: bool


def _entries(folder: Path, depth: int | None = None) -> Iterator[_Entry]:
    """Everything in a folder and in the folders below it, at most `depth` levels deep."""
    left = [_Entry("", folder, is_folder=True)]
    while left:
        above = left.pop()
        for entry in _listed(above.path, above.name, above.name or name_of(folder)):
            yield entry
            if entry.is_folder and (depth is None or entry.name.count("/") + 1 < depth):
                left.append(entry)


def _listed(folder: Path, above: str, shown: str) -> list[_Entry]:
    found = []
    with reading(shown), os.scandir(folder) as listing:
        for entry in listing:
            is_folder = entry.is_dir(follow_symlinks=False)
            if not entry.name.startswith(".") and (
                is_folder or entry.is_file(follow_symlinks=False)
            ):
                name = f"{above}/{entry.name}" if above else entry.name
                found.append(_Entry(name, Path(entry.path), is_folder))
    return sorted(found)
