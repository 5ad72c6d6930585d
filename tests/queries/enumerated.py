"""Small lattices as indexes, and every simple path through them, found by trying."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

import numpy as np
from hypothesis import strategies as st

from lattice.index import LatticeIndex
from lattice.model import DataObject
from lattice.notation import Universe
from lattice.queries.paths.tasks import Kinds, Task
from lattice.replicates import Scores
from lattice.subsets import display_order, ranks, words_of_masks

Value = TypeVar("Value")
NAMES = "ABCDEF"


def index_of(n: int, masks: Sequence[int], costs: Sequence[float | None] = ()) -> LatticeIndex:
    """An index of these sets over n objects, without measures."""
    names = [NAMES[place] if n <= len(NAMES) else f"o{place}" for place in range(n)]
    known = [*costs, *[None] * n]
    objects = tuple(DataObject(name, place, cost=known[place]) for place, name in enumerate(names))
    words = words_of_masks(list(masks), max(1, -(-n // 64)))
    words = words[display_order(words)]
    return LatticeIndex("test", Universe(objects), (), words, ranks(words).astype(np.int32), ())


@dataclass(frozen=True)
class Case:
    """A task, with the scores of its sets in tenths, so that sums of them are exact."""

    task: Task
    tenths: tuple[int | None, ...]

    @cached_property
    def goodness(self) -> Scores:
        return np.array([np.nan if each is None else each / 10 for each in self.tenths])

    @cached_property
    def masks(self) -> list[int]:
        index = self.task.index
        return [index.mask_of(row) for row in range(len(index))]

    def move(self, before: int, after: int) -> tuple[bool, int]:
        """(whether it removes, position): sorts as the documented tie-break does."""
        one, two = self.masks[before], self.masks[after]
        return two < one, (one ^ two).bit_length() - 1

    def moves(self, route: Sequence[int]) -> list[tuple[bool, int]]:
        return [self.move(*pair) for pair in pairwise(route)]

    def routes(self) -> list[tuple[int, ...]]:
        """All simple paths from the source to the target within the constraints."""
        return list(self._routes((self.task.source,), self.masks))

    def _routes(self, route: tuple[int, ...], masks: list[int]) -> Iterator[tuple[int, ...]]:
        task, here = self.task, route[-1]
        if here == task.target:
            yield route
            return
        for row, mask in enumerate(masks):
            change = mask ^ masks[here]
            kind = "add" if mask & change else "remove"
            if (
                change.bit_count() == 1
                and row not in route
                and (row == task.target or task.allowed[row])
                and task.kinds in ("any", kind)
            ):
                yield from self._routes((*route, row), masks)

    def best(
        self, value: Callable[[tuple[int, ...]], Value | None]
    ) -> list[tuple[Value, tuple[int, ...]]]:
        """Paths that have a value, by it, then by moves, then by the tie-break."""
        valued = [(value(route), route) for route in self.routes()]
        known = [(each, route) for each, route in valued if each is not None]
        return sorted(known, key=lambda each: (each[0], len(each[1]), self.moves(each[1])))


@st.composite
def cases(draw: st.DrawFn, most_sets: int = 13, scores: Sequence[int | None] = ()) -> Case:
    """Random complete and sparse lattices with missing scores, ties, ends and constraints."""
    n = draw(st.integers(1, 6))
    masks = draw(
        st.one_of(
            st.just(set(range(2 ** min(n, 3)))),
            st.sets(st.integers(0, 2**n - 1), min_size=2, max_size=min(most_sets, 2**n)),
            st.sets(
                st.integers(0, 2 ** min(n, 4) - 1),
                min_size=min(10, 2 ** min(n, 4)),
                max_size=most_sets,
            ),
        )
    )
    index = index_of(n, sorted(masks))
    tenths = st.sampled_from(scores or (None, 0, 1, 2, 3, 6, 7))
    rows = st.integers(0, len(masks) - 1)
    kinds: Kinds = draw(st.sampled_from(("any", "any", "any", "add", "remove")))
    allowed = np.array([draw(st.integers(0, 7)) > 0 for _ in masks])
    task = Task(index, draw(rows), draw(rows), allowed, kinds)
    return Case(task, tuple(draw(tenths) for _ in masks))


def grid_case(n: int, seed: int, source: int, target: int, levels: int = 6) -> Case:
    """All 2^n sets with random scores in tenths."""
    index = index_of(n, range(2**n))
    generator = np.random.default_rng(seed)
    tenths = tuple(generator.integers(0, levels, 2**n).tolist())
    task = Task(index, index.row_of(source), index.row_of(target), np.ones(2**n, dtype=np.bool_))
    return Case(task, tenths)
