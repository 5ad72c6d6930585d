from __future__ import annotations

import pytest
from hypothesis import settings

from lattice.errors import Ambiguous, UnknownMeasure
from lattice.model import EvaluationSet, Measure, Metric, Protocol
from lattice.notation import find_measure, measure_name

MODERATE = settings(max_examples=150, deadline=None)


def measure(metric: str, evaluation_set: str, protocol: str, several: bool = False) -> Measure:
    return Measure(
        name=measure_name(metric, evaluation_set, protocol if several else None),
        metric=Metric(metric, "higher"),
        evaluation_set=EvaluationSet(evaluation_set),
        protocol=Protocol(protocol, ""),
    )


ONE_PROTOCOL = [measure("accuracy", name, "softmax") for name in ("A", "B", "ABCD")]
HOUSING = [measure("r2", "held-out", name, several=True) for name in ("tree", "forest", "boosting")]
SUITE = [
    measure("eval/mmlu_acc", "default", "default"),
    measure("eval/mmlu", "acc", "default"),
    measure("loss", "train", "default"),
    measure("loss", "test", "default"),
]


@pytest.mark.parametrize(
    ("text", "measures", "found"),
    [
        ("accuracy/ABCD", ONE_PROTOCOL, 2),
        ("accuracy/ABCD@softmax", ONE_PROTOCOL, 2),
        (" accuracy/B ", ONE_PROTOCOL, 1),
        ("A", ONE_PROTOCOL, 0),
        ("A@softmax", ONE_PROTOCOL, 0),
        ("r2/held-out@forest", HOUSING, 1),
        ("r2@forest", HOUSING, 1),
        ("held-out@boosting", HOUSING, 2),
        ("@tree", HOUSING, 0),
        ("eval/mmlu_acc", SUITE, 0),
        ("eval/mmlu_acc/default", SUITE, 0),
        ("eval/mmlu", SUITE, 1),
        ("acc", SUITE, 1),
        ("loss/test", SUITE, 3),
        ("train", SUITE, 2),
    ],
)
def test_a_measure_is_found_with_and_without_its_parts(
    text: str, measures: list[Measure], found: int
) -> None:
    assert find_measure(text, measures) == found


@pytest.mark.parametrize(
    ("text", "measures", "several"),
    [
        ("accuracy", ONE_PROTOCOL, ("accuracy/A", "accuracy/B", "accuracy/ABCD")),
        ("@softmax", ONE_PROTOCOL, ("accuracy/A", "accuracy/B", "accuracy/ABCD")),
        ("r2", HOUSING, tuple(each.name for each in HOUSING)),
        ("r2/held-out", HOUSING, tuple(each.name for each in HOUSING)),
        ("loss", SUITE, ("loss/train", "loss/test")),
    ],
)
def test_several_matching_measures_are_listed_and_none_is_guessed(
    text: str, measures: list[Measure], several: tuple[str, ...]
) -> None:
    with pytest.raises(Ambiguous) as refusal:
        find_measure(text, measures)
    assert refusal.value.suggestions == several
    assert all(name in refusal.value.message for name in several)


def test_an_exact_name_wins_over_a_metric_of_that_name() -> None:
    both = [measure("eval/mmlu_acc", "x", "default"), measure("eval", "mmlu_acc", "default")]
    assert find_measure("eval/mmlu_acc", both) == 1
    assert find_measure("eval/mmlu_acc/x", both) == 0


def test_a_long_list_of_measures_is_cut_and_counted() -> None:
    many = [measure("accuracy", f"task{number}", "default") for number in range(11)]
    with pytest.raises(Ambiguous, match="task7 and 3 more"):
        find_measure("accuracy", many)


@pytest.mark.parametrize(
    ("text", "measures", "nearest"),
    [
        ("acuracy/ABCD", ONE_PROTOCOL, "accuracy/ABCD"),
        ("r2@forrest", HOUSING, "r2@forest"),
        ("los/test", SUITE, "loss/test"),
    ],
)
def test_an_unknown_measure_offers_the_closest_spelling(
    text: str, measures: list[Measure], nearest: str
) -> None:
    with pytest.raises(UnknownMeasure) as refusal:
        find_measure(text, measures)
    assert refusal.value.suggestions[0] == nearest


@pytest.mark.parametrize("text", ["", "  ", "zzzzzz"])
def test_a_measure_like_none_there_is_lists_them(text: str) -> None:
    with pytest.raises(UnknownMeasure) as refusal:
        find_measure(text, ONE_PROTOCOL)
    assert "accuracy/A, accuracy/B, accuracy/ABCD" in refusal.value.hint


def test_a_lattice_without_measures_says_so() -> None:
    with pytest.raises(UnknownMeasure, match="nothing is evaluated yet"):
        find_measure("accuracy", [])
