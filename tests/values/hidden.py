"""Tables of scores some of which are hidden, families of games as tables, and simulations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from lattice.index import LatticeIndex, ScoreColumn
from lattice.model import (
    DataObject,
    EvaluationSet,
    Measure,
    Metric,
    Protocol,
    ReplicateKind,
)
from lattice.notation import Universe
from lattice.subsets import display_order
from lattice.values.grounds import Ground
from lattice.values.ranked import RankedSums
from tests.values import games

Table = NDArray[np.float64]
Flags = NDArray[np.bool_]


def ground(
    table: Table, kept: Flags, kind: ReplicateKind = "shared", declared: Flags | None = None
) -> Ground:
    """All sets of a table (2^m,) or (2^m, K), those that are not kept being hidden."""
    m = len(table).bit_length() - 1
    words = np.flatnonzero(kept).astype(np.uint64)[:, None]
    order = display_order(words)
    words = words[order]
    scores = table.reshape(len(table), -1)[words[:, 0]]
    conventions = np.zeros(len(words), dtype=np.bool_)
    if declared is not None:
        conventions = declared[words[:, 0]]
    measure = Measure(
        "score/test", Metric("score", "higher"), EvaluationSet("test"), Protocol("fit", "0")
    )
    index = LatticeIndex(
        "test",
        Universe(tuple(DataObject(chr(ord("A") + each), each) for each in range(m))),
        (measure,),
        words,
        np.bitwise_count(words[:, 0]).astype(np.int32),
        (ScoreColumn.of(scores, (kind,) * scores.shape[1], conventions),),
    )
    return Ground(index, 0, 0, tuple(1 << each for each in range(m)))


def membership(m: int) -> Table:
    """Which of m players each set has, shape (2^m, m)."""
    return ((np.arange(1 << m)[:, None] >> np.arange(m)) & 1).astype(np.float64)


def anchors(m: int) -> Flags:
    """The sets of no, one, all but one and all players."""
    rank = membership(m).sum(axis=1)
    return np.asarray((rank <= 1) | (rank >= m - 1))


def families(m: int) -> dict[str, Table]:
    """Games of m players by name, as tables: with closed forms, and random smooth ones."""
    draw = np.random.default_rng(31)
    has = membership(m)
    effects, pairs = draw.random(m), 0.1 * draw.normal(size=(m, m))
    left = (1 << 2 * m // 5) - 1
    sums = games.total(
        [
            (1.0, games.unanimity(0b11)),
            (0.5, games.unanimity(0b11100)),
            (-1.0, games.unanimity(0b1100000)),
        ]
    )
    closed = {
        "gloves": games.gloves(left),
        "airport": games.airport(effects.tolist()),
        "voting": games.voting(range(1, m + 1), m * (m + 1) // 4),
        "unanimity": sums,
    }
    found = {name: as_table(game, m) for name, game in closed.items()}
    found["concave"] = np.sqrt(has @ effects)
    found["pairwise"] = has @ effects + np.einsum("si,ij,sj->s", has, pairs, has)
    found["noisy"] = 1 - np.exp(-has @ effects) + 0.01 * draw.normal(size=1 << m)
    return found


def as_table(game: games.Game, m: int) -> Table:
    return np.array([game(mask) for mask in range(1 << m)])


def exact(table: Table, sums: RankedSums) -> Table:
    """The values of the full table, cell by cell."""
    full = ground(table, np.ones(len(table), dtype=np.bool_))
    return np.array([sums.of_cells(full, item) @ table for item in range(len(sums.items))])


@dataclass(frozen=True)
class Simulated:
    """How often an interval of 90% held the truth, how often there was one, and the mean error."""

    covered: float
    answered: float
    bias: float


Estimate = Callable[[np.random.Generator], tuple[Table, Table, Table]]


def simulated(truth: Table, estimate: Estimate, times: int) -> Simulated:
    """Estimates of the same values from many draws: values, errors and degrees of freedom.

    The bias is the largest over all items, in errors of the mean.
    """
    draw = np.random.default_rng(7)
    values, errors, degrees = (
        np.array(each) for each in zip(*(estimate(draw) for _ in range(times)), strict=True)
    )
    there = ~np.isnan(values)
    known = np.where(np.isinf(degrees), 1e9, degrees)
    half = scipy.stats.t.ppf(0.95, np.where(there, known, 1.0)) * errors
    held = np.abs(values - truth)[there] <= half[there] + 1e-9
    count = there.sum(axis=0)
    apart = np.where(there, values - truth, 0.0)
    mean = apart.sum(axis=0) / np.maximum(count, 1)
    spread = np.sqrt(((apart - mean) ** 2 * there).sum(axis=0) / np.maximum(count - 1, 1))
    bias = np.abs(mean) * np.sqrt(count) / np.maximum(spread, 1e-12)
    return Simulated(
        float(held.mean()), float(there.mean()), float(bias[count > times // 2].max(initial=0.0))
    )
