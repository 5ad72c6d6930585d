from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lattice
from lattice.deadlines import within
from lattice.errors import BadQuestion, BadSpelling, OutOfTime, UnknownObject
from lattice.index import LatticeIndex, ScoreColumn
from lattice.model import (
    DataObject,
    Direction,
    EvaluationSet,
    Measure,
    Metric,
    Order,
    OrderDirection,
    Orders,
    Protocol,
)
from lattice.notation import Universe
from lattice.queries.orders import MOST_TRIED, orders
from lattice.queries.units import MOST_UNITS, Call, groups_of, roster
from lattice.subsets import display_order, ranks, word_count, words_of_masks


def index_of(
    scores: dict[int, float | None], n: int, direction: Direction = "higher"
) -> LatticeIndex:
    """Sets with one score each; None is a set that is stored without one."""
    objects = tuple(DataObject(f"x{position}", position) for position in range(n))
    measure = Measure("m", Metric("m", direction), EvaluationSet("e"), Protocol("p", "d"))
    masks = list(scores)
    words = words_of_masks(masks, word_count(n))
    order = display_order(words)
    given_scores = np.array([scores[masks[row]] for row in order], dtype=np.float64)
    column = ScoreColumn.of(
        given_scores[:, None], ("independent",), np.zeros(len(masks), dtype=np.bool_)
    )
    words = words[order]
    return LatticeIndex(
        "state", Universe(objects), (measure,), words, ranks(words).astype(np.int32), (column,)
    )


def asked(
    index: LatticeIndex, direction: OrderDirection, source: int, call: Call | None = None
) -> Orders:
    return orders(index, roster(index.universe, direction, source, call or Call()), 0)


# ------------------------------------------------------------------ brute force


@dataclass(frozen=True)
class Case:
    """Up to five units of one or two objects with what every set scores, if anything."""

    n: int
    masks: tuple[int, ...]
    scores: dict[int, float | None]
    metric: Direction
    direction: OrderDirection
    fixed: int

    @property
    def start(self) -> int:
        return self.fixed | (sum(self.masks) if self.direction == "withdrawal" else 0)

    def curve(self, order: tuple[int, ...]) -> list[float | None]:
        """Scores after each step of an order."""
        mask, found = self.start, []
        for unit in order:
            mask ^= self.masks[unit]
            found.append(self.scores.get(mask))
        return found

    def areas(self) -> dict[tuple[int, ...], float]:
        """The mean score of every order whose sets all have one."""
        found = {}
        for order in itertools.permutations(range(len(self.masks))):
            passed = self.curve(order)
            if passed[-1] is None:
                passed = passed[:-1]
            known = [score for score in passed if score is not None]
            if len(known) == len(passed):
                found[order] = statistics.fmean(known) if known else 0.0
        return found


@st.composite
def cases(draw: st.DrawFn) -> Case:
    k = draw(st.integers(1, 5))
    sizes = [draw(st.sampled_from([1, 1, 2])) for _ in range(k)]
    n = sum(sizes) + 1
    places = draw(st.permutations(range(n)))
    masks = []
    for size in sizes:
        masks.append(sum(1 << places.pop() for _ in range(size)))
    masks.sort(key=lambda mask: mask & -mask)
    fixed = draw(st.sampled_from([0, 1 << places[0]]))
    score = st.integers(0, 6).map(lambda eighths: eighths / 8)
    if draw(st.booleans()):
        score = st.integers(0, 2**20).map(lambda large: large / 2**20)
    gaps = draw(st.sampled_from([0, 0, 1, 4]))
    scores: dict[int, float | None] = {1 << n + 1: 0.5}  # so that there is a score at all
    for chosen in itertools.product([0, 1], repeat=k):
        mask = fixed | sum(m for m, taken in zip(masks, chosen, strict=True) if taken)
        missing = draw(st.integers(0, 9)) < gaps
        if not missing or draw(st.booleans()):
            scores[mask] = None if missing else draw(score)
    metric: Direction = draw(st.sampled_from(get_args(Direction)))
    direction: OrderDirection = draw(st.sampled_from(get_args(OrderDirection)))
    return Case(n, tuple(masks), scores, metric, direction, fixed)


def answered(case: Case) -> Orders:
    index = index_of(case.scores, case.n + 2, case.metric)
    groups = {
        f"unit{number}": [f"x{p}" for p in range(case.n) if mask >> p & 1]
        for number, mask in enumerate(case.masks)
    }
    call = Call(units=list(groups), groups=groups)
    return asked(index, case.direction, case.start, call)


@given(cases())
@settings(max_examples=150, deadline=None)
def test_best_and_worst_agree_with_trying_every_permutation(case: Case) -> None:
    answer, areas = answered(case), case.areas()
    sign = 1 if case.metric == "higher" else -1
    assert answer.orders == math.factorial(len(case.masks))
    assert answer.complete == len(areas)
    for order, extreme in ((answer.best, sign), (answer.worst, -sign)):
        if not areas:
            assert order is None
            continue
        assert order is not None
        best = max(extreme * area for area in areas.values())
        ties = [each for each, area in areas.items() if extreme * area >= best - 1e-12]
        assert [int(name.removeprefix("unit")) for name in order.units] == list(min(ties))
        assert order.optima == len(ties)
        scores = case.curve(min(ties))
        assert [step.cell and step.cell.mean for step in order.steps[1:]] == scores
        if any(score is not None for score in scores):
            assert order.area.value == pytest.approx(areas[min(ties)], abs=1e-12)


@given(cases())
@settings(max_examples=150, deadline=None)
def test_the_average_over_orders_agrees_with_all_permutations(case: Case) -> None:
    answer, areas = answered(case), case.areas()
    k = len(case.masks)
    for size in answer.average.sizes:
        found: set[int] = set()
        for some in itertools.combinations(case.masks, size.moved):
            found.add(case.start ^ sum(some))
        scores = [case.scores.get(mask) for mask in found]
        known = [score for score in scores if score is not None]
        assert (size.sets, size.scored) == (math.comb(k, size.moved), len(known))
        assert (size.status == "exact") == (len(known) == len(scores))
        if size.status == "exact":
            assert size.mean == pytest.approx(statistics.fmean(known))
            assert size.deviation == pytest.approx(statistics.pstdev(known), abs=1e-9)
            assert (size.low, size.high) == (min(known), max(known))
        else:
            assert (size.mean, size.deviation, size.low, size.high) == (None, None, None, None)
    passed = k if case.curve(tuple(range(k)))[-1] is not None else k - 1
    if passed and len(areas) == math.factorial(k):
        assert answer.average.status == "exact"
        assert answer.average.area == pytest.approx(statistics.fmean(areas.values()))
        spread = statistics.pstdev(areas.values())
        assert answer.average.deviation == pytest.approx(spread, abs=1e-7)
    else:
        assert (answer.average.status, answer.average.area) == ("unavailable", None)


@given(cases())
@settings(max_examples=100, deadline=None)
def test_greedy_orders_take_the_best_and_the_worst_next_score(case: Case) -> None:
    answer = answered(case)
    sign = 1 if case.metric == "higher" else -1
    for order, extreme in ((answer.greedy_best, sign), (answer.greedy_worst, -sign)):
        mask, left, taken = case.start, list(range(len(case.masks))), []
        while left:
            scores = {unit: case.scores.get(mask ^ case.masks[unit]) for unit in left}
            known = {unit: s * extreme for unit, s in scores.items() if s is not None}
            if len(left) > 1 and not known:
                break
            unit = max(known, key=lambda u: (known[u], -u)) if known else left[0]
            left.remove(unit)
            taken.append(f"unit{unit}")
            mask ^= case.masks[unit]
        assert list(order.units) == taken
        assert (order.area.value is None) == (order.status == "unavailable")


@given(cases())
@settings(max_examples=100, deadline=None)
def test_missing_scores_are_named_and_sums_need_all_of_theirs(case: Case) -> None:
    answer = answered(case)
    wanted = {
        case.start ^ sum(some)
        for size in range(1, len(case.masks) + 1)
        for some in itertools.combinations(case.masks, size)
    }
    lacking = {mask for mask in wanted if case.scores.get(mask) is None}
    assert answer.missing_count == len(lacking)
    assert {int.from_bytes(bytes.fromhex(e.key[1:]), "little") for e in answer.missing} == lacking
    start, end = case.scores.get(case.start), case.scores.get(case.start ^ sum(case.masks))
    assert answer.together.value == (None if start is None or end is None else end - start)
    single = [case.scores.get(case.start ^ mask) for mask in case.masks]
    known = [score for score in single if score is not None]
    if start is None or len(known) < len(single):
        assert answer.apart.value is None
        assert answer.synergy.value is None
        assert (answer.apart.note or "").startswith("no score of ")
        return
    apart = sum(score - start for score in known)
    assert answer.apart.value == pytest.approx(apart, abs=1e-9)
    if end is not None:
        assert answer.synergy.value == pytest.approx(end - start - apart, abs=1e-9)


# ------------------------------------------------------------------ bundled lattices


@pytest.fixture(scope="module")
def database(bundled: Path) -> Iterator[lattice.LatticeDatabase]:
    with lattice.open(str(bundled)) as opened:
        yield opened


def order_of(order: Order | None) -> str:
    assert order is not None
    return "".join(order.units)


def test_a_strike_of_three_areas_costs_far_more_than_the_three_alone(
    database: lattice.LatticeDatabase,
) -> None:
    answer = database["covertype"].withdrawals(to="D", measure="accuracy/ABCD")
    assert answer.together.value == pytest.approx(-0.363, abs=5e-4)
    assert answer.apart.value == pytest.approx(-0.080, abs=5e-4)
    assert answer.synergy.value == pytest.approx(-0.283, abs=5e-4)
    assert (order_of(answer.best), order_of(answer.worst)) == ("BCA", "ACB")
    assert answer.average.status == "exact"


def test_an_end_without_a_score_is_left_out_of_the_area(database: lattice.LatticeDatabase) -> None:
    answer = database["covertype"].withdrawals(measure="accuracy/ABCD")
    assert answer.complete == answer.orders == 24
    assert answer.best is not None
    scores = [step.cell.mean for step in answer.best.steps if step.cell]
    assert answer.best.area.value == pytest.approx(statistics.fmean(scores[1:]))
    assert answer.best.steps[-1].cell is None
    assert [each.name for each in answer.missing] == ["empty"]
    assert "empty has no score: areas are over the steps before it" in answer.notes


def test_groups_move_as_one_and_others_alone(database: lattice.LatticeDatabase) -> None:
    covertype = database["covertype"]
    for groups in ({"union": ["A", "B"]}, {"union": "AB"}, ["union=A,B"], ["union = A, B"]):
        answer = covertype.withdrawals(groups=groups, measure="accuracy/ABCD")
        assert [(each.name, each.objects) for each in answer.units] == [
            ("union", ("A", "B")),
            ("C", ("C",)),
            ("D", ("D",)),
        ]
    only = covertype.withdrawals(units=["union", "D"], groups=["union=AB"], measure="accuracy/ABCD")
    assert only.target.name == "C"
    assert only.orders == 2


def test_the_best_of_noisy_orders_is_cross_fitted(database: lattice.LatticeDatabase) -> None:
    answer = database["california-housing"].acquisitions(to="abcde", measure="@decision_tree")
    assert answer.best is not None
    assert answer.worst is not None
    best, worst = answer.best.optimism, answer.worst.optimism
    assert best is not None
    assert worst is not None
    assert best.apparent == pytest.approx(answer.best.area.value)
    assert best.cross_fitted is not None
    assert best.apparent is not None
    assert worst.cross_fitted is not None
    assert worst.apparent is not None
    assert best.cross_fitted < best.apparent
    assert worst.cross_fitted > worst.apparent
    assert (best.blocks, best.resamples) == (30, 100)


def test_the_area_has_the_error_of_its_shared_replicates(
    database: lattice.LatticeDatabase,
) -> None:
    housing = database["california-housing"]
    answer = housing.withdrawals("abc", to="a", measure="@decision_tree")
    index = housing.index()
    (number,) = (i for i, each in enumerate(index.measures) if "decision_tree" in each.name)
    assert answer.best is not None
    rows = [
        index.row_of(index.universe.read(step.training_set.name)) for step in answer.best.steps[1:]
    ]
    per_block = index.columns[number].by_replicate[rows].mean(axis=0)
    expected = float(np.std(per_block, ddof=1) / math.sqrt(len(per_block)))
    assert answer.best.area.standard_error == pytest.approx(expected)
    assert answer.best.area.method == "paired"


# ------------------------------------------------------------------ many units


def test_a_declared_score_on_the_way_is_said_to_be_declared(
    database: lattice.LatticeDatabase,
) -> None:
    housing = database["california-housing"]
    said = "the score of empty is declared, not measured"
    assert said in housing.withdrawals("ab", measure="@random_forest").notes
    assert said in housing.acquisitions(to="ab", measure="@random_forest").notes
    assert said not in housing.withdrawals("abc", to="a", measure="@random_forest").notes


def test_owners_are_refused_where_nobody_who_can_move_has_one(
    database: lattice.LatticeDatabase,
) -> None:
    covertype = database["covertype"]
    with pytest.raises(BadQuestion, match="The set AB holds no object with an owner to leave out"):
        covertype.withdrawals("AB", by="owner", measure="C")
    with pytest.raises(BadQuestion, match="No object with an owner can join AB"):
        covertype.acquisitions("AB", by="owner", measure="C")


def test_more_units_than_can_be_tried_have_greedy_orders_only() -> None:
    n = MOST_TRIED + 5
    masks = [(1 << size) - 1 for size in range(n + 1)]
    answer = asked(index_of({mask: float(mask.bit_count()) for mask in masks}, n), "acquisition", 0)
    assert (answer.best, answer.worst, answer.complete, answer.orders) == (None, None, None, None)
    assert answer.greedy_best.units == tuple(f"x{position}" for position in range(n))
    assert answer.greedy_best.area.value == pytest.approx((n + 1) / 2)
    assert answer.average.sizes == ()
    assert "25 units have too many orders to compare them all" in answer.notes[0]


def test_a_greedy_order_ends_where_no_next_set_has_a_score() -> None:
    answer = asked(index_of({0: 0.1, 1: 0.2, 0b111: 0.9}, 3), "acquisition", 0)
    assert answer.greedy_best.units == ("x0",)
    assert answer.greedy_best.status == "unavailable"
    assert (answer.complete, answer.best) == (0, None)
    assert "every order passes a set without a score" in answer.notes
    assert "greedy orders end where no next set has a score" in answer.notes


def test_groups_of_thousands_of_objects_are_compared_exactly() -> None:
    n, k = 2_000, 10
    generator = np.random.default_rng(2)
    worth = generator.integers(1, 1_000, k)
    groups = {f"g{unit}": [f"x{p}" for p in range(unit, n, k)] for unit in range(k)}
    masks = [sum(1 << p for p in range(unit, n, k)) for unit in range(k)]
    scores: dict[int, float | None] = {}
    for corner in range(1 << k):
        there = [unit for unit in range(k) if corner >> unit & 1]
        scores[sum(masks[unit] for unit in there)] = float(sum(worth[unit] for unit in there))
    answer = asked(index_of(scores, n), "withdrawal", (1 << n) - 1, Call(groups=groups))
    by_worth = [f"g{unit}" for unit in np.argsort(worth, kind="stable")]
    assert answer.best is not None
    assert list(answer.best.units) == by_worth
    assert answer.complete == math.factorial(k)
    assert answer.average.sizes[3].mean == pytest.approx(0.7 * worth.sum())


def test_a_deadline_stops_the_comparison() -> None:
    index = index_of(dict.fromkeys(range(16), 0.5), 4)
    with within(0), pytest.raises(OutOfTime, match="Stopped at the deadline"):
        asked(index, "withdrawal", 15)


# ------------------------------------------------------------------ who moves

OWNED = """\
files = ["owned.csv"]
[sets]
spelling = "letters"
[[objects]]
name = "A"
owner = "press"
[[objects]]
name = "B"
owner = "guild"
[[objects]]
name = "C"
owner = "press"
[[objects]]
name = "D"
[[objects]]
name = "a"
variant_of = "A"
owner = "press"
"""


@pytest.fixture(scope="module")
def owned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[lattice.Lattice]:
    folder = tmp_path_factory.mktemp("owned")
    names = ["".join(some) for size in range(1, 5) for some in itertools.combinations("ABCD", size)]
    rows = "".join(f"{name},{len(name) / 10}\n" for name in [*names, "aB", "a"])
    (folder / "owned.csv").write_text(f"train_set,accuracy\n{rows}", encoding="utf-8")
    (folder / "owned.toml").write_text(OWNED, encoding="utf-8")
    with lattice.create(str(folder / "owned.db")) as database:
        database.import_files([folder / "owned.toml"])
        yield database["owned"]


def units_of(answer: Orders) -> dict[str, str]:
    return {each.name: "".join(each.objects) for each in answer.units}


def test_owners_leave_with_all_that_is_theirs(owned: lattice.Lattice) -> None:
    answer = owned.withdrawals(by="owner")
    assert units_of(answer) == {"press": "AC", "guild": "B", "D": "D"}
    assert answer.source.name == "ABCD"
    assert units_of(owned.withdrawals("BC", by="owner")) == {"guild": "B", "press": "C"}
    assert units_of(owned.withdrawals(units=["guild"], by="owner")) == {"guild": "B"}


def test_variants_join_only_where_they_are_named(owned: lattice.Lattice) -> None:
    assert units_of(owned.acquisitions()) == {"A": "A", "B": "B", "C": "C", "D": "D"}
    assert units_of(owned.acquisitions("a")) == {"B": "B", "C": "C", "D": "D"}
    assert units_of(owned.acquisitions(to="aB")) == {"B": "B", "a": "a"}
    assert units_of(owned.acquisitions(units=["a", "B"])) == {"B": "B", "a": "a"}
    owners = units_of(owned.acquisitions("B", by="owner"))
    assert owners == {"press": "AC", "D": "D"}
    with pytest.raises(BadQuestion, match="A and a are variants of one object"):
        owned.acquisitions(units=["a", "A"])
    with pytest.raises(BadQuestion, match="variants of one object"):
        owned.acquisitions("a", units=["A"])


def test_a_group_moves_as_far_as_it_is_there(owned: lattice.Lattice) -> None:
    answer = owned.withdrawals("BCD", groups={"union": ["A", "B"]})
    assert units_of(answer) == {"union": "B", "C": "C", "D": "D"}
    assert "A of union is not in BCD" in answer.notes


def test_one_unit_has_one_order(owned: lattice.Lattice) -> None:
    answer = owned.withdrawals("AB", to="A")
    assert (answer.orders, order_of(answer.best), order_of(answer.worst)) == (1, "B", "B")
    assert not any("optimistic" in note for note in answer.notes)


@pytest.mark.parametrize(
    ("direction", "source", "options", "says"),
    [
        ("withdrawals", "empty", {}, "Nobody can leave empty"),
        ("acquisitions", "ABCD", {}, "Nobody can join ABCD"),
        ("withdrawals", "AB", {"to": "AB"}, "Nobody can leave AB"),
        ("withdrawals", "AB", {"to": "BC"}, "BC is not reached when units leave AB: it holds C"),
        ("acquisitions", "AB", {"to": "BC"}, "BC is not reached when units join AB: it lacks A"),
        ("withdrawals", "AB", {"units": ["C"]}, "'C' is no unit that can leave AB"),
        ("withdrawals", "AB", {"units": ["A"], "to": "B"}, "Both the units and the set"),
        ("withdrawals", "ABC", {"by": "owner", "to": "BC"}, "'press' would leave in part"),
        ("withdrawals", "ABC", {"groups": ["A=B,C"]}, "Two units would be called 'A'"),
        ("withdrawals", "ABC", {"groups": ["x=A,B", "y=B"]}, "B is in more than one group"),
        ("withdrawals", "ABC", {"groups": ["x=A", "x=B"]}, "There are two groups 'x'"),
        ("withdrawals", "ABC", {"groups": ["AB"]}, "'AB' is no group"),
        ("withdrawals", "ABC", {"groups": {"x": []}}, "The group 'x' is empty"),
        ("withdrawals", "ABC", {"by": "colour"}, "'colour' is no unit"),
        ("withdrawals", "D", {"by": "owner"}, "The set D holds no object with an owner to leave"),
    ],
)
def test_contradictions_are_refused(
    owned: lattice.Lattice, direction: str, source: str, options: dict[str, object], says: str
) -> None:
    with pytest.raises(BadQuestion, match=says):
        getattr(owned, direction)(source, **options)


def test_names_that_are_not_there_are_refused(
    owned: lattice.Lattice, database: lattice.LatticeDatabase
) -> None:
    with pytest.raises(UnknownObject):
        owned.withdrawals(groups=["x=A,Z"])
    with pytest.raises(BadSpelling):
        owned.withdrawals("Aa")
    with pytest.raises(BadQuestion, match="An order needs a measure"):
        database["covertype"].withdrawals()


def test_too_many_units_are_refused() -> None:
    n = MOST_UNITS + 1
    index = index_of({0: 0.5}, n)
    with pytest.raises(BadQuestion, match="257 units would leave"):
        asked(index, "withdrawal", (1 << n) - 1)


@pytest.mark.parametrize("owners", [(None, "x0"), ("x1", None), ("x1", None, "x1")])
def test_an_owner_and_an_object_of_one_name_are_told_apart(owners: tuple[str | None, ...]) -> None:
    universe = Universe(tuple(DataObject(f"x{p}", p, owner=o) for p, o in enumerate(owners)))
    everything = (1 << len(owners)) - 1
    with pytest.raises(BadQuestion, match="Two units would be called"):
        roster(universe, "withdrawal", everything, Call(by="owner"))


def test_groups_are_read_as_they_are_written() -> None:
    assert groups_of(None) == {}
    assert groups_of(["union=A,B", " press = C "]) == {"union": "A,B", "press": "C"}
