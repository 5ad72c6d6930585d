from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from lattice.deadlines import stop_if_late, within
from lattice.errors import OutOfTime
from lattice.index import LatticeIndex
from lattice.model import DataObject
from lattice.notation import Universe
from lattice.queries.paths.connecting import MOST_LISTED, in_time, why_no_path
from lattice.queries.paths.cube import Ground, Trainable
from lattice.queries.paths.jumps import jump_of, through_the_cube, with_jumps
from lattice.queries.paths.purchases import Purchase, among_stored, in_the_cube
from lattice.queries.paths.sides import sides_of
from lattice.queries.paths.tasks import Kinds, Task
from lattice.subsets import display_order, ranks, unpack, word_count, words_of_masks

KINDS: tuple[Kinds, ...] = ("any", "add", "remove")


def index_of(
    masks: Sequence[int], n: int, variant_of: dict[int, int] | None = None
) -> LatticeIndex:
    """An index of these sets without a measure; some objects are variants of others."""
    names = [f"x{position}" for position in range(n)]
    objects = tuple(
        DataObject(
            names[p], p, variant_of=names[variant_of[p]] if variant_of and p in variant_of else None
        )
        for p in range(n)
    )
    words = words_of_masks(masks, word_count(n))
    words = words[display_order(words)]
    return LatticeIndex("state", Universe(objects), (), words, ranks(words).astype(np.int32), ())


def task_of(
    index: LatticeIndex, source: int, target: int, barred: Sequence[int] = (), kinds: Kinds = "any"
) -> Task:
    """From one mask to another, through all sets but the barred ones."""
    allowed = np.ones(len(index), dtype=np.bool_)
    for mask in barred:
        allowed[index.row_of(mask)] = False
    return Task(index, index.row_of(source), index.row_of(target), allowed, kinds)


# ------------------------------------------------------------------ brute force


@dataclass(frozen=True)
class Case:
    """A small universe with its stored sets, of which some may not be used, and constraints."""

    n: int
    variant_of: dict[int, int]
    stored: tuple[int, ...]
    barred: tuple[int, ...]
    unscored: tuple[int, ...]
    source: int
    target: int
    kinds: Kinds
    kept: int
    avoided: int
    lowest: int
    highest: int

    def admissible(self, mask: int) -> bool:
        held = [self.variant_of.get(p, p) for p in range(self.n) if mask >> p & 1]
        return len(held) == len(set(held))

    def fits(self, mask: int) -> bool:
        kept = all(mask >> p & 1 for p in range(self.n) if self.kept >> p & 1)
        avoided = not any(mask >> p & 1 for p in range(self.n) if self.avoided >> p & 1)
        return kept and avoided and self.lowest <= bin(mask).count("1") <= self.highest

    def cost(self, mask: int) -> int | None:
        """0 for a set that may be used, 1 for one that may be trained, None for all others."""
        if mask in (self.source, self.target):
            return 0
        if not self.admissible(mask) or not self.fits(mask):
            return None
        if mask in self.barred:
            return 1 if mask in self.unscored else None
        return 0 if mask in self.stored else 1

    def usable(self) -> list[int]:
        return [mask for mask in self.stored if self.cost(mask) == 0]

    def follows(self, before: int, after: int) -> bool:
        if self.kinds == "any":
            return True
        smaller, larger = (before, after) if self.kinds == "add" else (after, before)
        return smaller | larger == larger

    def moves(self, masks: Sequence[int]) -> nx.DiGraph[int]:
        graph: nx.DiGraph[int] = nx.DiGraph()
        graph.add_nodes_from(masks)
        for one, two in itertools.permutations(masks, 2):
            if bin(one ^ two).count("1") == 1 and self.follows(one, two):
                graph.add_edge(one, two, weight=self.cost(two))
        return graph

    def fewest(self) -> int | None:
        graph = self.moves([m for m in range(2**self.n) if self.cost(m) is not None])
        if not nx.has_path(graph, self.source, self.target):
            return None
        return int(nx.dijkstra_path_length(graph, self.source, self.target))

    def task(self) -> Task:
        index = index_of(self.stored, self.n, self.variant_of)
        barred = [m for m in self.stored if self.cost(m) != 0]
        return task_of(index, self.source, self.target, barred, self.kinds)

    def trainable(self, index: LatticeIndex) -> Trainable:
        unscored = np.zeros(len(index), dtype=np.bool_)
        for mask in self.unscored:
            unscored[index.row_of(mask)] = self.fits(mask)
        return Trainable(self.kept, self.avoided, self.lowest, self.highest, unscored)


@st.composite
def cases(draw: st.DrawFn, *, constrained: bool = True, largest: int = 7) -> Case:
    n = draw(st.integers(1, largest))
    variant_of = {}
    if n > 2 and draw(st.booleans()):
        variant_of = {n - 1: 0} | ({n - 2: 0} if n > 3 and draw(st.booleans()) else {})
    plain = Case(n, variant_of, (), (), (), -1, -1, "any", 0, 0, 0, n)
    possible = [mask for mask in range(2**n) if plain.admissible(mask)]
    some = st.lists(st.sampled_from(possible), min_size=1, max_size=14, unique=True)
    stored = tuple(sorted(draw(some)))
    source, target = draw(st.sampled_from(stored)), draw(st.sampled_from(stored))
    kinds = draw(st.sampled_from(KINDS))
    if not constrained:
        return Case(n, variant_of, stored, (), (), source, target, kinds, 0, 0, 0, n)
    barred = tuple(mask for mask in stored if draw(st.integers(0, 3)) == 0)
    unscored = tuple(mask for mask in barred if draw(st.booleans()))
    kept = source & target & draw(st.integers(0, 2**n - 1))
    avoided = ~(source | target) & draw(st.integers(0, 2**n - 1)) & draw(st.integers(0, 2**n - 1))
    if draw(st.integers(0, 4)) == 0:  # ends need not follow what holds between them
        kept, avoided = draw(st.integers(0, 3)) % 2**n, 0
    lowest = draw(st.sampled_from([0, 0, 1, 2]))
    highest = draw(st.sampled_from([n, n, n - 1]))
    return Case(
        n,
        variant_of,
        stored,
        barred,
        unscored,
        source,
        target,
        kinds,
        kept,
        avoided,
        lowest,
        highest,
    )


def assert_makes_a_path(case: Case, masks: Sequence[int]) -> None:
    assert len(set(masks)) == len(masks)
    assert all(case.cost(mask) == 1 for mask in masks)
    graph = case.moves([*case.usable(), *masks])
    assert nx.has_path(graph, case.source, case.target)


@given(cases())
@example(Case(3, {2: 0}, (0, 1, 6), (0,), (), 0, 6, "add", 1, 0, 0, 3))
@example(Case(3, {}, (1, 7), (), (), 1, 7, "add", 0, 1, 0, 3))
@settings(max_examples=150, deadline=None)
def test_the_fewest_sets_to_train_agree_with_a_search_of_the_whole_hypercube(case: Case) -> None:
    task = case.task()
    answer = why_no_path(task, case.trainable(task.index))
    fewest = case.fewest()
    assert answer.fewest == fewest
    assert answer.status == ("unavailable" if fewest is None else "exact")
    assert len(answer.to_train) == (fewest or 0)
    if fewest is not None:
        masks = [task.index.universe.read(each.key) for each in answer.to_train]
        assert_makes_a_path(case, masks)


@given(cases())
@settings(max_examples=150, deadline=None)
def test_comparing_stored_sets_gives_the_same_number_or_a_lower_limit(case: Case) -> None:
    task = case.task()
    ground = Ground(task, case.trainable(task.index))
    purchase, fewest = among_stored(ground, sides_of(task)), case.fewest()
    if purchase is None:
        assert fewest is None
    elif purchase.masks is None:
        assert fewest is None or purchase.fewest <= fewest
    else:
        assert purchase.fewest == len(purchase.masks) == fewest
        assert_makes_a_path(case, purchase.masks)


@given(cases(constrained=False))
@settings(max_examples=120, deadline=None)
def test_comparing_stored_sets_is_exact_where_nothing_is_constrained(case: Case) -> None:
    task = case.task()
    ground = Ground(task, Trainable())
    purchase, fewest = among_stored(ground, sides_of(task)), case.fewest()
    assert (None if purchase is None else purchase.fewest) == fewest
    if purchase is not None:
        assert purchase.masks is not None
        assert_makes_a_path(case, purchase.masks)


@given(cases())
@settings(max_examples=120, deadline=None)
def test_sides_parts_and_the_nearest_sets_agree_with_networkx(case: Case) -> None:
    task = case.task()
    answer = why_no_path(task, case.trainable(task.index))
    graph = case.moves(case.usable())
    here = nx.descendants(graph, case.source) | {case.source}
    there = nx.ancestors(graph, case.target) | {case.target}
    assert (answer.around_source, answer.around_target) == (len(here), len(there))
    parts = nx.number_weakly_connected_components(graph)
    assert answer.components == (parts if case.kinds == "any" else None)
    apart = [bin(one ^ two).count("1") for one in here for two in there if case.follows(one, two)]
    assert (answer.nearest and answer.nearest.objects) == (min(apart) if apart else None)
    if answer.nearest is not None:
        one, two = (
            task.index.universe.read(each.key)
            for each in (answer.nearest.here, answer.nearest.there)
        )
        assert one in here
        assert two in there
        assert bin(one ^ two).count("1") == answer.nearest.objects


# ------------------------------------------------------------------ single rules


def test_a_chain_through_other_parts_can_be_cheaper_than_a_straight_one() -> None:
    # from {} to {0..5}: straight five sets are missing; over {0,1} and {0,1,2,3} three are
    masks = [0, 0b11, 0b1111, 0b111111]
    answer = why_no_path(task_of(index_of(masks, 6), 0, 0b111111))
    assert answer.components == 4
    assert answer.fewest == 3
    assert [each.rank for each in answer.to_train] == [1, 3, 5]
    assert answer.nearest is not None
    assert answer.nearest.objects == 6


def test_what_is_added_first_is_trained_first() -> None:
    answer = why_no_path(task_of(index_of([0b0001, 0b0111, 0b1000], 4), 0b0001, 0b0111))
    assert [each.name for each in answer.to_train] == ["x0+x1"]
    answer = why_no_path(task_of(index_of([0b0001, 0b1000], 4), 0b0001, 0b1000, [], "any"))
    assert [each.name for each in answer.to_train] == ["x0+x3"]


def test_two_variants_of_one_object_are_never_trained_together() -> None:
    index = index_of([0b001, 0b100], 3, {2: 0})
    for purchase in (
        in_the_cube(Ground(task_of(index, 0b001, 0b100), Trainable())),
        among_stored(
            Ground(task_of(index, 0b001, 0b100), Trainable()),
            sides_of(task_of(index, 0b001, 0b100)),
        ),
    ):
        assert purchase == Purchase(1, (0,))


def test_only_adds_lead_nowhere_when_something_has_to_go() -> None:
    answer = why_no_path(task_of(index_of([0b01, 0b10], 2), 0b01, 0b10, kinds="add"))
    assert (answer.status, answer.fewest, answer.to_train) == ("unavailable", None, ())
    assert answer.notes == ("whatever is trained, only adding objects leads nowhere near",)


def test_stored_sets_that_may_not_be_used_shut_the_way() -> None:
    index = index_of([0b00, 0b01, 0b10, 0b11], 2)
    answer = why_no_path(task_of(index, 0b00, 0b11, [0b01, 0b10]))
    assert (answer.status, answer.components) == ("unavailable", 2)
    purchase = among_stored(
        Ground(task_of(index, 0, 3, [1, 2]), Trainable()), sides_of(task_of(index, 0, 3, [1, 2]))
    )
    assert purchase == Purchase(1, None)


def test_a_long_list_of_sets_to_train_is_cut_and_says_so() -> None:
    index = index_of([0, 2**300 - 1], 300)
    answer = why_no_path(task_of(index, 0, 2**300 - 1))
    assert (answer.fewest, len(answer.to_train)) == (299, MOST_LISTED)
    assert answer.notes == ("the first 100 of 299 sets to train are listed",)


def test_a_deadline_stops_the_search() -> None:
    index = index_of([0, 2**12 - 1], 12)
    with within(0), pytest.raises(OutOfTime, match="Stopped at the deadline"):
        why_no_path(task_of(index, 0, 2**12 - 1))


def test_what_was_found_before_the_deadline_is_kept() -> None:
    late: list[str] = []
    with within(0):
        assert in_time(lambda: 7, late) == 7
        assert in_time(lambda: stop_if_late("comparing stored sets"), late) is None
    assert late == ["Stopped at the deadline while comparing stored sets"]


# ------------------------------------------------------------------ large universes


def test_thousands_of_objects_agree_with_shortest_paths_over_all_pairs() -> None:
    generator = np.random.default_rng(5)
    n, masks = 5_000, []
    for _ in range(200):  # 200 chains of 10 sets: steps of 1, and a few of 2 to 5
        mask = int.from_bytes(generator.bytes(n // 8 // 25), "little") << int(
            generator.integers(0, n - n // 25)
        )
        for _ in range(10):
            masks.append(mask)
            for position in generator.choice(n, generator.choice([1, 1, 1, 2, 5]), replace=False):
                mask ^= 1 << int(position)
    index = index_of(sorted(set(masks)), n)
    held = unpack(index.words, n).astype(np.float32)
    apart = held.sum(1)[:, None] + held.sum(1)[None, :] - 2 * held @ held.T
    weights = np.where(apart == 1, 1e-6, apart - 1.0).astype(
        np.float64
    )  # a weight of 0 would be no edge to scipy
    np.fill_diagonal(weights, 0)
    for source, target in [(masks[0], masks[-1]), (masks[1_000], masks[5])]:
        task = task_of(index, source, target)
        answer = why_no_path(task)
        expected = dijkstra(weights, indices=np.array([task.source]))[0, task.target]
        assert answer.fewest == round(float(expected))
        assert answer.status == "exact"
        parts: nx.Graph[int] = nx.Graph(list(zip(*np.nonzero(apart == 1), strict=True)))
        parts.add_nodes_from(range(len(index)))
        assert answer.components == nx.number_connected_components(parts)
        here, there = (
            list(nx.node_connected_component(parts, row)) for row in (task.source, task.target)
        )
        assert answer.nearest is not None
        assert answer.nearest.objects == apart[np.ix_(here, there)].min()


def test_large_parts_are_connected_by_looking_up_what_is_near() -> None:
    n, size = 26, 1 << 13
    near, middle, far = 0, 0b11 << 14, 0b11111 << 14
    masks = [offset | low for offset in (near, middle, far) for low in range(size)]
    index = index_of(masks, n)
    answer = why_no_path(task_of(index, near, far | 1))
    assert (answer.components, answer.around_source, answer.around_target) == (3, size, size)
    assert (answer.status, answer.fewest) == ("exact", 3)
    assert answer.nearest is not None
    assert answer.nearest.objects == 5
    without = [offset | low for offset in (near, far) for low in range(size)]
    assert why_no_path(task_of(index_of(without, n), near, far | 1)).fewest == 4


# ------------------------------------------------------------------ jumps


def step_of(before: int, after: int) -> tuple[int, list[tuple[bool, int]]]:
    """Sorts steps as documented: fewer objects, adds before removals, by position."""
    changed = [p for p in range((before ^ after).bit_length()) if (before ^ after) >> p & 1]
    return len(changed), sorted((bool(before >> p & 1), p) for p in changed)


def best_with_jumps(case: Case) -> list[list[int]]:
    """The equally good paths over the graph of all pairs, the documented winner first."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from([case.source, case.target])
    for one, two in itertools.permutations(case.usable(), 2):
        if case.follows(one, two):
            objects = bin(one ^ two).count("1")
            weight = objects * 10**6 + (objects - 1) * 10**3 + (objects > 1)
            graph.add_edge(one, two, weight=weight)
    if not nx.has_path(graph, case.source, case.target):
        return []
    found = nx.all_shortest_paths(graph, case.source, case.target, weight="weight")
    return sorted(
        (list(path) for path in found),
        key=lambda path: [step_of(*p) for p in itertools.pairwise(path)],
    )


@given(cases(largest=6))
@settings(max_examples=150, deadline=None)
def test_paths_with_jumps_agree_with_the_graph_of_all_pairs(case: Case) -> None:
    task = case.task()
    route, best = with_jumps(task), best_with_jumps(case)
    assert (route is None) == (not best)
    if route is None:
        return
    assert [task.index.mask_of(row) for row in route.rows] == best[0]
    assert (route.optima, route.counted) == (len(best), True)
    rows = through_the_cube(task)
    worth = [sorted(task.index.mask_of(row) for row in rows), best[0]]
    skipped = [
        [
            step_of(*p)[0]
            for p in itertools.pairwise(sorted(w, key=lambda m: bin(m ^ case.source).count("1")))
        ]
        for w in worth
    ]
    assert sum(skipped[0]) == sum(skipped[1])
    assert len(skipped[0]) == len(skipped[1])
    assert sum(each > 1 for each in skipped[0]) == sum(each > 1 for each in skipped[1])


def test_a_jump_says_what_it_adds_and_removes() -> None:
    index = index_of([0b001, 0b011, 0b110], 3)
    rows = [index.row_of(mask) for mask in (0b001, 0b011, 0b110)]
    assert jump_of(index, rows[0], rows[1]) is None
    jump = jump_of(index, rows[0], rows[2])
    assert jump is not None
    assert (jump.added, jump.removed, jump.objects) == (("x1", "x2"), ("x0",), 3)


def test_jumps_stop_at_every_stored_set_on_the_way() -> None:
    masks = [0, 0b1, 0b111, 0b1111, 0b1111111]
    task = task_of(index_of(masks, 7), 0, 0b1111111)
    route = with_jumps(task)
    assert route is not None
    assert [task.index.mask_of(row) for row in route.rows] == masks


def test_jumps_lie_between_many_sets_too() -> None:
    n = 16
    generator = np.random.default_rng(3)
    full = 2**n - 1
    masks = [m for m in range(2**n) if generator.random() < 0.6 or m in (0, full)]
    masks = [m for m in masks if bin(m).count("1") not in (7, 8)]
    task = task_of(index_of(masks, n), 0, full)
    route = with_jumps(task)
    assert route is not None
    assert not route.counted
    sizes = [bin(task.index.mask_of(row)).count("1") for row in route.rows]
    assert sizes == [0, 1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14, 15, 16]
