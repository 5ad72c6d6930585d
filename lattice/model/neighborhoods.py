"""Answers about the sets around a set."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from lattice.model.answers import Cell, Delta, Move, TrainingSet

MoveOption = Literal["add", "remove", "swap"]
"""How a neighbor may differ: objects added, objects removed, or one for another (same size)."""

Side = Literal["add", "remove", "swap", "mixed"]
"""On which side a neighbor lies: only larger, only smaller, of the same size, or none of these."""


class Neighbor(Struct, frozen=True, gc=False):
    """A stored set near the center; `cells` and `deltas` follow the answer's `measures`.

    `distance` counts moves. `added` and `removed` say how it differs from the center; `move` is
    the same as one move where only one object is added or removed.
    """

    move: Move | None
    training_set: TrainingSet
    cells: tuple[Cell | None, ...]
    deltas: tuple[Delta, ...]
    distance: int
    added: tuple[str, ...]
    removed: tuple[str, ...]


class MissingNeighbor(Struct, frozen=True, gc=False):
    """A set near the center that is not stored: cells that one could buy."""

    move: Move | None
    training_set: TrainingSet
    distance: int
    added: tuple[str, ...]
    removed: tuple[str, ...]


class Extreme(Struct, frozen=True, gc=False):
    """The best or the worst of many neighbors."""

    training_set: TrainingSet
    added: tuple[str, ...]
    removed: tuple[str, ...]
    delta: Delta


class DeltaSummary(Struct, frozen=True, gc=False):
    """The deltas of many neighbors under one measure.

    `known` of them have a delta, `unknown` lack a score; `better`, `worse` and `equal` add up to
    `known`. `quantiles` are the least, the quartiles and the largest delta (linear between two
    of them, as usual), None where no delta is known.
    """

    measure: str
    known: int
    unknown: int
    better: int
    worse: int
    equal: int
    quantiles: tuple[float, float, float, float, float] | None
    best: Extreme | None
    worst: Extreme | None


class NeighborSummary(Struct, frozen=True, gc=False):
    """All neighbors on one side: how many are stored, how many are not, and their deltas.

    `missing` is None where there are more than 2^53.
    """

    side: Side
    stored: int
    missing: int | None
    deltas: tuple[DeltaSummary, ...]


class Neighborhood(Struct, frozen=True, gc=False):
    """The sets within `radius` moves of a training set.

    They are in the order of their distance, adds first, then of the objects; or, where `sort`
    names a measure, the best score first and sets without a score last. `neighbors` is one page
    of `total` stored ones; `missing` lists the first of `missing_total` sets that could be
    stored but are not (None: more than 2^53). `summaries` has one entry per side where not all
    of them are on this page.
    """

    training_set: TrainingSet
    measures: tuple[str, ...]
    cells: tuple[Cell | None, ...]
    neighbors: tuple[Neighbor, ...]
    missing: tuple[MissingNeighbor, ...]
    radius: int
    moves: tuple[MoveOption, ...]
    sort: str | None
    next: str | None
    total: int
    missing_total: int | None
    summaries: tuple[NeighborSummary, ...]
    notes: tuple[str, ...]
