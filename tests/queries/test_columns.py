from __future__ import annotations

import csv
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from scipy import stats

import lattice
from lattice.errors import SetNotStored
from lattice.importing.mapping import parse
from lattice.resources import bundled_manifests


def test_column_moves_of_covertype_are_differences_of_two_fields_of_the_file(bundled: Path) -> None:
    (manifest,) = (each for each in bundled_manifests() if each.parent.name == "covertype")
    with (manifest.parent / "covertype.csv").open(newline="", encoding="utf-8") as stream:
        rows = {row.pop("train_set"): row for row in csv.DictReader(stream)}
    checked = 0
    with lattice.open(str(bundled)) as database:
        for name, row in rows.items():
            answer = database["covertype"].column_moves(name)
            assert (answer.total, answer.missing_total, answer.next) == (28, 0, None)
            for move in answer.items:
                before, after = (
                    each.removeprefix("accuracy/") for each in (move.before, move.after)
                )
                assert "".join(sorted(before + move.object)) == after
                assert move.delta.value == float(row[after]) - float(row[before])
                assert move.trained_on == (move.object in name)
                assert move.delta.note == "one replicate: error unknown"
                checked += 1
    assert checked == 15 * 28


def test_the_columns_to_start_from_can_be_chosen(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        answer = covertype.column_moves("AB", measures=["accuracy/A", "accuracy/ABC"])
        page = covertype.column_moves("AB", start=3, limit=4)
        whole = covertype.column_moves("AB")
    assert [(each.before, each.object) for each in answer.items] == [
        ("accuracy/A", "B"),
        ("accuracy/A", "C"),
        ("accuracy/A", "D"),
        ("accuracy/ABC", "D"),
    ]
    assert answer.missing == ()
    assert page.items == whole.items[3:7]
    assert page.next == "7"


SEEDS = """\
train_set,seed,accuracy/one,accuracy/two,loss/two,accuracy/far
A,1,0.5,0.4,1.0,0.1
A,2,0.7,0.5,1.1,0.1
A,3,0.6,0.7,1.2,0.1
A,4,,0.8,1.3,0.1
B,1,0.5,,1.0,0.1
"""
MAPPING = """\
[columns]
measures = ["accuracy/one", "accuracy/two", "loss/two", "accuracy/far"]
[sets]
spelling = "letters"
[replicates]
kind = "{kind}"
[[evaluation_sets]]
name = "one"
members = "A"
[[evaluation_sets]]
name = "two"
members = "AB"
"""


@pytest.mark.parametrize("kind", ["shared", "independent"])
def test_replicates_of_one_seed_are_paired_across_columns(
    tmp_path: Path, write_file: Callable[[str, str], Path], kind: str
) -> None:
    file = write_file("seeds.csv", SEEDS)
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file], mapping=parse(MAPPING.format(kind=kind), "m.toml"))
        answer = database["seeds"].column_moves("A")
        lacking = database["seeds"].column_moves("B")
    (move,) = answer.items
    assert (move.before, move.after, move.object) == ("accuracy/one", "accuracy/two", "B")
    assert not move.trained_on
    one, two = [0.5, 0.7, 0.6], [0.4, 0.5, 0.7, 0.8]
    assert move.delta.value == pytest.approx(0.6 - 0.6)
    errors = [stats.sem(each) ** 2 for each in (one, two)]
    if kind == "independent":
        assert move.delta.method == "independent"
        assert move.delta.standard_error == pytest.approx(sum(errors) ** 0.5)
    else:
        assert move.delta.method == "partly paired"
        mean = 0.6, sum(two[:3]) / 3
        covariance = sum((a - mean[0]) * (b - mean[1]) for a, b in zip(one, two, strict=False)) / 2
        variance = sum(errors) - 2 * 3 * covariance / (3 * 4)
        assert move.delta.standard_error == pytest.approx(variance**0.5)
        assert move.delta.note == "3 of 4 replicates are shared"
    assert [(each.object, each.before, each.members) for each in answer.missing] == []
    (gap,) = lacking.items
    assert gap.delta.note == "no score under accuracy/two"
    assert gap.cell_after is None


def test_columns_that_are_not_there_are_named(
    tmp_path: Path, write_file: Callable[[str, str], Path]
) -> None:
    text = "\n".join(",".join(line.split(",")[:3]) for line in SEEDS.splitlines())
    file = write_file("gap.csv", text.replace("A,1", "ABC,1", 1) + "\n")
    mapping = MAPPING.format(kind="shared").split("[[evaluation_sets]]")
    said = "[[evaluation_sets]]".join(mapping[:2]).replace(
        'measures = ["accuracy/one", "accuracy/two", "loss/two", "accuracy/far"]',
        'measures = ["accuracy/one"]',
    )
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file], mapping=parse(said, "m.toml"))
        answer = database["gap"].column_moves("ABC")
    assert answer.items == ()
    assert [each.members for each in answer.missing] == [("A", "B"), ("A", "C")]
    assert answer.missing_total == 2
    assert answer.notes == ()


def test_lattices_without_such_columns_say_so(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        answer = database["california-housing"].column_moves("abc")
        with pytest.raises(SetNotStored):
            database["toy"].column_moves("A")
    assert (answer.items, answer.missing, answer.total) == ((), (), 0)
    assert answer.notes == ("no evaluation set here is a set of this lattice's objects",)


def test_every_move_of_covertype_adds_one_object(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        answer = database["covertype"].column_moves("ABCD")
    letters = ["".join(e) for size in (1, 2, 3, 4) for e in itertools.combinations("ABCD", size)]
    expected = {
        (a, b) for a in letters for b in letters if set(a) < set(b) and len(b) == len(a) + 1
    }
    found = {
        tuple(name.removeprefix("accuracy/") for name in (m.before, m.after)) for m in answer.items
    }
    assert found == expected
