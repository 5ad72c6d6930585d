"""Answers about paths."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from lattice.model.answers import Cell, Delta, Move, Status, TrainingSet
from lattice.model.gaps import Jump, NoPath

Objective = Literal["fewest", "widest", "average", "least-loss", "monotone", "cheapest"]
Only = Literal["add", "remove"]
Sought = Objective | Literal["longest-run"]
"""What an answer was best at: an objective between two ends, or the longest run of adds."""


class PathStep(Struct, frozen=True, gc=False):
    """One set on a path: the move that led to it, its cells, and the deltas of that move.

    Where it took more than one object, `move` is `None` and `jump` says which.
    """

    training_set: TrainingSet
    move: Move | None
    cells: tuple[Cell | None, ...]
    deltas: tuple[Delta, ...]
    cumulative: tuple[float | None, ...]
    jump: Jump | None = None


class Alternative(Struct, frozen=True, gc=False):
    """One of the next best paths: its value under the objective, and its first sets.

    `training_sets` are as many of the path's sets as steps are listed of the best one; `changes`
    the moves from each of them to the next, `cells` their cells under the path's `measure` (none
    without one).
    """

    value: float | None
    moves: int
    floor: float | None
    training_sets: tuple[TrainingSet, ...]
    changes: tuple[Move, ...]
    cells: tuple[Cell | None, ...]


class Path(Struct, frozen=True, gc=False):
    """A sequence of moves between two stored sets, best under an objective.

    `value` is what the objective makes best: the number of changed objects (`fewest`, `monotone`, `longest-run`),
    the worst score strictly between the ends, the mean score after the first set, the sum of
    losses, or the cost (`None` where nothing lies between). `floor` is the worst score strictly between the ends
    (`None` where nothing lies between), `ends_floor` the worse of the two ends, both under
    `measure`. `worst_step` indexes the step whose move loses most, `worst_steps` the same for each
    of `measures`. `optima` counts the paths that are equally good; where `counted` is false there
    are at least so many. `steps` is one page of all: `next` says where the next one starts.
    `alternatives` are the next best paths. `optimism` says what a path that was chosen by its
    scores is worth on scores that did not choose it (its profiles are of the same page). When `found` is false, `steps` is empty, `notes` says
    why in one sentence and `why` says more.
    """

    found: bool
    status: Status
    objective: Sought
    measure: str | None
    source: TrainingSet
    target: TrainingSet
    moves: int | None
    value: float | None
    floor: float | None
    ends_floor: float | None
    worst_step: int | None
    worst_steps: tuple[int | None, ...]
    optima: int
    counted: bool
    measures: tuple[str, ...]
    steps: tuple[PathStep, ...]
    next: str | None
    alternatives: tuple[Alternative, ...]
    optimism: PathOptimism | None
    why: NoPath | None
    notes: tuple[str, ...]


class Optimism(Struct, frozen=True, gc=False):
    """How far the best of noisy scores may owe its lead to the noise.

    `apparent` is measured on the scores that chose. For `cross_fitted` each half of the `blocks`
    (replicates that all sets share) chooses, the other half scores what it chose, and the two are
    averaged. `same` of `resamples` resamples of the blocks choose the same. With fewer than four
    blocks the last three are unknown, and `note` says so.
    """

    blocks: int
    apparent: float | None
    cross_fitted: float | None
    resamples: int
    same: int | None
    note: str | None


class HeldOutPath(Struct, frozen=True, gc=False):
    """A path chosen on one half of the blocks, with its value and scores on the other half."""

    training_sets: tuple[TrainingSet, ...]
    value: float | None
    scores: tuple[float | None, ...]


class PathOptimism(Struct, frozen=True, gc=False):
    """A path's value and scores as they appear, and as held-out blocks tell them.

    `optimism` is about the value of the objective. `profile` has the mean score at every step;
    `cross_fitted_profile` averages the held-out scores of the two `halves` step by step, where
    both have as many steps as the path.
    """

    optimism: Optimism
    profile: tuple[float | None, ...]
    cross_fitted_profile: tuple[float | None, ...] | None
    halves: tuple[HeldOutPath, ...]


Tradable = Literal["fewest", "widest", "least-loss", "cheapest"]


class ParetoPath(Struct, frozen=True, gc=False):
    """A path that no other path beats in one of two objectives without losing in the other.

    `first` and `second` are its values: a worst score between the ends (`None` where nothing lies
    between), a sum of losses, a cost, or a number of moves.
    """

    first: float | None
    second: float | None
    path: Path


class Tradeoffs(Struct, frozen=True, gc=False):
    """All ways to trade one objective for another, the best by the first objective first.

    Of paths with the same two values one is given: with the fewest moves, then as `Path` breaks
    ties; its `optima` counts those with as few moves. `items` is one page of `total`. Where
    `complete` is false there may be more. Without a path `notes` says why, and `why` more.
    """

    first: Tradable
    second: Tradable
    measure: str | None
    source: TrainingSet
    target: TrainingSet
    items: tuple[ParetoPath, ...]
    next: str | None
    total: int
    complete: bool
    why: NoPath | None
    notes: tuple[str, ...]
