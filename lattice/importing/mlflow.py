"""Opens what MLflow tracked, a run a row: its SQLite store, its file store, its lists of runs.

Columns are those of MLflow's own tables of runs: `run_id`, `status`, `params.*`, `metrics.*` with
their last values, and `tags.*`; besides `run_name`, `experiment`, and in `datasets` the names of
the inputs that were logged for training, as a JSON list.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from lattice.errors import ImportRefused, MappingRefused
from lattice.importing import mlflow_files
from lattice.importing.folders import NamedFile, content_of, name_of
from lattice.importing.jsontexts import as_text, flattened, parsed
from lattice.importing.mapping import Mapping
from lattice.importing.mlflow_files import (
    CONTEXT,
    FIRST_COLUMNS,
    TRAINING,
    dataset_names,
    is_score,
    kept_tag,
    ordered,
)
from lattice.importing.rows import ROWS_PER_BATCH, Row, add_columns, batches, table_of_rows
from lattice.importing.table import Table

_TABLES = frozenset({"experiments", "runs", "params", "latest_metrics", "tags"})
_INPUT_TABLES = frozenset({"inputs", "input_tags", "datasets"})
_LONGEST_TEXT = 16 * 2**20
_LARGEST_FLOAT = 1.7976931348623157e308
_ACTIVE = """
    FROM runs JOIN experiments ON experiments.experiment_id = runs.experiment_id
    WHERE runs.lifecycle_stage = 'active' AND experiments.lifecycle_stage = 'active'
"""
_RUNS = f"""
    SELECT run_uuid, runs.name, status, runs.experiment_id, experiments.name {_ACTIVE}
    AND run_uuid > ? ORDER BY run_uuid LIMIT ?
"""
_PARAMS = "SELECT run_uuid, key, value FROM params WHERE run_uuid BETWEEN ? AND ?"
_TAGS = "SELECT run_uuid, key, value FROM tags WHERE run_uuid BETWEEN ? AND ?"
_METRICS = "SELECT run_uuid, key, value, is_nan FROM latest_metrics WHERE run_uuid BETWEEN ? AND ?"
_DATASETS = """
    SELECT destination_id, datasets.name FROM inputs
    JOIN datasets ON dataset_uuid = source_id
    JOIN input_tags ON input_tags.input_uuid = inputs.input_uuid
    WHERE inputs.source_type = 'DATASET' AND destination_type = 'RUN'
    AND input_tags.name = ? AND input_tags.value = ? AND destination_id BETWEEN ? AND ?
"""
_KEYS = "SELECT DISTINCT key FROM {table} WHERE run_uuid IN (SELECT run_uuid {active})"


def is_store(path: Path) -> bool:
    """Whether a folder is an MLflow file store (`mlruns`), or one experiment of it."""
    return mlflow_files.is_store(path)


def open_store(path: Path, mapping: Mapping) -> Table:
    """The table of a store's runs, without deleted ones: an SQLite file, or a folder `mlruns`.

    Raises:
        ImportRefused: it is no MLflow store, or somebody is writing it.
        MappingRefused: another checkpoint than the last is asked for.
    """
    if mapping.runs.checkpoint != "last":
        raise MappingRefused(
            f"{name_of(path)}: of an MLflow store the last values of each run are read, not the"
            f" {mapping.runs.checkpoint} ones.",
            hint="Leave [runs] checkpoint out.",
        )
    return mlflow_files.open_files(path) if path.is_dir() else _open_sqlite(path)


def files_of_store(path: Path) -> tuple[NamedFile, ...]:
    """The files that are read of a store: the SQLite file, or those of a file store's runs.

    Raises:
        ImportRefused: a folder cannot be listed, or is no store.
    """
    return mlflow_files.files_of(path) if path.is_dir() else ((path.name, path),)


def tracked(table: Table) -> Table:
    """A table that MLflow wrote (`search_runs`, `mlflow experiments csv`) with its scores known.

    Any other table is returned as it is.
    """
    scores = tuple(filter(is_score, table.header))
    if "run_id" not in table.header or not scores:
        return table
    return replace(table, scores=scores, loose=True, kind="MLflow runs")


# ------------------------------------------------------------------ one described run


def open_described(path: Path) -> Table:
    """The table of one run as `mlflow runs describe` prints it.

    Raises:
        ImportRefused: it is no such JSON.
    """
    content = parsed(content_of(path, path.name), path.name)
    try:
        texts = _described(content)
    except (AttributeError, KeyError, TypeError) as error:
        raise ImportRefused(
            f"{path.name} is no MLflow run.",
            hint="Write it with: mlflow runs describe --run-id ... > run.json",
        ) from error
    row = Row(flattened(texts, path.name), 1)
    scores = tuple(filter(is_score, texts))
    return table_of_rows(path.name, (path.name,), "run", lambda: iter([row]), "MLflow run", scores)


def _described(content: Any) -> dict[str, str]:
    """The texts by column; what is not as MLflow writes it raises as plain Python does."""
    info, data = content["info"], content["data"]
    names = [
        as_text(each["dataset"]["name"])
        for each in (content.get("inputs") or {}).get("dataset_inputs") or ()
        if (each.get("tags") or {}).get(CONTEXT) == TRAINING
    ]
    texts = {
        "run_id": as_text(info["run_id"]),
        **{key: as_text(info.get(key)) for key in ("run_name", "experiment_id", "status")},
        "datasets": dataset_names(names),
    }
    for kind in ("params", "metrics", "tags"):
        for key, value in (data.get(kind) or {}).items():
            if kind != "tags" or kept_tag(key):
                texts[f"{kind}.{key}"] = as_text(value)
    return texts


# ------------------------------------------------------------------ SQLite


def _open_sqlite(path: Path) -> Table:
    with _connected(path) as connection:
        header = _header(connection, path.name)
        (size,) = connection.execute(f"SELECT count(*) {_ACTIVE}").fetchone()
    return Table(
        name=path.name,
        files=(path.name,),
        unit="run",
        header=header,
        size=size,
        open=lambda: batches(path.name, header, _stored_rows(path)),
        kind=f"MLflow store of {size:,} run{'' if size == 1 else 's'}",
        first_place="",
        scores=tuple(filter(is_score, header)),
        loose=True,
    )


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    """The store, read-only; nothing is written beside it either.

    Raises:
        ImportRefused: it is no such store, or it is damaged, or not all of it is in this file.
    """
    for ending in ("-wal", "-journal"):
        beside = path.resolve().with_name(path.resolve().name + ending)
        if beside.is_file() and beside.stat().st_size > 0:
            raise ImportRefused(
                f"{path.name} is being written: there is {beside.name}.",
                hint="Stop the MLflow server, or import a backup (sqlite3 FILE '.backup COPY').",
            )
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(address, uri=True)
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_TEXT)
            _refuse_other_tables(connection, path.name)
            yield connection
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise ImportRefused(
            f"{path.name} cannot be read as an MLflow store: {error}.",
            hint="Was it copied while MLflow wrote it?",
        ) from error


def _tables(connection: sqlite3.Connection) -> frozenset[str]:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return frozenset(name for (name,) in found)


def _refuse_other_tables(connection: sqlite3.Connection, name: str) -> None:
    missing = sorted(_TABLES - _tables(connection))
    if missing:
        raise ImportRefused(
            f"{name} is no MLflow store: it has no table {missing[0]!r}.",
            hint="A store has experiments, runs, params, latest_metrics and tags.",
        )


def _header(connection: sqlite3.Connection, name: str) -> tuple[str, ...]:
    columns: dict[str, None] = {}
    for prefix, table in (("params", "params"), ("metrics", "latest_metrics"), ("tags", "tags")):
        found = connection.execute(_KEYS.format(table=table, active=_ACTIVE))
        keys = [as_text(key) for (key,) in found]
        kept = [key for key in keys if prefix != "tags" or kept_tag(key)]
        add_columns(columns, (f"{prefix}.{key}" for key in kept), f"{name}, {table}")
    return ordered(columns)


def _stored_rows(path: Path) -> Iterator[Row]:
    place = 0
    last = ""
    with _connected(path) as connection:
        while page := connection.execute(_RUNS, (last, ROWS_PER_BATCH)).fetchall():
            found = _values(connection, page[0][0], page[-1][0])
            for run, run_name, status, experiment_id, experiment in page:
                place += 1
                values = found[run]
                names = (run, run_name, experiment, experiment_id, status)
                texts = dict(zip(FIRST_COLUMNS, map(as_text, names), strict=False))
                texts["run_name"] = texts["run_name"] or values.get("tags.mlflow.runName", "")
                yield Row({**texts, "datasets": "", **values}, place)
            last = page[-1][0]


def _values(connection: sqlite3.Connection, first: str, last: str) -> dict[str, dict[str, str]]:
    """Texts by column, of every run between two."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for run, key, value in connection.execute(_PARAMS, (first, last)):
        found[run][f"params.{key}"] = as_text(value)
    for run, key, value, is_nan in connection.execute(_METRICS, (first, last)):
        found[run][f"metrics.{key}"] = "nan" if is_nan else _metric_text(value)
    for run, key, value in connection.execute(_TAGS, (first, last)):
        if kept_tag(key):
            found[run][f"tags.{key}"] = as_text(value)
    if _tables(connection) >= _INPUT_TABLES:
        names: dict[str, list[str]] = defaultdict(list)
        for run, name in connection.execute(_DATASETS, (CONTEXT, TRAINING, first, last)):
            names[run].append(name)
        for run in names:
            found[run]["datasets"] = dataset_names(names[run])
    return found


def _metric_text(value: Any) -> str:
    """A metric's value; the store has no infinity and holds the largest number instead."""
    if isinstance(value, float) and abs(value) >= _LARGEST_FLOAT:
        return "inf" if value > 0 else "-inf"
    return as_text(value)
