"""Opens an MLflow file store: folders of experiments with folders of runs, a file per value.

`meta.yaml` says what an experiment or a run is; every parameter, metric and tag is a file of its
name, in further folders where the name has slashes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from lattice.errors import ImportRefused
from lattice.importing.folders import (
    NamedFile,
    content_of,
    files_below,
    folders_below,
    name_of,
    refuse_half_characters,
    refuse_too_many,
    text_of,
)
from lattice.importing.rows import Row, add_columns, batches
from lattice.importing.table import Table

CONTEXT, TRAINING = "mlflow.data.context", "training"
FIRST_COLUMNS = ("run_id", "run_name", "experiment", "experiment_id", "status", "datasets")
_META = "meta.yaml"
_VALUES = ("params", "metrics", "tags")
_MOST_FILES = 1_000_000
_LARGEST_META = 16 * 2**20
_STATUS = {"1": "RUNNING", "2": "SCHEDULED", "3": "FINISHED", "4": "FAILED", "5": "KILLED"}


@dataclass(frozen=True)
class _Run:
    """A run that was not deleted: what its and its experiment's meta.yaml say, and its files.

    `datasets` are the names of the experiment's datasets by their ids.
    """

    folder: str
    meta: dict[str, str]
    experiment: dict[str, str]
    datasets: dict[str, str]
    files: tuple[NamedFile, ...]


@dataclass(frozen=True)
class _Store:
    """The runs of a store and all files that are read of it."""

    runs: tuple[_Run, ...]
    files: tuple[NamedFile, ...]


# ------------------------------------------------------------------ shared with the other forms


def is_score(column: str) -> bool:
    """Whether a column holds scores: a metric, unless MLflow took it of the machine."""
    return column.startswith("metrics.") and not column.startswith("metrics.system/")


def kept_tag(name: str) -> bool:
    """Whether a tag is somebody's own; of MLflow's only the run's name is kept."""
    return not name.startswith("mlflow.") or name == "mlflow.runName"


def dataset_names(names: Iterable[str]) -> str:
    """A JSON list of the names, sorted; blank where there are none."""
    found = sorted(set(names))
    return json.dumps(found, ensure_ascii=False) if found else ""


def ordered(columns: Iterable[str]) -> tuple[str, ...]:
    """The header: what every run has, then parameters, metrics and tags by name."""
    kinds = ("params.", "metrics.", "tags.")
    parts = (sorted(each for each in columns if each.startswith(kind)) for kind in kinds)
    return (*FIRST_COLUMNS, *(column for part in parts for column in part))


# ------------------------------------------------------------------ opening


def is_store(folder: Path) -> bool:
    """Whether a folder is a file store, or one experiment of it."""
    return any(
        re.search(rb"^experiment_id:", content_of(path, name, _LARGEST_META), re.MULTILINE)
        for name, path in _experiments(folder)
    )


def files_of(folder: Path) -> tuple[NamedFile, ...]:
    """The files that are read of a store, by their names below it.

    Raises:
        ImportRefused: it is no store, a folder cannot be listed, or a file is damaged.
    """
    return _store(folder).files


def open_files(folder: Path) -> Table:
    """The table of a store's runs, without deleted ones.

    Raises:
        ImportRefused: it is no store, a folder cannot be listed, or a file is damaged.
    """
    store = _store(folder)
    number = {name: index for index, (name, _) in enumerate(store.files)}

    def rows() -> Iterator[Row]:
        for place, run in enumerate(store.runs, start=1):
            yield Row(_texts(run), place, number[f"{run.folder}/{_META}"])

    columns: dict[str, None] = {}
    for run in store.runs:
        names = (_column(run, name) for name, _ in run.files)
        add_columns(columns, filter(None, names), run.folder)
    header = ordered(columns)
    name, count = name_of(folder), len(store.runs)
    return Table(
        name=name,
        files=tuple(number),
        unit="run",
        header=header,
        size=count,
        open=lambda: batches(name, header, rows()),
        kind=f"MLflow store of {count:,} run{'' if count == 1 else 's'}",
        first_place="",
        scores=tuple(filter(is_score, header)),
        loose=True,
    )


# ------------------------------------------------------------------ folders


def _experiments(folder: Path) -> tuple[NamedFile, ...]:
    """The experiments' meta.yaml: of those in the folder, or of the folder if it is one."""
    own = folder / _META
    if own.is_file() and not own.is_symlink():
        return ((_META, own),)
    return _metas(folder, "")


def _metas(folder: Path, above: str) -> tuple[NamedFile, ...]:
    """The meta.yaml of every folder in this one."""
    names = ((f"{name}/{_META}", folder / name / _META) for name in folders_below(folder, 1))
    return tuple(
        (above + name, path) for name, path in names if path.is_file() and not path.is_symlink()
    )


def _store(folder: Path) -> _Store:
    runs: list[_Run] = []
    files: list[NamedFile] = []
    for experiment_name, path in _experiments(folder):
        experiment = _meta(path, experiment_name)
        if "experiment_id" not in experiment or _run_id(experiment):
            continue
        files.append((experiment_name, path))
        if experiment.get("lifecycle_stage") == "deleted":
            continue
        above = experiment_name.removesuffix(_META)
        datasets = _metas_of_part(path.parent / "datasets", f"{above}datasets/")
        files += datasets
        by_id = {
            name.split("/")[-2]: _meta(place, name).get("name", "") for name, place in datasets
        }
        for name, place in _metas(path.parent, above):
            meta = _meta(place, name)
            files.append((name, place))
            if meta.get("lifecycle_stage") == "deleted" or not _run_id(meta):
                continue
            run = name.removesuffix(f"/{_META}")
            own = _run_files(place.parent, run)
            files += own
            refuse_too_many(folder, len(files), _MOST_FILES)
            runs.append(_Run(run, meta, experiment, by_id, own))
    if not files:
        raise ImportRefused(
            f"{name_of(folder)} is no MLflow store: no folder in it is an experiment.",
            hint="Name the folder that MLflow calls mlruns.",
        )
    return _Store(tuple(runs), tuple(sorted(files)))


def _metas_of_part(folder: Path, above: str) -> tuple[NamedFile, ...]:
    return _metas(folder, above) if folder.is_dir() and not folder.is_symlink() else ()


def _run_files(folder: Path, run: str) -> tuple[NamedFile, ...]:
    """The files of a run's values and inputs; its artifacts are left alone."""
    found: list[NamedFile] = []
    for part in _VALUES:
        place = folder / part
        if place.is_dir() and not place.is_symlink():
            listed = files_below(place, lambda _: True)
            found += [(f"{run}/{part}/{name}", path) for name, path in listed]
    kept = [each for each in found if _is_kept(run, each[0])]
    return (*kept, *_metas_of_part(folder / "inputs", f"{run}/inputs/"))


def _is_kept(run: str, name: str) -> bool:
    part, _, key = name.removeprefix(f"{run}/").partition("/")
    return part != "tags" or kept_tag(key)


# ------------------------------------------------------------------ values


def _run_id(meta: dict[str, str]) -> str:
    return meta.get("run_id") or meta.get("run_uuid") or ""  # run_uuid before MLflow 1.0


def _column(run: _Run, name: str) -> str:
    """The column of a file's value; blank where it is an input."""
    part, _, key = name.removeprefix(f"{run.folder}/").partition("/")
    return f"{part}.{key}" if part in _VALUES else ""


def _texts(run: _Run) -> dict[str, str]:
    """One run as a row."""
    values: dict[str, str] = {}
    names: list[str] = []
    for name, path in run.files:
        column = _column(run, name)
        if not column:
            names += _dataset(_meta(path, name), run)
        elif column.startswith("metrics."):
            values[column] = _last_value(text_of(content_of(path, name), name), name)
        else:
            values[column] = text_of(content_of(path, name), name)
    status = run.meta.get("status", "")
    return {
        "run_id": _run_id(run.meta),
        "run_name": run.meta.get("run_name") or values.get("tags.mlflow.runName", ""),
        "experiment": run.experiment.get("name", ""),
        "experiment_id": run.experiment["experiment_id"],
        "status": _STATUS.get(status, status),
        "datasets": dataset_names(names),
        **values,
    }


def _dataset(given: dict[str, str], run: _Run) -> Iterator[str]:
    """The dataset's name, where an input is one for training and the experiment has it."""
    source = given.get("source_id", "")
    if source in run.datasets and given.get(f"tags.{CONTEXT}") == TRAINING:
        yield run.datasets[source]


def _last_value(text: str, name: str) -> str:
    """The value at the largest step, then time, then value, as MLflow itself has it.

    Lines are `time value`, `time value step` or `time value step dataset digest`.
    """
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        fields = line.split()
        try:
            if len(fields) not in (2, 3, 5):
                raise ValueError(f"{len(fields)} fields")
            step = int(fields[2]) if len(fields) > 2 else 0
            found.append((step, int(fields[0]), float(fields[1])))
        except ValueError as error:
            raise ImportRefused(
                f"{name}, line {number}: {line[:80]!r} is no value of a metric.",
                hint="Lines are: time value step. Is MLflow still writing it?",
            ) from error
    return repr(max(found)[2]) if found else ""


def _meta(path: Path, name: str) -> dict[str, str]:
    """The texts of a meta.yaml by key, those of its tags as `tags.*`; other lists are left out."""
    text = text_of(content_of(path, name, _LARGEST_META), name)
    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ImportRefused(
            f"{name} is no valid YAML: {' '.join(str(error).split())[:200]}.",
            hint="Is this a folder that MLflow wrote?",
        ) from error
    if not isinstance(content, dict):
        raise ImportRefused(
            f"{name} holds no keys and values.", hint="Is this a folder that MLflow wrote?"
        )
    tags = content.get("tags")
    inner = {f"tags.{key}": value for key, value in tags.items()} if isinstance(tags, dict) else {}
    found = {
        key: "" if value is None else str(value)
        for key, value in {**content, **inner}.items()
        if isinstance(key, str) and isinstance(value, str | int | float | None)
    }
    refuse_half_characters(found.values(), name)
    return found
