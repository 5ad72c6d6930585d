"""Answers about found sets: pages, fronts, the nearest ones, levels."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from lattice.model.answers import Cell, SetDetail, TrainingSet
from lattice.model.paths import Optimism
from lattice.model.stored import Direction

SetField = Literal["members", "cells"]
Expense = Literal["cost", "size", "rank"]


class SetPage(Struct, frozen=True, gc=False):
    """One page of a lattice's training sets, or of those that a predicate selects.

    They come by rank and then by object position, or as `sort` says. `amounts` are the costs or
    sizes of the items where they are sorted by these, else empty; `None` where an object has none.
    All pages together have `total` sets. Where the best scores come first, the first page says in `optimism` how far the
    first set may owe its place to noise.
    """

    measures: tuple[str, ...]
    items: tuple[SetDetail, ...]
    amounts: tuple[float | None, ...]
    next: str | None
    total: int
    sort: str
    optimism: Optimism | None
    notes: tuple[str, ...]


class FrontAxis(Struct, frozen=True, gc=False):
    """What the sets of a front are compared by: a measure, or their cost, size or rank."""

    name: str
    better: Direction


class FrontSet(Struct, frozen=True, gc=False):
    """A set of a front with its cell under each measure and, where asked, its cost."""

    training_set: TrainingSet
    cells: tuple[Cell | None, ...]
    expense: float | None


class Front(Struct, frozen=True, gc=False):
    """The Pareto front: sets that no other is as good as in everything and better in something.

    Best under the first axis first; equal ones are all there. Only the `compared` sets that have
    a number on every axis could be on it; `left_out` lack one.
    """

    axes: tuple[FrontAxis, ...]
    measures: tuple[str, ...]
    items: tuple[FrontSet, ...]
    next: str | None
    total: int
    compared: int
    left_out: int
    notes: tuple[str, ...]


class NearSet(Struct, frozen=True, gc=False):
    """A stored set `distance` objects away: which to add, and which to remove, to come to it."""

    training_set: TrainingSet
    distance: int
    add: tuple[str, ...]
    remove: tuple[str, ...]
    cells: tuple[Cell | None, ...]


class Nearest(Struct, frozen=True, gc=False):
    """The stored sets that differ from a set in the fewest objects; then by rank and position."""

    training_set: TrainingSet
    stored: bool
    measures: tuple[str, ...]
    items: tuple[NearSet, ...]


class Level(Struct, frozen=True, gc=False):
    """The sets of one rank.

    `sets` are stored (and selected), `base_sets` of them hold no variant; `possible` is how many
    sets of base objects have this rank (`None` beyond 2^53), `coverage` which share of these is
    stored; both are `None` for those that a predicate selects. `evaluated` have a score, `declared`
    of these by convention only; quantiles and mean are of the measured ones.
    """

    rank: int
    sets: int
    possible: int | None
    base_sets: int
    coverage: float | None
    evaluated: int
    declared: int
    lowest: float | None
    lower_quartile: float | None
    median: float | None
    upper_quartile: float | None
    highest: float | None
    mean: float | None


class Levels(Struct, frozen=True, gc=False):
    """Per-rank summaries of the stored sets, for every rank that has one.

    Without a `measure` there are no scores, and a set is evaluated when it has any cell.
    """

    measure: str | None
    better: Direction | None
    items: tuple[Level, ...]
    total: int


class Histogram(Struct, frozen=True, gc=False):
    """How many sets of each rank have a measured score in each bin.

    Bin b holds the scores from `edges[b]` up to but without `edges[b + 1]`; the last one holds
    its upper edge too. `counts[r][b]` belongs to `ranks[r]`; `missing[r]` sets have no score,
    `declared[r]` one that is declared by convention, which is in no bin.
    """

    measure: str
    better: Direction
    edges: tuple[float, ...]
    ranks: tuple[int, ...]
    counts: tuple[tuple[int, ...], ...]
    missing: tuple[int, ...]
    declared: tuple[int, ...]
    total: int
