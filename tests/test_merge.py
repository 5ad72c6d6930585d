from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import lattice
from lattice.cli import app
from lattice.errors import BadQuestion, Conflict, LatticeError, MissingDatabase, UnknownLattice
from lattice.importing.mapping import parse
from lattice.model import OnConflict
from tests.accounts import Account, account, cells

ACCURACY = '[[metrics]]\nname = "accuracy"\ndirection = "higher"\n'
SEEDS = 'columns = { training_set = "mix", seed = "seed" }\n[replicates]\nkind = "shared"\n'

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Makes a database of tables that are imported into one lattice, one after the other."""

    def run(name: str, *files: Sequence[Any], into: str = "mix") -> Path:
        place = tmp_path / f"{name}.db"
        with lattice.create(str(place)) as database:
            for given in files:
                defaults: tuple[Any, ...] = ("", "refuse")
                file, content, mapping, on_conflict = (*given, *defaults[len(given) - 2 :])
                path = tmp_path / name / file
                path.parent.mkdir(exist_ok=True)
                path.write_text(content, encoding="utf-8")
                said = parse(f"{mapping}\n{ACCURACY}", "mapping.toml")
                database.import_files([path], into=into, mapping=said, on_conflict=on_conflict)
        return place

    return run


def merged(tmp_path: Path, *places: Path, name: str = "merged") -> Path:
    """A copy of the first database with the others merged into it, in their order."""
    target = tmp_path / f"{name}.db"
    shutil.copy(places[0], target)
    with lattice.open(str(target)) as database:
        for other in places[1:]:
            database.merge(other)
    return target


def same_in_any_order(tmp_path: Path, lattice_name: str, *places: Path) -> Account:
    """What the databases merge to, in whatever order."""
    found = [
        account(merged(tmp_path, *order, name=f"order{number}"), lattice_name)
        for number, order in enumerate(permutations(places))
    ]
    for each in found[1:]:
        for key, value in found[0].items():
            assert each[key] == value, key
    return found[0]


BOTH = ("both.csv", "mix,seed,accuracy/a\nbooks,1,0.5\nbooks,2,0.6\nbooks+web,1,0.7\n", SEEDS)
LEFT = ("left.csv", "mix,seed,accuracy/b\nweb+code,1,0.25\nempty,1,0.5\n", SEEDS)
RIGHT = ("right.csv", 'mix,seed,accuracy/a\n"web+""a+b""",1,0.125\nweb,1,0.5\n', SEEDS)


def test_sets_moves_measures_and_scores_are_united(tmp_path: Path, make: Make) -> None:
    ours, theirs = make("ours", BOTH, LEFT), make("theirs", BOTH, RIGHT)
    found = same_in_any_order(tmp_path, "mix", ours, theirs)
    assert set(found["objects"]) == {"books", "web", "code", "a+b"}
    sets = ((), ("books",), ("web",), ("books", "web"), ("web", "code"), ("web", "a+b"))
    assert found["sets"] == {frozenset(each) for each in sets}
    pairs = {(len(lower), added, len(upper)) for lower, added, upper in found["moves"]}
    assert (0, "books", 1) in pairs
    assert (0, "web", 1) in pairs
    assert (1, "code", 2) in pairs
    assert (1, "a+b", 2) in pairs
    assert len(found["moves"]) == 6  # of {}, books and web; books+web, web+code, web+a+b above
    assert len(found["result_sets"]) == 3
    assert len(found["evaluations"]) == 3 + 2 + 2


def test_the_report_counts_what_is_new(tmp_path: Path, make: Make) -> None:
    ours, theirs = make("ours", BOTH, LEFT), make("theirs", BOTH, RIGHT)
    with lattice.open(str(ours)) as database:
        state = database["mix"].state
        (tried,) = database.merge(theirs, dry_run=True).merged
        assert database["mix"].state == state
        (done,) = database.merge(theirs).merged
        assert done == tried
        assert database["mix"].state != state
        assert [each.already_there for each in done.result_sets] == [True, False]
        assert (done.objects, done.training_sets, done.measures, done.evaluations) == (1, 2, 0, 2)
        assert done.moves == 4
        assert not done.created
        assert not done.conflicts


def test_merging_twice_adds_nothing(tmp_path: Path, make: Make) -> None:
    ours, theirs = make("ours", BOTH, LEFT), make("theirs", BOTH, RIGHT)
    with lattice.open(str(ours)) as database:
        database.merge(theirs)
        state, before = database["mix"].state, account(ours, "mix")
        (again,) = database.merge(theirs).merged
        assert all(each.already_there for each in again.result_sets)
        assert (again.objects, again.training_sets, again.moves, again.evaluations) == (0, 0, 0, 0)
        assert database["mix"].state == state
        assert account(ours, "mix") == before


def test_a_lattice_that_is_not_here_is_taken_over_whole(
    tmp_path: Path, bundled: Path, database_place: Path
) -> None:
    with lattice.create(str(database_place)) as database:
        report = database.merge(bundled)
        assert all(each.created for each in report.merged)
        names = list(database)
    assert len(names) == 4
    for name in names:
        assert account(database_place, name) == account(bundled, name)


def test_the_answers_of_merged_databases_do_not_depend_on_their_order(
    tmp_path: Path, make: Make
) -> None:
    ours, theirs = make("ours", BOTH, LEFT), make("theirs", RIGHT, BOTH)
    answers = []
    for number, order in enumerate([(ours, theirs), (theirs, ours)]):
        with lattice.open(str(merged(tmp_path, *order, name=f"m{number}"))) as database:
            grid = database["mix"].grid(measures=["accuracy/a"])
            answers.append(
                {
                    frozenset(row.training_set.name.split("+")): row.cells
                    for row in grid.items
                    if row.cells[0] is not None
                }
            )
    assert answers[0] == answers[1]


# ---------------------------------------------------------------- supersessions


BETTER = ("better.csv", "mix,seed,accuracy/a\nbooks,1,0.55\n", SEEDS, "replace")
WORSE = ("worse.csv", "mix,seed,accuracy/a\nbooks,2,0.1\n", SEEDS, "keep")
OTHER = ("other.csv", "mix,seed,accuracy/a\nbooks+web,1,0.9\n", SEEDS, "new-replicate")
OF_BOOKS = (frozenset({"books"}), ("accuracy", "a", "default"))


def test_supersessions_of_any_database_hold_in_all(tmp_path: Path, make: Make) -> None:
    places = [make("x", BOTH, BETTER), make("y", BOTH, WORSE), make("z", BOTH, OTHER)]
    found = same_in_any_order(tmp_path, "mix", *places)
    scores = cells(found)
    assert scores[*OF_BOOKS, 1, 0] == {0.55}
    assert scores[*OF_BOOKS, 2, 0] == {0.6}
    both = (frozenset({"books", "web"}), ("accuracy", "a", "default"))
    assert sorted(value for key, value in scores.items() if key[:2] == both) == [{0.7}, {0.9}]
    superseded = [values for values in found["evaluations"].values() if values[3] is not None]
    assert sorted(values[2] for values in superseded) == [0.1, 0.5]


def test_what_the_other_database_superseded_no_longer_counts_here(
    tmp_path: Path, make: Make
) -> None:
    ours, theirs = make("ours", BOTH), make("theirs", BOTH, BETTER)
    with lattice.open(str(ours)) as database:
        (done,) = database.merge(theirs).merged
        assert done.superseded == 1
        (cell,) = database["mix"].grid(measures=["accuracy/a"]).items[0].cells
        assert cell is not None
        assert cell.mean == pytest.approx((0.55 + 0.6) / 2)


def test_a_replicate_that_was_renamed_there_is_renamed_here(tmp_path: Path, make: Make) -> None:
    alone = ("other.csv", OTHER[1], SEEDS)
    ours, theirs = make("ours", alone), make("theirs", BOTH, OTHER)
    found = same_in_any_order(tmp_path, "mix", ours, theirs)
    assert len(found["evaluations"]) == 4
    assert account(theirs, "mix")["evaluations"] == found["evaluations"]


def test_opposite_views_of_two_databases_are_a_conflict(tmp_path: Path, make: Make) -> None:
    first = ("first.csv", "mix,seed,accuracy/a\nbooks,1,0.5\n", SEEDS)
    second = ("second.csv", "mix,seed,accuracy/a\nbooks,1,0.6\n", SEEDS)
    ours = make("ours", first, (*second, "replace"))
    theirs = make("theirs", first, (*second, "keep"))
    before = account(ours, "mix")
    with lattice.open(str(ours)) as database:
        with pytest.raises(Conflict, match=r"books under accuracy/a, replicate 1 .*0\.6.*0\.5"):
            database.merge(theirs)
        assert account(ours, "mix") == before
        (kept,) = database.merge(theirs, on_conflict="keep").merged
        assert kept.conflicts == 1
        assert account(ours, "mix") == before
        database.merge(theirs, on_conflict="replace")
    assert account(ours, "mix")["evaluations"] == account(theirs, "mix")["evaluations"]


# ---------------------------------------------------------------- disagreements


def test_scores_that_disagree_are_refused_with_both_places(tmp_path: Path, make: Make) -> None:
    ours = make("ours", ("x.csv", "mix,seed,accuracy/a\nbooks,1,0.5\n", SEEDS))
    theirs = make("theirs", ("y.csv", "mix,seed,accuracy/a\nbooks,1,0.6\nweb,1,0.1\n", SEEDS))
    before = account(ours, "mix")
    with lattice.open(str(ours)) as database, pytest.raises(Conflict) as refusal:
        database.merge(theirs)
    assert "books under accuracy/a, replicate 1 is stored as 0.5 (x); in mix it is 0.6 (y)" in str(
        refusal.value
    )
    assert "--on-conflict" in refusal.value.hint
    assert account(ours, "mix") == before


@pytest.mark.parametrize(
    ("on_conflict", "scores"),
    [("keep", [0.5]), ("replace", [0.6]), ("new-replicate", [0.5, 0.6])],
)
def test_scores_that_disagree_are_settled_as_asked(
    tmp_path: Path, make: Make, on_conflict: OnConflict, scores: list[float]
) -> None:
    ours = make("ours", ("x.csv", "mix,seed,accuracy/a\nbooks,1,0.5\n", SEEDS))
    theirs = make("theirs", ("y.csv", "mix,seed,accuracy/a\nbooks,1,0.6\nweb,1,0.1\n", SEEDS))
    with lattice.open(str(ours)) as database:
        (done,) = database.merge(theirs, on_conflict=on_conflict).merged
        assert done.conflicts == len(done.disagreements) == 1
        (again,) = database.merge(theirs, on_conflict=on_conflict).merged
        assert again.evaluations == again.superseded == 0
    found = account(ours, "mix")
    assert len(found["evaluations"]) == 3
    assert sorted(s for key, s in cells(found).items() if key[:2] == OF_BOOKS) == [
        {score} for score in scores
    ]


def test_objects_of_different_content_are_refused(tmp_path: Path, make: Make) -> None:
    table = ("t.csv", "mix,accuracy/a\nbooks,0.5\n")
    first, second = (
        f'columns = {{ training_set = "mix" }}\n[[objects]]\nname = "books"\nfingerprint = "{each}"'
        for each in ("f1", "f2")
    )
    ours, theirs = make("ours", (*table, first)), make("theirs", (*table, second))
    with (
        lattice.open(str(ours)) as database,
        pytest.raises(Conflict, match=r"object 'books' is stored with fingerprint 'f1'"),
    ):
        database.merge(theirs)
    with lattice.open(str(ours)) as database:
        database.merge(theirs, into="theirs")
        assert list(database) == ["mix", "theirs"]


def test_protocols_of_different_definitions_are_refused(tmp_path: Path, make: Make) -> None:
    table = "mix,accuracy/a\nbooks,0.5\n"
    first, second = (
        f'columns = {{ training_set = "mix" }}\n[[protocols]]\nname = "p"\ndefinition.steps = {each}'
        for each in (1, 2)
    )
    ours, theirs = make("ours", ("t.csv", table, first)), make("theirs", ("t.csv", table, second))
    with (
        lattice.open(str(ours)) as database,
        pytest.raises(Conflict, match=r"protocol 'p' is stored with digest"),
    ):
        database.merge(theirs)


@pytest.mark.parametrize("turned", [False, True])
def test_a_range_that_one_knows_holds_for_the_scores_of_both(
    tmp_path: Path, make: Make, turned: bool
) -> None:
    ranged = 'columns = { training_set = "mix" }\nsets = { spelling = "names" }\n[[metrics]]\nname = "auc"\n'
    ranged += 'direction = "higher"\nrange = [0, 1]\n'
    plain = ranged.replace("range = [0, 1]\n", "")
    places = [
        make("x", ("x.csv", "mix,auc/a\nbooks,0.5\n", ranged)),
        make("y", ("y.csv", "mix,auc/a\nweb,1.5\n", plain)),
    ]
    if turned:
        places.reverse()
    with (
        lattice.open(str(places[0])) as database,
        pytest.raises(Conflict, match=r"the score 1\.5 of web under auc/a lies outside"),
    ):
        database.merge(places[1])


def test_facts_of_either_database_are_kept_in_any_order(tmp_path: Path, make: Make) -> None:
    columns = 'columns = { training_set = "mix" }\n'
    first = (
        f'title = "First"\n{columns}[[objects]]\nname = "books"\nsize = 3\n'
        '[[evaluation_sets]]\nname = "a"\nmembers = "books"\nlabel = "Books"'
    )
    second = (
        f'title = "Second"\ndescription = "More"\n{columns}[[objects]]\nname = "books"\nowner = "me"\n'
        '[[objects]]\nname = "old books"\nvariant_of = "books"\n'
        '[[evaluation_sets]]\nname = "a"\nsize = 7\ndomain = ["empty", "all"]'
    )
    ours = make("ours", ("x.csv", "mix,accuracy/a\nbooks,0.5\n", first))
    theirs = make("theirs", ("y.csv", "mix,accuracy/a\nold books,0.25\n", second))
    found = same_in_any_order(tmp_path, "mix", ours, theirs)
    assert found["objects"]["books"][1:4] == (3, None, "me")
    assert found["objects"]["old books"][4] == "books"
    assert found["evaluation_sets"] == {"a": ("Books", 7, frozenset({"books"}))}
    assert found["lattice"][1] == "More"
    assert found["lattice"][0] in ("First", "Second")


def test_all_keeps_the_meaning_that_it_had_in_its_own_lattice(tmp_path: Path, make: Make) -> None:
    said = 'columns = { training_set = "mix" }\n[sets]\ndeclared = ["all", "^B"]\n'
    said += '[[evaluation_sets]]\nname = "a"\nmembers = "all"\n'
    ours = make("ours", ("x.csv", "mix,accuracy/a\nA,0.5\nAB,1\n", said))
    theirs = make("theirs", ("y.csv", "mix,accuracy/b\nbooks,0.5\n"))
    found = same_in_any_order(tmp_path, "mix", ours, theirs)
    assert found["evaluation_sets"]["a"] == (None, None, frozenset("AB"))
    declared = {key[0] for key, values in found["evaluations"].items() if values[1] == "declared"}
    assert declared == {frozenset("A"), frozenset("AB")}


# ---------------------------------------------------------------- which, and from where


def test_one_lattice_can_be_chosen_and_renamed(bundled: Path, database_place: Path) -> None:
    with lattice.create(str(database_place)) as database:
        database.merge(bundled, ["toy"])
        assert list(database) == ["toy"]
        database.merge(bundled, ["toy"], into="copy")
        assert list(database) == ["copy", "toy"]
        assert account(database_place, "copy") == account(database_place, "toy")
        with pytest.raises(UnknownLattice, match="toi"):
            database.merge(bundled, ["toi"])
        with pytest.raises(BadQuestion, match="2 lattices cannot be merged into one"):
            database.merge(bundled, ["toy", "silo"], into="x")
        with pytest.raises(BadQuestion, match="cannot be the name of a lattice"):
            database.merge(bundled, ["toy"], into="a/b")


def test_a_database_is_not_merged_into_itself(tmp_path: Path, make: Make) -> None:
    ours = make("ours", BOTH)
    link = tmp_path / "link.db"
    link.symlink_to(ours)
    with lattice.open(str(ours)) as database:
        for place in (str(ours), str(link), f"sqlite:///{ours}"):
            with pytest.raises(BadQuestion, match="is the database to merge into"):
                database.merge(place)


def test_what_cannot_be_merged_from_is_refused(tmp_path: Path, make: Make) -> None:
    ours = make("ours", BOTH)
    text = tmp_path / "notes.txt"
    text.write_text("no database", encoding="utf-8")
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as connection:
        connection.execute("CREATE TABLE t (x)")
    with lattice.open(str(ours)) as database:
        with pytest.raises(MissingDatabase, match="There is no database at"):
            database.merge(tmp_path / "none.db")
        for other in (text, tmp_path, tmp_path / "foreign.db", "nothing://there"):
            with pytest.raises(LatticeError):
                database.merge(other)


def test_the_other_database_is_not_changed_even_when_it_is_older(
    tmp_path: Path, database_place: Path
) -> None:
    frozen = Path(__file__).parent / "databases" / "0001.sqlite"
    other = tmp_path / "old" / frozen.name
    other.parent.mkdir()
    shutil.copy(frozen, other)
    with lattice.create(str(database_place)) as database:
        report = database.merge(other)
        assert report.merged
        assert list(database) == [each.lattice for each in report.merged]
    assert other.read_bytes() == frozen.read_bytes()
    assert list(other.parent.iterdir()) == [other]
    shutil.copy(frozen, tmp_path / "upgraded.db")
    with lattice.open(str(tmp_path / "upgraded.db")) as database:
        names = list(database)
    for name in names:
        assert account(database_place, name) == account(tmp_path / "upgraded.db", name)


# ---------------------------------------------------------------- the command


def test_the_command_merges_and_says_what_it_did(tmp_path: Path, make: Make) -> None:
    ours, theirs = make("ours", BOTH, LEFT), make("theirs", BOTH, RIGHT)
    run = CliRunner().invoke
    tried = run(app, ["merge", str(theirs), "--db", str(ours), "--dry-run"])
    assert "already there: 1 result set" in tried.output
    assert "would add: 1 result set, 1 object, 2 training sets" in tried.output
    assert "Nothing was written" in tried.output
    done = run(app, ["merge", str(theirs), "mix", "--db", str(ours), "--json"])
    assert done.exit_code == 0
    assert '"training_sets": 2' in done.output


# ---------------------------------------------------------------- whatever was imported


TABLES = {
    f"{name}.csv": f"mix,seed,accuracy/a\n{rows}"
    for name, rows in {
        "p": "books,1,0.1\nbooks,2,0.1\n",
        "q": "books,1,0.2\nweb,1,0.1\n",
        "r": "books,1,0.1\nweb,1,0.2\n",
        "s": "books,1,0.3\nbooks+web,2,0.1\n",
    }.items()
}
imports = st.lists(
    st.tuples(
        st.sampled_from(sorted(TABLES)), st.sampled_from(["keep", "replace", "new-replicate"])
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda each: each[0],
)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(ours=imports, theirs=imports)
def test_two_databases_merge_alike_in_both_orders_or_conflict_in_both(
    ours: list[tuple[str, OnConflict]],
    theirs: list[tuple[str, OnConflict]],
    empty_database: Path,
    tmp_path: Path,
) -> None:
    said = parse(f"{SEEDS}{ACCURACY}", "m")
    places = []
    for name, files in (("ours", ours), ("theirs", theirs)):
        place = tmp_path / f"{name}.db"
        shutil.copy(empty_database, place)
        places.append(place)
        with lattice.open(str(place)) as database:
            for file, on_conflict in files:
                path = tmp_path / file
                path.write_text(TABLES[file], encoding="utf-8")
                database.import_files([path], into="mix", mapping=said, on_conflict=on_conflict)
    found = []
    for order in (places, places[::-1]):
        try:
            found.append(account(merged(tmp_path, *order), "mix"))
        except Conflict as conflict:
            found.append({"conflict": conflict.hint})
    assert found[0] == found[1]


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without a lattice, to be copied."""
    place = tmp_path_factory.mktemp("empty") / "empty.db"
    lattice.create(str(place)).close()
    return place
