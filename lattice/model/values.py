"""Answers about values: numbers derived for objects from cells, and the cells they rest on."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from lattice.model.answers import Cell, Status, TrainingSet
from lattice.model.comparisons import Contrast
from lattice.model.estimates import Estimate
from lattice.model.orders import Unit
from lattice.model.paths import Optimism

QuantityName = Literal[
    "shapley",
    "banzhaf",
    "beta",
    "by-size",
    "shapley-interaction",
    "banzhaf-interaction",
    "leave-one-out",
    "pair-interaction",
    "evaluation-value",
    "owen",
    "dividends",
]
AssumptionName = Literal["range", "monotone", "cap", "diminishing", "saturated"]


class Bounds(Struct, frozen=True, gc=False):
    """Where a value must lie if the assumption holds, whatever the missing cells score.

    `sharp`: both ends can be reached; otherwise they are outer limits. `violations` counts the
    moves between stored cells that contradict the assumption, `slack` is by how much scores had
    to give way for it to hold (0 without violations).
    """

    low: float
    high: float
    assumption: str
    sharp: bool
    violations: int
    slack: float


class ValueRank(Struct, frozen=True, gc=False):
    """Where a value stands among all, 1 for the best: by pairwise differences.

    `place` is there where all differences are exact. It may be from `best` to `worst`: at the
    answer's level for all differences from this one together (Bonferroni), or under the bounds'
    assumption; these are `None` where nothing is known of that.
    """

    place: int | None
    best: int | None
    worst: int | None


class Value(Struct, frozen=True, gc=False):
    """A number derived for one object, or for a few together, in the metric's own unit.

    Of the `needed` cells with a weight (`None`: more than 2^53), `used` have a score; `coverage`
    is their share of the sum of absolute weights. `value` is there where all are (`exact`);
    `bounds` where some are missing and something is known of them (`bounded`), and `estimate`
    where the stored cells may speak for them (`estimated`). The error is that of the replicates
    alone, as in `Delta`; estimates have their own.
    """

    name: str
    objects: tuple[str, ...]
    status: Status
    value: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    level: float
    method: Literal["paired", "partly paired", "independent", "limit"] | None
    replicates: int
    bounds: Bounds | None
    needed: int | None
    used: int
    coverage: float
    per_size: float | None
    rank: ValueRank | None
    note: str | None
    estimate: Estimate | None = None


class WeightedCell(Struct, frozen=True, gc=False):
    """A cell that a value rests on, with its weight in it; `cell` is None where it is missing.

    `measure` is `None` where it is that of the answer.
    """

    training_set: TrainingSet
    stored: bool
    weight: float
    cell: Cell | None
    measure: str | None = None


class Baseline(Struct, frozen=True, gc=False):
    """What the score of the set that is always held does to every value.

    With another score c of that set, each value is its value here + `weight` * (c - `score`).
    It never changes the order of values, and may change their signs. `origin` is `taken` where
    the asker said it.
    """

    training_set: TrainingSet
    score: float | None
    origin: Literal["measured", "declared", "taken", "missing"]
    weight: float


class Values(Struct, frozen=True, gc=False):
    """Values under one measure, of all units between two sets.

    `held` is part of every set that is looked at, `whole` is the set of all units with it. `status` is the
    weakest of the items'. `together` is v(whole) - v(held), which Shapley values share out
    (`None` for values that look at one training set only).
    `missing` lists cells to train, heaviest first, with the sum of their absolute weights over
    all items; there are `missing_total` (`None`: more than 2^53). `blocks` are the units that
    stay together, for values that know such; `optimism` says how much of the first item's size
    may be noise, where items are listed by their size.
    """

    quantity: str
    definition: str
    measure: str
    held: TrainingSet
    whole: TrainingSet
    units: tuple[Unit, ...]
    status: Status
    together: Contrast | None
    baseline: Baseline | None
    items: tuple[Value, ...]
    next: str | None
    total: int
    missing: tuple[WeightedCell, ...]
    missing_total: int | None
    notes: tuple[str, ...]
    blocks: tuple[Unit, ...] = ()
    optimism: Optimism | None = None


class ValueCells(Struct, frozen=True, gc=False):
    """The cells that one value rests on, heaviest first; `total` cells have a weight."""

    quantity: str
    measure: str
    name: str
    status: Status
    items: tuple[WeightedCell, ...]
    next: str | None
    total: int
    notes: tuple[str, ...]
