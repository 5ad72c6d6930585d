"""What one import call does: sorts files into result sets, reads them, stores all or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lattice.errors import MappingRefused, UnknownLattice
from lattice.importing import mapping as mappings
from lattice.importing import transfer
from lattice.importing.detection import ARRAY, context_of, find_sources
from lattice.importing.mapping import Mapping
from lattice.importing.records import Progress, Refusals
from lattice.importing.report import Understanding
from lattice.importing.sources import refuse_unreadable, source_files
from lattice.importing.writer import NewResultSet, ResultSetWriter
from lattice.model import ImportedResults, ImportReport, OnConflict
from lattice.storage import Storage, Writer

_MOST_REFUSED = 20


@dataclass(frozen=True)
class Job:
    """The files of one result set, how they are read, and the lattice they go into.

    `is_export` says that the only file is an export of a lattice, with result sets of its own.
    """

    lattice: str
    name: str
    mapping: Mapping
    paths: tuple[Path, ...]
    is_export: bool = False


@dataclass(frozen=True)
class ImportOptions:
    """How an import is done.

    `dry_run` reads everything and keeps nothing; rows that cannot be read are then listed
    instead of ending it.
    """

    on_conflict: OnConflict = "refuse"
    dry_run: bool = False


def import_files(
    storage: Storage,
    paths: Sequence[Path],
    *,
    into: str | None,
    mapping: Mapping | None,
    options: ImportOptions,
    progress: Progress | None,
) -> ImportReport:
    """Import files in one transaction.

    With a mapping all files are one result set; without, each file is one of its own, and a
    `.toml` file is a mapping that names its files.

    Raises:
        ImportRefused, MappingRefused: a file or mapping cannot be read.
        Conflict: it disagrees with what is stored.
        DatabaseBusy: another import is running; says whose.
    """
    for path in paths:
        if path.suffix != ".toml":
            refuse_unreadable(path)
    jobs = plan(paths, into=into, mapping=mapping)
    report = progress or _silent
    names = ", ".join(path.name for job in jobs for path in job.paths[:1])
    doing = f"importing {names[:200]}"
    with storage.importing(doing, keep=not options.dry_run) as writer:
        done = tuple(each for job in jobs for each in _run(writer, job, into, options, report))
    return ImportReport(options.dry_run, done)


def plan(paths: Sequence[Path], *, into: str | None, mapping: Mapping | None) -> list[Job]:
    """The result sets that the files of one call make up.

    Raises:
        MappingRefused: a mapping names no files, or is given twice.
    """
    jobs = []
    for path in paths:
        if path.suffix != ".toml":
            continue
        if mapping is not None:
            raise MappingRefused(
                f"{path.name} is a mapping, and another one is given with --mapping or on the"
                " command line.",
                hint="Give one of them.",
            )
        found = mappings.load(path)
        name = path.parent.resolve().name if path.stem == "manifest" else path.stem
        jobs.append(_job(_first(into, found.lattice, name), name, found, _files_of(path, found)))
    rest = tuple(path for path in paths if path.suffix != ".toml")
    if mapping is not None:
        if mapping.files:
            raise MappingRefused(
                "The mapping names files itself, and others are given beside it.",
                hint="Import the mapping alone: lattice import mapping.toml; or take `files` out.",
            )
        if not rest:
            raise MappingRefused("The mapping is given without a file.", hint="Name the files.")
        name = _name_of(rest[0])
        jobs.append(_job(_first(into, mapping.lattice, name), name, mapping, rest))
        return jobs
    arrays = tuple(path for path in rest if path.suffix == ARRAY)
    if arrays:
        name = _name_of(arrays[0].resolve().parent) if len(arrays) > 1 else _name_of(arrays[0])
        jobs.append(_job(_first(into, None, name), name, Mapping(), arrays))
    for path in rest:
        if transfer.is_export(path):
            jobs.append(Job(into or path.stem, path.stem, Mapping(), (path,), is_export=True))
        elif path not in arrays:
            name = _name_of(path)
            jobs.append(_job(_first(into, None, name), name, Mapping(), (path,)))
    return jobs


def _name_of(path: Path) -> str:
    return path.resolve().name if path.is_dir() else path.stem


def _first(into: str | None, said: str | None, name: str) -> str:
    """The lattice's name: as asked, as the mapping says, or as the file is called."""
    if into is not None:
        return into
    return name if said is None else said


def _job(lattice: str, name: str, mapping: Mapping, paths: tuple[Path, ...]) -> Job:
    refuse_bad_name(lattice)
    return Job(lattice, name, replace(mapping, lattice=lattice, files=()), paths)


def refuse_bad_name(lattice: str) -> None:
    """Refuse what cannot be the name of a lattice.

    Raises:
        MappingRefused: it is blank, or has a slash in it.
    """
    if not mappings.is_name(lattice) or "/" in lattice or lattice != lattice.strip():
        raise MappingRefused(
            f"{lattice[:80]!r} cannot be the name of a lattice.",
            hint="Name it with --into; a name is not blank and has no slash in it.",
        )


def _files_of(manifest: Path, mapping: Mapping) -> tuple[Path, ...]:
    """The files that a manifest names, all beside it."""
    found: list[Path] = []
    for pattern in mapping.files:
        if re.search(r"[/\\]", pattern) or pattern in ("..", "."):
            raise MappingRefused(
                f"{manifest.name}: files: {pattern!r} leaves the folder of the mapping.",
                hint="Put the files beside the mapping and name them without a folder.",
            )
        matches = sorted(manifest.parent.glob(pattern))
        if not matches:
            raise MappingRefused(
                f"{manifest.name}: files: nothing in its folder matches {pattern!r}.",
                hint="Put the files beside the mapping.",
            )
        found += matches
    if not found:
        raise MappingRefused(
            f"{manifest.name} names no files.",
            hint='Add files = ["results.csv"], or give it with --mapping beside the files.',
        )
    return tuple(dict.fromkeys(found))


def _run(
    writer: Writer, job: Job, into: str | None, options: ImportOptions, progress: Progress
) -> tuple[ImportedResults, ...]:
    if job.is_export:
        return tuple(
            each
            for path in job.paths
            for each in transfer.import_export(
                writer, path, into=into, on_conflict=options.on_conflict, progress=progress
            )
        )
    sources = find_sources(job.paths, job.mapping)
    files = source_files(sources)
    digest = mappings.digest(job.mapping, [(each.name, each.sha256) for each in files])
    stored = writer.find_lattice(job.lattice)
    if stored is not None and writer.has_results(int(stored["id"]), digest):
        return (_nothing(job),)
    if job.mapping.sets.complement and len(sources) > 1 and not job.mapping.objects:
        raise MappingRefused(
            "The mapping says that sets name what is left out, of several files, and lists no"
            " objects.",
            hint="List all objects under [[objects]]: what a file leaves out it may not name.",
        )
    refusals = Refusals(most=_MOST_REFUSED if options.dry_run else 0)
    understanding = Understanding(job.mapping, known=_objects(writer, job.lattice))
    new = NewResultSet(job.lattice, job.name, job.mapping, files, digest)
    target = ResultSetWriter(writer, new, options.on_conflict, refusals)
    for source in sources:
        known = tuple(target.objects.universe.names)
        reading = source.read(context_of(source, job.mapping, known, refusals), progress)
        target.read(reading)
        understanding.add(reading)
    moves = target.finish(progress)
    return (understanding.report(writer, target, moves, refusals),)


def _objects(writer: Writer, lattice: str) -> frozenset[str]:
    try:
        return frozenset(each.name for each in writer.catalog(lattice).objects)
    except UnknownLattice:
        return frozenset()


def _nothing(job: Job) -> ImportedResults:
    """The answer when these files are in the lattice already, read in the same way."""
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


def _silent(stage: str, done: int, total: int) -> None:
    """Report progress to nobody."""
