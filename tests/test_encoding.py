from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import msgspec
import pytest

import lattice
from lattice.encoding import to_json
from lattice.model import Cell, Delta, Metric, Move, TrainingSet


def decoded(answer: object) -> Any:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(to_json(answer), parse_constant=refuse)


def plain(value: Any) -> Any:
    """An answer's values by field, with tuples as JSON has them."""
    if isinstance(value, msgspec.Struct):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, tuple | list) else value


def test_an_answer_is_one_json_object_with_the_words_of_the_model() -> None:
    assert decoded(TrainingSet("~0d", "ACD", 3)) == {"key": "~0d", "name": "ACD", "rank": 3}
    assert decoded(Move("remove", "B")) == {"kind": "remove", "object": "B"}


def test_what_is_not_there_is_null_and_not_zero() -> None:
    cell = decoded(Cell(0.5, None, 1, "measured"))
    assert cell["standard_error"] is None
    assert cell["replicates"] == 1


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_no_number_is_nan_or_infinite(number: float) -> None:
    assert decoded(Cell(number, number, 2, "measured")) == {
        "mean": None,
        "standard_error": None,
        "replicates": 2,
        "origin": "measured",
    }
    assert decoded(Metric("r2", "higher", low=number))["low"] is None


def test_names_survive_in_any_script_and_with_any_sign() -> None:
    name = 'say "hi" + 水 \\ </script> é'
    assert decoded(TrainingSet("~01", name, 1))["name"] == name


def test_numbers_keep_every_digit() -> None:
    value = 0.1 + 0.2
    delta = Delta("exact", value, "better", None, None, None, 0.9, None, 1, None)
    assert decoded(delta)["value"] == value


def test_indented_text_says_the_same() -> None:
    answer = TrainingSet("~", "empty", 0)
    assert json.loads(to_json(answer, indent=2)) == json.loads(to_json(answer))
    assert b"\n" in to_json(answer, indent=2)


def test_every_answer_of_the_facade_decodes_to_its_own_values(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        for lattice_ in (database["toy"], database["silo"], database["california-housing"]):
            first = lattice_.sets(limit=1).items[0].training_set.key
            last = lattice_.sets(limit=1_000).items[-1].training_set.key
            answers: list[Any] = [
                lattice_.show(),
                lattice_.sets(limit=3),
                lattice_.set(first),
                lattice_.resolve("all"),
                lattice_.neighbors(first),
                lattice_.path(first, last),
                lattice_.grid(limit=3),
                lattice_.pairs(lattice_.show().objects[0].name, limit=3),
                lattice_.subgraph(measure=lattice_.show().measures[0].name),
            ]
            for answer in answers:
                assert decoded(answer) == plain(answer)
                assert msgspec.json.decode(to_json(answer), type=type(answer)) == answer
