"""Answers about paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lattice.model.answers import Cell, Delta, Move, Status, TrainingSet

Objective = Literal["fewest", "widest"]


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
