"""What one import call does: sorts files into result sets, reads them, stores all or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lattice.errors import MappingRefused, UnknownLattice
from lattice.importing import mapping as mappings
from lattice.importing.assembly import Job, assemble, source_files
from lattice.importing.mapping import Mapping
from lattice.importing.records import Progress
from lattice.importing.writer import already_stored, store
from lattice.model import ImportedResults, ImportReport
from lattice.storage import Storage, Writer


def import_files(
    storage: Storage,
    paths: Sequence[Path],
    *,
    into: str | None,
    mapping: Mapping | None,
    progress: Progress | None,
    dry_run: bool,
) -> ImportReport:
    """Import files in one transaction.

    With a mapping all files are one result set; without, each file is one of its own, and a
    `.toml` file is a mapping that names its files.

    Raises:
        ImportRefused, MappingRefused: a file or mapping cannot be read.
        Conflict: it disagrees with what is stored.
    """
    jobs = plan(paths, into=into, mapping=mapping)
    report = progress or _silent
    with storage.writing() as writer:
        done = tuple(_run(writer, job, report) for job in jobs)
        if dry_run:
            writer.discard()
    return ImportReport(dry_run, done)


def plan(paths: Sequence[Path], *, into: str | None, mapping: Mapping | None) -> list[Job]:
    """The result sets that the files of one call make up.

    Raises:
        MappingRefused: a mapping names no files, or is given twice.
    """
    jobs = []
    tables = [path for path in paths if path.suffix != ".toml"]
    for path in paths:
        if path.suffix != ".toml":
            continue
        if mapping is not None:
            raise MappingRefused(
                f"{path.name} is a mapping, and another one is given with --mapping or --metric.",
                hint="Give one of them.",
            )
        found = mappings.load(path)
        name = path.parent.resolve().name if path.stem == "manifest" else path.stem
        jobs.append(_job(_first(into, found.lattice, name), name, found, _files_of(path, found)))
    if mapping is not None:
        found_paths = tuple(tables)
        if not found_paths:
            raise MappingRefused("The mapping is given without a file.", hint="Name the files.")
        name = tables[0].stem
        jobs.append(_job(_first(into, mapping.lattice, name), name, mapping, found_paths))
    else:
        for path in tables:
            jobs.append(_job(_first(into, None, path.stem), path.stem, Mapping(), (path,)))
    return jobs


def _first(into: str | None, said: str | None, name: str) -> str:
    """The lattice's name: as asked, as the mapping says, or as the file is called."""
    if into is not None:
        return into
    return name if said is None else said


def _job(lattice: str, name: str, mapping: Mapping, paths: tuple[Path, ...]) -> Job:
    if not mappings.is_name(lattice) or "/" in lattice or lattice != lattice.strip():
        raise MappingRefused(
            f"{lattice[:80]!r} cannot be the name of a lattice.",
            hint="Name it with --into; a name is not blank and has no slash in it.",
        )
    return Job(lattice, name, replace(mapping, lattice=lattice, files=()), paths)


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


def _run(writer: Writer, job: Job, progress: Progress) -> ImportedResults:
    files = source_files(job.paths)
    if (nothing := already_stored(writer, job, files)) is not None:
        return nothing
    try:
        stored = tuple(each.name for each in writer.catalog(job.lattice).objects)
    except UnknownLattice:
        stored = ()
    return store(writer, assemble(job, files, stored, progress), progress)


def _silent(stage: str, done: int, total: int) -> None:
    """Report progress to nobody."""
