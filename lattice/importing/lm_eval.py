"""Opens results of lm-evaluation-harness: a row per file, task and metric, in both of its forms.

Until version 0.4 a task's metrics were called `acc` and `acc_stderr`; since then `acc,none` and
`acc_stderr,none`, where the second part names the filter that picked the answers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from lattice.errors import ImportRefused
from lattice.importing.folders import (
    NamedFile,
    content_of,
    files_below,
    is_called,
    name_of,
    storable,
)
from lattice.importing.jsontexts import as_text, flattened, parsed
from lattice.importing.mapping import Mapping
from lattice.importing.rows import Row, table_of_rows
from lattice.importing.table import Table
from lattice.model import Direction

_NO_FILTER = "none"
_ERROR = "_stderr"
_BESIDE = ("versions", "n-shot", "higher_is_better", "configs", "config", "config_general")
_OF_THE_RUN = ("model_name", "model_source", "lm_eval_version", "git_hash", "date")


class _Metric(NamedTuple):
    """One metric of a task; the filter is part of its name unless there is none."""

    name: str
    score: str
    error: str


def open_lm_eval(paths: Sequence[Path], mapping: Mapping) -> Table:
    """The table of some files of results, in this order; of a folder, all files that are some.

    Its columns are `evaluation_set` (the task), `metric` (`acc`, or `acc,strict-match` with the
    filter), `score`, `score_stderr`, `size` (samples), `shots`, `version`, `file`, the settings
    as `config.*`, and what the file says of the model and the harness.

    Raises:
        ImportRefused: a file is no such results, or holds no scores.
    """
    files = _named(paths, mapping)

    def rows() -> Iterator[Row]:
        for number, (name, path) in enumerate(files):
            shared = {"file": name}
            content = _results(path, name)
            settings = _settings(content, name)
            for place, texts in enumerate(_scores(content, name), start=1):
                yield Row({**texts, **shared, **settings}, place, number)

    many = f"{len(files):,} files of lm-evaluation-harness results"
    return table_of_rows(
        name=files[0][0] if len(files) == 1 else many,
        files=tuple(name for name, _ in files),
        unit="score",
        rows=rows,
        kind="lm-evaluation-harness results" if len(files) == 1 else many,
        scores=("score",),
    )


def files_of_results(folder: Path, mapping: Mapping) -> tuple[NamedFile, ...]:
    """The files of a folder with the harness's own names, `results_2024-05-01T12-00-00.json`.

    With `[runs] file` in the mapping it is the files of that name.

    Raises:
        ImportRefused: a folder cannot be listed, or there are more than 100,000.
    """

    def wanted(name: str) -> bool:
        if mapping.runs.file is not None:
            return is_called(name, mapping.runs.file)
        own = name.rpartition("/")[2]
        return own.startswith("results") and own.endswith(".json")

    return files_below(folder, wanted)


def looks_like_lm_eval(content: object) -> bool:
    """Whether a JSON value is a file of results: tasks with numbers, and what they were run with.

    >>> looks_like_lm_eval({"results": {"wsc": {"acc,none": 0.4}}, "versions": {"wsc": 1}})
    True
    """
    if not isinstance(content, dict) or not any(key in content for key in _BESIDE):
        return False
    tasks = content.get("results")
    if not isinstance(tasks, dict) or not tasks:
        return False
    return all(isinstance(task, dict) for task in tasks.values()) and any(
        _is_number(value) for task in tasks.values() for value in task.values()
    )


def directions_of(path: Path) -> dict[str, Direction]:
    """The direction of each metric, as the table names it, where the file says it.

    Raises:
        ImportRefused: no such file, or a metric is better higher in one task and lower in another.
    """
    content = _results(path, path.name)
    said = _objects_in(content, "higher_is_better")
    found: dict[str, Direction] = {}
    for task, values in content["results"].items():
        is_better = said.get(task)
        for metric in _metrics(values):
            stem = metric.name.partition(",")[0]
            higher = is_better.get(stem) if isinstance(is_better, dict) else None
            if not isinstance(higher, bool):
                continue
            direction: Direction = "higher" if higher else "lower"
            if found.setdefault(metric.name, direction) != direction:
                raise ImportRefused(
                    f"{path.name}: {metric.name!r} is better {found[metric.name]} in one task and"
                    f" {direction} in {task!r}.",
                    hint="Say its direction in a mapping: [[metrics]], or drop one of the tasks.",
                )
    return found


# ------------------------------------------------------------------ reading


def _named(paths: Sequence[Path], mapping: Mapping) -> tuple[NamedFile, ...]:
    """The files, named below the folder that they share; models have folders of their own."""
    if len(paths) == 1 and paths[0].is_dir():
        files = files_of_results(paths[0], mapping)
        if not files:
            raise ImportRefused(
                f"{name_of(paths[0])} holds no {mapping.runs.file or 'results*.json'}, in no folder"
                " below it.",
                hint='Say what the files are called: [runs] file = "eval.json".',
            )
        return files
    if not paths:
        raise ImportRefused("There are no files of results.", hint="Name at least one.")
    shared = os.path.commonpath([path.absolute().parent for path in paths])
    return tuple((storable(path.absolute().relative_to(shared).as_posix()), path) for path in paths)


def _results(path: Path, name: str) -> dict[str, Any]:
    content = parsed(content_of(path, name), name)
    if not isinstance(content, dict) or not looks_like_lm_eval(content):
        raise ImportRefused(
            f"{name} holds no results of lm-evaluation-harness.",
            hint='They are JSON with "results": {task: {metric: number}}, "versions" and "config".',
        )
    return content


def _objects_in(content: dict[str, Any], key: str) -> dict[str, Any]:
    """What a key of the file holds by task; nothing where it is of another kind."""
    value = content.get(key)
    return value if isinstance(value, dict) else {}


def _settings(content: dict[str, Any], name: str) -> dict[str, str]:
    """Everything that holds for the whole file."""
    config = dict(_objects_in(content, "config") or _objects_in(content, "config_general"))
    arguments = config.get("model_args")
    if isinstance(arguments, dict):  # since 0.4.9; before, a text of this form
        config["model_args"] = ",".join(f"{key}={as_text(arguments[key])}" for key in arguments)
    rest = {key: content[key] for key in _OF_THE_RUN if key in content}
    return flattened({"config": config, **rest}, name)


def _scores(content: dict[str, Any], name: str) -> Iterator[dict[str, str]]:
    """The rows of one file, without what holds for all of them."""
    config = _objects_in(content, "config")
    shots, sizes, versions = (
        _objects_in(content, key) for key in ("n-shot", "n-samples", "versions")
    )
    for task, values in content["results"].items():
        size = sizes.get(task)
        texts = {
            "evaluation_set": task,
            "metric": "",
            "score": "",
            "score_stderr": "",
            "size": as_text(size.get("effective") if isinstance(size, dict) else size),
            "shots": as_text(shots.get(task, config.get("num_fewshot"))),
            "version": as_text(versions.get(task)),
        }
        for metric in _metrics(values):
            measured = {
                "metric": metric.name,
                "score": metric.score,
                "score_stderr": metric.error,
            }
            yield flattened({**texts, **measured}, name)


def _metrics(values: dict[str, Any]) -> Iterator[_Metric]:
    """The metrics of a task: numbers that are no standard errors.

    Where metrics have filters, numbers without one are counts such as `sample_len`.
    """
    filtered = any("," in key for key in values)
    for key, value in values.items():
        stem, comma, answers = key.partition(",")
        if not _is_number(value) or stem.endswith(_ERROR) or (filtered and not comma):
            continue
        error = values.get(f"{stem}{_ERROR}{comma}{answers}")
        yield _Metric(
            name=stem if answers in ("", _NO_FILTER) else key,
            score=as_text(value),
            error=as_text(error) if _is_number(error) else "",
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
