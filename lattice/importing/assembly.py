"""Joins the records of all files of one result set into a draft that can be stored."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lattice.errors import ImportRefused
from lattice.importing.detection import parts_of_name, read_file
from lattice.importing.mapping import Mapping
from lattice.importing.records import (
    Codes,
    Context,
    MeasureKey,
    Progress,
    Reading,
    Records,
    ReplicateLabel,
)
from lattice.model import SourceFile
from lattice.subsets import Words, reposition, word_count


@dataclass(frozen=True)
class Places:
    """Where evaluations stood, block by block.

    `origins` are every block's file and what its places count (lines, rows), `ends` (B,) the
    number of evaluations up to its end, `places` (C,) the place of every evaluation.
    """

    origins: tuple[tuple[str, str], ...]
    ends: NDArray[np.int64]
    places: NDArray[np.int64]

    def of(self, evaluation: int) -> str:
        """File and line of one evaluation."""
        file, unit = self.origins[int(np.searchsorted(self.ends, evaluation, side="right"))]
        return f"{file}, {unit} {self.places[evaluation]}"


@dataclass(frozen=True)
class Draft:
    """One result set, ready to be stored: its own numbering of objects, sets and measures.

    `words` (U, W) are the distinct sets over `objects`; `set`, `measure`, `replicate` and
    `score` have one entry per evaluation, and `places` says where each stood.
    """

    lattice: str
    name: str
    mapping: Mapping
    files: tuple[SourceFile, ...]
    objects: tuple[str, ...]
    words: Words
    measures: tuple[MeasureKey, ...]
    replicates: tuple[ReplicateLabel, ...]
    set: NDArray[np.int64]
    measure: NDArray[np.int64]
    replicate: NDArray[np.int64]
    score: NDArray[np.float64]
    places: Places
    understood: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Job:
    """The files of one result set, how they are read, and the lattice they go into."""

    lattice: str
    name: str
    mapping: Mapping
    paths: tuple[Path, ...]


def source_files(paths: Sequence[Path]) -> tuple[SourceFile, ...]:
    """Name and SHA-256 of every file.

    Raises:
        ImportRefused: a file cannot be read, or two have one name.
    """
    answer: list[SourceFile] = []
    for path in paths:
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "is not there, or no regular file"
            raise ImportRefused(
                f"{str(path)!r} {what}.",
                hint="Name files: tables (CSV, TSV), coalition games (.npz), mappings (.toml).",
            )
        if path.name in {each.name for each in answer}:
            raise ImportRefused(
                f"Two files of one result set are called {path.name!r}.",
                hint="Rename one: evaluations keep the name of the file they came from.",
            )
        try:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise ImportRefused(f"{str(path)!r} cannot be read: {error.strerror}.") from error
        answer.append(SourceFile(path.name, digest))
    return tuple(answer)


def assemble(
    job: Job, files: tuple[SourceFile, ...], stored_objects: tuple[str, ...], progress: Progress
) -> Draft:
    """Read all files of a job.

    Args:
        stored_objects: names of the objects that the lattice has already.

    Raises:
        ImportRefused: a file is refused, or two rows speak of one cell and replicate.
    """
    listed = tuple(entry.name for entry in job.mapping.objects)
    joined = _Joined(list(listed or stored_objects))
    for path in job.paths:
        parts = parts_of_name(path.name, job.mapping)
        known = tuple(joined.objects)
        context = Context(job.mapping, known, closed=bool(listed), parts=parts)
        joined.add(read_file(path, context, progress))
    words, of_row = _distinct(joined)
    draft = Draft(
        lattice=job.lattice,
        name=job.name,
        mapping=job.mapping,
        files=files,
        objects=tuple(joined.objects),
        words=words,
        measures=tuple(MeasureKey(*map(str, key)) for key in joined.measures.number),
        replicates=tuple(ReplicateLabel(*key) for key in joined.replicates.number),
        set=of_row[_joined(joined.rows)],
        measure=_joined(joined.measure),
        replicate=_joined(joined.replicate),
        score=np.concatenate([np.empty(0), *(block.score for block in joined.blocks)]),
        places=joined.places(),
        understood=tuple(dict.fromkeys(joined.understood)),
        notes=_notes(job.mapping, joined),
    )
    _refuse_repeats(draft)
    return draft


class _Joined:
    """Blocks of all files so far, renumbered to common objects, measures and replicates."""

    def __init__(self, objects: list[str]) -> None:
        self.objects = objects
        self.measures, self.replicates = Codes(), Codes()
        self.blocks: list[Records] = []
        self.words: list[tuple[Words, list[int]]] = []
        self.rows: list[NDArray[np.int64]] = []
        self.measure: list[NDArray[np.int64]] = []
        self.replicate: list[NDArray[np.int64]] = []
        self.origin: list[tuple[str, str]] = []
        self.understood: list[str] = []
        self._row_count = 0

    def add(self, reading: Reading) -> None:
        """Consume a reading."""
        place = {name: position for position, name in enumerate(self.objects)}
        for name in reading.objects:
            if name not in place:
                place[name] = len(self.objects)
                self.objects.append(name)
        positions = [place[name] for name in reading.objects]
        self.understood.append(reading.understood)
        for block in reading.blocks:
            measure = np.array([self.measures.of(key) for key in reading.measures.number])
            replicate = np.array([self.replicates.of(key) for key in reading.replicates.number])
            self.blocks.append(block)
            self.words.append((block.words, positions))
            self.rows.append(block.row + self._row_count)
            self.measure.append(measure[block.measure])
            self.replicate.append(replicate[block.replicate])
            self.origin.append((reading.file, reading.unit))
            self._row_count += len(block.words)

    def places(self) -> Places:
        """Where every evaluation so far stood."""
        return Places(
            tuple(self.origin),
            np.cumsum([len(block.score) for block in self.blocks]),
            _joined([block.places[block.row] for block in self.blocks]),
        )


def _joined(pieces: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate([np.empty(0, dtype=np.int64), *pieces])


def _distinct(joined: _Joined) -> tuple[Words, NDArray[np.int64]]:
    """The distinct sets of all blocks (U, W), and the set of every row (R,)."""
    width = word_count(len(joined.objects))
    moved = [reposition(words, positions, width) for words, positions in joined.words]
    words = np.concatenate([np.empty((0, width), dtype=np.uint64), *moved])
    if width == 1:
        distinct, of_row = np.unique(words[:, 0], return_inverse=True)
        return distinct[:, None], of_row
    distinct, of_row = np.unique(words, axis=0, return_inverse=True)
    return distinct, of_row.reshape(-1)


def _notes(mapping: Mapping, joined: _Joined) -> tuple[str, ...]:
    labelled = any(seed is not None for seed, _ in joined.replicates.number)
    if labelled and mapping.replicates.kind == "unlabelled":
        return (
            "The kind of replicate is not said: errors of deltas are given as upper limits."
            " If one seed means one split or initialization for many sets, say [replicates] kind"
            ' = "shared"; if every cell drew afresh, "independent".',
        )
    return ()


def _refuse_repeats(draft: Draft) -> None:
    """Refuse two records of one cell and replicate, with both places."""
    cells = draft.set * len(draft.measures) + draft.measure
    keys = cells * max(1, len(draft.replicates)) + draft.replicate
    order = np.argsort(keys, kind="stable")
    repeated = np.flatnonzero(keys[order][1:] == keys[order][:-1])
    if len(repeated) == 0:
        return
    first, second = (int(order[repeated[0] + step]) for step in (0, 1))
    same = draft.score[first] == draft.score[second]
    key = draft.measures[int(draft.measure[second])]
    raise ImportRefused(
        f"{draft.places.of(second)} {'repeats' if same else 'disagrees with'}"
        f" {draft.places.of(first)}: the same training set, {key.metric}/{key.evaluation_set}"
        f" and replicate{'' if same else f', scores {draft.score[first]!s} and {draft.score[second]!s}'}.",
        hint='If they are replicates, name the column that tells them apart: [columns] seed = "...".',
    )
