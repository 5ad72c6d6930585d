"""Commands for what is stored: ls, show, grid."""

from __future__ import annotations

from typing import Annotated

import typer

import lattice
from lattice import printing
from lattice.cli.common import Db, Json, Limit, Measures, Name, Start, app, give, opened
from lattice.model import ColumnOrder


@app.command("ls", epilog="Example: lattice ls --json")
def list_lattices(db: Db = None, json: Json = False) -> None:
    """List the lattices of a database."""
    with lattice.open(db) as database:
        give(database.lattices(), json, printing.print_lattices)


@app.command("show", epilog="Example: lattice show covertype")
def show(name: Name, db: Db = None, json: Json = False) -> None:
    """Show what a lattice holds and how complete it is."""
    with opened(db, name) as chosen:
        give(chosen.show(), json, printing.print_detail)


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
    start: Start = 0,
    limit: Limit = 50,
    db: Db = None,
    json: Json = False,
) -> None:
    """Show the grid: training sets by measures, or its leave-one-out pairs."""
    with opened(db, name) as chosen:
        if without is not None:
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
