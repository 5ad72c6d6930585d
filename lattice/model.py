"""The words of this project as frozen dataclasses: what is stored, and what is answered.

These same classes validate, encode to JSON and generate the OpenAPI document: there are no
twins of them elsewhere. `None` always means "not there"; a missing score is never 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Direction = Literal["higher", "lower"]
Origin = Literal["measured", "declared"]
ReplicateKind = Literal["shared", "independent", "nested", "unlabelled"]
Status = Literal["exact", "bounded", "estimated", "unavailable"]
Effect = Literal["better", "worse", "equal"]
MoveKind = Literal["add", "remove"]
Objective = Literal["fewest", "widest"]
OnConflict = Literal["refuse", "keep", "replace", "new-replicate"]

# ---------------------------------------------------------------- what is stored


@dataclass(frozen=True, slots=True)
class DataObject:
    """The unit that is in or out of a training set: a point, a source, a contributor's share.

    `variant_of` names the base object of which this is a corrupted, relabelled or re-dosed
    version; a set never holds two variants of one object.
    """

    name: str
    position: int
    label: str | None = None
    size: float | None = None
    cost: float | None = None
    owner: str | None = None
    variant_of: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """What a model is evaluated on. `members` is set when it is itself a set of objects."""

    name: str
    label: str | None = None
    size: float | None = None
    members: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Metric:
    """How a model is judged: its direction, unit and declared range (either end may be open)."""

    name: str
    direction: Direction
    low: float | None = None
    high: float | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Protocol:
    """What is held fixed: learner, hyperparameters, budget. `digest` identifies its definition."""

    name: str
    digest: str
    definition: dict[str, str | int | float | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Domain:
    """The sets for which a measure is defined: those that hold all of `lower` and nothing beyond
    `upper` (`None`: any object). Elsewhere it is undefined, which is not missing.
    """

    lower: tuple[str, ...]
    upper: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Measure:
    """One column of the grid: protocol x evaluation set x metric.

    `name` is the spelling `metric/evaluation set@protocol`, the protocol left out where the
    lattice has only one. Without a `domain` it is defined for every set.
    """

    name: str
    metric: Metric
    evaluation_set: EvaluationSet
    protocol: Protocol
    domain: Domain | None = None


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a result set, as it was when it was read."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ResultSet:
    """One imported batch of evaluations with its provenance and its kind of replicates."""

    id: int
    name: str
    title: str | None
    description: str | None
    source: str | None
    licence: str | None
    design: str
    replicate_kind: ReplicateKind
    imported_at: str
    evaluations: int
    files: tuple[SourceFile, ...]


# ---------------------------------------------------------------- what is answered


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
class SetPage:
    """One page of a lattice's training sets, by rank and then by object position."""

    measures: tuple[str, ...]
    items: tuple[SetDetail, ...]
    next: str | None
    total: int


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A stored set one move away; `cells` and `deltas` follow the answer's `measures`."""

    move: Move
    training_set: TrainingSet
    cells: tuple[Cell | None, ...]
    deltas: tuple[Delta, ...]


@dataclass(frozen=True, slots=True)
class MissingNeighbor:
    """A set one move away that is not stored: a cell that one could buy."""

    move: Move
    training_set: TrainingSet


@dataclass(frozen=True, slots=True)
class Neighborhood:
    """The sets one move from a training set, in the order of the objects, adds first."""

    training_set: TrainingSet
    measures: tuple[str, ...]
    cells: tuple[Cell | None, ...]
    neighbors: tuple[Neighbor, ...]
    missing: tuple[MissingNeighbor, ...]


@dataclass(frozen=True, slots=True)
class PathStep:
    """One set on a path: the move that led to it, its cells, and the deltas of that move."""

    training_set: TrainingSet
    move: Move | None
    cells: tuple[Cell | None, ...]
    deltas: tuple[Delta, ...]
    cumulative: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A sequence of moves between two stored sets, best under an objective.

    `floor` is the worst score strictly between the ends (`None` where nothing lies between),
    `ends_floor` the worse of the two ends, both under `measure`. `worst_step` indexes the step
    whose move loses most. `optima` counts the paths that are equally good. When `found` is
    false, `steps` is empty and `notes` says why.
    """

    found: bool
    status: Status
    objective: Objective
    measure: str | None
    source: TrainingSet
    target: TrainingSet
    moves: int | None
    floor: float | None
    ends_floor: float | None
    worst_step: int | None
    optima: int
    measures: tuple[str, ...]
    steps: tuple[PathStep, ...]
    notes: tuple[str, ...]


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


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What an import could not know, and the lines of mapping that would settle it."""

    what: str
    say: str


@dataclass(frozen=True, slots=True)
class ReadMeasure:
    """A measure as an import understood it, with the scores that it read."""

    name: str
    direction: Direction
    evaluations: int
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class ImportedResults:
    """What importing one result set understood, and what it added to one lattice.

    `objects`, `training_sets`, `moves` and `measures` count what is new in the lattice;
    `read_sets` and `object_names` are all that the files speak of. `replicates` counts distinct
    labels. `refused` are the first of the `refused_count` rows that a dry run could not read. `conflicts` counts scores
    that disagree with stored ones, however that was settled. All counts are zero when
    the result set was there already.
    """

    lattice: str
    name: str
    understood: tuple[str, ...]
    already_imported: bool
    objects: int
    training_sets: int
    moves: int
    measures: int
    evaluations: int
    notes: tuple[str, ...]
    result_set: int | None = None
    object_names: tuple[str, ...] = ()
    read_sets: int = 0
    read_measures: tuple[ReadMeasure, ...] = ()
    replicates: int = 0
    replicate_kind: ReplicateKind = "unlabelled"
    conflicts: int = 0
    refused: tuple[str, ...] = ()
    refused_count: int = 0
    questions: tuple[OpenQuestion, ...] = ()
    mapping: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What one import did, or with `dry_run` would have done."""

    dry_run: bool
    imported: tuple[ImportedResults, ...]
