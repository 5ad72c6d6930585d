"""Answers that probe a whole column of scores: strikes, budgets, the shape over all moves."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from lattice.model.answers import Cell, Delta, Status, TrainingSet
from lattice.model.comparisons import Contrast
from lattice.model.orders import Unit
from lattice.model.paths import Optimism
from lattice.model.searches import Expense

# ------------------------------------------------------------------ strikes


class Rescue(Struct, frozen=True, gc=False):
    """The best that can be done without a coalition: threat f(S) - max f(T), T inside what is left.

    `best` is the best T with a score, of `searched` of the `possible` sets (`None`: more than
    2^53). With sets unscored `threat` is `bounded`: a better T may be among them. `optimism` is
    about the threat: the best of noisy scores makes it look smaller than it is.
    """

    threat: Contrast
    best: TrainingSet | None
    cell: Cell | None
    searched: int
    possible: int | None
    optimism: Optimism


class Threat(Struct, frozen=True, gc=False):
    """What a set loses when some of its units leave together.

    `threat` is v(S) - v(S - G), in the metric's own unit. `apart` is the sum of the units'
    leave-one-out values, `synergy` the threat minus that (both `None` for a single unit).
    """

    units: tuple[str, ...]
    objects: tuple[str, ...]
    without: TrainingSet
    threat: Contrast
    apart: Contrast | None
    synergy: Contrast | None
    rescue: Rescue


class SmallestCoalition(Struct, frozen=True, gc=False):
    """The fewest units whose leaving pushes the score beyond a line, for the worse.

    `units` are those of the known coalition of `size` that leaves the worst score; `ties` counts
    the known ones of that size (`None` all: no stored set is beyond the line). No coalition of
    fewer than `at_least` units does it; `None`: none at all. It is `exact` where these two say
    the same, else `bounded`: `missing` names the first of `missing_total` sets without a score
    that a smaller one may leave (`None`: more than 2^53).
    """

    line: float
    status: Status
    size: int | None
    at_least: int | None
    units: tuple[str, ...] | None
    without: TrainingSet | None
    cell: Cell | None
    ties: int | None
    missing: tuple[TrainingSet, ...]
    missing_total: int | None
    optimism: Optimism


class Strike(Struct, frozen=True, gc=False):
    """Who can do how much damage to a set by leaving it.

    `coalition` is that of the named units, `items` is one page of the threats of `total` single
    units.
    """

    measure: str
    held: TrainingSet
    whole: TrainingSet
    cell: Cell | None
    units: tuple[Unit, ...]
    coalition: Threat | None
    smallest: SmallestCoalition | None
    items: tuple[Threat, ...]
    next: str | None
    total: int
    notes: tuple[str, ...]


# ------------------------------------------------------------------ budgets


class Affordable(Struct, frozen=True, gc=False):
    """The best set with a score that a budget pays for.

    `spent` is its own cost, size or rank. `regret` is the score of the whole set minus its
    score, by goodness: above 0 where the whole set is better. `ties` sets score alike.
    `scored` of the `possible` sets within the budget have a score (`None`: not known, or more
    than 2^53): `exact` where all have, else a better one may be among the others (`bounded`).
    """

    budget: float
    status: Status
    training_set: TrainingSet | None
    cell: Cell | None
    spent: float | None
    regret: Contrast
    ties: int
    scored: int
    possible: int | None
    optimism: Optimism


class Budget(Struct, frozen=True, gc=False):
    """The best sets for what they cost, budget by budget.

    A budget is spent `exactly`, or `at most`; `expense` says of what.
    """

    measure: str
    expense: Expense
    spent: Literal["exactly", "at most"]
    held: TrainingSet
    whole: TrainingSet
    cell: Cell | None
    items: tuple[Affordable, ...]
    next: str | None
    total: int
    notes: tuple[str, ...]


# ------------------------------------------------------------------ shapes


class LargestDelta(Struct, frozen=True, gc=False):
    """The stored move that changes the score most, whichever way; as an add.

    It is no bound on what other moves change: an epsilon of differential privacy bounds output
    distributions over all neighbors. `optimism` is about |delta|.
    """

    object: str
    lower: TrainingSet
    upper: TrainingSet
    delta: Delta
    optimism: Optimism


class ObjectMoves(Struct, frozen=True, gc=False):
    """The stored moves that add one object: how many make the score worse, and the largest."""

    object: str
    moves: int
    worse: int
    better: int
    largest: LargestDelta | None


class WorseMove(Struct, frozen=True, gc=False):
    """A move that adds an object and makes the score worse."""

    object: str
    lower: TrainingSet
    upper: TrainingSet
    delta: Delta


class GrowingReturn(Struct, frozen=True, gc=False):
    """Two objects that add more together to a set than each alone: `interaction` at `lower`."""

    objects: tuple[str, str]
    lower: TrainingSet
    upper: TrainingSet
    interaction: Contrast


class LocalOptimum(Struct, frozen=True, gc=False):
    """A set better than all its neighbors with a score; these are `neighbors` of `possible`."""

    training_set: TrainingSet
    cell: Cell
    neighbors: int
    possible: int


class MoveCount(Struct, frozen=True, gc=False):
    """Of `checked` moves or squares with all scores (of `possible`; `None`: more than 2^53),
    `found` are contrary.

    `clearly` of them are so beyond their 90% intervals, where errors are known: of moves that
    change nothing 5% would be.
    """

    checked: int
    possible: int | None
    found: int
    clearly: int | None


class Shape(Struct, frozen=True, gc=False):
    """How the score changes over all stored moves between two sets.

    `worse` counts moves that add an object and make the score worse, `growing` the squares
    S, S+i, S+j, S+ij over which returns grow instead of diminishing, with the largest of each.
    `peaks` of `compared` sets (with a score and a neighbor that has one) are better than all
    their neighbors with a score, `sure` of them have all neighbors scored; `optima` are the best
    of them. `items` is one page of the objects.
    """

    measure: str
    held: TrainingSet
    whole: TrainingSet
    sets: int
    possible: int | None
    largest: LargestDelta | None
    worse: MoveCount
    worst: tuple[WorseMove, ...]
    growing: MoveCount
    steepest: tuple[GrowingReturn, ...]
    compared: int
    peaks: int
    sure: int
    optima: tuple[LocalOptimum, ...]
    items: tuple[ObjectMoves, ...]
    next: str | None
    total: int
    notes: tuple[str, ...]
