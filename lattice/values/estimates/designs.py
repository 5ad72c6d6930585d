"""How stored sets were chosen, and which of them are therefore a random sample.

Anchors (the sets of no, one, all but one and all units) are bought by everybody: they are
certainty cells, which count as they are and say nothing of others. So are cells that are
conventions, and cells that another design has chosen besides a random one. Sets along a chain
are so much alike that they are no sample of their sizes: intervals would cover 70 to 90%.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import comb

import numpy as np
from numpy.typing import NDArray

from lattice.index import MISSING
from lattice.model import Draws
from lattice.values.grounds import Flags, Ground

AT_RANDOM = "assumes cells missing at random"
UNKNOWN = Draws("unknown")
_SMALL = 0.005
_LARGE = 1_000


@dataclass(frozen=True, eq=False)
class Drawn:
    """How the sets with a score under one measure were chosen.

    Args:
        draws: the designs.
        of_row: for each row of the index which of them chose it first, shape (N,); without it
            all were chosen by the first.
    """

    draws: tuple[Draws, ...] = (UNKNOWN,)
    of_row: NDArray[np.int64] | None = field(default=None, repr=False)

    def of_cells(self, ground: Ground) -> NDArray[np.int64]:
        """Which design chose each cell of a ground, shape (C,)."""
        if self.of_row is None:
            return np.zeros(len(ground.rows), dtype=np.int64)
        return np.where(ground.rows == MISSING, 0, self.of_row[ground.rows])

    @property
    def halved(self) -> bool:
        """Whether all sets drawn at random have each object with probability 1/2."""
        return all(each.probability == 0.5 for each in self.draws if each.design == "random")

    def names(self, ground: Ground, among: Flags) -> list[str]:
        """The designs that chose some cells, by name."""
        if self.of_row is None:
            return [self.draws[0].design]
        used = np.unique(self.of_cells(ground)[among]).tolist()
        return sorted({self.draws[each].design for each in used})

    def chosen(self, ground: Ground, *designs: str) -> Flags:
        """The cells that these designs chose, shape (C,)."""
        are = np.array([each.design in designs for each in self.draws], dtype=np.bool_)
        return np.asarray(are[self.of_cells(ground)])


@dataclass(frozen=True, eq=False)
class Reading:
    """A view of which cells are a sample of the others.

    Args:
        sampled: which cells of a ground are, shape (C,); the others with a score are certain.
        design: how they were chosen.
        assumption: what has to hold for that, beyond the design.
        even: every set was equally likely, whatever its size.
    """

    sampled: Flags
    design: str
    assumption: str | None = None
    even: bool = False


def readings(ground: Ground, drawn: Drawn) -> list[Reading]:
    """What the cells may be read as, the strongest honest reading first."""
    free = ground.there & ~ground.conventional
    at_random = drawn.chosen(ground, "random") & free
    found = []
    if at_random.any() and _exchangeable(ground, drawn):
        sampled = at_random & ~_anchors(ground, at_random)
        even = drawn.halved and _ends_matter_little(ground, int(sampled.sum()))
        found.append(Reading(sampled, "random", even=even))
    free &= ~drawn.chosen(ground, "chains")
    names = drawn.names(ground, free) if free.any() else ["chains"]
    if names != ["random"] or not found:
        sampled = free & ~_anchors(ground, np.zeros_like(free))
        found.append(Reading(sampled, " and ".join(names) or "unknown", AT_RANDOM))
    return found


def _exchangeable(ground: Ground, drawn: Drawn) -> bool:
    """Whether random sets of objects are random sets of these units, given their number."""
    if len({unit.bit_count() for unit in ground.units}) <= 1 and all(
        unit.bit_count() == 1 for unit in ground.units
    ):
        return True
    return drawn.halved


def _ends_matter_little(ground: Ground, sampled: int) -> bool:
    """Whether no anchor is hidden, or so small a part of all sets that its score is no matter.

    The few sets at both ends score like no others. Where they are part of a stratum of several
    sizes and hidden, its sample does not show how far off they are.
    """
    m = ground.m
    ends = sorted({0, 1, m - 1, m})
    if all(ground.scored_by_rank[rank] == comb(m, rank) for rank in ends):
        return True
    return (2 * m + 2) / 2**m * sampled**0.5 <= _SMALL if m < _LARGE else True


def _anchors(ground: Ground, at_random: Flags) -> Flags:
    """The cells at both ends, unless they were drawn at random as all others: not all are there."""
    m, ranks = ground.m, ground.ranks
    ends = sorted({0, 1, m - 1, m} & set(range(m + 1)))
    found = np.isin(ranks, ends) & ground.there
    if all(ground.scored_by_rank[rank] == comb(m, rank) for rank in ends):
        return found
    return found & ~at_random
