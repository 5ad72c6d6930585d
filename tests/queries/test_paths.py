from __future__ import annotations

import csv
import itertools
import math
from collections.abc import Iterator, Sequence
from pathlib import Path as FilePath

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import lattice
from lattice.errors import Ambiguous, BadQuestion, SetNotStored
from lattice.model import Move, Objective, Path
from lattice.resources import bundled_manifests

OBJECTS = "ABCDE"
Scores = dict[str, float | None]
Table = dict[str, tuple[float | None, float | None]]
"""Accuracy (higher is better) and loss (lower is better) of every stored set; None is missing."""


def name_of(mask: int) -> str:
    return "".join(OBJECTS[p] for p in range(5) if mask >> p & 1) or "empty"


class Cases:
    """Stores one small lattice after the other in one database."""

    def __init__(self, folder: FilePath, database: lattice.LatticeDatabase) -> None:
        self.folder = folder
        self.database = database
        self.numbers = itertools.count()

    def store(self, table: Table) -> lattice.Lattice:
        file = self.folder / f"case{next(self.numbers)}.csv"
        with file.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(["train_set", "accuracy/test", "loss/test"])
            writer.writerows([name, *scores] for name, scores in table.items())
        mapping = file.with_suffix(".toml")
        mapping.write_text(
            f'files = ["{file.name}"]\nformat = "wide"\n'
            '[columns]\nmeasures = ["accuracy/test", "loss/test"]\n'
            '[sets]\nspelling = "letters"\n'
            + "".join(f'[[objects]]\nname = "{letter}"\n' for letter in OBJECTS),
            encoding="utf-8",
        )
        self.database.import_files([mapping])
        return self.database[file.stem]


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cases]:
    folder = tmp_path_factory.mktemp("cases")
    with lattice.create(str(folder / "cases.db")) as database:
        yield Cases(folder, database)


# ------------------------------------------------------------------ brute force


def move_between(before: str, after: str) -> tuple[bool, int]:
    """(whether it removes, position of the object): sorts as the documented tie-break does."""
    first, second = (set() if name == "empty" else set(name) for name in (before, after))
    (changed,) = first ^ second
    return changed in first, OBJECTS.index(changed)


def moves_along(route: Sequence[str]) -> list[tuple[bool, int]]:
    return [move_between(*step) for step in itertools.pairwise(route)]


def all_routes(graph: nx.DiGraph[str], source: str, target: str) -> list[list[str]]:
    if source == target:
        return [[source]]
    return [list(route) for route in nx.all_simple_paths(graph.to_undirected(), source, target)]


def inner_floor(route: Sequence[str], scores: Scores, sign: int) -> float | None:
    """Worst goodness strictly between the ends; None where one has no score."""
    inner = [scores[name] for name in route[1:-1]]
    if any(score is None for score in inner):
        return None
    return min((sign * score for score in inner if score is not None), default=math.inf)


def best_routes(
    routes: list[list[str]], objective: Objective, scores: Scores, sign: int
) -> list[list[str]]:
    """The equally good routes, the documented winner first."""
    if objective == "widest":
        floors = [inner_floor(route, scores, sign) for route in routes]
        usable = [(f, r) for f, r in zip(floors, routes, strict=True) if f is not None]
        best = max((floor for floor, _ in usable), default=None)
        routes = [route for floor, route in usable if floor == best]
    shortest = min(map(len, routes), default=0)
    return sorted((route for route in routes if len(route) == shortest), key=moves_along)


def steps_of(path: Path) -> list[str]:
    return [step.training_set.name for step in path.steps]


def assert_best(
    path: Path, routes: list[list[str]], objective: Objective, scores: Scores, sign: int
) -> None:
    best = best_routes(routes, objective, scores, sign)
    assert path.found == bool(best)
    assert path.optima == len(best)
    if not best:
        assert path.steps == ()
        assert path.moves is None
        assert path.floor is None
        assert len(path.notes) == 1
        return
    assert steps_of(path) == best[0]
    assert path.moves == len(best[0]) - 1
    floor = inner_floor(best[0], scores, sign)
    expected = None if floor is None or floor == math.inf else sign * floor
    assert path.floor == expected
    ends = [scores[best[0][0]], scores[best[0][-1]]]
    known = [sign * score for score in ends if score is not None]
    assert path.ends_floor == (sign * min(known) if len(known) == 2 else None)
    gains = [
        None if before is None or after is None else sign * (after - before)
        for before, after in itertools.pairwise([scores[name] for name in best[0]])
    ]
    losses = [gain for gain in gains if gain is not None and gain < 0]
    assert path.worst_step == (1 + gains.index(min(losses)) if losses else None)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Up to 16 sets of up to five objects, with few different scores and some missing ones."""
    n = draw(st.integers(1, 5))
    masks = draw(st.sets(st.integers(0, 2**n - 1), min_size=2, max_size=min(16, 2**n)))
    score = st.sampled_from([None, 0.25, 0.5, 0.75, 1.0])
    table = {name_of(mask): draw(st.tuples(score, score)) for mask in sorted(masks)}
    assume(all(any(each[column] is not None for each in table.values()) for column in (0, 1)))
    return table


@given(table=tables(), data=st.data())
@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_paths_agree_with_trying_every_route(
    cases: Cases, table: Table, data: st.DataObject
) -> None:
    stored = cases.store(table)
    graph = stored.graph()
    assert set(graph) == set(table)
    for _ in range(3):
        source, target = (data.draw(st.sampled_from(sorted(table))) for _ in range(2))
        routes = all_routes(graph, source, target)
        for column, (measure, sign) in enumerate([("accuracy", 1), ("loss", -1)]):
            scores = {name: each[column] for name, each in table.items()}
            for objective in ("fewest", "widest"):
                path = stored.path(source, target, objective=objective, measure=measure)
                assert_best(path, routes, objective, scores, sign)


@pytest.mark.parametrize("missing", [(), ("AB", "ACD", "BCD"), ("A", "B", "C", "D", "empty")])
def test_paths_through_all_sixteen_sets_of_four_agree_with_trying_every_route(
    cases: Cases, missing: tuple[str, ...]
) -> None:
    generator = np.random.default_rng(11)
    table: Table = {
        name: (None, None) if name in missing else (score, 1 - score)
        for name, score in zip(
            map(name_of, range(16)), generator.integers(0, 6, 16).tolist(), strict=True
        )
    }
    stored = cases.store(table)
    graph = stored.graph()
    for source, target in [("empty", "ABCD"), ("A", "BCD"), ("CD", "AB"), ("ABC", "D"), ("B", "B")]:
        routes = all_routes(graph, source, target)
        for column, (measure, sign) in enumerate([("accuracy", 1), ("loss", -1)]):
            scores = {name: each[column] for name, each in table.items()}
            for objective in ("fewest", "widest"):
                path = stored.path(source, target, objective=objective, measure=measure)
                assert_best(path, routes, objective, scores, sign)


# ------------------------------------------------------------------ single rules

CHAIN: Table = {
    "A": (0.5, 0.5),
    "AB": (0.9, 0.1),
    "B": (0.7, 0.3),
    "AC": (0.6, 0.4),
    "C": (0.8, 0.2),
    "ABC": (0.4, None),
    "E": (0.3, 0.7),
}


def test_a_widest_path_makes_a_detour_around_a_low_score(cases: Cases) -> None:
    stored = cases.store({**CHAIN, "BC": (0.1, 0.9), "D": (0.2, 0.8)})
    path = stored.path("B", "C", objective="widest", measure="accuracy")
    assert steps_of(path) == ["B", "AB", "A", "AC", "C"]
    assert path.floor == 0.5
    assert path.ends_floor == 0.7
    assert (path.moves, path.optima, path.status) == (4, 1, "exact")
    assert stored.path("B", "C", measure="accuracy").floor == 0.1
    assert "optimistic" in " ".join(path.notes)


def test_each_step_says_its_move_cells_deltas_and_cumulative_change(cases: Cases) -> None:
    path = cases.store(CHAIN).path("B", "C", objective="widest", measure="accuracy")
    assert steps_of(path) == ["B", "AB", "A", "AC", "C"]
    assert [step.move for step in path.steps] == [
        None,
        Move("add", "A"),
        Move("remove", "B"),
        Move("add", "C"),
        Move("remove", "A"),
    ]
    assert path.steps[0].deltas == ()
    assert [step.cells[0] and step.cells[0].mean for step in path.steps] == [
        0.7,
        0.9,
        0.5,
        0.6,
        0.8,
    ]
    values = [step.deltas[0].value for step in path.steps[1:]]
    assert values == pytest.approx([0.2, -0.4, 0.1, 0.2])
    effects = [step.deltas[0].effect for step in path.steps[1:]]
    assert effects == ["better", "worse", "better", "better"]
    assert [step.cumulative[0] for step in path.steps] == pytest.approx([0, 0.2, -0.2, -0.1, 0.1])
    assert path.worst_step == 2


def test_lower_is_better_turns_floor_worst_step_and_effects_around(cases: Cases) -> None:
    path = cases.store(CHAIN).path("B", "C", objective="widest", measure="loss")
    assert steps_of(path) == ["B", "AB", "A", "AC", "C"]
    assert path.floor == 0.5
    assert path.ends_floor == 0.3
    assert path.worst_step == 2
    assert [step.deltas[0].effect for step in path.steps[1:]] == [
        "better",
        "worse",
        "better",
        "better",
    ]


def test_without_a_measure_fewest_lists_every_measure_and_has_no_floor(cases: Cases) -> None:
    path = cases.store(CHAIN).path("A", "AC")
    assert path.measures == ("accuracy/test", "loss/test")
    assert (path.measure, path.floor, path.ends_floor, path.worst_step) == (None, None, None, None)
    assert [len(step.cells) for step in path.steps] == [2, 2]
    assert [delta.value for delta in path.steps[1].deltas] == pytest.approx([0.1, -0.1])


def test_adjacent_sets_have_nothing_between_them_and_no_floor(cases: Cases) -> None:
    stored = cases.store(CHAIN)
    for objective in ("fewest", "widest"):
        path = stored.path("A", "AB", objective=objective, measure="accuracy")
        assert (path.moves, path.floor, path.ends_floor, path.optima) == (1, None, 0.5, 1)
    assert "nothing lies between" in " ".join(path.notes)


def test_a_set_leads_to_itself_without_a_move(cases: Cases) -> None:
    stored = cases.store(CHAIN)
    for objective in ("fewest", "widest"):
        path = stored.path("AB", "BA", objective=objective, measure="accuracy")
        assert path.found
        assert steps_of(path) == ["AB"]
        assert (path.moves, path.floor, path.ends_floor) == (0, None, 0.9)
        assert (path.optima, path.worst_step) == (1, None)


def test_ends_may_be_without_a_score(cases: Cases) -> None:
    path = cases.store({"A": (None, 1), "AB": (0.4, 1), "B": (None, 1)}).path(
        "A", "B", objective="widest", measure="accuracy"
    )
    assert steps_of(path) == ["A", "AB", "B"]
    assert (path.floor, path.ends_floor, path.worst_step) == (0.4, None, None)
    assert [step.cells[0] is None for step in path.steps] == [True, False, True]
    assert path.steps[1].deltas[0].status == "unavailable"
    assert path.steps[1].deltas[0].value is None
    assert path.steps[1].deltas[0].note == "no score of A"
    assert [step.cumulative[0] for step in path.steps] == [None, None, None]
    assert "no score under accuracy/test for A, B" in path.notes


def test_an_inner_set_without_a_score_leaves_a_fewest_path_without_a_floor(cases: Cases) -> None:
    stored = cases.store({"A": (0.1, 1), "AB": (None, 1), "ABC": (0.9, 1)})
    path = stored.path("A", "ABC", measure="accuracy")
    assert path.found
    assert (path.floor, path.ends_floor) == (None, 0.1)
    assert "no score under accuracy/test for AB" in path.notes


def test_sets_without_a_score_never_carry_a_widest_path(cases: Cases) -> None:
    stored = cases.store({"A": (0.1, 1), "AB": (None, 1), "ABC": (0.9, 1)})
    path = stored.path("A", "ABC", objective="widest", measure="accuracy")
    assert not path.found
    assert path.ends_floor == 0.1
    assert "without a score under accuracy/test" in path.notes[0]
    assert "the shortest would need AB" in path.notes[0]


def test_no_chain_of_stored_sets_is_a_reason(cases: Cases) -> None:
    stored = cases.store(CHAIN)
    for objective in ("fewest", "widest"):
        path = stored.path("E", "ABC", objective=objective, measure="accuracy")
        assert not path.found
        assert (path.source.name, path.target.name) == ("E", "ABC")
        assert path.ends_floor == 0.3
        assert "no chain of stored sets" in path.notes[0]
        assert "from E to ABC" in path.notes[0]


def test_among_equally_good_paths_adds_come_first_and_then_object_order(cases: Cases) -> None:
    stored = cases.store({name_of(mask): (0.5, 0.5) for mask in range(16)})
    path = stored.path("AB", "CD")
    assert [step.move for step in path.steps[1:]] == [
        Move("add", "C"),
        Move("add", "D"),
        Move("remove", "A"),
        Move("remove", "B"),
    ]
    assert path.optima == math.factorial(4)


# ------------------------------------------------------------------ questions refused


def test_widest_needs_a_measure_where_there_are_several(cases: Cases) -> None:
    with pytest.raises(BadQuestion, match="whose worst score") as refusal:
        cases.store(CHAIN).path("A", "C", objective="widest")
    assert "accuracy/test" in refusal.value.hint


def test_a_measure_with_several_readings_is_refused(cases: Cases) -> None:
    with pytest.raises(Ambiguous):
        cases.store(CHAIN).path("A", "C", measure="test")


def test_an_objective_that_is_none_is_refused(cases: Cases) -> None:
    with pytest.raises(BadQuestion, match="'widset' is no objective") as refusal:
        cases.store(CHAIN).path("A", "C", objective="widset")  # type: ignore[arg-type]
    assert refusal.value.suggestions == ("widest",)


def test_an_end_that_is_not_stored_is_refused_with_the_nearest_sets(cases: Cases) -> None:
    with pytest.raises(SetNotStored, match="ABCDE is not stored") as refusal:
        cases.store(CHAIN).path("A", "ABCDE")
    assert refusal.value.suggestions[0] == "ABC"


# ------------------------------------------------------------------ bundled lattices


def covertype_scores(column: str) -> Scores:
    (manifest,) = (each for each in bundled_manifests() if each.parent.name == "covertype")
    with (manifest.parent / "covertype.csv").open(newline="", encoding="utf-8") as stream:
        return {row["train_set"]: float(row[column]) for row in csv.DictReader(stream)}


def test_every_covertype_path_agrees_with_trying_every_route(bundled: FilePath) -> None:
    scores = covertype_scores("ABCD")
    graph: nx.DiGraph[str] = nx.DiGraph()
    for lower, upper in itertools.permutations(scores, 2):
        if set(lower) < set(upper) and len(upper) == len(lower) + 1:
            graph.add_edge(lower, upper)
    assert len(graph.edges) == 28
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        for source, target in itertools.product(("A", "BD", "ABCD"), scores):
            routes = all_routes(graph, source, target)
            for objective in ("fewest", "widest"):
                path = covertype.path(source, target, objective=objective, measure="accuracy/ABCD")
                assert_best(path, routes, objective, scores, sign=1)


def test_the_widest_route_from_a_to_bcd_leaves_over_the_best_pair(bundled: FilePath) -> None:
    scores = covertype_scores("ABCD")
    best_pair = max("AB", "AC", "AD", key=lambda name: scores[name] or 0)
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        path = covertype.path("A", "BCD", objective="widest", measure="accuracy/ABCD")
        fewest = covertype.path("A", "BCD", measure="accuracy/ABCD")
    assert best_pair == "AD"
    assert steps_of(path) == ["A", "AD", "ACD", "ABCD", "BCD"]
    assert (path.floor, path.ends_floor, path.optima) == (0.580417, 0.508333, 1)
    assert steps_of(fewest) == ["A", "AB", "ABC", "ABCD", "BCD"]
    assert fewest.floor == 0.472083
    assert fewest.optima == 24 - 6  # all orders of four changes but those that remove A first


def test_the_toys_only_route_goes_through_its_full_set(bundled: FilePath) -> None:
    with lattice.open(str(bundled)) as database:
        path = database["toy"].path("AB", "ACD", objective="widest", measure="A")
    assert steps_of(path) == ["AB", "ABC", "ABCD", "ACD"]
    assert (path.floor, path.ends_floor, path.worst_step) == (0.88, 0.78, 3)


def widest_floor_by_joining(scores: dict[int, float], source: int, target: int) -> float:
    """Sets join in order of falling score until the ends hang together."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from((source, target))
    for mask in sorted(scores, key=lambda each: -scores[each]):
        graph.add_node(mask)
        near = [mask ^ 1 << position for position in range(10)]
        graph.add_edges_from((mask, other) for other in near if other in graph)
        graph.add_edges_from(
            (end, end ^ 1 << p)
            for end in (source, target)
            for p in range(10)
            if end ^ 1 << p in graph
        )
        if nx.has_path(graph, source, target):
            return scores[mask]
    raise AssertionError("the full lattice hangs together")


@pytest.mark.parametrize("learner", ["decision_tree", "gradient_boosting"])
@pytest.mark.parametrize(("source", "target"), [(0b11, 0b1100000000), (0b1010101010, 0b101010101)])
def test_the_widest_floor_among_1024_sets_is_where_the_ends_first_hang_together(
    bundled: FilePath, learner: str, source: int, target: int
) -> None:
    with lattice.open(str(bundled)) as database:
        housing = database["california-housing"]
        index = housing.index()
        measure = f"r2@{learner}"
        names = [index.universe.spell(mask) for mask in (source, target)]
        path = housing.path(*names, objective="widest", measure=measure)
        column = [each.protocol.name for each in index.measures].index(learner)
        means = index.columns[column].mean.tolist()
    scores = {index.mask_of(row): mean for row, mean in enumerate(means)}
    floor = widest_floor_by_joining(scores, source, target)
    assert path.floor == floor
    allowed: nx.Graph[int] = nx.Graph()
    kept = {mask for mask in scores if scores[mask] >= floor} | {source, target}
    allowed.add_edges_from((m, m ^ 1 << p) for m in kept for p in range(10) if m ^ 1 << p in kept)
    assert path.moves == nx.shortest_path_length(allowed, source, target)


def test_a_complete_lattice_has_as_many_shortest_paths_as_orders(bundled: FilePath) -> None:
    with lattice.open(str(bundled)) as database:
        path = database["california-housing"].path("empty", "all")
    assert path.optima == math.factorial(10)
    assert [step.move and step.move.object for step in path.steps] == [None, *"abcdefghij"]


def test_paths_cross_the_64th_object(tmp_path: FilePath) -> None:
    names = [f"o{number}" for number in range(70)]
    sets = [range(62), range(63), range(64), range(65), range(66), [0, 69]]
    rows = [",".join("1" if p in each else "0" for p in range(70)) for each in sets]
    file = tmp_path / "wide.csv"
    text = "\n".join(f"{row},0.{number}" for number, row in enumerate(rows, start=1))
    file.write_text(f"{','.join(names)},accuracy\n{text}\n", encoding="utf-8")
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file])
        wide = database["wide"]
        spelled = ["+".join(names[p] for p in each) for each in sets]
        path = wide.path(spelled[0], spelled[4], objective="widest")
        assert steps_of(path) == spelled[:5]
        assert [step.move and step.move.object for step in path.steps[1:]] == names[62:66]
        assert (path.floor, path.ends_floor, path.optima) == (0.2, 0.1, 1)
        assert not wide.path(spelled[0], spelled[5]).found
