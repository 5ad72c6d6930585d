from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import lattice
from lattice.cli import app
from lattice.encoding import to_json
from lattice.errors import Ambiguous, BadQuestion, LatticeError, Unknown
from lattice.facade import Lattice, LatticeDatabase
from lattice.importing.mapping import parse

WriteFile = Callable[[str, str | bytes], Path]

FIRST = "subset,seed,accuracy\nA,1,0.5\nA,2,0.25\nAB,1,0.75\nB,1,0.125\n"
SECOND = "subset,seed,accuracy,loss\nA,1,0.5,1\nA,2,0.75,2\nAB,1,0.5,3\nC,1,0.1,4\n"


def invoke(*arguments: str | Path, database: Path) -> Result:
    """Call the command in this process."""
    runner = CliRunner(env={"COLUMNS": "120"})
    return runner.invoke(app, [*map(str, arguments), "--db", str(database)])


@pytest.fixture
def database(database_place: Path, write_file: WriteFile) -> Iterator[LatticeDatabase]:
    """A database whose lattice `test` has the result sets `first` and `second`, which disagree."""
    first, second = write_file("first.csv", FIRST), write_file("second.csv", SECOND)
    said = parse('title = "One"\nsource = "a lab"\n[replicates]\nkind = "shared"\n', "m")
    with lattice.create(str(database_place)) as opened:
        opened.import_files([first], into="test", mapping=said)
        opened.import_files([second], into="test", on_conflict="replace")
        yield opened


@pytest.fixture
def results(database: LatticeDatabase) -> Lattice:
    """The lattice with the two result sets."""
    return database["test"]


# ------------------------------------------------------------------ which one


@pytest.mark.parametrize("which", ["1", "#1", "first", " first "])
def test_a_result_set_is_found_by_its_id_or_name(which: str, results: Lattice) -> None:
    assert results.result_set(which).result_set.name == "first"


def test_an_unknown_one_offers_the_closest(results: Lattice) -> None:
    with pytest.raises(Unknown, match="There is no result set 'frist' in 'test'") as caught:
        results.result_set("frist")
    assert caught.value.suggestions == ("first",)
    assert caught.value.subject == "frist"


def test_an_unknown_id_says_where_to_look(results: Lattice) -> None:
    with pytest.raises(Unknown) as caught:
        results.result_set("#9")
    assert "lattice results ls test" in caught.value.hint


def test_a_name_that_two_have_is_ambiguous(
    results: Lattice, database: LatticeDatabase, write_file: WriteFile
) -> None:
    again = write_file("first.csv", "subset,seed,accuracy\nAC,1,0.5\n")
    database.import_files([again], into="test")
    with pytest.raises(Ambiguous, match=r"can be #1 of .* or #3 of ") as caught:
        results.undo("first")
    assert caught.value.suggestions == ("#1", "#3")
    assert results.result_set("#3").training_sets == 1


def test_a_name_that_is_another_ones_id_is_ambiguous(
    results: Lattice, database: LatticeDatabase, write_file: WriteFile
) -> None:
    database.import_files([write_file("1.csv", "subset,accuracy\nC,0.5\n")], into="test")
    with pytest.raises(Ambiguous):
        results.result_set("1")
    assert results.result_set("#1").result_set.name == "first"
    assert results.result_set("#3").result_set.name == "1"


# ------------------------------------------------------------------ lists and details


def test_result_sets_are_listed_with_what_is_superseded(results: Lattice) -> None:
    first, second = results.result_sets()
    assert (first.result_set.name, first.result_set.evaluations, first.superseded) == (
        "first",
        4,
        2,
    )
    assert (second.result_set.name, second.result_set.evaluations, second.superseded) == (
        "second",
        8,
        0,
    )
    assert first.result_set == results.show().result_sets[0]


def test_a_result_set_says_where_it_comes_from(results: Lattice) -> None:
    detail = results.result_set("first")
    found = detail.result_set
    assert (found.title, found.source, found.replicate_kind) == ("One", "a lab", "shared")
    (file,) = found.files
    assert (file.name, file.sha256) == ("first.csv", hashlib.sha256(FIRST.encode()).hexdigest())
    assert detail.imported_by.startswith("datalattice ")
    assert parse(detail.mapping, "shown").source == "a lab"


def test_a_result_set_says_what_it_shares(results: Lattice) -> None:
    first, second = results.result_set("first"), results.result_set("second")
    assert (first.training_sets, first.only_sets) == (3, 1)
    assert (second.training_sets, second.only_sets) == (3, 1)
    assert (first.measures, first.only_measures) == (("accuracy/default",), ())
    assert second.measures == ("accuracy/default", "loss/default")
    assert second.only_measures == ("loss/default",)
    assert [(each.name, each.evaluations) for each in first.superseded_by] == [("second", 2)]
    assert [(each.name, each.evaluations) for each in second.supersedes] == [("first", 2)]
    assert (first.superseded, second.superseded, second.superseded_by) == (2, 0, ())


def test_the_mapping_that_is_shown_reads_the_file_again(
    bundled: Path, database_place: Path
) -> None:
    with lattice.open(str(bundled)) as database:
        detail = database["covertype"].result_set("covertype")
    path = Path(lattice.__file__).parents[1] / "data" / "covertype" / "covertype.csv"
    with lattice.create(str(database_place)) as database:
        database.import_files([path], mapping=parse(detail.mapping, "shown"))
        assert database["covertype"].result_set("covertype").digest == detail.digest


# ------------------------------------------------------------------ differences


def test_scores_are_compared_by_set_measure_and_replicate(results: Lattice) -> None:
    found = results.diff("first", "second")
    counts = {
        each.measure: (each.same, each.other, each.only_first, each.only_second, each.largest)
        for each in found.measures
    }
    assert counts == {"accuracy/default": (1, 2, 1, 1, 0.5), "loss/default": (0, 0, 0, 4, None)}
    assert [
        (each.training_set.name, each.replicate, each.first, each.second, each.difference)
        for each in found.differences
    ] == [("A", "2", 0.25, 0.75, 0.5), ("AB", "1", 0.75, 0.5, -0.25)]
    assert [(each.training_set.name, each.score) for each in found.only_first] == [("B", 0.125)]
    assert len(found.only_second) == 5


def test_the_other_way_round_differences_turn(results: Lattice) -> None:
    found = results.diff("second", "first")
    assert [each.difference for each in found.differences] == [-0.5, 0.25]
    assert (len(found.only_first), len(found.only_second)) == (5, 1)


def test_a_limit_shortens_the_lists_and_not_the_counts(results: Lattice) -> None:
    found = results.diff("first", "second", limit=1)
    assert len(found.differences) == len(found.only_first) == len(found.only_second) == 1
    assert found.measures == results.diff("first", "second").measures
    assert results.diff("first", "second", limit=0).differences == ()
    with pytest.raises(BadQuestion):
        results.diff("first", "second", limit=100_000)


@pytest.mark.parametrize(("one", "other"), [("second", "#2"), ("2", "second"), ("first", "first")])
def test_a_result_set_is_not_compared_with_itself(results: Lattice, one: str, other: str) -> None:
    same = (
        "cannot be compared with itself" if one == other else "are the same result set, #2 second"
    )
    with pytest.raises(BadQuestion, match=same) as refusal:
        results.diff(one, other)
    rest = "#2 second" if one == "first" else "#1 first"
    assert refusal.value.hint == f"Name another one: {rest}."


# ------------------------------------------------------------------ the command


def test_json_is_what_the_facade_answers(results: Lattice, database_place: Path) -> None:
    asked: list[tuple[list[str], Any]] = [
        (["ls", "test"], results.result_sets()),
        (["show", "test", "first"], results.result_set("first")),
        (["diff", "test", "1", "2", "--limit", "2"], results.diff("1", "2", limit=2)),
        (["undo", "test", "1", "--dry-run"], results.undo("1", dry_run=True)),
    ]
    for arguments, expected in asked:
        result = invoke("results", *arguments, "--json", database=database_place)
        assert json.loads(result.stdout) == json.loads(to_json(expected)), arguments


def test_the_list_shows_names_and_counts(results: Lattice, database_place: Path) -> None:
    shown = invoke("results", "ls", "test", database=database_place).stdout
    assert [line.split()[:2] for line in shown.splitlines() if "20" in line] == [
        ["1", "first"],
        ["2", "second"],
    ]
    assert "One" in shown


def test_the_details_show_files_and_mapping(results: Lattice, database_place: Path) -> None:
    shown = invoke("results", "show", "test", "first", database=database_place).stdout
    assert hashlib.sha256(FIRST.encode()).hexdigest() in shown
    assert "2 by #2 second" in shown
    assert 'kind = "shared"' in shown
    assert "1 training set and 0 measures that no other" in shown


def test_the_differences_are_shown(results: Lattice, database_place: Path) -> None:
    shown = invoke("results", "diff", "test", "1", "2", "--limit", "1", database=database_place)
    assert "+0.5" in shown.stdout
    assert "1 of 2 shown" in shown.stdout
    assert "Only in #2: 5 scores" in shown.stdout


def test_undoing_says_what_it_did(results: Lattice, database_place: Path) -> None:
    dry = invoke("results", "undo", "test", "second", "--dry-run", database=database_place)
    assert "would remove: 8 evaluations, 1 training set, 0 moves, 1 measure, 1 object" in dry.stdout
    assert "Nothing was written" in dry.stdout
    done = invoke("results", "undo", "test", "second", database=database_place)
    assert "counting again: 2 superseded evaluations" in done.stdout
    assert "Nothing was written" not in done.stdout
    gone = invoke("results", "undo", "test", "second", database=database_place)
    assert isinstance(gone.exception, LatticeError)
    last = invoke("results", "undo", "test", "first", database=database_place)
    assert "the lattice test goes with its last result set" in last.stdout


@pytest.mark.parametrize("command", ["ls", "show", "undo", "diff"])
def test_every_command_about_results_is_explained(command: str) -> None:
    shown = CliRunner(env={"COLUMNS": "120"}).invoke(app, ["results", command, "--help"])
    assert shown.exit_code == 0
    for text in ("--db", "--json", f"Example: lattice results {command} "):
        assert text in shown.stdout


def test_results_alone_explain_themselves() -> None:
    shown = CliRunner().invoke(app, ["results"])
    assert all(f"\n  {command} " in shown.output for command in ("ls", "show", "undo", "diff"))
