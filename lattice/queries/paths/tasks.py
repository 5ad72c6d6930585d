"""What every objective is given: where from, where to, which sets and moves it may use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lattice.index import MISSING, LatticeIndex
from lattice.subsets import has_object

Rows = NDArray[np.int64]
Allowed = NDArray[np.bool_]
Kinds = Literal["any", "add", "remove"]


@dataclass(frozen=True, eq=False)
class Task:
    """A search for a path from row `source` to row `target`.

    `allowed` (N,) says which sets may lie strictly between the ends, `kinds` which moves may be
    used. Every constraint is in these two before an objective sees them.
    """

    index: LatticeIndex
    source: int
    target: int
    allowed: Allowed
    kinds: Kinds = "any"

    @cached_property
    def enterable(self) -> Allowed:
        """The sets that may be entered, the ends among them, shape (N,)."""
        enterable = self.allowed.copy()
        enterable[[self.source, self.target]] = True
        return enterable


@dataclass(frozen=True)
class Route:
    """Rows along a best path, and how many paths are equally good.

    `optima` is exact, or a lower limit where `counted` is False (a deadline or a size stopped
    the counting).
    """

    rows: tuple[int, ...]
    optima: int
    counted: bool = True


def moves_of(task: Task, rows: Rows, *, backwards: bool = False) -> tuple[Rows, Rows, Rows]:
    """All moves from the sets at `rows` to sets that may be entered.

    Args:
        backwards: follow moves from their end to their start, for searches from the target.

    Returns:
        (places, positions, others): indexes into `rows`, the objects that are moved, the rows
        that are reached; by position, then by place.
    """
    index = task.index
    kinds = task.kinds
    if backwards and kinds != "any":
        kinds = "remove" if kinds == "add" else "add"
    found: list[tuple[Rows, Rows, Rows]] = []
    everywhere = np.arange(len(rows))
    for position in range(index.universe.n):
        places = everywhere
        if kinds != "any":
            holds = has_object(index.words[rows], position)
            places = everywhere[holds if kinds == "remove" else ~holds]
        others = index.lookup.across(rows[places], position)
        hit = others != MISSING
        hit[hit] = task.enterable[others[hit]]
        found.append((places[hit], np.full(int(hit.sum()), position), others[hit]))
    one, two, three = (np.concatenate([each[k] for each in found]) for k in range(3))
    return one, two, three
