"""Answers about the sets around a set."""

from __future__ import annotations

from dataclasses import dataclass

from lattice.model.answers import Cell, Delta, Move, TrainingSet


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
