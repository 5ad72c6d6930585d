"""Commands that move whole lattices: export, merge."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from lattice import printing
from lattice.cli.common import (
    Db,
    Json,
    Measures,
    Name,
    app,
    err,
    give,
    opened,
    progress_bars,
    writable,
)
from lattice.cli.constraints import (
    Avoid,
    Ceiling,
    Evaluated,
    Floor,
    Keep,
    MaxRank,
    MinRank,
    OnlyMoves,
    Where,
)
from lattice.exporting.report import Format
from lattice.model import Objective, OnConflict


@app.command("export", epilog="Example: lattice export covertype covertype.jsonl")
def export(
    name: Name,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="Where to: .csv, .jsonl, .npz, .parquet or .graphml; - is standard output.",
        ),
    ],
    format: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help="jsonl keeps everything. [default: by the file's name, csv-wide for .csv and -]",
        ),
    ] = None,
    measure: Measures = None,
    around: Annotated[
        str | None,
        typer.Option("--around", metavar="SET", help="Only this set and those around it."),
    ] = None,
    radius: Annotated[
        int | None,
        typer.Option("--radius", min=1, help="With --around: within how many moves. [default: 1]"),
    ] = None,
    between: Annotated[
        tuple[str, str] | None,
        typer.Option("--between", metavar="SET SET", help="Only the sets between two sets."),
    ] = None,
    along: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--along", metavar="FROM TO", help="Only the sets on a path, in the order of its steps."
        ),
    ] = None,
    objective: Annotated[
        Objective | None,
        typer.Option(
            "--objective",
            help="With --along: what makes a path the best. [default: fewest]",
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="MEASURE", help="With --along: whose scores it follows."),
    ] = None,
    where: Where = None,
    only: OnlyMoves = None,
    min_rank: MinRank = None,
    max_rank: MaxRank = None,
    keep: Keep = None,
    avoid: Avoid = None,
    floor: Floor = None,
    ceiling: Ceiling = None,
    evaluated: Evaluated = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    db: Db = None,
    json: Json = False,
) -> None:
    """Write a lattice or a part of it to a file: everything, a table, arrays, or a graph.

    --only to --evaluated go with --along and hold for every set on the path, as for `lattice path`.
    """
    to_output = file == "-"
    if to_output and json:
        raise typer.BadParameter("the lattice itself goes to standard output", param_hint="--json")
    try:
        with opened(db, name) as chosen, progress_bars() as progress:
            report = chosen.export(
                file,
                format,
                measures=measure,
                around=around,
                radius=radius,
                between=between,
                along=along,
                objective=objective,
                by=by,
                where=where,
                only=only,
                min_rank=min_rank,
                max_rank=max_rank,
                keep=keep or (),
                avoid=avoid or (),
                floors=floor or (),
                ceilings=ceiling or (),
                evaluated=evaluated,
                force=force,
                progress=progress,
            )
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    if to_output:
        printing.print_export(err, report)
    else:
        give(report, json, printing.print_export)


@app.command("merge", epilog="Example: lattice merge colleague.db covertype --dry-run")
def merge(
    other: Annotated[
        str, typer.Argument(metavar="OTHER", help="The database to read: a file or URL.")
    ],
    lattices: Annotated[
        list[str] | None,
        typer.Argument(metavar="[LATTICE...]", help="Which of its lattices. [default: all]"),
    ] = None,
    into: Annotated[
        str | None,
        typer.Option("--into", metavar="LATTICE", help="Under another name, for a single one."),
    ] = None,
    on_conflict: Annotated[
        OnConflict,
        typer.Option(
            "--on-conflict",
            help="What happens to a score that disagrees with a stored one of the same cell.",
        ),
    ] = "refuse",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be added, and write nothing.")
    ] = False,
    db: Db = None,
    json: Json = False,
) -> None:
    """Merge the lattices of another database into this one, by name: all of them, or nothing."""
    with writable(db, dry_run) as database, progress_bars() as progress:
        report = database.merge(
            other,
            lattices,
            into=into,
            on_conflict=on_conflict,
            dry_run=dry_run,
            progress=progress,
        )
    give(report, json, printing.print_merge)
