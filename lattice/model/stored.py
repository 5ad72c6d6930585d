"""What a lattice stores: objects, measures, result sets."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

Direction = Literal["higher", "lower"]
Origin = Literal["measured", "declared"]
ReplicateKind = Literal["shared", "independent", "nested", "unlabelled"]
OnConflict = Literal["refuse", "keep", "replace", "new-replicate"]


class DataObject(Struct, frozen=True, gc=False):
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


class EvaluationSet(Struct, frozen=True, gc=False):
    """What a model is evaluated on. `members` is set when it is itself a set of objects."""

    name: str
    label: str | None = None
    size: float | None = None
    members: tuple[str, ...] | None = None


class Metric(Struct, frozen=True, gc=False):
    """How a model is judged: its direction, unit and declared range (either end may be open)."""

    name: str
    direction: Direction
    low: float | None = None
    high: float | None = None
    unit: str | None = None


class Protocol(Struct, frozen=True, gc=False):
    """What is held fixed: learner, hyperparameters, budget. `digest` identifies its definition."""

    name: str
    digest: str
    definition: dict[str, str | int | float | bool] = field(default_factory=dict)


class Domain(Struct, frozen=True, gc=False):
    """The sets for which a measure is defined: those that hold all of `lower` and nothing beyond
    `upper` (`None`: any object). Elsewhere it is undefined, which is not missing.
    """

    lower: tuple[str, ...]
    upper: tuple[str, ...] | None


class Measure(Struct, frozen=True, gc=False):
    """One column of the grid: protocol x evaluation set x metric.

    `name` is the spelling `metric/evaluation set@protocol`, the protocol left out where the
    lattice has only one. Without a `domain` it is defined for every set.
    """

    name: str
    metric: Metric
    evaluation_set: EvaluationSet
    protocol: Protocol
    domain: Domain | None = None


class SourceFile(Struct, frozen=True, gc=False):
    """One file of a result set, as it was when it was read."""

    name: str
    sha256: str


class ResultSet(Struct, frozen=True, gc=False):
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
