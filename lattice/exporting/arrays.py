"""Writes a lattice as arrays: which objects each stored set holds, and what it scored."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from lattice.exporting.parts import Part
from lattice.exporting.rows import Written
from lattice.importing.records import Progress
from lattice.notation import measure_name
from lattice.subsets import unpack

_BYTES_AT_ONCE = 2**24


def write_npz(part: Part, measures: Sequence[int], stream: BinaryIO, progress: Progress) -> Written:
    """Write M sets of n objects under T measures as an archive without pickles.

    `masks` (M, n) of bool; `scores` (M, T), the means of cells, NaN where one is missing;
    `replicates` (M, T), how many scores each mean is of; `objects` (n,) and `measures` (T,),
    their names, a measure always with its protocol. The sets are in the order of the part.
    """
    index, rows = part.index, part.rows
    columns = [index.columns[each] for each in measures]
    shape = (len(rows), len(columns))
    scores, counts = np.empty(shape), np.empty(shape, dtype=np.int64)
    for place, column in enumerate(columns):
        scores[:, place], counts[:, place] = column.mean[rows], column.count[rows]
    names = [
        measure_name(each.metric.name, each.evaluation_set.name, each.protocol.name)
        for each in (index.measures[place] for place in measures)
    ]
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        n = index.universe.n
        _add(archive, "masks", np.dtype(np.bool_), (len(rows), n), _masks(part, progress))
        for name, array in {
            "scores": scores,
            "replicates": counts,
            "objects": np.array(index.universe.names, dtype=np.str_),
            "measures": np.array(names, dtype=np.str_),
        }.items():
            _add(archive, name, array.dtype, array.shape, [array])
    return Written(len(rows), int((counts > 0).sum()))


def _masks(part: Part, progress: Progress) -> Iterator[NDArray[np.bool_]]:
    n, total = part.index.universe.n, len(part.rows)
    step = max(1, _BYTES_AT_ONCE // max(1, n))
    for start in range(0, total, step):
        yield unpack(part.index.words[part.rows[start : start + step]], n)
        progress("writing masks", min(start + step, total), total)


def _add(
    archive: zipfile.ZipFile,
    name: str,
    kind: np.dtype[Any],
    shape: tuple[int, ...],
    pieces: Iterable[NDArray[Any]],
) -> None:
    """Add an array that comes in pieces along its first axis."""
    header = {"descr": npy.dtype_to_descr(kind), "fortran_order": False, "shape": shape}
    with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
        npy.write_array_header_2_0(member, header)
        for piece in pieces:
            member.write(np.ascontiguousarray(piece).tobytes())
