"""Is a split of the gain of all units fair: efficiency, core membership, the least core.

Gains are g(S) = direction x (v(S) - v(held)). A split x is in the core where no set gains more alone:
x(S) >= g(S) for every S and x(all) = g(all); Gillies, "Solutions to general non-zero-sum games",
1959. The least core gives the smallest e with x(S) >= g(S) - e for every S but none and all; Maschler,
Peleg and Shapley, "Geometric properties of the kernel, nucleolus, and related solution concepts",
Mathematics of Operations Research 4(4), 1979. Data are not used up by sharing them, so the singles
often gain more than the whole: then the core is empty. The program is solved once for each shared
block, since its optimum is no linear sum.
"""

from __future__ import annotations

import numpy as np
import scipy

from lattice.deadlines import stop_if_late
from lattice.errors import BadQuestion
from lattice.model import Claim, Fairness, LeastCore, Status
from lattice.queries.admissible import countable
from lattice.replicates import LEVEL, PAIRED
from lattice.values.grounds import Flags, Ground, Scores
from lattice.values.semivalues import Quantity, find, together

MOST_UNITS = 14
MOST_CLAIMS = 10
_ROUNDING = 1e-9


def fairness(ground: Ground, quantity: Quantity, names: tuple[str, ...]) -> Fairness:
    """How fair the split by a quantity is.

    Raises:
        BadQuestion: too many units, no split of single units, or the ends have no score.
    """
    _check(ground, quantity)
    gains = ground.sign * (ground.scores - ground.scores[0])
    shares = ground.sign * find(ground, quantity, names, None).sums.value
    known = not np.isnan(shares).any()
    inner = ground.there.copy()
    inner[[0, -1]] = False
    given = _sums(shares)
    excess = np.where(inner, gains - given, -np.inf)
    tolerance = _ROUNDING * max(1.0, float(np.nanmax(np.abs(gains))))
    worst = np.argsort(-excess, kind="stable")[: min(MOST_CLAIMS, int(inner.sum()))]
    everything = bool(ground.there.all())
    violated = int((excess > tolerance).sum()) if known else 0
    efficiency = float(shares.sum() - gains[-1]) if known else None
    whole_split = efficiency is not None and abs(efficiency) <= tolerance
    in_core: bool | None = None
    if known and (violated or not whole_split):
        in_core = False
    elif known and everything:
        in_core = True
    singles = gains[1 << np.arange(ground.m)]
    status: Status = "exact" if everything and known else "bounded"
    return Fairness(
        split=quantity.name,
        measure=ground.index.measures[ground.measure].name,
        held=ground.index.universe.training_set(ground.held),
        whole=ground.index.universe.training_set(ground.whole),
        units=names,
        status=status,
        shares=tuple(None if each != each else each for each in shares.tolist()),
        together=together(ground),
        efficiency=efficiency,
        in_core=in_core,
        claims=tuple(
            Claim(
                ground.index.universe.training_set(ground.mask(cell)),
                float(gains[cell]),
                float(given[cell]),
                float(excess[cell]),
            )
            for cell in worst.tolist()
        )
        if known
        else (),
        violated=violated,
        checked=int(inner.sum()),
        possible=countable(2.0**ground.m - 2),
        least_core=_least_core(ground, inner, everything),
        alone=None if np.isnan(singles).any() else float(singles.sum()),
        notes=_notes(ground, singles, gains[-1], tolerance),
    )


def _check(ground: Ground, quantity: Quantity) -> None:
    if quantity.sums.order != 1:
        raise BadQuestion(
            f"{quantity.name} is no split: it has a number for every two units.",
            hint="Ask about a value of single units, for example shapley.",
        )
    if ground.m > MOST_UNITS:
        raise BadQuestion(
            f"Fairness looks at all sets of {ground.m} units, which are too many.",
            hint=f"Group them into at most {MOST_UNITS}, by owner or by name.",
        )
    lacking = [
        ground.index.universe.spell(ground.mask(cell))
        for cell in (0, len(ground.there) - 1)
        if not ground.there[cell]
    ]
    if lacking:
        raise BadQuestion(
            f"There is nothing to split: no score of {' and '.join(lacking)}.",
            hint="Train it, or say which score it is taken to have.",
        )


def _sums(shares: Scores) -> Scores:
    """x(S) for every set, shape (2^m,)."""
    found = np.zeros(1)
    for share in shares.tolist():
        found = np.concatenate([found, found + share])
    return found


def _least_core(ground: Ground, inner: Flags, everything: bool) -> LeastCore:
    mean = ground.sign * (ground.scores - ground.scores[0])
    excess, split = _program(mean, inner)
    status: Status = "exact" if everything else "bounded"
    nothing = LeastCore(status, excess, None, None, None, LEVEL, 0, tuple(split.tolist()))
    scores = ground.by_replicate()
    scores[ground.conventional] = np.where(ground.conventional, ground.scores, 0.0)[
        ground.conventional, None
    ]
    moving = ground.there & ~ground.conventional
    blocks = scores.shape[1]
    if blocks < 2 or np.isnan(scores[moving]).any():
        return nothing
    if not all(kind in PAIRED for kind in ground.column.kinds):
        return nothing
    each = np.array([_program(ground.sign * (one - one[0]), inner)[0] for one in scores.T])
    error = float(each.std(ddof=1) / np.sqrt(blocks))
    half = float(scipy.special.stdtrit(blocks - 1, 0.5 + LEVEL / 2)) * error
    middle = float(each.mean())
    return LeastCore(
        status, middle, error, middle - half, middle + half, LEVEL, blocks, tuple(split.tolist())
    )


def _program(gains: Scores, inner: Flags) -> tuple[float, Scores]:
    """The least e with x(S) + e >= g(S) for the sets `inner` and x(all) = g(all), and such an x."""
    stop_if_late("solving for the least core")
    m = len(gains).bit_length() - 1
    sets = np.flatnonzero(inner)
    if not len(sets):
        return float("nan"), np.full(m, gains[-1] / m)
    holds = (sets[:, None] >> np.arange(m) & 1).astype(np.float64)
    claims = np.column_stack([holds, np.ones(len(sets))])
    whole = np.append(np.ones(m), 0.0)
    solved = scipy.optimize.milp(
        np.append(np.zeros(m), 1.0),
        constraints=[
            scipy.optimize.LinearConstraint(claims, lb=gains[sets]),
            scipy.optimize.LinearConstraint(whole[None], lb=gains[-1], ub=gains[-1]),
        ],
        bounds=scipy.optimize.Bounds(-np.inf, np.inf),
    )
    if solved.status != 0:
        raise ArithmeticError(f"the least core had no solution: {solved.message}")
    return float(solved.x[-1]), np.asarray(solved.x[:-1])


def _notes(ground: Ground, singles: Scores, whole: float, tolerance: float) -> tuple[str, ...]:
    notes = []
    if not np.isnan(singles).any() and singles.sum() > whole + tolerance:
        notes.append(
            "the units alone gain more in sum than all together: no split can be in the core"
        )
    if ground.taken is not None:
        spelled = ground.index.universe.spell(ground.held)
        notes.append(f"the score of {spelled} is taken to be {ground.taken:g}, not measured")
    return tuple(notes)
