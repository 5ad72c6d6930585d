"""Uploaded files: few, bounded, in one private folder that goes with the process."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from msgspec import Struct

from lattice.errors import BadQuestion, Unknown

LARGEST_UPLOAD = 256 * 2**20
MOST_UPLOADS = 256
MOST_BYTES = 4 * LARGEST_UPLOAD
_LONGEST_NAME = 200
_FOLDER = "results"  # what a lattice of several arrays is called until somebody names it


class UnknownUpload(Unknown):
    """A file that was not uploaded, or that made room for later ones."""

    slug = "unknown-upload"


class Upload(Struct, frozen=True, gc=False):
    """A file that the server keeps until it is imported; `size` is in bytes."""

    id: str
    name: str
    size: int


class Uploads:
    """The uploads of one server. The oldest make room for new ones. Threads may share it."""

    def __init__(self, most: int = MOST_UPLOADS, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._made: TemporaryDirectory[str] | None = None
        self._kept: dict[str, Upload] = {}
        self._lock = threading.Lock()

    def add(self, name: str, content: BinaryIO) -> Upload:
        """Keep a file under a number of its own; its name is no part of any path here.

        Raises:
            BadQuestion: that cannot be the name of a result file.
        """
        name = file_name(name)
        identifier = secrets.token_hex(8)
        path = self._folder() / identifier
        try:
            with path.open("xb") as kept:
                shutil.copyfileobj(content, kept, 2**20)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        upload = Upload(identifier, name, path.stat().st_size)
        with self._lock:
            self._kept[identifier] = upload
            gone = self._make_room()
        for each in gone:
            (path.parent / each).unlink(missing_ok=True)
        return upload

    def find(self, identifiers: Iterable[str]) -> tuple[Upload, ...]:
        """The uploads of these ids.

        Raises:
            UnknownUpload: one is not there any more.
            BadQuestion: two have one name.
        """
        with self._lock:
            found = tuple(self._one(each) for each in dict.fromkeys(identifiers))
        names = [each.name for each in found]
        for name in names:
            if names.count(name) > 1:
                raise BadQuestion(
                    f"Two of the files are called {name!r}.",
                    hint="Rename one, or import them one after the other.",
                )
        return found

    @contextmanager
    def gathered(self, uploads: Sequence[Upload]) -> Iterator[tuple[Path, ...]]:
        """These files in a folder of their own, under their own names.

        Raises:
            UnknownUpload: one made room for later ones meanwhile.
        """
        with TemporaryDirectory(dir=self._folder()) as place:
            folder = Path(place) / _FOLDER
            folder.mkdir()
            for each in uploads:
                try:
                    _link(self._folder() / each.id, folder / each.name)
                except FileNotFoundError as error:
                    raise _gone(each.name) from error
            yield tuple(folder / each.name for each in uploads)

    def close(self) -> None:
        """Remove every file."""
        with self._lock:
            if self._made is not None:
                self._made.cleanup()

    def _folder(self) -> Path:
        """The private folder; there is none before the first upload."""
        with self._lock:
            if self._made is None:
                self._made = TemporaryDirectory(prefix="lattice-imports-")
            return Path(self._made.name)

    def _one(self, identifier: str) -> Upload:
        if identifier not in self._kept:
            raise _gone(identifier)
        return self._kept[identifier]

    def _make_room(self) -> list[str]:
        """Let the oldest go, and say which; the newest always stays."""
        gone = []
        while len(self._kept) > 1 and (
            len(self._kept) > self._most
            or sum(each.size for each in self._kept.values()) > self._most_bytes
        ):
            gone.append(next(iter(self._kept)))
            del self._kept[gone[-1]]
        return gone


def file_name(text: str) -> str:
    """The last part of a name, which is all that an upload keeps of it.

    Raises:
        BadQuestion: it cannot be the name of a result file.
    """
    name = re.split(r"[/\\]", text)[-1]
    if (
        name.strip() in ("", ".", "..")
        or any(unicodedata.category(each).startswith("C") for each in name)
        or len(name.encode()) > _LONGEST_NAME
    ):
        raise BadQuestion(
            f"{name[:40]!r} cannot be the name of an uploaded file.",
            hint=f"A name has 1 to {_LONGEST_NAME} bytes and no control characters: rename it.",
        )
    if name.lower().endswith(".toml"):
        raise BadQuestion(
            f"{name!r} is a mapping, which is not uploaded.",
            hint="Send its text as `mapping` with the files that it is about.",
        )
    return name


def _gone(name: str) -> UnknownUpload:
    return UnknownUpload(
        f"There is no uploaded file {name[:40]!r} any more.", hint="Choose the file again."
    )


def _link(source: Path, target: Path) -> None:
    """The same file under another name, without a copy where the file system can."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(source, target)
