"""Reads coalition games: `.npz` with `values` (M,), `coalitions` (M, n) and `n_players`."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lattice.errors import ImportRefused
from lattice.importing.records import UNNAMED, Codes, Context, Progress, Reading, Records
from lattice.subsets import pack

_LARGEST_BYTES = 8 * 2**30
_NEEDED = ("values", "coalitions", "n_players")
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    EOFError,
    OSError,
    KeyError,
    RuntimeError,  # encrypted, or packed in a way that zipfile does not know
    MemoryError,
)


def read_game(path: Path, context: Context, progress: Progress) -> Reading:
    """Read a coalition game; player k is the object at position k.

    Raises:
        ImportRefused: no such archive, arrays that do not fit each other, or a value that is no
            finite number; says file and row.
    """
    values, coalitions = _arrays(path)
    count, n = coalitions.shape
    names = context.known if context.closed else context.known or tuple(map(str, range(n)))
    if len(names) != n:
        raise ImportRefused(
            f"{path.name}: the game has {n} players, but {len(names)} objects are named.",
            hint="List one entry under [[objects]] for each player, in their order.",
        )
    metric = context.part("metric")
    if metric is None:
        raise ImportRefused(
            f"{path.name}: a coalition game does not say its metric.",
            hint="Give it with --metric accuracy --direction higher, or in a mapping.",
        )
    measures, replicates = Codes(), Codes()
    measures.of(
        (
            metric,
            context.part("evaluation_set") or UNNAMED,
            context.part("protocol") or UNNAMED,
        )
    )
    replicates.of((context.parts.get("seed"), None))

    def blocks() -> Iterator[Records]:
        zeros = np.zeros(count, dtype=np.int64)
        rows = np.arange(count)
        yield Records(pack(coalitions), rows + 1, rows, zeros, zeros, values)
        progress(f"reading {path.name}", 1, 1)

    return Reading(
        file=path.name,
        objects=names,
        understood=f"coalition game; {n} players, {count:,} coalitions",
        unit="row",
        measures=measures,
        replicates=replicates,
        blocks=blocks(),
    )


def _arrays(path: Path) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Values (M,) and coalitions (M, n), checked against each other."""
    content = _load(path)
    for name in _NEEDED:
        if name not in content:
            raise ImportRefused(
                f"{path.name}: the archive has no array {name!r}.",
                hint=f"A coalition game has {', '.join(_NEEDED)}.",
            )
    values, coalitions, players = (content[name] for name in _NEEDED)
    if (
        values.ndim != 1
        or coalitions.ndim != 2
        or players.ndim != 0
        or players.dtype.kind not in "iu"
        or coalitions.shape != (len(values), int(players))
    ):
        raise ImportRefused(
            f"{path.name}: values {values.shape}, coalitions {coalitions.shape} and n_players do"
            " not fit each other.",
            hint="Expected values (M,), coalitions (M, n) and the number n.",
        )
    if len(values) == 0:
        raise ImportRefused(f"{path.name} holds no coalitions.", hint="There is nothing to import.")
    if values.dtype.kind not in "fiu" or not np.isfinite(values).all():
        bad = 0 if values.dtype.kind not in "fiu" else int(np.flatnonzero(~np.isfinite(values))[0])
        raise ImportRefused(
            f"{path.name}, row {bad + 1}: the value {values[bad].item()!r} is no finite number.",
            hint="Take the row out if it was not measured.",
        )
    if coalitions.dtype.kind not in "biu" or not np.isin(coalitions, (0, 1)).all():
        raise ImportRefused(
            f"{path.name}: the coalitions are no matrix of 0 and 1.",
            hint="A coalition holds a player or not; weights belong to the protocol.",
        )
    return values.astype(np.float64), coalitions.astype(np.bool_)


def _load(path: Path) -> dict[str, NDArray[Any]]:
    """The needed arrays; nothing is unpickled, and the size is known before it is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > _LARGEST_BYTES:
            raise ImportRefused(
                f"{path.name}: the archive unpacks to {size:,} bytes.",
                hint=f"At most {_LARGEST_BYTES:,} are read.",
            )
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in _NEEDED if name in archive.files}
    except _UNREADABLE as error:
        raise ImportRefused(
            f"{path.name} is no readable .npz archive: {error}.",
            hint="Was it cut short? Objects that need unpickling are not read.",
        ) from error
