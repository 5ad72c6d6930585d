"""All stored moves, and all stored squares of two moves, some at a time.

Where the cells are a table they come unit by unit, by reshaping; otherwise from the lookup of moves
of the index, some sets at a time. Either way every move, and every square, comes once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import numpy as np

from lattice.deadlines import stop_if_late
from lattice.index import MISSING, Rows
from lattice.values.grounds import Ground, Scores


class Moves(NamedTuple):
    """Q adds of a unit to a set: places of cells and of units, shape (Q,)."""

    unit: Rows
    lower: Rows
    upper: Rows


@dataclass(frozen=True, eq=False)
class Squares:
    """Q pairs of units that may join a set: what both add beyond what each adds alone.

    Args:
        beyond: v(S+ij) - v(S+i) - v(S+j) + v(S), shape (Q,); NaN where a cell is missing.
        at: from places among them, shape (P,), to both units, and the lowest and highest cells.
    """

    beyond: Scores
    at: Callable[[Rows], tuple[Rows, Rows, Rows, Rows]] = field(repr=False)


def moves(ground: Ground) -> Iterator[Moves]:
    """Every move that adds one unit and whose two cells have scores."""
    if ground.tabled:
        yield from _tabled_moves(ground)
        return
    cell_of, unit_of = _places(ground)
    for lower, position, upper in ground.index.lookup.covering_pairs(np.sort(ground.rows)):
        stop_if_late("following all moves")
        inside = (cell_of[lower] != MISSING) & (cell_of[upper] != MISSING)
        unit = unit_of[position[inside]]
        yield Moves(unit, cell_of[lower[inside]], cell_of[upper[inside]])


def _tabled_moves(ground: Ground) -> Iterator[Moves]:
    half = np.arange(1 << ground.m >> 1)
    for unit in range(ground.m):
        stop_if_late("following all moves")
        lower = half + (half >> unit << unit)
        upper = lower + (1 << unit)
        both = ground.there[lower] & ground.there[upper]
        if not both.all():
            lower, upper = lower[both], upper[both]
        yield Moves(np.full(len(lower), unit), lower, upper)


def _places(ground: Ground) -> tuple[Rows, Rows]:
    """The cell of every row of the index, and the unit of every object; MISSING for others."""
    cell_of = np.full(len(ground.index), MISSING, dtype=np.int64)
    cell_of[ground.rows] = np.arange(len(ground.rows))
    unit_of = np.full(ground.index.universe.n, MISSING, dtype=np.int64)
    for place, mask in enumerate(ground.units):
        unit_of[mask.bit_length() - 1] = place
    return cell_of, unit_of


# ------------------------------------------------------------------ squares


def squares(ground: Ground) -> Iterator[Squares]:
    """Every square S, S + i, S + j, S + ij whose four cells have scores."""
    return _tabled_squares(ground) if ground.tabled else _stored_squares(ground)


def _tabled_squares(ground: Ground) -> Iterator[Squares]:
    for one in range(ground.m):
        stop_if_late("comparing what moves add")
        cut = ground.scores.reshape(-1, 2, 1 << one)
        added = (cut[:, 1] - cut[:, 0]).reshape(-1)  # by the set of the other units
        for other in range(one, ground.m - 1):
            pair = added.reshape(-1, 2, 1 << other)
            yield Squares((pair[:, 1] - pair[:, 0]).reshape(-1), partial(_corners, one, other))


def _corners(one: int, other: int, places: Rows) -> tuple[Rows, Rows, Rows, Rows]:
    """Where the squares of units `one` and `other + 1` are in a table."""
    without_other = places + (places >> other << other)
    lower = without_other + (without_other >> one << one)
    first, second = np.full(len(places), one), np.full(len(places), other + 1)
    return first, second, lower, lower + (1 << one) + (2 << other)


def _stored_squares(ground: Ground) -> Iterator[Squares]:
    index, scores, cell_of = ground.index, ground.scores, _places(ground)[0]
    for each in moves(ground):
        for ahead in range(1, len(each.lower)):
            stop_if_late("comparing what moves add")
            same = np.flatnonzero(each.lower[ahead:] == each.lower[:-ahead])
            if not len(same):
                break
            one, other = each.upper[same], each.upper[same + ahead]
            rows = ground.rows[one], ground.rows[other]
            top = index.lookup.find(index.words[rows[0]] | index.words[rows[1]])
            known = top != MISSING
            upper = cell_of[top[known]]
            there = upper != MISSING
            same, upper = same[known][there], upper[there]
            one, other, lower = each.upper[same], each.upper[same + ahead], each.lower[same]
            units = each.unit[same], each.unit[same + ahead]
            yield Squares(
                scores[upper] - scores[one] - scores[other] + scores[lower],
                partial(_chosen, (*units, lower, upper)),
            )


def _chosen(columns: tuple[Rows, Rows, Rows, Rows], places: Rows) -> tuple[Rows, Rows, Rows, Rows]:
    first, second, lower, upper = columns
    return first[places], second[places], lower[places], upper[places]
