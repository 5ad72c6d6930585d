"""What every answer is made of: sets, cells, deltas, moves; what is there."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from lattice.model.stored import DataObject, Measure, Origin, ReplicateKind, ResultSet

Status = Literal["exact", "bounded", "estimated", "unavailable"]
Effect = Literal["better", "worse", "equal"]
MoveKind = Literal["add", "remove"]


class TrainingSet(Struct, frozen=True, gc=False):
    """A set as it is named in answers: `key` is `~` and the hex of its packed members."""

    key: str
    name: str
    rank: int


class Cell(Struct, frozen=True, gc=False):
    """All evaluations of one training set under one measure.

    `standard_error` is that of the mean over replicates; with one replicate it is unknown
    (`None`), never 0. `origin` is `declared` where the score is a convention of the source,
    which has no error.
    """

    mean: float
    standard_error: float | None
    replicates: int
    origin: Origin


class Delta(Struct, frozen=True, gc=False):
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


class Move(Struct, frozen=True, gc=False):
    """Add or remove one object."""

    kind: MoveKind
    object: str


class LatticeSummary(Struct, frozen=True, gc=False):
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


class LatticeDetail(Struct, frozen=True, gc=False):
    """A lattice with its objects, measures and result sets."""

    summary: LatticeSummary
    objects: tuple[DataObject, ...]
    measures: tuple[Measure, ...]
    cells_per_measure: tuple[int, ...]
    result_sets: tuple[ResultSet, ...]
    notes: tuple[str, ...]


class SetDetail(Struct, frozen=True, gc=False):
    """One stored training set with its members and its cell under each of `measures`."""

    training_set: TrainingSet
    members: tuple[str, ...]
    measures: tuple[str, ...]
    cells: tuple[Cell | None, ...]


class Replicate(Struct, frozen=True, gc=False):
    """One score of a cell: that of a seed, a split, a chunk.

    `label` is what the source calls it, `None` where it has no name. `kind` says what it shares
    with the replicates of other sets; the score of a nested one is the mean of its inner ones.
    """

    label: str | None
    kind: ReplicateKind
    score: float


class SetReplicates(Struct, frozen=True, gc=False):
    """One stored training set with every replicate of its cell under each of `measures`.

    The mean of `replicates[m]`, in the order of their labels, is that of `cells[m]`.
    """

    training_set: TrainingSet
    members: tuple[str, ...]
    measures: tuple[str, ...]
    cells: tuple[Cell | None, ...]
    replicates: tuple[tuple[Replicate, ...], ...]


class Subgraph(Struct, frozen=True, gc=False):
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


class SetPreview(Struct, frozen=True, gc=False):
    """How a text was read as a set, and whether that set is stored."""

    training_set: TrainingSet
    members: tuple[str, ...]
    stored: bool
