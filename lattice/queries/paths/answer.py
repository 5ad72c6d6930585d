"""A route as an answer: its profile step by step, and what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lattice.index import LatticeIndex
from lattice.model import (
    Alternative,
    Move,
    MoveKind,
    NoPath,
    Path,
    PathOptimism,
    PathStep,
    TrainingSet,
)
from lattice.queries.deltas import deltas_between
from lattice.queries.paths.jumps import jump_of
from lattice.queries.paths.objectives import SCORED, Aim
from lattice.queries.paths.tasks import Route, Rows
from lattice.queries.pieces import cells_at, next_page, transposed
from lattice.subsets import masks_of_words

MOST_OPTIMA = 10**300
"""Numbers of paths are told up to this: a double still holds it."""
_MOST_NAMED = 5


@dataclass(frozen=True)
class Shown:
    """Which measures are listed at every step, and which steps: `limit` of them from `start`."""

    measures: tuple[int, ...]
    start: int = 0
    limit: int | None = None


def described(
    index: LatticeIndex,
    routes: Sequence[Route],
    aim: Aim,
    shown: Shown,
    optimism: PathOptimism | None = None,
    notes: tuple[str, ...] = (),
) -> Path:
    """The answer about routes that were found, the best first."""
    best = routes[0]
    rows = np.array(best.rows)
    measure = aim.measure
    limit = len(rows) if shown.limit is None else shown.limit
    followed = () if measure is None else (measure,)
    worst = {each: _worst_step(index, rows, each) for each in {*shown.measures, *followed}}
    return Path(
        found=True,
        status="exact",
        objective=aim.objective,
        measure=None if measure is None else index.measures[measure].name,
        source=index.training_set(best.rows[0]),
        target=index.training_set(best.rows[-1]),
        moves=len(rows) - 1,
        value=aim.value(index, rows),
        floor=_worst(index, rows[1:-1], measure),
        ends_floor=_worst(index, rows[[0, -1]], measure),
        worst_step=None if measure is None else worst[measure],
        worst_steps=tuple(worst[each] for each in shown.measures),
        optima=min(best.optima, MOST_OPTIMA),
        counted=best.counted and best.optima <= MOST_OPTIMA,
        measures=tuple(index.measures[each].name for each in shown.measures),
        steps=_steps(index, rows, shown.measures, shown.start, limit),
        next=next_page(shown.start, limit, len(rows)),
        alternatives=tuple(_alternative(index, each, aim, limit) for each in routes[1:]),
        optimism=optimism,
        why=None,
        notes=(*_notes(index, rows, aim, optimism), *notes),
    )


def not_found(
    index: LatticeIndex,
    ends: tuple[int, int],
    aim: Aim,
    measures: tuple[int, ...],
    reason: str,
    why: NoPath | None,
) -> Path:
    """The answer where there is no path, and why."""
    measure = aim.measure
    return Path(
        found=False,
        status="exact",
        objective=aim.objective,
        measure=None if measure is None else index.measures[measure].name,
        source=index.training_set(ends[0]),
        target=index.training_set(ends[1]),
        moves=None,
        value=None,
        floor=None,
        ends_floor=_worst(index, np.array(ends), measure),
        worst_step=None,
        worst_steps=(None,) * len(measures),
        optima=0,
        counted=True,
        measures=tuple(index.measures[each].name for each in measures),
        steps=(),
        next=None,
        alternatives=(),
        optimism=None,
        why=why,
        notes=(reason,),
    )


def names_of(index: LatticeIndex, rows: Rows) -> str:
    """The sets of some rows by name; the first few of many."""
    return some_of([index.training_set(row).name for row in rows[:_MOST_NAMED].tolist()], len(rows))


def some_of(names: Sequence[str], count: int) -> str:
    """The first few names, and how many of all `count` are left out."""
    more = count - len(names[:_MOST_NAMED])
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more:,} more" if more else "")


# ------------------------------------------------------------------ steps


def _steps(
    index: LatticeIndex, rows: Rows, measures: tuple[int, ...], start: int, limit: int
) -> tuple[PathStep, ...]:
    """One page of the steps."""
    page = rows[start : start + limit]
    if len(page) == 0:
        return ()
    before = rows[max(0, start - 1) : start + len(page) - 1]
    after = page if start else page[1:]
    cells = [cells_at(index, page, each) for each in measures]
    deltas = [deltas_between(index, before, after, each) for each in measures]
    sums = [_cumulative(index, rows[0], page, each) for each in measures]
    moves = _moves(index, before, after)
    jumps = [
        None if move else jump_of(index, *pair)
        for move, pair in zip(moves, zip(before.tolist(), after.tolist(), strict=True), strict=True)
    ]
    first = len(page) - len(after)  # the source has no step before it
    return tuple(
        PathStep(training_set, move, its_cells, its_deltas, cumulative, jump)
        for training_set, move, its_cells, its_deltas, cumulative, jump in zip(
            _sets(index, page),
            [*[None] * first, *moves],
            transposed(cells, len(page)),
            [*[()] * first, *transposed(deltas, len(after))],
            transposed(sums, len(page)),
            [*[None] * first, *jumps],
            strict=True,
        )
    )


def _sets(index: LatticeIndex, rows: Rows) -> list[TrainingSet]:
    return [index.universe.training_set(mask) for mask in masks_of_words(index.words[rows])]


def _moves(index: LatticeIndex, before: Rows, after: Rows) -> list[Move | None]:
    """The moves between pairs of rows; None where more than one object differs."""
    names, moves = index.universe.names, list[Move | None]()
    masks = (masks_of_words(index.words[rows]) for rows in (before, after))
    for one, other in zip(*masks, strict=True):
        changed = one ^ other
        kind: MoveKind = "add" if changed & other else "remove"
        single = changed & (changed - 1) == 0
        moves.append(Move(kind, names[changed.bit_length() - 1]) if single else None)
    return moves


def _cumulative(index: LatticeIndex, first: int, rows: Rows, measure: int) -> list[float | None]:
    mean = index.columns[measure].mean
    return [None if each != each else each for each in (mean[rows] - mean[first]).tolist()]


def _alternative(index: LatticeIndex, route: Route, aim: Aim, limit: int) -> Alternative:
    rows = np.array(route.rows)
    shown = rows[:limit]
    return Alternative(
        value=aim.value(index, rows),
        moves=len(rows) - 1,
        floor=_worst(index, rows[1:-1], aim.measure),
        training_sets=tuple(_sets(index, shown)),
        changes=tuple(filter(None, _moves(index, shown[:-1], shown[1:]))),
        cells=() if aim.measure is None else tuple(cells_at(index, shown, aim.measure)),
    )


# ------------------------------------------------------------------ what it is worth


def _worst(index: LatticeIndex, rows: Rows, measure: int | None) -> float | None:
    """The worst stored score among the rows; None where one is missing or there is no row."""
    if measure is None or len(rows) == 0:
        return None
    goodness: list[float] = index.goodness(measure)[rows].tolist()
    if any(each != each for each in goodness):
        return None
    least = min(goodness)
    return least if index.measures[measure].metric.direction == "higher" else -least


def _worst_step(index: LatticeIndex, rows: Rows, measure: int) -> int | None:
    """The step whose move loses most; None where no move loses or scores are missing."""
    goodness: list[float] = index.goodness(measure)[rows].tolist()
    least, worst = 0.0, None
    for step, (before, after) in enumerate(pairwise(goodness), start=1):
        if after - before < least:  # never where one is missing
            least, worst = after - before, step
    return worst


def _notes(
    index: LatticeIndex, rows: Rows, aim: Aim, optimism: PathOptimism | None
) -> tuple[str, ...]:
    notes = []
    if aim.measure is not None:
        missing = rows[index.columns[aim.measure].count[rows] == 0]
        if len(missing):
            name = index.measures[aim.measure].name
            notes.append(f"no score under {name} for {names_of(index, missing)}")
    held_out = optimism is not None and optimism.optimism.cross_fitted is not None
    if aim.objective in SCORED and len(rows) > 2 and not held_out:  # else its value says more
        notes.append("chosen on the same scores that are shown: optimistic")
    if aim.objective == "widest" and len(rows) <= 2:
        notes.append("nothing lies between the ends: there is no floor")
    return tuple(notes)
