from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec import structs

import lattice
from lattice.errors import Unknown, UnknownLattice
from lattice.facade import Lattice, LatticeDatabase
from lattice.importing.mapping import parse
from lattice.importing.undo import settled
from lattice.model import OnConflict
from lattice.storage.removal import Contested
from tests.accounts import Account, account

Policy = Literal["keep", "replace"]
Tables = dict[str, list[tuple[object, ...]]]
WriteFile = Callable[[str, str | bytes], Path]
Cell = tuple[frozenset[str], str, int]

NAMES = "abcdef"  # f is a variant of e
COLUMNS = '[columns]\ntraining_set = "set"\nevaluation_set = "on"\nprotocol = "model"\nseed = "seed"\nscore = "score"\n'


@dataclass(frozen=True)
class Batch:
    """A result set to import: its scores, what it says besides, and how it settles conflicts."""

    cells: dict[Cell, float | None]
    says: frozenset[str]
    policy: Policy

    def table(self) -> str:
        rows = [
            f"{'+'.join(sorted(members)) or 'empty'},{on},tree,{seed},{'' if score is None else score}"
            for (members, on, seed), score in self.cells.items()
        ]
        return "\n".join(["set,on,model,seed,score", *rows]) + "\n"

    def mapping(self) -> str:
        lines = ['format = "long"']
        if "title" in self.says:
            lines.append('title = "Said"\ndescription = "At length."')
        lines += [COLUMNS, '[sets]\nspelling = "names"', '[[metrics]]\nname = "score"']
        lines.append('direction = "higher"')
        lines += [text for fact, text in SAYINGS.items() if fact in self.says]
        bounded = "bounded" in self.says
        for name in NAMES if bounded or "objects" in self.says else "":
            lines.append(f'[[objects]]\nname = "{name}"')
            if "objects" in self.says:
                lines.append(f'label = "the {name}"\nsize = {ord(name)}\nowner = "us"')
                lines.append('variant_of = "e"' if name == "f" else "cost = 2")
        if bounded:
            lines.append('[[evaluation_sets]]\nname = "x"\nmembers = "a+b"\nlabel = "the x"')
            lines.append('domain = ["empty", "a+b+c+d+e"]')
        if "depth" in self.says:
            lines.append('[[protocols]]\nname = "tree"\ndefinition = { depth = 3 }')
        return "\n".join(lines) + "\n"


SAYINGS = {"range": "range = [0, 1]", "open": "range = [-inf, 1]", "unit": 'unit = "points"'}


@cache
def empty_database() -> bytes:
    """The file of an empty database; making one takes longer than filling it."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / "empty.db"
        lattice.create(str(place)).close()
        with closing(sqlite3.connect(place)) as connection:
            return connection.serialize()


def import_batches(place: Path, batches: Sequence[tuple[int, Batch]]) -> None:
    place.write_bytes(empty_database())
    with lattice.open(str(place)) as database:
        for number, batch in batches:
            path = place.parent / f"batch{number}.csv"
            path.write_text(batch.table(), encoding="utf-8")
            mapping = parse(batch.mapping(), "test")
            database.import_files([path], into="test", mapping=mapping, on_conflict=batch.policy)


def kept(place: Path) -> Account:
    """All that is stored of the lattice, except what imports note of the time they are made.

    That is the time itself, and whether a design looked complete among the objects so far.
    """
    found = account(place, "test")
    for columns, _ in found["result_sets"].values():
        del columns[9], columns[6]
    return found


# ------------------------------------------------------------------ whatever the order

members = st.frozensets(st.sampled_from(NAMES), max_size=4).filter(
    lambda each: not {"e", "f"} <= each
)
in_domain = st.frozensets(st.sampled_from("abcde"), max_size=4)
cells: st.SearchStrategy[dict[Cell, float | None]] = st.dictionaries(
    st.tuples(members, st.just("y"), st.integers(0, 1))
    | st.tuples(in_domain, st.just("x"), st.integers(0, 1)),
    st.sampled_from((0.1, 0.2, None)),
    min_size=1,
    max_size=8,
).filter(lambda each: any(each.values()))
sayings = st.frozensets(st.sampled_from(["title", "range", "unit", "objects", "bounded", "depth"]))
QUICK = [Phase.explicit, Phase.reuse, Phase.generate]  # shrinking takes minutes here
KNOWN = (frozenset("a"), "known", 0)


@st.composite
def batches_with_policies(draw: st.DrawFn) -> list[Batch]:
    """One result set that stays, and three of which those that keep conflict with it once.

    So it can always be told from the rows that they kept what was stored.
    """
    known: dict[Cell, float | None] = {KNOWN: 0.5}
    batches = [Batch(known | draw(cells), draw(sayings), "replace")]
    for _ in range(3):
        policy: Policy = draw(st.sampled_from(["keep", "replace"]))
        known = {KNOWN: 0.6} if policy == "keep" else {}
        batches.append(Batch(known | draw(cells), draw(sayings), policy))
    return batches


def check_undo(batches: Sequence[Batch], undone: Sequence[int]) -> None:
    """Undo some, one after the other; compare with importing only the others."""
    numbered = list(enumerate(batches))
    with TemporaryDirectory() as folder:
        place, fresh = Path(folder) / "undone.db", Path(folder) / "fresh.db"
        import_batches(place, numbered)
        with lattice.open(str(place)) as database:
            for each in undone:
                report = database["test"].undo(f"batch{each}")
                scores = batches[each].cells.values()
                assert report.evaluations == sum(score is not None for score in scores)
            assert database.doctor().sound
            if report.lattice_removed:
                assert len(undone) == len(batches)
                return
        import_batches(fresh, [each for each in numbered if each[0] not in undone])
        found, expected = kept(place), kept(fresh)
        for what, value in expected.items():
            assert found[what] == value, what


@settings(max_examples=30, deadline=None, phases=QUICK)
@given(batches_with_policies(), st.permutations([1, 2, 3]), st.integers(1, 3))
def test_undoing_is_as_if_only_the_others_had_been_imported(
    batches: list[Batch], order: list[int], count: int
) -> None:
    check_undo(batches, order[:count])


@settings(max_examples=20, deadline=None, phases=QUICK)
@given(
    st.lists(st.builds(Batch, cells, sayings, st.just("replace")), min_size=4, max_size=4),
    st.permutations(range(4)),
    st.integers(1, 4),
)
def test_undoing_any_of_those_that_replace(
    batches: list[Batch], order: list[int], count: int
) -> None:
    check_undo(batches, order[:count])


# ------------------------------------------------------------------ conflicts


def contested(*rows: tuple[int, float]) -> Contested:
    """Evaluations under one key, given as result set and score."""
    results, scores = zip(*rows, strict=True)
    return Contested(
        np.zeros((len(rows), 4), dtype=np.int64),
        np.array(results),
        np.array(scores),
        np.zeros(len(rows), dtype=np.int64),
    )


@pytest.mark.parametrize(
    ("rows", "keeping", "expected"),
    [
        ([(1, 0.1)], [], [0]),
        ([(1, 0.1), (2, 0.1)], [], [0, 0]),
        ([(1, 0.1), (2, 0.2)], [], [2, 0]),
        ([(1, 0.1), (2, 0.2)], [2], [0, 1]),
        ([(1, 0.1), (2, 0.1), (3, 0.2)], [], [3, 3, 0]),
        ([(1, 0.1), (2, 0.1), (3, 0.2)], [3], [0, 0, 1]),
        ([(1, 0.1), (2, 0.2), (3, 0.1)], [], [2, 3, 0]),
        ([(1, 0.1), (2, 0.2), (3, 0.1)], [2, 3], [0, 1, 0]),
        ([(1, 0.1), (2, 0.2), (3, 0.2), (4, 0.3)], [3], [2, 4, 4, 0]),
    ],
)
def test_evaluations_are_settled_in_the_order_of_their_result_sets(
    rows: list[tuple[int, float]], keeping: list[int], expected: list[int]
) -> None:
    assert settled(contested(*rows), keeping).tolist() == expected


def test_keys_are_settled_apart() -> None:
    keys = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 2, 1, 0], [1, 2, 1, 0]])
    score = np.array([0.1, 0.2, 0.3, 0.4, 0.4])
    result = np.array([1, 2, 2, 1, 2])
    rows = Contested(keys, result, score, np.zeros(5, dtype=np.int64))
    assert settled(rows, []).tolist() == [2, 0, 0, 0, 0]


@pytest.fixture
def test_lattice(database: LatticeDatabase, write_file: WriteFile) -> Callable[..., Lattice]:
    """Imports tables, named by letters, one after the other into one lattice."""

    def run(*texts: str, on_conflict: OnConflict = "replace", mapping: str = "") -> Lattice:
        for name, text in zip("pqrstu", texts, strict=False):
            path = write_file(f"{name}.csv", text)
            said = parse(mapping, "mapping.toml") if mapping else None
            database.import_files([path], into="test", on_conflict=on_conflict, mapping=said)
        return database["test"]

    return run


def mean(found: Lattice, training_set: str, measure: int = 0) -> float | None:
    cell = found.set(training_set).cells[measure]
    return None if cell is None else cell.mean


def test_what_was_replaced_counts_again(test_lattice: Callable[..., Lattice]) -> None:
    found = test_lattice("subset,accuracy\nA,0.1\nB,0.5\n", "subset,accuracy\nA,0.2\nAB,0.3\n")
    assert mean(found, "A") == 0.2
    before = found.state
    report = found.undo("q")
    assert (report.evaluations, report.revived, report.training_sets) == (2, 1, 1)
    assert (report.moves, report.measures, report.objects) == (2, (), ())
    assert mean(found, "A") == 0.1
    assert found.state != before
    assert [each.training_set.name for each in found.sets().items] == ["A", "B"]


def test_what_replaced_it_later_goes_on_to_count(test_lattice: Callable[..., Lattice]) -> None:
    table = "subset,accuracy\nA,{}\n"
    found = test_lattice(*(table.format(score) for score in (0.1, 0.2, 0.3)))
    report = found.undo("q")
    assert report.revived == 0
    assert mean(found, "A") == 0.3
    found.undo("r")
    assert mean(found, "A") == 0.1


def test_what_was_kept_counts_until_it_is_undone(test_lattice: Callable[..., Lattice]) -> None:
    table = "subset,accuracy\nA,{}\n"
    found = test_lattice(*(table.format(x) for x in (0.1, 0.2, 0.3)), on_conflict="keep")
    assert mean(found, "A") == 0.1
    found.undo("p")
    assert mean(found, "A") == 0.2
    found.undo("q")
    assert mean(found, "A") == 0.3


def test_a_new_replicate_goes_with_its_result_set(test_lattice: Callable[..., Lattice]) -> None:
    table = "subset,accuracy\nA,{}\n"
    found = test_lattice(table.format(0.1), table.format(0.3), on_conflict="new-replicate")
    assert mean(found, "A") == pytest.approx(0.2)
    found.undo("q")
    assert mean(found, "A") == 0.1


def test_what_another_result_set_measured_too_stays(test_lattice: Callable[..., Lattice]) -> None:
    found = test_lattice("subset,accuracy\nA,0.1\nAB,0.2\n", "subset,accuracy\nA,0.1\nAB,0.2\n")
    report = found.undo("p")
    assert (report.evaluations, report.training_sets, report.objects) == (2, 0, ())
    assert mean(found, "AB") == 0.2


# ------------------------------------------------------------------ objects


def test_positions_close_up_when_objects_go(
    test_lattice: Callable[..., Lattice], database_place: Path
) -> None:
    """Every later set then takes the bytes that another one had."""
    many = [f"o{number}" for number in range(150)]
    first = "".join(f"{name},0.5\n" for name in many[:70])
    chain = "".join(f"{'+'.join(many[:end][70:])},0.{end}\n" for end in range(71, 151))
    single = "".join(f"{name},0.25\n" for name in reversed(many[70:]))
    reading = '[sets]\nspelling = "names"\n'
    found = test_lattice(
        "subset,accuracy\n" + first,
        "subset,accuracy\n" + chain,
        "subset,accuracy/other\n" + single,
        mapping=reading,
    )
    report = found.undo("p")
    assert report.objects == tuple(many[:70])
    assert [each.name for each in found.show().objects] == many[70:]
    chains = {frozenset(many[70:end]) for end in range(71, 151)}
    singles = {frozenset([name]) for name in many[70:]}
    assert kept(database_place)["sets"] == chains | singles
    with lattice.open(str(database_place)) as database:
        assert database.doctor().sound


def test_an_object_that_a_mapping_lists_stays(
    database: LatticeDatabase, write_file: WriteFile
) -> None:
    listing = parse("\n".join(f'[[objects]]\nname = "{each}"' for each in "ABC"), "m")
    one = write_file("one.csv", "subset,accuracy\nA,0.1\n")
    two = write_file("two.csv", "subset,accuracy\nB,0.1\nBC,0.2\nBCD,0.3\n")
    database.import_files([one], into="test", mapping=listing)
    database.import_files([two], into="test")
    assert database["test"].undo("two").objects == ("D",)
    assert [each.name for each in database["test"].show().objects] == ["A", "B", "C"]


def test_the_base_of_a_variant_stays(database: LatticeDatabase, write_file: WriteFile) -> None:
    variants = parse(
        '[[objects]]\nname = "books"\n[[objects]]\nname = "noisy"\nvariant_of = "books"\n', "m"
    )
    one = write_file("one.csv", "subset,accuracy\nbooks,0.1\n")
    two = write_file("two.csv", "subset,accuracy\nnoisy,0.1\n")
    database.import_files([one], into="test")
    database.import_files([two], into="test", mapping=variants)
    assert database["test"].undo("one").objects == ()
    (books, noisy) = database["test"].show().objects
    assert (noisy.variant_of, books.name) == ("books", "books")
    assert database["test"].undo("two").lattice_removed


# ------------------------------------------------------------------ the whole lattice


def test_the_last_result_set_takes_the_lattice_along(
    bundled: Path, tmp_path: Path, read_tables: Callable[[Path], Tables]
) -> None:
    place = tmp_path / "copy.db"
    place.write_bytes(bundled.read_bytes())
    with lattice.open(str(place)) as database:
        opened = database["california-housing"]
        opened.show()
        report = opened.undo("california-housing")
        assert report.lattice_removed
        assert (report.evaluations, report.training_sets, report.moves) == (92_160, 1_024, 5_120)
        assert len(report.objects) == 10
        with pytest.raises(UnknownLattice):
            database["california-housing"]
        with pytest.raises(UnknownLattice):
            opened.show()
        for name in ("covertype", "silo", "toy"):
            database[name].undo(name)
        assert list(database) == []
    left = {name: rows for name, rows in read_tables(place).items() if rows}
    assert left.keys() == {"alembic_version", "database_info"}
    with closing(sqlite3.connect(place)) as connection:
        indexes = "SELECT count(*) FROM sqlite_master WHERE name LIKE 'ix_removal%'"
        assert connection.execute(indexes).fetchone() == (0,)


def test_undoing_one_lattice_leaves_the_others(
    bundled: Path, tmp_path: Path, read_tables: Callable[[Path], Tables]
) -> None:
    place = tmp_path / "copy.db"
    place.write_bytes(bundled.read_bytes())
    with lattice.open(str(place)) as database:
        before = {name: database[name].show() for name in ("covertype", "silo", "toy")}
        database["california-housing"].undo("california-housing")
        assert {name: database[name].show() for name in before} == before
        assert database.doctor().sound


def test_a_dry_run_says_the_same_and_changes_nothing(
    test_lattice: Callable[..., Lattice],
    database_place: Path,
    read_tables: Callable[[Path], Tables],
) -> None:
    found = test_lattice("subset,accuracy\nA,0.1\nB,0.5\n", "subset,accuracy\nA,0.2\nABC,0.3\n")
    before = read_tables(database_place)
    said = found.undo("q", dry_run=True)
    assert read_tables(database_place) == before
    assert said.dry_run
    assert structs.replace(said, dry_run=False) == found.undo("q")


def test_what_was_undone_can_be_imported_again(
    test_lattice: Callable[..., Lattice], database_place: Path
) -> None:
    tables = "subset,accuracy\nA,0.1\nB,0.5\n", "subset,accuracy\nA,0.2\nABC,0.3\n"
    found = test_lattice(*tables)
    before = kept(database_place)
    found.undo("q")
    test_lattice(*tables)  # the first is there already
    assert kept(database_place) == before


def test_a_result_set_that_is_not_there_is_refused(
    test_lattice: Callable[..., Lattice], database: LatticeDatabase
) -> None:
    found = test_lattice("subset,accuracy\nA,0.1\n", "subset,accuracy\nB,0.2\n")
    with pytest.raises(Unknown, match="no result set 'z' in 'test'"):
        found.undo("z")
    with pytest.raises(Unknown, match="no result set '7'"):
        found.undo("7")
    assert database.doctor().sound


# ------------------------------------------------------------------ facts


def test_facts_that_only_it_said_are_forgotten(
    database: LatticeDatabase, write_file: WriteFile
) -> None:
    text = "subset,accuracy\nA,{}\nAB,{}\n"
    plain, telling = (
        write_file("1.csv", text.format(0.1, 0.2)),
        write_file("2.csv", text.format(0.1, 0.2)),
    )
    mapping = parse(
        'title = "Told"\n[[objects]]\nname = "A"\nsize = 3\n[[objects]]\nname = "B"\n'
        '[[metrics]]\nname = "accuracy"\ndirection = "higher"\nrange = [0, 1]\n',
        "m",
    )
    database.import_files([plain], into="test")
    before = database["test"].show()
    database.import_files([telling], into="test", mapping=mapping)
    assert database["test"].show().objects[0].size == 3
    report = database["test"].undo("2")
    assert set(report.forgotten) == {
        "title of the lattice",
        "size of the object A",
        "range low of the metric accuracy",
        "range high of the metric accuracy",
    }
    after = database["test"].show()
    assert (after.objects, after.measures) == (before.objects, before.measures)
    assert after.summary.title == before.summary.title


def test_a_title_falls_back_to_the_next_one(
    database: LatticeDatabase, write_file: WriteFile
) -> None:
    for number in (1, 2, 3):
        path = write_file(f"{number}.csv", f"subset,accuracy\nA,0.1\nAB,0.{number}\n")
        mapping = parse(f'title = "Title {number}"\n', "m") if number != 2 else None
        database.import_files([path], into="test", mapping=mapping, on_conflict="replace")
    assert database["test"].show().summary.title == "Title 1"
    assert database["test"].undo("1").forgotten == ()
    assert database["test"].show().summary.title == "Title 3"


# ------------------------------------------------------------------ merged databases


@pytest.mark.parametrize("on_conflict", ["keep", "replace"])
@pytest.mark.parametrize("undone", ["ours", "theirs"])
def test_after_a_merge_either_can_be_undone(
    on_conflict: OnConflict, undone: str, tmp_path: Path, write_file: WriteFile
) -> None:
    for name, score in (("ours", 0.1), ("theirs", 0.2)):
        path = write_file(f"{name}.csv", f"subset,accuracy\nA,{score}\n{name[0]},0.5\n")
        with lattice.create(str(tmp_path / f"{name}.db")) as database:
            database.import_files(
                [path], into="test", mapping=parse('[sets]\nspelling = "names"', "m")
            )
    with lattice.open(str(tmp_path / "ours.db")) as database:
        database.merge(tmp_path / "theirs.db", on_conflict=on_conflict)
        found = database["test"]
        assert mean(found, "A") == (0.1 if on_conflict == "keep" else 0.2)
        found.undo(undone)
        assert mean(found, "A") == (0.2 if undone == "ours" else 0.1)
        assert len(found.show().objects) == 2
        assert database.doctor().sound


def test_what_two_databases_settled_in_opposite_order_is_settled_the_same_again() -> None:
    rows = contested((1, 0.1), (2, 0.2), (3, 0.3))
    rows.superseded_by[:] = (0, 1, 9)  # of 9, which is undone: nothing is known of 3
    assert settled(rows, []).tolist() == [3, 1, 0]
    assert settled(rows, [3]).tolist() == [0, 1, 1]
    rows.superseded_by[:] = (2, 0, 1)
    assert settled(rows, [2, 3]).tolist() == [2, 0, 2]
