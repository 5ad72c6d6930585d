"""What every reader makes of its file: a stream of records, in blocks of columns.

A record is one score: a training set, a measure, a replicate, and where it stood.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from lattice.importing.mapping import Mapping
from lattice.subsets import Words

UNNAMED = "default"
"""What an evaluation set or a protocol is called when nobody says."""


class MeasureKey(NamedTuple):
    """The names that make a measure."""

    metric: str
    evaluation_set: str
    protocol: str


class ReplicateLabel(NamedTuple):
    """The labels of a replicate, as the file gives them; None where it gives none."""

    seed: str | None
    inner: str | None


class Progress(Protocol):
    """Told how far the work is; `total` and `done` are in one unit, of the stage's choice."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Say that `done` of `total` is finished in this stage."""


@dataclass(frozen=True)
class Records:
    """A block of C records over R training sets.

    `words` (R, W) are sets over the reading's objects, `places` (R,) the line or row each stood
    in. `row`, `measure`, `replicate` and `score` have shape (C,) and index `words`, the
    reading's `measures` and its `replicates`.
    """

    words: Words
    places: NDArray[np.int64]
    row: NDArray[np.int64]
    measure: NDArray[np.int64]
    replicate: NDArray[np.int64]
    score: NDArray[np.float64]


@dataclass
class Codes:
    """Numbers distinct keys in order of appearance."""

    number: dict[tuple[str | None, ...], int] = field(default_factory=dict)

    def of(self, key: tuple[str | None, ...]) -> int:
        """The number of this key, a new one if it is new."""
        return self.number.setdefault(key, len(self.number))


@dataclass
class Reading:
    """One file as a reader understood it.

    `blocks` may be consumed once; `measures` and `replicates` are complete when it is.
    `unit` is what `Records.places` counts: lines of a text, rows of an array.
    """

    file: str
    objects: tuple[str, ...]
    understood: str
    unit: str
    measures: Codes
    replicates: Codes
    blocks: Iterator[Records]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Context:
    """What a reader may rely on besides its file.

    `known` are the names of objects that the mapping or the lattice has already; `closed` says
    that the mapping lists all objects, so that a new name is a mistake. `parts` come from the
    file's name.
    """

    mapping: Mapping
    known: tuple[str, ...]
    closed: bool
    parts: dict[str, str]

    def part(self, name: str) -> str | None:
        """The metric, evaluation set or protocol that is meant where the file names none."""
        if name in self.parts:
            return self.parts[name]
        entries: Sequence[NamedEntry] = getattr(self.mapping, f"{name}s")
        return entries[0].name if len(entries) == 1 else None


class NamedEntry(Protocol):
    """An entry of a mapping's list."""

    @property
    def name(self) -> str:
        """Its name."""
