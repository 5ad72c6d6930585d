"""Answers about what to train next."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from lattice.model.answers import TrainingSet
from lattice.model.orders import Unit, UnitKind

Criterion = Literal["width", "variance", "sample", "connect"]
TrainingCost = Literal["training", "rank", "size", "cost"]


Uncertainty = Literal["mean width of bounds", "root mean square error", "sets that are lacking"]


class PlanQuestion(Struct, frozen=True, gc=False):
    """What a plan was made for, so that it can be reviewed later."""

    goal: str
    criterion: Criterion
    measure: str
    assume: str | None
    of: str | None
    given: str | None
    by: UnitKind
    groups: dict[str, tuple[str, ...]]
    empty: float | None
    beta: tuple[float, float] | None
    shares: tuple[float, ...] | None
    most: int | None
    expense: TrainingCost


class PlannedCell(Struct, frozen=True, gc=False):
    """One thing to train.

    `kind` is `new` for a set without a score, `replicate` for another seed of a stored cell, and
    `block` for a new shared seed of all cells that are needed, which counts once; then
    `training_set` is the set of all units. `replicate` is the number of the shared replicate to train
    it in, where the measure has such. `weight` is the sum of the cell's absolute weights over all
    items. `gain` is by how much the plan's uncertainty is expected to fall per item, `left` is
    what remains after this and everything before it; `spent` is what all these cost.
    """

    training_set: TrainingSet
    kind: Literal["new", "replicate", "block"]
    replicate: int | None
    weight: float
    gain: float | None
    left: float | None
    cost: float
    spent: float


class Plan(Struct, frozen=True, gc=False):
    """Which cells to train next for some values, most useful first.

    `uncertainty` says what `before`, `after` and `left` are: the mean width of the bounds of all
    `values` values, their root mean square error, or how many sets are lacking. `after` is a
    prediction, `exact` only where `sure` is true. `items` is one page of `total`; `candidates`
    cells could be trained (`None`: more than 2^53).
    """

    question: PlanQuestion
    definition: str
    units: tuple[Unit, ...]
    held: TrainingSet
    whole: TrainingSet
    uncertainty: Uncertainty
    values: int
    before: float | None
    after: float | None
    sure: bool
    budget: float
    spent: float
    candidates: int | None
    items: tuple[PlannedCell, ...]
    next: str | None
    total: int
    notes: tuple[str, ...]


class PlanReview(Struct, frozen=True, gc=False):
    """What a plan promised, and what training has achieved since.

    `trained` of the plan's `planned` cells have what was planned for them. `now` is the same
    uncertainty as `before` and `after`, found from the cells that are stored now.
    """

    question: PlanQuestion
    uncertainty: Uncertainty
    planned: int
    trained: int
    before: float | None
    predicted: float | None
    now: float | None
    lacking: tuple[TrainingSet, ...]
    notes: tuple[str, ...]
