"""Answers about orders: units leave a set, or join it, one after the other."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from lattice.model.answers import Cell, Delta, Status, TrainingSet
from lattice.model.comparisons import Contrast
from lattice.model.paths import Optimism

OrderDirection = Literal["withdrawal", "acquisition"]
UnitKind = Literal["object", "owner"]


class Unit(Struct, frozen=True, gc=False):
    """Objects that leave or join together: an object, an owner's objects, or a group."""

    name: str
    objects: tuple[str, ...]


class OrderStep(Struct, frozen=True, gc=False):
    """The set after one more unit has moved, its cell, and what that changed.

    `unit`, `delta` and `cumulative` are `None` at the start; `cumulative` is the score here minus
    the score at the start.
    """

    unit: str | None
    training_set: TrainingSet
    cell: Cell | None
    delta: Delta | None
    cumulative: float | None


class Order(Struct, frozen=True, gc=False):
    """One order and its curve.

    `area` is the mean score over the steps after the start; a last step that all orders share is
    left out of it where it has no score. `optima` counts the orders that are equally good (`None`:
    more than 2^53), and `optimism` says how far the lead of the chosen one may be noise (both
    `None` for greedy ones).
    A greedy order ends where no next set has a score: `status` is `unavailable` then.
    """

    status: Status
    units: tuple[str, ...]
    area: Contrast
    optima: int | None
    optimism: Optimism | None
    steps: tuple[OrderStep, ...]


class OrderSize(Struct, frozen=True, gc=False):
    """The scores after `moved` units over all orders: mean, standard deviation, lowest, highest.

    In a random order every set of that many units is as likely, so these are over the `sets`
    possible ones, of which `scored` have a score; they are `unavailable` unless all have.
    """

    moved: int
    status: Status
    mean: float | None
    deviation: float | None
    low: float | None
    high: float | None
    sets: int
    scored: int


class OrderAverage(Struct, frozen=True, gc=False):
    """The area under the curve over all orders, as if drawn at random: mean, standard deviation.

    `unavailable` where any set lacks a score that some order passes; the sizes of `sizes` say
    how many do.
    """

    status: Status
    area: float | None
    deviation: float | None
    sizes: tuple[OrderSize, ...]


class Orders(Struct, frozen=True, gc=False):
    """In which order units leave a set, or join it, and what each order costs on the way.

    `best` keeps the scores on the way best and `worst` keeps them worst, by their area; the
    greedy ones take the best, or the worst, next score at each step. `orders` is the number of
    all orders and `complete` the number of those whose sets all have a score (`None`: more than
    2^53): `best` and `worst` are of these, and `None` where there are none. With too many units
    to compare all orders these four are `None`. `together` is what moving all units changes, `apart` the sum of what moving
    each alone changes, `synergy` the first minus the second. `missing` lists sets without a score
    that some order needs (the first ones; `missing_count` says how many).
    """

    direction: OrderDirection
    measure: str
    source: TrainingSet
    target: TrainingSet
    units: tuple[Unit, ...]
    orders: int | None
    complete: int | None
    best: Order | None
    worst: Order | None
    greedy_best: Order
    greedy_worst: Order
    average: OrderAverage
    together: Delta
    apart: Contrast
    synergy: Contrast
    missing: tuple[TrainingSet, ...]
    missing_count: int | None
    notes: tuple[str, ...]
