"""A route as an answer: its profile step by step, and what it is worth."""

from __future__ import annotations

import numpy as np

from lattice.index import LatticeIndex
from lattice.model import Move, Objective, Path, PathStep
from lattice.queries.deltas import deltas
from lattice.queries.paths.fewest import fewest
from lattice.queries.paths.tasks import Route


def described(
    index: LatticeIndex,
    route: Route,
    objective: Objective,
    measure: int | None,
    measures: tuple[int, ...],
) -> Path:
    """The answer about a route that was found."""
    rows = route.rows
    steps = []
    for before, row in zip((None, *rows), rows, strict=False):
        first, here = index.cells(rows[0], measures), index.cells(row, measures)
        cumulative = tuple(
            None if start is None or cell is None else cell.mean - start.mean
            for start, cell in zip(first, here, strict=True)
        )
        steps.append(
            PathStep(
                training_set=index.training_set(row),
                move=None if before is None else _move(index, before, row),
                cells=here,
                deltas=() if before is None else deltas(index, before, row, measures),
                cumulative=cumulative,
            )
        )
    return Path(
        found=True,
        status="exact",
        objective=objective,
        measure=None if measure is None else index.measures[measure].name,
        source=index.training_set(rows[0]),
        target=index.training_set(rows[-1]),
        moves=len(rows) - 1,
        floor=_worst(index, rows[1:-1], measure),
        ends_floor=_worst(index, (rows[0], rows[-1]), measure),
        worst_step=_worst_step(index, rows, measure),
        optima=route.optima,
        measures=tuple(index.measures[each].name for each in measures),
        steps=tuple(steps),
        notes=_notes(index, rows, objective, measure),
    )


def _move(index: LatticeIndex, before: int, after: int) -> Move:
    changed = index.mask_of(before) ^ index.mask_of(after)
    kind = "add" if index.mask_of(after) & changed else "remove"
    return Move(
        "add" if kind == "add" else "remove", index.universe.names[changed.bit_length() - 1]
    )


def _worst(index: LatticeIndex, rows: tuple[int, ...], measure: int | None) -> float | None:
    """The worst stored score among the rows; None where one is missing or there is no row."""
    if measure is None or not rows:
        return None
    goodness = index.goodness(measure)[list(rows)]
    if np.isnan(goodness).any():
        return None
    return float(index.columns[measure].mean[rows[int(np.argmin(goodness))]])


def _worst_step(index: LatticeIndex, rows: tuple[int, ...], measure: int | None) -> int | None:
    """The step whose move loses most; None where no move loses or scores are missing."""
    if measure is None or len(rows) < 2:
        return None
    gains = np.diff(index.goodness(measure)[list(rows)])
    if np.isnan(gains).all() or np.nanmin(gains) >= 0:
        return None
    return int(np.nanargmin(gains)) + 1


def _notes(
    index: LatticeIndex, rows: tuple[int, ...], objective: Objective, measure: int | None
) -> tuple[str, ...]:
    notes = []
    if measure is not None:
        name = index.measures[measure].name
        missing = [row for row in rows if index.columns[measure].count[row] == 0]
        if missing:
            sets = ", ".join(index.training_set(row).name for row in missing)
            notes.append(f"no score under {name} for {sets}")
    if objective == "widest" and len(rows) > 2:
        notes.append("chosen on the same scores that are shown: optimistic")
    if objective == "widest" and len(rows) <= 2:
        notes.append("nothing lies between the ends: there is no floor")
    return tuple(notes)


def no_path(
    index: LatticeIndex,
    source: int,
    target: int,
    objective: Objective,
    measure: int | None,
    measures: tuple[int, ...],
) -> Path:
    """The answer where there is no path, and why."""
    here, there = index.training_set(source), index.training_set(target)
    name = None if measure is None else index.measures[measure].name
    if objective == "widest":
        everything = np.ones(len(index), dtype=np.bool_)
        blocked = fewest(index, source, target, everything)
    else:
        blocked = None
    if blocked is not None:
        sets = [row for row in blocked.rows[1:-1] if index.columns[measure or 0].count[row] == 0]
        names = ", ".join(index.training_set(row).name for row in sets)
        reason = (
            f"every path from {here.name} to {there.name} passes a set without a score under"
            f" {name}; the shortest would need {names}"
        )
    else:
        reason = (
            f"no chain of stored sets, each one move from the next, leads from {here.name} to"
            f" {there.name}: sets between them are not stored"
        )
    return Path(
        found=False,
        status="exact",
        objective=objective,
        measure=name,
        source=here,
        target=there,
        moves=None,
        floor=None,
        ends_floor=_worst(index, (source, target), measure),
        worst_step=None,
        optima=0,
        measures=tuple(index.measures[each].name for each in measures),
        steps=(),
        notes=(reason,),
    )
