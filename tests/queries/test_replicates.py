from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lattice
from lattice.errors import SetNotStored, UnknownMeasure
from lattice.importing.mapping import parse
from lattice.model import Replicate
from lattice.queries.replicates import set_replicates
from tests.queries.sampled import sample

WriteFile = Callable[[str, str], Path]


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_every_replicate_is_given_with_its_kind_and_their_mean_is_the_cells(seed: int) -> None:
    case = sample(seed)
    labels = {(measure, number): f"seed {number}" for measure in (0, 1) for number in range(3)}
    for members in case.stored:
        answer = set_replicates(case.index, case.row(members), (0, 1), labels)
        for measure, (cell, found) in enumerate(zip(answer.cells, answer.replicates, strict=True)):
            stored = case.cells[measure].get(members, {})
            kinds = case.kinds[measure]
            expected = {(labels.get((measure, k)), kinds[k], stored[k]) for k in stored}
            assert {(each.label, each.kind, each.score) for each in found} == expected
            assert len(found) == len(stored) == (cell.replicates if cell else 0)
            if cell is not None:
                assert cell.mean == pytest.approx(statistics.fmean(each.score for each in found))


NESTED = """
columns = { training_set = "set", seed = "seed", inner_seed = "fold" }
[replicates]
kind = "nested"
"""
SEEDS = """
columns = { training_set = "set", seed = "seed" }
[replicates]
kind = "shared"
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[lattice.LatticeDatabase]:
    with lattice.create(str(tmp_path / "x.db")) as opened:
        yield opened


def test_labels_are_those_of_the_source_in_their_natural_order(
    database: lattice.LatticeDatabase, write_file: WriteFile
) -> None:
    rows = "set,seed,accuracy\nA,run 10,0.5\nA,run 2,0.7\nAB,run 2,0.6\nA,run 1,0.6\n"
    file = write_file("runs.csv", rows)
    database.import_files([file], mapping=parse(SEEDS, "seeds.toml"))
    (found,) = database["runs"].replicates("A").replicates
    assert found == (
        Replicate("run 1", "shared", 0.6),
        Replicate("run 2", "shared", 0.7),
        Replicate("run 10", "shared", 0.5),
    )
    (other,) = database["runs"].replicates("AB").replicates
    assert other == (Replicate("run 2", "shared", 0.6),)


def test_a_nested_replicate_is_the_mean_of_its_inner_ones(
    database: lattice.LatticeDatabase, write_file: WriteFile
) -> None:
    rows = "set,seed,fold,accuracy\nA,1,1,0.5\nA,1,2,0.7\nA,2,1,0.8\nA,2,2,0.9\n"
    database.import_files([write_file("nested.csv", rows)], mapping=parse(NESTED, "nested.toml"))
    (found,) = database["nested"].replicates("A").replicates
    assert [(each.label, each.kind) for each in found] == [("1", "nested"), ("2", "nested")]
    assert [each.score for each in found] == pytest.approx([0.6, 0.85])


def test_what_two_result_sets_report_counts_once_and_what_one_adds_is_there(
    database: lattice.LatticeDatabase, write_file: WriteFile
) -> None:
    mapping = parse(SEEDS, "seeds.toml")
    first = write_file("one.csv", "set,seed,accuracy\nA,1,0.5\nA,2,0.7\n")
    again = write_file("two.csv", "set,seed,accuracy\nA,2,0.7\nA,3,0.9\n")
    for file in (first, again):
        database.import_files([file], into="mix", mapping=mapping)
    answer = database["mix"].replicates("A")
    assert [(each.label, each.score) for each in answer.replicates[0]] == [
        ("1", 0.5),
        ("2", 0.7),
        ("3", 0.9),
    ]
    assert answer.cells[0] is not None
    assert answer.cells[0].mean == pytest.approx(0.7)


def test_replicates_of_bundled_sets(bundled: Path) -> None:
    with lattice.open(str(bundled)) as opened:
        answer = opened["california-housing"].replicates("abc", measures=["@decision_tree"])
        (cell,), (found,) = answer.cells, answer.replicates
        assert [each.label for each in found] == [str(number) for number in range(1, 31)]
        assert {each.kind for each in found} == {"shared"}
        scores = [each.score for each in found]
        assert cell == opened["california-housing"].set("abc").cells[0]
        assert cell is not None
        assert cell.mean == pytest.approx(math.fsum(scores) / 30)
        assert cell.standard_error == pytest.approx(statistics.stdev(scores) / math.sqrt(30))
        toy = opened["toy"].replicates("all")
        assert toy.members == ("A", "B", "C", "D")
        assert toy.replicates[0] == (Replicate(None, "unlabelled", 0.92),)
        with pytest.raises(SetNotStored) as refused:
            opened["toy"].replicates("BC")
        assert "ABC" in refused.value.suggestions
        with pytest.raises(UnknownMeasure):
            opened["toy"].replicates("all", measures=["nothing"])
