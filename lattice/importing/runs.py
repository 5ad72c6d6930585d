"""Opens what one run each wrote as JSON: a folder of runs, or a file with one run a line.

Objects within objects become columns with dotted keys: `args.seed`, `hparams.lr`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import isnan, nan
from pathlib import Path
from typing import Any, NamedTuple

from lattice.errors import ImportRefused, MappingRefused
from lattice.importing.folders import (
    MOST_FILES,
    NamedFile,
    content_of,
    files_below,
    folders_below,
    is_called,
    name_of,
    reading,
)
from lattice.importing.jsontexts import flattened, parsed
from lattice.importing.mapping import Mapping, Runs
from lattice.importing.rows import Row, add_columns, batches, table_of_rows
from lattice.importing.table import Table

RUN = "run"
_LONGEST_LINE = 16 * 2**20
_LINES = (".jsonl", ".ndjson")


class _Found(NamedTuple):
    """A JSON object in a file: its line, or its place in a list, and where its text starts."""

    content: dict[str, Any]
    place: int
    offset: int


class _Chosen(NamedTuple):
    """The object of a run that counts."""

    file: int
    place: int
    offset: int


def open_runs(path: Path, mapping: Mapping) -> Table:
    """The table of a folder of runs, or of a `.json` or `.jsonl` file.

    In a folder each run is one row, by its last, first or best checkpoint, and `run` is its
    folder's name. In a file each object is a row.

    Raises:
        ImportRefused: there are no runs, or a file is no JSON; says file and line.
        MappingRefused: the best checkpoint is asked for, and not by what.
    """
    if not path.is_dir():
        return _open_file(path)
    if mapping.runs.checkpoint == "best" and mapping.runs.best is None:
        raise MappingRefused(
            "The mapping asks for the best checkpoint of each run and does not say by what.",
            hint='Name its key: [runs] checkpoint = "best", best = "valid.accuracy".',
        )
    return _open_folder(path, mapping)


def files_of_runs(folder: Path, mapping: Mapping) -> tuple[NamedFile, ...]:
    """The files that the runs of a folder wrote, by their names below it.

    Raises:
        ImportRefused: a folder cannot be listed, or there are more than 100,000.
    """
    file = mapping.runs.file

    def wanted(name: str) -> bool:
        if file is not None:
            return is_called(name, file)
        return name.endswith((".json", *_LINES))

    return files_below(folder, wanted, MOST_FILES)


# ------------------------------------------------------------------ one file


def _open_file(path: Path) -> Table:
    unit = "object" if _is_one_text(path) else "line"

    def rows() -> Iterator[Row]:
        for found in _objects(path, path.name):
            place = f"{path.name}, {unit} {found.place}"
            yield Row(flattened(found.content, place), found.place)

    kind = "JSON" if _is_one_text(path) else "JSON Lines"
    return table_of_rows(path.name, (path.name,), unit, rows, kind)


# ------------------------------------------------------------------ a folder


@dataclass(frozen=True)
class _Folder:
    """The chosen object of every run; `several` says whether any had to be chosen."""

    files: tuple[NamedFile, ...]
    runs: tuple[str, ...]
    chosen: tuple[_Chosen, ...]
    columns: tuple[str, ...]
    unit: str
    several: bool

    def rows(self) -> Iterator[Row]:
        """One row a run, read again from where it stands."""
        for file, place, offset in self.chosen:
            name, path = self.files[file]
            found = next(_objects(path, name, offset, place), None)
            if found is None:
                raise ImportRefused(
                    f"{name} has changed while it was read.",
                    hint="Import it again when its run is done.",
                )
            texts = flattened(found.content, f"{name}, {self.unit} {place}")
            yield Row({RUN: self.runs[file], **texts}, place, file)


def _open_folder(path: Path, mapping: Mapping) -> Table:
    files = files_of_runs(path, mapping)
    wanted = mapping.runs.file or ".json or .jsonl file"
    if not files:
        raise ImportRefused(
            f"{name_of(path)} holds no {wanted}, in no folder below it.",
            hint='Name the file that each run wrote: [runs] file = "results.jsonl".',
        )
    folder = _survey(path, files, mapping.runs)
    if not folder.chosen:
        raise ImportRefused(
            f"{name_of(path)}: every {wanted} is empty.", hint="There is nothing to import."
        )
    name = name_of(path)
    return Table(
        name=name,
        files=tuple(each for each, _ in files),
        unit=folder.unit,
        header=folder.columns,
        size=len(folder.chosen),
        open=lambda: batches(name, folder.columns, folder.rows()),
        kind=_kind(folder, mapping.runs, _runs_without(path, folder, mapping.runs)),
        first_place="",
        loose=True,
    )


def _survey(path: Path, files: tuple[NamedFile, ...], said: Runs) -> _Folder:
    """Choose the object of every run, and find all columns; no contents are held."""
    columns: dict[str, None] = {RUN: None}
    chosen: list[_Chosen] = []
    unit = "object" if all(_is_one_text(place) for _, place in files) else "line"
    several = False
    for number, (name, place) in enumerate(files):
        count, found = _checkpoint(place, name, said)
        several |= count > 1
        if found is not None:
            chosen.append(_Chosen(number, found.place, found.offset))
            where = f"{name}, {unit} {found.place}"
            add_columns(columns, flattened(found.content, where), where)
    names = _run_names(path, files, said)
    return _Folder(files, names, tuple(chosen), tuple(columns), unit, several)


def _checkpoint(path: Path, name: str, said: Runs) -> tuple[int, _Found | None]:
    """How many checkpoints a run wrote, and the one that counts; None where it wrote none."""
    count, kept, best = 0, None, nan
    for found in _objects(path, name):
        count += 1
        if said.checkpoint == "best":
            goodness = _goodness(found, f"{name}, checkpoint {count}", said)
            if not isnan(goodness) and (kept is None or goodness > best):
                kept, best = found, goodness
        elif kept is None or said.checkpoint == "last":
            kept = found
    if count and kept is None:
        raise ImportRefused(
            f"{name}: no checkpoint has a number {said.best!r}, by which the best one counts.",
            hint="Name another key in [runs] best, or take this run out.",
        )
    return count, kept


def _goodness(found: _Found, place: str, said: Runs) -> float:
    """A checkpoint's score, higher where it is better; NaN where it has none."""
    text = flattened(found.content, place).get(said.best or "", "")
    try:
        score = float(text) if text else nan
    except ValueError as error:
        raise ImportRefused(
            f"{place}: {said.best!r} is {text[:80]!r}, which is no number.",
            hint="Name a key with numbers in [runs] best.",
        ) from error
    return score if said.direction == "higher" else -score


def _run_names(folder: Path, files: tuple[NamedFile, ...], said: Runs) -> tuple[str, ...]:
    """What each file's run is called: its folder, or the file where a folder has several."""
    if said.file is not None:
        below = [name.removesuffix(said.file).rstrip("/") for name, _ in files]
        return tuple(name or name_of(folder) for name in below)
    above = [name.rpartition("/")[0] for name, _ in files]
    alone = {name for name, count in Counter(above).items() if name and count == 1}
    return tuple(
        parent if parent in alone else name.rpartition(".")[0]
        for (name, _), parent in zip(files, above, strict=True)
    )


def _runs_without(path: Path, folder: _Folder, said: Runs) -> int:
    """How many runs left no results: an empty file, or a folder beside the others without one."""
    names = [name for name, _ in folder.files]
    empty = len(names) - len(folder.chosen)
    depth = min(name.count("/") for name in names) - (said.file or "").count("/")
    if depth == 0:
        return empty
    having = {"/".join(name.split("/")[:depth]) for name in names}
    return empty + len(set(folders_below(path, depth)) - having)


def _kind(folder: _Folder, said: Runs, without: int) -> str:
    count = len(folder.chosen)
    text = f"folder of {count:,} run{'' if count == 1 else 's'}"
    if folder.several:
        text += f", {said.checkpoint} checkpoint"
        text += f" by {said.best}" if said.checkpoint == "best" else ""
    return text + (f" ({without:,} more without results)" if without else "")


# ------------------------------------------------------------------ reading


def _is_one_text(path: Path) -> bool:
    """Whether a file is one JSON text; otherwise each of its lines is."""
    return path.suffix == ".json"


def _objects(path: Path, name: str, offset: int = 0, place: int = 1) -> Iterator[_Found]:
    """The objects of a file, from the one with this place and offset on."""
    if _is_one_text(path):
        yield from _listed(path, name, place)
        return
    with reading(name), path.open("rb") as stream:
        stream.seek(offset)
        while line := stream.readline(_LONGEST_LINE + 1):
            if len(line) > _LONGEST_LINE:
                raise ImportRefused(
                    f"{name}, line {place}: the line has more than {_LONGEST_LINE:,} bytes.",
                    hint="Is this JSON Lines, with one object a line?",
                )
            if line.strip():
                content = parsed(line, name, place)
                yield _Found(_as_object(content, f"{name}, line {place}"), place, offset)
            offset += len(line)
            place += 1


def _listed(path: Path, name: str, start: int) -> Iterator[_Found]:
    """The objects of a file that is one JSON text: an object, or a list of them."""
    text = content_of(path, name)
    if not text.strip():
        return
    content = parsed(text, name)
    listed = content if isinstance(content, list) else [content]
    for place, each in enumerate(listed[start - 1 :], start=start):
        yield _Found(_as_object(each, f"{name}, object {place}"), place, 0)


def _as_object(content: Any, place: str) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise ImportRefused(
            f"{place}: no JSON object, but {str(content)[:40]!r}.",
            hint='Each run is an object such as {"train": "AB", "accuracy": 0.8}.',
        )
    return content
