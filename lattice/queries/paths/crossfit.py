"""How optimistic a path is that was chosen on the scores that are shown."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lattice.index import LatticeIndex
from lattice.model import HeldOutPath, Optimism, PathOptimism
from lattice.queries.crossfit import RESAMPLES, CrossFit, cross_fit, shared_blocks, too_few_blocks
from lattice.queries.paths.tasks import Allowed, Route, Rows
from lattice.replicates import Scores

_SMALL, _MEDIUM = 1 << 13, 1 << 17
_NO_PATH = "on half of the blocks there is no such path"

Chosen = tuple[int, ...]


def path_optimism(
    index: LatticeIndex,
    measure: int,
    route: Route,
    solve: Callable[[Scores], Route | None],
    value: Callable[[Scores, Rows], float | None],
    used: Allowed | None = None,
) -> PathOptimism:
    """The apparent and the cross-fitted profile of a path chosen on the scores of a measure.

    With at least four blocks (`crossfit.shared_blocks`), half of them choose a path and the other
    half score it, both ways round. 100 resamples of the blocks say how often they choose the same
    path; 10 beyond 8,192 sets and none beyond 131,072, where each would take too long.

    Args:
        solve: from scores (N,), oriented so that more is better, to the best path.
        value: from such scores and the rows of a path to the objective's value, in the metric's
            unit.
        used: the sets (N,) that a path may pass, its ends included; all of them by default.
    """
    sign = 1.0 if index.measures[measure].metric.direction == "higher" else -1.0
    column, goodness = index.columns[measure], index.goodness(measure)
    rows = np.array(route.rows)
    profile = _scores(sign * goodness[rows])
    apparent = value(goodness, rows)
    blocks = sign * shared_blocks(column, used)

    def choose(scores: Scores) -> Chosen | None:
        found = solve(scores)
        return None if found is None else found.rows

    found = cross_fit(blocks, route.rows, choose, _resamples(len(index)))
    if found is None:
        return PathOptimism(too_few_blocks(blocks.shape[1], apparent), profile, None, ())
    halves = tuple(
        _held_out(index, np.array(chosen), sign, scores, value)
        for chosen, scores in found.halves
        if chosen is not None
    )
    values = [half.value for half in halves if half.value is not None]
    cross_fitted = float(np.mean(values)) if len(values) == 2 else None
    return PathOptimism(
        optimism=Optimism(
            blocks=found.blocks,
            apparent=apparent,
            cross_fitted=cross_fitted,
            resamples=found.resamples,
            same=found.same if found.resamples else None,
            note=_NO_PATH if len(halves) < 2 else None,
        ),
        profile=profile,
        cross_fitted_profile=_profile(found, sign, len(rows)),
        halves=halves,
    )


def _resamples(sets: int) -> int:
    if sets <= _SMALL:
        return RESAMPLES
    return RESAMPLES // 10 if sets <= _MEDIUM else 0


def _held_out(
    index: LatticeIndex,
    rows: Rows,
    sign: float,
    scores: Scores,
    value: Callable[[Scores, Rows], float | None],
) -> HeldOutPath:
    return HeldOutPath(
        training_sets=tuple(index.training_set(row) for row in rows.tolist()),
        value=value(scores, rows),
        scores=_scores(sign * scores[rows]),
    )


def _profile(found: CrossFit[Chosen], sign: float, steps: int) -> tuple[float | None, ...] | None:
    """The mean held-out score at each step, where both halves have as many steps."""
    profiles = [sign * scores[list(rows)] for rows, scores in found.halves if rows is not None]
    if [len(each) for each in profiles] != [steps, steps]:
        return None
    return _scores((profiles[0] + profiles[1]) / 2)


def _scores(scores: Scores) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(each) else each for each in scores.tolist())
