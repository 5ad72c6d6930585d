"""The one writer of result sets: stores a draft in a lattice, whole or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from lattice import schema
from lattice.errors import Conflict, ImportRefused
from lattice.importing import mapping as mappings
from lattice.importing.assembly import Draft, Job
from lattice.importing.entries import (
    StoredMeasures,
    StoredObjects,
    store_lattice,
    store_measures,
)
from lattice.importing.mapping import Mapping
from lattice.importing.records import Progress
from lattice.model import ImportedResults, SourceFile
from lattice.storage import Writer
from lattice.subsets import SetLookup, Words, masks_of_words, words_of_masks

_NO_LABEL = -1
_HASHED_LABELS = 2**62


def already_stored(
    writer: Writer, job: Job, files: tuple[SourceFile, ...]
) -> ImportedResults | None:
    """The answer when these files are in the lattice already, read in the same way; else None."""
    stored = writer.find_lattice(job.lattice)
    if stored is None or not writer.has_results(int(stored["id"]), _digest(job.mapping, files)):
        return None
    return ImportedResults(
        lattice=job.lattice,
        name=job.name,
        understood=(),
        already_imported=True,
        objects=0,
        training_sets=0,
        moves=0,
        measures=0,
        evaluations=0,
        notes=("These files were imported before with the same mapping: nothing was added.",),
    )


def _digest(mapping: Mapping, files: tuple[SourceFile, ...]) -> str:
    return mappings.digest(mapping, [(each.name, each.sha256) for each in files])


def store(writer: Writer, draft: Draft, progress: Progress) -> ImportedResults:
    """Store a draft.

    Raises:
        Conflict: an object, metric, protocol or score is stored already and is different.
        ImportRefused: a metric's direction is unknown, or a set holds two variants.
    """
    lattice_id, is_new = store_lattice(writer, draft)
    objects = StoredObjects.store(writer, lattice_id, draft)
    sets = _store_sets(writer, lattice_id, objects, progress)
    measures = store_measures(writer, lattice_id, objects, draft)
    if not is_new:
        _refuse_conflicts(writer, draft, objects, sets, measures)
    result_set = _store_result_set(writer, lattice_id, draft)
    _store_evaluations(writer, draft, objects, sets, measures, result_set, progress)
    writer.touch(lattice_id)
    return ImportedResults(
        lattice=draft.lattice,
        name=draft.name,
        understood=draft.understood,
        already_imported=False,
        objects=objects.added,
        training_sets=int(sets.is_new.sum()),
        moves=sets.moves,
        measures=measures.added,
        evaluations=len(draft.score),
        notes=draft.notes,
    )


# ------------------------------------------------------------------ sets and moves


@dataclass(frozen=True)
class _Sets:
    """Ids of the draft's sets (U,), which of them are new, and how many moves came with them."""

    ids: NDArray[np.int64]
    is_new: NDArray[np.bool_]
    moves: int


def _store_sets(
    writer: Writer, lattice_id: int, objects: StoredObjects, progress: Progress
) -> _Sets:
    words = objects.words
    stored_before = writer.count_sets(lattice_id)
    ids = np.zeros(len(words), dtype=np.int64)
    if stored_before:
        ids = writer.find_sets(lattice_id, words)
    is_new = ids == 0
    ids[is_new] = writer.add_sets(lattice_id, words[is_new])
    progress("writing training sets", 1, 1)
    context, context_ids = words[is_new], ids[is_new]
    if stored_before:
        around, around_ids = _stored_neighbors(writer, lattice_id, context, objects.universe.n)
        context = np.concatenate([context, around])
        context_ids = np.concatenate([context_ids, around_ids])
    lookup = SetLookup(context, objects.universe.n)
    new_rows = np.arange(int(is_new.sum()))
    count = 0
    for position, lower, upper in lookup.covering_pairs(new_rows):
        object_id = objects.id_of[objects.universe.names[position]]
        columns = {
            "lower_id": context_ids[lower].tolist(),
            "object_id": [object_id] * len(lower),
            "upper_id": context_ids[upper].tolist(),
        }
        writer.add_all(schema.move, columns)
        count += len(lower)
        progress("writing moves", position + 1, objects.universe.n)
    return _Sets(ids, is_new, count)


def _stored_neighbors(
    writer: Writer, lattice_id: int, words: Words, n: int
) -> tuple[Words, NDArray[np.int64]]:
    """Stored sets that are one move from a new set, without the new sets themselves."""
    found_words, found_ids = [words[:0]], [np.empty(0, dtype=np.int64)]
    own = SetLookup(words, n)
    for position in range(n):
        word, bit = divmod(position, 64)
        wanted = words.copy()
        wanted[:, word] ^= np.uint64(1) << np.uint64(bit)
        wanted = wanted[own.find(wanted) < 0]
        ids = writer.find_sets(lattice_id, wanted)
        found_words.append(wanted[ids > 0])
        found_ids.append(ids[ids > 0])
    all_ids, first = np.unique(np.concatenate(found_ids), return_index=True)
    return np.concatenate(found_words)[first], all_ids


# ------------------------------------------------------------------ evaluations


def replicate_number(label: str | None) -> int:
    """The number that a replicate's label has in every result set.

    A whole number is itself; any other label is hashed, so that the number does not depend on
    the order of imports; no label is -1.
    """
    if label is None:
        return _NO_LABEL
    if label.isascii() and label.isdecimal() and str(int(label)) == label and int(label) < 2**31:
        return int(label)
    hashed = hashlib.blake2b(label.encode(), digest_size=8).digest()
    return _HASHED_LABELS + int.from_bytes(hashed, "little") % _HASHED_LABELS


def _refuse_conflicts(
    writer: Writer, draft: Draft, objects: StoredObjects, sets: _Sets, measures: StoredMeasures
) -> None:
    """Refuse scores that disagree with valid ones of the same cell and replicate."""
    old_sets = sets.ids[~sets.is_new].tolist()
    if not old_sets:
        return
    stored = {row[:4]: row[4] for row in writer.scores_of(old_sets, measures.ids)}
    if not stored:
        return
    numbers = _replicate_numbers(draft)
    for index in np.flatnonzero(~sets.is_new[draft.set]).tolist():
        place, measure = int(draft.set[index]), int(draft.measure[index])
        replicate, inner = numbers[int(draft.replicate[index])]
        key = (int(sets.ids[place]), measures.ids[measure], replicate, inner)
        score = float(draft.score[index])
        if key in stored and stored[key] != score:
            named = draft.measures[measure]
            label = draft.replicates[int(draft.replicate[index])].seed
            mask = masks_of_words(objects.words[place : place + 1])[0]
            raise Conflict(
                f"{draft.places.of(index)}: {objects.universe.spell(mask)} under {named.metric}/{named.evaluation_set}"
                f"{'' if label is None else f', replicate {label}'} is stored as"
                f" {stored[key]!s}; here it is {score!s}.",
                hint="Give the new evaluations seeds of their own, or import into another lattice"
                " with --into.",
            )


def _replicate_numbers(draft: Draft) -> list[tuple[int, int]]:
    return [
        (replicate_number(each.seed), 0 if each.inner is None else replicate_number(each.inner))
        for each in draft.replicates
    ]


def _store_result_set(writer: Writer, lattice_id: int, draft: Draft) -> int:
    mapping = draft.mapping
    kind, has_inner = mapping.replicates.kind, any(each.inner for each in draft.replicates)
    if (kind == "nested") != has_inner:
        raise ImportRefused(
            "Nested replicates need an inner seed, and only they have one.",
            hint='Say both in the mapping: [columns] inner_seed = "..." and [replicates] kind ='
            ' "nested".',
        )
    identifier = writer.add(
        schema.result_set,
        {
            "lattice_id": lattice_id,
            "name": draft.name,
            "digest": _digest(mapping, draft.files),
            "mapping": mappings.canonical(mapping),
            "title": mapping.title,
            "description": mapping.description,
            "source": mapping.source,
            "licence": mapping.licence,
            "design": mapping.design,
            "replicate_kind": kind,
            "blocks": mapping.replicates.blocks,
            "imported_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "imported_by": f"datalattice {version('datalattice')}",
        },
    )
    writer.add_all(
        schema.source_file,
        {
            "result_set_id": [identifier] * len(draft.files),
            "name": [each.name for each in draft.files],
            "sha256": [each.sha256 for each in draft.files],
        },
    )
    return identifier


def _store_evaluations(
    writer: Writer,
    draft: Draft,
    objects: StoredObjects,
    sets: _Sets,
    measures: StoredMeasures,
    result_set: int,
    progress: Progress,
) -> None:
    numbers = np.array(_replicate_numbers(draft), dtype=np.int64).reshape(-1, 2)
    labels = [each.seed for each in draft.replicates]
    declared = _declared_sets(draft, objects)
    set_ids = sets.ids[draft.set]
    measure_ids = np.array(measures.ids, dtype=np.int64)[draft.measure]
    order = np.lexsort((draft.replicate, measure_ids, set_ids))  # the table's own order
    step = 200_000
    for start in range(0, len(order), step):
        part = order[start : start + step]
        codes = draft.replicate[part]
        writer.add_all(
            schema.evaluation,
            {
                "training_set_id": set_ids[part].tolist(),
                "measure_id": measure_ids[part].tolist(),
                "replicate": numbers[codes, 0].tolist(),
                "inner_replicate": numbers[codes, 1].tolist(),
                "result_set_id": [result_set] * len(part),
                "seed_label": [labels[code] for code in codes.tolist()],
                "origin": np.where(declared[draft.set[part]], "declared", "measured").tolist(),
                "score": draft.score[part].tolist(),
            },
        )
        progress("writing evaluations", min(start + step, len(order)), len(order))


def _declared_sets(draft: Draft, objects: StoredObjects) -> NDArray[np.bool_]:
    """Which of the draft's sets (U,) have scores that are conventions of the source."""
    declared = np.zeros(len(objects.words), dtype=np.bool_)
    lookup = SetLookup(objects.words, objects.universe.n)
    for text in draft.mapping.sets.declared:
        wanted = words_of_masks([objects.universe.read(text)], objects.words.shape[1])
        row = int(lookup.find(wanted)[0])
        if row < 0:
            raise ImportRefused(
                f"The mapping declares the set {text!r}, which no file has.",
                hint="Take it out of sets.declared.",
            )
        declared[row] = True
    return declared
