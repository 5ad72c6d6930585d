from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lattice
from lattice import schema
from lattice.database import open_database
from lattice.errors import Conflict, ImportRefused, LatticeError
from lattice.importing.mapping import parse
from lattice.importing.storing import store
from lattice.importing.transfer import is_export
from lattice.model import OnConflict
from lattice.portable import (
    Block,
    Domain,
    Header,
    Portable,
    PortableEvaluationSet,
    PortableFile,
    PortableLattice,
    PortableMeasure,
    PortableMetric,
    PortableObject,
    PortableProtocol,
    PortableResultSet,
)
from lattice.storage import Storage
from lattice.subsets import word_count, words_of_masks
from tests.accounts import account

WriteFile = Callable[[str, str | bytes], Path]
ODD = ["a+b", '"', "all", "empty", "^x", "~0f", "{}", "日本", "a,b", " x ", "é;|", "[1]", "ABC"]


def exported(place: Path, name: str, file: Path) -> Path:
    with lattice.open(str(place)) as database:
        database[name].export(file, "jsonl", force=True)
    return file


def imported(file: Path, place: Path, into: str | None = None) -> Path:
    with lattice.create(str(place)) as database:
        database.import_files([file], into=into)
    return place


# ---------------------------------------------------------------- nothing is lost


@pytest.mark.parametrize("name", ["toy", "covertype", "silo", "california-housing"])
def test_a_bundled_lattice_comes_back_equal(name: str, bundled: Path, tmp_path: Path) -> None:
    file = exported(bundled, name, tmp_path / f"{name}.jsonl")
    assert is_export(file)
    copy = imported(file, tmp_path / "copy.db")
    assert account(copy, name) == account(bundled, name)
    assert exported(copy, name, tmp_path / "again.jsonl").read_bytes() == file.read_bytes()


def test_every_column_of_the_database_is_in_an_export() -> None:
    """A column that is added to the schema has to be added to exports, or named here."""
    left_out = {"id", "lattice_id", "revision", "state", "position", "rank", "variant_of"}
    written: dict[str, Any] = {
        "lattice": PortableLattice,
        "data_object": PortableObject,
        "evaluation_set": PortableEvaluationSet,
        "metric": PortableMetric,
        "protocol": PortableProtocol,
        "result_set": PortableResultSet,
        "source_file": PortableFile,
    }
    ids = {"measure", "evaluation", "training_set", "unscored_set"}
    not_of_lattices = {"database_info", "lock", "move", "recent_write"}
    assert set(schema.metadata.tables) == {*written, *ids, *not_of_lattices}
    for table, kind in written.items():
        columns = {column.name for column in schema.metadata.tables[table].columns}
        assert columns - left_out - {"result_set_id"} <= {each.name for each in fields(kind)}, table
    evaluation = {column.name.removesuffix("_id") for column in schema.evaluation.columns}
    assert evaluation - {"training_set"} <= {each.name for each in fields(Block)}
    measure = {column.name.removesuffix("_id") for column in schema.measure.columns} - {"id"}
    assert measure <= {"id", *(each.name for each in fields(PortableMeasure))}
    assert {column.name for column in schema.training_set.columns} == {
        "id",
        "lattice_id",
        "members",
        "rank",
    }


def names(most: int) -> st.SearchStrategy[list[str]]:
    plain = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=6)
    one = plain.filter(lambda text: text.isprintable()) | st.sampled_from(ODD)
    return st.lists(one, min_size=1, max_size=most, unique=True)


texts = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
numbers = st.floats(allow_nan=False, allow_infinity=False)
sizes = st.none() | st.floats(min_value=1e-300, allow_nan=False, allow_infinity=False)
places = st.none() | st.integers(0, 2**40)


@st.composite
def headers(draw: st.DrawFn) -> Header:
    """Everything that a lattice may name."""
    objects, columns, metrics, protocols = (draw(names(n)) for n in (5, 2, 2, 2))
    n = len(objects)
    members = st.none() | st.sets(st.integers(0, n - 1)).map(lambda found: tuple(sorted(found)))
    ends = st.none() | st.sets(st.sampled_from(objects)).map(
        lambda found: tuple(sorted(found, key=objects.index))
    )
    parts = st.tuples(
        st.integers(0, len(columns) - 1),
        st.integers(0, len(metrics) - 1),
        st.integers(0, len(protocols) - 1),
    )
    files = st.lists(
        st.builds(PortableFile, st.text("abc.", min_size=1), texts.map(str), places, texts),
        max_size=2,
        unique_by=lambda each: each.name,
    ).map(lambda found: tuple(sorted(found, key=lambda each: (each.number or -1, each.name))))
    results = st.builds(
        PortableResultSet,
        digest=st.text("0123456789abcdef", min_size=8, max_size=12),
        name=st.text("ab", min_size=1),
        mapping=st.just({"metrics": [{"name": "r", "direction": "lower", "range": [None, 1]}]}),
        design=st.sampled_from(["complete", "unknown"]),
        replicate_kind=st.sampled_from(["shared", "nested", "unlabelled"]),
        imported_at=st.text("0123456789-T", min_size=1),
        imported_by=st.text("ab 1"),
        title=texts,
        description=texts,
        source=texts,
        licence=texts,
        blocks=texts,
        files=files,
    )
    return Header(
        datalattice=1,
        lattice=PortableLattice("made", draw(texts), draw(texts)),
        sets=0,
        evaluations=0,
        objects=tuple(
            PortableObject(
                name,
                label=draw(st.none() | st.just("longer")),
                size=draw(sizes),
                cost=draw(sizes),
                owner=draw(st.none() | st.just("me")),
                fingerprint=draw(st.none() | st.just("f")),
                attributes=draw(st.none() | st.just({"b": [1, None, "x"], "a": 0.1})),
            )
            for name in objects
        ),
        evaluation_sets=tuple(
            PortableEvaluationSet(name, draw(texts), draw(sizes), draw(members)) for name in columns
        ),
        metrics=tuple(
            PortableMetric(
                name, draw(st.sampled_from(["higher", "lower"])), None, None, draw(texts)
            )
            for name in metrics
        ),
        protocols=tuple(
            PortableProtocol(
                name, f"digest {name}", draw(st.just({}) | st.just({"x": 1.0, "y": 1}))
            )
            for name in protocols
        ),
        measures=tuple(
            PortableMeasure(*each, draw(st.none() | st.builds(Domain, st.none(), ends)))
            for each in draw(st.lists(parts, max_size=4, unique=True))
        ),
        result_sets=tuple(draw(st.lists(results, max_size=3, unique_by=lambda each: each.digest))),
    )


@st.composite
def portables(draw: st.DrawFn) -> tuple[Header, Block]:
    """A lattice with up to six sets and all kinds of evaluations."""
    header = draw(headers())
    n = len(header.objects)
    masks = draw(st.lists(st.integers(0, 2**n - 1), max_size=6, unique=True))
    measures, results = len(header.measures), len(header.result_sets)
    keys: list[tuple[int, int, int, int, int]] = []
    if masks and measures and results:
        key = st.tuples(
            st.integers(0, len(masks) - 1),
            st.integers(0, measures - 1),
            st.sampled_from([-1, 0, 1, 2**63 - 1]),
            st.integers(0, 2),
            st.integers(0, results - 1),
        )
        keys = sorted(draw(st.lists(key, max_size=12, unique=True)))
    some = st.lists(
        st.tuples(st.integers(0, max(0, len(masks) - 1)), st.integers(0, 2)), max_size=3
    )
    unscored = sorted({each for each in draw(some) if masks and each[1] < results})
    columns = np.array(keys, dtype=np.int64).reshape(-1, 5).T

    def each(strategy: st.SearchStrategy[Any]) -> list[Any]:
        return [draw(strategy) for _ in keys]

    block = Block(
        words=words_of_masks(masks, word_count(n)),
        row=columns[0],
        measure=columns[1],
        replicate=columns[2],
        inner_replicate=columns[3],
        result_set=columns[4],
        seed_label=each(texts),
        origin=each(st.sampled_from(["measured", "declared"])),
        score=np.array(each(numbers), dtype=np.float64),
        superseded_by=np.array(each(st.integers(-1, results - 1)), dtype=np.int64),
        file_number=each(places),
        place=each(places),
        attributes=each(st.none() | st.just('{"standard_error": 0.1}')),
        unscored=unscored,
    )
    return header, block


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without a lattice, to be copied."""
    place = tmp_path_factory.mktemp("empty") / "empty.db"
    lattice.create(str(place)).close()
    return place


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=portables())
def test_whatever_a_lattice_holds_comes_back_equal(
    made: tuple[Header, Block], empty: Path, tmp_path: Path
) -> None:
    header, block = made
    first, second = tmp_path / "first.db", tmp_path / "second.db"
    for place in (first, second):
        shutil.copy(empty, place)
    storage = Storage(open_database(str(first)))
    with storage.writing() as writer:
        store(writer, Portable("test", header, iter([block])), "made", "refuse", silent)
    storage.close()
    found = account(first, "made")
    assert len(found["sets"]) == len(block.words)
    assert len(found["evaluations"]) == len(block.score)
    file = exported(first, "made", tmp_path / "made.jsonl")
    imported(file, second)
    assert account(second, "made") == found
    assert exported(second, "made", tmp_path / "again.jsonl").read_bytes() == file.read_bytes()


def silent(stage: str, done: int, total: int) -> None:
    """Progress for nobody."""


NESTED = """
[replicates]
kind = "nested"
blocks = "splits"
[[metrics]]
name = "loss"
direction = "lower"
range = [0, inf]
unit = "nats"
[[objects]]
name = "old \\"web\\""
variant_of = "web"
owner = "ich, nicht du"
[[objects]]
name = "web"
cost = 0
[[evaluation_sets]]
name = "web + a"
members = "web"
domain = ["empty", "web"]
[[protocols]]
name = "p"
definition = { learner = "tree", depth = 3, rate = 0.1, warm = true }
"""


def test_several_result_sets_that_supersede_each_other_come_back_equal(
    database_place: Path, write_file: WriteFile, tmp_path: Path
) -> None:
    head = "training_set,loss/web + a,seed,inner_seed\n"
    files: list[tuple[str, str, OnConflict]] = [
        ("one.csv", head + "empty,1,s,1\nempty,2,s,2\nweb,0.5,s,1\nweb,,s,2\n", "refuse"),
        ("two.csv", head + "web,0.25,s,1\n", "replace"),
        ("three.csv", head + "web,0.125,s,1\n", "keep"),
        ("four.csv", head + "web,0.0625,s,1\n", "new-replicate"),
    ]
    with lattice.create(str(database_place)) as database:
        for name, content, on_conflict in files:
            path = write_file(name, content)
            declared = '[sets]\ndeclared = ["empty"]' if "empty" in content else ""
            mapping = parse(NESTED + declared, "nested.toml")
            database.import_files([path], into="n", mapping=mapping, on_conflict=on_conflict)
    found = account(database_place, "n")
    assert len(found["evaluations"]) == 6
    assert sum(values[3] is not None for values in found["evaluations"].values()) == 2
    file = exported(database_place, "n", tmp_path / "n.jsonl")
    copy = imported(file, tmp_path / "copy.db", into="other name")
    assert account(copy, "other name") == found


# ---------------------------------------------------------------- into what is there


def test_importing_again_adds_nothing(bundled: Path, tmp_path: Path) -> None:
    file = exported(bundled, "toy", tmp_path / "toy.jsonl")
    copy = imported(file, tmp_path / "copy.db")
    with lattice.open(str(copy)) as database:
        state = database["toy"].state
        (again,) = database.import_files([file]).imported
        assert again.already_imported
        assert (again.training_sets, again.moves, again.evaluations) == (0, 0, 0)
        assert database["toy"].state == state


def test_the_report_says_what_each_result_set_brought(bundled: Path, tmp_path: Path) -> None:
    file = exported(bundled, "covertype", tmp_path / "covertype.jsonl")
    with lattice.create(str(tmp_path / "copy.db")) as database:
        (tried,) = database.import_files([file], dry_run=True).imported
        assert list(database) == []
        (done,) = database.import_files([file]).imported
    assert done == tried
    assert done.lattice == done.name == "covertype"
    assert (done.objects, done.training_sets, done.moves, done.measures) == (4, 15, 28, 15)
    assert done.evaluations == 225


def test_scores_that_disagree_are_settled_as_asked(
    bundled: Path, tmp_path: Path, write_file: WriteFile
) -> None:
    file = exported(bundled, "toy", tmp_path / "toy.jsonl")
    other = write_file("mine.csv", "training_set,accuracy/A\nAB,0.5\n")
    with lattice.create(str(tmp_path / "copy.db")) as database:
        said = parse('[sets]\nspelling = "letters"', "m")
        database.import_files([other], into="toy", mapping=said)
        with pytest.raises(Conflict, match=r"AB under accuracy/A is stored as 0\.5 \(mine\)"):
            database.import_files([file])
        (done,) = database.import_files([file], on_conflict="keep").imported
        assert done.conflicts == 1
        (cell,) = database["toy"].grid(measures=["accuracy/A"]).items[0].cells
        assert cell is not None
        assert cell.mean == 0.5


# ---------------------------------------------------------------- damaged files


def changed(file: Path, number: int, change: Callable[[Any], Any]) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    content = json.loads(lines[number - 1])
    lines[number - 1] = json.dumps(change(content) or content)
    file.write_text("\n".join(lines), encoding="utf-8")


def set_to(*keys: Any, value: Any) -> Callable[[Any], None]:
    def run(content: Any) -> None:
        for key in keys[:-1]:
            content = content[key]
        content[keys[-1]] = value

    return run


@pytest.mark.parametrize(
    ("number", "change", "said"),
    [
        (1, set_to("datalattice", value=2), r"line 1: the export is of version 2, newer than"),
        (1, set_to("sets", value=5), r"has 4 sets with 16 evaluations; its header says 5"),
        (1, set_to("surprise", value=1), r"line 1: surprise: unexpected keyword"),
        (1, set_to("metrics", 0, "direction", value="up"), r"line 1: metrics\.0\.direction"),
        (1, set_to("objects", 1, "name", value="A"), r"line 1: objects: 'A' is there twice"),
        (1, set_to("objects", 1, "name", value="a\nb"), r"line 1: objects: .* cannot be a name"),
        (1, set_to("objects", 1, "variant_of", value="Z"), r"line 1: objects: variant_of"),
        (1, set_to("measures", 0, "metric", value=7), r"line 1: measures"),
        (1, set_to("measures", 0, "evaluation_set", value=1), r"line 1: measures, given twice"),
        (1, set_to("lattice", "name", value="a/b"), r"line 1: 'a/b' cannot be the name"),
        (1, set_to("result_sets", 0, "mapping", value={"x": 1}), r"mapping of the result set"),
        (2, set_to("set", value=[0, 0]), r"line 2: set: an index does not fit"),
        (3, set_to("set", value=[9]), r"line 3: set: an index does not fit"),
        (3, set_to("set", value=[0, 1]), r"line 3: the training set was there before"),
        (2, set_to("evaluations", 0, 0, value=99), r"line 2: evaluations: an index"),
        (2, set_to("evaluations", 0, 6, value="0.5"), r"line 2: evaluations\.0\.6: input should"),
        (2, set_to("evaluations", 0, 6, value=float("nan")), r"line 2: evaluations\.0\.6.* finite"),
        (2, set_to("evaluations", 0, 2, value=2**63), r"line 2: evaluations\.0\.2"),
        (2, set_to("evaluations", 0, 5, value="guessed"), r"line 2: evaluations\.0\.5"),
        (2, set_to("evaluations", 0, 7, value=3), r"line 2: evaluations: an index"),
        (2, set_to("evaluations", 1, 0, value=0), r"line 2: one result set has two scores"),
        (4, lambda _: [1, 2], r"line 4: .*(dictionary|object|instance)"),
    ],
)
def test_a_damaged_file_is_refused_with_its_line(
    bundled: Path,
    tmp_path: Path,
    number: int,
    change: Callable[[Any], Any],
    said: str,
) -> None:
    file = exported(bundled, "toy", tmp_path / "toy.jsonl")
    changed(file, number, change)
    with lattice.create(str(tmp_path / "copy.db")) as database:
        with pytest.raises(ImportRefused, match=said):
            database.import_files([file])
        assert list(database) == []


@pytest.mark.parametrize("kept", [1, 3])
def test_a_file_that_was_cut_short_is_refused(bundled: Path, tmp_path: Path, kept: int) -> None:
    file = exported(bundled, "toy", tmp_path / "toy.jsonl")
    whole = file.read_bytes()
    lines = whole.splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:kept]))
    with lattice.create(str(tmp_path / "copy.db")) as database:
        with pytest.raises(ImportRefused, match="cut short"):
            database.import_files([file])
        file.write_bytes(whole[:-20])
        with pytest.raises(ImportRefused, match=r"line 5: invalid JSON"):
            database.import_files([file])


def test_other_json_lines_are_no_exports(write_file: WriteFile, tmp_path: Path) -> None:
    assert not is_export(write_file("runs.jsonl", '{"loss": 1, "datalattice": 1}\n'))
    assert not is_export(write_file("empty.jsonl", ""))
    assert not is_export(tmp_path)
    assert is_export(write_file("odd.jsonl", ' { "datalattice" : 1}\n'))
    with lattice.create(str(tmp_path / "x.db")) as database, pytest.raises(LatticeError):
        database.import_files([tmp_path / "odd.jsonl"])
