"""Arrays from outside: archives opened safely, and what all readers of arrays ask of them."""

from __future__ import annotations

import math
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from lattice.errors import ImportRefused
from lattice.importing.mapping import is_name
from lattice.importing.records import Context

MOST_OBJECTS = 1_000_000
_LARGEST_BYTES = 8 * 2**30
_LARGEST_MEMBER, _LARGEST_RATIO = 2**30, 500
IF_MISSING = (
    "Take it out if it was not measured, or say in the mapping's [table] that it is missing:"
    ' missing = ["nan"].'
)
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    EOFError,
    OSError,
    KeyError,
    TypeError,  # a header whose shape or type is nonsense
    SyntaxError,
    TokenError,
    RuntimeError,  # encrypted, or packed in a way that zipfile does not know
    ArithmeticError,  # a shape whose size is beyond any number
    MemoryError,
)
"""What numpy and zipfile raise for content that is not what it says."""


def archive_members(path: Path) -> tuple[str, ...]:
    """The names of an archive's arrays; what it would unpack to is checked, nothing is unpacked.

    Raises:
        ImportRefused: no readable archive, or one that unpacks to too much.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except UNREADABLE as error:
        raise _no_archive(path, error) from error
    size = sum(entry.file_size for entry in entries)
    if size > _LARGEST_BYTES:
        raise ImportRefused(
            f"{path.name}: the archive unpacks to {size:,} bytes.",
            hint=f"At most {_LARGEST_BYTES:,} are read.",
        )
    for entry in entries:
        ratio = entry.file_size / max(1, entry.compress_size)
        if entry.file_size > _LARGEST_MEMBER and ratio > _LARGEST_RATIO:
            raise ImportRefused(
                f"{path.name}: {entry.filename!r} unpacks to {entry.file_size:,} bytes, {ratio:.0f}"
                " times its packed size.",
                hint="No results are that repetitive; save them as .npy files if these are.",
            )
    return tuple(entry.filename.removesuffix(".npy") for entry in entries)


def array_shapes(path: Path, wanted: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """The shapes of those of the wanted arrays that an archive has, from their headers alone.

    Raises:
        ImportRefused: no readable archive, or one that unpacks to too much.
    """
    members = archive_members(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return {name: _shape(archive, name) for name in wanted if name in members}
    except UNREADABLE as error:
        raise _no_archive(path, error) from error


def _shape(archive: zipfile.ZipFile, name: str) -> tuple[int, ...]:
    with archive.open(f"{name}.npy") as member:
        version = npy.read_magic(member)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        return tuple(read(member)[0])


def load_arrays(path: Path, wanted: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Those of the wanted arrays that an archive has; nothing is unpickled.

    Raises:
        ImportRefused: no readable archive, or one that unpacks to too much.
    """
    members = archive_members(path)
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in wanted if name in members}
    except UNREADABLE as error:
        raise _no_archive(path, error) from error


def _no_archive(path: Path, error: Exception) -> ImportRefused:
    return ImportRefused(
        f"{path.name} is no readable .npz archive: {error}.",
        hint="Was it cut short? Objects that need unpickling are not read.",
    )


def needed_metric(name: str, what: str, context: Context) -> str:
    """The metric of a file that cannot say it.

    Raises:
        ImportRefused: nobody else says it either.
    """
    metric = context.part("metric")
    if metric is None:
        raise ImportRefused(
            f"{name}: {what} does not say its metric.",
            hint="Give it with --metric accuracy --direction higher, or in a mapping.",
        )
    return metric


def object_names(
    what: str, count: int, said: tuple[str, ...] | None, context: Context
) -> tuple[str, ...]:
    """The names of objects that a file numbers.

    They are what the file says, unless the mapping lists the objects and has other names: then
    they are the mapping's, in its order. Without either they are the lattice's in their order, or
    their numbers.

    Raises:
        ImportRefused: there are not `count` names, or they are not all different.
    """
    names = context.known or tuple(map(str, range(count)))
    own = tuple(context.object_of.get(name, name) for name in said or ())
    if own and not (context.closed and set(own) - set(context.known)):
        names = own
    if len(names) != count:
        raise ImportRefused(
            f"{what}, but {len(names)} objects are named.",
            hint="List one entry under [[objects]] for each of them, in their order.",
        )
    if len(set(names)) != count or not all(map(is_name, names)):
        raise ImportRefused(
            f"{what}, whose names are not all different, or blank.",
            hint="Give each a name of its own, of at most 10,000 characters.",
        )
    return names


def zero_one(
    membership: NDArray[Any], context: Context, at: Callable[[int], str]
) -> NDArray[np.bool_]:
    """Which rows of a matrix (R, n) are sets, all 0 or 1, shape (R,); others are refused."""
    if membership.dtype.kind == "b":
        return np.ones(len(membership), dtype=np.bool_)
    wrong = (membership != 0) & (membership != 1)
    sets = np.asarray(~wrong.any(axis=1), dtype=np.bool_)
    for row in np.flatnonzero(~sets).tolist():
        value = membership[row, int(wrong[row].argmax())].item()
        context.refusals.add(
            ImportRefused(
                f"{at(row)}: with {value!r} this is no matrix of 0 and 1.",
                hint="A set holds an object or not; weights belong to the protocol.",
            )
        )
    return sets


def finite(
    values: NDArray[np.float64], context: Context, at: Callable[[int], str]
) -> NDArray[np.bool_]:
    """Which values (K,) are scores, shape (K,); others are missing, by the mapping, or refused."""
    absent, scored = missing(values, context), np.isfinite(values)
    for index in np.flatnonzero(~scored & ~absent).tolist():
        context.refusals.add(
            ImportRefused(
                f"{at(index)}: the value {values[index].item()!r} is no finite number.",
                hint=IF_MISSING,
            )
        )
    return scored & ~absent


def missing(values: NDArray[np.float64], context: Context) -> NDArray[np.bool_]:
    """Which values (K,) the mapping says are missing: those that one of its texts spells."""
    spelled = [number for text in context.mapping.table.missing for number in _spelled(text)]
    absent = np.asarray(np.isin(values, spelled), dtype=np.bool_)
    return absent | np.isnan(values) if any(map(math.isnan, spelled)) else absent


def _spelled(text: str) -> tuple[float, ...]:
    """The number that a text spells; none for NA and the like."""
    try:
        return (float(text),)
    except ValueError:
        return ()
