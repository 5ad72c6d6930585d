"""Paths against igraph and against one gather over all moves of the same lattice."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.engines import (
    Pair,
    average,
    fewest,
    least_loss,
    loose_monotone,
    remaining,
    rows_of,
    widest,
)
from benchmarks.harness import compare, duration, pairs_wanted, sample, timed
from benchmarks.lattices import Example
from benchmarks.peers import Check, Igraph, chain_from_empty
from lattice.index import LatticeIndex
from lattice.model import Objective

GATHER = "one gather over its moves"
_CHECKED = 3


def gathers(example: Example) -> Iterator[str]:
    """The gather by itself, for those who wonder what it takes when nothing runs in between."""
    for kind, index in scored(example).items():
        for _ in range(2):
            example.gather(index)
        seconds = [timed(partial(example.gather, index)) for _ in range(20)]
        yield (
            f"the gather alone, {example.name} ({example.size}), {kind} scores:"
            f" {duration(float(np.median(seconds)))} (20 times in a row)"
        )


def few_moves(complete: Example, half: Example) -> Iterator[object]:
    """Fewest moves: half of the sets against igraph, and proofs that there is no path."""
    check, igraph = Check(half), Igraph(half)
    pairs = connected_pairs(half, check)
    for pair in pairs[:10]:
        rows = rows_of(fewest(half.index, pair))
        assert len(rows) == len(igraph.path(*pair)) == check.fewest(*pair) + 1
    yield sample(
        f"fewest moves, {half.name} ({half.size})",
        pairs,
        partial(fewest, half.index),
        "igraph's get_shortest_path",
        lambda pair: igraph.path(*pair),
        at_most=0.01,
        tail=True,
    )
    gather = partial(_gather, half, half.index)
    alone = int(np.flatnonzero(np.bincount(check.labels)[check.labels] == 1)[0])
    apart = [(alone, pair[0]) if k % 2 else (pair[0], alone) for k, pair in enumerate(pairs)]
    assert all(fewest(half.index, pair) is None for pair in apart[:2])
    name = f"no path, {half.name}"
    question = partial(fewest, half.index)
    yield sample(f"{name}: one end is alone", apart, question, GATHER, gather, at_most=1.0)
    allowed, walled = wall(half)
    question = partial(fewest, half.index, allowed=allowed)
    assert question(walled[0]) is None
    name = f"{name}: a whole rank is barred"
    yield sample(name, walled[:20], question, GATHER, gather, at_most=1.0)
    yield sample(
        f"fewest moves, {complete.name} ({complete.size}): the symmetric difference",
        random_pairs(complete),
        partial(fewest, complete.index),
        GATHER,
        partial(_gather, complete, complete.index),
    )


def wall(example: Example) -> tuple[NDArray[np.bool_], list[Pair]]:
    """All sets but those of the middle rank, and pairs on either side of it."""
    ranks, middle = example.index.ranks, example.index.universe.n // 2
    draw = np.random.default_rng(9)
    below, above = np.flatnonzero(ranks < middle), np.flatnonzero(ranks > middle)
    count = pairs_wanted(100)
    chosen = zip(draw.choice(below, count), draw.choice(above, count), strict=True)
    return ranks != middle, [(int(one), int(two)) for one, two in chosen]


def wide(example: Example) -> Iterator[object]:
    """Widest paths between random sets, scores iid and additive."""
    check = Check(example)
    pairs = connected_pairs(example, check)
    bar = 20.0 if example.name == "snake" else 2.0
    for kind, index in scored(example).items():
        for pair in pairs[:_CHECKED]:
            check.widest(index.goodness(0), *pair, rows_of(widest(index, pair)))
        yield sample(
            f"widest, {example.name} ({example.size}), {kind} scores",
            pairs,
            partial(widest, index),
            GATHER,
            partial(_gather, example, index),
            at_most=bar,
        )


def adding(example: Example) -> Iterator[object]:
    """Adds only, from the empty set to all: widest and average over the full interval."""
    pair = (0, len(example.index) - 1)
    for kind, index in scored(example).items():
        floor, mean = chain_from_empty(index.universe.n, index.goodness(0), index.words)
        goodness = index.goodness(0)
        found = rows_of(widest(index, pair, kinds="add"))
        assert np.isclose(goodness[found[1:-1]].min(), floor)
        found = rows_of(average(index, pair, kinds="add"))
        assert np.isclose(goodness[found[1:]].mean(), mean)
        for name, ask in {"widest": widest, "average": average}.items():
            yield compare(
                f"{name}, only adds, empty to all, {example.name}, {kind} scores",
                partial(ask, index, pair, kinds="add"),
                GATHER,
                partial(example.gather, index),
                at_most=2.0,
            )


def across(example: Example) -> Iterator[object]:
    """The longest questions: from the empty set to all, over the complete lattice."""
    pair = (0, len(example.index) - 1)
    for name, ask in {"least loss": least_loss, "monotone, slack 0.5": loose_monotone}.items():
        yield compare(
            f"{name}, empty to all, {example.name}, iid scores",
            partial(ask, example.index, pair),
            GATHER,
            partial(example.gather, example.index),
        )


def others(example: Example) -> Iterator[object]:
    """The objectives without a bar."""
    pairs = connected_pairs(example, Check(example))
    for kind, index in scored(example).items():
        for name, (ask, count) in remaining().items():
            yield sample(
                f"{name}, {example.name}, {kind} scores",
                pairs[:count],
                partial(ask, index),
                GATHER,
                partial(_gather, example, index),
            )


def whole_answers(example: Example) -> Iterator[object]:
    """Whole answers of the facade, profile and notes included."""
    index = example.index
    pairs = connected_pairs(example, Check(example))[:20]
    keys = [[index.training_set(row).key for row in pair] for pair in pairs]
    objectives: tuple[Objective, ...] = ("fewest", "widest")
    for objective in objectives:
        yield sample(
            f"{objective}, {example.name}, the facade's whole answer",
            keys,
            partial(_whole_answer, example, objective),
            GATHER,
            partial(_gather, example, index),
        )


def scored(example: Example) -> dict[str, LatticeIndex]:
    """The same sets with scores of two kinds."""
    return {"iid": example.index, "additive": example.additive}


def random_pairs(example: Example) -> list[Pair]:
    """As many random pairs of sets as are wanted."""
    return example.pairs(pairs_wanted(100))


def connected_pairs(example: Example, check: Check) -> list[Pair]:
    """As many random pairs of sets with a path between them."""
    label, count = check.labels, pairs_wanted(100)
    found = [pair for pair in example.pairs(2 * count) if label[pair[0]] == label[pair[1]]]
    return found[:count]


def _whole_answer(example: Example, objective: Objective, ends: list[str]) -> object:
    return example.stored.path(*ends, objective=objective)


def _gather(example: Example, index: LatticeIndex, _: object) -> object:
    return example.gather(index)
