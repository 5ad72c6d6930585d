from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from lattice.errors import ImportRefused, MappingRefused
from lattice.importing.mapping import Mapping, parse
from lattice.importing.mlflow import files_of_store, is_store, open_described, open_store, tracked
from lattice.importing.table import Batch, Table

MLFLOW = Path(__file__).parent.parent / "results" / "mlflow"
SQLITE, FOLDER = MLFLOW / "mlflow.sqlite", MLFLOW / "mlruns"
CSVS = [MLFLOW / "search_runs.csv", MLFLOW / "experiments_csv.csv"]
EXPERIMENT = "654934765747599443"
RUN = "33963d79e30a4734b77e4c504bcf3ee7"
SCORES = {"metrics.eval/gsm8k_acc", "metrics.eval/mmlu_acc"}


def runs_of(table: Table) -> dict[str, dict[str, str]]:
    """Every run's row by its id."""
    rows = [
        dict(zip(table.header, texts, strict=True))
        for batch in table.batches()
        for texts in zip(*batch.columns, strict=True)
    ]
    return {row["run_id"]: row for row in rows}


def csv_runs(path: Path) -> dict[str, dict[str, str]]:
    """The same with plain csv."""
    with path.open(newline="") as text:
        return {row["run_id"]: row for row in csv.DictReader(text)}


def csv_table(path: Path) -> Table:
    """A text table as its reader opens it."""
    with path.open(newline="") as text:
        header, *rows = filter(None, csv.reader(text))
    columns = list(zip(*rows, strict=True))

    def batches() -> Iterator[Batch]:
        yield Batch(np.arange(2, len(rows) + 2), columns, 1)

    return Table(path.name, (path.name,), "line", tuple(header), 1, batches)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A file store that may be changed."""
    return Path(shutil.copytree(FOLDER, tmp_path / "mlruns"))


@pytest.fixture
def store(tmp_path: Path) -> Callable[..., Path]:
    """Changes a copy of the SQLite store with SQL, and gives its path."""

    def change(*statements: str) -> Path:
        place = tmp_path / "mlflow.db"
        shutil.copyfile(SQLITE, place)
        with closing(sqlite3.connect(place)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()
        return place

    return change


@pytest.mark.parametrize("place", [SQLITE, FOLDER], ids=["sqlite", "folder"])
@pytest.mark.parametrize("listed", CSVS, ids=["search_runs", "experiments"])
def test_all_forms_hold_the_same_runs(place: Path, listed: Path) -> None:
    table = open_store(place, Mapping())
    found, expected = runs_of(table), csv_runs(listed)
    assert found.keys() == expected.keys()
    for run, row in expected.items():
        for name, text in row.items():
            if name.startswith("metrics."):
                assert float(found[run][name]) == float(text)
            elif name.startswith("params.") or name in ("status", "experiment_id", "tags.family"):
                assert found[run][name] == text
    kinds = ("params.", "metrics.")
    assert {name for name in table.header if name.startswith(kinds)} == {
        name for name in next(iter(expected.values())) if name.startswith(kinds)
    }
    assert set(table.scores) == SCORES
    assert table.loose


def test_both_stores_are_one_table() -> None:
    stored, filed = open_store(SQLITE, Mapping()), open_store(FOLDER, Mapping())
    assert stored.header == filed.header
    assert runs_of(stored) == runs_of(filed)
    assert stored.kind == filed.kind == "MLflow store of 2 runs"
    assert stored.header[:6] == (
        "run_id",
        "run_name",
        "experiment",
        "experiment_id",
        "status",
        "datasets",
    )
    row = runs_of(stored)[RUN]
    assert (row["run_name"], row["experiment"], row["status"]) == ("run-0", "cf-demo", "FINISHED")
    assert json.loads(row["datasets"]) == ["wiki"]
    tags = [name for name in stored.header if name.startswith("tags.")]
    assert tags == ["tags.family", "tags.mlflow.runName"]


def test_a_described_run_is_that_run() -> None:
    table = open_described(MLFLOW / "runs_describe.json")
    (row,) = runs_of(table).values()
    stored = runs_of(open_store(SQLITE, Mapping()))[RUN]
    assert row == {name: text for name, text in stored.items() if name != "experiment"}
    assert set(table.scores) == SCORES


@pytest.mark.parametrize("listed", CSVS, ids=["search_runs", "experiments"])
def test_lists_of_runs_are_known_by_their_header(listed: Path) -> None:
    table = csv_table(listed)
    found = tracked(table)
    assert set(found.scores) == SCORES
    assert (found.loose, found.kind) == (True, "MLflow runs")
    assert (found.header, found.open) == (table.header, table.open)


def test_other_tables_stay_as_they_are(write_file: Callable[..., Path]) -> None:
    for header in ("set,accuracy", "run_id,accuracy", "metrics.acc,set"):
        table = csv_table(write_file("table.csv", f"{header}\nAB,0.5\n"))
        assert tracked(table) is table


def test_rows_stand_where_their_run_is() -> None:
    stored, filed = open_store(SQLITE, Mapping()), open_store(FOLDER, Mapping())
    assert stored.at(next(stored.batches()), 1) == "mlflow.sqlite, run 2"
    assert filed.at(next(filed.batches()), 0) == f"{EXPERIMENT}/{RUN}/meta.yaml, run 1"


def test_the_files_of_a_store_are_those_that_are_read(folder: Path) -> None:
    artifacts = folder / EXPERIMENT / RUN / "artifacts" / "model"
    artifacts.mkdir(parents=True)
    (artifacts / "weights.bin").write_bytes(b"...")
    names = [name for name, _ in files_of_store(folder)]
    on_disk = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert names == sorted(
        name
        for name in on_disk
        if "/artifacts/" not in name and ("/tags/mlflow." not in name or "runName" in name)
    )
    assert tuple(names) == open_store(folder, Mapping()).files
    assert files_of_store(SQLITE) == (("mlflow.sqlite", SQLITE),)


def test_one_experiment_can_be_read_alone() -> None:
    assert is_store(FOLDER)
    assert is_store(FOLDER / EXPERIMENT)
    assert not is_store(FOLDER / EXPERIMENT / RUN / "params")
    assert not is_store(MLFLOW)
    whole, part = open_store(FOLDER, Mapping()), open_store(FOLDER / EXPERIMENT, Mapping())
    assert runs_of(whole) == runs_of(part)


# ------------------------------------------------------------------ what runs may be


def test_deleted_runs_and_experiments_are_left_out(
    store: Callable[..., Path], folder: Path
) -> None:
    deleted = f"UPDATE runs SET lifecycle_stage = 'deleted' WHERE run_uuid = '{RUN}'"
    table = open_store(store(deleted), Mapping())
    assert RUN not in runs_of(table)
    assert table.size == 1
    gone = "UPDATE experiments SET lifecycle_stage = 'deleted'"
    assert runs_of(open_store(store(gone), Mapping())) == {}
    for place in (folder / EXPERIMENT / RUN, folder / EXPERIMENT):
        meta = place / "meta.yaml"
        meta.write_text(meta.read_text().replace("stage: active", "stage: deleted"))
        assert RUN not in runs_of(open_store(folder, Mapping()))
    assert runs_of(open_store(folder, Mapping())) == {}


def test_runs_that_failed_stay_with_their_status(store: Callable[..., Path], folder: Path) -> None:
    place = store(f"UPDATE runs SET status = 'FAILED' WHERE run_uuid = '{RUN}'")
    assert runs_of(open_store(place, Mapping()))[RUN]["status"] == "FAILED"
    meta = folder / EXPERIMENT / RUN / "meta.yaml"
    meta.write_text(meta.read_text().replace("status: 3", "status: 4"))
    assert runs_of(open_store(folder, Mapping()))[RUN]["status"] == "FAILED"


def test_nan_and_infinity_are_said(store: Callable[..., Path], folder: Path) -> None:
    place = store(
        "UPDATE latest_metrics SET is_nan = 1, value = 0 WHERE key = 'eval/gsm8k_acc'",
        "UPDATE latest_metrics SET value = 1.7976931348623157e308 WHERE key = 'eval/mmlu_acc'",
    )
    metrics = folder / EXPERIMENT / RUN / "metrics" / "eval"
    (metrics / "gsm8k_acc").write_text("1 nan 0\n")
    (metrics / "mmlu_acc").write_text("1 inf 0\n")
    for each in (place, folder):
        row = runs_of(open_store(each, Mapping()))[RUN]
        assert row["metrics.eval/gsm8k_acc"] == "nan"
        assert row["metrics.eval/mmlu_acc"] == "inf"


@pytest.mark.parametrize(
    ("lines", "last"),
    [
        ("5 0.1 9\n6 0.2 3\n", 0.1),
        ("5 0.1 3\n6 0.2 3\n", 0.2),
        ("7 0.1\n6 0.2\n", 0.1),
        ("5 0.1 3 wiki af37\n6 0.2 2 wiki af37\n", 0.1),
    ],
)
def test_the_last_value_is_at_the_largest_step_then_time(
    lines: str, last: float, folder: Path
) -> None:
    (folder / EXPERIMENT / RUN / "metrics" / "eval" / "mmlu_acc").write_text(lines)
    row = runs_of(open_store(folder, Mapping()))[RUN]
    assert float(row["metrics.eval/mmlu_acc"]) == last


def test_only_datasets_for_training_count(store: Callable[..., Path], folder: Path) -> None:
    place = store(
        "INSERT INTO datasets SELECT 'x', experiment_id, 'code', 'y', 's', '', '', '' FROM datasets",
        f"INSERT INTO inputs VALUES ('i', 'DATASET', 'x', 'RUN', '{RUN}', 0)",
        "INSERT INTO input_tags VALUES ('i', 'mlflow.data.context', 'training')",
        "DELETE FROM input_tags WHERE input_uuid = (SELECT input_uuid FROM inputs"
        f" WHERE destination_id != '{RUN}')",
    )
    found = runs_of(open_store(place, Mapping()))
    assert sorted(row["datasets"] for row in found.values()) == ["", '["code", "wiki"]']
    (meta,) = (folder / EXPERIMENT / RUN / "inputs").glob("*/meta.yaml")
    meta.write_text(meta.read_text().replace("context: training", "context: eval"))
    assert runs_of(open_store(folder, Mapping()))[RUN]["datasets"] == ""


def test_older_stores_have_no_inputs(store: Callable[..., Path]) -> None:
    place = store("DROP TABLE inputs", "DROP TABLE input_tags", "DROP TABLE datasets")
    assert {row["datasets"] for row in runs_of(open_store(place, Mapping())).values()} == {""}


def test_measurements_of_the_machine_are_no_scores(store: Callable[..., Path]) -> None:
    place = store(f"INSERT INTO latest_metrics VALUES ('system/cpu', 0.5, 1, 0, 0, '{RUN}')")
    table = open_store(place, Mapping())
    assert set(table.scores) == SCORES
    assert runs_of(table)[RUN]["metrics.system/cpu"] == "0.5"


def test_many_runs_come_in_pages(store: Callable[..., Path]) -> None:
    count = 2_500
    numbers = f"WITH RECURSIVE n(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n LIMIT {count})"
    place = store(
        "INSERT INTO runs (run_uuid, name, status, lifecycle_stage, experiment_id)"
        f" {numbers} SELECT 'x' || k, '', 'FINISHED', 'active', 0 FROM n",
        f"INSERT INTO params (run_uuid, key, value) {numbers} SELECT 'x' || k, 'k', k FROM n",
    )
    table = open_store(place, Mapping())
    found = runs_of(table)
    assert len(found) == table.size == count + 2
    assert all(found[f"x{k}"]["params.k"] == str(k) for k in range(count))
    assert found["x7"]["params.seed"] == found["x7"]["metrics.eval/mmlu_acc"] == ""


# ------------------------------------------------------------------ what is refused


def test_only_last_values_are_read() -> None:
    mapping = parse('[runs]\ncheckpoint = "first"', "mapping.toml")
    with pytest.raises(MappingRefused, match="the last values of each run are read"):
        open_store(SQLITE, mapping)


def test_a_store_that_is_being_written_is_refused(store: Callable[..., Path]) -> None:
    place = store()
    with closing(sqlite3.connect(place)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("UPDATE runs SET status = 'RUNNING'")
        connection.commit()
        with pytest.raises(ImportRefused, match=r"mlflow\.db is being written"):
            open_store(place, Mapping())


def test_reading_writes_nothing(store: Callable[..., Path], tmp_path: Path) -> None:
    place = store("PRAGMA journal_mode = WAL")
    before = place.read_bytes()
    runs_of(open_store(place, Mapping()))
    assert place.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["mlflow.db"]


def test_other_databases_are_refused(store: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="no MLflow store: it has no table 'latest_metrics'"):
        open_store(store("DROP TABLE latest_metrics"), Mapping())
    with pytest.raises(ImportRefused, match="no MLflow store: it has no table 'params'"):
        open_store(
            store("ALTER TABLE params RENAME TO p", "CREATE VIEW params AS SELECT * FROM p"),
            Mapping(),
        )
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(SQLITE.read_bytes()[:20_000])
    with pytest.raises(ImportRefused, match=r"damaged\.db cannot be read as an MLflow store"):
        open_store(damaged, Mapping())
    with pytest.raises(ImportRefused, match=r"gone\.db cannot be read as an MLflow store"):
        open_store(tmp_path / "gone.db", Mapping())


def test_other_folders_are_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "meta.yaml").write_text("name: something else\n")
    assert not is_store(tmp_path)
    with pytest.raises(ImportRefused, match="no folder in it is an experiment"):
        open_store(tmp_path, Mapping())
    with pytest.raises(ImportRefused, match="no folder in it is an experiment"):
        open_store(FOLDER / EXPERIMENT / RUN, Mapping())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("metrics/eval/mmlu_acc", "1 0.5 0\n2 half 1\n", "mmlu_acc, line 2: '2 half 1' is no"),
        ("metrics/eval/mmlu_acc", "1 0.5 0 7\n", "mmlu_acc, line 1: '1 0.5 0 7' is no value"),
        ("params/seed", b"\xff", "params/seed, line 1: byte 0xff is no UTF-8"),
        ("meta.yaml", "run_id: [\n", r"meta\.yaml is no valid YAML"),
        ("meta.yaml", "- run_id\n", r"meta\.yaml holds no keys and values"),
        ("meta.yaml", "run_id: " + "[" * 50_000, r"meta\.yaml is no valid YAML"),
        ("meta.yaml", "run_id: !!python/object:os.system {}\n", r"meta\.yaml is no valid YAML"),
        ("meta.yaml", 'run_id: "\\ud800"\n', r"meta\.yaml: a text holds half a character"),
    ],
)
def test_damaged_files_are_refused(
    name: str, content: str | bytes, message: str, folder: Path
) -> None:
    place = folder / EXPERIMENT / RUN / name
    place.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ImportRefused, match=message) as caught:
        runs_of(open_store(folder, Mapping()))
    assert caught.value.message.startswith(f"{EXPERIMENT}/{RUN}/{name}")


def test_no_path_inside_a_file_and_no_link_is_followed(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "meta.yaml").write_text("name: secret\nexperiment_id: '1'\n")
    run = folder / EXPERIMENT / RUN
    (meta,) = (run / "inputs").glob("*/meta.yaml")
    (line,) = (line for line in meta.read_text().splitlines() if line.startswith("source_id"))
    meta.write_text(meta.read_text().replace(line, "source_id: ../../../secret"))
    (run / "params" / "link").symlink_to(secret / "meta.yaml")
    (folder / "2").symlink_to(secret)
    table = open_store(folder, Mapping())
    assert runs_of(table)[RUN]["datasets"] == ""
    assert "params.link" not in table.header
    assert not any("secret" in text for row in runs_of(table).values() for text in row.values())


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "{}",
        '{"info": {"run_id": "x"}}',
        '{"info": {}, "data": {}}',
        '{"info": {"run_id": "x"}, "data": {"params": [1]}}',
        '{"info": {"run_id": "x"}, "data": {}, "inputs": {"dataset_inputs": [1]}}',
        '{"info": {"run_id": "x"}, "data": {}, "inputs": {"dataset_inputs": [{"tags": 1}]}}',
    ],
)
def test_other_json_is_no_described_run(content: str, write_file: Callable[..., Path]) -> None:
    with pytest.raises(ImportRefused, match=r"run\.json is no MLflow run"):
        open_described(write_file("run.json", content))
