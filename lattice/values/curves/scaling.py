"""Scaling: the mean score of all sets with as many objects, or rows, with curves fitted to it.

The mean over all sets of a size is what a random sample of that size scores. Where sets are missing
it is only of the stored ones, which may be another mixture. Composition-stratified: the same
for the sets that hold some units, and for those that do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import comb

import numpy as np

from lattice.errors import BadQuestion
from lattice.model import CurveAxis, CurvePoint, CurveSeries, ScalingCurve
from lattice.queries.admissible import countable
from lattice.subsets import positions_of_mask
from lattice.values import semivalues
from lattice.values.curves import fits
from lattice.values.curves.groups import by_block, errors_of
from lattice.values.grounds import Flags, Ground, Scores

MOST_STRATA = 4
MOST_POINTS = 64
"""Of more different sizes, sets of about as much data are taken together."""


def scaling(
    ground: Ground, names: tuple[str, ...], axis: CurveAxis, strata: Sequence[int]
) -> ScalingCurve:
    """The curve.

    Args:
        names: of the units.
        strata: units by which the sets are told apart.

    Raises:
        BadQuestion: no set with a score, too many strata, or objects without a size.
    """
    if len(strata) > MOST_STRATA:
        raise BadQuestion(
            f"{len(strata)} units make {2 ** len(strata):,} kinds of sets, too many to look at.",
            hint=f"Name at most {MOST_STRATA}.",
        )
    if not ground.there.any():
        raise BadQuestion(
            "No set has a score under this measure.",
            hint="Import some, or ask for another measure.",
        )
    x = _amounts(ground, axis)
    index = ground.index
    series = []
    for held in product((True, False), repeat=len(strata)):
        chosen = np.ones(len(ground.ranks), dtype=np.bool_)
        for unit, holds in zip(strata, held, strict=True):
            chosen &= _holding(ground, unit) == holds
        series.append(
            _series(
                ground,
                axis,
                x,
                chosen,
                tuple(names[unit] for unit, holds in zip(strata, held, strict=True) if holds),
                tuple(names[unit] for unit, holds in zip(strata, held, strict=True) if not holds),
            )
        )
    return ScalingCurve(
        measure=index.measures[ground.measure].name,
        axis=axis,
        held=index.universe.training_set(ground.held),
        whole=index.universe.training_set(ground.whole),
        series=tuple(series),
        notes=(
            "curves are drawn to twice the largest amount of data at most; beyond the points they"
            " are extrapolated",
            *semivalues.notes(ground),
        ),
    )


def _holding(ground: Ground, unit: int) -> Flags:
    """Which cells' sets hold a unit."""
    if ground.tabled:
        return np.asarray((np.arange(len(ground.ranks)) >> unit & 1).astype(np.bool_))
    return ground.membership[:, unit]


def _amounts(ground: Ground, axis: CurveAxis) -> Scores:
    """The amount of data of every cell's set."""
    objects = ground.index.universe.objects

    def amount(mask: int) -> float:
        if axis == "rank":
            return float(mask.bit_count())
        sizes = [objects[each].size for each in positions_of_mask(mask)]
        if None in sizes:
            lacking = next(
                objects[each].name
                for each, size in zip(positions_of_mask(mask), sizes, strict=True)
                if size is None
            )
            raise BadQuestion(
                f"No size of {lacking} is known.",
                hint="Import the sizes of the objects, or ask for the curve by rank.",
            )
        return float(sum(each or 0.0 for each in sizes))

    base, units = amount(ground.held), [amount(each) for each in ground.units]
    if not ground.tabled:
        return np.asarray(base + ground.membership @ np.array(units))
    found = np.array([base])
    for each in units:
        found = np.concatenate([found, found + each])
    return found


def _series(
    ground: Ground,
    axis: CurveAxis,
    x: Scores,
    chosen: Flags,
    holding: tuple[str, ...],
    without: tuple[str, ...],
) -> CurveSeries:
    """The points of the chosen cells, scored or not, with their fits."""
    cells = np.flatnonzero(chosen & ground.there)
    if not len(cells):
        return CurveSeries(holding, without, (), (), "no such set has a score")
    place, group = _grouped(x[cells])
    scores, count = ground.scores[cells], np.bincount(group)
    mean = np.bincount(group, scores) / count
    square = np.bincount(group, (scores - mean[group]) ** 2)
    blocks = by_block(ground, cells, group, count)
    errors = errors_of(ground, cells, group, count, blocks)
    sets = _possible(ground, axis, x, chosen, place, len(holding), len(without))
    conventional = np.bincount(group, ground.conventional[cells]) == count
    points = []
    for each, told in enumerate(count.tolist()):
        possible = None if sets is None else sets[each]
        error = np.nan if errors is None else float(errors[each])
        points.append(
            CurvePoint(
                x=float(place[each]),
                status="exact" if possible == told else "estimated",
                mean=float(mean[each]),
                standard_error=None if error != error or conventional[each] else error,
                deviation=float(np.sqrt(square[each] / (told - 1))) if told > 1 else None,
                sets=None if possible is None else countable(possible),
                scored=told,
                declared=bool(conventional[each]),
            )
        )
    positive = (place > 0) & ~conventional
    if int(positive.sum()) < fits.LEAST_POINTS:
        note = f"fewer than {fits.LEAST_POINTS} amounts of data above 0: no curve is fitted"
        return CurveSeries(holding, without, tuple(points), (), note)
    found = fits.fitted(
        place[positive],
        mean[positive],
        count[positive].astype(np.float64),
        None if blocks is None else blocks[:, positive],
    )
    return CurveSeries(holding, without, tuple(points), found, None)


def _possible(
    ground: Ground,
    axis: CurveAxis,
    x: Scores,
    chosen: Flags,
    place: Scores,
    holding: int,
    without: int,
) -> list[int] | None:
    """How many sets there are of each amount of data; None where that is not known."""
    if ground.tabled:
        known, count = np.unique(np.round(x[chosen], 9), return_counts=True)
        if not np.isin(place, known).all():  # amounts that were taken together
            return None
        return [int(each) for each in count[np.searchsorted(known, place)]]
    if axis == "rank" and all(unit.bit_count() == 1 for unit in ground.units):
        free, least = ground.m - holding - without, ground.held.bit_count() + holding
        return [comb(free, round(float(each)) - least) for each in place]
    return None


def _grouped(x: Scores) -> tuple[Scores, np.ndarray[tuple[int, ...], np.dtype[np.int64]]]:
    """The amounts of data that are told apart, and which of them each set has."""
    place, group = np.unique(np.round(x, 9), return_inverse=True)
    if len(place) <= MOST_POINTS:
        return place, group
    edges = np.linspace(place[0], place[-1], MOST_POINTS + 1)
    bins = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, MOST_POINTS - 1)
    _, group = np.unique(bins, return_inverse=True)
    return np.bincount(group, x) / np.bincount(group), group
