from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import lattice
from lattice.errors import (
    Ambiguous,
    BadSpelling,
    ImportRefused,
    MissingDatabase,
    SetNotStored,
    UnknownLattice,
    UnknownMeasure,
    UnknownObject,
)
from lattice.importing.mapping import Mapping, Sets

FIRST = "train_set,accuracy/x\nA,0.5\nAB,0.7\nABC,0.6\n"
MORE = "train_set,accuracy/x\nAC,0.9\nC,0.8\nAD,0.4\n"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[lattice.LatticeDatabase]:
    (tmp_path / "first.csv").write_text(FIRST, encoding="utf-8")
    (tmp_path / "more.csv").write_text(MORE, encoding="utf-8")
    with lattice.create(str(tmp_path / "x.db")) as opened:
        opened.import_files([tmp_path / "first.csv"], into="mix")
        yield opened


# ------------------------------------------------------------------ databases


def test_a_database_lists_its_lattices_by_name(bundled: Path) -> None:
    with lattice.open(str(bundled)) as opened:
        assert list(opened) == ["california-housing", "covertype", "silo", "toy"]
        assert "toy" in opened
        assert "toys" not in opened
        assert 7 not in opened
        assert opened.place == str(bundled)
        assert [each.name for each in opened.lattices()] == list(opened)


def test_summaries_count_what_is_stored_and_how_complete_it_is(bundled: Path) -> None:
    with lattice.open(str(bundled)) as opened:
        found = {each.name: each for each in opened.lattices()}
    counts = {
        name: (e.objects, e.training_sets, e.moves, e.measures, e.cells, e.evaluations)
        for name, e in found.items()
    }
    assert counts == {
        "toy": (4, 4, 3, 4, 16, 16),
        "covertype": (4, 15, 28, 15, 225, 225),
        "silo": (1, 2, 1, 7, 14, 14),
        "california-housing": (10, 1_024, 5_120, 3, 3_072, 92_160),
    }
    complete = {name: each.completeness for name, each in found.items()}
    assert complete == {
        "toy": 4 / 16,
        "covertype": 15 / 16,
        "silo": 1.0,
        "california-housing": 1.0,
    }
    assert {each.coverage for each in found.values()} == {1.0}


def test_coverage_is_the_share_of_cells_that_are_there(
    database: lattice.LatticeDatabase, write_file: Callable[[str, str], Path]
) -> None:
    file = write_file("gaps.csv", "train_set,accuracy/x,accuracy/y\nA,0.1,0.2\nB,,\nAB,0.3,\n")
    database.import_files([file])
    summary = database["gaps"].show().summary
    assert (summary.training_sets, summary.cells, summary.coverage) == (3, 3, 0.5)
    assert summary.completeness == 0.75


def test_an_unknown_lattice_is_refused_with_the_closest(bundled: Path) -> None:
    with lattice.open(str(bundled)) as opened:
        with pytest.raises(UnknownLattice, match="'covertyp'") as refusal:
            opened["covertyp"]
        assert refusal.value.suggestions == ("covertype",)
        with pytest.raises(UnknownLattice) as refusal:
            opened["zzz"]
        assert "california-housing, covertype, silo, toy" in refusal.value.hint


def test_opening_makes_no_database(tmp_path: Path) -> None:
    with pytest.raises(MissingDatabase, match="no database"):
        lattice.open(str(tmp_path / "none.db"))
    assert list(tmp_path.iterdir()) == []


def test_one_name_gives_one_lattice(bundled: Path) -> None:
    with lattice.open(str(bundled)) as opened:
        assert opened["toy"] is opened["toy"]
        assert opened["toy"].name == "toy"


# ------------------------------------------------------------------ showing


def test_show_tells_objects_measures_results_and_what_to_know(bundled: Path) -> None:
    with lattice.open(str(bundled)) as opened:
        housing = opened["california-housing"].show()
        covertype = opened["covertype"].show()
    assert [each.name for each in housing.objects] == list("abcdefghij")
    assert [each.size for each in housing.objects] == [float(size) for size in range(1, 11)]
    assert sorted(each.protocol.name for each in housing.measures) == [
        "decision_tree",
        "gradient_boosting",
        "random_forest",
    ]
    assert housing.cells_per_measure == (1_024, 1_024, 1_024)
    (results,) = housing.result_sets
    assert (results.replicate_kind, results.evaluations) == ("shared", 92_160)
    assert len(results.files) == 90
    assert housing.notes == ("the scores of empty are declared by the source, not measured",)
    assert covertype.notes == ()
    assert covertype.measures[0].metric.direction == "higher"
    assert (covertype.measures[0].metric.low, covertype.measures[0].metric.high) == (0.0, 1.0)


def test_a_text_is_resolved_whether_or_not_the_set_is_stored(bundled: Path) -> None:
    with lattice.open(str(bundled)) as opened:
        toy = opened["toy"]
        stored, other = toy.resolve("^B"), toy.resolve("D+B")
    assert (stored.training_set.key, stored.members, stored.stored) == (
        "~0d",
        ("A", "C", "D"),
        True,
    )
    assert (other.training_set.name, other.members, other.stored) == ("BD", ("B", "D"), False)


def test_one_set_is_shown_with_members_and_cells(bundled: Path) -> None:
    with lattice.open(str(bundled)) as opened:
        for spelling in ("ACD", "^B", "all-B", "~0d", 'D+"A"+C', " CAD "):
            detail = opened["toy"].set(spelling)
            assert detail.training_set.name == "ACD"
            assert detail.members == ("A", "C", "D")
            assert detail.measures == tuple(f"accuracy/{letter}" for letter in "ABCD")
            assert [cell and cell.mean for cell in detail.cells] == [0.78, 0.55, 0.82, 0.80]


def test_a_set_that_is_not_stored_offers_the_nearest_ones(bundled: Path) -> None:
    with lattice.open(str(bundled)) as opened, pytest.raises(SetNotStored) as refusal:
        opened["toy"].set("ABD")
    assert "ABD is not stored in 'toy'" in refusal.value.message
    assert refusal.value.suggestions == ("AB", "ABCD", "ABC")  # 1, 1 and 2 objects away
    assert refusal.value.hint == "Nearest stored sets: AB, ABCD, ABC."


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("ABX", UnknownObject),
        ("", BadSpelling),
        ("AA", BadSpelling),
        ("^", BadSpelling),
        ("~ff", BadSpelling),
        ("BCD", SetNotStored),
    ],
)
def test_every_question_about_a_set_refuses_it_alike(
    bundled: Path, text: str, refusal: type[lattice.LatticeError]
) -> None:
    with lattice.open(str(bundled)) as opened:
        toy = opened["toy"]
        for ask in (
            toy.set,
            toy.neighbors,
            lambda text: toy.path(text, "AB"),
            lambda text: toy.path("AB", text),
        ):
            with pytest.raises(refusal):
                ask(text)


def test_every_question_about_a_measure_refuses_it_alike(bundled: Path) -> None:
    with lattice.open(str(bundled)) as opened:
        toy = opened["toy"]
        for text, refusal in (("accuracy/E", UnknownMeasure), ("accuracy", Ambiguous)):
            with pytest.raises(refusal):
                toy.neighbors("AB", measures=[text])
            with pytest.raises(refusal):
                toy.path("AB", "ABC", measure=text)
            with pytest.raises(refusal):
                toy.grid(measures=["A", text])
            with pytest.raises(refusal):
                toy.pairs("B", measures=[text])
            with pytest.raises(refusal):
                toy.subgraph(measure=text)


# ------------------------------------------------------------------ changes


def test_answers_follow_an_import(database: lattice.LatticeDatabase, tmp_path: Path) -> None:
    mix = database["mix"]
    before = mix.state, mix.show().summary.revision
    assert [row.training_set.name for row in mix.grid().items] == ["A", "AB", "ABC"]
    assert [each.training_set.name for each in mix.neighbors("A").neighbors] == ["AB"]
    database.import_files([tmp_path / "more.csv"], into="mix")
    assert mix.state != before[0]
    assert mix.show().summary.revision == before[1] + 1
    names = [row.training_set.name for row in mix.grid().items]
    assert names == ["A", "C", "AB", "AC", "AD", "ABC"]
    assert [each.training_set.name for each in mix.neighbors("A").neighbors] == ["AB", "AC", "AD"]
    path = mix.path("AB", "C", objective="widest")
    assert [step.training_set.name for step in path.steps] == ["AB", "ABC", "AC", "C"]
    assert path.floor == 0.6


def test_an_index_taken_before_an_import_stays_as_it_was(
    database: lattice.LatticeDatabase, tmp_path: Path
) -> None:
    mix = database["mix"]
    old = mix.index()
    assert mix.index() is old
    database.import_files([tmp_path / "more.csv"], into="mix")
    assert (len(old), len(mix.index())) == (3, 6)
    assert old.state != mix.index().state


def test_another_opener_of_the_file_sees_the_import(
    database: lattice.LatticeDatabase, tmp_path: Path
) -> None:
    with lattice.open(str(tmp_path / "x.db")) as other:
        assert other["mix"].grid().total == 3
        database.import_files([tmp_path / "more.csv"], into="mix")
        assert other["mix"].grid().total == 6
        assert other["mix"].state == database["mix"].state


def test_importing_the_same_again_changes_nothing(
    database: lattice.LatticeDatabase, tmp_path: Path
) -> None:
    before = database["mix"].show()
    (report,) = database.import_files([tmp_path / "first.csv"], into="mix").imported
    assert report.already_imported
    assert (report.training_sets, report.moves, report.evaluations) == (0, 0, 0)
    assert database["mix"].show() == before


def test_a_dry_run_says_what_it_would_do_and_changes_nothing(
    database: lattice.LatticeDatabase, tmp_path: Path
) -> None:
    before = database["mix"].show()
    report = database.import_files([tmp_path / "more.csv"], into="mix", dry_run=True)
    assert report.dry_run
    (would,) = report.imported
    assert (would.objects, would.training_sets, would.evaluations) == (1, 3, 3)
    assert would.moves == 4  # A-AC, A-AD, C-AC, AC-ABC
    assert database["mix"].show() == before


def test_a_refused_file_changes_nothing_even_beside_a_good_one(
    database: lattice.LatticeDatabase, tmp_path: Path, write_file: Callable[[str, str], Path]
) -> None:
    bad = write_file("bad.csv", "train_set,accuracy/x\nA,0.5\nAB,much\n")
    before = database["mix"].show()
    with pytest.raises(ImportRefused, match=r"bad\.csv, line 3"):
        database.import_files([tmp_path / "more.csv", bad], into="mix")
    assert database["mix"].show() == before
    assert list(database) == ["mix"]


def test_files_without_a_lattice_go_into_one_of_their_name(
    database: lattice.LatticeDatabase, tmp_path: Path
) -> None:
    database.import_files([tmp_path / "more.csv", tmp_path / "first.csv"])
    assert list(database) == ["first", "mix", "more"]
    assert database["more"].grid().total == 3


# ------------------------------------------------------------------ threads


def test_threads_that_ask_during_imports_get_whole_answers_of_one_state(tmp_path: Path) -> None:
    """Import k stores all sets of the first k letters with the score k: no answer mixes two."""
    letters = "ABCDEFG"

    def store(opened: lattice.LatticeDatabase, stage: int) -> None:
        names = letters[:stage]
        rows = []
        for mask in range(1, 2**stage):
            if mask >> (stage - 1) & 1:
                name = "".join(each for p, each in enumerate(names) if mask >> p & 1)
                rows.append(f"{name},{stage / 10}")
        file = tmp_path / f"stage{stage}.csv"
        file.write_text("train_set,accuracy\n" + "\n".join(rows) + "\n", encoding="utf-8")
        opened.import_files([file], into="growing", mapping=mapping)

    mapping = Mapping(sets=Sets("letters"))
    seen: list[set[int]] = [set() for _ in range(8)]
    failures: list[BaseException] = []
    done = threading.Event()

    def ask(opened: lattice.LatticeDatabase, own: set[int]) -> None:
        growing = opened["growing"]
        try:
            last = 0
            while True:
                finished = done.is_set()
                grid = growing.grid(limit=1_000)
                stage = (grid.total + 1).bit_length() - 1
                assert grid.total == 2**stage - 1
                assert stage >= last
                for row in grid.items:
                    (cell,) = row.cells
                    newest = max(letters.index(each) for each in row.training_set.name)
                    assert cell is not None
                    assert cell.mean == (newest + 1) / 10
                around = growing.neighbors("A")
                assert len(around.neighbors) >= stage - 1
                assert {each.training_set.name for each in around.missing} == {"empty"}
                own.add(stage)
                last = stage
                if finished:
                    return
        except BaseException as failure:  # noqa: BLE001 - handed to the main thread
            failures.append(failure)

    with lattice.create(str(tmp_path / "x.db")) as opened:
        store(opened, 1)
        threads = [threading.Thread(target=ask, args=(opened, own)) for own in seen]
        for thread in threads:
            thread.start()
        try:
            for stage in range(2, len(letters) + 1):
                store(opened, stage)
        finally:
            done.set()
            for thread in threads:
                thread.join()
    assert failures == []
    assert all(max(own) == len(letters) for own in seen)


def test_threads_may_ask_for_one_lattice_at_the_same_time(bundled: Path) -> None:
    with lattice.open(str(bundled)) as opened:
        found: list[lattice.Lattice] = []
        start = threading.Barrier(8)

        def take() -> None:
            start.wait()
            found.append(opened["california-housing"])
            found[-1].index()

        threads = [threading.Thread(target=take) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 8
        assert len({id(each) for each in found}) == 1
        assert len({id(each.index()) for each in found}) == 1
