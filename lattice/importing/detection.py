"""Chooses the reader of each file, from the mapping, the file's name and its first bytes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial, reduce
from pathlib import Path
from typing import Any

from lattice.errors import ImportRefused, MappingRefused
from lattice.importing import games, lm_eval, masks, mlflow, parquet, runs
from lattice.importing.delimited import open_delimited
from lattice.importing.mapping import Mapping
from lattice.importing.records import Context, Progress, Reading
from lattice.importing.sources import Source, parts_of_name, refuse_unreadable
from lattice.importing.table import Table, joined
from lattice.importing.tables import read_table

_ZIP, _NPY, _SQLITE = b"PK\x03\x04", b"\x93NUMPY", b"SQLite format 3\x00"
_LARGEST_JSON = 1 << 30
ARRAY = ".npy"
_OF_THEIR_OWN = (".csv", ".tsv", ".npz", ARRAY, ".parquet")


def find_sources(paths: Sequence[Path], mapping: Mapping) -> list[Source]:
    """What the files of one result set are, each with its reader.

    Raises:
        ImportRefused: a path cannot be read, or no reader fits it.
        MappingRefused: files that are to be joined are no tables.
    """
    for path in paths:
        refuse_unreadable(path)
    arrays = [path for path in paths if _starts_with(path, _NPY)]
    if arrays:
        rest = [path for path in paths if path not in arrays]
        files = tuple((path.name, path) for path in arrays)
        name = " with ".join(path.name for path in arrays)
        read = partial(masks.read_masks, arrays)
        return (
            [Source(name, files, read), *find_sources(rest, mapping)]
            if rest
            else [Source(name, files, read)]
        )
    if mapping.join is not None:
        return [_joined_source(paths, mapping)]
    if mapping.format == "lm-eval":
        return [_table_source(path, _harness_table(path, mapping)) for path in paths]
    return [_source(path, mapping) for path in paths]


def _source(path: Path, mapping: Mapping) -> Source:
    files = ((path.name, path),)
    if path.is_file() and (mapping.format == "game" or path.suffix == ".npz"):
        if path.suffix == ".json":
            return Source(path.name, files, partial(games.read_game_json, path))
        return Source(path.name, files, partial(masks.read_npz, path))
    if _starts_with(path, _ZIP):
        return Source(path.name, files, partial(masks.read_npz, path))
    if path.is_file() and path.suffix == ".json" and mapping.format is None:
        content = _json(path)
        if games.looks_like_game(content):
            return Source(path.name, files, partial(games.read_game_json, path))
        if lm_eval.looks_like_lm_eval(content):
            return _table_source(path, _harness_table(path, mapping))
    return _table_source(path, _table(path, mapping))


def _table(path: Path, mapping: Mapping) -> Table:
    """The table that a file or folder is."""
    if path.is_dir():
        _refuse_files_of_another_kind(path, mapping)
        store = mapping.format == "mlflow" or (mapping.format is None and mlflow.is_store(path))
        return mlflow.open_store(path, mapping) if store else runs.open_runs(path, mapping)
    if _starts_with(path, _SQLITE):
        return mlflow.open_store(path, mapping)
    if path.suffix in (".json", ".jsonl"):
        described = mapping.format == "mlflow"
        return mlflow.open_described(path) if described else runs.open_runs(path, mapping)
    if _starts_with(path, b"PAR1"):
        return parquet.open_parquet(path)
    return mlflow.tracked(open_delimited(path, mapping.table))


def _refuse_files_of_another_kind(folder: Path, mapping: Mapping) -> None:
    """Refuse a folder whose own files can be imported one by one, but are no runs."""
    if mapping.format is not None:
        return
    kinds = Counter(each.suffix for each in folder.iterdir() if each.is_file())
    found = {kind: count for kind, count in kinds.items() if kind in _OF_THEIR_OWN}
    if found:
        listed = ", ".join(f"{count} {kind}" for kind, count in sorted(found.items()))
        raise ImportRefused(
            f"{folder.name} is a folder that holds {listed} files, which are no runs.",
            hint=f"Name the files: lattice import {folder}/*{max(found, key=lambda k: found[k])};"
            ' or say format = "runs" in a mapping.',
        )


def _harness_table(path: Path, mapping: Mapping) -> Table:
    directions = lm_eval.directions_of(path) if path.is_file() else {}
    roles = {"evaluation_set": "evaluation_set", "metric": "metric"}
    return replace(lm_eval.open_lm_eval([path], mapping), directions=directions, roles=roles)


def _table_source(path: Path, table: Table) -> Source:
    if path.is_dir():
        files = tuple((name, path / name) for name in table.files)
    else:
        files = ((path.name, path),)
    return Source(path.name, files, partial(_read, table))


def _read(table: Table, context: Context, progress: Progress) -> Reading:
    return read_table(table, context, progress)


def _joined_source(paths: Sequence[Path], mapping: Mapping) -> Source:
    if len(paths) < 2:
        raise MappingRefused(
            "The mapping joins files, and there is only one.",
            hint="Name the file with the sets first, then those with the scores.",
        )
    key = mapping.join.key if mapping.join else None
    tables = [_table(path, mapping) for path in paths]
    table = reduce(lambda first, second: joined(first, second, key), tables)
    files = tuple((path.name, path) for path in paths)
    return Source(table.name, files, partial(_read, table))


def context_of(source: Source, mapping: Mapping, known: tuple[str, ...], refusals: Any) -> Context:
    """What the reader of a source may rely on."""
    return Context(
        mapping,
        known,
        closed=bool(mapping.objects),
        parts=parts_of_name(source.files[0][0] if source.files else source.name, mapping),
        refusals=refusals,
    )


def _starts_with(path: Path, sign: bytes) -> bool:
    if not path.is_file():
        return False
    try:
        with path.open("rb") as stream:
            return stream.read(len(sign)) == sign
    except OSError as error:
        raise ImportRefused(f"{str(path)!r} cannot be read: {error.strerror}.") from error


def _json(path: Path) -> object:
    if path.stat().st_size > _LARGEST_JSON:
        raise ImportRefused(
            f"{path.name} has {path.stat().st_size:,} bytes.",
            hint=f"JSON files up to {_LARGEST_JSON:,} bytes are read; use JSON Lines.",
        )
    try:
        return json.loads(path.read_bytes())
    except (UnicodeDecodeError, ValueError, RecursionError):
        return None  # the reader says what is wrong, with its line
