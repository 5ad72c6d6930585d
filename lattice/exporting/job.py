"""What one export call does: chooses the format, writes beside the target, renames at the end."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, get_args

import numpy as np

from lattice.errors import (
    BadQuestion,
    DatabaseBusy,
    LatticeError,
    about,
    closest,
    did_you_mean,
)
from lattice.exporting.arrays import write_npz
from lattice.exporting.graphml import write_graphml
from lattice.exporting.lossless import write_jsonl
from lattice.exporting.parts import Part, narrowed
from lattice.exporting.report import ExportReport, Format
from lattice.exporting.rows import Selection, Written
from lattice.exporting.spelling import speller
from lattice.exporting.tables import need_pyarrow, write_long, write_parquet, write_wide
from lattice.importing.records import Progress
from lattice.index import LatticeIndex
from lattice.lookup import SetLookup
from lattice.model import Measure
from lattice.notation import Universe, find_measure
from lattice.portable import Portable
from lattice.storage import Snapshot, Storage
from lattice.storage.portable import labels_used, read_portable
from lattice.stored import Catalog, Identifiers
from lattice.subsets import Words, display_order, ranks

STANDARD_OUTPUT = "-"
_FORMAT_OF: dict[str, Format] = {
    ".csv": "csv-wide",
    ".jsonl": "jsonl",
    ".npz": "npz",
    ".parquet": "parquet",
    ".graphml": "graphml",
}
_BINARY = ("npz", "parquet")
_TABLES = {"csv-wide": write_wide, "csv-long": write_long, "parquet": write_parquet}
_LEFT_OUT = (
    "Result sets, superseded scores and what else is known of them are left out: jsonl keeps"
    " everything."
)


@dataclass(frozen=True)
class ExportOptions:
    """What is written where; `place` is a file, or `-` for standard output."""

    place: str
    format: str | None = None
    measures: Sequence[str] | None = None
    force: bool = False


def export_lattice(
    storage: Storage,
    name: str,
    options: ExportOptions,
    part: Callable[[], Part] | None,
    index: Callable[[], LatticeIndex],
    report: Progress | None,
) -> ExportReport:
    """Write a lattice to a file.

    Args:
        part: gives the part that is written; None is all of it.
        index: gives all of it at once, for the formats that need that.

    Raises:
        BadQuestion: the format is none or does not fit, or the file is there already.
        DatabaseBusy: the lattice changed meanwhile.
        UnknownLattice, UnknownMeasure, Ambiguous.
    """
    chosen, progress = _format(options), report or _silent
    with storage.reading() as snapshot:
        measures = snapshot.catalog(name).measures
        places = _measures(measures, options.measures)
        some = None if part is None else _of_this_state(part(), snapshot, name)
        with _target(options, storage) as stream:
            if chosen == "jsonl":
                portable = _portable(snapshot, name, some)
                write_jsonl(portable, stream, progress)
                written = Written(portable.header.sets, portable.header.evaluations)
            elif chosen in _TABLES:
                selection = _selection(snapshot, name, places, some)
                written = _TABLES[chosen](selection, stream, progress)
            else:
                write = write_npz if chosen == "npz" else write_graphml
                written = write(some or _everything(index()), places, stream, progress)
    return ExportReport(
        lattice=name,
        place=options.place,
        format=chosen,
        training_sets=written.training_sets,
        measures=tuple(measures[each].name for each in places),
        evaluations=written.scores,
        notes=() if chosen == "jsonl" else (_LEFT_OUT,),
        part=None if some is None else some.said,
    )


def _of_this_state(part: Part, snapshot: Snapshot, name: str) -> Part:
    """The part, if it is of the state that is written."""
    if part.index.state != snapshot.state(name):
        raise DatabaseBusy(
            f"The lattice {name!r} changed while its sets were being chosen.", hint="Try again."
        )
    if len(part.rows) == 0:
        raise BadQuestion(f"No stored set is {part.said}.", hint="Nothing was written.")
    return part


def _everything(index: LatticeIndex) -> Part:
    return Part(index, np.arange(len(index)), "")


def _silent(stage: str, done: int, total: int) -> None:
    """Report progress to nobody."""


def _format(options: ExportOptions) -> Format:
    known: tuple[Format, ...] = get_args(Format)
    said = options.format
    if said is None:
        suffix = Path(options.place).suffix.lower()
        found = "csv-wide" if options.place == STANDARD_OUTPUT else _FORMAT_OF.get(suffix)
        if found is None:
            raise BadQuestion(
                f"The name {options.place!r} does not say a format.",
                hint=f"End it in {', '.join(_FORMAT_OF)}, or say --format {known[0]}.",
            )
        said = found
    chosen = next((each for each in known if each == said), None)
    if chosen is None:
        near = closest(said, known)
        raise BadQuestion(
            f"{said!r} is no format.",
            hint=did_you_mean(near) or f"It can be {', '.join(known)}.",
            suggestions=near,
        )
    if chosen in _BINARY and options.place == STANDARD_OUTPUT:
        raise BadQuestion(f"{chosen} is no text format.", hint="Write it to a file.")
    if chosen == "jsonl" and options.measures:
        raise BadQuestion(
            "An export as jsonl holds the whole lattice.",
            hint="Leave out the measures, or choose another format.",
        )
    if chosen == "parquet":
        need_pyarrow()
    return chosen


def _measures(measures: Sequence[Measure], said: Sequence[str] | None) -> tuple[int, ...]:
    if said is None:
        return tuple(range(len(measures)))
    found = []
    for text in said:
        with about(text):
            found.append(find_measure(text, measures))
    return tuple(dict.fromkeys(found))


def _portable(snapshot: Snapshot, name: str, part: Part | None) -> Portable:
    if part is None:
        return read_portable(snapshot, name)
    ids, _ = _sets(snapshot, snapshot.catalog(name), part)
    whole = read_portable(snapshot, name, ids)
    if len(ids) == whole.header.sets:
        return whole
    return narrowed(lambda: read_portable(snapshot, name, ids))


def _selection(
    snapshot: Snapshot, name: str, measures: tuple[int, ...], part: Part | None
) -> Selection:
    catalog = snapshot.catalog(name)
    ids, words = _sets(snapshot, catalog, part)
    seed, inner = labels_used(snapshot, [catalog.measure_ids[each] for each in measures])
    return Selection(
        portable=read_portable(snapshot, name, ids),
        speller=speller(Universe(catalog.objects), ranks(words)),
        measures=measures,
        sets=len(ids),
        seed=seed,
        inner_seed=inner,
        stepped=part is not None and part.stepped,
    )


def _sets(snapshot: Snapshot, catalog: Catalog, part: Part | None) -> tuple[Identifiers, Words]:
    """Ids (M,) and words (M, W) of the sets that are written, in this order."""
    if part is None:
        stored = snapshot.training_sets(catalog)
        order = display_order(stored.words)
    else:
        words = part.index.words[part.rows]
        stored = snapshot.sets_among(catalog, words)
        order = SetLookup(stored.words, len(catalog.objects)).find(words)
    return stored.ids[order], stored.words[order]


# ------------------------------------------------------------------ files


@contextmanager
def _target(options: ExportOptions, storage: Storage) -> Iterator[BinaryIO]:
    """Where to write: a new file that takes the target's name when all of it is written.

    Raises:
        BadQuestion: the target is there already, or is no file.
        LatticeError: it cannot be written.
    """
    if options.place == STANDARD_OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(options.place).expanduser()
    part = path.with_name(f".{path.name[:50]}.{secrets.token_hex(4)}.part")
    try:
        _refuse_bad_target(path, options, storage)
        with part.open("xb") as stream:
            yield stream
        _refuse_bad_target(path, options, storage)
        part.replace(path)
    except OSError as error:
        raise LatticeError(
            f"{str(path)!r} cannot be written: {error.strerror or error}.",
            hint="Nothing was changed; name another place.",
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _refuse_bad_target(path: Path, options: ExportOptions, storage: Storage) -> None:
    if not path.parent.is_dir():
        raise BadQuestion(
            f"The folder {str(path.parent)!r} does not exist.", hint="Make it, or name another."
        )
    if path.is_dir():
        raise BadQuestion(f"{str(path)!r} is a folder.", hint="Name a file in it.")
    if not path.exists():
        return
    own = Path(storage.place.removeprefix("sqlite:///")).expanduser()
    if own.exists() and own.samefile(path):
        raise BadQuestion(f"{str(path)!r} is the database itself.", hint="Name another file.")
    if not options.force:
        raise BadQuestion(
            f"{str(path)!r} is there already.", hint="Name another file, or say --force."
        )
