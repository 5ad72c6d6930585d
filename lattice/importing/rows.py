"""Gathers rows of named texts into a table whose columns are all their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from lattice.errors import ImportRefused
from lattice.importing.mapping import is_name
from lattice.importing.table import Batch, Table

ROWS_PER_BATCH = 1_000
_LONGEST_BATCH = 2**25
MOST_COLUMNS = LONGEST_COLUMN = 10_000


class Row(NamedTuple):
    """The texts of one row by column, and where it stood: its place, in which file."""

    texts: dict[str, str]
    place: int
    file: int = 0


def table_of_rows(
    name: str,
    files: tuple[str, ...],
    unit: str,
    rows: Callable[[], Iterator[Row]],
    kind: str,
    scores: tuple[str, ...] = (),
) -> Table:
    """A table of everything that `rows` lists; it is called once for the columns.

    Raises:
        ImportRefused: a row is refused, or a column cannot be called so.
    """
    columns: dict[str, None] = {}
    count = 0
    for row in rows():
        add_columns(columns, row.texts, f"{files[row.file]}, {unit} {row.place}")
        count += 1
    header = tuple(columns)
    return Table(
        name=name,
        files=files,
        unit=unit,
        header=header,
        size=count,
        open=lambda: batches(name, header, rows()),
        kind=kind,
        first_place="",
        scores=scores,
        loose=True,
    )


def add_columns(columns: dict[str, None], names: Iterable[str], place: str) -> None:
    """Note the columns of one row, in order of appearance.

    Raises:
        ImportRefused: a name cannot be that of a column, or there are too many.
    """
    for name in names:
        if name not in columns and not is_name(name):
            raise ImportRefused(
                f"{place}: {name[:80]!r} cannot be the name of a column.",
                hint="Keys hold no line breaks or tabs, are not blank, and at most 10,000"
                " characters.",
            )
        columns[name] = None
    if len(columns) > MOST_COLUMNS:
        raise ImportRefused(
            f"{place}: here there are more than {MOST_COLUMNS:,} different keys.",
            hint="Keys are columns, so they should be the same in every run.",
        )


def batches(name: str, header: tuple[str, ...], rows: Iterable[Row]) -> Iterator[Batch]:
    """Rows in batches, blank where a row does not have a column.

    Raises:
        ImportRefused: a row has a column that is not in the header.
    """
    known = frozenset(header)
    waiting: list[Row] = []
    length = done = 0
    for row in rows:
        if not known.issuperset(row.texts):
            raise ImportRefused(
                f"{name} has changed while it was read.", hint="Import it again when it is done."
            )
        waiting.append(row)
        length += sum(map(len, row.texts.values()))
        if len(waiting) == ROWS_PER_BATCH or length > _LONGEST_BATCH:
            done += len(waiting)
            yield _batch(header, waiting, done)
            waiting, length = [], 0
    if waiting:
        yield _batch(header, waiting, done + len(waiting))


def _batch(header: tuple[str, ...], rows: Sequence[Row], done: int) -> Batch:
    return Batch(
        places=np.array([row.place for row in rows], dtype=np.int64),
        columns=[[row.texts.get(name, "") for row in rows] for name in header],
        done=done,
        file=np.array([row.file for row in rows], dtype=np.int64),
    )
