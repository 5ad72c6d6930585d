"""Maximum sample reuse: Banzhaf values from random sets, every one of which speaks of every unit.

phi_i = mean of the scores with i - mean of those without, over sets in which each object is with
probability 1/2: Wang and Jia, "Data Banzhaf: a robust data valuation framework for machine
learning", AISTATS 2023. Interactions and differences are such means of three or four kinds. The
table is finite: cells that are known are no longer uncertain.
"""

from __future__ import annotations

import numpy as np

from lattice.errors import BadQuestion
from lattice.values.estimates import strata
from lattice.values.estimates.designs import Drawn, Reading, readings
from lattice.values.estimates.seeds import Seeds
from lattice.values.estimates.stratified import Sums, summed
from lattice.values.estimates.surface import Stored
from lattice.values.grounds import Ground
from lattice.values.ranked import RankedSums


def reading(ground: Ground, sums: RankedSums, drawn: Drawn) -> Reading:
    """The cells that were drawn with probability 1/2; `even` says whether they speak for all.

    Raises:
        BadQuestion: none were, or the sets do not all weigh the same.
    """
    if not strata.are_flat(sums):
        raise BadQuestion(
            "Sample reuse is for values that give all sets the same weight.",
            hint="Ask for banzhaf or banzhaf-interaction, or for another estimate.",
        )
    found = next((each for each in readings(ground, drawn) if each.assumption is None), None)
    if found is None or not drawn.halved:
        raise BadQuestion(
            "Sample reuse needs sets that were drawn at random, each object with probability 1/2.",
            hint='Say so where that is so: design = "random" and [draws] probability = 0.5 in the'
            " mapping. Otherwise ask for the stratified estimate.",
        )
    return found


def estimated(ground: Ground, sums: RankedSums, read: Reading, seeds: Seeds) -> Sums:
    """Estimates of all sums from means of the sampled cells."""
    stored = Stored.of(ground, read.sampled)
    bands = strata.bands(sums, np.zeros(sums.m + 1, dtype=np.int64), even=True, one=True)
    return summed(stored, sums, bands, None, seeds)
