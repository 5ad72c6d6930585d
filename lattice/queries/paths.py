"""Paths between two stored sets: one breadth-first engine, and the objectives that it serves.

`fewest`: the fewest moves. `widest`: the highest possible worst score strictly between the ends,
then the fewest moves. Among equally good paths the one is given whose first differing move adds
before it removes, and then changes the object that comes first in the universe.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lattice.index import MISSING, LatticeIndex
from lattice.model import Move, Objective, Path, PathStep
from lattice.queries.deltas import deltas
from lattice.subsets import has_object

Rows = NDArray[np.int64]
Allowed = NDArray[np.bool_]
_UNREACHED = -1


def find_path(
    index: LatticeIndex,
    source: int,
    target: int,
    objective: Objective,
    measure: int | None,
    measures: tuple[int, ...],
) -> Path:
    """The best path from row `source` to row `target`.

    Args:
        measure: the measure that `widest` is about; for `fewest` the one whose floor is given.
        measures: those whose cells and deltas are listed at every step.
    """
    if objective == "widest" and measure is not None:
        route = widest(index, source, target, measure)
    else:
        route = fewest(index, source, target, np.ones(len(index), dtype=np.bool_))
    if route is None:
        return _no_path(index, source, target, objective, measure, measures)
    return _described(index, route, objective, measure, measures)


# ------------------------------------------------------------------ the engine


@dataclass(frozen=True)
class Route:
    """Rows along a best path, and how many paths are equally good."""

    rows: tuple[int, ...]
    optima: int


def fewest(index: LatticeIndex, source: int, target: int, allowed: Allowed) -> Route | None:
    """A path with the fewest moves whose inner sets are all `allowed` (N,); None if none is."""
    distance = _distances(index, target, source, allowed)
    if distance is None:
        return None
    rows = [source]
    while rows[-1] != target:
        rows.append(_first_step(index, rows[-1], distance))
    return Route(tuple(rows), _count(index, source, target, distance))


def widest(index: LatticeIndex, source: int, target: int, measure: int) -> Route | None:
    """The path whose worst inner score is best, then with the fewest moves.

    Inner sets without a score are never used. The floor is found by bisection over the distinct
    scores: each trial is one breadth-first search among the sets at least that good.
    """
    goodness = index.goodness(measure)
    scored = ~np.isnan(goodness)
    floors = np.unique(goodness[scored])
    nothing = np.zeros(len(index), dtype=np.bool_)
    if (route := fewest(index, source, target, nothing)) is not None:
        return route  # nothing lies between: no floor can be higher
    low, high = 0, len(floors)  # floors[low] is the highest that is known to work, if any is
    if _distances(index, target, source, scored) is None:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        with np.errstate(invalid="ignore"):
            works = _distances(index, target, source, goodness >= floors[middle]) is not None
        low, high = (middle, high) if works else (low, middle)
    with np.errstate(invalid="ignore"):
        return fewest(index, source, target, goodness >= floors[low])


def _distances(index: LatticeIndex, start: int, stop: int, allowed: Allowed) -> Rows | None:
    """Moves from `start` to every set on the way (N,), until `stop` is reached; None if it is not.

    Only `allowed` sets and the two ends are entered; sets that were not reached have -1.
    """
    distance = np.full(len(index), _UNREACHED, dtype=np.int64)
    enterable = allowed.copy()
    enterable[[start, stop]] = True
    distance[start] = 0
    frontier = np.array([start])
    depth = 0
    while len(frontier) and distance[stop] == _UNREACHED:
        depth += 1
        reached = []
        for position in range(index.universe.n):
            other = index.lookup.across(frontier, position)
            other = other[other != MISSING]
            other = other[enterable[other] & (distance[other] == _UNREACHED)]
            distance[other] = depth
            reached.append(other)
        frontier = np.concatenate([np.empty(0, dtype=np.int64), *reached])
    return None if distance[stop] == _UNREACHED else distance


def _nearer(index: LatticeIndex, row: int, distance: Rows) -> list[tuple[bool, int, int]]:
    """Moves from `row` one step down in `distance`: (is a removal, position, row), sorted."""
    here = np.array([row])
    steps = []
    for position in range(index.universe.n):
        other = int(index.lookup.across(here, position)[0])
        if other != MISSING and distance[other] == distance[row] - 1:
            removes = bool(has_object(index.words[here], position)[0])
            steps.append((removes, position, other))
    return sorted(steps)


def _first_step(index: LatticeIndex, row: int, distance: Rows) -> int:
    return _nearer(index, row, distance)[0][2]


def _count(index: LatticeIndex, source: int, target: int, distance: Rows) -> int:
    """Number of paths that go down in `distance` from `source` to `target`.

    Layer by layer: across one object no two sets lead to the same one, so counts of a whole layer
    are added at once. Where they could outgrow 64 bits they are Python ints.
    """
    steps = int(distance[source])
    small = index.universe.n**steps < 2**62
    ways = np.zeros(len(index), dtype=np.int64 if small else np.object_)
    ways[source] = 1
    layer = np.array([source])
    for remaining in reversed(range(steps)):
        reached = []
        for position in range(index.universe.n):
            other = index.lookup.across(layer, position)
            nearer = (other != MISSING) & (distance[other] == remaining)
            ways[other[nearer]] += ways[layer[nearer]]
            reached.append(other[nearer])
        layer = np.unique(np.concatenate(reached))
    return int(ways[target])


# ------------------------------------------------------------------ the answer


def _described(
    index: LatticeIndex,
    route: Route,
    objective: Objective,
    measure: int | None,
    measures: tuple[int, ...],
) -> Path:
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
    changed = index.masks[before] ^ index.masks[after]
    kind = "add" if index.masks[after] & changed else "remove"
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


def _no_path(
    index: LatticeIndex,
    source: int,
    target: int,
    objective: Objective,
    measure: int | None,
    measures: tuple[int, ...],
) -> Path:
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
