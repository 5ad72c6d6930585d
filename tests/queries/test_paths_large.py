"""Paths on lattices of thousands of sets, where moves are taken object by object, against scipy."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from lattice.index import LatticeIndex
from lattice.queries.paths.fewest import fewest
from lattice.queries.paths.losses import cheapest, least_loss
from lattice.queries.paths.monotone import monotone
from lattice.queries.paths.reach import is_joined
from lattice.queries.paths.tasks import Kinds, Task, everything, moves_in_parts, moves_of
from lattice.replicates import Scores
from tests.queries.enumerated import index_of

KINDS: tuple[Kinds, ...] = ("any", "add", "remove")


@cache
def lattice_of(n: int, share: float) -> LatticeIndex:
    """A part of the sets over n objects, the empty one and the full one among them."""
    draw = np.random.default_rng(n)
    masks = np.flatnonzero(draw.random(1 << n) < share).tolist()
    return index_of(n, sorted({0, (1 << n) - 1, *masks}))


def task_of(n: int, share: float, kinds: Kinds = "any", barred: float = 0.0) -> Task:
    index = lattice_of(n, share)
    draw = np.random.default_rng(7)
    allowed = everything(index) if barred == 0 else draw.random(len(index)) >= barred
    return Task(index, 0, len(index) - 1, allowed, kinds)


def pairs(task: Task) -> tuple[list[int], list[int]]:
    """Tails and heads of all moves that the task allows, found mask by mask."""
    index = task.index
    row_of = {index.mask_of(row): row for row in range(len(index))}
    tails, heads = [], []
    for mask, row in row_of.items():
        for position in range(index.universe.n):
            other = row_of.get(mask ^ 1 << position)
            rises = not mask >> position & 1
            if other is None or not task.enterable[other] or not task.enterable[row]:
                continue
            if task.kinds == "any" or rises == (task.kinds == "add"):
                tails.append(row)
                heads.append(other)
    return tails, heads


# ------------------------------------------------------------------ moves in parts


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("kinds", KINDS)
@pytest.mark.parametrize(("share", "barred"), [(1.0, 0.0), (0.7, 0.0), (1.0, 0.2), (0.7, 0.2)])
def test_moves_in_parts_are_all_moves(
    kinds: Kinds, share: float, barred: float, backwards: bool
) -> None:
    task = task_of(13, share, kinds, barred)
    rows = np.arange(100, len(task.index) - 50)
    assert len(rows) > 5_000
    found: list[tuple[int, int, int]] = []
    for part in moves_in_parts(task, rows, backwards=backwards):
        places, positions, others = part
        assert len(others) <= len(rows)
        found += zip(np.arange(len(rows))[places], positions.tolist(), others.tolist(), strict=True)
    wanted = moves_of(task, rows, backwards=backwards)
    assert sorted(found) == sorted(zip(*(each.tolist() for each in wanted), strict=True))


# ------------------------------------------------------------------ weights and running maxima


def scores_of(task: Task, seed: int) -> Scores:
    scores = np.random.default_rng(seed).random(len(task.index))
    scores[5:-5][np.random.default_rng(seed + 1).random(len(scores) - 10) < 0.1] = np.nan
    return scores


def distance(task: Task, tails: list[int], heads: list[int], weights: Scores) -> float:
    """The least weight from source to target, by scipy; infinite without a path."""
    usable = ~np.isnan(weights)
    # scipy takes a zero for no move at all
    data = np.maximum(weights[usable], 1e-15)
    shape = (len(task.index), len(task.index))
    graph = csr_array((data, (np.array(tails)[usable], np.array(heads)[usable])), shape=shape)
    found = dijkstra(graph, indices=[task.source], return_predecessors=False)
    return float(found[0, task.target])


@pytest.mark.parametrize("kinds", KINDS[:2])
@pytest.mark.parametrize(("share", "barred"), [(1.0, 0.0), (0.6, 0.1)])
def test_sums_of_losses_and_costs_are_those_of_scipy(
    kinds: Kinds, share: float, barred: float
) -> None:
    task = task_of(13, share, kinds, barred)
    tails, heads = pairs(task)
    scores = scores_of(task, 3)
    lost = np.maximum(scores[tails] - scores[heads], 0.0)
    route = least_loss(task, scores)
    assert route is not None
    along = scores[list(route.rows)]
    assert np.maximum(-np.diff(along), 0).sum() == pytest.approx(
        distance(task, tails, heads, lost), abs=1e-9
    )
    costs = np.random.default_rng(4).random((13, 2))
    ranks, masks = task.index.ranks, task.index.words[:, 0]
    moved = np.array([int(each).bit_length() - 1 for each in masks[tails] ^ masks[heads]])
    paid = costs[moved, (ranks[heads] < ranks[tails]).astype(int)]
    cheap = cheapest(task, costs)
    assert cheap is not None
    rows = np.array(cheap.rows)
    changed = [int(each).bit_length() - 1 for each in masks[rows[1:]] ^ masks[rows[:-1]]]
    worth = costs[changed, (np.diff(ranks[rows]) < 0).astype(int)].sum()
    assert worth == pytest.approx(distance(task, tails, heads, paid))


def mildest_climb(task: Task, scores: Scores, slack: float) -> float:
    """The mildest worst loss of monotone paths that only add: by trying bounds, rank by rank.

    Under a bound it is best to come to every set with the lowest running maximum.
    """
    tails, heads = (np.array(each) for each in pairs(task))
    losses = np.unique(np.maximum(scores[tails] - scores[heads], 0.0))
    bounds = losses[~np.isnan(losses)]
    tail_ranks = task.index.ranks[tails]

    def reaches(bound: float) -> bool:
        tops = np.full(len(scores), np.inf)
        tops[task.source] = scores[task.source]
        for rank in range(task.index.universe.n):
            one, two = tails[tail_ranks == rank], heads[tail_ranks == rank]
            fine = (scores[two] >= tops[one] - slack) & (scores[one] - scores[two] <= bound)
            np.minimum.at(tops, two[fine], np.maximum(tops[one], scores[two])[fine])
        return bool(np.isfinite(tops[task.target]))

    low, high = 0, len(bounds) - 1
    assert reaches(bounds[high])
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(bounds[middle]) else (middle + 1, high)
    return float(bounds[low])


@pytest.mark.parametrize("slack", [0.15, 0.25, 0.4, 0.7])
@pytest.mark.parametrize("seed", range(4))
def test_the_worst_move_of_a_monotone_path_is_the_mildest(seed: int, slack: float) -> None:
    task = task_of(12, 1.0, "add")
    scores = scores_of(task, 10 + seed)
    scores[task.source], scores[task.target] = 0.2, 0.9
    route = monotone(task, scores, slack)
    assert route is not None
    along = scores[list(route.rows)]
    assert (along[1:] >= np.maximum.accumulate(along)[:-1] - slack - 1e-9).all()
    assert max(0.0, -np.diff(along).min()) == pytest.approx(mildest_climb(task, scores, slack))


# ------------------------------------------------------------------ reached at all


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_reaching_agrees_with_networkx(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 10))
    size = data.draw(st.floats(0.05, 1.0))
    draw = np.random.default_rng(data.draw(st.integers(0, 10_000)))
    masks = {0, *np.flatnonzero(draw.random(1 << n) < size).tolist()}
    index = index_of(n, sorted(masks))
    source, target = draw.integers(0, len(index), 2).tolist()
    kinds = data.draw(st.sampled_from(KINDS))
    task = Task(index, source, target, draw.random(len(index)) < 0.8, kinds)
    graph = nx.DiGraph(list(zip(*pairs(task), strict=True)))
    graph.add_nodes_from(range(len(index)))
    joined = nx.has_path(graph, source, target)
    assert is_joined(task) is joined
    assert (fewest(task) is not None) is joined


@pytest.mark.parametrize("n", [5, 8, 12, 14])
def test_a_barred_rank_parts_the_lattice_and_a_gap_in_it_joins_it(n: int) -> None:
    task = task_of(n, 0.9)
    ranks = task.index.ranks
    walled = replace(task, allowed=ranks != n // 2)
    assert is_joined(walled) is False
    assert fewest(walled) is None
    gap = next(row for row in np.flatnonzero(ranks == n // 2).tolist())
    allowed = walled.allowed.copy()
    allowed[gap] = True
    joined = fewest(replace(task, allowed=allowed))
    assert is_joined(replace(task, allowed=allowed)) == (joined is not None)
    assert joined is None or gap in joined.rows


def test_without_a_table_of_all_sets_it_says_nothing() -> None:
    index = index_of(40, [0, 1, 3, 7])
    assert is_joined(Task(index, 0, 3, everything(index))) is None
