"""Reads exports: whole lattices as JSON Lines, a header and then one training set a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import numpy as np
from pydantic import ConfigDict, TypeAdapter, ValidationError

from lattice.errors import ImportRefused
from lattice.exporting.report import MergedLattice, MergedResults
from lattice.importing.headers import NOT_READ, is_set, refuse_bad_header
from lattice.importing.records import Progress
from lattice.importing.storing import store
from lattice.model import ImportedResults, OnConflict, Origin
from lattice.portable import (
    LONGEST_LINE,
    VERSION,
    Block,
    Count,
    Finite,
    Header,
    Index,
    Number,
    Portable,
)
from lattice.storage import Writer
from lattice.subsets import mask_of_positions, word_count, words_of_masks

_SETS_AT_ONCE, _EVALUATIONS_AT_ONCE = 500, 100_000
_SNIFFED = 64
_START = re.compile(rb'\s*\{\s*"datalattice"\s*:')

_Kind = TypeVar("_Kind")

_Evaluation = tuple[
    Index,
    Index,
    Number,
    Number,
    str | None,
    Origin,
    Finite,
    Index | None,
    Count | None,
    Count | None,
    str | None,
]
"""Measure, result set, replicate, inner replicate, seed label, origin, score, superseded by,
file number, place, attributes."""


@dataclass(frozen=True)
class _Line:
    """One training set: indices of its objects, and all its evaluations."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    set: tuple[Index, ...]
    evaluations: tuple[_Evaluation, ...]
    unscored: tuple[Index, ...] = ()


_HEADER, _LINE = TypeAdapter(Header), TypeAdapter(_Line)


def is_export(path: Path) -> bool:
    """Whether a file is an export, by how it starts."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as stream:
            return _START.match(stream.read(_SNIFFED)) is not None
    except OSError:
        return False


def import_export(
    writer: Writer, path: Path, *, into: str | None, on_conflict: OnConflict, progress: Progress
) -> tuple[ImportedResults, ...]:
    """Store an export as the lattice that it was, or as one of another name.

    Raises:
        ImportRefused: the file is damaged; says the line.
        Conflict: it disagrees with what is stored.
    """
    portable = read_export(path)
    name = portable.header.lattice.name if into is None else into
    return _report(portable, store(writer, portable, name, on_conflict, progress))


def read_export(path: Path) -> Portable:
    """The lattice that an export holds; its lines are read as the blocks are.

    Raises:
        ImportRefused: the first line is no header of an export, or contradicts itself.
    """
    first = next(_lines(path), None)
    if first is None:
        raise ImportRefused(f"{path.name} is empty.", hint="There is nothing to import.")
    header = _header(path, first[1])
    return Portable(path.name, header, _blocks(path, header))


def _report(portable: Portable, stored: MergedLattice) -> tuple[ImportedResults, ...]:
    """One answer for each result set; what is counted by lattice is said with the first new one."""
    header = portable.header
    what = f"export of the lattice {header.lattice.name}"
    listed = stored.result_sets or (MergedResults(0, header.lattice.name, "", False, 0),)
    first = next((each for each in listed if not each.already_there), listed[0])
    answers = []
    for index, each in enumerate(listed):
        news = stored if each is first else None
        kind = header.result_sets[index].replicate_kind if header.result_sets else "unlabelled"
        answers.append(
            ImportedResults(
                lattice=stored.lattice,
                name=each.name,
                understood=(what,) if index == 0 else (),
                already_imported=each.already_there,
                objects=news.objects if news else 0,
                training_sets=news.training_sets if news else 0,
                moves=news.moves if news else 0,
                measures=news.measures if news else 0,
                evaluations=each.evaluations,
                notes=("This result set is in the lattice already.",) if each.already_there else (),
                result_set=each.id or None,
                replicate_kind=kind,
                conflicts=news.conflicts if news else 0,
            )
        )
    return tuple(answers)


# ------------------------------------------------------------------ lines


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Every line with its number, from 1."""
    try:
        with path.open("rb") as stream:
            number = 0
            while line := stream.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise ImportRefused(
                        f"{path.name}, line {number}: the line is longer than {LONGEST_LINE:,}"
                        " bytes.",
                        hint="Merge the database itself instead: lattice merge OTHER.db",
                    )
                yield number, line
    except OSError as error:
        raise ImportRefused(f"{str(path)!r} cannot be read: {error.strerror}.") from error


def _validated(adapter: TypeAdapter[_Kind], line: bytes, where: str) -> _Kind:
    try:
        return adapter.validate_json(line, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        at = ".".join(str(part) for part in first["loc"])
        reason = first["msg"][0].lower() + first["msg"][1:]
        raise ImportRefused(
            f"{where}: {at}: {reason}." if at else f"{where}: {reason}.", hint=NOT_READ
        ) from error


def _header(path: Path, line: bytes) -> Header:
    where = f"{path.name}, line 1"
    found = re.match(rb'\s*\{\s*"datalattice"\s*:\s*(\d{1,9})', line)
    if found is not None and int(found[1]) > VERSION:
        raise ImportRefused(
            f"{where}: the export is of version {int(found[1])}, newer than this one's {VERSION}.",
            hint="pip install --upgrade datalattice",
        )
    header = _validated(_HEADER, line, where)
    refuse_bad_header(header, where)
    return header


# ------------------------------------------------------------------ blocks


def _blocks(path: Path, header: Header) -> Iterator[Block]:
    sets = evaluations = 0
    waiting: list[tuple[int, _Line]] = []
    count = 0
    for number, text in _lines(path):
        if number == 1 or not text.strip():
            continue
        line = _validated(_LINE, text, f"{path.name}, line {number}")
        _refuse_bad_line(line, header, f"{path.name}, line {number}")
        waiting.append((number, line))
        count += len(line.evaluations)
        sets, evaluations = sets + 1, evaluations + len(line.evaluations)
        if len(waiting) == _SETS_AT_ONCE or count >= _EVALUATIONS_AT_ONCE:
            yield _block(waiting, header)
            waiting, count = [], 0
    if (sets, evaluations) != (header.sets, header.evaluations):
        raise ImportRefused(
            f"{path.name} has {sets:,} sets with {evaluations:,} evaluations; its header says"
            f" {header.sets:,} with {header.evaluations:,}.",
            hint=f"Was it cut short? {NOT_READ}",
        )
    if waiting:
        yield _block(waiting, header)


def _refuse_bad_line(line: _Line, header: Header, where: str) -> None:
    results = len(header.result_sets)
    good = {
        "set": is_set(line.set, len(header.objects)),
        "unscored": all(each < results for each in line.unscored),
        "evaluations": all(
            each[0] < len(header.measures)
            and each[1] < results
            and (each[7] is None or each[7] < results)
            for each in line.evaluations
        ),
    }
    for what, fits in good.items():
        if not fits:
            raise ImportRefused(
                f"{where}: {what}: an index does not fit the lists of the header.", hint=NOT_READ
            )


def _block(lines: Sequence[tuple[int, _Line]], header: Header) -> Block:
    rows = list(chain.from_iterable(line.evaluations for _, line in lines))
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * 11
    masks = [mask_of_positions(line.set) for _, line in lines]
    sizes = [len(line.evaluations) for _, line in lines]
    measure, result_set, replicate, inner = (np.array(each, dtype=np.int64) for each in columns[:4])
    return Block(
        words=words_of_masks(masks, word_count(len(header.objects))),
        row=np.repeat(np.arange(len(lines)), sizes),
        measure=measure,
        result_set=result_set,
        replicate=replicate,
        inner_replicate=inner,
        seed_label=columns[4],
        origin=columns[5],
        score=np.array(columns[6], dtype=np.float64),
        superseded_by=np.array(
            [-1 if each is None else each for each in columns[7]], dtype=np.int64
        ),
        file_number=columns[8],
        place=columns[9],
        attributes=columns[10],
        unscored=[(row, each) for row, (_, line) in enumerate(lines) for each in line.unscored],
        places=[number for number, _ in lines],
    )
