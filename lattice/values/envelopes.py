"""Envelopes: the least and the most that every cell of a table can be, under an assumption.

Best stored subsets and worst stored supersets are folds of the table, one pass for each unit; so
are distances to stored cells, since the distance between sets is a sum over units.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lattice.deadlines import stop_if_late
from lattice.errors import BadQuestion
from lattice.values import folds
from lattice.values.assumptions import Assumed
from lattice.values.grounds import Ground, Scores, range_of

_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Envelope:
    """The ends of every cell by goodness, shape (2^m,), and of what each unit adds, shape (m,).

    `violations` counts where stored cells contradict the assumption (moves, or squares of moves),
    `slack` is by how much means had to give way for it.
    """

    assumed: Assumed
    low: Scores
    high: Scores
    adds_least: Scores
    adds_most: Scores
    violations: int
    slack: float


def envelope(ground: Ground, assumed: Assumed) -> Envelope:
    """The envelope of a table.

    Raises:
        BadQuestion: the assumption bounds nothing here, or there are too many sets.
    """
    if not ground.tabled:
        raise BadQuestion(
            f"{assumed} bounds look at all sets of the units, which are too many for {ground.m}.",
            hint="Group the units, ask between sets that are less far apart, or assume range.",
        )
    return _MAKERS[assumed.name](ground, assumed)


def _monotone(ground: Ground, assumed: Assumed) -> Envelope:
    good = ground.sign * ground.scores
    worst, best = _range(ground)
    low, high = np.fmax(good, worst), np.fmin(good, best)  # NaN where missing
    folds.largest_within(low)
    folds.smallest_around(high)
    slack = max(0.0, float((low - high).max())) / 2  # of any two stored sets, one within the other
    if slack:
        low, high = _within_range(ground, *_widened(low, high, slack))
    if np.isinf(low[0]) or np.isinf(high[-1]):
        raise BadQuestion(
            "Monotonicity bounds nothing here: the metric has no declared range, and the least or"
            " the largest set has no score.",
            hint=f"Train {_ends(ground)}, or declare the metric's range in the mapping.",
        )
    worse = 0
    if slack:
        worse = sum(int((holding < without).sum()) for _, without, holding in folds.cuts(good))
    return Envelope(assumed, low, high, *_steps(ground, 0.0, np.inf), worse, slack)


def _cap(ground: Ground, assumed: Assumed) -> Envelope:
    cap = assumed.number or 0.0
    sizes = np.array([unit.bit_count() for unit in ground.units], dtype=np.float64)
    most = cap * sizes.max(initial=1.0)  # a unit of several objects joins by as many moves
    good = ground.sign * ground.scores
    low, high = np.fmax(good, -np.inf), np.fmin(good, np.inf)  # NaN where missing

    def raise_ends(without: Scores, holding: Scores) -> None:
        np.maximum(holding, without - most, out=holding)
        np.maximum(without, holding - most, out=without)

    def lower_ends(without: Scores, holding: Scores) -> None:
        np.minimum(holding, without + most, out=holding)
        np.minimum(without, holding + most, out=without)

    folds.over_units(low, raise_ends)
    folds.over_units(high, lower_ends)
    if np.isinf(low[0]):
        raise BadQuestion(
            "A cap bounds nothing where no cell has a score.", hint=f"Train {_ends(ground)}."
        )
    slack = max(0.0, float((low - high).max())) / 2  # of any two stored sets, one within the other
    low, high = _within_range(ground, *_widened(low, high, slack))
    moves = folds.cuts(good)
    beyond = sum(
        int((np.abs(holding - without) > cap * sizes[unit]).sum())
        for unit, without, holding in moves
    )
    steps = cap * sizes + 2 * slack
    return Envelope(assumed, low, high, -steps, steps, beyond, slack)


def _saturated(ground: Ground, assumed: Assumed) -> Envelope:
    """Sets of k units or more score alike: as the stored ones of them, up to their spread."""
    good = ground.sign * ground.scores
    flat = folds.ranks(ground.m) >= (assumed.number or 0)
    known = good[flat & ground.there]
    low, high = np.fmax(good, -np.inf), np.fmin(good, np.inf)  # NaN where missing
    slack = 0.0
    if len(known):
        slack = float(known.max() - known.min()) / 2
        low[flat], high[flat] = known.min(), known.max()
    low, high = _within_range(ground, low, high)
    if np.isinf(low).any() or np.isinf(high).any():
        raise BadQuestion(
            f"{assumed} bounds nothing here: cells below that rank are missing too, and the metric"
            " has no declared range.",
            hint="Train them, or declare the metric's range in the mapping.",
        )
    middle = known.mean() if len(known) else 0.0
    strays = int((np.abs(known - middle) > _ROUNDING * max(1.0, abs(float(middle)))).sum())
    return Envelope(
        assumed, low, high, *_steps(ground, -np.inf, np.inf), strays if slack else 0, slack
    )


def _diminishing(ground: Ground, assumed: Assumed) -> Envelope:
    """What a unit adds lies between what it adds last and what it adds first."""
    good = ground.sign * ground.scores
    full = len(good) - 1
    units = 1 << np.arange(ground.m)
    least, most = good[full] - good[full ^ units], good[units] - good[0]
    lacking = [cell for cell in (0, full, *units, *(full ^ units)) if np.isnan(good[cell])]
    if lacking:
        names = sorted({ground.index.universe.spell(ground.mask(int(each))) for each in lacking})
        raise BadQuestion(
            "Diminishing returns bound nothing without the scores of what is held, of all units, of"
            " each alone and of all but each.",
            hint=f"Train {', '.join(names[:8])}{' ...' if len(names) > 8 else ''}.",
        )
    slack = max(0.0, float((least - most).max())) / 2
    low, high = np.fmax(good, -np.inf), np.fmin(good, np.inf)  # NaN where missing
    low, high = _within_range(ground, low, high)
    return Envelope(
        assumed,
        low,
        high,
        least - slack,
        most + slack,
        _growing(good) if ground.m > 1 else 0,
        slack,
    )


def _growing(good: Scores) -> int:
    """Over how many stored squares a unit adds more to the larger set."""
    found = 0
    for _, without, holding in folds.cuts(good):
        stop_if_late("counting where returns grow")
        found += sum(
            int((larger > smaller + _ROUNDING).sum())
            for _, smaller, larger in folds.cuts((holding - without).reshape(-1))
        )
    return found // 2  # each square is met once for either unit


def _range(ground: Ground) -> list[float]:
    """The worst and the best of the metric's declared range by goodness, which may be open."""
    return sorted(ground.sign * each for each in range_of(ground) or (-np.inf, np.inf))


def _widened(low: Scores, high: Scores, slack: float) -> tuple[Scores, Scores]:
    """The ends further apart, in place."""
    if slack:
        low -= slack
        high += slack
    return low, high


def _within_range(ground: Ground, low: Scores, high: Scores) -> tuple[Scores, Scores]:
    """The ends with those of the metric's declared range, which may be open; in place."""
    worst, best = _range(ground)
    if np.isfinite(worst) or np.isfinite(best):
        np.maximum(low, worst, out=low)
        np.minimum(high, best, out=high)
    return low, high


def _steps(ground: Ground, least: float, most: float) -> tuple[Scores, Scores]:
    return np.full(ground.m, least), np.full(ground.m, most)


def _ends(ground: Ground) -> str:
    spell = ground.index.universe.spell
    return f"{spell(ground.held)} and {spell(ground.whole)}"


_MAKERS: dict[str, Callable[[Ground, Assumed], Envelope]] = {
    "monotone": _monotone,
    "cap": _cap,
    "saturated": _saturated,
    "diminishing": _diminishing,
}
