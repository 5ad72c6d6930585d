from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lattice.errors import Conflict, ImportRefused
from lattice.facade import LatticeDatabase
from lattice.importing.labels import replicate_number
from lattice.model import ImportedResults

ImportText = Callable[..., ImportedResults]
Scores = Callable[..., dict[tuple[str, str], float | None]]
Tables = dict[str, list[tuple[object, ...]]]
ReadTables = Callable[[Path], Tables]

METRIC = '[[metrics]]\nname = "points"\ndirection = "{}"\n'
TABLE = "train_set,points\nA,5\nAB,4\n"


# ------------------------------------------------------------------ provenance


def test_a_result_set_keeps_its_files_and_when_it_was_imported(
    import_text: ImportText, database: LatticeDatabase
) -> None:
    text = "train_set,accuracy\nA,0.5\nAB,0.75\n"
    before = datetime.now(UTC).replace(microsecond=0)
    import_text(text, name="one.csv")
    import_text("train_set,accuracy\nB,0.1\n", name="two.csv")
    first, second = database["test"].show().result_sets
    assert (first.name, second.name) == ("one", "two")
    (source,) = first.files
    assert source.name == "one.csv"
    assert source.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert (first.evaluations, second.evaluations) == (2, 1)
    assert before <= datetime.fromisoformat(first.imported_at) <= datetime.now(UTC)
    assert (first.replicate_kind, first.design) == ("unlabelled", "unknown")


def test_every_result_set_keeps_its_own_rows(
    import_text: ImportText, database_place: Path, read_tables: ReadTables, scores: Scores
) -> None:
    import_text("train_set,accuracy\nA,0.5\n", name="one.csv")
    done = import_text("train_set,accuracy\nA,0.5\nAB,0.75\n", name="two.csv")
    assert (done.training_sets, done.evaluations) == (1, 2)
    assert len(read_tables(database_place)["evaluation"]) == 3
    assert scores() == {("A", "accuracy/default"): 0.5, ("AB", "accuracy/default"): 0.75}


def test_a_table_without_seeds_has_no_labels(
    import_text: ImportText, database_place: Path, read_tables: ReadTables
) -> None:
    import_text("train_set,accuracy\nA,0.5\n")
    (row,) = read_tables(database_place)["evaluation"]
    assert row == (1, 1, -1, 0, 1, None, "measured", 0.5, None, 0, 2, None)


@pytest.mark.parametrize(
    ("label", "number"), [(None, -1), ("0", 0), ("7", 7), ("2147483647", 2147483647)]
)
def test_whole_numbers_are_their_own_replicate_numbers(label: str | None, number: int) -> None:
    assert replicate_number(label) == number


def test_other_labels_have_numbers_of_their_own() -> None:
    labels = ["", "-1", "07", "7.0", "2147483648", "seven", "٧", "10" * 40, "#7", "#seven"]
    numbers = [replicate_number(label) for label in labels]
    assert len(set(numbers)) == len(labels)
    assert all(2**62 <= number < 2**63 for number in numbers)


# ------------------------------------------------------------------ scores


def test_scores_that_disagree_with_stored_ones_are_refused(
    import_text: ImportText, database_place: Path, read_tables: ReadTables
) -> None:
    import_text("train_set,seed,accuracy\nA,1,0.5\nAB,1,0.75\n", name="one.csv")
    before = read_tables(database_place)
    with pytest.raises(Conflict) as caught:
        import_text("train_set,seed,accuracy\nB,1,0.1\nAB,1,0.7\n", name="two.csv")
    assert caught.value.message == (
        "two.csv, line 3: AB under accuracy/default, replicate 1 is stored as 0.75"
        " (one.csv, line 3); here it is 0.7."
    )
    assert "--into" in caught.value.hint
    assert read_tables(database_place) == before


def test_scores_of_another_replicate_measure_or_protocol_do_not_disagree(
    import_text: ImportText, scores: Scores
) -> None:
    import_text("train_set,model,seed,accuracy\nA,tree,1,0.5\n", name="1.csv")
    import_text("train_set,model,seed,accuracy\nA,tree,2,0.7\n", name="2.csv")
    import_text("train_set,model,seed,accuracy\nA,forest,1,0.9\n", name="3.csv")
    import_text("train_set,model,seed,loss\nA,tree,1,1.5\n", name="4.csv")
    assert scores() == {
        ("A", "accuracy/default@tree"): pytest.approx(0.6),
        ("A", "accuracy/default@forest"): 0.9,
        ("A", "loss/default@tree"): 1.5,
    }


def test_equal_scores_are_accepted_and_count_once(
    import_text: ImportText, database: LatticeDatabase
) -> None:
    import_text("train_set,seed,accuracy\nA,1,0.5\nA,2,0.7\n", name="1.csv")
    import_text("train_set,seed,accuracy\nA,2,0.7\nA,3,0.9\n", name="2.csv")
    cell = database["test"].set("A").cells[0]
    assert cell is not None
    assert cell.mean == pytest.approx((0.5 + 0.7 + 0.9) / 3)


# ------------------------------------------------------------------ metrics, protocols, objects


def test_a_metric_keeps_its_direction(import_text: ImportText) -> None:
    import_text(TABLE, METRIC.format("lower"), name="1.csv")
    with pytest.raises(Conflict, match="direction 'lower'; here it is 'higher'") as caught:
        import_text("train_set,points\nB,5\n", METRIC.format("higher"), name="2.csv")
    assert "'points'" in caught.value.message


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [("range", "[0, 10]", "[0, 9]"), ("range", "[0, 10]", "[-1, 10]"), ("unit", '"a"', '"b"')],
)
def test_a_metric_keeps_its_range_and_unit(
    key: str, one: str, other: str, import_text: ImportText
) -> None:
    import_text(TABLE, f"{METRIC.format('lower')}{key} = {one}\n", name="1.csv")
    with pytest.raises(Conflict, match="the metric 'points' is stored with"):
        import_text("train_set,points\nB,5\n", f"{METRIC.format('lower')}{key} = {other}\n")


def test_what_was_not_known_of_a_metric_is_filled_in(
    import_text: ImportText, database: LatticeDatabase
) -> None:
    import_text(TABLE, METRIC.format("lower"), name="1.csv")
    more = f'{METRIC.format("lower")}range = [0, 10]\nunit = "goals"\n'
    import_text("train_set,points\nB,5\n", more, name="2.csv")
    (measure,) = database["test"].show().measures
    assert (measure.metric.low, measure.metric.high, measure.metric.unit) == (0, 10, "goals")


def test_a_later_file_stays_inside_the_stored_range(import_text: ImportText) -> None:
    import_text(TABLE, f"{METRIC.format('lower')}range = [0, 10]\n", name="1.csv")
    with pytest.raises(ImportRefused, match=r"2\.csv, line 3: the score 11\.0 lies outside"):
        import_text("train_set,points/default\nB,5\nC,11\n", name="2.csv")


def test_a_protocol_of_one_name_has_one_definition(import_text: ImportText) -> None:
    protocol = '[[protocols]]\nname = "tree"\ndefinition = {{ depth = {} }}\n'
    metric = METRIC.format("lower")
    import_text(TABLE, metric + protocol.format(3), name="1.csv")
    import_text("train_set,points\nB,5\n", metric + protocol.format(3), name="2.csv")
    with pytest.raises(Conflict, match="the protocol 'tree' is stored with"):
        import_text("train_set,points\nC,5\n", metric + protocol.format(4), name="3.csv")


def test_the_order_of_a_definition_does_not_matter(import_text: ImportText) -> None:
    protocol = '[[protocols]]\nname = "tree"\ndefinition = {{ {} }}\n'
    metric = METRIC.format("lower")
    import_text(TABLE, metric + protocol.format('depth = 3, kind = "x"'), name="1.csv")
    done = import_text(
        "train_set,points\nB,5\n", metric + protocol.format('kind = "x", depth = 3'), name="2.csv"
    )
    assert (done.measures, done.evaluations) == (0, 1)


def test_an_object_of_one_name_has_one_fingerprint(import_text: ImportText) -> None:
    entry = '[[objects]]\nname = "A"\nfingerprint = "{}"\n[[objects]]\nname = "B"\n'
    text = "train_set,accuracy\nA,0.5\n"
    import_text(text, entry.format("sha256:11"), name="1.csv")
    with pytest.raises(Conflict) as caught:
        import_text("train_set,accuracy\nAB,0.5\n", entry.format("sha256:22"), name="2.csv")
    assert "object 'A'" in caught.value.message
    assert "fingerprint 'sha256:11'; here it is 'sha256:22'" in caught.value.message


def test_what_was_not_known_of_an_object_is_filled_in(
    import_text: ImportText, database: LatticeDatabase
) -> None:
    import_text("train_set,accuracy\nA,0.5\n", name="1.csv")
    entry = '[[objects]]\nname = "A"\nsize = 12\nowner = "us"\n'
    import_text("train_set,accuracy\nempty,0.1\n", entry, name="2.csv")
    (found,) = database["test"].show().objects
    assert (found.size, found.owner) == (12, "us")


def test_an_evaluation_set_keeps_its_members(import_text: ImportText) -> None:
    entry = '[[evaluation_sets]]\nname = "x"\nmembers = "{}"\n'
    import_text("train_set,accuracy/x\nA,0.5\nAB,0.1\n", entry.format("A"), name="1.csv")
    with pytest.raises(Conflict, match="evaluation set 'x'"):
        import_text("train_set,accuracy/x\nB,0.5\n", entry.format("B"), name="2.csv")


def test_members_of_an_evaluation_set_have_to_be_objects(import_text: ImportText) -> None:
    entry = '[[evaluation_sets]]\nname = "x"\nmembers = "AX"\n'
    with pytest.raises(ImportRefused, match="evaluation set 'x': 'X'"):
        import_text("train_set,accuracy/x\nA,0.5\nAB,0.1\n", entry)


# ------------------------------------------------------------------ variants

VARIANTS = """
[[objects]]
name = "books"
[[objects]]
name = "news"
[[objects]]
name = "noisy"
variant_of = "books"
"""


def test_variants_stand_for_their_base(import_text: ImportText, database: LatticeDatabase) -> None:
    import_text("subset,accuracy\nbooks+news,0.5\nnoisy+news,0.4\n", VARIANTS)
    lattice = database["test"]
    assert [each.variant_of for each in lattice.show().objects] == [None, None, "books"]
    assert lattice.show().summary.completeness == 1 / 4
    assert lattice.resolve("^books").members == ("news",)


def test_two_variants_in_one_set_are_refused_with_the_line(import_text: ImportText) -> None:
    with pytest.raises(ImportRefused, match="two variants of the object 'books'") as caught:
        import_text("subset,accuracy\nnews,0.5\nbooks+noisy,0.4\n", VARIANTS)
    assert caught.value.message.startswith("table.csv, line 3")


def test_two_variants_in_one_row_of_columns_are_refused(import_text: ImportText) -> None:
    with pytest.raises(ImportRefused, match=r"line 3: .* two variants of the object 'books'"):
        import_text("books,news,noisy,accuracy\n1,0,0,0.5\n1,0,1,0.4\n", VARIANTS)


@pytest.mark.parametrize("base", ["nobody", "noisy", "louder"])
def test_a_base_has_to_be_a_listed_base(base: str, import_text: ImportText) -> None:
    objects = f'{VARIANTS}[[objects]]\nname = "louder"\nvariant_of = "{base}"\n'
    with pytest.raises(ImportRefused, match=f"'louder' cannot be a variant of '{base}'"):
        import_text("subset,accuracy\nnews,0.5\n", objects)


def test_a_stored_object_does_not_become_a_variant_of_another_base(
    import_text: ImportText,
) -> None:
    import_text("subset,accuracy\nnews,0.5\n", VARIANTS, name="1.csv")
    other = VARIANTS.replace('variant_of = "books"', 'variant_of = "news"')
    with pytest.raises(ImportRefused, match="'noisy' cannot be a variant of 'news'"):
        import_text("subset,accuracy\nbooks,0.5\n", other, name="2.csv")


# ------------------------------------------------------------------ nested replicates


def test_nested_replicates_are_kept_with_both_numbers(
    import_text: ImportText, database_place: Path, read_tables: ReadTables
) -> None:
    import_text(
        "train_set,seed,inner_seed,accuracy\nA,1,0,0.5\nA,1,1,0.7\nA,2,0,0.8\n",
        '[replicates]\nkind = "nested"\n',
    )
    rows = read_tables(database_place)["evaluation"]
    assert [(row[2], row[3], row[7]) for row in rows] == [(1, 0, 0.5), (1, 1, 0.7), (2, 0, 0.8)]


def test_a_nested_replicate_that_repeats_is_refused(import_text: ImportText) -> None:
    with pytest.raises(ImportRefused, match=r"line 3 repeats table\.csv, line 2"):
        import_text(
            "train_set,seed,inner_seed,accuracy\nA,1,0,0.5\nA,1,0,0.5\n",
            '[replicates]\nkind = "nested"\n',
        )
