from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lattice
from lattice.database import create_database
from lattice.errors import LatticeError, UnknownLattice
from lattice.importing.mapping import parse
from lattice.storage import Storage

Tables = dict[str, list[tuple[object, ...]]]
WriteFile = Callable[[str, str | bytes], Path]
NAMES = "abcdef"


def rows_of(place: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(place)) as connection:
        return connection.execute(query).fetchall()


def sets_of(place: Path, name: str) -> dict[int, frozenset[str]]:
    """The members of every stored set by its id, unpacked by hand."""
    with closing(sqlite3.connect(place)) as connection:
        objects = dict(
            connection.execute(
                "SELECT position, data_object.name FROM data_object JOIN lattice"
                " ON lattice.id = lattice_id WHERE lattice.name = ?",
                (name,),
            ).fetchall()
        )
        stored = connection.execute(
            "SELECT training_set.id, members, rank FROM training_set JOIN lattice"
            " ON lattice.id = lattice_id WHERE lattice.name = ?",
            (name,),
        ).fetchall()
    answer = {}
    for identifier, members, rank in stored:
        held = {
            objects[8 * byte + bit]
            for byte, value in enumerate(members)
            for bit in range(8)
            if value >> bit & 1
        }
        assert len(held) == rank
        assert not members.endswith(b"\0")
        answer[identifier] = frozenset(held)
    return answer


def moves_of(place: Path, name: str) -> list[tuple[frozenset[str], str, frozenset[str]]]:
    sets = sets_of(place, name)
    found = rows_of(
        place,
        "SELECT lower_id, data_object.name, upper_id FROM move"
        " JOIN data_object ON data_object.id = object_id",
    )
    return [(sets[low], str(each), sets[up]) for low, each, up in found if low in sets]  # type: ignore[index]


def moves_by_brute_force(
    sets: Sequence[frozenset[str]],
) -> set[tuple[frozenset[str], str, frozenset[str]]]:
    return {
        (low, next(iter(up - low)), up)
        for one, other in combinations(sets, 2)
        for low, up in ((one, other), (other, one))
        if low < up and len(up - low) == 1
    }


def assert_sound(place: Path, name: str) -> None:
    """Every move is there once, and SQLite finds nothing wrong."""
    found = moves_of(place, name)
    assert len(found) == len(set(found))
    assert set(found) == moves_by_brute_force(list(sets_of(place, name).values()))
    assert rows_of(place, "PRAGMA foreign_key_check") == []
    assert rows_of(place, "PRAGMA integrity_check") == [("ok",)]


def table_of(sets: Sequence[frozenset[str]]) -> str:
    rows = [
        f"{'+'.join(sorted(each)) or 'empty'},{index / 1000}" for index, each in enumerate(sets)
    ]
    return "\n".join(["training_set,accuracy", *rows]) + "\n"


# ------------------------------------------------------------------ moves


subsets = st.frozensets(st.sampled_from(NAMES))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(subsets, min_size=1, max_size=12, unique=True), min_size=1, max_size=4))
def test_moves_are_complete_after_every_import(batches: list[list[frozenset[str]]]) -> None:
    with TemporaryDirectory() as folder:
        place = Path(folder) / "lattice.db"
        reading = parse('[sets]\nspelling = "names"\n', "test")
        with lattice.create(str(place)) as database:
            for number, batch in enumerate(batches):
                path = Path(folder) / f"{number}.csv"
                text = table_of(batch).replace("accuracy", f"accuracy/{number}")
                path.write_text(text, encoding="utf-8")
                report = database.import_files([path], into="test", mapping=reading)
                assert_sound(place, "test")
                assert report.imported[0].training_sets <= len(batch)
        stored = set(sets_of(place, "test").values())
        assert stored == {each for batch in batches for each in batch}


def test_moves_are_counted_for_every_lattice(database_place: Path, write_file: WriteFile) -> None:
    """Alone in its database or beside others, complete or not."""
    cube = [frozenset(each) for size in range(5) for each in combinations("abcd", size)]
    lattices = {"thin": cube[::2] + cube[1:6:2], "whole": cube, "single": cube[:1]}
    with lattice.create(str(database_place)) as database:
        for count, (name, sets) in enumerate(lattices.items(), 1):
            database.import_files([write_file(f"{name}.csv", table_of(sets))], into=name)
            found = {each.name: each.moves for each in database.lattices()}
            assert len(found) == count
            assert found == {each: len(moves_of(database_place, each)) for each in found}
            assert database[name].show().summary.moves == len(moves_by_brute_force(sets))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1)])
def test_moves_do_not_depend_on_the_order_of_imports(
    order: tuple[int, ...], database_place: Path, write_file: WriteFile
) -> None:
    cube = [frozenset(each) for size in range(5) for each in combinations("abcd", size)]
    parts = [cube[0::3], cube[1::3], cube[2::3]]
    added = 0
    with lattice.create(str(database_place)) as database:
        for part in order:
            path = write_file(f"{part}.csv", table_of(parts[part]))
            added += database.import_files([path], into="cube").imported[0].moves
            assert_sound(database_place, "cube")
    assert added == len(moves_of(database_place, "cube")) == 4 * 2**3


def test_objects_that_come_later_leave_stored_sets_as_they_are(
    database_place: Path, write_file: WriteFile
) -> None:
    with lattice.create(str(database_place)) as database:
        first = write_file("1.csv", "training_set,accuracy\nb,0.1\nb+d,0.2\nempty,0\n")
        database.import_files([first], into="grown")
        before = rows_of(database_place, "SELECT id, members, rank FROM training_set")
        more = write_file("2.csv", "training_set,accuracy\na+b,0.3\na+b+d,0.4\nc,0.5\n")
        database.import_files([more], into="grown")
        assert set(before) <= set(
            rows_of(database_place, "SELECT id, members, rank FROM training_set")
        )
        assert_sound(database_place, "grown")
        assert [each.name for each in database["grown"].show().objects] == ["b", "d", "a", "c"]
        score = database["grown"].set("b+d").cells[0]
        assert score is not None
        assert score.mean == 0.2


def test_moves_cross_the_border_of_a_word(database_place: Path, write_file: WriteFile) -> None:
    names = [f"o{number}" for number in range(130)]
    chain = [frozenset(names[:size]) for size in range(0, 131)]
    odd, even = chain[1::2], chain[0::2]
    reading = parse(
        '[sets]\nspelling = "names"\n'
        + "".join(f'[[objects]]\nname = "{each}"\n' for each in names),
        "test",
    )
    with lattice.create(str(database_place)) as database:
        for number, part in enumerate((odd, even)):
            path = write_file(f"{number}.csv", table_of(part))
            database.import_files([path], into="chain", mapping=reading)
    assert_sound(database_place, "chain")
    assert len(moves_of(database_place, "chain")) == 130


def test_two_lattices_share_no_moves(database_place: Path, write_file: WriteFile) -> None:
    path = write_file("t.csv", "training_set,accuracy\nA,0.1\nAB,0.2\n")
    with lattice.create(str(database_place)) as database:
        for name in ("one", "two"):
            assert database.import_files([path], into=name).imported[0].moves == 1
        assert_sound(database_place, "one")
        assert_sound(database_place, "two")
        assert rows_of(database_place, "SELECT count(*) FROM move") == [(2,)]


def test_the_bundled_lattices_are_sound(bundled: Path) -> None:
    for name in ("toy", "covertype", "silo", "california-housing"):
        assert_sound(bundled, name)


def test_a_directed_move_goes_both_ways(bundled: Path) -> None:
    moves = rows_of(bundled, "SELECT lower_id, upper_id, object_id FROM move")
    expected = sorted(
        [(low, up, "add", each) for low, up, each in moves]
        + [(up, low, "remove", each) for low, up, each in moves],
        key=repr,
    )
    found = rows_of(bundled, "SELECT from_id, to_id, kind, object_id FROM directed_move")
    assert sorted(found, key=repr) == expected


# ------------------------------------------------------------------ evaluations


def test_evaluations_equal_the_source(bundled: Path) -> None:
    path = Path(lattice.__file__).parent.parent / "data" / "covertype" / "covertype.csv"
    header, *rows = [line.split(",") for line in path.read_text("utf-8").splitlines()]
    expected = {
        (frozenset(row[0]), column, float(score))
        for row in rows
        for column, score in zip(header[1:], row[1:], strict=True)
    }
    sets = sets_of(bundled, "covertype")
    found = rows_of(
        bundled,
        "SELECT training_set_id, evaluation_set.name, score FROM evaluation"
        " JOIN measure ON measure.id = measure_id"
        " JOIN evaluation_set ON evaluation_set.id = evaluation_set_id"
        " JOIN lattice ON lattice.id = lattice_id WHERE lattice.name = 'covertype'",
    )
    assert {(sets[each], column, score) for each, column, score in found} == expected  # type: ignore[index]
    assert len(found) == 225


def test_an_evaluation_keeps_its_seed_and_its_origin(bundled: Path) -> None:
    found = rows_of(
        bundled,
        "SELECT origin, rank, count(*), count(DISTINCT replicate), min(replicate), max(replicate)"
        " FROM evaluation JOIN training_set ON training_set.id = training_set_id"
        " JOIN lattice ON lattice.id = lattice_id"
        " WHERE lattice.name = 'california-housing' AND seed_label = replicate"
        " GROUP BY origin, rank = 0",
    )
    assert sorted((row[0], row[2], row[3], row[4], row[5]) for row in found) == [
        ("declared", 90, 30, 1, 30),
        ("measured", 90 * 1023, 30, 1, 30),
    ]


# ------------------------------------------------------------------ writes


def test_every_write_draws_a_new_state_and_raises_the_revision(
    database_place: Path, write_file: WriteFile
) -> None:
    seen: list[tuple[int, str]] = []
    with lattice.create(str(database_place)) as database:
        for number in range(4):
            path = write_file(f"{number}.csv", f"training_set,accuracy/{number}\nA,0.5\n")
            database.import_files([path], into="test")
            summary = database["test"].show().summary
            assert summary.state == database["test"].state
            seen.append((summary.revision, summary.state))
    assert [revision for revision, _ in seen] == [1, 2, 3, 4]
    assert len({state for _, state in seen}) == 4


def test_an_import_that_adds_nothing_keeps_the_state(
    database_place: Path, write_file: WriteFile, read_tables: Callable[[Path], Tables]
) -> None:
    path = write_file("t.csv", "training_set,accuracy\nA,0.1\n")
    with lattice.create(str(database_place)) as database:
        database.import_files([path])
        before = read_tables(database_place)
        database.import_files([path])
        database.import_files([path], dry_run=True, into="other")
    assert read_tables(database_place) == before


def test_one_write_leaves_the_states_of_other_lattices(
    database_place: Path, write_file: WriteFile
) -> None:
    path = write_file("t.csv", "training_set,accuracy\nA,0.1\n")
    with lattice.create(str(database_place)) as database:
        database.import_files([path], into="one")
        before = database["one"].state
        database.import_files([path], into="two")
        assert database["one"].state == before != database["two"].state


@pytest.mark.parametrize(
    "text",
    [
        "training_set,accuracy\nC,0.3\nA,0.9\n",  # disagrees with what is stored
        "training_set,accuracy\nC,0.3\nD,x\n",  # unreadable on the last line
        "training_set,accuracy,quux/y\nC,0.3,1.5\n",  # no direction, found after sets were written
        "training_set,accuracy\nC,0.3\nD,2\n",  # outside the range that is stored
    ],
)
def test_a_failed_import_changes_nothing(
    text: str, database_place: Path, write_file: WriteFile, read_tables: Callable[[Path], Tables]
) -> None:
    reading = parse(
        '[[metrics]]\nname = "accuracy"\ndirection = "higher"\nrange = [0, 1]\n', "test"
    )
    first = write_file("first.csv", "training_set,accuracy\nA,0.1\nAB,0.2\n")
    bad = write_file("bad.csv", text)
    with lattice.create(str(database_place)) as database:
        database.import_files([first], into="test", mapping=reading)
        before = read_tables(database_place)
        with pytest.raises(LatticeError):
            database.import_files([bad], into="test")
        assert read_tables(database_place) == before
        assert database["test"].show().summary.training_sets == 2


def test_results_keep_where_they_came_from(bundled: Path) -> None:
    ((mapping, title, licence, source),) = rows_of(
        bundled, "SELECT mapping, title, licence, source FROM result_set WHERE name = 'toy'"
    )
    kept = json.loads(str(mapping))
    assert kept["title"] == title == "The four-letter toy"
    assert source == kept["source"] == "datacounterfactuals.org"
    assert licence == kept["licence"]


# ------------------------------------------------------------------ questions


def test_an_unknown_lattice_offers_the_closest(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database, pytest.raises(UnknownLattice) as caught:
        database["covertyp"]
    assert caught.value.suggestions == ("covertype",)


def test_a_discarded_write_leaves_nothing(database_place: Path) -> None:
    storage = Storage(create_database(str(database_place)))
    with storage.writing() as writer:
        from lattice import schema

        writer.add(schema.lattice, {"name": "x", "revision": 0, "state": "s"})
        assert writer.lattice_names() == ["x"]
        writer.discard()
    with storage.reading() as snapshot:
        assert snapshot.lattice_names() == []
    storage.close()


def test_a_view_stays_the_same_while_others_write(
    database_place: Path, write_file: WriteFile
) -> None:
    path = write_file("t.csv", "training_set,accuracy\nA,0.1\n")
    with lattice.create(str(database_place)) as database:
        database.import_files([path], into="one")
        storage = Storage(create_database(str(database_place)))
        with storage.reading() as snapshot:
            assert snapshot.lattice_names() == ["one"]
            database.import_files([path], into="two")
            assert snapshot.lattice_names() == ["one"]
        storage.close()
        assert list(database) == ["one", "two"]


def test_cells_are_counted_once_however_many_replicates_they_have(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        summary = database["california-housing"].show().summary
        assert (summary.cells, summary.evaluations) == (3 * 1024, 90 * 1024)
        assert summary.completeness == summary.coverage == 1.0
        toy = database["toy"].show().summary
        assert (toy.completeness, toy.coverage) == (4 / 16, 1.0)


# ------------------------------------------------------------------ state tokens


@pytest.fixture
def small(database_place: Path, write_file: WriteFile) -> Path:
    with lattice.create(str(database_place)) as database:
        database.import_files([write_file("x.csv", "train_set,accuracy\nA,0.5\n")], into="x")
    return database_place


def test_a_state_is_that_of_the_last_commit_of_anybody(small: Path) -> None:
    with lattice.open(str(small)) as database:
        asked = database["x"]
        assert [(asked.state,)] == rows_of(small, "SELECT state FROM lattice")
        with closing(sqlite3.connect(small, isolation_level=None)) as connection:
            for number in range(3):
                connection.execute("BEGIN")
                connection.execute("UPDATE lattice SET state = ?", (f"state {number}",))
                assert asked.state != f"state {number}"
                connection.execute("COMMIT")
                assert asked.state == f"state {number}"
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # nobody holds an old view
            assert connection.execute("PRAGMA wal_checkpoint").fetchone()[0] == 0


def test_a_lattice_that_goes_is_missed_at_the_next_question(small: Path) -> None:
    with lattice.open(str(small)) as database, lattice.open(str(small)) as other:
        asked = database["x"]
        other["x"].undo("1")
        for ask in (lambda: asked.state, asked.index, lambda: database["x"]):
            with pytest.raises(UnknownLattice):
                ask()


def test_a_closed_database_leaves_nothing_open_and_may_be_asked_again(small: Path) -> None:
    database = lattice.open(str(small))
    state = database["x"].state
    database.close()
    assert [path.name for path in small.parent.glob("lattice.db-*")] == []
    assert database["x"].state == state
    database.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where processes fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_reads_over_a_connection_of_its_own(small: Path) -> None:
    with lattice.open(str(small)) as database:
        state, tokens = database["x"].state, database._storage._tokens
        before = tokens._connection
        process = os.fork()
        if process == 0:
            right = tokens.read("x") == state and tokens._connection is not before
            os._exit(0 if right else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
        assert database["x"].state == state
        assert tokens._connection is before


def test_a_database_in_memory_is_asked_in_the_ordinary_way(write_file: WriteFile) -> None:
    with lattice.create("sqlite://") as database:
        database.import_files([write_file("x.csv", "train_set,accuracy\nA,0.5\n")], into="x")
        assert database["x"].state == database["x"].index().state


# ------------------------------------------------------------------ scopes


def test_errors_do_not_depend_on_the_order_in_which_databases_were_merged(
    tmp_path: Path, write_file: WriteFile
) -> None:
    """A and B share one block, which two result sets report for A: which of them counts?"""
    mapping = parse('[sets]\nspelling = "letters"\n[replicates]\nkind = "shared"\n', "m.toml")
    header = "train_set,seed,accuracy\n"
    tables = {
        "one": f"{header}A,1,0.5\nA,2,0.8\nA,3,0.4\nAB,1,0.6\nAB,2,0.7\nAB,3,0.9\n",
        "two": f"{header}A,1,0.5\nA,2,0.8\nA,3,0.4\nAB,4,0.1\n",
    }
    for name, content in tables.items():
        with lattice.create(str(tmp_path / f"{name}.db")) as database:
            path = write_file(f"{name}.csv", content)
            database.import_files([path], into="x", mapping=mapping)
    found = []
    for order in (("one", "two"), ("two", "one")):
        with lattice.create(str(tmp_path / f"{'-'.join(order)}.db")) as database:
            for name in order:
                database.merge(tmp_path / f"{name}.db")
            index = database["x"].index()
            column = index.columns[0]
            delta = database["x"].neighbors("A").neighbors[0].deltas[0]
            arrays = column.by_replicate.tolist(), column.blocks.tolist()
            found.append((*arrays, delta.standard_error, delta.method))
    assert repr(found[0]) == repr(found[1])


def test_long_replicate_numbers_are_read_to_the_last_bit(
    database_place: Path, write_file: WriteFile
) -> None:
    numbers = [-(2**63), -(2**53) - 1, -1, 2**31 + 5, 2**53 + 1, 2**63 - 1]
    lines = [f"A,{seed},0.{seed}" for seed in range(1, 7)]
    table = "\n".join(["train_set,seed,accuracy", *lines, ""])
    mapping = parse('[sets]\nspelling = "letters"\n[replicates]\nkind = "shared"\n', "m.toml")
    with lattice.create(str(database_place)) as database:
        database.import_files([write_file("x.csv", table)], into="x", mapping=mapping)
        with closing(sqlite3.connect(database_place)) as connection:
            stored = connection.execute("SELECT replicate FROM evaluation ORDER BY score")
            for number, (old,) in zip(numbers, stored.fetchall(), strict=True):
                connection.execute(
                    "UPDATE evaluation SET replicate=? WHERE replicate=?", (number, old)
                )
            connection.commit()
        with database._storage.reading() as snapshot:
            catalog = snapshot.catalog("x")
            found = snapshot.evaluations(catalog)
            some = snapshot.evaluations(catalog, snapshot.training_sets(catalog).ids)
    order = found.score.argsort()
    assert found.replicate[order].tolist() == numbers
    assert some.replicate[some.score.argsort()].tolist() == numbers
