"""The command that imports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lattice import printing
from lattice.cli.common import Db, Json, OnConflictOption, app, give, note, progress_bars, writable
from lattice.errors import MappingRefused
from lattice.importing import mapping as mappings
from lattice.importing.mapping import Mapping
from lattice.model import Direction, ImportReport, ReplicateKind


@app.command(
    "import", epilog="Example: lattice import results.csv --metric accuracy --direction higher"
)
def import_files(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE...",
            help="Tables, games, arrays, folders of runs, MLflow stores, exports, mappings (.toml).",
        ),
    ] = None,
    into: Annotated[
        str | None,
        typer.Option("--into", metavar="LATTICE", help="The lattice. [default: the file's name]"),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping", metavar="TOML", help="How the files are read; see docs/mapping.md."
        ),
    ] = None,
    said: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="A key of the mapping: columns.training_set=mix, sets.separator=;. May be repeated.",
        ),
    ] = None,
    metric: Annotated[
        str | None, typer.Option("--metric", help="The metric, where the files name none.")
    ] = None,
    direction: Annotated[
        Direction | None, typer.Option("--direction", help="Which scores of it are better.")
    ] = None,
    replicates: Annotated[
        ReplicateKind | None, typer.Option("--replicates", help="The kind of the replicates.")
    ] = None,
    on_conflict: OnConflictOption = "refuse",
    bundled: Annotated[
        bool, typer.Option("--bundled", help="Import the result sets that come with datalattice.")
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Say what was understood and would be added; write nothing."
        ),
    ] = False,
    save_mapping: Annotated[
        Path | None,
        typer.Option(
            "--save-mapping",
            metavar="TOML",
            help="Write how the file was read, to correct it or to use it again.",
        ),
    ] = None,
    db: Db = None,
    json: Json = False,
) -> None:
    """Import result files: all of them, or nothing."""
    paths = list(files or [])
    if bundled:
        from lattice.resources import bundled_manifests

        paths += bundled_manifests()
    if not paths:
        raise typer.BadParameter("name at least one file, or --bundled", param_hint="FILE...")
    reading = None if mapping is None else mappings.load(mapping)
    if metric is not None or direction is not None:
        reading = mappings.with_metric(reading or Mapping(), metric, direction)
    words = [*(said or []), *([] if replicates is None else [f"replicates.kind={replicates}"])]
    if words:
        reading = mappings.with_said(reading or Mapping(), words)
    with writable(db, dry_run) as database, progress_bars() as progress:
        report = database.import_files(
            paths,
            into=into,
            mapping=reading,
            progress=progress,
            on_conflict=on_conflict,
            dry_run=dry_run,
        )
    if save_mapping is not None:
        _save(save_mapping, report)
    give(report, json, printing.print_report)
    if dry_run and any(each.refused for each in report.imported):
        raise typer.Exit(1)


def _save(path: Path, report: ImportReport) -> None:
    """Write the mapping of the only result set."""
    found = [each for each in report.imported if each.mapping]
    if len(found) != 1:
        raise MappingRefused(
            f"--save-mapping writes one mapping; {len(found)} result sets were read.",
            hint="Import one file at a time, or several with one --mapping.",
        )
    try:
        with path.open("x", encoding="utf-8") as text:
            text.write(found[0].mapping)
    except FileExistsError as error:
        raise MappingRefused(
            f"{str(path)!r} is there already and was left as it is.",
            hint="Name another file for --save-mapping; the rest was done.",
        ) from error
    except OSError as error:
        raise MappingRefused(
            f"{str(path)!r} cannot be written: {error.strerror}.",
            hint="Name another file for --save-mapping; the rest was done.",
        ) from error
    note(f"How it was read is in {path}.")
