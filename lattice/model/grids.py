"""Answers about the grid: its pages, all of it in bands, and its leave-one-out row pairs."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from lattice.model.answers import Cell, Delta, TrainingSet
from lattice.model.comparisons import Contrast
from lattice.model.stored import Measure

ColumnOrder = Literal["given", "clustered"]


class GridRow(Struct, frozen=True, gc=False):
    """One training set and its cells, in the order of the grid's measures."""

    training_set: TrainingSet
    cells: tuple[Cell | None, ...]


class GridColumn(Struct, frozen=True, gc=False):
    """What the selected sets have under one measure.

    `cells` of them have a score, `declared` of these by convention; `missing` lack one, and
    `undefined` lie outside the measure's domain, where none is missing. `lowest` and `highest`
    are of the measured ones.
    """

    cells: int
    declared: int
    missing: int
    undefined: int
    lowest: float | None
    highest: float | None


class Grid(Struct, frozen=True, gc=False):
    """Training sets x measures, one page of rows.

    The first page has `columns`, one entry per measure over the rows of all pages.
    """

    measures: tuple[Measure, ...]
    columns: tuple[GridColumn, ...]
    items: tuple[GridRow, ...]
    next: str | None
    total: int
    sort: str
    notes: tuple[str, ...]


class GridBands(Struct, frozen=True, gc=False):
    """The whole grid at a glance, for drawing: its rows in bands of equal height.

    Band b begins at row `starts[b]`, whose set has rank `ranks[b]`; `means[m][b]` is the mean of
    its measured scores under `measures[m]`.
    """

    measures: tuple[str, ...]
    starts: tuple[int, ...]
    ranks: tuple[int, ...]
    means: tuple[tuple[float | None, ...], ...]
    total: int
    sort: str


class Pair(Struct, frozen=True, gc=False):
    """A stored set with an object, the stored set without it, and what removing it changes."""

    with_object: TrainingSet
    without_object: TrainingSet
    cells_with: tuple[Cell | None, ...]
    cells_without: tuple[Cell | None, ...]
    deltas: tuple[Delta, ...]


class PairSummary(Struct, frozen=True, gc=False):
    """What removing an object changes under one measure, over `pairs` with two measured scores.

    For so many it is `better`, `worse` or `equal`; `mean` is the mean change. `declared` more
    pairs have a declared score and take no part.
    """

    pairs: int
    declared: int
    better: int
    worse: int
    equal: int
    mean: Contrast | None


class PairPage(Struct, frozen=True, gc=False):
    """Leave-one-out row pairs of one object; a delta is `without` minus `with`.

    `total` of the `stored` pairs are selected. The first page has `summaries`, one per measure
    over the pairs of all pages.
    """

    object: str
    measures: tuple[Measure, ...]
    items: tuple[Pair, ...]
    next: str | None
    total: int
    stored: int
    sort: str
    summaries: tuple[PairSummary, ...]
