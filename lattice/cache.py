"""Keeps the packed arrays of one state as a file that is mapped into memory, not read.

Files live in the user's cache folder, or where `LATTICE_CACHE` says (`off`: nowhere). They are
only ever a copy: one that cannot be read, is cut short or of another kind is ignored, and where
none can be written nothing is kept.
"""

from __future__ import annotations

import hashlib
import json
import logging
import mmap
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from lattice.index import ScoreColumn, no_error
from lattice.lookup import SetLookup
from lattice.model import ReplicateKind
from lattice.packing import Packed

logger = logging.getLogger("lattice")

LARGEST_CACHE = 2 << 30
"""Bytes of all files together; those that were not used for longest go first."""
_MAGIC = b"datalattice arrays 1\n"
_SUFFIX = ".arrays"
_NOTE = "counts-"
_ALIGNMENT = 64
_KINDS = frozenset(get_args(ReplicateKind))
_DTYPES = {name: np.dtype(name) for name in ("<u8", "<i8", "<i4", "<f8", "|b1")}

Arrays = dict[str, NDArray[Any]]


def cache_folder() -> Path | None:
    """Where files are kept; None where they are not."""
    said = os.environ.get("LATTICE_CACHE")
    if said:
        return None if said == "off" else Path(said).expanduser()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return Path(base) / "datalattice" / "cache" if base else None
    base = os.environ.get("XDG_CACHE_HOME")
    with suppress(RuntimeError):  # there is no home
        return (Path(base) if base else Path.home() / ".cache") / "datalattice"
    return None


class Cache:
    """The files of one lattice, one for each state that is kept.

    Args:
        database: what names the database on this machine; None keeps nothing.
        lattice: the lattice's name.
    """

    def __init__(self, database: str | None, lattice: str) -> None:
        root = cache_folder() if database is not None and sys.byteorder == "little" else None
        key = hashlib.sha256(f"{database}\n{lattice}".encode()).hexdigest()[:32]
        self._root = root
        self._folder = None if root is None else root / key

    def load(self, state: str) -> Packed | None:
        """The arrays of this state, mapped; None where they are not kept."""
        if self._folder is None:
            return None
        path = self._folder / f"{state}{_SUFFIX}"
        try:
            found = _read(path)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            logger.debug("%s is not used: %r.", path, error)
            return None
        with suppress(OSError):
            os.utime(path)  # used just now
        return found if found.state == state else None

    def others(self, state: str) -> Iterator[Packed]:
        """The arrays of other states of the lattice that are kept, latest first."""
        if self._folder is None or not self._folder.is_dir():
            return
        with suppress(OSError):
            for path in sorted(self._folder.glob(f"*{_SUFFIX}"), key=_age):
                if path.stem != state and (found := self.load(path.stem)) is not None:
                    yield found

    def save(self, arrays: Packed) -> None:
        """Keep the arrays of a state, and no other state of the lattice."""
        if self._folder is None or self._root is None:
            return
        path = self._folder / f"{arrays.state}{_SUFFIX}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _write(path, arrays)
        except OSError as error:
            logger.debug("%s is not kept: %r.", path, error)
            return
        _remove(each for each in self._folder.iterdir() if each != path and _is_ours(each))
        _shrink(self._root, path)

    def note(self, state: str) -> bytes | None:
        """What was noted of this state; None where nothing is."""
        if self._folder is None:
            return None
        try:
            return (self._folder / f"{_NOTE}{state}").read_bytes()
        except OSError:
            return None

    def keep_note(self, state: str, note: bytes) -> None:
        """Note something of a state, and of no other state of the lattice."""
        if self._folder is None:
            return
        path = self._folder / f"{_NOTE}{state}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as stream:
                stream.write(note)
            Path(stream.name).replace(path)
        except OSError as error:
            logger.debug("%s is not kept: %r.", path, error)
            return
        _remove(each for each in self._folder.glob(f"{_NOTE}*") if each != path)


# ------------------------------------------------------------------ room


def _age(path: Path) -> float:
    """Sorts the files that were used last first."""
    try:
        return -path.stat().st_mtime
    except OSError:
        return 0.0


def _is_ours(path: Path) -> bool:
    return path.suffix == _SUFFIX


def _remove(paths: Iterator[Path]) -> None:
    for path in paths:
        with suppress(OSError):  # somebody else maps it, or was faster
            path.unlink()


def _shrink(root: Path, newest: Path) -> None:
    """Delete the files that were not used for longest until all of them fit."""
    files = [path for path in sorted(root.glob(f"*/*{_SUFFIX}"), key=_age) if path != newest]
    room = LARGEST_CACHE
    for path in (newest, *files):
        with suppress(OSError):
            room -= path.stat().st_size
            if room < 0 and path != newest:
                path.unlink()


# ------------------------------------------------------------------ one file


def _write(path: Path, packed: Packed) -> None:
    """Magic, length of the header, header as JSON, and the arrays, each on a round address."""
    arrays = _arrays_of(packed)
    places, offset = [], 0
    for name, array in arrays.items():
        places.append([name, array.dtype.str, list(array.shape), offset])
        offset += -(-array.nbytes // _ALIGNMENT) * _ALIGNMENT
    header = {
        "state": packed.state,
        "revision": packed.revision,
        "object_ids": packed.object_ids,
        "measure_ids": packed.measure_ids,
        "scopes": packed.scopes,
        "kinds": [column.kinds for column in packed.columns],
        "arrays": places,
        "length": offset,
    }
    text = json.dumps(header).encode()
    start = len(_MAGIC) + 8 + len(text)
    text += b" " * (-start % _ALIGNMENT)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_MAGIC + len(text).to_bytes(8, "little") + text)
            for array in arrays.values():
                file.write(np.ascontiguousarray(array).data)
                file.write(b"\0" * (-array.nbytes % _ALIGNMENT))
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _read(path: Path) -> Packed:
    """The arrays of a file, mapped.

    Raises:
        OSError, ValueError, KeyError, TypeError, IndexError: it is none of ours, or cut short.
    """
    with path.open("rb") as file:
        start = len(_MAGIC) + 8
        begin = file.read(start)
        if begin[: len(_MAGIC)] != _MAGIC:
            raise ValueError("not a file of packed arrays")
        length = int.from_bytes(begin[len(_MAGIC) :], "little")
        size = os.fstat(file.fileno()).st_size
        if start + length > size:
            raise ValueError("cut short")
        header = json.loads(file.read(length))
        if start + length + header["length"] != size:
            raise ValueError("cut short")
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    arrays = {}
    for name, kind, shape, offset in header["arrays"]:
        count = int(np.prod(shape, dtype=np.int64))
        place = start + length + offset
        array = np.frombuffer(mapped, dtype=_DTYPES[kind], count=count, offset=place)
        arrays[name] = array.reshape(shape)
    return _packed(header, arrays)


def _arrays_of(packed: Packed) -> Arrays:
    """What is kept of a state, by name."""
    arrays: Arrays = {"words": packed.words, "ranks": packed.ranks}
    arrays |= {f"lookup {name}": each for name, each in packed.lookup.preparation().items()}
    for place, column in enumerate(packed.columns):
        names = ["by_replicate", "declared", "count", "blocks"]
        if column.by_replicate.shape[1] > 1:  # else the mean is the column itself
            names += ["mean", "standard_error"]
        arrays |= {f"{name} {place}": getattr(column, name) for name in names}
    return arrays


def _packed(header: dict[str, Any], arrays: Arrays) -> Packed:
    words, rank = arrays["words"], arrays["ranks"]
    columns = []
    for place, kinds in enumerate(header["kinds"]):
        scores = arrays[f"by_replicate {place}"]
        single = scores.shape[1] == 1
        column = ScoreColumn(
            by_replicate=scores,
            kinds=tuple(kinds),
            declared=arrays[f"declared {place}"],
            mean=scores[:, 0] if single else arrays[f"mean {place}"],
            standard_error=no_error(len(words)) if single else arrays[f"standard_error {place}"],
            count=arrays[f"count {place}"],
            blocks=arrays[f"blocks {place}"],
        )
        lengths = {len(getattr(column, name)) for name in ("by_replicate", "declared", "mean")}
        if lengths | {len(column.count), len(rank)} != {len(words)} or not set(kinds) <= _KINDS:
            raise ValueError("arrays of unequal lengths")
        columns.append(column)
    prepared = {
        name.removeprefix("lookup "): each
        for name, each in arrays.items()
        if name.startswith("lookup ")
    }
    return Packed(
        state=header["state"],
        revision=header["revision"],
        object_ids=tuple(header["object_ids"]),
        measure_ids=tuple(header["measure_ids"]),
        scopes=tuple(header["scopes"]),
        words=words,
        ranks=rank,
        columns=tuple(columns),
        lookup=SetLookup(words, len(header["object_ids"]), prepared),
    )
