"""Answers about sets beside each other: intervals, comparisons, squares, column moves."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from lattice.model.answers import Cell, Delta, Status, TrainingSet
from lattice.model.stored import ReplicateKind

LeftOut = Literal["object", "owner"]
"""What is left out at a time where no groups are named: each object, or all of each owner."""

Interaction = Literal["complements", "substitutes", "neither"]
"""Two objects together do more than the sum of both alone, or less, by the metric's direction."""


class Corner(Struct, frozen=True, gc=False):
    """A set that an answer is about, stored or not; `cells` follow the answer's `measures`."""

    training_set: TrainingSet
    stored: bool
    cells: tuple[Cell | None, ...]


class Contrast(Struct, frozen=True, gc=False):
    """A weighted sum of cells, sum w_S v(S), in the metric's own unit.

    It is `exact` when all cells are stored and `unavailable` otherwise; then `note` names the
    sets whose scores are missing. Errors are as in `Delta`.
    """

    status: Status
    value: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    level: float
    method: Literal["paired", "partly paired", "independent", "limit"] | None
    replicates: int
    note: str | None


# ------------------------------------------------------------------ intervals


class IntervalRank(Struct, frozen=True, gc=False):
    """One rank of an interval: how many of the possible sets are stored.

    `possible` is None where there are more than 2^53. `scored` counts the stored sets with a
    score, per measure of the answer.
    """

    rank: int
    stored: int
    possible: int | None
    scored: tuple[int, ...]


class IntervalSet(Struct, frozen=True, gc=False):
    """A stored set of an interval, and what it holds beyond the interval's lower end."""

    training_set: TrainingSet
    added: tuple[str, ...]
    cells: tuple[Cell | None, ...]


class Interval(Struct, frozen=True, gc=False):
    """All stored sets that hold all of `lower` and nothing beyond `upper`.

    `free` names the objects that may be in or out. Where neither of the two sets that were asked
    for holds the other, `lower` is their meet and `upper` their join, and `notes` says so.
    `completeness` is the share of the possible sets that is stored; possible are sets with those
    variants, too, that `free` names. `items` is one page of
    `total` sets by rank and object position; or, where `sort` names a measure, the best score
    first and sets without a score last.
    """

    lower: Corner
    upper: Corner
    free: tuple[str, ...]
    measures: tuple[str, ...]
    sort: str | None
    ranks: tuple[IntervalRank, ...]
    completeness: float
    items: tuple[IntervalSet, ...]
    next: str | None
    total: int
    notes: tuple[str, ...]


# ------------------------------------------------------------------ comparisons


class ReplicateMatch(Struct, frozen=True, gc=False):
    """What the cells of two sets under one measure have in common.

    `before` and `after` count their replicates, `paired` those that both have and that may be
    paired; `kinds` are the kinds of all of them.
    """

    before: int
    after: int
    paired: int
    kinds: tuple[ReplicateKind, ...]


class ComparedSet(Struct, frozen=True, gc=False):
    """One set beside the baseline: what was added and removed, and what that changed.

    `distance` is the number of objects changed. `deltas` (its score minus the baseline's) and
    `replicates` follow the answer's `measures`.
    """

    training_set: TrainingSet
    stored: bool
    cells: tuple[Cell | None, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    distance: int
    deltas: tuple[Delta, ...]
    replicates: tuple[ReplicateMatch, ...]


class Comparison(Struct, frozen=True, gc=False):
    """Sets compared with a baseline.

    `protocols` has the protocol of each measure: a delta never crosses two. `held` are the
    objects that all sets hold, `meet` is the set of these, `join` the set of all objects that
    any of them holds.
    """

    measures: tuple[str, ...]
    protocols: tuple[str, ...]
    baseline: Corner
    sets: tuple[ComparedSet, ...]
    held: tuple[str, ...]
    meet: Corner
    join: Corner
    notes: tuple[str, ...]


class GroupValue(Struct, frozen=True, gc=False):
    """What a set loses without a group of its objects.

    `values` are v(S) - v(S without the group), per measure of the answer: the leave-one-out
    value of the group, the opposite of the delta of removing it. Its `effect` is `better` where
    the group makes the score better.
    """

    group: str
    removed: tuple[str, ...]
    without: Corner
    values: tuple[Delta, ...]


class GroupValues(Struct, frozen=True, gc=False):
    """Leave-one-out values of groups of objects in one set."""

    training_set: TrainingSet
    stored: bool
    measures: tuple[str, ...]
    cells: tuple[Cell | None, ...]
    items: tuple[GroupValue, ...]
    next: str | None
    total: int
    notes: tuple[str, ...]


# ------------------------------------------------------------------ squares


class Square(Struct, frozen=True, gc=False):
    """Two objects of a set S, and the four sets with and without each of them.

    `corners` are S, S without the first, S without the second, S without both.
    `interactions` are v(S) - v(S-i) - v(S-j) + v(S-ij), per measure of the answer, and
    `readings` says what they mean by the metric's direction. `missing` names the corners that
    are not stored.
    """

    objects: tuple[str, str]
    corners: tuple[Corner, Corner, Corner, Corner]
    interactions: tuple[Contrast, ...]
    readings: tuple[Interaction | None, ...]
    missing: tuple[str, ...]


class Squares(Struct, frozen=True, gc=False):
    """The interaction squares of pairs of objects in one set.

    They are in the order of the objects; or, where `sort` names a measure, complements first and
    squares without a value last. `complete` of `total` squares have all four corners stored.
    """

    training_set: TrainingSet
    stored: bool
    measures: tuple[str, ...]
    sort: str | None
    items: tuple[Square, ...]
    next: str | None
    total: int
    complete: int
    notes: tuple[str, ...]


# ------------------------------------------------------------------ columns


class ColumnMove(Struct, frozen=True, gc=False):
    """One object added to the evaluation set: f(S, E+i) - f(S, E), metric and protocol fixed.

    `trained_on` says whether the object is in the training set, too: then the wider column holds
    data that the model has seen.
    """

    object: str
    before: str
    after: str
    trained_on: bool
    cell_before: Cell | None
    cell_after: Cell | None
    delta: Delta


class MissingColumn(Struct, frozen=True, gc=False):
    """A column that one more object would lead to, but that the lattice does not have."""

    object: str
    before: str
    members: tuple[str, ...]


class ColumnMoves(Struct, frozen=True, gc=False):
    """All stored moves from column to column for one training set.

    `missing` lists the first of `missing_total` columns that are one object away from a stored
    one and are not there.
    """

    training_set: TrainingSet
    items: tuple[ColumnMove, ...]
    next: str | None
    total: int
    missing: tuple[MissingColumn, ...]
    missing_total: int
    notes: tuple[str, ...]
