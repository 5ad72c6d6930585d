from __future__ import annotations

import csv
import io
import itertools
import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, get_args

import networkx as nx
import numpy as np
import pyarrow.parquet  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import lattice
from lattice.cli import app
from lattice.errors import (
    BadQuestion,
    LatticeError,
    SetNotStored,
    UnknownMeasure,
    UnknownObject,
)
from lattice.exporting.report import Format
from lattice.exporting.spelling import speller
from lattice.importing.mapping import parse, validated
from lattice.model import DataObject
from lattice.notation import Universe
from tests.accounts import account, cells

WriteFile = Callable[[str, str | bytes], Path]
NAMES = ["toy", "covertype", "silo", "california-housing"]
Cells = dict[Any, Counter[float]]


def valid(place: Path, name: str) -> Cells:
    """The scores of every cell, by the set and the parts of the measure."""
    found: Cells = {}
    for (members, measure, *_), scores in cells(account(place, name)).items():
        (score,) = scores
        found.setdefault((members, *measure), Counter())[score] += 1
    return found


def mapping_of(place: Path, name: str, **more: Any) -> Any:
    """What a table cannot say: the directions of the metrics."""
    metrics = account(place, name)["metrics"]
    said = [{"name": metric, "direction": direction} for metric, direction, *_ in metrics]
    return validated({"metrics": said, **more}, "test")


def table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


# ---------------------------------------------------------------- tables


@pytest.mark.parametrize(
    ("name", "format", "suffix"),
    [
        *((name, "csv-wide", "csv") for name in NAMES),
        *((name, "csv-long", "csv") for name in NAMES[:3]),
        *((name, "parquet", "parquet") for name in NAMES[:3]),
    ],
)
def test_a_table_is_imported_into_the_same_cells(
    name: str, format: Format, suffix: str, bundled: Path, tmp_path: Path
) -> None:
    file = tmp_path / f"{name}.{suffix}"
    with lattice.open(str(bundled)) as database:
        report = database[name].export(file, format)
    said = mapping_of(bundled, name, sets={"spelling": "names"} if name == "silo" else {})
    copy = tmp_path / "copy.db"
    with lattice.create(str(copy)) as database:
        database.import_files([file], into=name, mapping=said)
    assert valid(copy, name) == valid(bundled, name)
    assert report.evaluations == sum(map(Counter.total, valid(copy, name).values()))


def test_the_wide_table_of_the_toy_is_what_a_person_would_write(
    bundled: Path, tmp_path: Path
) -> None:
    with lattice.open(str(bundled)) as database:
        report = database["toy"].export(tmp_path / "toy.csv")
        database["toy"].export(tmp_path / "b.csv", measures=["B"])
    assert (tmp_path / "toy.csv").read_text(encoding="utf-8") == (
        "training_set,accuracy/A,accuracy/B,accuracy/C,accuracy/D\n"
        "AB,0.85,0.72,0.45,0.38\n"
        "ABC,0.88,0.8,0.75,0.52\n"
        "ACD,0.78,0.55,0.82,0.8\n"
        "ABCD,0.92,0.88,0.85,0.82\n"
    )
    assert (tmp_path / "b.csv").read_text(encoding="utf-8").startswith("training_set,accuracy/B\n")
    assert (report.format, report.training_sets, report.evaluations) == ("csv-wide", 4, 16)
    assert report.measures == ("accuracy/A", "accuracy/B", "accuracy/C", "accuracy/D")


def test_the_long_table_says_protocol_seed_and_origin(bundled: Path, tmp_path: Path) -> None:
    with lattice.open(str(bundled)) as database:
        database["california-housing"].export(tmp_path / "long.csv", "csv-long")
    rows = table(tmp_path / "long.csv")
    assert list(rows[0]) == [
        "training_set",
        "metric",
        "evaluation_set",
        "protocol",
        "seed",
        "score",
        "origin",
    ]
    assert len(rows) == 92_160
    assert {row["training_set"] for row in rows if row["origin"] == "declared"} == {"empty"}
    assert {row["protocol"] for row in rows} == {
        "decision_tree",
        "random_forest",
        "gradient_boosting",
    }


MIXED = """
[sets]
declared = ["empty"]
spelling = "names"
[[metrics]]
name = "loss"
direction = "lower"
"""


@pytest.fixture
def mixed(database_place: Path, write_file: WriteFile) -> Path:
    """Nested and unlabelled replicates, superseded and repeated scores, missing cells."""
    nested = '[replicates]\nkind = "nested"\n[[metrics]]\nname = "loss"\ndirection = "lower"'
    plain = '[[metrics]]\nname = "loss"\ndirection = "lower"'
    files: list[tuple[str, str, str, Any]] = [
        ("a.csv", "training_set,loss/x\nempty,1\nweb,0.5\n", MIXED, "refuse"),
        (
            "b.csv",
            "training_set,loss/x,loss/y,seed,inner_seed\nweb,0.5,,1,1\nweb,0.25,0.125,1,2\n"
            "web+code,,2,2,1\nbooks,,,3,1\n",
            nested,
            "refuse",
        ),
        ("c.csv", "training_set,loss/x,loss/y\nweb,0.75,\ncode,,0.25\n", plain, "replace"),
        ("d.csv", "training_set,loss/x\nweb,0.75\n", plain, "refuse"),
    ]
    with lattice.create(str(database_place)) as database:
        for name, content, mapping, on_conflict in files:
            path = write_file(name, content)
            said = parse(mapping, "m")
            database.import_files([path], into="m", mapping=said, on_conflict=on_conflict)
    return database_place


@pytest.mark.parametrize(
    ("format", "file"), [("csv-wide", "t.csv"), ("csv-long", "t.csv"), ("parquet", "t.parquet")]
)
def test_replicates_of_all_kinds_go_into_the_same_cells(
    format: Format, file: str, mixed: Path, tmp_path: Path
) -> None:
    with lattice.open(str(mixed)) as database:
        report = database["m"].export(tmp_path / file, format)
        means = means_of(database["m"])
    copy = tmp_path / "copy.db"
    said = mapping_of(mixed, "m", replicates={"kind": "nested"})
    with lattice.create(str(copy)) as database:
        database.import_files([tmp_path / file], into="m", mapping=said)
        again = means_of(database["m"])
    scored = {cell: mean for cell, mean in means.items() if mean is not None}
    assert {cell: mean for cell, mean in again.items() if mean is not None} == scored
    assert valid(copy, "m") == valid(mixed, "m")
    assert report.evaluations == 7
    if format == "csv-wide":
        assert account(copy, "m")["sets"] == account(mixed, "m")["sets"]


def means_of(found: lattice.Lattice) -> dict[Any, Any]:
    grid = found.grid()
    return {
        (frozenset(row.training_set.name.split("+")), measure.name): cell and cell.mean
        for row in grid.items
        for measure, cell in zip(grid.measures, row.cells, strict=True)
    }


def test_missing_is_blank_and_never_zero(mixed: Path, tmp_path: Path) -> None:
    with lattice.open(str(mixed)) as database:
        database["m"].export(tmp_path / "wide.csv")
    rows = table(tmp_path / "wide.csv")
    assert {tuple(row.values()) for row in rows} == {
        ("empty", "unlabelled", "0", "1.0", ""),
        ("web", "unlabelled", "0", "0.75", ""),
        ("web", "1", "1", "0.5", ""),
        ("web", "1", "2", "0.25", "0.125"),
        ("code", "unlabelled", "0", "", "0.25"),
        ("books", "unlabelled", "0", "", ""),
        ("web+code", "2", "1", "", "2.0"),
    }
    assert list(rows[0]) == ["training_set", "seed", "inner_seed", "loss/x", "loss/y"]


def test_parquet_has_typed_columns(mixed: Path, tmp_path: Path) -> None:
    with lattice.open(str(mixed)) as database:
        database["m"].export(tmp_path / "m.parquet")
    found = pyarrow.parquet.read_table(tmp_path / "m.parquet")
    assert {field.name: str(field.type) for field in found.schema} == {
        "training_set": "string",
        "metric": "string",
        "evaluation_set": "string",
        "protocol": "string",
        "seed": "string",
        "inner_seed": "string",
        "score": "double",
        "origin": "string",
    }
    assert found.num_rows == 7


# ---------------------------------------------------------------- odd names


ODD = ["a+b", '"', "all", "all-b", "Empty", "^x", "~0f", "{}", "日本", "a,b", " x ", "é;|", "[1]"]
plain = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=5).filter(
    str.isprintable
)


def universe(names: Sequence[str]) -> Universe:
    return Universe(tuple(DataObject(name, place) for place, name in enumerate(names)))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_tables_with_odd_names_are_read_back(
    data: st.DataObject, empty_database: Path, tmp_path: Path
) -> None:
    """Into a database that knows nothing, so that every name has to be understood anew."""
    one = plain | st.sampled_from([*ODD, *"ABCEempty"])
    objects = data.draw(st.lists(one, min_size=1, max_size=5, unique=True))
    metric = data.draw(plain.filter(lambda name: "/" not in name))
    column, protocol = data.draw(plain), data.draw(plain)
    masks = data.draw(st.sets(st.integers(0, 2 ** len(objects) - 1), min_size=1, max_size=8))
    lines = [
        json.dumps(
            {
                "set": [place for place in range(len(objects)) if mask >> place & 1],
                "evaluations": [[0, 0, -1, 0, None, "measured", 0.1 * mask, None, 0, 1, None]],
            }
        )
        for mask in sorted(masks)
    ]
    header = {
        "datalattice": 1,
        "lattice": {"name": "odd"},
        "sets": len(lines),
        "evaluations": len(lines),
        "objects": [{"name": name} for name in objects],
        "evaluation_sets": [{"name": column}],
        "metrics": [{"name": metric, "direction": "lower"}],
        "protocols": [{"name": protocol, "digest": "x"}],
        "measures": [{"evaluation_set": 0, "metric": 0, "protocol": 0}],
        "result_sets": [
            {
                "digest": "12345678",
                "name": "r",
                "mapping": {},
                "design": "unknown",
                "replicate_kind": "unlabelled",
                "imported_at": "2026-01-01",
                "imported_by": "test",
            }
        ],
    }
    file = tmp_path / "odd.jsonl"
    file.write_text("\n".join([json.dumps(header), *lines]), encoding="utf-8")
    first = tmp_path / "first.db"
    shutil.copy(empty_database, first)
    said = validated({"metrics": [{"name": metric, "direction": "lower"}]}, "test")
    with lattice.open(str(first)) as database:
        database.import_files([file])
        for format in ("csv-wide", "csv-long"):
            database["odd"].export(tmp_path / "odd.csv", format, force=True)
            second = tmp_path / "second.db"
            shutil.copy(empty_database, second)
            with lattice.open(str(second)) as other:
                other.import_files([tmp_path / "odd.csv"], mapping=said)
            assert valid(second, "odd") == valid(first, "odd")


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without a lattice, to be copied."""
    place = tmp_path_factory.mktemp("empty") / "empty.db"
    lattice.create(str(place)).close()
    return place


@pytest.mark.parametrize(
    ("names", "ranks", "spelled"),
    [
        ("ABC", [1, 2], "ABC"),
        ("ABC", [2, 2], "A+B+C"),
        ("CAB", [1, 2], "C+A+B"),
        ("emptyA", [1, 6], "e+m+p+t+y+A"),
        (["books", "web"], [1, 2], "books+web"),
        (["books", "web"], [1, 1], '"books"+"web"'),
        (["a+b", "c d"], [2], '"a+b"+c d'),
        (["Empty", "all"], [2], '"Empty"+"all"'),
    ],
)
def test_sets_are_spelled_so_that_an_import_understands_them(
    names: Sequence[str], ranks: list[int], spelled: str
) -> None:
    found = speller(universe(names), np.array(ranks))
    assert found.spell(2 ** len(names) - 1) == spelled
    assert found.spell(0) in ("empty", "{}")


# ---------------------------------------------------------------- arrays and graphs


def test_the_arrays_are_those_of_the_grid(mixed: Path, bundled: Path, tmp_path: Path) -> None:
    for place, name in ((mixed, "m"), (bundled, "covertype")):
        file = tmp_path / f"{name}.npz"
        with lattice.open(str(place)) as database:
            report = database[name].export(file)
            grid = database[name].grid(limit=1000)
        with np.load(file, allow_pickle=False) as found:
            arrays = dict(found)
        assert {key: value.dtype.kind for key, value in arrays.items()} == {
            "masks": "b",
            "scores": "f",
            "replicates": "i",
            "objects": "U",
            "measures": "U",
        }
        assert report.evaluations == np.isfinite(arrays["scores"]).sum()
        for row, mask, scores, counts in zip(
            grid.items, arrays["masks"], arrays["scores"], arrays["replicates"], strict=True
        ):
            assert row.training_set.rank == mask.sum()
            for cell, score, count in zip(row.cells, scores, counts, strict=True):
                assert (cell is None) == np.isnan(score) == (count == 0)
                assert cell is None or (cell.mean, cell.replicates) == (score, count)
    assert arrays["measures"][0] == "accuracy/A@softmax"


def test_the_arrays_are_imported_into_the_same_cells(bundled: Path, tmp_path: Path) -> None:
    with lattice.open(str(bundled)) as database:
        database["covertype"].export(tmp_path / "covertype.npz")
    copy = tmp_path / "copy.db"
    with lattice.create(str(copy)) as database:
        said = mapping_of(bundled, "covertype")
        database.import_files([tmp_path / "covertype.npz"], mapping=said)
    assert valid(copy, "covertype") == valid(bundled, "covertype")


def test_the_graph_has_a_node_per_set_and_an_edge_per_move(mixed: Path, tmp_path: Path) -> None:
    with lattice.open(str(mixed)) as database:
        database["m"].export(tmp_path / "m.graphml")
        database["m"].export(tmp_path / "x.graphml", measures=["x"])
    graph = nx.read_graphml(tmp_path / "m.graphml")
    assert set(graph) == {"empty", "web", "code", "books", "web+code"}
    assert graph.nodes["web"]["score: loss/y"] == 0.125
    assert "score: loss/x" not in graph.nodes["code"]
    assert graph.edges["web", "web+code"] == {"object": "code", "delta: loss/y": 1.875}
    assert graph.number_of_edges() == 5
    only = nx.read_graphml(tmp_path / "x.graphml")
    assert not [key for _, found in only.nodes(data=True) for key in found if key.endswith("/y")]


def test_a_name_that_xml_cannot_hold_is_refused(
    database_place: Path, write_file: WriteFile, tmp_path: Path
) -> None:
    path = write_file("t.csv", "training_set,accuracy\na\uffffb+c,0.5\n")
    with lattice.create(str(database_place)) as database:
        database.import_files([path])
        with pytest.raises(BadQuestion, match="GraphML cannot hold"):
            database["t"].export(tmp_path / "t.graphml")
    assert not list(tmp_path.glob("*.graphml*"))


# ---------------------------------------------------------------- parts


WITHIN = {"AB", "AC", "BC", "ABC", "ABCD"}


def sets_in(file: Path, format: Format) -> list[str]:
    """Which sets of covertype a file has, in its order."""
    if format == "jsonl":
        lines = file.read_text(encoding="utf-8").splitlines()[1:]
        return ["".join("ABCD"[place] for place in json.loads(line)["set"]) for line in lines]
    if format == "npz":
        with np.load(file, allow_pickle=False) as found:
            masks = found["masks"]
        return ["".join(np.array(list("ABCD"))[mask]) for mask in masks]
    if format == "graphml":
        return list(nx.read_graphml(file))
    if format == "parquet":
        rows = pyarrow.parquet.read_table(file).column("training_set").to_pylist()
    else:
        rows = [row["training_set"] for row in table(file)]
    return list(dict.fromkeys(row.replace("+", "") for row in rows))


@pytest.mark.parametrize("format", get_args(Format))
def test_every_format_takes_every_part(format: Format, bundled: Path, tmp_path: Path) -> None:
    subsets = ["".join(each) for k in range(1, 5) for each in itertools.combinations("ABCD", k)]
    parts: list[tuple[dict[str, Any], set[str]]] = [
        ({"around": "ABC"}, WITHIN),
        (
            {"around": "~07", "radius": 2},
            {each for each in subsets if len(set(each) ^ {*"ABC"}) < 3},
        ),
        ({"between": ("A", "ABD")}, {"A", "AB", "AD", "ABD"}),
        ({"between": ("empty", "AB")}, {"A", "B", "AB"}),
        ({"between": ("AB", "BC")}, {"B", "AB", "BC", "ABC"}),
        ({"where": 'rank == 2 and contains("D")'}, {"AD", "BD", "CD"}),
        ({"around": "ABC", "where": "rank == 2"}, {"AB", "AC", "BC"}),
        ({"between": ("A", "ABD"), "where": "rank > 1"}, {"AB", "AD", "ABD"}),
    ]
    with lattice.open(str(bundled)) as database:
        for place, (part, expected) in enumerate(parts):
            file = tmp_path / f"{place}.x"
            report = database["covertype"].export(file, format, **part)
            found = sets_in(file, format)
            assert set(found) == expected
            assert found == [each for each in subsets if each in expected]
            assert (report.training_sets, report.evaluations) == (len(expected), 15 * len(expected))
            assert report.part is not None


@pytest.mark.parametrize("format", get_args(Format))
def test_a_path_is_written_in_the_order_of_its_steps(
    format: Format, bundled: Path, tmp_path: Path
) -> None:
    file = tmp_path / "path.x"
    with lattice.open(str(bundled)) as database:
        said: dict[str, Any] = {"objective": "widest", "measure": "accuracy/ABCD"}
        path = database["covertype"].path("CD", "A", **said)
        said = {"objective": "widest", "by": "accuracy/ABCD"}
        report = database["covertype"].export(file, format, along=("CD", "A"), **said)
    steps = [step.training_set.name for step in path.steps]
    assert (steps[0], steps[-1]) == ("CD", "A")
    assert len(steps) > 3
    assert report.training_sets == len(steps)
    numbered = {name: place for place, name in enumerate(steps)}
    if format == "graphml":
        graph = nx.read_graphml(file)
        assert dict(graph.nodes(data="step")) == numbered
    else:
        assert sets_in(file, format) == steps
    if format in ("csv-wide", "csv-long"):
        found = {row["training_set"].replace("+", ""): int(row["step"]) for row in table(file)}
        assert found == numbered
    if format == "parquet":
        columns = pyarrow.parquet.read_table(file).select(["training_set", "step"])
        assert str(columns.schema.field("step").type) == "int64"
        assert dict(zip(*(each.to_pylist() for each in columns.columns), strict=True)) == numbered


def test_the_steps_of_a_path_are_no_scores_when_it_is_imported(
    bundled: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    with lattice.open(str(bundled)) as database, lattice.create(str(copy)) as other:
        database["covertype"].export(tmp_path / "p.csv", along=("A", "BCD"))
        other.import_files([tmp_path / "p.csv"], mapping=mapping_of(bundled, "covertype"))
        assert [each.name for each in other["p"].show().measures] == [
            each.name for each in database["covertype"].show().measures
        ]


@pytest.mark.parametrize("part", [{"around": "web"}, {"where": "rank == 1"}])
def test_a_part_is_a_lattice_of_its_own(part: dict[str, Any], mixed: Path, tmp_path: Path) -> None:
    """Superseded scores, sets without any, and only what the part's sets refer to."""
    file, copy = tmp_path / "part.jsonl", tmp_path / "copy.db"
    with lattice.open(str(mixed)) as database:
        database["m"].export(file, **part)
        graph = database["m"].graph()
    expected = (
        {name for name in graph if graph.nodes[name]["rank"] == 1}
        if "where" in part
        else set(nx.ego_graph(graph.to_undirected(as_view=True), "web", 1))
    )
    assert {"web"} < expected < set(graph)
    with lattice.create(str(copy)) as database:
        database.import_files([file])
        assert set(database["m"].graph()) == expected
        assert database.doctor().sound
    whole, again = account(mixed, "m"), account(copy, "m")
    members = {frozenset(each.split("+")) - {"empty"} for each in expected}
    assert cells(again).keys() == {key for key in cells(whole) if frozenset(key[0]) in members}
    assert again["objects"] == whole["objects"]


def test_the_rest_can_be_imported_after_a_part_and_a_part_after_the_rest(
    bundled: Path, tmp_path: Path
) -> None:
    part, whole = tmp_path / "part.jsonl", tmp_path / "whole.jsonl"
    with lattice.open(str(bundled)) as database:
        database["covertype"].export(part, around="ABC")
        database["covertype"].export(whole)
        every = tmp_path / "every.jsonl"
        database["covertype"].export(every, where="rank >= 0")
    for order in ((part, whole), (whole, part)):
        copy = tmp_path / f"{order[0].stem}.db"
        with lattice.create(str(copy)) as database:
            for file in order:
                database.import_files([file])
        assert means(copy) == means(bundled)
    with lattice.open(str(tmp_path / "whole.db")) as database:
        report = database.import_files([every])
        assert all(each.already_imported for each in report.imported)


def means(place: Path) -> Any:
    with lattice.open(str(place)) as database:
        return [(row.training_set, row.cells) for row in database["covertype"].grid().items]


def test_parts_that_cannot_be_are_refused(bundled: Path, tmp_path: Path) -> None:
    refusals: list[tuple[dict[str, Any], str]] = [
        ({"around": "A", "between": ("A", "B")}, "around and between"),
        ({"along": ("A", "B"), "where": "rank > 1"}, "fulfill 'rank > 1', but A does not"),
        ({"along": ("A", "B"), "keep": "A"}, "hold A, which is to stay, but B does not"),
        ({"along": ("A", "B"), "around": "A"}, "around and along"),
        ({"around": "A", "radius": 0}, "radius of 0"),
        ({"where": "rank > 9"}, "No stored set is such that rank > 9"),
        ({"between": ("empty", "empty")}, "No stored set is between empty and empty"),
        ({"where": "rnak > 9"}, "at character 1"),
    ]
    with lattice.open(str(bundled)) as database:
        for part, said in refusals:
            with pytest.raises(BadQuestion, match=said):
                database["covertype"].export(tmp_path / "t.csv", **part)
        with pytest.raises(SetNotStored):
            database["toy"].export(tmp_path / "t.csv", around="A")
        with pytest.raises(UnknownObject):
            database["toy"].export(tmp_path / "t.csv", between=("A", "X"))
    assert not list(tmp_path.glob("*t.csv*"))


# ---------------------------------------------------------------- files


def test_a_file_that_is_there_is_only_replaced_by_force(bundled: Path, tmp_path: Path) -> None:
    file = tmp_path / "toy.csv"
    file.write_text("mine", encoding="utf-8")
    with lattice.open(str(bundled)) as database:
        with pytest.raises(BadQuestion, match=r"is there already.*--force|is there already"):
            database["toy"].export(file)
        assert file.read_text(encoding="utf-8") == "mine"
        database["toy"].export(file, force=True)
    assert file.read_text(encoding="utf-8").startswith("training_set,")
    assert list(tmp_path.iterdir()) == [file]


def test_a_failed_export_leaves_nothing_behind(bundled: Path, tmp_path: Path) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    file = tmp_path / "toy.csv"
    file.write_text("mine", encoding="utf-8")
    with lattice.open(str(bundled)) as database:
        for format in ("csv-wide", "jsonl", "npz", "parquet"):
            with pytest.raises(KeyboardInterrupt):
                database["toy"].export(file, format, force=True, progress=stop)
    assert file.read_text(encoding="utf-8") == "mine"
    assert list(tmp_path.iterdir()) == [file]


def test_what_cannot_be_written_is_refused(bundled: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(bundled, copy)
    refusals: list[tuple[Any, dict[str, Any], str]] = [
        (tmp_path / "toy.xls", {}, "does not say a format"),
        (tmp_path / "toy.csv", {"format": "cvs-wide"}, "is no format"),
        (tmp_path / "none" / "toy.csv", {}, "folder .* does not exist"),
        (tmp_path, {"format": "jsonl"}, "is a folder"),
        (tmp_path / "toy.jsonl", {"measures": ["A"]}, "holds the whole lattice"),
        ("-", {"format": "npz"}, "no text format"),
        (copy, {"format": "jsonl", "force": True}, "is the database itself"),
    ]
    with lattice.open(str(copy)) as database:
        for path, more, said in refusals:
            with pytest.raises(BadQuestion, match=said):
                database["toy"].export(path, **more)
        with pytest.raises(UnknownMeasure):
            database["toy"].export(tmp_path / "toy.csv", measures=["F"])
        with pytest.raises(LatticeError):
            database["toy"].export(tmp_path / ("x" * 300 + ".csv"))
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM lattice").fetchone() == (4,)


# ---------------------------------------------------------------- the command


def test_the_command_writes_a_file_and_says_so(bundled: Path, tmp_path: Path) -> None:
    file = tmp_path / "toy.jsonl"
    done = CliRunner().invoke(app, ["export", "toy", str(file), "--db", str(bundled)])
    assert done.exit_code == 0
    assert "4 training sets, 4 measures, 16 scores" in done.stdout
    again = ["export", "toy", str(file), "--db", str(bundled), "--force", "--json"]
    assert json.loads(CliRunner().invoke(app, again).stdout)["format"] == "jsonl"


def test_the_command_writes_to_standard_output(bundled: Path) -> None:
    run = CliRunner().invoke
    done = run(app, ["export", "toy", "-", "--db", str(bundled), "-m", "A"])
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert rows[0] == ["training_set", "accuracy/A"]
    assert len(rows) == 5
    assert "toy -> standard output" in done.stderr
    lines = run(app, ["export", "toy", "-", "--format", "jsonl", "--db", str(bundled)]).stdout
    assert [next(iter(json.loads(line))) for line in lines.splitlines()] == [
        "datalattice",
        *["set"] * 4,
    ]
    assert run(app, ["export", "toy", "-", "--json", "--db", str(bundled)]).exit_code == 2


def test_the_command_writes_parts(bundled: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke
    start = ["export", "covertype", "-", "--db", str(bundled), "-m", "accuracy/ABCD"]
    for options, expected in (
        (["--around", "ABC"], ["AB", "AC", "BC", "ABC", "ABCD"]),
        (["--around", "ABC", "--radius", "4", "--where", "rank >= 3"], 5),
        (["--between", "A", "ABD"], ["A", "AB", "AD", "ABD"]),
        (["--along", "A", "ABCD", "--objective", "widest", "--by", "accuracy/ABCD"], 4),
        (
            ["--along", "A", "AB", "--keep", "A", "--where", 'rank != 2 or contains("B")'],
            ["A", "AB"],
        ),
        (
            ["--along", "A", "ABC", "--avoid", "D", "--where", 'rank > 2 or not contains("B")'],
            ["A", "AC", "ABC"],
        ),
        (["--along", "A", "B", "--min-rank", "1"], ["A", "AB", "B"]),
    ):
        done = run(app, [*start, *options])
        assert done.exit_code == 0, done.output
        rows = [row["training_set"] for row in csv.DictReader(io.StringIO(done.stdout))]
        assert rows == expected or len(rows) == expected
        assert "part: the sets" in done.stderr
    refused = run(app, [*start, "--where", "rank >"])
    assert refused.exit_code == 1
    assert "character 7" in str(refused.exception)


@pytest.mark.parametrize(
    ("stray", "part"),
    [
        ({"radius": 2}, "around"),
        ({"objective": "widest"}, "along"),
        ({"keep": ["A"]}, "along"),
        ({"min_rank": 0}, "along"),
        ({"evaluated": True}, "along"),
    ],
)
def test_what_belongs_to_a_part_is_refused_without_it(
    bundled: Path, tmp_path: Path, stray: dict[str, Any], part: str
) -> None:
    target = tmp_path / "all.csv"
    with (
        lattice.open(str(bundled)) as database,
        pytest.raises(BadQuestion, match=f"says nothing without {part}"),
    ):
        database["toy"].export(target, **stray)
    assert not target.exists()


def test_a_path_that_is_not_there_is_not_written(bundled: Path, tmp_path: Path) -> None:
    target = tmp_path / "path.csv"
    with (
        lattice.open(str(bundled)) as database,
        pytest.raises(BadQuestion, match="There is no path from ABCD to A to write: every"),
    ):
        database["covertype"].export(
            target, along=("ABCD", "A"), objective="monotone", by="accuracy/ABCD"
        )
    assert not target.exists()
