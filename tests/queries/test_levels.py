from __future__ import annotations

import math
import statistics
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import lattice
from lattice.errors import BadQuestion, UnknownMeasure
from lattice.importing.mapping import parse
from lattice.model import DataObject
from lattice.queries.levels import histogram, levels, round_edges
from lattice.queries.predicates import select
from tests.queries.stocked import MEASURES, Stock, stocks

QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WHERE = st.sampled_from([None, "rank >= 2", 'owner("Ada")', "rank > 99"])


def chosen(stock: Stock, where: str | None) -> list[int]:
    if where is None:
        return list(range(len(stock.sets)))
    return np.flatnonzero(select(stock.index(), where)).tolist()


# ------------------------------------------------------------------ levels


def five_numbers(scores: list[float]) -> list[float | None]:
    if not scores:
        return [None] * 5
    if len(scores) == 1:
        return [scores[0]] * 5
    inner = statistics.quantiles(scores, n=4, method="inclusive")
    return [min(scores), *inner, max(scores)]


def measured_scores(stock: Stock, measure: str, rows: list[int]) -> list[float]:
    found = [(stock.mean(measure, row), stock.is_declared(measure, row)) for row in rows]
    return [score for score, declared in found if score is not None and not declared]


@given(stocks(), WHERE)
@QUICK
def test_levels_agree_with_counting_set_by_set(stock: Stock, where: str | None) -> None:
    rows = chosen(stock, where)
    measure = next(iter(stock.scores))
    answer = levels(stock.index(), 0, where)
    ranks = sorted({len(stock.sets[row]) for row in rows})
    assert [each.rank for each in answer.items] == ranks
    assert answer.total == len(rows)
    assert (answer.measure, answer.better) == (measure, MEASURES[measure])
    for level in answer.items:
        here = [row for row in rows if len(stock.sets[row]) == level.rank]
        said = [stock.is_declared(measure, row) for row in here]
        scores = measured_scores(stock, measure, here)
        assert (level.sets, level.declared) == (len(here), said.count(True))
        assert level.evaluated == len(scores) + level.declared == len(here) - said.count(None)
        possible = math.comb(len(stock.objects), level.rank)
        assert level.possible == (possible if where is None else None)
        assert level.coverage == (len(here) / possible if where is None else None)
        found = [level.lowest, level.lower_quartile, level.median, level.upper_quartile]
        assert [*found, level.highest] == pytest.approx(five_numbers(scores))
        assert level.mean == (pytest.approx(statistics.fmean(scores)) if scores else None)


@given(stocks())
@QUICK
def test_without_a_measure_a_set_is_evaluated_when_it_has_any_cell(stock: Stock) -> None:
    answer = levels(stock.index(), None, None)
    for level in answer.items:
        here = [row for row, each in enumerate(stock.sets) if len(each) == level.rank]
        any_cell = [row for row in here if any(cells[row] for cells in stock.scores.values())]
        assert (level.sets, level.evaluated) == (len(here), len(any_cell))
        by_convention = [
            row
            for row in any_cell
            if not any(stock.is_declared(name, row) is False for name in stock.scores)
        ]
        assert level.declared == len(by_convention)
        assert (level.lowest, level.median, level.mean) == (None, None, None)


def test_a_lattice_without_measures_has_levels_too() -> None:
    answer = levels(Stock((DataObject("A", 0),), ((), (0,)), {}).index(), None, None)
    assert [(each.rank, each.sets, each.evaluated) for each in answer.items] == [
        (0, 1, 0),
        (1, 1, 0),
    ]


def test_variants_are_not_among_the_possible_sets() -> None:
    objects = (DataObject("A", 0), DataObject("B", 1), DataObject("A'", 2, variant_of="A"))
    index = Stock(objects, ((0,), (2,), (0, 1), (1, 2)), {}).index()
    found = [
        (each.sets, each.base_sets, each.possible, each.coverage)
        for each in levels(index, None, None).items
    ]
    assert found == [(2, 1, 2, 0.5), (2, 1, 1, 1.0)]
    chosen = levels(index, None, 'contains("B")').items
    assert [(each.sets, each.base_sets, each.coverage) for each in chosen] == [(2, 1, None)]


VARIED = """
[sets]
spelling = "names"
[[objects]]
name = "A"
cost = 2
[[objects]]
name = "A2"
variant_of = "A"
cost = 3
[[objects]]
name = "B"
cost = 1.5
[[objects]]
name = "C"
"""


def test_shares_of_all_are_of_sets_of_base_objects(
    tmp_path: Path, write_file: Callable[[str, str], Path]
) -> None:
    stored = ["empty", "A", "A2", "B", "C", "A+B", "A2+B", "A2+C", "A+B+C"]
    rows = "".join(f"{name},{place / 10}\n" for place, name in enumerate(stored))
    file = write_file("varied.csv", f"train_set,accuracy\n{rows}")
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file], mapping=parse(VARIED, "varied.toml"))
        varied = database["varied"]
        assert varied.show().summary.completeness == 6 / 8  # A2, A2+B and A2+C are of no base set
        assert [(each.sets, each.base_sets, each.coverage) for each in varied.levels().items] == [
            (1, 1, 1 / 1),
            (4, 3, 3 / 3),
            (3, 1, 1 / 3),
            (1, 1, 1 / 1),
        ]
        whole = varied.interval("empty", "all")
        assert (whole.total, whole.completeness) == (6, 6 / 8)
        assert not any("variants" in note for note in whole.notes)
        named = varied.interval("empty", "A2+B")
        assert (named.total, named.completeness) == (4, 4 / 4)
        assert any("sets with variants count as possible" in note for note in named.notes)
        held = varied.interval("A2", "A2+B+C")
        assert (held.total, held.completeness, held.notes) == (3, 3 / 4, ())


def test_numbers_of_sets_that_are_too_large_for_json_are_left_out() -> None:
    objects = tuple(DataObject(f"o{place}", place) for place in range(3_000))
    sets = ((7,), tuple(range(1_500)))
    found = levels(Stock(objects, sets, {}).index(), None, None).items
    assert [(each.rank, each.possible) for each in found] == [(1, 3_000), (1_500, None)]
    assert found[0].coverage == 1 / 3_000
    assert found[1].coverage == 0.0  # less than the smallest double


def test_levels_on_the_facade(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        whole = database["california-housing"].levels("@decision_tree")
        assert [each.sets for each in whole.items] == [math.comb(10, k) for k in range(11)]
        assert {each.coverage for each in whole.items} == {1.0}
        medians = [each.median or 0.0 for each in whole.items]
        assert medians == sorted(medians)
        toy = database["toy"].levels(where='contains("C")')
        assert [(each.rank, each.sets, each.coverage) for each in toy.items] == [
            (3, 2, None),
            (4, 1, None),
        ]
        assert toy.measure is None
        with pytest.raises(UnknownMeasure):
            database["toy"].levels("nothing")


# ------------------------------------------------------------------ histograms


@given(stocks(), WHERE, st.integers(1, 30))
@QUICK
def test_histograms_agree_with_counting_set_by_set(
    stock: Stock, where: str | None, bins: int
) -> None:
    rows = chosen(stock, where)
    measure = next(iter(stock.scores))
    answer = histogram(stock.index(), 0, bins, where)
    assert answer.total == len(rows)
    assert list(answer.ranks) == sorted({len(stock.sets[row]) for row in rows})
    expected: Counter[tuple[int, int]] = Counter()
    missing: Counter[int] = Counter()
    declared: Counter[int] = Counter()
    for row in rows:
        rank, score = len(stock.sets[row]), stock.mean(measure, row)
        if score is None:
            missing[rank] += 1
        elif stock.is_declared(measure, row):
            declared[rank] += 1
        else:
            place = bisect_right(answer.edges, score) - 1
            expected[rank, min(place, len(answer.edges) - 2)] += 1
    found = {
        (rank, place): count
        for rank, counts in zip(answer.ranks, answer.counts, strict=True)
        for place, count in enumerate(counts)
        if count
    }
    assert found == expected
    assert dict(zip(answer.ranks, answer.missing, strict=True)) == {
        rank: missing[rank] for rank in answer.ranks
    }
    assert answer.declared == tuple(declared[rank] for rank in answer.ranks)
    assert all(len(counts) == max(0, len(answer.edges) - 1) for counts in answer.counts)
    scores = measured_scores(stock, measure, rows)
    assert bool(answer.edges) == bool(scores)
    if len(set(scores)) > 1:  # the axis fits the measured ones alone
        assert answer.edges[1] > min(scores)
        assert answer.edges[-2] <= max(scores)


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20),
    st.integers(1, 200),
)
@example([5e-324], 40)
@example([-1.7e308, 1.7e308], 200)
@example([1e15, 1e15 + 0.125], 200)
@example([0.3], 1)
@example([1.7976931348623157e308], 1)
@example([1.7976931348623157e308, -1e292], 1)
def test_edges_hold_every_score_and_are_not_too_many(scores: list[float], bins: int) -> None:
    edges = round_edges(np.array(scores), bins)
    assert 2 <= len(edges) <= bins + 1
    assert edges[0] <= min(scores) <= max(scores) <= edges[-1]
    assert np.isfinite(edges).all()
    assert (edges[1:] > edges[:-1]).all()


@given(
    st.lists(st.integers(-1_000, 1_000), min_size=2, max_size=20, unique=True), st.integers(2, 50)
)
def test_edges_are_round_numbers(thousandths: list[int], bins: int) -> None:
    edges = round_edges(np.array(thousandths) / 1_000, bins)
    for edge in edges.tolist():
        assert len(repr(abs(edge)).replace("0", "").replace(".", "")) <= 5, edge
    widths = {round(float(width), 9) for width in np.diff(edges)}
    assert len(widths) == 1
    digits = f"{widths.pop():e}"[:3]
    assert digits in {"1.0", "2.0", "2.5", "5.0"}


def test_a_histogram_of_the_toy(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        answer = database["toy"].histogram("A", bins=4)
        assert answer.edges == (0.75, 0.8, 0.85, 0.9, 0.95)
        assert answer.ranks == (2, 3, 4)
        assert answer.counts == ((0, 0, 1, 0), (1, 0, 1, 0), (0, 0, 0, 1))
        assert (answer.missing, answer.total) == ((0, 0, 0), 4)
        none = database["toy"].histogram("A", where="rank > 9")
        assert (none.edges, none.ranks, none.counts, none.total) == ((), (), (), 0)


def test_sets_without_scores_are_counted_as_missing() -> None:
    index = Stock((DataObject("A", 0),), ((), (0,)), {"loss/en": ((), ())}).index()
    answer = histogram(index, 0, 10, None)
    assert (answer.edges, answer.counts, answer.missing) == ((), ((), ()), (1, 1))


def test_a_declared_score_stretches_nothing_and_is_counted_apart(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        housing = database["california-housing"]
        empty, *others = housing.subgraph(measure="@decision_tree").means
        answer = housing.histogram("@decision_tree", bins=20)
        ranks = housing.levels("@decision_tree").items
        nothing = housing.histogram("@decision_tree", where="rank == 0")
    assert empty == 0.0  # r2 of the empty set, by convention
    assert answer.edges[0] <= min(each for each in others if each is not None) < answer.edges[1]
    assert (answer.declared, sum(answer.missing)) == ((1, *[0] * 10), 0)
    assert sum(map(sum, answer.counts)) == 1023 == answer.total - 1
    assert (ranks[0].evaluated, ranks[0].declared, ranks[0].median) == (1, 1, None)
    assert {each.declared for each in ranks[1:]} == {0}
    assert (nothing.edges, nothing.counts, nothing.declared) == ((), ((),), (1,))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"bins": 0}, "A histogram of 0 bins cannot be given. Ask for 1 to 200."),
        ({"bins": 201}, "A histogram of 201 bins cannot be given."),
        ({}, "A histogram needs a measure: whose scores? 4 could be meant"),
        ({"measure": "A", "where": "rank >"}, "cannot be read at character 7"),
    ],
)
def test_a_histogram_of_nothing_is_refused(
    bundled: Path, asked: dict[str, object], says: str
) -> None:
    with lattice.open(str(bundled)) as database, pytest.raises(BadQuestion) as refused:
        database["toy"].histogram(**asked)  # type: ignore[arg-type]
    assert says in str(refused.value)
