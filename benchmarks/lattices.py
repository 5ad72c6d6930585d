"""The lattices that questions are timed on: stored by the importer, with explicit moves beside."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import lattice
from benchmarks.harness import OBJECTS
from lattice.facade import Lattice
from lattice.importing.mapping import Mapping, MetricEntry, ObjectEntry
from lattice.index import LatticeIndex, ScoreColumn
from lattice.subsets import unpack

Rows = NDArray[np.int64]
Scores = NDArray[np.float64]
SNAKE_OBJECTS, SNAKE_MOVES = 40, 20_000


@dataclass(frozen=True, eq=False)
class Example:
    """A stored lattice, its index, and its moves as arrays of rows, sorted by lower row."""

    name: str
    place: Path
    stored: Lattice
    index: LatticeIndex
    lower: Rows
    upper: Rows

    @property
    def size(self) -> str:
        """How large it is, for people."""
        return f"{len(self.index):,} sets, {len(self.lower):,} moves"

    @cached_property
    def additive(self) -> LatticeIndex:
        """The same sets; a score is the sum of its members' gaussian effects plus a little noise.

        The noise (a millionth of an effect) makes every score a different one.
        """
        n, draw = self.index.universe.n, np.random.default_rng(4)
        effects = draw.normal(size=n)
        scores = unpack(self.index.words, n) @ effects + 1e-6 * draw.normal(size=len(self.index))
        declared = np.zeros(len(scores), dtype=np.bool_)
        column = ScoreColumn.of(scores[:, None], self.index.columns[0].kinds, declared)
        return replace(self.index, columns=(column,), prepared=self.index.lookup)

    def gather(self, index: LatticeIndex) -> Scores:
        """What everything is measured by: the lesser score of the two ends of every move."""
        v = index.columns[0].mean
        return np.minimum(v[self.lower], v[self.upper])

    def pairs(self, count: int, seed: int = 5) -> list[tuple[int, int]]:
        """Random pairs of different rows."""
        draw = np.random.default_rng(seed)
        drawn = (draw.choice(len(self.index), 2, replace=False).tolist() for _ in range(count))
        return [(source, target) for source, target in drawn]


@contextmanager
def kept_folder() -> Iterator[Path]:
    """Where databases and arrays are: BENCHMARK_FOLDER, kept for the next run, or temporary."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(os.environ.get("BENCHMARK_FOLDER", temporary)) / str(OBJECTS)
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["LATTICE_CACHE"] = str(folder / "cache")
        yield folder


@contextmanager
def complete(folder: Path, n: int) -> Iterator[Example]:
    """All 2^n sets."""
    with _opened(folder / "complete.db", n, np.arange(1 << n, dtype=np.uint64)) as example:
        yield example


@contextmanager
def half(folder: Path, n: int) -> Iterator[Example]:
    """The same with half of the sets removed at random, such that some set has no neighbor left.

    Of 2^n random sets half a set is alone on average; the first seed that leaves one is taken.
    """
    for seed in range(1_000):
        kept = np.random.default_rng(seed).random(1 << n) < 0.5
        alone = kept.copy()
        sets = np.arange(1 << n)
        for position in range(n):
            alone &= ~kept[sets ^ 1 << position]
        if alone.any():
            break
    with _opened(folder / "half.db", n, np.flatnonzero(kept).astype(np.uint64)) as example:
        yield example


@contextmanager
def snake(folder: Path) -> Iterator[Example]:
    """An induced path: every set has two stored neighbors, the two ends one."""
    walk = np.array(induced_walk(SNAKE_OBJECTS, SNAKE_MOVES), dtype=np.uint64)
    with _opened(folder / "snake.db", SNAKE_OBJECTS, walk) as example:
        degree = np.bincount(np.concatenate([example.lower, example.upper]))
        assert sorted(degree)[:3] == [1, 1, 2]
        assert degree.max() == 2
        assert len(example.lower) == SNAKE_MOVES
        yield example


def induced_walk(n: int, moves: int) -> list[int]:
    """A random walk of which no set is one move from any but the one before and the one after."""
    draw = random.Random(6)
    here = draw.getrandbits(n)
    walk, beside = [here], {here ^ 1 << position: 1 for position in range(n)}
    while len(walk) <= moves:
        taken = set(walk[-3:])
        ways = [
            here ^ 1 << position
            for position in range(n)
            if beside[here ^ 1 << position] == 1 and here ^ 1 << position not in taken
        ]
        here = draw.choice(ways)  # in 2^40 sets a walk of 20,000 moves does not lock itself in
        walk.append(here)
        for position in range(n):
            beside[here ^ 1 << position] = beside.get(here ^ 1 << position, 0) + 1
    return walk


def names(n: int) -> tuple[str, ...]:
    """What the objects are called."""
    return tuple(f"object{position}" for position in range(n))


@contextmanager
def _opened(place: Path, n: int, sets: NDArray[np.uint64]) -> Iterator[Example]:
    if not place.exists():
        _import(place, n, sets)
    with lattice.open(str(place)) as database:
        stored = database[place.stem]
        index = stored.index()
        assert len(index) == len(sets)
        yield Example(place.stem, place, stored, index, *moves_of(index.words[:, 0], n))


def _import(place: Path, n: int, sets: NDArray[np.uint64]) -> None:
    table = place.with_suffix(".npz")
    scores = np.random.default_rng(1).random(len(sets))
    np.savez(table, masks=unpack(sets[:, None], n), scores=scores, objects=np.array(names(n)))
    costs = np.random.default_rng(2).integers(1, 10, n).tolist()
    mapping = Mapping(
        objects=tuple(
            ObjectEntry(each, cost=cost) for each, cost in zip(names(n), costs, strict=True)
        ),
        metrics=(MetricEntry("accuracy", "higher"),),
    )
    with lattice.create(str(place)) as database:
        database.import_files([table], into=place.stem, mapping=mapping)
    table.unlink()


def moves_of(words: NDArray[np.uint64], n: int) -> tuple[Rows, Rows]:
    """All moves between single-word sets: (rows of the lower sets, rows of the upper ones).

    Found without the index: by a binary search for every set with one object more.
    """
    order = np.argsort(words)
    ascending = words[order]
    found = []
    for position in range(n):
        bit = np.uint64(1) << np.uint64(position)
        lower = np.flatnonzero(words & bit == 0)
        place = np.minimum(np.searchsorted(ascending, words[lower] | bit), len(words) - 1)
        stored = ascending[place] == words[lower] | bit
        found.append((lower[stored], order[place[stored]]))
    lower, upper = (np.concatenate([each[side] for each in found]) for side in range(2))
    by_lower = np.argsort(lower, kind="stable")
    return lower[by_lower], upper[by_lower]
