"""A table as readers see it: named columns of texts, in batches; rows dropped, tables joined.

Whatever lists one thing a row becomes such a table: a text file, Parquet, a folder of runs, the
runs of an experiment tracker. One layout and one reader then serve them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from lattice.errors import ImportRefused, MappingRefused, closest, did_you_mean
from lattice.importing.mapping import TableFormat
from lattice.model import Direction

SAMPLE_ROWS = 5_000
_LONGEST_KEY_TABLE = 5_000_000


@dataclass(frozen=True)
class Batch:
    """R rows of a table.

    `columns` are the table's columns, R texts each. `places` (R,) say where each row stood and
    `file` (R,) in which of the table's files; `done` is how far into the table's `size` it reaches.
    """

    places: NDArray[np.int64]
    columns: Sequence[Sequence[str]]
    done: int
    file: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.places)

    def rows(self, chosen: NDArray[np.bool_]) -> Batch:
        """Only the chosen rows, shape (R,)."""
        if chosen.all():
            return self
        kept = np.flatnonzero(chosen).tolist()
        return Batch(
            places=self.places[chosen],
            columns=[[column[row] for row in kept] for column in self.columns],
            done=self.done,
            file=None if self.file is None else self.file[chosen],
        )


@dataclass(frozen=True)
class Table:
    """Named columns of texts.

    Args:
        name: what messages call it.
        files: the source files that its rows come from.
        unit: what a row's place counts: `line`, `row`.
        header: the columns' names, all different.
        size: what the last batch's `done` comes to.
        open: starts at the first row, as often as it is called.
        kind: what it is, for the report.
        first_place: where the header stands, for messages; empty where there is none.
        scores: columns that are known to hold scores, whatever their name. Where there are any,
            or where `loose` is set, columns without a role are side information and left out.
        directions: of metrics, where the source says them.
        roles: columns whose role the source's own format fixes, by role.
    """

    name: str
    files: tuple[str, ...]
    unit: str
    header: tuple[str, ...]
    size: int
    open: Callable[[], Iterator[Batch]]
    kind: str = "table"
    first_place: str = "line 1"
    scores: tuple[str, ...] = ()
    loose: bool = False
    directions: Mapping[str, Direction] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)

    @property
    def start(self) -> str:
        """The header as messages name it."""
        return f"{self.name}, {self.first_place}" if self.first_place else self.name

    def index(self, column: str) -> int:
        """Where a column stands.

        Raises:
            MappingRefused: there is no such column.
        """
        if column in self._places:
            return self._places[column]
        near = closest(column, self.header)
        raise MappingRefused(
            f"{self.start}: there is no column {column!r}.",
            hint=did_you_mean(near) or f"Its columns are {', '.join(self.header[:12])}.",
            suggestions=near,
        )

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.header)}

    def batches(self) -> Iterator[Batch]:
        """All rows."""
        return self.open()

    def at(self, batch: Batch, row: int) -> str:
        """File and place of one row of a batch."""
        file = 0 if batch.file is None else int(batch.file[row])
        return f"{self.files[file]}, {self.unit} {batch.places[row]}"

    def sample(self) -> Batch:
        """The first rows, from which roles are inferred.

        Raises:
            ImportRefused: there are none.
        """
        found: list[Batch] = []
        for batch in self.batches():
            found.append(batch)
            if sum(map(len, found)) >= SAMPLE_ROWS:
                break
        if not any(map(len, found)):
            raise ImportRefused(
                f"{self.name} has a header and no rows."
                if self.first_place
                else f"{self.name} has no rows.",
                hint="There is nothing to import.",
            )
        if len(found) == 1:
            return found[0]
        columns = [
            list(chain.from_iterable(batch.columns[index] for batch in found))
            for index in range(len(self.header))
        ]
        return Batch(np.concatenate([batch.places for batch in found]), columns, 0)


def chosen_rows(table: Table, said: TableFormat) -> Table:
    """The table without the rows that the mapping drops.

    Raises:
        MappingRefused: it drops by a column that is not there.
    """
    if not (said.drop_lines or said.drop or said.keep):
        return table
    drop = [(table.index(column), frozenset(texts)) for column, texts in said.drop.items()]
    keep = [(table.index(column), frozenset(texts)) for column, texts in said.keep.items()]
    lines = np.array(said.drop_lines, dtype=np.int64)

    def rows() -> Iterator[Batch]:
        for batch in table.batches():
            chosen = ~np.isin(batch.places, lines)
            for index, texts in drop:
                chosen &= np.array([text.strip() not in texts for text in batch.columns[index]])
            for index, texts in keep:
                chosen &= np.array([text.strip() in texts for text in batch.columns[index]])
            yield batch.rows(chosen)

    return replace(table, open=rows)


def joined(first: Table, second: Table, key: str | None) -> Table:
    """Two tables side by side; a row keeps the place that it has in the first one.

    Raises:
        MappingRefused: the key is not a column of both, or another column is in both.
        ImportRefused: while reading, a row has no partner, or a key is there twice.
    """
    if key is not None:
        first.index(key), second.index(key)
    added = [index for index, name in enumerate(second.header) if name != key]
    for index in added:
        if second.header[index] in first.header:
            raise MappingRefused(
                f"The column {second.header[index]!r} is in {first.name} and in {second.name}.",
                hint="Rename one of them; joined tables share only the key.",
            )
    rows = (
        (lambda: _by_order(first, second))
        if key is None
        else (lambda: _by_key(first, second, key, added))
    )
    return replace(
        first,
        name=f"{first.name} with {second.name}",
        header=(*first.header, *(second.header[index] for index in added)),
        open=rows,
        scores=(*first.scores, *second.scores),
    )


def _by_order(first: Table, second: Table) -> Iterator[Batch]:
    others = second.batches()
    waiting: Batch | None = None
    for batch in first.batches():
        columns: list[list[str]] = [[] for _ in second.header]
        while len(columns[0]) < len(batch):
            if waiting is None or not len(waiting):
                waiting = next(others, None)
                if waiting is None:
                    raise ImportRefused(
                        f"{second.name} has fewer rows than {first.name}: nothing stands beside"
                        f" {first.at(batch, len(columns[0]))}.",
                        hint="Tables that are joined by the order of their rows are equally long.",
                    )
            wanted = len(batch) - len(columns[0])
            for column, texts in zip(columns, waiting.columns, strict=True):
                column += texts[:wanted]
            waiting = Batch(
                waiting.places[wanted:], [texts[wanted:] for texts in waiting.columns], 0
            )
        yield replace(batch, columns=[*batch.columns, *columns])
    if (waiting is not None and len(waiting)) or next(others, None) is not None:
        raise ImportRefused(
            f"{second.name} has more rows than {first.name}.",
            hint="Tables that are joined by the order of their rows are equally long.",
        )


def _by_key(first: Table, second: Table, key: str, added: list[int]) -> Iterator[Batch]:
    """Rows of the first table with those of the second, which is held in memory."""
    partner: dict[str, tuple[str, ...]] = {}
    place = second.index(key)
    for batch in second.batches():
        for row, name in enumerate(batch.columns[place]):
            if name in partner:
                raise ImportRefused(
                    f"{second.at(batch, row)}: the key {name!r} is there a second time.",
                    hint=f"Every {key!r} names one row of {second.name}.",
                )
            partner[name] = tuple(batch.columns[index][row] for index in added)
        if len(partner) > _LONGEST_KEY_TABLE:
            raise ImportRefused(
                f"{second.name} has more than {_LONGEST_KEY_TABLE:,} rows.",
                hint="Join longer tables beforehand, or by the order of their rows.",
            )
    place = first.index(key)
    for batch in first.batches():
        for row, name in enumerate(batch.columns[place]):
            if name not in partner:
                raise ImportRefused(
                    f"{first.at(batch, row)}: {second.name} has no row with {key} {name!r}.",
                    hint="Add it, or drop the row in the mapping.",
                )
        columns = list(zip(*(partner[name] for name in batch.columns[place]), strict=True))
        yield replace(batch, columns=[*batch.columns, *columns])
