"""Commands for what is stored: ls, show, grid."""

from __future__ import annotations

from typing import Annotated

import typer

import lattice
from lattice import printing
from lattice.cli.common import Db, Json, Limit, Measures, Name, Start, app, give, opened
from lattice.facade import MOST_BANDS
from lattice.model import ColumnOrder

_ROWS = 50


@app.command("ls", epilog="Example: lattice ls --json")
def list_lattices(db: Db = None, json: Json = False) -> None:
    """List the lattices of a database."""
    with lattice.open(db) as database:
        give(database.lattices(), json, printing.print_lattices)


@app.command("show", epilog="Example: lattice show covertype ABC")
def show(
    name: Name,
    training_set: Annotated[
        str | None,
        typer.Argument(metavar="SET", help="A training set: its scores, replicate by replicate."),
    ] = None,
    measure: Measures = None,
    db: Db = None,
    json: Json = False,
) -> None:
    """Show what a lattice holds and how complete it is, or every score of one set."""
    if measure is not None and training_set is None:
        raise typer.BadParameter(
            "only the scores of a set have a measure: name a set", param_hint="--measure"
        )
    with opened(db, name) as chosen:
        if training_set is None:
            give(chosen.show(), json, printing.print_detail)
        else:
            found = chosen.replicates(training_set, measures=measure)
            give(found, json, printing.print_replicates)


@app.command("grid", epilog="Example: lattice grid toy --without B")
def grid(
    name: Name,
    measure: Measures = None,
    sort: Annotated[
        str,
        typer.Option(
            "--sort",
            metavar="WHAT",
            help="By rank, score (of the first measure), cost, size or a measure; the other way"
            " round with a minus, --sort=-rank.",
        ),
    ] = "rank",
    columns: Annotated[
        ColumnOrder,
        typer.Option("--columns", help="As given, or those next to each other that score alike."),
    ] = "given",
    where: Annotated[
        str | None,
        typer.Option("--where", metavar="PREDICATE", help="Only sets of which this is true."),
    ] = None,
    without: Annotated[
        str | None,
        typer.Option(
            "--without", metavar="OBJECT", help="Show what leaving this object out changes."
        ),
    ] = None,
    bands: Annotated[
        int | None,
        typer.Option(
            "--bands",
            min=1,
            max=MOST_BANDS,
            metavar="N",
            help="Show all of it at a glance: the mean scores of N bands of rows.",
        ),
    ] = None,
    start: Start = 0,
    limit: Limit = _ROWS,
    db: Db = None,
    json: Json = False,
) -> None:
    """Show the grid: training sets by measures, all of it in bands, or its leave-one-out pairs."""
    if bands is not None:
        others = (without is not None, columns != "given", start != 0, limit != _ROWS)
        said = ("--without", "--columns", "--start", "--limit")
        for option in (each for each, given in zip(said, others, strict=True) if given):
            raise typer.BadParameter(
                "bands show the whole grid as it is: leave this out", param_hint=option
            )
    with opened(db, name) as chosen:
        if bands is not None:
            found = chosen.bands(measures=measure, sort=sort, where=where, most=bands)
            give(found, json, printing.print_bands)
        elif without is not None:
            pairs = chosen.pairs(
                without, measures=measure, sort=sort, where=where, start=start, limit=limit
            )
            give(pairs, json, printing.print_pairs)
        else:
            cells = chosen.grid(
                measures=measure,
                sort=sort,
                columns=columns,
                where=where,
                start=start,
                limit=limit,
            )
            give(cells, json, printing.print_grid)
