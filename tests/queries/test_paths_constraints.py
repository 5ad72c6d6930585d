"""Constraints on paths against trying every path that keeps them; contradictions are refused."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path as FilePath
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lattice
from lattice.deadlines import within
from lattice.errors import BadQuestion, BadSpelling, LatticeError, OutOfTime, UnknownObject
from lattice.model import Move, Objective, Path
from tests.queries.test_paths import CHAIN, OBJECTS, Cases, Table, moves_along, steps_of, tables

Answer = TypeVar("Answer")

SIGNS = {"accuracy": 1, "loss": -1}


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cases]:
    folder = tmp_path_factory.mktemp("constrained")
    with lattice.create(str(folder / "cases.db")) as database:
        yield Cases(folder, database)


# ------------------------------------------------------------------ every path tried

Question = dict[str, Any]


def members(name: str) -> set[str]:
    return set() if name == "empty" else set(name)


def keeps(name: str, table: Table, question: Question) -> bool:
    """Whether a set keeps every constraint but the kind of moves."""
    scores = dict(zip(("accuracy", "loss"), table[name], strict=True))
    has = members(name)

    def bounded(bounds: dict[str, float], turn: int) -> bool:
        for measure, bound in bounds.items():
            score = scores[measure]
            if score is None or turn * SIGNS[measure] * (score - bound) < 0:
                return False
        return True

    measure = question.get("measure")
    needed = [] if not question.get("evaluated") else [measure] if measure else list(scores)
    return (
        question.get("min_rank", 0) <= len(has) <= question.get("max_rank", 9)
        and set(question.get("keep", "")) <= has
        and not set(question.get("avoid", "")) & has
        and bounded(question.get("floors", {}), 1)
        and bounded(question.get("ceilings", {}), -1)
        and ("where" not in question or "C" in has or len(has) < 2)
        and all(scores[each] is not None for each in needed)
    )


def simple_paths(
    table: Table, source: str, target: str, question: Question
) -> Iterator[tuple[str, ...]]:
    """All paths that keep the constraints, each set once."""
    usable = [name for name in table if keeps(name, table, question)]

    def extended(route: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if route[-1] == target:
            yield route
            return
        here = members(route[-1])
        for name in usable:
            there = members(name)
            kind = "add" if here < there else "remove"
            usual = question.get("only", kind) == kind
            if name not in route and len(here ^ there) == 1 and usual:
                yield from extended((*route, name))

    yield from extended((source,))


def worth(
    route: tuple[str, ...], table: Table, objective: Objective, measure: str
) -> tuple[float, ...] | None:
    """What the objective makes of a path, less is better; None where it cannot use it."""
    scores = [table[name][list(SIGNS).index(measure)] for name in route]
    counted = {"widest": scores[1:-1], "average": scores[1:], "least-loss": scores}.get(objective)
    if objective == "fewest" or counted is None:
        return (len(route),)
    if len(route) == 1:
        return (0.0,) if objective != "least-loss" or scores[0] is not None else None
    goodness = [SIGNS[measure] * score for score in counted if score is not None]
    if len(goodness) < len(counted):
        return None
    if objective == "widest":
        return (-min(goodness, default=9.0), len(route))
    if objective == "average":
        apart = len(members(route[0]) ^ members(route[-1]))
        return (-sum(goodness),) if len(route) == apart + 1 else None
    losses = [before - after for before, after in itertools.pairwise(goodness) if before > after]
    return (sum(losses), len(route))


def assert_best(path: Path, table: Table, question: Question) -> None:
    objective, measure = question["objective"], question["measure"]
    routes = simple_paths(table, path.source.name, path.target.name, question)
    valued = [(worth(route, table, objective, measure), route) for route in routes]
    known = [(value, route) for value, route in valued if value is not None]
    assert path.found == bool(known)
    if not known:
        assert path.steps == ()
        assert (path.why is None) or path.why.around_source >= 1
        return
    best = min(value for value, _ in known)
    equal = sorted((route for value, route in known if value == best), key=moves_along)
    assert steps_of(path) == list(equal[0])
    assert (path.optima, path.counted) == (len(equal), True)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """An objective and a few constraints."""
    some: dict[str, st.SearchStrategy[Any]] = {
        "only": st.sampled_from(["add", "remove"]),
        "min_rank": st.integers(0, 3),
        "max_rank": st.integers(1, 5),
        "keep": st.sampled_from(["A", "B", "AB"]),
        "avoid": st.sampled_from(["A", "D", "DE"]),
        "floors": st.dictionaries(st.sampled_from(list(SIGNS)), st.sampled_from([0.25, 0.5, 0.75])),
        "ceilings": st.dictionaries(st.sampled_from(list(SIGNS)), st.sampled_from([0.5, 0.75])),
        "where": st.just('contains("C") or rank < 2'),
        "evaluated": st.just(True),
    }
    chosen = draw(st.lists(st.sampled_from(sorted(some)), max_size=3, unique=True))
    return {
        "objective": draw(st.sampled_from(["fewest", "widest", "average", "least-loss"])),
        "measure": draw(st.sampled_from(list(SIGNS))),
        **{name: draw(some[name]) for name in chosen},
    }


@given(table=tables(), question=questions(), data=st.data())
@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_constrained_paths_agree_with_trying_every_path(
    cases: Cases, table: Table, question: Question, data: st.DataObject
) -> None:
    if set("DE") & set(question.get("avoid", "")) and "E" not in "".join(table):
        question["avoid"] = "D"
    stored = cases.store(table)
    good = sorted(name for name in table if keeps(name, table, question))
    for _ in range(4):
        fair = data.draw(st.booleans())
        among = good if good and fair else sorted(table)
        source, target = (data.draw(st.sampled_from(among)) for _ in range(2))
        one, two = members(source), members(target)
        wrong_way = {"add": not one <= two, "remove": not two <= one}.get(question.get("only", ""))
        if source not in good or target not in good or wrong_way:
            with pytest.raises(BadQuestion):
                stored.path(source, target, **question)
        else:
            assert_best(stored.path(source, target, **question), table, question)


# ------------------------------------------------------------------ single constraints

SQUARE: Table = {
    "empty": (0.5, 0.5),
    "A": (0.2, 0.8),
    "B": (0.6, 0.4),
    "AB": (0.7, 0.3),
    "C": (None, None),
    "AC": (0.9, 0.1),
    "BC": (0.8, 0.2),
    "ABC": (1.0, 0.0),
}


def test_a_floor_leads_around_what_is_worse(cases: Cases) -> None:
    stored = cases.store(SQUARE)
    assert steps_of(stored.path("empty", "AB")) == ["empty", "A", "AB"]
    for floors in ({"accuracy": 0.5}, {"loss": 0.5}, ["accuracy=0.5"], [("accuracy", 0.5)]):
        path = stored.path("empty", "AB", floors=floors)
        assert steps_of(path) == ["empty", "B", "AB"]


def test_a_ceiling_leads_around_what_is_better(cases: Cases) -> None:
    stored = cases.store(SQUARE)
    for ceilings in ({"accuracy": 0.9}, {"loss": 0.1}):
        path = stored.path("A", "BC", ceilings=ceilings)
        assert steps_of(path) == ["A", "AB", "B", "BC"]
        assert path.optima == 2


def test_sets_without_a_score_satisfy_no_bound(cases: Cases) -> None:
    stored = cases.store(SQUARE)
    assert stored.path("empty", "AC").optima == 2
    for bound in ({"floors": {"accuracy": 0.0}}, {"ceilings": {"accuracy": 9.0}}):
        assert stored.path("empty", "AC", **bound).optima == 1  # type: ignore[arg-type]
    assert stored.path("empty", "AC", evaluated=True).optima == 1
    with pytest.raises(BadQuestion, match="have a score under loss/test, but C does not"):
        stored.path("C", "AC", evaluated=True, measures=["loss"])


def test_objects_stay_or_are_avoided(cases: Cases) -> None:
    stored = cases.store(SQUARE)
    assert steps_of(stored.path("A", "AC", keep="A")) == ["A", "AC"]
    assert stored.path("AB", "AC", keep="A").optima == 2
    assert steps_of(stored.path("AB", "AC", avoid="^ABC", keep=["A"])) == ["AB", "ABC", "AC"]
    assert steps_of(stored.path("A", "B", avoid="C")) == ["A", "AB", "B"]
    assert steps_of(stored.path("A", "B", max_rank=1)) == ["A", "empty", "B"]
    with pytest.raises(UnknownObject):
        stored.path("A", "B", avoid="X")


REFUSED: list[tuple[str, str, Question, str]] = [
    ("A", "ABC", {"only": "remove"}, "Only removing objects cannot lead from A to ABC: B, C would"),
    ("AB", "BC", {"only": "add"}, "A would have to be removed"),
    ("A", "AB", {"min_rank": 3, "max_rank": 2}, "No set has a rank of at least 3 and at most 2"),
    ("A", "AB", {"min_rank": -1}, "A rank is a number of objects"),
    ("A", "AB", {"min_rank": 2}, "have a rank of at least 2, but A does not"),
    ("A", "AB", {"max_rank": 1}, "have a rank of at most 1, but AB does not"),
    ("A", "AB", {"min_rank": 5}, "No set would have a rank of at least 5"),
    ("A", "AB", {"keep": "A", "avoid": "AC"}, "A cannot both stay in every set and be avoided"),
    ("A", "AB", {"keep": "AB"}, "hold A, B, which is to stay, but A does not"),
    ("A", "AB", {"avoid": "B"}, "lack B, which is to be avoided, but AB does not"),
    ("A", "AB", {"floors": {"accuracy": 0.5}}, "at least 0.5 under accuracy/test, but A does not"),
    ("A", "AB", {"floors": {"loss": 0.5}}, "at most 0.5 under loss/test, but A does not"),
    ("A", "AB", {"floors": {"accuracy": 7}}, "No set would have a score of at least 7"),
    ("A", "AB", {"ceilings": {"accuracy": 0.5}}, "at most 0.5 under accuracy/test, but AB does"),
    ("C", "AC", {"floors": {"accuracy": 0}}, "but C does not"),
    ("A", "AB", {"where": "rank > 1"}, "fulfill 'rank > 1', but A does not"),
    ("A", "AB", {"where": "rank >"}, "character"),
    ("A", "AB", {"min_rank": 1.5}, "0 or more, and not 1.5"),
    ("A", "AB", {"max_rank": "3"}, "0 or more, and not '3'"),
    ("A", "AB", {"keep": [1]}, "1 is no name of an object"),
    ("A", "AB", {"avoid": ["C", None]}, "None is no name of an object"),
    ("A", "AB", {"k": 0}, "0 paths cannot be given"),
    ("A", "AB", {"k": 101}, "101 paths cannot be given"),
    ("A", "AB", {"k": 2, "objective": "widest", "measure": "loss"}, "not known for widest"),
    ("A", "AB", {"slack": 0.1}, "makes no sense for fewest"),
    ("A", "AB", {"slack": -1, "objective": "monotone", "measure": "loss"}, "slack of -1"),
    ("A", "AB", {"costs": {"A": 1}}, "Costs do not matter to fewest"),
    ("A", "AB", {"objective": "cheapest"}, "No object of this lattice has a cost"),
    ("A", "AB", {"jumps": True, "objective": "widest", "measure": "loss"}, "cannot jump"),
    ("A", "AB", {"floors": ["accuracy"]}, "'accuracy' does not say a number for a name"),
    ("A", "AB", {"floors": ["accuracy=x"]}, "does not say a number"),
    ("A", "AB", {"floors": ["accuracy=1", "accuracy=0"]}, "two numbers for 'accuracy'"),
    ("A", "AB", {"floors": {"accuracy": float("nan")}}, "does not say a number"),
    ("A", "AB", {"k": 1.5}, "1.5 paths cannot be given"),
    ("A", "AB", {"k": 3, "jumps": True}, "k = 3 does not go with jumps"),
    ("A", "AB", {"start": 0.5}, "Steps cannot be listed from 0.5"),
    ("A", "AB", {"floors": [("accuracy", "x")]}, "'accuracy' does not say a number"),
    ("A", "AB", {"floors": [("accuracy", 0.5, 1)]}, "does not say a number"),
    ("A", "AB", {"ceilings": [3]}, "'3' does not say a number"),
    ("A", "AB", {"floors": "accuracy"}, "'accuracy' does not say a number"),
    ("A", "AB", {"slack": 1e101, "objective": "monotone", "measure": "loss"}, "from 0 to 1e+100"),
    ("A", "AB", {"costs": {"B": 1e308}, "objective": "cheapest"}, "'B' is 1e+308, and costs up to"),
    ("A", "AB", {"costs": ["Z=1"], "objective": "cheapest"}, "'Z' is no object of this lattice"),
    ("A", "AB", {"only": "both"}, "'both' is no kind of move"),
    ("A", "AB", {"start": -1}, "Steps cannot be listed from -1"),
    ("A", "AB", {"limit": 0}, "with 0 of them"),
]


@pytest.mark.parametrize(("source", "target", "question", "reason"), REFUSED)
def test_what_cannot_be_is_refused_with_the_reason(
    cases: Cases, source: str, target: str, question: Question, reason: str
) -> None:
    with pytest.raises(LatticeError) as refusal:
        cases.store(SQUARE).path(source, target, **question)
    assert reason in str(refusal.value)
    assert refusal.value.hint


def asked_of(
    question: Callable[..., Answer], *ends: str, **asked: Any
) -> tuple[Answer | None, str]:
    """The answer, or why it is refused."""
    try:
        return question(*ends, **asked), ""
    except LatticeError as refusal:
        return None, str(refusal)


KEPT: list[Question] = [
    {},
    {"only": "add"},
    {"min_rank": 1},
    {"max_rank": 2},
    {"keep": ["B"]},
    {"keep": "B", "avoid": ["A"]},
    {"avoid": ["C"]},
    {"floors": {"accuracy": 0.5}},
    {"ceilings": ["loss=0.1"]},
    {"where": 'rank != 1 or contains("A")'},
    {"evaluated": True},
    {"evaluated": True, "min_rank": 1, "floors": ["accuracy=0.1"]},
    {"keep": [2]},
]


@pytest.mark.parametrize("kept", KEPT)
def test_tradeoffs_keep_and_refuse_what_paths_do(cases: Cases, kept: Question) -> None:
    """Where every move costs 1, nothing is to be traded: the path of fewest moves is left."""
    square = cases.store(SQUARE)
    costs = {sign + name: 1.0 for name in OBJECTS[:3] for sign in ("", "-")}
    for ends in itertools.permutations(["empty", "A", "AB", "BC", "ABC"], 2):
        asked = {"measure": "accuracy", **kept}
        path, refused = asked_of(square.path, *ends, **asked)
        trade = {"first": "fewest", "second": "cheapest", "costs": costs}
        found, refused_too = asked_of(square.tradeoffs, *ends, **trade, **asked)
        assert refused_too == refused
        if found is None or path is None:
            continue
        walked = [[step.training_set.name for step in each.path.steps] for each in found.items]
        assert walked == ([steps_of(path)] if path.found else [])


@pytest.mark.parametrize("text", [1, None, ["A"]])
def test_what_is_not_text_is_no_set(cases: Cases, text: Any) -> None:
    stored = cases.store(SQUARE)
    for ask in (lambda: stored.path(text, "A"), lambda: stored.neighbors(text)):
        with pytest.raises(BadSpelling, match="is no text"):
            ask()


def test_a_refused_amount_is_named_as_it_was_written(cases: Cases) -> None:
    """The subject is the whole text: the name alone may be another parameter's text too."""
    stored = cases.store(SQUARE)
    questions: list[Question] = [
        {"objective": "cheapest", "costs": ["A=-1"]},
        {"objective": "cheapest", "costs": ["A=1e200"]},
        {"objective": "cheapest", "costs": ["Z=1"]},
        {"floors": ["Z=1"]},
        {"ceilings": ["Z=one"]},
    ]
    for question in questions:
        with pytest.raises(LatticeError) as refusal:
            stored.path("A", "AB", **question)
        *_, (text,) = question.values()
        assert refusal.value.subject == text


def test_the_largest_costs_are_summed_without_overflow(cases: Cases) -> None:
    costs = dict.fromkeys("ABC", 1e100)
    path = cases.store(SQUARE).path("empty", "ABC", objective="cheapest", costs=costs, k=3)
    assert path.value == pytest.approx(3e100)
    assert [each.value for each in path.alternatives] == pytest.approx([3e100, 3e100])


def test_a_run_from_a_set_to_one_that_does_not_hold_it_is_refused(cases: Cases) -> None:
    stored = cases.store(SQUARE)
    with pytest.raises(BadQuestion, match="ABC does not lie within A: B, C would have to be"):
        stored.longest_run(source="ABC", target="A", measure="loss")


def test_lower_is_better_scores_get_worse_they_do_not_fall(cases: Cases) -> None:
    path = cases.store(SQUARE).path("AB", "A", objective="monotone", measure="loss")
    assert path.notes == ("every path from AB to A gets worse somewhere under loss/test",)


# ------------------------------------------------------------------ answers


def test_an_average_says_its_mean(cases: Cases) -> None:
    path = cases.store(SQUARE).path("empty", "ABC", objective="average", measure="accuracy")
    assert steps_of(path) == ["empty", "B", "BC", "ABC"]
    assert path.value == pytest.approx((0.6 + 0.8 + 1.0) / 3)
    assert (path.moves, path.optima, path.floor) == (3, 1, 0.6)
    path = cases.store(SQUARE).path("empty", "ABC", objective="average", measure="loss")
    assert path.value == pytest.approx((0.4 + 0.2 + 0.0) / 3)


def test_values_are_in_the_metrics_own_unit(cases: Cases) -> None:
    stored = cases.store(SQUARE)
    assert stored.path("A", "BC", measure="loss").value == 3.0
    assert stored.path("A", "BC", objective="widest", measure="loss").value == 0.1
    least = stored.path("A", "BC", objective="least-loss", measure="loss")
    assert steps_of(least) == ["A", "empty", "B", "BC"]
    assert (least.value, least.worst_step) == (0.0, None)
    least = stored.path("AC", "empty", objective="least-loss", measure="loss")
    assert steps_of(least) == ["AC", "ABC", "BC", "B", "empty"]
    assert least.value == pytest.approx(0.5)
    assert least.optima == 2
    cheap = stored.path("A", "BC", objective="cheapest", costs={"B": 2, "C": 1, "-A": 4})
    assert (cheap.value, cheap.moves) == (7.0, 3)
    monotone = stored.path("A", "ABC", objective="monotone", measure="accuracy")
    assert steps_of(monotone) == ["A", "AB", "ABC"]
    assert not stored.path("BC", "A", objective="monotone", measure="accuracy").found
    slack = stored.path("BC", "AB", objective="monotone", measure="accuracy", slack=0.2)
    assert steps_of(slack) == ["BC", "B", "AB"]


def test_the_next_best_paths_are_given_with_their_values(cases: Cases) -> None:
    path = cases.store(SQUARE).path("empty", "AB", k=5, measure="accuracy")
    named = [[each.name for each in other.training_sets] for other in path.alternatives]
    assert steps_of(path) == ["empty", "A", "AB"]
    assert named[0] == ["empty", "B", "AB"]
    assert [other.value for other in path.alternatives] == [2, 4, 4, 4]
    assert path.alternatives[0].floor == 0.6
    scores = [cell and cell.mean for cell in path.alternatives[0].cells]
    assert scores == [SQUARE[name][0] for name in named[0]]
    short = cases.store({"A": (1, 1), "AB": (1, 1)}).path("A", "AB", k=3)
    assert short.alternatives == ()
    assert "there is only 1 of these paths" in short.notes


def test_steps_come_in_pages_that_continue(cases: Cases) -> None:
    stored = cases.store(CHAIN)
    whole = stored.path("B", "C", objective="widest", measure="accuracy")
    first = stored.path("B", "C", objective="widest", measure="accuracy", limit=2)
    assert (first.next, len(first.steps), first.moves) == ("2", 2, 4)
    rest = stored.path("B", "C", objective="widest", measure="accuracy", start=2, limit=3)
    assert rest.next is None
    assert first.steps + rest.steps == whole.steps
    assert stored.path("B", "C", start=9, limit=3).steps == ()


def test_every_measure_of_the_profile_has_its_worst_step(cases: Cases) -> None:
    path = cases.store(SQUARE).path(
        "BC", "A", measure="accuracy", measures=["loss", "accuracy"], max_rank=2, evaluated=True
    )
    assert steps_of(path) == ["BC", "B", "AB", "A"]
    assert path.measures == ("loss/test", "accuracy/test")
    assert path.worst_steps == (3, 3)
    assert path.worst_step == 3
    assert [each.cumulative for each in path.steps] == [
        (0.0, 0.0),
        (pytest.approx(0.2), pytest.approx(-0.2)),
        (pytest.approx(0.1), pytest.approx(-0.1)),
        (pytest.approx(0.6), pytest.approx(-0.6)),
    ]


def test_where_there_is_no_path_the_answer_says_what_is_missing(cases: Cases) -> None:
    stored = cases.store({"A": (1, 1), "AB": (1, 1), "ABCD": (1, 1), "ABCDE": (1, 1)})
    path = stored.path("A", "ABCDE")
    assert not path.found
    assert path.why is not None
    assert (path.why.around_source, path.why.around_target, path.why.components) == (2, 2, 2)
    assert path.why.nearest is not None
    assert (path.why.nearest.here.name, path.why.nearest.there.name) == ("AB", "ABCD")
    assert path.why.fewest == 1
    assert path.why.to_train[0].name in ("ABC", "ABD")
    jumping = stored.path("A", "ABCDE", jumps=True)
    assert steps_of(jumping) == ["A", "AB", "ABCD", "ABCDE"]
    assert jumping.steps[2].move is None
    assert jumping.steps[2].jump is not None
    assert jumping.steps[2].jump.added == ("C", "D")
    assert jumping.steps[3].move == Move("add", "E")
    assert jumping.value == 4.0


def test_an_average_says_when_only_a_detour_leads_there(cases: Cases) -> None:
    table: Table = {"A": (1, 1), "AC": (1, 1), "ABC": (1, 1), "BC": (1, 1), "B": (1, 1)}
    path = cases.store(table).path("A", "B", objective="average", measure="loss")
    assert not path.found
    assert "no chain of stored sets from A to B changes each object once" in path.notes[0]
    assert path.why is not None
    assert path.why.fewest == 1


def test_constraints_are_named_where_they_leave_no_path(cases: Cases) -> None:
    shut = cases.store({"A": (1, 1), "AB": (0, 1), "ABC": (1, 1)})
    answer = shut.path("A", "ABC", floors={"accuracy": 0.5})
    assert not answer.found
    assert "no chain of stored sets that keep the constraints" in answer.notes[0]


def test_a_set_leads_to_itself_under_every_objective(cases: Cases) -> None:
    stored = cases.store(SQUARE)
    for objective in ("fewest", "widest", "average", "least-loss", "monotone", "cheapest"):
        costs = {"A": 1} if objective == "cheapest" else {}
        path = stored.path("AB", "AB", objective=objective, measure="loss", costs=costs)
        assert (path.found, path.moves, path.optima) == (True, 0, 1)


def test_a_path_chosen_by_its_scores_is_scored_by_the_other_half_of_the_blocks(
    bundled: FilePath,
) -> None:
    with lattice.open(str(bundled)) as database:
        housing = database["california-housing"]
        path = housing.path("abc", "fghij", objective="least-loss", measure="@decision_tree")
        scores = housing.index().columns[0].by_replicate
        rows = {
            each.name: row
            for row, each in enumerate(map(housing.index().training_set, range(len(scores))))
        }
        assert "decision_tree" in housing.index().measures[0].name
    assert path.optimism is not None
    assert path.optimism.optimism.blocks == 30
    held_out = []
    for half, blocks in zip(
        path.optimism.halves, (slice(1, None, 2), slice(0, None, 2)), strict=True
    ):
        means = [scores[rows[each.name], blocks].mean() for each in half.training_sets]
        held_out.append(sum(max(0.0, one - two) for one, two in itertools.pairwise(means)))
        assert half.value == pytest.approx(held_out[-1])
    assert path.optimism.optimism.cross_fitted == pytest.approx(sum(held_out) / 2)
    assert path.optimism.optimism.apparent == path.value


def test_a_path_stops_at_its_deadline(cases: Cases) -> None:
    stored = cases.store(SQUARE)
    stored.index()
    with within(0), pytest.raises(OutOfTime):
        stored.path("empty", "ABC", objective="average", measure="loss")


def test_the_objects_of_this_module_are_those_of_the_stored_lattices() -> None:
    assert set("".join(SQUARE).replace("empty", "")) <= set(OBJECTS)
