"""What cells are wanted for: values or threats, with the weight of every cell in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heapify, heappop, heapreplace
from itertools import combinations
from math import comb
from typing import Literal

import numpy as np

from lattice.errors import BadQuestion
from lattice.model import TrainingCost
from lattice.subsets import positions_of_mask
from lattice.values.grounds import Ground, Scores
from lattice.values.ranked import RankedSums

Kind = Literal["new", "replicate", "block"]
MOST_PLANNED = 10_000
"""So many things to train are planned at most."""


@dataclass(frozen=True, eq=False)
class Aim:
    """Q sums of the cells of a ground whose weight depends on the rank alone.

    Args:
        weight: the sum of a set's absolute weights over all Q by its rank, (m + 1,).
        square: the sum of the squares of its weights, likewise.
        mass: the mean over the Q of the absolute weights of all sets of a rank together.
        pull: the root of the sum, over the kinds of sets of a rank (those with and without an
            item's units), of mass^2 / share of the kind: times s / sqrt(k), the error that k
            sets drawn at random from the rank leave.
        sums: the sums themselves, where they are values.
    """

    ground: Ground
    names: tuple[str, ...]
    goal: str
    definition: str
    count: int
    weight: Scores
    square: Scores
    mass: Scores
    pull: Scores
    sums: RankedSums | None

    @cached_property
    def lacking(self) -> list[int]:
        """How many sets of each rank with a weight have no score."""
        sizes = (comb(self.ground.m, rank) for rank in range(self.ground.m + 1))
        return [
            size - there if weight > 0 else 0
            for size, there, weight in zip(
                sizes, self.ground.scored_by_rank, self.weight.tolist(), strict=True
            )
        ]


def of_values(
    ground: Ground, names: tuple[str, ...], goal: str, definition: str, sums: RankedSums
) -> Aim:
    """The aim to know values."""
    return Aim(
        ground,
        names,
        goal,
        definition,
        len(sums.items),
        sums.by_rank(),
        sums.by_rank(np.square),
        np.abs(sums.masses).reshape(-1, ground.m + 1).sum(axis=0),
        _pull(sums),
        sums,
    )


def _pull(sums: RankedSums) -> Scores:
    rank = np.arange(sums.m + 1.0)
    masses = sums.masses.reshape(1 << sums.order, -1)
    with_, without = rank / sums.m, 1 - rank / sums.m
    if sums.order == 1:
        share = np.stack([without, with_])
    else:
        pairs = sums.m * (sums.m - 1)
        both, neither = rank * (rank - 1) / pairs, (sums.m - rank) * (sums.m - rank - 1) / pairs
        one = rank * (sums.m - rank) / pairs
        share = np.stack([neither, one, one, both])
    found = np.where(masses != 0, masses**2 / np.where(share > 0, share, 1.0), 0.0)
    return np.asarray(np.sqrt(found.sum(axis=0)))


def of_threats(ground: Ground, names: tuple[str, ...], most: int) -> Aim:
    """The aim to know the threat v(S) - v(S - G) of every coalition G of at most so many units.

    Raises:
        BadQuestion: no coalition of that size.
    """
    m = ground.m
    if not 1 <= most <= m:
        raise BadQuestion(
            f"Coalitions of up to {most:,} units of {m:,} cannot strike.",
            hint=f"Say how many at most: from 1 to {m:,}.",
        )
    size = np.array([float(comb(m, each)) for each in range(1, most + 1)])
    weight, mass = np.zeros(m + 1), np.zeros(m + 1)
    weight[m - np.arange(1, most + 1)] = 1.0
    mass[m - np.arange(1, most + 1)] = size / size.sum()
    weight[m], mass[m] = size.sum(), 1.0
    return Aim(
        ground,
        names,
        "strike",
        f"threat(G) = v(S) - v(S-G), G of at most {most} units",
        int(size.sum()),
        weight,
        weight,
        mass,
        mass,
        None,
    )


# ------------------------------------------------------------------ what training costs


@dataclass(frozen=True, eq=False)
class Prices:
    """What it costs to train one set once: `base` for what is held, and something for each unit."""

    base: float
    units: Scores

    def of(self, ground: Ground, mask: int) -> float:
        """The price of one set."""
        if self.alike:
            return self.base
        held = [place for place, unit in enumerate(ground.units) if unit and unit & mask == unit]
        return self.base + float(self.units[held].sum())

    def of_cells(self) -> Scores:
        """The price of every cell of a table, (2^m,)."""
        found = np.array([self.base])
        for each in self.units.tolist():
            found = np.concatenate([found, found + each])
        return found

    @property
    def alike(self) -> bool:
        """Whether all sets cost the same."""
        return not self.units.any()


def prices(ground: Ground, expense: TrainingCost) -> Prices:
    """What it costs to train each set.

    Raises:
        BadQuestion: objects without a cost, or a size.
    """
    if expense == "training":
        return Prices(1.0, np.zeros(ground.m))
    objects = ground.index.universe.objects

    def total(mask: int) -> float:
        told = [
            1.0 if expense == "rank" else getattr(objects[each], expense)
            for each in positions_of_mask(mask)
        ]
        if None in told:
            lacking = next(
                objects[each].name
                for each, one in zip(positions_of_mask(mask), told, strict=True)
                if one is None
            )
            raise BadQuestion(
                f"No {expense} of {lacking} is known, so that training cannot be priced by it.",
                hint=f"Import the {expense}s of the objects, or count trainings.",
            )
        return float(sum(told))

    found = Prices(total(ground.held), np.array([total(each) for each in ground.units]))
    if found.base < 0 or (found.units < 0).any():
        raise BadQuestion(
            f"A {expense} below 0 cannot be paid.", hint="Correct it, or count trainings."
        )
    return found


# ------------------------------------------------------------------ what is chosen


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to train: a set, with what it gives and what it costs."""

    mask: int
    kind: Kind
    replicate: int | None
    weight: float
    gain: float | None
    left: float | None
    cost: float


@dataclass(frozen=True, eq=False)
class Chosen:
    """What to train, in order; the uncertainty before and, as is expected, after it."""

    choices: list[Choice]
    before: float | None
    after: float | None
    sure: bool
    candidates: int
    notes: list[str]


@dataclass
class Purse:
    """What may still be spent, on so many things."""

    left: float
    slots: int = MOST_PLANNED

    def pays(self, cost: float) -> bool:
        """Whether there is enough for this; then it is spent."""
        if self.slots == 0 or cost > self.left * (1 + 1e-12):
            return False
        self.left -= cost
        self.slots -= 1
        return True


def cheapest_first(
    aim: Aim, price: Prices, worth: Callable[[int, float], float], tries: int = 100_000
) -> Iterator[tuple[float, int, int, float]]:
    """Sets without a score, the largest worth for its price first: ratio, mask, rank, price.

    For grounds without a table: within a rank sets come in the order of their units' prices, which
    has the cheapest first and is nearly that of the sums.

    Args:
        worth: of a set by its rank and price; it falls with the price.
    """
    order = np.argsort(price.units, kind="stable").tolist()
    heap = []
    for rank, lacking in enumerate(aim.lacking):
        if lacking:
            sets = _lacking(aim.ground, order, rank, tries)
            first = next(sets, None)
            if first is not None:
                cost = price.of(aim.ground, first)
                heap.append((-worth(rank, cost), rank, first, cost, sets))
    heapify(heap)
    while heap:
        ratio, rank, mask, cost, sets = heap[0]
        yield -ratio, mask, rank, cost
        following = next(sets, None)
        if following is None:
            heappop(heap)
            continue
        cost = price.of(aim.ground, following)
        heapreplace(heap, (-worth(rank, cost), rank, following, cost, sets))


def _lacking(ground: Ground, order: Sequence[int], rank: int, tries: int) -> Iterator[int]:
    """Sets of a rank without a score, of the first few; in the order of their units."""
    for tried, chosen in enumerate(combinations(order, rank)):
        if tried >= tries:
            return
        mask = ground.held | sum(ground.units[each] for each in chosen)
        if not ground.scored(mask):
            yield mask
