"""Learning-order curves: what a ranking of units is worth when they join, or leave, in its order.

Ghorbani and Zou, "Data Shapley: equitable valuation of data for machine learning", ICML 2019: a
good ranking rises fast when its best join first, and falls fast when its best leave first. A random
order passes every set of each rank equally often, so that its mean is exact where all have scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np

from lattice.model import Along, Contrast, OrderCurve, OrderCurves, OrderPoint, TrainingSet
from lattice.queries.admissible import countable
from lattice.queries.curves import Curve
from lattice.queries.units import Roster
from lattice.replicates import LEVEL
from lattice.values import semivalues
from lattice.values.curves.groups import by_block, errors_of
from lattice.values.grounds import Ground

MOST_MISSING = 20


def order_curves(
    ground: Ground, names: tuple[str, ...], ranking: str, order: Sequence[int], *, optimistic: bool
) -> OrderCurves:
    """The four curves.

    Args:
        order: the units, the best first.
        optimistic: whether the scores that judge the ranking have made it.
    """
    missing: dict[int, TrainingSet] = {}
    curves = (
        _curve(ground, names, "best first", order, missing),
        _curve(ground, names, "worst first", order[::-1], missing),
        _curve(ground, names, "remove best first", order, missing),
        _random(ground),
    )
    notes = list(semivalues.notes(ground))
    if optimistic:
        notes.insert(0, "the ranking was made from the scores that judge it: optimistic")
    if missing:
        notes.append(f"{len(missing)} sets on the way have no score")
    index = ground.index
    return OrderCurves(
        ranking=ranking,
        measure=index.measures[ground.measure].name,
        held=index.universe.training_set(ground.held),
        whole=index.universe.training_set(ground.whole),
        curves=curves,
        missing=tuple(missing.values())[:MOST_MISSING],
        optimistic=optimistic,
        notes=tuple(notes),
    )


def _curve(
    ground: Ground,
    names: tuple[str, ...],
    along: Along,
    order: Sequence[int],
    missing: dict[int, TrainingSet],
) -> OrderCurve:
    leaving = along == "remove best first"
    index, mask = ground.index, ground.whole if leaving else ground.held
    masks = [mask]
    for each in order:
        mask ^= ground.units[each]
        masks.append(mask)
    points, rows = [], []
    for moved, each in enumerate(masks):
        row = index.row_of(each) if ground.scored(each) else -1
        taken = ground.taken if each == ground.held else None
        cell = None if row < 0 else ground.column.cell(row)
        score = taken if taken is not None else None if cell is None else cell.mean
        if score is None:
            missing.setdefault(each, index.universe.training_set(each))
        rows.append((row, score, taken))
        points.append(
            OrderPoint(
                moved=moved,
                unit=None if moved == 0 else names[order[moved - 1]],
                training_set=index.universe.training_set(each),
                score=score,
                standard_error=None if taken is not None or cell is None else cell.standard_error,
                scored=int(score is not None),
                sets=1,
            )
        )
    return OrderCurve(
        along, tuple(names[each] for each in order), _area(ground, masks, rows), tuple(points)
    )


def _area(
    ground: Ground, masks: Sequence[int], rows: Sequence[tuple[int, float | None, float | None]]
) -> Contrast:
    """The mean score over the steps after the start."""
    steps = rows[1:]
    if not steps or any(score is None for _, score, _ in steps):
        return _unavailable("scores are missing")
    if any(taken is not None for _, _, taken in steps):
        mean = sum(score or 0.0 for _, score, _ in steps) / len(steps)
        note = "its error is unknown: a score is taken, not measured"
        return Contrast("exact", mean, None, None, None, LEVEL, None, 0, note)
    roster = Roster("acquisition", masks[0], (), ())
    curve = Curve(ground.index, roster, ground.measure)
    return curve.contrast([(row, 1 / len(steps)) for row, _, _ in steps])


def _unavailable(why: str) -> Contrast:
    return Contrast("unavailable", None, None, None, None, LEVEL, None, 0, why)


def _random(ground: Ground) -> OrderCurve:
    """The mean over all sets of every rank: what a random order scores on average."""
    m = ground.m
    sizes = [comb(m, each) for each in range(m + 1)]
    there = ground.scored_by_rank
    cells = np.flatnonzero(ground.there)
    group = ground.ranks[cells]
    count = np.bincount(group, minlength=m + 1)
    mean = np.bincount(group, ground.scores[cells], minlength=m + 1) / np.maximum(count, 1)
    full = list(there) == sizes
    blocks = by_block(ground, cells, group, count) if full else None
    errors = errors_of(ground, cells, group, count, blocks) if full else None
    points = tuple(
        OrderPoint(
            moved=rank,
            unit=None,
            training_set=None,
            score=float(mean[rank]) if there[rank] == sizes[rank] else None,
            standard_error=None
            if errors is None or errors[rank] != errors[rank]
            else float(errors[rank]),
            scored=there[rank],
            sets=countable(sizes[rank]),
        )
        for rank in range(m + 1)
    )
    if m == 0 or there[1:] != sizes[1:]:
        return OrderCurve("random", (), _unavailable("scores are missing"), points)
    error = None
    if blocks is not None:
        areas = blocks[:, 1:].mean(axis=1)
        error = float(areas.std(ddof=1) / np.sqrt(len(areas)))
    area = Contrast(
        status="exact",
        value=float(mean[1:].mean()),
        standard_error=error,
        low=None,
        high=None,
        level=LEVEL,
        method=None if error is None else "paired",
        replicates=0 if blocks is None else len(blocks),
        note="its error is unknown" if error is None else None,
    )
    return OrderCurve("random", (), area, points)
