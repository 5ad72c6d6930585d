"""Fewest moves by breadth-first search from both ends, layer by layer, until the layers meet.

Sets that lie too far from the other end to be on a path of at most `limit` moves are left out:
a path needs at least as many moves as objects differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lattice.deadlines import out_of_time, stop_if_late
from lattice.queries.paths.tasks import Route, Rows, Task, in_order, moves_of
from lattice.subsets import Words

Moves = tuple[Rows, Rows, Rows]
"""Places in one layer, objects that are moved, places in the next layer."""

MOST_LAYERS = 64


@dataclass(frozen=True)
class Outcome:
    """What a search found.

    `route` is None where there is no path of at most the limit, and then `limited` says whether
    a higher one might find one, `deep` whether it was given up after many layers.
    """

    route: Route | None
    limited: bool = False
    deep: bool = False


@dataclass(eq=False)
class _Side:
    """The search from one end: its layers, and the moves from each layer to the next."""

    rows: Rows
    goal: Words
    backwards: bool
    layers: list[Rows] = field(default_factory=list)
    moves: list[Moves] = field(default_factory=list)
    limited: bool = False

    def __post_init__(self) -> None:
        self.layers.append(self.rows)

    @property
    def sign(self) -> int:
        return -1 if self.backwards else 1

    @property
    def depth(self) -> int:
        return len(self.moves)


def search(task: Task, limit: int | None = None, *, deep: bool = True) -> Outcome:
    """The best path of fewest moves, at most `limit` of them.

    Args:
        deep: whether to go on after `MOST_LAYERS` layers.

    Raises:
        OutOfTime: the deadline passed before a path was found.
    """
    words = task.index.words
    ends = np.array([task.source]), np.array([task.target])
    sides = (
        _Side(ends[0], words[task.target], backwards=False),
        _Side(ends[1], words[task.source], backwards=True),
    )
    mark = np.zeros(len(words), dtype=np.int32)  # depth + 1, negative on the target's side
    place = np.empty(len(words), dtype=np.int32)
    mark[task.source], mark[task.target] = 1, -1
    while True:
        depth = sides[0].depth + sides[1].depth
        if limit is not None and depth >= limit:
            return Outcome(None, limited=True)
        if not deep and depth >= MOST_LAYERS:
            return Outcome(None, deep=True)
        stop_if_late("looking for a path", f"none of at most {depth} moves")
        side = min(sides, key=lambda each: len(each.layers[-1]))
        room = None if limit is None else limit - side.depth - 1
        met = _grow(task, side, mark, place, room)
        if len(met):
            return Outcome(_joined(task, sides, met, place))
        if len(side.layers[-1]) == 0:
            return Outcome(None, limited=side.limited)


def _grow(
    task: Task, side: _Side, mark: NDArray[np.int32], place: NDArray[np.int32], room: int | None
) -> Rows:
    """Add a layer to a side; gives the rows of it that the other side has reached too."""
    places, positions, others = moves_of(task, side.layers[-1], backwards=side.backwards)
    kept = mark[others] * side.sign <= 0
    if room is not None:
        far = np.bitwise_count(task.index.words[others] ^ side.goal).sum(axis=1) > room
        side.limited |= bool((far & kept).any())
        kept &= ~far
    places, positions, others = places[kept], positions[kept], others[kept]
    numbers = np.arange(len(others), dtype=np.int32)
    place[others] = numbers
    layer = others[place[others] == numbers]  # each once
    place[layer] = np.arange(len(layer), dtype=np.int32)
    met: Rows = layer[mark[layer] != 0]
    mark[layer] = side.sign * (side.depth + 2)
    side.moves.append((places, positions, place[others].astype(np.int64)))
    side.layers.append(layer)
    return met


def _joined(task: Task, sides: tuple[_Side, _Side], met: Rows, place: NDArray[np.int32]) -> Route:
    """The first of the paths that lead over the rows in which the sides met, and their number."""
    ahead, behind = sides
    spots = []
    for side in sides:
        layer = side.layers[-1]
        place[layer] = np.arange(len(layer), dtype=np.int32)
        spots.append(place[met].astype(np.int64))
    forward = _first_forward(task, ahead, spots[0])
    at = int(place[forward[-1]])  # still the places of the target's side
    rows = forward + _first_backward(task, behind, at)
    if out_of_time():
        return Route(tuple(rows), 1, counted=False)
    optima = sum(
        here * there
        for here, there in zip(
            _ways(ahead)[spots[0]].tolist(), _ways(behind)[spots[1]].tolist(), strict=True
        )
    )
    return Route(tuple(rows), optima)


def _ways(side: _Side) -> NDArray[Any]:
    """In how many ways each set of the last layer is reached from the end.

    Counts become Python ints before they could outgrow 64 bits.
    """
    ways: NDArray[Any] = np.ones(1, dtype=np.int64)
    for layer, (places, _, targets) in zip(side.layers[1:], side.moves, strict=True):
        if ways.dtype != np.object_ and int(ways.max(initial=0)) > 2**62 // max(1, len(places)):
            ways = ways.astype(np.object_)
        reached = np.zeros(len(layer), dtype=ways.dtype)
        np.add.at(reached, targets, ways[places])
        ways = reached
    return ways


def _first_forward(task: Task, side: _Side, spots: Rows) -> list[int]:
    """Rows from the end to the last layer, over moves that lead to one of `spots` there."""
    useful = np.zeros(len(side.layers[-1]), dtype=np.bool_)
    useful[spots] = True
    leading: list[Moves] = []
    for layer, moves in zip(reversed(side.layers[:-1]), reversed(side.moves), strict=True):
        kept = useful[moves[2]]
        leading.append((moves[0][kept], moves[1][kept], moves[2][kept]))
        useful = np.zeros(len(layer), dtype=np.bool_)
        useful[leading[-1][0]] = True
    here, rows = 0, [int(side.layers[0][0])]
    for layer, (places, positions, targets) in zip(side.layers[1:], reversed(leading), strict=True):
        mine = np.flatnonzero(places == here)
        first = mine[in_order(task.index, rows[-1], positions[mine])[0]]
        here = int(targets[first])
        rows.append(int(layer[here]))
    return rows


def _first_backward(task: Task, side: _Side, here: int) -> list[int]:
    """Rows from a set of the target's last layer to the target, without that set."""
    rows = [int(side.layers[-1][here])]
    for layer, (places, positions, targets) in zip(
        reversed(side.layers[:-1]), reversed(side.moves), strict=True
    ):
        mine = np.flatnonzero(targets == here)
        first = mine[in_order(task.index, rows[-1], positions[mine])[0]]
        here = int(places[first])
        rows.append(int(layer[here]))
    return rows[1:]
