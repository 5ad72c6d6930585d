"""What every reader makes of its file: a stream of records, in blocks of columns.

A record is one score: a training set, a measure, a replicate, and where it stood.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from lattice.errors import ImportRefused
from lattice.importing.mapping import Mapping as ImportMapping
from lattice.model import Direction, OpenQuestion
from lattice.subsets import Words

UNNAMED = "default"
"""What an evaluation set or a protocol is called when nobody says."""


ReadDirections = Mapping[str, Direction]
"""Directions of metrics, where a source says them."""


class MeasureKey(NamedTuple):
    """The names that make a measure."""

    metric: str
    evaluation_set: str
    protocol: str


class Progress(Protocol):
    """Told how far the work is; `total` and `done` are in one unit, of the stage's choice."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Say that `done` of `total` is finished in this stage."""


@dataclass(frozen=True)
class Records:
    """A block of C records over R training sets.

    `words` (R, W) are sets over the reading's objects; `places` (R,) say in which line or row
    each stood and `file` (R,) in which of the reading's files (all in the first where it is
    None). `row`, `measure`, `replicate` and `score` have shape (C,) and index `words`, the
    reading's `measures` and its `replicates`. `attributes` are C JSON objects or None: what the
    source says besides of an evaluation, `standard_error` where it reports one. `declared` (R,) are
    rows whose scores the source says to be conventions.
    """

    words: Words
    places: NDArray[np.int64]
    row: NDArray[np.int64]
    measure: NDArray[np.int64]
    replicate: NDArray[np.int64]
    score: NDArray[np.float64]
    attributes: Sequence[str | None] | None = None
    file: NDArray[np.int64] | None = None
    declared: NDArray[np.bool_] | None = None


@dataclass
class Codes:
    """Numbers distinct keys in order of appearance."""

    number: dict[tuple[str | None, ...], int] = field(default_factory=dict)

    def of(self, key: tuple[str | None, ...]) -> int:
        """The number of this key, a new one if it is new."""
        return self.number.setdefault(key, len(self.number))


@dataclass
class Reading:
    """One source as a reader understood it.

    `blocks` may be consumed once; `measures` and `replicates` are complete when it is.
    `files` are the source files that its records come from, `unit` is what `Records.places`
    counts: lines of a text, rows of an array. `mapping` says what was understood as a mapping
    would say it, `questions` what stayed open, `directions` which scores of a metric are better.
    """

    files: tuple[str, ...]
    objects: tuple[str, ...]
    understood: str
    unit: str
    measures: Codes
    replicates: Codes
    blocks: Iterator[Records]
    mapping: dict[str, Any] = field(default_factory=dict)
    questions: list[OpenQuestion] = field(default_factory=list)
    directions: ReadDirections = field(default_factory=dict)


@dataclass
class Refusals:
    """Rows that cannot be read: the first one ends an import; a dry run lists some."""

    most: int = 0
    found: list[ImportRefused] = field(default_factory=list)
    count: int = 0

    def add(self, error: ImportRefused) -> None:
        """Note a refused row, or raise it where none may be."""
        if self.most == 0:
            raise error
        self.count += 1
        if len(self.found) < self.most:
            self.found.append(error)


@dataclass(frozen=True)
class Context:
    """What a reader may rely on besides its file.

    `known` are the names of objects that the mapping or the lattice has already; `closed` says
    that the mapping lists all objects, so that a new name is a mistake. `parts` come from the
    file's name. Rows that cannot be read go to `refusals`.
    """

    mapping: ImportMapping
    known: tuple[str, ...] = ()
    closed: bool = False
    parts: dict[str, str] = field(default_factory=dict)
    refusals: Refusals = field(default_factory=Refusals)

    def part(self, name: str) -> str | None:
        """The metric, evaluation set or protocol that is meant where the file names none."""
        if name in self.parts:
            return self.parts[name]
        entries: Sequence[NamedEntry] = getattr(self.mapping, f"{name}s")
        return entries[0].name if len(entries) == 1 else None

    @cached_property
    def object_of(self) -> dict[str, str]:
        """The objects' names by their aliases."""
        return {alias: entry.name for entry in self.mapping.objects for alias in entry.aliases}


class NamedEntry(Protocol):
    """An entry of a mapping's list."""

    @property
    def name(self) -> str:
        """Its name."""


def chosen_records(block: Records, chosen: NDArray[np.bool_]) -> Records:
    """Only some records of a block, shape (C,)."""
    if chosen.all():
        return block
    attributes = block.attributes
    return replace(
        block,
        row=block.row[chosen],
        measure=block.measure[chosen],
        replicate=block.replicate[chosen],
        score=block.score[chosen],
        attributes=None
        if attributes is None
        else [attributes[each] for each in np.flatnonzero(chosen).tolist()],
    )


def chosen_rows(block: Records, chosen: NDArray[np.bool_]) -> Records:
    """Only some rows of a block, shape (R,), with their records."""
    if chosen.all():
        return block
    block = chosen_records(block, chosen[block.row])
    return replace(
        block,
        words=block.words[chosen],
        places=block.places[chosen],
        row=(np.cumsum(chosen) - 1)[block.row],
        file=None if block.file is None else block.file[chosen],
        declared=None if block.declared is None else block.declared[chosen],
    )


def where(reading: Reading, block: Records, row: int) -> str:
    """File and place of one row of a block."""
    file = 0 if block.file is None else int(block.file[row])
    return f"{reading.files[file]}, {reading.unit} {block.places[row]}"
