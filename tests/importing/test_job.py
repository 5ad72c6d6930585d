from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import lattice
from lattice.errors import ImportRefused, MappingRefused
from lattice.facade import LatticeDatabase
from lattice.importing.mapping import Mapping, parse
from lattice.importing.records import Progress

Tables = dict[str, list[tuple[object, ...]]]
ReadTables = Callable[[Path], Tables]
WriteFile = Callable[[str, str | bytes], Path]
TABLE = "train_set,accuracy\nA,0.5\nAB,0.75\n"


def test_a_file_goes_into_the_lattice_of_its_name(
    database: LatticeDatabase, write_file: WriteFile
) -> None:
    (done,) = database.import_files([write_file("covers.v2.csv", TABLE)]).imported
    assert done.lattice == done.name == "covers.v2"


def test_into_wins_over_the_mapping_and_the_name(
    database: LatticeDatabase, write_file: WriteFile
) -> None:
    path = write_file("file.csv", TABLE)
    mapping = Mapping(lattice="mapped")
    names = [
        database.import_files([path]).imported[0].lattice,
        database.import_files([path], mapping=mapping).imported[0].lattice,
        database.import_files([path], mapping=mapping, into="said").imported[0].lattice,
    ]
    assert names == ["file", "mapped", "said"]
    assert list(database) == ["file", "mapped", "said"]


def test_a_manifest_is_called_after_its_folder_and_another_mapping_after_itself(
    database: LatticeDatabase, tmp_path: Path
) -> None:
    folder = tmp_path / "covers"
    folder.mkdir()
    (folder / "table.csv").write_text(TABLE)
    for name in ("manifest.toml", "recipe.toml"):
        (folder / name).write_text('files = ["table.csv"]\n')
    report = database.import_files([folder / "manifest.toml", folder / "recipe.toml"])
    assert [each.lattice for each in report.imported] == ["covers", "recipe"]


def test_the_same_file_again_adds_nothing_and_says_so(
    database: LatticeDatabase, database_place: Path, write_file: WriteFile, read_tables: ReadTables
) -> None:
    path = write_file("t.csv", TABLE)
    database.import_files([path])
    before = read_tables(database_place)
    (again,) = database.import_files([path]).imported
    assert again.already_imported
    assert "imported before" in again.notes[0]
    assert (again.objects, again.training_sets, again.moves, again.evaluations) == (0, 0, 0, 0)
    assert read_tables(database_place) == before


def test_the_same_content_under_another_mapping_is_another_result_set(
    database: LatticeDatabase, write_file: WriteFile
) -> None:
    path = write_file("t.csv", TABLE)
    database.import_files([path])
    (again,) = database.import_files([path], mapping=Mapping(title="x")).imported
    assert not again.already_imported
    assert (again.training_sets, again.evaluations) == (0, 2)
    summary = database["t"].show().summary
    assert (summary.result_sets, summary.cells, summary.evaluations) == (2, 2, 4)


def test_a_changed_file_of_the_same_name_is_read(
    database: LatticeDatabase, write_file: WriteFile
) -> None:
    database.import_files([write_file("t.csv", TABLE)])
    (done,) = database.import_files([write_file("t.csv", TABLE + "B,0.25\n")]).imported
    assert (done.already_imported, done.training_sets, done.moves) == (False, 1, 1)


def test_a_dry_run_says_what_would_be_added_and_writes_nothing(
    database: LatticeDatabase, database_place: Path, write_file: WriteFile, read_tables: ReadTables
) -> None:
    path = write_file("t.csv", TABLE)
    before = read_tables(database_place)
    would = database.import_files([path], dry_run=True)
    assert read_tables(database_place) == before
    assert list(database) == []
    done = database.import_files([path])
    assert (would.dry_run, done.dry_run) == (True, False)
    assert would.imported == done.imported


def test_a_dry_run_refuses_what_an_import_would_refuse(
    database: LatticeDatabase, write_file: WriteFile
) -> None:
    with pytest.raises(ImportRefused, match=r"bad\.csv, line 2"):
        database.import_files([write_file("bad.csv", "train_set,accuracy\nA,x\n")], dry_run=True)


@pytest.mark.parametrize("bad_first", [True, False])
def test_all_files_of_one_call_are_kept_or_none(
    bad_first: bool,
    database: LatticeDatabase,
    database_place: Path,
    write_file: WriteFile,
    read_tables: ReadTables,
) -> None:
    before = read_tables(database_place)
    files = [write_file("good.csv", TABLE), write_file("bad.csv", "train_set,accuracy\nA,x\n")]
    with pytest.raises(ImportRefused, match=r"bad\.csv, line 2"):
        database.import_files(files[::-1] if bad_first else files)
    assert read_tables(database_place) == before


def test_files_of_one_mapping_are_one_result_set(
    database: LatticeDatabase, write_file: WriteFile
) -> None:
    files = [
        write_file("1.csv", "train_set,accuracy/x\nA,0.5\nAB,0.75\n"),
        write_file("2.csv", "train_set,accuracy/y\nC,0.25\nBC,0.35\n"),
    ]
    (done,) = database.import_files(files, into="t", mapping=Mapping()).imported
    assert (done.objects, done.training_sets, done.moves, done.evaluations) == (3, 4, 2, 4)
    (results,) = database["t"].show().result_sets
    assert [each.name for each in results.files] == ["1.csv", "2.csv"]


def test_two_files_of_one_name_are_refused_in_one_result_set(
    database: LatticeDatabase, tmp_path: Path, write_file: WriteFile
) -> None:
    (tmp_path / "sub").mkdir()
    files = [write_file("t.csv", TABLE), write_file("sub/t.csv", TABLE)]
    with pytest.raises(ImportRefused, match=r"called 't\.csv'"):
        database.import_files(files, mapping=Mapping())


def test_rows_that_repeat_across_files_are_named_with_both_places(
    database: LatticeDatabase, write_file: WriteFile
) -> None:
    files = [write_file("1.csv", TABLE), write_file("2.csv", "train_set,accuracy\nB,1\nAB,0.8\n")]
    with pytest.raises(ImportRefused) as caught:
        database.import_files(files, into="t", mapping=Mapping())
    assert "2.csv, line 3 disagrees with 1.csv, line 3" in caught.value.message


@pytest.mark.parametrize("name", ["../x.csv", "sub/x.csv", "..", "/etc/passwd", "..\\\\x.csv"])
def test_a_manifest_reads_only_files_beside_it(
    name: str, database: LatticeDatabase, tmp_path: Path, write_file: WriteFile
) -> None:
    (tmp_path / "sub").mkdir()
    write_file("sub/x.csv", TABLE)
    write_file("x.csv", TABLE)
    manifest = write_file("sub/manifest.toml", f'files = ["{name}"]\n')
    with pytest.raises(MappingRefused, match="leaves the folder") as caught:
        database.import_files([manifest])
    assert caught.value.message.startswith("manifest.toml: files: ")
    assert list(database) == []


def test_a_manifest_without_its_files_is_refused(
    database: LatticeDatabase, write_file: WriteFile
) -> None:
    with pytest.raises(MappingRefused, match=r"nothing in its folder matches 'no-\*\.csv'"):
        database.import_files([write_file("a.toml", 'files = ["no-*.csv"]\n')])
    with pytest.raises(MappingRefused, match=r"a\.toml names no files"):
        database.import_files([write_file("a.toml", 'title = "x"\n')])


def test_a_mapping_is_given_once(database: LatticeDatabase, write_file: WriteFile) -> None:
    manifest = write_file("a.toml", 'files = ["t.csv"]\n')
    with pytest.raises(MappingRefused, match=r"a\.toml is a mapping, and another one is given"):
        database.import_files([manifest], mapping=Mapping())
    with pytest.raises(MappingRefused, match="without a file"):
        database.import_files([], mapping=Mapping())


def test_later_files_without_a_mapping_build_on_what_the_lattice_knows(
    database: LatticeDatabase, write_file: WriteFile
) -> None:
    mapping = parse(
        '[sets]\nspelling = "names"\n[[metrics]]\nname = "points"\ndirection = "lower"\n', "m"
    )
    first = write_file("1.csv", "train_set,points\nnews,5\n")
    database.import_files([first], into="t", mapping=mapping)
    second = write_file("2.csv", "train_set,points/default\nnews+web,4\n")
    database.import_files([second], into="t")
    (measure,) = database["t"].show().measures
    assert (measure.name, measure.metric.direction) == ("points/default", "lower")
    assert [each.name for each in database["t"].show().objects] == ["news", "web"]


def test_progress_reaches_its_end_in_every_stage(
    database: LatticeDatabase, write_file: WriteFile
) -> None:
    told: dict[str, list[tuple[int, int]]] = {}

    def listen(stage: str, done: int, total: int) -> None:
        told.setdefault(stage, []).append((done, total))

    listener: Progress = listen
    path = write_file("t.csv", "train_set,accuracy\n" + "AB,1\n" + "A,0.5\n")
    database.import_files([path], progress=listener)
    assert list(told) == ["reading t.csv", "writing moves"]
    for steps in told.values():
        assert all(0 < done <= total for done, total in steps)


def test_a_moved_file_is_still_the_same(database: LatticeDatabase, write_file: WriteFile) -> None:
    path = write_file("t.csv", TABLE)
    database.import_files([path])
    elsewhere = path.parent / "elsewhere"
    elsewhere.mkdir()
    moved = Path(shutil.move(path, elsewhere / "t.csv"))
    assert database.import_files([moved]).imported[0].already_imported


def test_a_database_url_is_enough_to_go_on_another_day(
    database_place: Path, write_file: WriteFile
) -> None:
    path = write_file("t.csv", TABLE)
    for expected in (False, True):
        with lattice.create(f"sqlite:///{database_place}") as opened:
            assert opened.import_files([path]).imported[0].already_imported is expected


@pytest.mark.parametrize("name", ["", " ", "a/b", "two\nlines", " edge "])
def test_a_lattice_cannot_have_a_name_that_no_link_could_hold(
    write_file: Callable[[str, str | bytes], Path], database_place: Path, name: str
) -> None:
    table = write_file("mix.csv", "train_set,accuracy\nA,0.5\n")
    with (
        lattice.create(str(database_place)) as database,
        pytest.raises(MappingRefused, match="cannot be the name of a lattice"),
    ):
        database.import_files([table], into=name)


def test_one_seed_in_each_of_several_files_gets_the_note_on_replicates(
    write_file: Callable[[str, str | bytes], Path], database_place: Path
) -> None:
    parts = [
        write_file(f"part{seed}.csv", f"train_set,seed,accuracy\nA,{seed},0.5\nAB,{seed},0.6\n")
        for seed in (1, 2)
    ]
    with lattice.create(str(database_place)) as database:
        report = database.import_files(parts, into="parts")
    assert all(
        "kind of replicate is not said" in each.questions[0].what for each in report.imported
    )


def test_headers_are_read_however_their_words_are_joined(
    write_file: Callable[[str, str | bytes], Path], database_place: Path
) -> None:
    table = write_file("names.tsv", "Training set\taccuracy\nA\t0.5\nAB\t0.6\n")
    with lattice.create(str(database_place)) as database:
        (imported,) = database.import_files([table]).imported
    assert imported.training_sets == 2


def test_a_word_among_scores_is_refused_as_a_score(
    write_file: Callable[[str, str | bytes], Path], database_place: Path
) -> None:
    table = write_file("na.csv", "train_set,accuracy\nA,0.5\nAB,0.6\nABC,NA\n")
    with (
        lattice.create(str(database_place)) as database,
        pytest.raises(ImportRefused, match=r"na\.csv, line 4: 'NA'.*missing = "),
    ):
        database.import_files([table])
