from __future__ import annotations

import json
import os
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

import lattice
from lattice.cli import app
from lattice.importing.mapping import parse
from lattice.reports import DoctorReport

Tables = dict[str, list[tuple[object, ...]]]
Damage = Callable[..., DoctorReport]

TABLE = "subset,seed,accuracy\n" + "".join(
    f"{each},1,0.{number}\n"
    for number, each in enumerate(["empty", "a", "b", "a+b", "b+c", "a+b+c", "c", "d", "c+d"], 1)
)
MAPPING = """
[sets]
spelling = "names"
[[evaluation_sets]]
name = "default"
members = "a+b"
[[objects]]
name = "a"
[[objects]]
name = "b"
[[objects]]
name = "c"
[[objects]]
name = "d"
variant_of = "a"
"""


@pytest.fixture
def damaged(database_place: Path, tmp_path: Path) -> Damage:
    """Imports a lattice `test` twice, changes the database with plain SQL, and examines it."""

    def run(*statements: str) -> DoctorReport:
        for name, text in (("one", TABLE), ("two", TABLE.replace("0.1", "0.15"))):
            path = tmp_path / f"{name}.csv"
            path.write_text(text, encoding="utf-8")
            with lattice.create(str(database_place)) as database:
                database.import_files(
                    [path], into="test", mapping=parse(MAPPING, "m"), on_conflict="replace"
                )
        with closing(sqlite3.connect(database_place, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)
        with lattice.open(str(database_place)) as database:
            return database.doctor()

    return run


def problems(report: DoctorReport) -> dict[str, str]:
    """What is wrong, by check; everything else is well."""
    assert report.sound == all(each.ok for each in report.findings)
    wrong = [each for each in report.findings if not each.ok]
    assert all(each.advice for each in wrong)
    return {each.check: each.found for each in wrong}


def test_a_sound_database_is_found_sound(damaged: Damage) -> None:
    report = damaged()
    assert problems(report) == {}
    assert [each.check for each in report.findings if each.lattice is None] == [
        "file",
        "schema",
        "references",
        "lock",
    ]
    assert [(each.check, each.found) for each in report.findings if each.lattice == "test"] == [
        ("objects", "4, in their places"),
        ("ranks", "every set has the rank of its members"),
        ("sets", "9, in their canonical form"),
        ("variants", "no set holds two variants of one object"),
        ("moves", "12, complete"),
        ("evaluations", "every set is in a result set, every measure has some"),
        ("conflicts", "all settled"),
        ("source files", "numbered"),
    ]


def test_the_bundled_lattices_are_sound(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        report = database.doctor()
    assert problems(report) == {}
    assert {each.found for each in report.findings if each.check == "moves"} >= {"5,120, complete"}


def test_many_objects_are_examined_too(database_place: Path, tmp_path: Path) -> None:
    names = [f"o{number}" for number in range(130)]
    rows = [f"{'+'.join(names[:end]) or 'empty'},0.5" for end in range(131)]
    path = tmp_path / "chain.csv"
    path.write_text("\n".join(["subset,accuracy", *rows]), encoding="utf-8")
    with lattice.create(str(database_place)) as database:
        database.import_files([path], mapping=parse('[sets]\nspelling = "names"\n', "m"))
        assert problems(database.doctor()) == {}


LATER = "(SELECT max(id) FROM training_set)"


@pytest.mark.parametrize(
    ("statement", "check", "says"),
    [
        ("UPDATE training_set SET rank = 3 WHERE members = x'03'", "ranks", "wrong for 1 sets"),
        ("UPDATE training_set SET members = x'0300' WHERE members = x'03'", "sets", "1 end in"),
        (
            "UPDATE training_set SET members = x'10' WHERE members = x'01'",
            "sets",
            "1 hold objects that do not exist",
        ),
        ("UPDATE data_object SET position = 9 WHERE name = 'd'", "objects", "0, 1, 2, 9"),
        (
            "UPDATE evaluation_set SET members = x'83'",
            "objects",
            "the evaluation set 'default' is not a set of them",
        ),
        ("DELETE FROM move WHERE lower_id = (SELECT min(lower_id) FROM move)", "moves", "missing"),
        (
            "UPDATE move SET object_id = 4 WHERE upper_id = (SELECT id FROM training_set WHERE members = x'07') AND object_id = 1",
            "moves",
            "1 are missing; 1 are wrong",
        ),
        (
            f"INSERT INTO move VALUES ({LATER}, 1, {LATER})",
            "moves",
            "1 are wrong",
        ),
        (
            "INSERT INTO training_set SELECT 99, id, x'0a', 2 FROM lattice",
            "evaluations",
            "no result set has 1 of the sets (bd)",
        ),
        (
            "INSERT INTO measure SELECT 99, 1, id + 0, 99, NULL FROM metric",
            "references",
            "1 of measure refer to nothing",
        ),
        (
            "DELETE FROM evaluation WHERE result_set_id = 2 AND score = 0.15",
            "conflicts",
            "1 give way to a score that is not there; under 1 keys no score counts",
        ),
        (
            "UPDATE evaluation SET superseded_by = 1 WHERE result_set_id = 2 AND score = 0.15",
            "conflicts",
            "under 1 keys no score counts",
        ),
        (
            "UPDATE evaluation SET superseded_by = NULL",
            "conflicts",
            "under 1 keys differing scores count",
        ),
        (
            "UPDATE source_file SET number = 3 WHERE result_set_id = 1",
            "source files",
            "one: not numbered",
        ),
        (
            "UPDATE evaluation SET file_number = 7 WHERE result_set_id = 1",
            "source files",
            "9 evaluations come from a file that is not listed",
        ),
        ("DROP INDEX ix_move_upper_id", "schema", "the index ix_move_upper_id"),
        ("DROP VIEW directed_move", "schema", "the view directed_move"),
        ("ALTER TABLE source_file DROP COLUMN unit", "schema", "the column source_file.unit"),
        ("DROP TABLE lock", "schema", "the table lock"),
        (
            "INSERT INTO lock VALUES ('import', 'me@{host}, process 999999999,', 'importing x',"
            " '2030-01-01')",
            "lock",
            "that process is gone",
        ),
    ],
)
def test_every_damage_is_found(statement: str, check: str, says: str, damaged: Damage) -> None:
    found = problems(damaged(statement.replace("{host}", socket.gethostname())))
    assert says in found[check]


def test_a_set_with_two_variants_is_found(damaged: Damage) -> None:
    report = damaged("UPDATE training_set SET members = x'09', rank = 2 WHERE members = x'03'")
    assert problems(report)["variants"] == "1 sets hold two variants of 'a'"


def test_a_measure_without_evaluations_is_found(damaged: Damage) -> None:
    report = damaged(
        "INSERT INTO metric VALUES (9, 1, 'loss', 'lower', NULL, NULL, NULL)",
        "INSERT INTO measure SELECT 9, 1, 9, id, NULL FROM protocol",
    )
    assert problems(report) == {"evaluations": "the measure loss/default has none"}


def test_a_move_of_a_later_set_is_missed_too(damaged: Damage) -> None:
    report = damaged("DELETE FROM move WHERE lower_id = (SELECT max(lower_id) FROM move)")
    assert "missing" in problems(report)["moves"]


def test_moves_are_compared_lattice_by_lattice(damaged: Damage, tmp_path: Path) -> None:
    damaged()
    place = tmp_path / "lattice.db"
    with lattice.open(str(place)) as database:
        for name in ("one", "two"):
            database.import_files([tmp_path / f"{name}.csv"], into="other", on_conflict="replace")
        more = tmp_path / "more.csv"
        more.write_text("subset,seed,accuracy\na+c,1,0.5\n", encoding="utf-8")
        database.import_files([more], into="test")
        assert problems(database.doctor()) == {}


def test_a_torn_file_is_found(bundled: Path, tmp_path: Path) -> None:
    place = tmp_path / "torn.db"
    content = bytearray(bundled.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xa5" * 4096
    place.write_bytes(content)
    with lattice.open(str(place)) as database:
        report = database.doctor()
    assert list(problems(report)) == ["file"]
    assert len(report.findings) == 1


def test_an_import_that_runs_is_no_problem(damaged: Damage) -> None:
    holder = f"me@{socket.gethostname()}, process {os.getpid()},"
    row = f"INSERT INTO lock VALUES ('import', '{holder}', 'importing x', '2030-01-01')"
    assert problems(damaged(row)) == {}


def test_of_other_machines_nothing_is_known(damaged: Damage) -> None:
    row = "INSERT INTO lock VALUES ('import', 'me@elsewhere, process 1,', 'importing x', '2030')"
    assert problems(damaged(row)) == {}


def test_the_next_import_takes_a_lock_over(damaged: Damage, database_place: Path) -> None:
    holder = f"me@{socket.gethostname()}, process 999999999,"
    damaged(f"INSERT INTO lock VALUES ('import', '{holder}', 'importing x', '2030-01-01')")
    with lattice.open(str(database_place)) as database:
        database["test"].undo("two")
        assert problems(database.doctor()) == {}


def test_files_of_older_databases_have_no_numbers(damaged: Damage) -> None:
    report = damaged(
        "UPDATE source_file SET number = NULL, unit = NULL",
        "UPDATE evaluation SET file_number = NULL, place = NULL",
    )
    assert problems(report) == {}


def test_nothing_is_written(
    damaged: Damage, database_place: Path, read_tables: Callable[[Path], Tables]
) -> None:
    damaged()
    before = read_tables(database_place)
    with lattice.open(str(database_place)) as database:
        database.doctor()
    assert read_tables(database_place) == before


# ------------------------------------------------------------------ the command


def test_the_command_shows_a_line_per_check(bundled: Path) -> None:
    result = CliRunner(env={"COLUMNS": "150"}).invoke(app, ["doctor", "--db", str(bundled)])
    assert result.exit_code == 0
    lines = [line for line in result.stdout.splitlines() if line.strip()]
    assert all(line.split()[0] == "ok" for line in lines[:-1])
    assert lines[-1].endswith(": all is well.")


def test_the_command_says_what_to_do_and_exits_with_1(
    damaged: Damage, database_place: Path
) -> None:
    damaged("UPDATE training_set SET rank = 3 WHERE members = x'03'")
    arguments = ["doctor", "--db", str(database_place)]
    result = CliRunner(env={"COLUMNS": "250"}).invoke(app, arguments)
    assert result.exit_code == 1
    assert "problem  test: ranks" in result.stdout
    assert "import them again" in result.stdout
    document = CliRunner().invoke(app, [*arguments, "--json"])
    assert document.exit_code == 1
    assert json.loads(document.stdout)["sound"] is False
