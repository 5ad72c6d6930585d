from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lattice.errors import ImportRefused, MappingRefused, UnknownObject
from lattice.facade import LatticeDatabase
from lattice.importing import mapping as mappings
from lattice.importing.drawing import Drawing
from lattice.importing.mapping import (
    Columns,
    EvaluationSetEntry,
    Join,
    Mapping,
    MeasureEntry,
    MetricEntry,
    ObjectEntry,
    ProtocolEntry,
    Replicates,
    Runs,
    Sets,
    TableFormat,
    parse,
)
from lattice.model import ImportedResults

ImportText = Callable[..., ImportedResults]
Scores = Callable[..., dict[tuple[str, str], float | None]]
WriteFile = Callable[[str, str | bytes], Path]


# ------------------------------------------------------------------ every key does its work


def test_lattice_and_texts_about_it_are_stored(
    import_text: ImportText, database: LatticeDatabase
) -> None:
    import_text(
        "train_set,accuracy\nA,0.5\n",
        """
        lattice = "named"
        title = "A title"
        description = "A description."
        source = "somewhere"
        licence = "MIT"
        design = "random"
        """,
        into=None,
    )
    detail = database["named"].show()
    (results,) = detail.result_sets
    assert (detail.summary.title, detail.summary.description) == ("A title", "A description.")
    assert (results.title, results.description) == ("A title", "A description.")
    assert (results.source, results.licence, results.design) == ("somewhere", "MIT", "random")


def test_format_wide_reads_a_column_called_task_as_no_role(
    import_text: ImportText, scores: Scores
) -> None:
    text = "train_set,task\nA,0.5\nAB,0.75\n"
    metric = '[[metrics]]\nname = "accuracy"\ndirection = "higher"\n'
    import_text(text, f'format = "wide"\n{metric}')
    assert scores() == {("A", "accuracy/task"): 0.5, ("AB", "accuracy/task"): 0.75}


def test_format_long_reads_a_column_called_task_as_the_evaluation_set(
    import_text: ImportText, scores: Scores
) -> None:
    import_text("train_set,task,accuracy\nA,x,0.5\nAB,x,0.75\n", 'format = "long"\n')
    assert scores() == {("A", "accuracy/x"): 0.5, ("AB", "accuracy/x"): 0.75}


def test_format_game_refuses_a_table(import_text: ImportText) -> None:
    with pytest.raises(ImportRefused, match=r"table\.csv is no readable \.npz archive"):
        import_text("train_set,accuracy\nA,0.5\n", 'format = "game"\n')


def test_files_and_filename_of_a_manifest_choose_and_read_the_files(
    database: LatticeDatabase, write_file: WriteFile, scores: Scores
) -> None:
    write_file("run_1.csv", "train_set,accuracy\nA,0.5\n")
    write_file("run_2.csv", "train_set,accuracy\nA,0.7\n")
    write_file("other.csv", "train_set,accuracy\nA,9\n")
    manifest = write_file("test.toml", 'files = ["run_*.csv"]\nfilename = "run_{seed}.csv"\n')
    (done,) = database.import_files([manifest]).imported
    assert (done.lattice, done.evaluations) == ("test", 2)
    assert scores() == {("A", "accuracy/default"): pytest.approx(0.6)}


def test_every_role_of_a_column_can_be_said(
    import_text: ImportText, database: LatticeDatabase, database_place: Path
) -> None:
    import_text(
        "who,where,what,how,draw,inner,points,mood\n"
        "A,x,accuracy,tree,0,0,0.5,glad\n"
        "A,x,accuracy,tree,0,1,0.7,sad\n"
        "A,x,accuracy,tree,1,0,0.8,\n"
        "A,x,accuracy,tree,1,1,0.8,\n",
        """
        [columns]
        training_set = "who"
        evaluation_set = "where"
        metric = "what"
        protocol = "how"
        seed = "draw"
        inner_seed = "inner"
        score = "points"
        ignore = ["mood"]
        [replicates]
        kind = "nested"
        """,
    )
    (measure,) = database["test"].show().measures
    assert (measure.name, measure.protocol.name) == ("accuracy/x", "tree")
    cell = database["test"].set("A").cells[0]
    assert cell is not None
    # outer means .6 and .8: their mean, and sd/sqrt(2) of the two
    assert cell.mean == pytest.approx(0.7)
    assert cell.standard_error == pytest.approx(0.1)
    assert cell.replicates == 2


def test_object_columns_and_measures_can_be_said(import_text: ImportText, scores: Scores) -> None:
    import_text(
        "books,news,lucky,x,y\n1,0,1,0.5,1\n1,1,0,0.75,0\n",
        """
        [columns]
        objects = ["books", "news"]
        measures = ["x", "y"]
        ignore = ["lucky"]
        [[metrics]]
        name = "accuracy"
        direction = "higher"
        """,
    )
    assert scores() == {
        ("books", "accuracy/x"): 0.5,
        ("books", "accuracy/y"): 1,
        ("books+news", "accuracy/x"): 0.75,
        ("books+news", "accuracy/y"): 0,
    }


@pytest.mark.parametrize(("kind", "paired"), [("shared", True), ("independent", False)])
def test_the_kind_of_replicate_decides_whether_deltas_are_paired(
    kind: str, paired: bool, import_text: ImportText, database: LatticeDatabase
) -> None:
    done = import_text(
        "train_set,seed,accuracy\nA,0,0.1\nA,1,0.5\nA,2,0.9\nAB,0,0.2\nAB,1,0.6\nAB,2,1.0\n",
        f'[replicates]\nkind = "{kind}"\n',
    )
    (delta,) = database["test"].neighbors("A").neighbors[0].deltas
    assert done.notes == ()
    assert database["test"].show().result_sets[0].replicate_kind == kind
    assert delta.method == ("paired" if paired else "independent")
    # every seed gains .1 exactly; independent draws have variance .16 / 3 each
    expected = 0 if paired else math.sqrt(2 * 0.16 / 3)
    assert delta.standard_error == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("blocks", ['blocks = "splits"\n', ""])
def test_blocks_of_one_name_are_shared_between_result_sets(
    blocks: str, import_text: ImportText, database: LatticeDatabase
) -> None:
    mapping = f'[replicates]\nkind = "shared"\n{blocks}'
    import_text("train_set,seed,accuracy\nA,0,0.1\nA,1,0.5\nA,2,0.9\n", mapping, name="1.csv")
    import_text("train_set,seed,accuracy\nAB,0,0.2\nAB,1,0.6\nAB,2,1.0\n", mapping, name="2.csv")
    (delta,) = database["test"].neighbors("A").neighbors[0].deltas
    assert delta.method == ("paired" if blocks else "independent")


@pytest.mark.parametrize(
    ("spelling", "objects"), [("letters", ["a", "c", "e"]), ("names", ["ace", "ca"])]
)
def test_the_spelling_settles_what_a_word_is(
    spelling: str, objects: list[str], import_text: ImportText, database: LatticeDatabase
) -> None:
    import_text("train_set,accuracy\nace,0.5\nca,0.75\n", f'[sets]\nspelling = "{spelling}"\n')
    assert [each.name for each in database["test"].show().objects] == objects


def test_scores_of_declared_sets_are_not_measured(
    import_text: ImportText, database: LatticeDatabase
) -> None:
    import_text("train_set,accuracy\nempty,0\nA,0.5\n", '[sets]\ndeclared = ["{}"]\n')
    cells = {name: database["test"].set(name).cells[0] for name in ("empty", "A")}
    assert [cell.origin for cell in cells.values() if cell] == ["declared", "measured"]


def test_everything_that_is_said_of_objects_is_kept(
    import_text: ImportText, database: LatticeDatabase
) -> None:
    import_text(
        "train_set,accuracy\nbooks,0.5\nbooks-noisy,0.4\n",
        """
        [[objects]]
        name = "books"
        label = "All books"
        size = 1200
        cost = 9.5
        owner = "the library"
        fingerprint = "sha256:12"
        [[objects]]
        name = "books-noisy"
        variant_of = "books"
        cost = 0
        """,
    )
    books, noisy = database["test"].show().objects
    assert (books.label, books.size, books.cost, books.owner, books.fingerprint) == (
        "All books",
        1200,
        9.5,
        "the library",
        "sha256:12",
    )
    assert (noisy.variant_of, noisy.cost, noisy.size) == ("books", 0, None)
    assert database["test"].resolve("all").members == ("books",)


def test_everything_that_is_said_of_evaluation_sets_metrics_and_protocols_is_kept(
    import_text: ImportText, database: LatticeDatabase
) -> None:
    import_text(
        "train_set,score\nA,80\nAB,90\n",
        """
        [[evaluation_sets]]
        name = "held-out"
        label = "Held-out rows"
        size = 600
        members = "AB"
        [[metrics]]
        name = "points"
        direction = "lower"
        range = [0, inf]
        unit = "percent"
        [[protocols]]
        name = "tree"
        definition = { learner = "decision tree", depth = 3, pruned = true, alpha = 0.5 }
        """,
    )
    (measure,) = database["test"].show().measures
    assert measure.evaluation_set.label == "Held-out rows"
    assert measure.evaluation_set.size == 600
    assert measure.evaluation_set.members == ("A", "B")
    metric = measure.metric
    assert (metric.name, metric.direction, metric.unit) == ("points", "lower", "percent")
    assert (metric.low, metric.high) == (0, None)
    assert measure.protocol.name == "tree"
    assert measure.protocol.definition == {
        "learner": "decision tree",
        "depth": 3,
        "pruned": True,
        "alpha": 0.5,
    }


def test_no_key_of_the_schema_is_left_out_here() -> None:
    here = Path(__file__).parent
    said = "".join(path.read_text(encoding="utf-8") for path in here.glob("test_mapping*.py"))
    parts = (
        Mapping,
        Columns,
        Drawing,
        EvaluationSetEntry,
        Join,
        MeasureEntry,
        MetricEntry,
        ObjectEntry,
        ProtocolEntry,
        Replicates,
        Runs,
        Sets,
        TableFormat,
    )
    keys = {each.name for part in parts for each in fields(part)}
    assert [key for key in sorted(keys) if f"{key} = " not in said and f"[{key}]" not in said] == []


# ------------------------------------------------------------------ mappings that are wrong


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('titel = "x"', "titel"),
        ("title = 3", "title"),
        ('title = ""', "title"),
        ('format = "broad"', "format"),
        ('design = "clever"', "design"),
        ('[columns]\ntrainingset = "x"', "columns.trainingset"),
        ('[columns]\nmeasures = "x"', "columns.measures"),
        ('[replicates]\nkind = "paired"', "replicates.kind"),
        ('[sets]\nspelling = "words"', "sets.spelling"),
        ('[[objects]]\nlabel = "x"', "objects.0.name"),
        ('[[objects]]\nname = "A"\nsize = 0', "objects.0.size"),
        ('[[objects]]\nname = "A"\nsize = inf', "objects.0.size"),
        ('[[objects]]\nname = "A"\ncost = -1', "objects.0.cost"),
        ('[[objects]]\nname = "A\\nB"', "objects.0.name"),
        ('[[objects]]\nname = "A"\n[[objects]]\nname = "A"', "objects"),
        ('[[metrics]]\nname = "m"', "metrics.0.direction"),
        ('[[metrics]]\nname = "m"\ndirection = "up"', "metrics.0.direction"),
        ('[[metrics]]\nname = "m"\ndirection = "higher"\nrange = [1, 0]', "metrics"),
        ('[[metrics]]\nname = "m"\ndirection = "higher"\nrange = [0]', "metrics.0.range"),
        ('[[metrics]]\nname = "m"\ndirection = "higher"\nrange = [nan, 1]', "metrics"),
        ('[[protocols]]\nname = "p"\ndefinition = { a = [1] }', "protocols.0.definition.a"),
    ],
)
def test_a_wrong_key_is_named_with_its_file(text: str, where: str) -> None:
    with pytest.raises(MappingRefused) as caught:
        parse(text, "my.toml")
    assert caught.value.message.startswith(f"my.toml: {where}")
    assert "\n" not in caught.value.message
    assert caught.value.hint


def test_what_is_no_toml_is_refused_with_its_line() -> None:
    with pytest.raises(MappingRefused, match=r"my\.toml is no valid TOML.*line 2"):
        parse('title = "x"\nfiles = [broken\n', "my.toml")


def test_a_mapping_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingRefused, match=r"none\.toml"):
        mappings.load(tmp_path / "none.toml")


def test_a_mapping_in_another_encoding_is_refused(write_file: WriteFile) -> None:
    path = write_file("latin.toml", 'title = "é"'.encode("latin-1"))
    with pytest.raises(MappingRefused, match=r"latin\.toml"):
        mappings.load(path)


def test_a_declared_set_has_to_be_in_a_file(import_text: ImportText) -> None:
    with pytest.raises(ImportRefused, match="declares the set 'B'"):
        import_text("train_set,accuracy\nA,0.5\nAB,1\n", '[sets]\ndeclared = ["B"]\n')


def test_a_declared_set_of_unknown_objects_is_refused(import_text: ImportText) -> None:
    with pytest.raises((ImportRefused, UnknownObject), match="'X'"):
        import_text("train_set,accuracy\nA,0.5\nAB,1\n", '[sets]\ndeclared = ["X"]\n')


@pytest.mark.parametrize(
    "mapping",
    ['[columns]\ninner_seed = "inner"\n', '[replicates]\nkind = "nested"\n'],
)
def test_an_inner_seed_and_nested_replicates_need_each_other(
    mapping: str, import_text: ImportText
) -> None:
    column = "inner" if "inner_seed" in mapping else "seed"
    with pytest.raises(ImportRefused, match="Nested replicates need an inner seed"):
        import_text(f"train_set,{column},accuracy\nA,0,0.5\n", mapping)


# ------------------------------------------------------------------ the metric on the command line


def test_a_metric_can_be_said_without_a_file() -> None:
    said = mappings.with_metric(Mapping(title="x"), "points", "lower")
    assert said == Mapping(title="x", metrics=(MetricEntry("points", "lower"),))
    assert mappings.with_metric(Mapping(), None, None) == Mapping()


@pytest.mark.parametrize(
    ("metric", "direction", "missing"),
    [
        ("points", None, "--metric points --direction higher, or lower"),
        (None, "lower", "--metric NAME --direction lower"),
    ],
)
def test_what_a_metric_lacks_is_asked_for(metric: str | None, direction: Any, missing: str) -> None:
    with pytest.raises(MappingRefused) as refusal:
        mappings.with_metric(Mapping(), metric, direction)
    assert refusal.value.hint is not None
    assert refusal.value.hint.endswith(f"as well: {missing}") or missing in refusal.value.hint


def test_a_metric_is_not_said_twice() -> None:
    said = Mapping(metrics=(MetricEntry("points", "lower"),))
    with pytest.raises(MappingRefused, match="already names metrics"):
        mappings.with_metric(said, "points", "lower")


# ------------------------------------------------------------------ the mapping as it is stored


def test_a_stored_mapping_is_plain_json_and_says_only_what_was_said() -> None:
    text = '[[metrics]]\nname = "r2"\ndirection = "higher"\nrange = [-inf, 1]\n'
    content = mappings.canonical(parse(text, "x"))
    assert json.loads(json.dumps(content, allow_nan=False)) == content
    assert content == {"metrics": [{"name": "r2", "direction": "higher", "range": [None, 1.0]}]}


def test_the_digest_is_of_the_reading_and_not_of_the_order_of_files() -> None:
    files = [("a.csv", "00"), ("b.csv", "11")]
    same = mappings.digest(Mapping(title="x"), files)
    assert same == mappings.digest(parse('title = "x"', "m"), files[::-1])
    assert same != mappings.digest(Mapping(title="y"), files)
    assert same != mappings.digest(Mapping(title="x"), files[:1])
    assert same != mappings.digest(Mapping(title="x"), [("a.csv", "01"), ("b.csv", "11")])


def test_the_json_schema_describes_every_key() -> None:
    schema = mappings.json_schema()

    def described(part: Any) -> Iterator[bool]:
        for each in part.get("properties", {}).values():
            yield "description" in each

    parts = [schema, *schema["$defs"].values()]
    assert all(all(described(part)) for part in parts)
    assert schema["additionalProperties"] is False
    assert np.sum([len(part.get("properties", {})) for part in parts]) >= 40
