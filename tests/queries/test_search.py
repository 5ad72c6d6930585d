from __future__ import annotations

import math
import statistics
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lattice
from lattice.deadlines import within
from lattice.errors import Ambiguous, BadQuestion, OutOfTime, UnknownMeasure, UnknownObject
from lattice.model import DataObject, Expense, Front, SetPage
from lattice.queries.crossfit import crossfit_choice
from lattice.queries.nearest import nearest
from lattice.queries.pareto_sets import front, undominated
from lattice.queries.predicates import select
from lattice.queries.search import best_rows, search, sorting_by, winners_luck
from tests.queries.stocked import MEASURES, Stock, sign, stocks

QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def names_of(page: SetPage | Front) -> list[str]:
    return [each.training_set.name for each in page.items]


# ------------------------------------------------------------------ sorting and pages


def amount_of(stock: Stock, text: str, row: int) -> float | None:
    """What a set is sorted by, the smallest first."""
    turned = -1 if text.startswith("-") else 1
    word = text.removeprefix("-")
    if word in MEASURES:
        score = stock.mean(word, row)
        return None if score is None else -sign(word) * turned * score
    found = stock.amount(word, row)
    return None if found is None else turned * found


def is_declared(stock: Stock, text: str, row: int) -> bool:
    word = text.removeprefix("-")
    return word in MEASURES and bool(stock.is_declared(word, row))


def sorted_rows(stock: Stock, text: str, rows: list[int]) -> list[int]:
    def key(row: int) -> tuple[bool, bool, float]:
        """Measured scores, then declared ones as they stand, then those that miss."""
        amount, declared = amount_of(stock, text, row), is_declared(stock, text, row)
        return amount is None, declared, 0.0 if declared else amount or 0.0

    return sorted(rows, key=key)


@given(stocks(), st.data())
@QUICK
def test_pages_of_a_search_join_to_what_plain_sorting_gives(
    stock: Stock, data: st.DataObject
) -> None:
    words = ["rank", "cost", "size", *stock.scores]
    text = data.draw(st.sampled_from([*words, *(f"-{word}" for word in words)]))
    where = data.draw(st.sampled_from([None, "rank >= 2", 'owner("Ada")', "rank > 99"]))
    top = data.draw(st.none() | st.integers(1, 8))
    size = data.draw(st.integers(1, 7))
    index = stock.index()
    chosen = list(range(len(stock.sets)))
    if where is not None:
        chosen = np.flatnonzero(select(index, where)).tolist()
    expected = sorted_rows(stock, text, chosen)
    if top is not None:
        expected = [
            row
            for row in expected
            if amount_of(stock, text, row) is not None and not is_declared(stock, text, row)
        ][:top]
    found: list[str] = []
    start: int | None = 0
    while start is not None:
        page = search(
            index, (0,), start, size, where=where, sorting=sorting_by(index, text), top=top
        )
        assert page.total == len(expected)
        assert len(page.items) <= size
        found += names_of(page)
        start = None if page.next is None else int(page.next)
    assert found == [stock.spell(stock.sets[row]) for row in expected]


@given(st.lists(st.sampled_from([1.0, 2.0, 3.0, math.nan]), max_size=30), st.integers(0, 40))
def test_the_best_rows_are_the_head_of_a_stable_sort(merit: list[float], count: int) -> None:
    ordered = sorted(
        range(len(merit)), key=lambda each: math.inf if math.isnan(merit[each]) else -merit[each]
    )
    assert best_rows(np.array(merit, dtype=np.float64), count).tolist() == ordered[:count]


def test_what_a_page_says(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        toy = database["toy"]
        page = toy.search('contains("B") and score("A") > 0.86', sort="C", measures=["C"])
        assert names_of(page) == ["ABCD", "ABC"]
        assert [each.cells[0] and each.cells[0].mean for each in page.items] == [0.85, 0.75]
        assert page.items[0].members == ("A", "B", "C", "D")
        assert (page.measures, page.sort, page.total) == (("accuracy/C",), "accuracy/C", 2)
        bare = toy.search(fields=["members"], limit=1)
        assert (bare.measures, bare.items[0].cells, bare.next) == ((), (), "1")
        assert bare.items[0].members == ("A", "B")
        assert toy.search(fields=["cells"]).items[0].members == ()
        assert toy.search() == toy.sets()
        assert names_of(toy.search(sort="-rank")) == ["ABCD", "ABC", "ACD", "AB"]
        assert toy.search("rank > 4").items == ()


def test_sets_without_the_number_come_last_or_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "gaps.csv"
    file.write_text(
        "train_set,accuracy/x,loss/x\nA,0.5,0.3\nB,,0.2\nAB,0.7,\nBC,,0.1\n", encoding="utf-8"
    )
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file])
        gaps = database["gaps"]
        page = gaps.search(sort="accuracy")
        assert names_of(page) == ["AB", "A", "B", "BC"]
        assert page.notes == ("2 of 4 sets without it come last",)
        assert names_of(gaps.search(sort="loss")) == ["BC", "B", "A", "AB"]
        assert names_of(gaps.search(sort="-loss")) == ["A", "B", "BC", "AB"]
        best = gaps.search(sort="accuracy", top=3)
        assert (names_of(best), best.total) == (["AB", "A"], 2)
        assert best.notes == ("2 of 4 sets without it are left out",)
        assert names_of(gaps.search(top=1, measures=["loss"])) == ["BC"]
        none = gaps.search('contains("C")', sort="accuracy", top=2)
        assert (none.items, none.total, none.optimism) == ((), 0, None)


@pytest.mark.parametrize(("text", "best", "worst"), [("loss", "A", "B"), ("-loss", "B", "A")])
def test_a_declared_score_wins_in_no_order(text: str, best: str, worst: str) -> None:
    objects = tuple(DataObject(name, place) for place, name in enumerate("ABC"))
    cells = ((0.0,), (0.2,), (0.4,), ())
    stock = Stock(objects, ((), (0,), (1,), (2,)), {"loss/en": cells}, frozenset([("loss/en", 0)]))
    index = stock.index()
    page = search(index, (0,), 0, 9, sorting=sorting_by(index, text))
    assert names_of(page) == [best, worst, "empty", "C"]
    assert page.notes == (
        "1 of 4 sets without it come last",
        "1 of 4 sets whose score is only declared come after the measured ones",
    )
    top = search(index, (0,), 0, 9, sorting=sorting_by(index, text), top=3)
    assert names_of(top) == [best, worst]


@pytest.mark.parametrize(
    ("asked", "kind", "says"),
    [
        ({"top": 0}, BadQuestion, "The best 0 sets cannot be listed. Ask for 1 or more."),
        ({"top": -1, "sort": "rank"}, BadQuestion, "The best -1 sets cannot be listed."),
        ({"top": 3}, BadQuestion, "A list of the best 3 sets needs a measure: whose scores?"),
        ({"sort": "cost"}, BadQuestion, "No object of this lattice has a cost."),
        ({"sort": "accuracy"}, Ambiguous, "accuracy/A, accuracy/B"),
        ({"sort": "acuracy/A"}, UnknownMeasure, "Did you mean accuracy/A"),
        ({"sort": "-price"}, UnknownMeasure, "'price' is no measure"),
        ({"sort": "price"}, UnknownMeasure, "Sets are sorted by rank, cost, size, too."),
        ({"fields": ["scores"]}, BadQuestion, "'scores' is no field."),
        ({"limit": 0}, BadQuestion, "A page cannot start at 0 with 0 rows."),
        ({"where": 'contains("E")'}, UnknownObject, "'E' is no object"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused(
    bundled: Path, asked: dict[str, object], kind: type[Exception], says: str
) -> None:
    with lattice.open(str(bundled)) as database, pytest.raises(kind) as refused:
        database["toy"].search(**asked)  # type: ignore[arg-type]
    assert says in str(refused.value)


# ------------------------------------------------------------------ the winner's luck


def test_the_best_set_is_held_against_the_blocks_that_did_not_choose_it(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        housing = database["california-housing"]
        page = housing.search("rank <= 5", sort="@decision_tree", top=1)
        index = housing.index()
    (measure,) = (
        place for place, each in enumerate(index.measures) if "decision_tree" in each.name
    )
    rows = [row for row in range(len(index)) if index.ranks[row] <= 5]
    table = [index.columns[measure].by_replicate[row].tolist() for row in rows]

    def chosen_by(blocks: range) -> int:
        means = [statistics.fmean(scores[block] for block in blocks) for scores in table]
        return means.index(max(means))

    halves = range(0, 30, 2), range(1, 30, 2)
    held_out = [
        statistics.fmean(table[chosen_by(one)][block] for block in other)
        for one, other in (halves, halves[::-1])
    ]
    winner = chosen_by(range(30))
    assert page.items[0].training_set == index.training_set(rows[winner])
    luck = page.optimism
    assert luck is not None
    assert (luck.blocks, luck.resamples) == (30, 100)
    assert luck.apparent == pytest.approx(statistics.fmean(table[winner]))
    assert luck.cross_fitted == pytest.approx(statistics.fmean(held_out))
    assert luck.cross_fitted is not None
    assert luck.apparent is not None
    assert luck.cross_fitted < luck.apparent
    assert luck.same is not None
    assert 0 < luck.same < 100


@pytest.mark.parametrize("text", ["@decision_tree", "-@gradient_boosting", "@random_forest"])
def test_leaving_out_sets_that_cannot_win_changes_nothing(bundled: Path, text: str) -> None:
    with lattice.open(str(bundled)) as database:
        index = database["california-housing"].index()
    sorting = sorting_by(index, text)
    assert sorting.measure is not None
    blocks = index.columns[sorting.measure].by_replicate
    rows = np.arange(1, len(index))  # the score of the empty set is declared
    every = crossfit_choice(blocks[rows], lambda means: int(np.argmax(sorting.sign * means)))
    first = int(rows[best_rows(sorting.merit[rows], 1)[0]])
    assert winners_luck(index, sorting, rows, first) == every


def test_with_fewer_than_four_blocks_a_choice_is_called_optimistic(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        luck = database["covertype"].search(sort="accuracy/A").optimism
        assert database["covertype"].search(sort="rank").optimism is None
        assert database["covertype"].search(sort="accuracy/A", start=1).optimism is None
    assert luck is not None
    assert luck.note == "chosen on the same scores: optimistic"
    assert (luck.cross_fitted, luck.same) == (None, None)


def test_it_says_where_the_shared_replicates_choose_another_set() -> None:
    objects = tuple(DataObject(name, place) for place, name in enumerate("AB"))
    cells = ((0.5, 0.5, 0.5, 0.5), (0.4, 0.4, 0.4, 0.4, 2.0))
    index = Stock(objects, ((0,), (1,)), {"accuracy/en": cells}).index()
    page = search(index, (0,), 0, 5, sorting=sorting_by(index, "accuracy"))
    assert names_of(page) == ["B", "A"]
    assert page.optimism is not None
    assert page.optimism.note == "the shared replicates alone choose A"
    assert page.optimism.apparent == 0.5


# ------------------------------------------------------------------ fronts


def dominates(one: list[float], other: list[float]) -> bool:
    pairs = list(zip(one, other, strict=True))
    return all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)


@given(
    st.integers(1, 4).flatmap(
        lambda sides: st.lists(
            st.lists(st.integers(0, 3).map(float), min_size=sides, max_size=sides), max_size=40
        )
    )
)
def test_what_is_not_dominated_is_found_by_comparing_all_pairs(points: list[list[float]]) -> None:
    expected = [not any(dominates(other, one) for other in points) for one in points]
    sides = len(points[0]) if points else 2
    merit = np.array(points, dtype=np.float64).reshape(len(points), sides)
    assert undominated(merit).tolist() == expected


@pytest.mark.parametrize("sides", [2, 3, 5])
def test_fronts_of_many_different_points(sides: int) -> None:
    points = np.random.default_rng(5).normal(size=(400, sides)) * 10.0 ** np.arange(sides)
    expected = [
        not any(dominates(other, one) for other in points.tolist()) for one in points.tolist()
    ]
    assert undominated(points).tolist() == expected


@given(stocks(), st.data())
@QUICK
def test_a_front_of_sets_agrees_with_comparing_all_pairs(stock: Stock, data: st.DataObject) -> None:
    expense: Expense | None = data.draw(st.sampled_from([None, "cost", "size", "rank"]))
    measures = list(stock.scores)
    points: dict[int, list[float]] = {}
    for row in range(len(stock.sets)):
        sides = [stock.mean(each, row) for each in measures]
        signs = [sign(each) for each in measures]
        if expense is not None:
            sides.append(stock.amount(expense, row))
            signs.append(-1)
        known = [
            each * value for each, value in zip(signs, sides, strict=True) if value is not None
        ]
        if len(known) == len(sides):
            points[row] = known
    best = [
        row for row, one in points.items() if not any(map(dominates, points.values(), [one] * 99))
    ]
    best.sort(key=lambda row: -points[row][0])
    index = stock.index()
    answer = front(index, tuple(range(len(measures))), expense, None, 0, 99)
    assert names_of(answer) == [stock.spell(stock.sets[row]) for row in best]
    assert answer.compared == len(points)
    assert answer.left_out == len(stock.sets) - len(points)
    assert answer.total == len(best)
    assert [each.name for each in answer.axes] == [*measures, *([expense] if expense else [])]
    if expense is not None:
        spent = [each.expense for each in answer.items]
        assert spent == [stock.amount(expense, row) for row in best]


def test_sets_sorted_by_cost_or_size_say_it(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        sizes = {each.name: each.size for each in covertype.show().objects}
        for sort in ("size", "-size"):
            page = covertype.search(sort=sort, limit=3)
            paper = [sum(sizes[name] or 0 for name in each.members) for each in page.items]
            assert page.amounts == tuple(paper)
            assert paper == sorted(paper, reverse=sort == "-size")
        assert covertype.search(sort="rank").amounts == covertype.search(sort="A").amounts == ()
        assert covertype.search(sort="size", start=99).amounts == ()


def test_a_front_on_the_facade(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        answer = covertype.front(["accuracy/A", "accuracy/D"], expense="rank")
        assert names_of(answer) == ["A", "AC", "AD", "C", "CD", "BD", "D"]
        assert [each.expense for each in answer.items] == [1, 2, 2, 1, 2, 2, 1]
        assert answer.notes == ("chosen on the same scores: optimistic",)
        page = covertype.front(["A", "D"], expense="rank", start=5, limit=1)
        assert (names_of(page), page.next, page.total) == (["BD"], "6", 7)
        some = covertype.front(["A", "D"], where='not contains("A", "C")', expense="rank")
        assert set(names_of(some)) <= {"A", "B", "C", "D", "AB", "AD", "BC", "BD", "CD"} | {"ABD"}
        empty = covertype.front(["A", "D"], where="rank > 9")
        assert (empty.items, empty.total, empty.notes) == ((), 0, ())


@pytest.mark.parametrize(
    ("measures", "expense", "says"),
    [
        ([], None, "A front of 0 sides cannot be given."),
        ([], "rank", "A front of 1 side cannot be given."),
        (["A"], None, "A front of 1 side cannot be given. Compare sets by 2 to 8"),
        (
            ["A", "accuracy/A"],
            None,
            "A front of 1 side cannot be given: a measure was given twice.",
        ),
        (["A", "B"], "price", "'price' is no expense."),
        (["A", "B"], "cost", "No object of this lattice has a cost."),
    ],
)
def test_a_front_of_nothing_is_refused(
    bundled: Path, measures: list[str], expense: Expense | None, says: str
) -> None:
    with lattice.open(str(bundled)) as database, pytest.raises(BadQuestion) as refused:
        database["toy"].front(measures, expense=expense)
    assert says in str(refused.value)


def test_a_front_ends_at_its_deadline() -> None:
    with within(0), pytest.raises(OutOfTime, match="looking for the front"):
        undominated(np.eye(4))


# ------------------------------------------------------------------ nearest


@given(stocks(), st.data())
@QUICK
def test_the_nearest_sets_differ_in_the_fewest_objects(stock: Stock, data: st.DataObject) -> None:
    places = st.sampled_from(range(len(stock.objects)))
    asked = data.draw(st.frozensets(places))
    count = data.draw(st.integers(1, 25))
    names = [each.name for each in stock.objects]
    answer = nearest(stock.index(), stock.mask(sorted(asked)), count, (0,))
    expected = sorted(stock.sets, key=lambda each: len(asked ^ set(each)))[:count]
    assert [each.training_set.name for each in answer.items] == [stock.spell(s) for s in expected]
    assert answer.stored == (tuple(sorted(asked)) in stock.sets)
    for item, members in zip(answer.items, expected, strict=True):
        assert item.distance == len(asked ^ set(members))
        assert item.add == tuple(names[each] for each in sorted(set(members) - asked))
        assert item.remove == tuple(names[each] for each in sorted(asked - set(members)))


def test_nearest_sets_on_the_facade(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        toy = database["toy"]
        answer = toy.nearest("BC", 2, measures=["A"])
        assert [(each.training_set.name, each.add, each.remove) for each in answer.items] == [
            ("ABC", ("A",), ()),
            ("AB", ("A",), ("C",)),
        ]
        assert not answer.stored
        assert [each.cells[0] and each.cells[0].mean for each in answer.items] == [0.88, 0.85]
        assert toy.nearest("AB", 1).stored
        for count in (0, -1, 1_001):
            with pytest.raises(BadQuestion, match=r"cannot be given. Ask for 1 to 1,000"):
                toy.nearest("AB", count)


# ------------------------------------------------------------------ subgraphs


def test_a_subgraph_holds_only_the_sets_that_are_selected(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        housing = database["california-housing"]
        where = 'contains("a") and rank <= 6'
        whole = housing.subgraph(measure="@decision_tree", where=where)
        page = housing.search(where, measures=["@decision_tree"], limit=1_000)
        some = housing.subgraph(where=where, most=10)
    assert whole.keys == tuple(each.training_set.key for each in page.items)
    assert whole.means == tuple(each.cells[0] and each.cells[0].mean for each in page.items)
    assert (whole.total, whole.shown) == (page.total, page.total)
    assert (some.total, some.shown) == (page.total, 10)
    assert set(some.keys) < set(whole.keys)
    assert all(one != other for one, other in pairwise(some.keys))
