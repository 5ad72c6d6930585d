"""Scores that disagree with stored ones, and everything a mapping does to rows before they meet."""

from __future__ import annotations

import csv
import json
import random
import re
import sqlite3
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import combinations
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from typer.testing import CliRunner

from lattice.cli import app
from lattice.errors import Conflict, ImportRefused, MappingRefused
from lattice.facade import LatticeDatabase
from lattice.importing.mapping import parse, with_said
from lattice.model import ImportedResults, OnConflict

Tables = dict[str, list[tuple[object, ...]]]
ReadTables = Callable[[Path], Tables]
WriteFile = Callable[[str, str | bytes], Path]
ImportText = Callable[..., ImportedResults]
Scores = Callable[..., dict[tuple[str, str], float | None]]
Import = Callable[..., ImportedResults]
Row = tuple[str, str | None, float, str | None]

HEADER = "train_set,seed,accuracy\n"
FIRST = HEADER + "A,1,0.5\nA,2,0.52\nAB,1,0.75\nABC,1,0.9\n"
SECOND = HEADER + "B,1,0.1\nA,1,0.5\nA,2,0.58\nAB,1,0.7\nABC,1,0.95\n"


@pytest.fixture
def bring(database: LatticeDatabase, write_file: WriteFile) -> Import:
    """Imports a table under this name into the lattice `test`."""

    def run(
        name: str,
        content: str,
        on_conflict: OnConflict = "refuse",
        mapping: str = "",
        dry_run: bool = False,
    ) -> ImportedResults:
        reading = parse(mapping, "mapping.toml") if mapping else None
        (done,) = database.import_files(
            [write_file(name, content)],
            into="test",
            mapping=reading,
            on_conflict=on_conflict,
            dry_run=dry_run,
        ).imported
        return done

    return run


@pytest.fixture
def stored(database_place: Path) -> Callable[[], list[Row]]:
    """Every evaluation: its file, its seed, its score, and whose score counts instead."""

    def read() -> list[Row]:
        query = """
            SELECT own.name, seed_label, score, other.name FROM evaluation
            JOIN result_set AS own ON own.id = result_set_id
            LEFT JOIN result_set AS other ON other.id = superseded_by
            ORDER BY result_set_id, file_number, place, measure_id, replicate
        """
        with closing(sqlite3.connect(database_place)) as connection:
            return connection.execute(query).fetchall()

    return read


def cell_of(database: LatticeDatabase, name: str, measure: int = 0) -> tuple[Any, int]:
    """Mean and number of replicates of a cell."""
    cell = database["test"].set(name).cells[measure]
    assert cell is not None
    return cell.mean, cell.replicates


# ------------------------------------------------------------------ refuse


def test_all_cells_that_disagree_are_listed_with_both_places(
    bring: Import, database_place: Path, read_tables: ReadTables
) -> None:
    bring("first.csv", FIRST)
    before = read_tables(database_place)
    with pytest.raises(Conflict) as caught:
        bring("second.csv", SECOND)
    assert caught.value.message.strip().splitlines() == [
        "3 scores disagree with stored ones:",
        "  second.csv, line 4: A under accuracy/default, replicate 2 is stored as 0.52"
        " (first.csv, line 3); here it is 0.58",
        "  second.csv, line 5: AB under accuracy/default, replicate 1 is stored as 0.75"
        " (first.csv, line 4); here it is 0.7",
        "  second.csv, line 6: ABC under accuracy/default, replicate 1 is stored as 0.9"
        " (first.csv, line 5); here it is 0.95",
    ]
    for word in ("keep", "replace", "new-replicate", "--into"):
        assert word in caught.value.hint
    assert read_tables(database_place) == before


def test_of_many_cells_that_disagree_ten_are_listed_and_all_counted(bring: Import) -> None:
    sets = ["".join(each) for size in (1, 2, 3) for each in combinations("ABCDE", size)]
    assert len(sets) == 25
    bring("first.csv", HEADER + "".join(f"{each},1,0.5\n" for each in sets))
    with pytest.raises(Conflict) as caught:
        bring("second.csv", HEADER + "".join(f"{each},1,0.25\n" for each in sets))
    assert caught.value.message.startswith("25 scores disagree")
    assert len(re.findall(r"second\.csv, line \d+:", caught.value.message)) == 10
    assert "... and 15 more" in caught.value.message


def test_an_unknown_way_to_settle_is_a_wrong_usage(write_file: WriteFile) -> None:
    done = command("import", write_file("t.csv", FIRST), "--on-conflict", "guess")
    assert done.returncode == 2
    assert "new-replicate" in done.stderr


# ------------------------------------------------------------------ keep, replace, new-replicate


def test_keep_stores_what_disagrees_as_superseded(
    bring: Import, database: LatticeDatabase, stored: Callable[[], list[Row]]
) -> None:
    bring("first.csv", FIRST)
    done = bring("second.csv", SECOND, "keep")
    assert (done.conflicts, done.evaluations) == (3, 5)
    assert stored()[4:] == [
        ("second", "1", 0.1, None),
        ("second", "1", 0.5, None),
        ("second", "2", 0.58, "first"),
        ("second", "1", 0.7, "first"),
        ("second", "1", 0.95, "first"),
    ]
    assert cell_of(database, "A") == (pytest.approx((0.5 + 0.52) / 2), 2)
    assert cell_of(database, "AB") == (0.75, 1)
    assert cell_of(database, "ABC") == (0.9, 1)
    assert cell_of(database, "B") == (0.1, 1)


def test_replace_supersedes_what_was_stored(
    bring: Import, database: LatticeDatabase, stored: Callable[[], list[Row]]
) -> None:
    bring("first.csv", FIRST)
    assert bring("second.csv", SECOND, "replace").conflicts == 3
    assert stored()[:4] == [
        ("first", "1", 0.5, None),
        ("first", "2", 0.52, "second"),
        ("first", "1", 0.75, "second"),
        ("first", "1", 0.9, "second"),
    ]
    assert cell_of(database, "A") == (pytest.approx((0.5 + 0.58) / 2), 2)
    assert cell_of(database, "AB") == (0.7, 1)
    assert cell_of(database, "ABC") == (0.95, 1)


def test_a_new_replicate_counts_beside_what_was_stored(
    bring: Import, database: LatticeDatabase, stored: Callable[[], list[Row]]
) -> None:
    bring("first.csv", FIRST)
    assert bring("second.csv", SECOND, "new-replicate").conflicts == 3
    assert cell_of(database, "A") == (pytest.approx((0.5 + 0.52 + 0.58) / 3), 3)
    assert cell_of(database, "AB") == (pytest.approx((0.75 + 0.7) / 2), 2)
    assert cell_of(database, "ABC") == (pytest.approx((0.9 + 0.95) / 2), 2)
    labels = [label for name, label, _, _ in stored() if name == "second"]
    assert labels[:2] == ["1", "1"]
    assert [re.sub("~[0-9a-f]{8}$", "~", label or "") for label in labels[2:]] == ["2~", "1~", "1~"]
    assert {by for *_, by in stored()} == {None}


def test_replacing_supersedes_every_result_set_that_agreed(
    bring: Import, database: LatticeDatabase, stored: Callable[[], list[Row]]
) -> None:
    bring("one.csv", HEADER + "A,1,0.5\n")
    bring("two.csv", HEADER + "A,1,0.5\nB,1,0.4\n")
    bring("three.csv", HEADER + "A,1,0.6\n", "replace")
    assert [by for name, _, score, by in stored() if score == 0.5] == ["three", "three"]
    assert cell_of(database, "A") == (0.6, 1)
    bring("four.csv", HEADER + "A,1,0.7\n", "keep")
    assert stored()[-1] == ("four", "1", 0.7, "three")
    assert cell_of(database, "A") == (0.6, 1)


def test_a_score_that_returns_is_settled_against_what_counts(
    bring: Import, database: LatticeDatabase
) -> None:
    bring("one.csv", HEADER + "A,1,0.5\n")
    bring("two.csv", HEADER + "A,1,0.6\n", "replace")
    with pytest.raises(Conflict, match=r"is stored as 0\.6 \(two\.csv, line 2\); here it is 0\.5"):
        bring("again.csv", HEADER + "A,1,0.5\n\n")
    bring("again.csv", HEADER + "A,1,0.5\n\n", "replace")
    assert cell_of(database, "A") == (0.5, 1)


@pytest.mark.parametrize("on_conflict", ["keep", "replace", "new-replicate"])
def test_settling_twice_changes_nothing(
    on_conflict: OnConflict,
    bring: Import,
    database: LatticeDatabase,
    database_place: Path,
    read_tables: ReadTables,
) -> None:
    bring("first.csv", FIRST)
    bring("second.csv", SECOND, on_conflict)
    before, state = read_tables(database_place), database["test"].state
    for again in ("refuse", "keep", "replace", "new-replicate"):
        assert bring("second.csv", SECOND, again).already_imported
        assert bring("first.csv", FIRST, again).already_imported
    assert read_tables(database_place) == before
    assert database["test"].state == state


@pytest.mark.parametrize("on_conflict", ["keep", "replace", "new-replicate"])
def test_a_database_with_settled_conflicts_is_sound(
    on_conflict: OnConflict, bring: Import, database: LatticeDatabase
) -> None:
    bring("first.csv", FIRST)
    bring("second.csv", SECOND, on_conflict)
    assert database.doctor().sound


@pytest.mark.parametrize("on_conflict", ["keep", "replace", "new-replicate"])
def test_random_batches_are_settled_as_a_dictionary_is(
    on_conflict: OnConflict, bring: Import, database: LatticeDatabase
) -> None:
    """Three files over the same cells, against one dictionary of what counts."""
    chance = random.Random(on_conflict)
    sets = ["".join(each) for size in (1, 2) for each in combinations("ABCD", size)]
    counts: dict[tuple[str, str], list[float]] = {}
    for number in range(3):
        keys = sorted({(chance.choice(sets), chance.choice("123")) for _ in range(20)})
        lines = {key: chance.choice((0.25, 0.5)) for key in keys}
        content = HEADER + "".join(f"{name},{seed},{lines[name, seed]}\n" for name, seed in keys)
        bring(f"{number}.csv", content + "\n" * number, on_conflict)
        for key, score in lines.items():
            before = counts.setdefault(key, [score])
            if on_conflict == "replace":
                counts[key] = [score]
            elif on_conflict == "new-replicate" and before[0] != score:
                counts[key] = [*before, score]
    cells: dict[str, list[float]] = defaultdict(list)
    for (name, _), scores in counts.items():
        cells[name] += scores
    for name, scores in cells.items():
        assert cell_of(database, name) == (pytest.approx(mean(scores)), len(scores))


def test_the_command_line_settles_as_it_is_told(write_file: WriteFile, tmp_path: Path) -> None:
    place = tmp_path / "cli.db"
    first, second = write_file("first.csv", FIRST), write_file("second.csv", SECOND)
    assert command("import", first, "--into", "test", "--db", place).returncode == 0
    refused = command("import", second, "--into", "test", "--db", place)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "3 scores disagree" in refused.stderr
    settled = command("import", second, "--into", "test", "--db", place, "--on-conflict", "keep")
    assert settled.returncode == 0, settled.stderr
    assert "3 scores disagreed with stored ones" in settled.stdout


# ------------------------------------------------------------------ objects that come later


def test_objects_that_come_later_keep_the_places_of_the_earlier_ones(
    bring: Import, database: LatticeDatabase
) -> None:
    bring("first.csv", "train_set,accuracy\nC,0.1\nCF,0.2\n")
    lattice = database["test"]
    keys = {each.training_set.name: each.training_set.key for each in lattice.sets().items}
    bring("second.csv", "train_set,accuracy\nA,0.3\nACF,0.4\nCF,0.2\n")
    places = {each.name: each.position for each in database["test"].show().objects}
    assert places == {"C": 0, "F": 1, "A": 2}
    after = {frozenset(each.members): each.training_set.key for each in lattice.sets().items}
    assert {after[frozenset(name)] for name in keys} == set(keys.values())
    assert after[frozenset("ACF")] == "~07"
    assert database["test"].show().summary.moves == 2  # C - CF - ACF
    assert database.doctor().sound


def test_more_objects_than_a_word_has_bits_may_come_later(
    bring: Import, database: LatticeDatabase
) -> None:
    bring("first.csv", "books,accuracy\n1,0.5\n0,0.4\n")
    names = [f"n{k}" for k in range(100)]
    rows = [[int(place == k) for place in range(100)] for k in (0, 63, 64, 99)]
    lines = [
        f"1,{','.join(map(str, row))},0.{k + 1}"
        for k, row in zip((0, 63, 64, 99), rows, strict=True)
    ]
    said = f"[columns]\nobjects = {json.dumps(['books', *names])}\n"
    bring(
        "second.csv",
        f"books,{','.join(names)},accuracy\n" + "\n".join(lines) + "\n",
        "refuse",
        said,
    )
    summary = database["test"].show().summary
    assert (summary.objects, summary.training_sets, summary.moves) == (101, 6, 5)
    assert cell_of(database, "books+n63") == (0.64, 1)
    assert database.doctor().sound


def test_columns_of_new_objects_are_found_beside_known_ones(bring: Import, scores: Scores) -> None:
    bring("first.csv", "books,accuracy\n1,0.5\n0,0.4\n")
    bring("second.csv", "books,news,accuracy\n1,1,0.7\n0,1,0.6\n")
    assert scores() == {
        ("empty", "accuracy/default"): 0.4,
        ("books", "accuracy/default"): 0.5,
        ("news", "accuracy/default"): 0.6,
        ("books+news", "accuracy/default"): 0.7,
    }


# ------------------------------------------------------------------ replicates


def ordered(cells: int, *, shuffled: bool) -> str:
    """A table of cells with six replicates each, sorted in every cell unless they are shuffled."""
    chance = random.Random(5)
    lines = []
    for cell in range(cells):
        scores = sorted(chance.sample(range(1000), 6))
        if shuffled:
            chance.shuffle(scores)
        lines += [f"n{cell + 9},{seed},0.{score:03}" for seed, score in enumerate(scores)]
    return HEADER + "\n".join(lines) + "\n"


def kind_of(database: LatticeDatabase) -> str:
    (results,) = database["test"].show().result_sets
    return results.replicate_kind


SHARED = '[sets]\nspelling = "names"\n[replicates]\nkind = "shared"\n'


def test_replicates_that_are_sorted_in_every_cell_are_stored_as_unlabelled(
    bring: Import, database: LatticeDatabase
) -> None:
    done = bring("t.csv", ordered(5, shuffled=False), mapping=SHARED)
    assert done.replicate_kind == kind_of(database) == "unlabelled"
    assert any("sorted within every cell" in note for note in done.notes)
    assert any("sorted = true" in question.say for question in done.questions)


def test_replicates_that_are_not_sorted_stay_what_they_are(
    bring: Import, database: LatticeDatabase
) -> None:
    assert not bring("t.csv", ordered(5, shuffled=True), mapping=SHARED).notes
    assert kind_of(database) == "shared"


def test_replicates_that_go_down_in_every_cell_are_sorted_too(
    bring: Import, database: LatticeDatabase
) -> None:
    lines = [line.split(",") for line in ordered(5, shuffled=False).splitlines()[1:]]
    turned = "".join(f"{name},{5 - int(seed)},{score}\n" for name, seed, score in lines)
    assert bring("t.csv", HEADER + turned, mapping=SHARED).replicate_kind == "unlabelled"


def test_sorted_replicates_may_be_said_to_be_real(bring: Import, database: LatticeDatabase) -> None:
    done = bring("t.csv", ordered(5, shuffled=False), mapping=SHARED + "sorted = true\n")
    assert not done.notes
    assert kind_of(database) == "shared"


def test_two_replicates_or_few_cells_may_be_in_order_by_chance(
    bring: Import, database: LatticeDatabase
) -> None:
    bring("t.csv", ordered(2, shuffled=False), mapping=SHARED)  # ten steps: one in a thousand
    assert kind_of(database) == "shared"


def test_rows_that_repeat_are_replicates_when_that_is_said(
    bring: Import, database: LatticeDatabase, stored: Callable[[], list[Row]]
) -> None:
    content = "train_set,accuracy\nA,0.5\nB,0.1\nA,0.5\nA,0.8\n"
    with pytest.raises(ImportRefused, match=r"t\.csv, line 4 repeats t\.csv, line 2"):
        bring("t.csv", content)
    bring("t.csv", content, mapping="[replicates]\nrepeated_rows = true\n")
    assert cell_of(database, "A") == (pytest.approx(0.6), 3)
    assert cell_of(database, "B") == (0.1, 1)
    assert kind_of(database) == "unlabelled"
    assert [label for _, label, _, _ in stored()] == ["1", "1", "2", "3"]


def test_rows_that_repeat_far_apart_are_replicates_too(
    bring: Import, database: LatticeDatabase
) -> None:
    """One set twenty thousand times: more than a reader holds at once."""
    scores = [0.5 + 0.1 * (row % 7) / 7 for row in range(20_000)]
    content = "train_set,accuracy\n" + "".join(f"A,{score!r}\n" for score in scores)
    bring("t.csv", content, mapping="[replicates]\nrepeated_rows = true\n")
    assert cell_of(database, "A") == (pytest.approx(mean(scores), abs=1e-12), 20_000)


def test_columns_with_a_number_are_replicates_of_one_measure(
    bring: Import, database: LatticeDatabase, stored: Callable[[], list[Row]]
) -> None:
    done = bring(
        "t.csv",
        "train_set,accuracy.rep1,accuracy.rep2,loss_seed1,loss_seed2\nA,0.5,0.6,2,3\nAB,0.7,,1,\n",
    )
    assert {each.name for each in done.read_measures} == {"accuracy/default", "loss/default"}
    assert cell_of(database, "A", 0) == (pytest.approx(0.55), 2)
    assert cell_of(database, "A", 1) == (2.5, 2)
    assert cell_of(database, "AB", 0) == (0.7, 1)
    assert {label for _, label, _, _ in stored()} == {"1", "2"}


# ------------------------------------------------------------------ how sets are written


def test_a_word_may_stand_for_all_but_the_evaluated_object(
    bring: Import, database: LatticeDatabase, scores: Scores
) -> None:
    """Leave-one-domain-out: `pooled` is another set in every row; so is `own`."""
    bring(
        "t.csv",
        "train_set,benchmark,accuracy\npooled,A,0.1\npooled,B,0.2\nown,B,0.3\npooled,C,0.4\n",
        mapping='[columns]\ntraining_set = "train_set"\nevaluation_set = "benchmark"\n'
        '[sets.aliases]\npooled = "^{evaluation_set}"\nown = "{evaluation_set}"\n'
        '[[objects]]\nname = "A"\n[[objects]]\nname = "B"\n[[objects]]\nname = "C"\n',
    )
    assert {key: score for key, score in scores().items() if score is not None} == {
        ("BC", "accuracy/A"): 0.1,
        ("AC", "accuracy/B"): 0.2,
        ("B", "accuracy/B"): 0.3,
        ("AB", "accuracy/C"): 0.4,
    }


def test_a_word_may_stand_for_another_set_in_every_column(bring: Import, scores: Scores) -> None:
    bring(
        "t.csv",
        "train_set,A,B C\nrest,0.1,0.2\n",
        mapping='[sets]\naliases = { rest = "^{evaluation_set}" }\n'
        '[[metrics]]\nname = "accuracy"\ndirection = "higher"\n'
        '[[objects]]\nname = "A"\n[[objects]]\nname = "B C"\n[[objects]]\nname = "D"\n',
    )
    assert {key: score for key, score in scores().items() if score is not None} == {
        ("B C+D", "accuracy/A"): 0.1,
        ("A+D", "accuracy/B C"): 0.2,
    }


def test_files_may_call_objects_by_other_names(bring: Import, scores: Scores) -> None:
    bring(
        "t.csv",
        'train_set,accuracy\n"[0, 1]",0.5\nwiki,0.6\ncode,0.7\n',
        mapping='[[objects]]\nname = "Wikipedia"\naliases = ["0", "wiki"]\n'
        '[[objects]]\nname = "code"\naliases = ["1"]\n[sets]\nspelling = "names"\n',
    )
    assert scores() == {
        ("Wikipedia", "accuracy/default"): 0.6,
        ("code", "accuracy/default"): 0.7,
        ("Wikipedia+code", "accuracy/default"): 0.5,
    }


def test_complements_name_what_is_left_out(bring: Import, scores: Scores) -> None:
    objects = "".join(f'[[objects]]\nname = "{name}"\n' for name in "ABC")
    bring(
        "t.csv",
        "without,accuracy\nA,0.5\nAB,0.25\nempty,0.75\n",
        mapping='[columns]\ntraining_set = "without"\n[sets]\ncomplement = true\n' + objects,
    )
    assert scores() == {
        ("BC", "accuracy/default"): 0.5,
        ("C", "accuracy/default"): 0.25,
        ("ABC", "accuracy/default"): 0.75,
    }


def test_complements_may_be_columns(bring: Import, scores: Scores) -> None:
    bring(
        "t.csv",
        "A,B,accuracy\n1,0,0.5\n0,0,0.25\n1,1,0.125\n",
        mapping='[columns]\nobjects = ["A", "B"]\n[sets]\ncomplement = true\n',
    )
    assert scores() == {
        ("B", "accuracy/default"): 0.5,
        ("AB", "accuracy/default"): 0.25,
        ("empty", "accuracy/default"): 0.125,
    }


@pytest.mark.parametrize("names", [("one.csv", "two.csv"), ("two.csv", "one.csv")])
def test_complements_are_of_all_objects_in_whatever_order_files_come(
    names: tuple[str, str],
    database: LatticeDatabase,
    write_file: WriteFile,
    scores: Scores,
) -> None:
    """What is left out of which objects has to be known, or the import be refused."""
    contents = {"one.csv": "set,accuracy\nA,0.5\nB,0.4\n", "two.csv": "set,accuracy\nC,0.3\n"}
    paths = [write_file(name, contents[name]) for name in names]
    said = '[columns]\ntraining_set = "set"\n[sets]\ncomplement = true\n'
    refused = ""
    try:
        database.import_files(paths, into="test", mapping=parse(said, "mapping.toml"))
    except ImportRefused as error:
        refused = str(error)
    found = {} if refused else scores()
    assert "objects" in refused or {
        frozenset(name): score for (name, _), score in found.items()
    } == {
        frozenset("BC"): 0.5,
        frozenset("AC"): 0.4,
        frozenset("AB"): 0.3,
    }


@pytest.mark.parametrize("sign", [";", "|", "/", " ", " and "])
def test_any_sign_may_stand_between_names(sign: str, bring: Import, scores: Scores) -> None:
    bring(
        "t.tsv",
        f"train_set\taccuracy\nbooks{sign}news\t0.5\nnews\t0.25\nempty\t0.1\n",
        mapping=f'[sets]\nseparator = "{sign}"\n',
    )
    assert scores() == {
        ("books+news", "accuracy/default"): 0.5,
        ("news", "accuracy/default"): 0.25,
        ("empty", "accuracy/default"): 0.1,
    }


def test_a_pattern_finds_the_set_within_a_longer_text(bring: Import, scores: Scores) -> None:
    bring(
        "t.csv",
        "train_set,accuracy\nmix-books+news-v1,0.5\nmix-news-v1,0.25\n",
        mapping='[sets]\npattern = "mix-(.+)-v1"\n',
    )
    assert set(scores()) == {
        ("books+news", "accuracy/default"),
        ("news", "accuracy/default"),
    }


# ------------------------------------------------------------------ rows and fields


def test_texts_that_mean_missing_are_no_scores(bring: Import, scores: Scores) -> None:
    content = "train_set,accuracy/x,accuracy/y\nA,NA,0.5\nB,0.25,-999\nC,,nan\nAB,0.75, NA \n"
    with pytest.raises(ImportRefused, match=r"t\.csv, line 2: 'NA'.*missing = \[\"NA\"\]"):
        bring("t.csv", content)
    bring("t.csv", content, mapping='[table]\nmissing = ["NA", "nan", "-999"]\n')
    assert scores() == {
        ("A", "accuracy/x"): None,
        ("A", "accuracy/y"): 0.5,
        ("B", "accuracy/x"): 0.25,
        ("B", "accuracy/y"): None,
        ("C", "accuracy/x"): None,
        ("C", "accuracy/y"): None,
        ("AB", "accuracy/x"): 0.75,
        ("AB", "accuracy/y"): None,
    }


def test_rows_are_dropped_and_kept_by_what_they_say(bring: Import, scores: Scores) -> None:
    bring(
        "t.csv",
        "train_set,state,split,accuracy\nA,done,test,0.5\nB,failed,test,oops\n"
        "C,done,train,1.0\nD,done,test,0.25\nE,done,test,0.125\n",
        mapping='[table]\ndrop_lines = [6]\n[table.drop]\nstate = ["failed", "killed"]\n'
        '[table.keep]\nsplit = ["test"]\n'
        '[columns]\nmeasures = ["accuracy"]\nignore = ["state", "split"]\n',
    )
    assert scores() == {("A", "accuracy/default"): 0.5, ("D", "accuracy/default"): 0.25}


def test_scores_are_multiplied_by_their_scale(bring: Import, scores: Scores) -> None:
    bring(
        "t.csv",
        "train_set,acc,acc_stderr\nA,50,2\nB,12.5,1\n",
        mapping='[[measures]]\ncolumn = "acc"\nmetric = "accuracy"\nscale = 0.01\n'
        '[[metrics]]\nname = "accuracy"\ndirection = "higher"\nrange = [0, 1]\n',
    )
    assert scores() == {("A", "accuracy/default"): 0.5, ("B", "accuracy/default"): 0.125}


def test_decimals_may_have_a_comma(bring: Import, scores: Scores) -> None:
    bring(
        "t.csv",
        "train_set;accuracy\nA;0,5\nB;0,125\n",
        mapping='[table]\ndecimal = ","\n',
    )
    assert scores() == {("A", "accuracy/default"): 0.5, ("B", "accuracy/default"): 0.125}


def test_a_point_is_no_decimal_where_commas_are(bring: Import) -> None:
    """1.250 may be a thousand and a quarter thousand: it is refused, not guessed."""
    with pytest.raises(ImportRefused, match=r"t\.csv, line 3: '1\.250'"):
        bring("t.csv", "train_set;loss\nA;0,5\nB;1.250\n", mapping='[table]\ndecimal = ","\n')


DOMAIN = (
    '[[evaluation_sets]]\nname = "books"\ndomain = ["books", "all"]\n'
    '[[objects]]\nname = "books"\n[[objects]]\nname = "news"\n'
)


def test_a_score_outside_the_domain_is_refused(bring: Import, database: LatticeDatabase) -> None:
    content = "train_set,accuracy/books\nbooks,0.5\nbooks+news,0.6\nnews,0.7\n"
    with pytest.raises(ImportRefused, match=r"t\.csv, line 4: accuracy/books is undefined"):
        bring("t.csv", content, mapping=DOMAIN)
    bring("t.csv", content.replace("0.7", ""), mapping=DOMAIN)
    summary = database["test"].show().summary
    assert (summary.training_sets, summary.cells, summary.coverage) == (3, 2, 1.0)


def test_a_domain_that_is_stored_holds_for_later_files(bring: Import) -> None:
    bring("t.csv", "train_set,accuracy/books\nbooks,0.5\n", mapping=DOMAIN)
    with pytest.raises(ImportRefused, match=r"u\.csv, line 2: accuracy/books is undefined"):
        bring("u.csv", "train_set,accuracy/books\nnews,0.5\n")


# ------------------------------------------------------------------ joined files


def import_joined(
    database: LatticeDatabase, write_file: WriteFile, sets: str, scores: str, key: str = ""
) -> ImportedResults:
    join = f'[join]\nkey = "{key}"\n' if key else "[join]\n"
    paths = [write_file("sets.csv", sets), write_file("scores.csv", scores)]
    (done,) = database.import_files(
        paths, into="test", mapping=parse(join, "mapping.toml")
    ).imported
    return done


def test_two_files_are_joined_by_the_order_of_their_rows(
    database: LatticeDatabase, write_file: WriteFile, scores: Scores
) -> None:
    import_joined(database, write_file, "train_set\nA\nAB\n", "accuracy,loss\n0.5,2\n0.75,1\n")
    assert scores() == {
        ("A", "accuracy/default"): 0.5,
        ("A", "loss/default"): 2.0,
        ("AB", "accuracy/default"): 0.75,
        ("AB", "loss/default"): 1.0,
    }


def test_two_files_are_joined_by_a_key_in_any_order(
    database: LatticeDatabase, write_file: WriteFile, scores: Scores
) -> None:
    import_joined(
        database,
        write_file,
        "run,A,B\nr1,1,0\nr2,1,1\n",
        "accuracy,run\n0.75,r2\n0.5,r1\n0.1,r9\n",
        key="run",
    )
    assert scores() == {("A", "accuracy/default"): 0.5, ("AB", "accuracy/default"): 0.75}


def test_long_files_are_joined_row_by_row(database: LatticeDatabase, write_file: WriteFile) -> None:
    """Both are longer than a reader holds at once, and their rows are cut differently."""
    chance = random.Random(3)
    rows = [(chance.randint(0, 1), seed, chance.random()) for seed in range(20_001)]
    import_joined(
        database,
        write_file,
        "A,B,seed\n" + "".join(f"{a},1,{seed}\n" for a, seed, _ in rows),
        "accuracy,loss,note\n" + "".join(f"{x!r},1,\n" for _, _, x in rows),
    )
    expected = [x for a, _, x in rows if a]
    assert cell_of(database, "AB") == (pytest.approx(mean(expected)), len(expected))


@pytest.mark.parametrize(
    ("sets", "scores_text", "key", "says"),
    [
        ("train_set\nA\nB\n", "accuracy\n0.5\n", "", r"scores\.csv has fewer rows than sets\.csv"),
        ("train_set\nA\n", "accuracy\n0.5\n0.6\n", "", r"scores\.csv has more rows than sets\.csv"),
        ("run,train_set\n1,A\n2,B\n", "run,accuracy\n1,0.5\n", "run", r"sets\.csv, line 3"),
        ("run,train_set\n1,A\n", "run,accuracy\n1,0.5\n1,0.6\n", "run", r"scores\.csv, line 3"),
    ],
)
def test_files_that_do_not_fit_each_other_are_refused(
    sets: str,
    scores_text: str,
    key: str,
    says: str,
    database: LatticeDatabase,
    write_file: WriteFile,
) -> None:
    with pytest.raises(ImportRefused, match=says):
        import_joined(database, write_file, sets, scores_text, key)
    assert list(database) == []


def test_joined_files_share_only_their_key(
    database: LatticeDatabase, write_file: WriteFile
) -> None:
    with pytest.raises(MappingRefused, match=r"'accuracy' is in sets\.csv and in scores\.csv"):
        import_joined(database, write_file, "train_set,accuracy\nA,0.5\n", "accuracy\n0.5\n")


# ------------------------------------------------------------------ --set, --save-mapping, --dry-run


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The real command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "lattice.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("said", "toml"),
    [
        (["columns.seed=run"], '[columns]\nseed = "run"'),
        (["sets.separator=;"], '[sets]\nseparator = ";"'),
        (['columns.objects=["a", "b"]'], '[columns]\nobjects = ["a", "b"]'),
        (["sets.complement=true", "design=random"], 'design = "random"\n[sets]\ncomplement = true'),
        (["table.missing=['NA']", "table.decimal=,"], '[table]\nmissing = ["NA"]\ndecimal = ","'),
        (["runs.file = results.json"], '[runs]\nfile = "results.json"'),
        (['sets.aliases."the rest"=^A'], '[sets.aliases]\n"the rest" = "^A"'),
    ],
)
def test_a_key_said_on_the_command_line_is_a_key_of_the_mapping(
    said: Sequence[str], toml: str
) -> None:
    assert with_said(parse("", "m"), said) == parse(toml, "m")


def test_what_is_said_on_the_command_line_wins_over_the_mapping() -> None:
    mapping = parse('title = "old"\n[columns]\nseed = "a"\nignore = ["b"]\n', "m")
    news = with_said(mapping, ["columns.seed=c", "title=new"])
    assert news == parse('title = "new"\n[columns]\nseed = "c"\nignore = ["b"]\n', "m")


@pytest.mark.parametrize("said", ["columns.seed", "=x", "columns.sed=run", "table.decimal=x"])
def test_what_is_no_key_is_refused(said: str) -> None:
    with pytest.raises(MappingRefused):
        with_said(parse("", "m"), [said])


TABLES = {
    "letters": "train_set,accuracy\nA,0.5\nAB,0.75\n",
    "names": "run,train_set,benchmark,loss,seed\nr1,books,x,0.5,1\nr2,books+news,y,0.75,2\n",
    "commas": 'mix,accuracy/x,accuracy/y\n"books,news",0.5,0.25\nbooks,0.75,\n',
    "columns": "id,books,news,seed,quality,perplexity\n1,0,1,3,0.5,7\n2,1,1,4,0.25,8\n",
    "replicates": "train_set,f1.rep1,f1.rep2\nA,0.5,0.6\nB,0.7,0.8\n",
    "protocols": "model,train_set,metric,score\ntree,A,acc,0.5\nforest,A,acc,0.75\n",
    "lists": 'train_set,accuracy\n"[""a"", ""b""]",0.5\n[],0.25\n',
    "errors": "train_set,acc,acc_stderr\nA,0.5,0.01\nB,0.25,0.02\n",
}


SCORES_IN = {
    "letters": 2,
    "names": 2,
    "commas": 3,
    "columns": 2,
    "replicates": 4,
    "protocols": 2,
    "lists": 2,
    "errors": 2,
}


def invoke(*arguments: str | Path) -> None:
    """Call the command in this process."""
    done = CliRunner().invoke(app, [*map(str, arguments)])
    assert done.exit_code == 0, f"{arguments}: {done.exception}"


@pytest.mark.parametrize("kind", TABLES)
def test_a_saved_mapping_reads_the_file_in_the_same_way(
    kind: str, write_file: WriteFile, tmp_path: Path
) -> None:
    path, saved = write_file("t.csv", TABLES[kind]), tmp_path / "saved.toml"
    extra = ["--set", 'columns.ignore=["quality"]'] if kind == "columns" else []
    one, two = tmp_path / "one.db", tmp_path / "two.db"
    invoke("import", path, "--save-mapping", saved, "--db", one, *extra)
    invoke("import", path, "--mapping", saved, "--db", two)
    first = exported(one)
    assert exported(two) == first
    assert len(first) == 1 + SCORES_IN[kind]


def exported(place: Path) -> list[list[str]]:
    """Every score as the long table that the command writes."""
    target = place.with_suffix(".csv")
    invoke("export", "t", target, "--format", "csv-long", "--db", place)
    with target.open(newline="") as text:
        return sorted(csv.reader(text))


def test_a_mapping_is_not_written_over_a_file(write_file: WriteFile, tmp_path: Path) -> None:
    there = write_file("saved.toml", "# mine\n")
    path = write_file("t.csv", TABLES["letters"])
    done = command("import", path, "--save-mapping", there, "--db", tmp_path / "x.db")
    assert done.returncode == 1
    assert "is there already" in done.stderr
    assert there.read_text() == "# mine\n"


WRONG_ROWS = "train_set,accuracy\nA,0.5\nB,high\nZ,0.5\nC,inf\nAB,0.75\nA,0.25\nBC,1_0\nBD,1.5\n"
FOUR = (
    '[[metrics]]\nname = "accuracy"\ndirection = "higher"\nrange = [0, 1]\n'
    '[[objects]]\nname = "A"\n[[objects]]\nname = "B"\n'
    '[[objects]]\nname = "C"\n[[objects]]\nname = "D"\n'
)


def test_a_dry_run_lists_the_rows_that_are_refused(
    bring: Import, database: LatticeDatabase
) -> None:
    done = bring("t.csv", WRONG_ROWS, mapping=FOUR, dry_run=True)
    lines = [re.findall(r"t\.csv, line (\d+)", each)[0] for each in done.refused]
    assert sorted(lines) == ["3", "4", "5", "7", "8", "9"]
    assert list(database) == []
    with pytest.raises(ImportRefused, match=r"t\.csv, line \d"):
        bring("t.csv", WRONG_ROWS, mapping=FOUR)
    assert list(database) == []


def test_the_command_lists_refused_rows_and_makes_no_database(
    write_file: WriteFile, tmp_path: Path
) -> None:
    path, mapping = write_file("t.csv", WRONG_ROWS), write_file("m.toml", FOUR)
    place = tmp_path / "none.db"
    done = command("import", path, "--mapping", mapping, "--dry-run", "--db", place)
    assert done.returncode == 1
    for line in (3, 4, 5, 7, 8, 9):
        assert f"line {line}" in done.stdout
    assert "Nothing was written" in done.stdout
    assert not place.exists()


def test_a_dry_run_of_a_wholly_wrong_file_lists_the_first_twenty_rows(bring: Import) -> None:
    content = "train_set,accuracy\n" + "".join(
        f"n{k},0.{k}1\nm{k},1_{k}\no{k},0.{k}2\n" for k in range(100)
    )
    done = bring("t.csv", content, dry_run=True)
    assert [re.findall(r"line (\d+)", each)[0] for each in done.refused] == [
        str(line) for line in range(3, 63, 3)
    ]
