"""Why no chain of moves leads from one stored set to another, and what would make one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

import numpy as np

from lattice.errors import OutOfTime
from lattice.index import MISSING, LatticeIndex
from lattice.model import Gap, NoPath
from lattice.queries.paths.cube import MOST_DIMENSIONS, Cube, Ground, Trainable
from lattice.queries.paths.purchases import Purchase, fewest_to_train
from lattice.queries.paths.rings import FAR, nearest_of, ring, ring_is_cheaper
from lattice.queries.paths.sides import Sides, sides_of
from lattice.queries.paths.tasks import Rows, Task

MOST_LISTED = 100
_ANYTHING = Trainable()


def why_no_path(task: Task, trainable: Trainable = _ANYTHING) -> NoPath:
    """What lies on either side, the nearest sets of both, and the fewest sets to train.

    Args:
        trainable: the constraints of the task as they hold for sets that are not stored.

    A deadline that passes after the sides were found leaves out what it stopped, and says so.

    Raises:
        OutOfTime: the deadline passed before that.
    """
    index, ground = task.index, Ground(task, trainable)
    sides = sides_of(task)
    late: list[str] = []
    nearest = in_time(lambda: _nearest(ground, sides), late)
    purchase = in_time(lambda: fewest_to_train(ground, sides), late)
    masks = () if purchase is None else purchase.masks or ()
    return NoPath(
        source=index.training_set(task.source),
        target=index.training_set(task.target),
        around_source=len(sides.here),
        around_target=len(sides.there),
        components=sides.components,
        nearest=nearest,
        status=_status(purchase),
        fewest=None if purchase is None else purchase.fewest,
        to_train=tuple(index.universe.training_set(mask) for mask in masks[:MOST_LISTED]),
        notes=tuple(late) or _notes(task, purchase),
    )


Found = TypeVar("Found")


def in_time(find: Callable[[], Found | None], late: list[str]) -> Found | None:
    """What is found, or None where a deadline stops it; then `late` says so."""
    try:
        return find()
    except OutOfTime as error:
        late.append(error.message.rstrip("."))
        return None


def _status(purchase: Purchase | None) -> Literal["exact", "bounded", "unavailable"]:
    if purchase is None:
        return "unavailable"
    return "bounded" if purchase.masks is None else "exact"


def _notes(task: Task, purchase: Purchase | None) -> tuple[str, ...]:
    if purchase is None:
        if task.kinds == "any":
            return ("whatever is trained, the constraints leave no way",)
        moves = "adding" if task.kinds == "add" else "removing"
        return (f"whatever is trained, only {moves} objects leads nowhere near",)
    if purchase.masks is None:
        return (
            f"at least {purchase.fewest:,} sets would have to be trained: sets that may not be"
            " used are in the shortest ways",
        )
    if len(purchase.masks) > MOST_LISTED:
        return (f"the first {MOST_LISTED} of {purchase.fewest:,} sets to train are listed",)
    return ()


def _nearest(ground: Ground, sides: Sides) -> Gap | None:
    """The closest sets of the two sides; the first in display order."""
    task, index = ground.task, ground.task.index
    here, there = sides.here, sides.there
    if len(ground.dimensions) <= MOST_DIMENSIONS:
        there = there[_nearest_corner(ground, here, there)]
        if len(there) == 0:
            return None
    elif task.kinds == "any" and (found := _within_rings(index, here, there)) is not None:
        return _gap(index, *found)
    best, pair = FAR, (-1, -1)
    for distances, near, others in nearest_of(index, here, there, task.kinds):
        place = int(distances.argmin())
        if distances[place] < best:
            best, pair = int(distances[place]), (int(near[place]), int(others[place]))
        if best <= 2:
            break
    return None if best == FAR else _gap(index, *pair)


def _gap(index: LatticeIndex, here: int, there: int) -> Gap:
    apart = index.mask_of(here) ^ index.mask_of(there)
    return Gap(index.training_set(here), index.training_set(there), apart.bit_count())


def _within_rings(index: LatticeIndex, here: Rows, there: Rows) -> tuple[int, int] | None:
    """A nearest pair by lookup, for as long as that is cheaper than comparing all with all."""
    swapped = len(there) < len(here)
    near, far = (there, here) if swapped else (here, there)
    wanted = np.zeros(len(index), dtype=np.bool_)
    wanted[far] = True
    distance = 2
    while ring_is_cheaper(index, len(near), len(far), distance):
        for rows, others in ring(index, near, distance):
            hit = np.flatnonzero(wanted[others])
            if len(hit):
                pair = int(rows[hit[0]]), int(others[hit[0]])
                return pair[::-1] if swapped else pair
        distance += 1
    return None


def _nearest_corner(ground: Ground, here: Rows, there: Rows) -> Rows:
    """Which place in `there` is nearest to `here` (one, or none): distances from all corners."""
    cube, kinds = Cube(ground), ground.task.kinds
    at = cube.corners(there)
    distance = np.full(1 << cube.m, cube.m + 1, dtype=np.int8)
    start = cube.corners(here)
    distance[start[start != MISSING]] = 0
    for bit in range(cube.m):
        halves = distance.reshape(-1, 2, 1 << bit)
        without, with_object = halves[:, 0], halves[:, 1]
        if kinds != "remove":
            np.minimum(with_object, without + 1, out=with_object)
        if kinds != "add":
            np.minimum(without, with_object + 1, out=without)
    found = np.where(at == MISSING, cube.m + 1, distance[at])
    place = int(found.argmin())
    return np.array([place] if found[place] <= cube.m else [], dtype=np.int64)
