"""Reads masks and scores: which of N objects each of M models saw, and what each scored T times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lattice.errors import ImportRefused
from lattice.importing.arrays import (
    MOST_OBJECTS,
    UNREADABLE,
    archive_members,
    finite,
    load_arrays,
    needed_metric,
    object_names,
    zero_one,
)
from lattice.importing.games import read_game
from lattice.importing.mapping import is_name
from lattice.importing.records import (
    UNNAMED,
    Codes,
    Context,
    MeasureKey,
    Progress,
    Reading,
    Records,
)
from lattice.model import OpenQuestion
from lattice.subsets import pack

_BATCH_BYTES, _BATCH_SCORES = 2**24, 2**20
_GAME = ("values", "coalitions", "n_players")
_MASKS = ("masks", "scores")
_NAMES = ("objects", "measures")


@dataclass(frozen=True)
class _File:
    """An array and the file that it is in."""

    name: str
    array: NDArray[Any]

    def __str__(self) -> str:
        return f"{self.name} is {self.array.shape} of {self.array.dtype}"


@dataclass(frozen=True)
class _Arrays:
    """Masks (M, N) and scores (M, T); one file may hold both."""

    masks: _File
    scores: _File

    def __str__(self) -> str:
        return f"the masks' {self.masks}, the scores' {self.scores}"

    @property
    def files(self) -> tuple[str, ...]:
        """The source files, that of the scores first: it is where an evaluation stands."""
        return tuple(dict.fromkeys((self.scores.name, self.masks.name)))


def read_masks(paths: Sequence[Path], context: Context, progress: Progress) -> Reading:
    """Read two `.npy` files: masks (M, N) of bool or 0/1, and scores (M, T) or (M,).

    Neither is loaded: both are mapped into memory and read in batches of rows.

    Raises:
        ImportRefused: not two arrays, arrays that do not fit each other, no saying which is
            which, or a score that is no finite number; says file and row.
    """
    if len(paths) != 2:
        raise ImportRefused(
            f"{', '.join(path.name for path in paths)}: masks and scores are two files, and this"
            f" is {len(paths)}.",
            hint="Import the two .npy files of one set of models in one go.",
        )
    first, second = (_File(path.name, _mapped(path)) for path in paths)
    votes = _votes(first, second) - _votes(second, first)
    if votes == 0:
        raise ImportRefused(
            f"Which array holds the masks is not clear: {first}, {second}.",
            hint="Save the masks as (models, objects) of bool, or call their file masks.npy.",
        )
    masks, scores = (first, second) if votes > 0 else (second, first)
    return _reading(_Arrays(masks, scores), None, None, context, progress)


def read_npz(path: Path, context: Context, progress: Progress) -> Reading:
    """Read an archive: a coalition game, or `masks` and `scores`, maybe with names.

    `objects` (N,) and `measures` (T,) are texts; a measure is `metric/evaluation set` or
    `metric/evaluation set@protocol`.

    Raises:
        ImportRefused: neither is in it, or what is in it is refused.
    """
    members = archive_members(path)
    if not set(_MASKS) & set(members):
        if set(_GAME) & set(members):
            return read_game(path, context, progress)
        raise ImportRefused(
            f"{path.name}: neither masks nor a game are in the archive, but"
            f" {', '.join(map(repr, members[:12])) or 'nothing'}.",
            hint=f"Masks are {' and '.join(_MASKS)}; a coalition game is {', '.join(_GAME)}.",
        )
    content = load_arrays(path, (*_MASKS, *_NAMES))
    for name in _MASKS:
        if name not in content:
            raise ImportRefused(
                f"{path.name}: the archive has no array {name!r}.",
                hint="It needs masks (M, N) and scores (M, T).",
            )
    arrays = _Arrays(*(_File(path.name, content[name]) for name in _MASKS))
    objects, measures = (_texts(path, name, content.get(name)) for name in _NAMES)
    return _reading(arrays, objects, measures, context, progress)


def _mapped(path: Path) -> NDArray[Any]:
    """The array of a .npy file, mapped into memory; nothing is unpickled."""
    try:
        # A header may claim any shape: numpy's numbers must not wrap around to one that fits.
        with np.errstate(over="raise"):
            return np.lib.format.open_memmap(path, mode="r")
    except UNREADABLE as error:
        raise ImportRefused(
            f"{path.name} is no readable .npy array: {error}.",
            hint="Was it cut short? Objects that need unpickling are not read.",
        ) from error


def _votes(file: _File, other: _File) -> int:
    """How many signs say that a file holds the masks of the other's scores: its type, its name."""
    kind, other_kind = file.array.dtype.kind, other.array.dtype.kind
    by_type = (
        (kind == "b" and other_kind != "b")
        or (kind in "iu" and other_kind == "f")
        or (kind in "biu" and other.array.ndim == 1)
    )
    by_name = "mask" in file.name.lower() and "mask" not in other.name.lower()
    return (by_type + by_name) * (file.array.ndim == 2)


def _texts(path: Path, name: str, array: NDArray[Any] | None) -> tuple[str, ...] | None:
    if array is None:
        return None
    if array.ndim != 1 or array.dtype.kind != "U":
        raise ImportRefused(
            f"{path.name}: {name} are no list of texts, but {array.shape} of {array.dtype}.",
            hint="Save them as an array of text, or leave them out.",
        )
    return tuple(array.tolist())


def _reading(
    arrays: _Arrays,
    objects: tuple[str, ...] | None,
    measures: tuple[str, ...] | None,
    context: Context,
    progress: Progress,
) -> Reading:
    arrays = _fitting(arrays)
    (count, n), columns = arrays.masks.array.shape, arrays.scores.array.shape[1]
    what = f"{arrays.masks.name}: the masks have {n} columns"
    numbered = objects is None and not context.closed and len(context.known) != n
    names = tuple(map(str, range(n))) if numbered else object_names(what, n, objects, context)
    keys = _measures(arrays, measures, context)
    codes, replicates = Codes(), Codes()
    for key in keys:
        codes.of(key)
    replicates.of((context.parts.get("seed"), None))
    return Reading(
        files=arrays.files,
        objects=names,
        understood=f"masks and scores; {n:,} objects, {count:,} models, {columns:,}"
        f" score{'' if columns == 1 else 's'} each",
        unit="row",
        measures=codes,
        replicates=replicates,
        blocks=_blocks(arrays, keys, context, progress),
        mapping={"format": "masks"},
        questions=[] if measures is not None else _questions(arrays, context),
    )


def _fitting(arrays: _Arrays) -> _Arrays:
    """The arrays with scores as (M, T), whose shapes and types fit each other."""
    masks, scores = arrays.masks.array, arrays.scores.array
    if masks.dtype.kind not in "biuf" or scores.dtype.kind not in "biuf":
        raise ImportRefused(
            f"Masks are 0 and 1 and scores are numbers, but {arrays}.",
            hint="Save both as arrays of numbers.",
        )
    if masks.ndim != 2 or scores.ndim not in (1, 2) or len(masks) != len(scores):
        turned = scores.ndim == 2 and masks.ndim == 2 and scores.shape[1] == len(masks)
        raise ImportRefused(
            f"The arrays do not fit each other: {arrays}.",
            hint="Expected masks (M, N) and scores (M, T) or (M,)."
            + (" Turn the scores around." if turned else ""),
        )
    scores = scores[:, None] if scores.ndim == 1 else scores
    if 0 in masks.shape or 0 in scores.shape:
        raise ImportRefused(f"An array is empty: {arrays}.", hint="There is nothing to import.")
    if max(masks.shape[1], scores.shape[1]) > MOST_OBJECTS:
        raise ImportRefused(
            f"An array is too wide: {arrays}.",
            hint=f"At most {MOST_OBJECTS:,} objects and as many scores a model are read.",
        )
    return _Arrays(arrays.masks, _File(arrays.scores.name, scores))


def _measures(
    arrays: _Arrays, said: tuple[str, ...] | None, context: Context
) -> tuple[MeasureKey, ...]:
    """The measure of every column of scores."""
    columns = arrays.scores.array.shape[1]
    protocol = context.part("protocol") or UNNAMED
    if said is None:
        metric = needed_metric(arrays.scores.name, "an array of scores", context)
        return tuple(
            MeasureKey(metric, name, protocol) for name in _evaluation_sets(columns, context)
        )
    keys = tuple(_measure(arrays.scores.name, text, protocol) for text in said)
    if len(keys) != columns or len(set(keys)) != columns:
        raise ImportRefused(
            f"{arrays.scores.name}: the {len(keys)} measures are not all different, or not one for"
            f" each of the {columns} columns of scores.",
            hint="Name every column once.",
        )
    return keys


def _measure(file: str, text: str, protocol: str) -> MeasureKey:
    front, at, back = text.rpartition("@")
    metric, _, evaluation_set = (front if at else text).partition("/")
    key = MeasureKey(metric, evaluation_set, back if at else protocol)
    if not all(map(is_name, key)):
        raise ImportRefused(
            f"{file}: {text[:80]!r} is no measure.",
            hint="A measure is written metric/evaluation set or metric/evaluation set@protocol.",
        )
    return key


def _evaluation_sets(columns: int, context: Context) -> tuple[str, ...]:
    listed = tuple(entry.name for entry in context.mapping.evaluation_sets)
    if columns == 1:
        return (context.part("evaluation_set") or UNNAMED,)
    return listed if len(listed) == columns else tuple(map(str, range(columns)))


def _questions(arrays: _Arrays, context: Context) -> list[OpenQuestion]:
    columns, listed = arrays.scores.array.shape[1], len(context.mapping.evaluation_sets)
    if columns in (1, listed):
        return []
    return [
        OpenQuestion(
            f"{arrays.scores.name} does not name its {columns:,} columns, and the mapping lists"
            f" {listed or 'no'} evaluation set{'' if listed == 1 else 's'}: they are called 0 to"
            f" {columns - 1}.",
            '[[evaluation_sets]]\nname = "..."  # once for each column, in their order',
        )
    ]


def _blocks(
    arrays: _Arrays, keys: Sequence[MeasureKey], context: Context, progress: Progress
) -> Iterator[Records]:
    count, n = arrays.masks.array.shape
    bytes_per_row = n * arrays.masks.array.dtype.itemsize
    step = max(1, min(_BATCH_BYTES // bytes_per_row, _BATCH_SCORES // len(keys)))
    for start in range(0, count, step):
        yield _batch(arrays, start, min(start + step, count), keys, context)
        progress(f"reading {arrays.masks.name}", min(start + step, count), count)


def _batch(
    arrays: _Arrays, start: int, stop: int, keys: Sequence[MeasureKey], context: Context
) -> Records:
    """The records of the rows from `start` to `stop`."""
    masks = arrays.masks.array[start:stop]
    sets = zero_one(masks, context, lambda row: f"{arrays.masks.name}, row {start + row + 1}")
    places = np.flatnonzero(sets) + start + 1
    # Only true sets are copied; usually all are, and a view is packed.
    membership = masks if sets.all() else masks[sets]
    scores = arrays.scores.array[start:stop][sets].astype(np.float64)
    row, column = (each.ravel() for each in np.indices(scores.shape))

    def at(index: int) -> str:
        name = keys[column[index]].evaluation_set
        return f"{arrays.scores.name}, row {places[row[index]]}, {name!r}"

    scored = finite(scores.ravel(), context, at)
    row, column = row[scored], column[scored]
    return Records(
        words=pack(membership.astype(np.bool_, copy=False)),
        places=places,
        row=row,
        measure=column,
        replicate=np.zeros(len(row), dtype=np.int64),
        score=scores.ravel()[scored],
    )
