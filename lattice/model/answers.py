"""What every answer is made of: sets, cells, deltas, moves; what is there; the grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lattice.model.stored import DataObject, Measure, Origin, ResultSet

Status = Literal["exact", "bounded", "estimated", "unavailable"]
Effect = Literal["better", "worse", "equal"]
MoveKind = Literal["add", "remove"]


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """A set as it is named in answers: `key` is `~` and the hex of its packed members."""

    key: str
    name: str
    rank: int


@dataclass(frozen=True, slots=True)
class Cell:
    """All evaluations of one training set under one measure.

    `standard_error` is that of the mean over replicates; with one replicate it is unknown
    (`None`), never 0. `origin` is `declared` where the score is a convention of the source,
    which has no error.
    """

    mean: float
    standard_error: float | None
    replicates: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class Delta:
    """Score after a move minus score before, in the metric's own unit.

    `low` and `high` enclose the expected delta at `level` (90%), where `standard_error` is
    known. `method` says how the error was found: `paired` by shared replicates, `partly
    paired`, `independent`, or `limit` (an upper limit, replicates unlabelled). `note` says what
    is missing or unknown.
    """

    status: Status
    value: float | None
    effect: Effect | None
    standard_error: float | None
    low: float | None
    high: float | None
    level: float
    method: Literal["paired", "partly paired", "independent", "limit"] | None
    replicates: int
    note: str | None


@dataclass(frozen=True, slots=True)
class Move:
    """Add or remove one object."""

    kind: MoveKind
    object: str


@dataclass(frozen=True, slots=True)
class LatticeSummary:
    """What a lattice holds and how complete it is.

    `completeness` is the share of the 2^n sets of base objects that are stored, `coverage` the
    share of cells (stored set x measure, where it is defined) that have an evaluation.
    """

    name: str
    title: str | None
    description: str | None
    objects: int
    training_sets: int
    moves: int
    measures: int
    cells: int
    evaluations: int
    result_sets: int
    completeness: float
    coverage: float
    last_import: str | None
    revision: int
    state: str


@dataclass(frozen=True, slots=True)
class LatticeDetail:
    """A lattice with its objects, measures and result sets."""

    summary: LatticeSummary
    objects: tuple[DataObject, ...]
    measures: tuple[Measure, ...]
    cells_per_measure: tuple[int, ...]
    result_sets: tuple[ResultSet, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetDetail:
    """One stored training set with its members and its cell under each of `measures`."""

    training_set: TrainingSet
    members: tuple[str, ...]
    measures: tuple[str, ...]
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class GridRow:
    """One training set and its cells, in the order of the grid's measures."""

    training_set: TrainingSet
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Training sets x measures, one page of rows."""

    measures: tuple[Measure, ...]
    items: tuple[GridRow, ...]
    next: str | None
    total: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A stored set with an object, the stored set without it, and what removing it changes."""

    with_object: TrainingSet
    without_object: TrainingSet
    cells_with: tuple[Cell | None, ...]
    cells_without: tuple[Cell | None, ...]
    deltas: tuple[Delta, ...]


@dataclass(frozen=True, slots=True)
class PairPage:
    """Leave-one-out row pairs of one object; a delta is `without` minus `with`."""

    object: str
    measures: tuple[Measure, ...]
    items: tuple[Pair, ...]
    next: str | None
    total: int


@dataclass(frozen=True, slots=True)
class Subgraph:
    """Stored sets as columns, for drawing: moves follow from the keys.

    `keys`, `means`, `standard_errors`, `replicates` and `declared` have one entry per shown set,
    sorted by rank and then by object position. `shown` of `total` sets are given; below `total` they are
    an even sample of every rank.
    """

    measure: str | None
    total: int
    shown: int
    keys: tuple[str, ...]
    means: tuple[float | None, ...]
    standard_errors: tuple[float | None, ...]
    replicates: tuple[int, ...]
    declared: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class SetPreview:
    """How a text was read as a set, and whether that set is stored."""

    training_set: TrainingSet
    members: tuple[str, ...]
    stored: bool
