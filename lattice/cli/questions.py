"""Commands that ask: ls, show, neighbors, path, grid."""

from __future__ import annotations

from typing import Annotated

import typer

import lattice
from lattice import printing
from lattice.cli.common import Db, Json, Limit, Measures, Name, SetText, Start, app, give, opened
from lattice.model import Objective
from lattice.queries.grid import Sort


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


@app.command("neighbors", epilog="Example: lattice neighbors covertype ABCD -m accuracy/ABCD")
def neighbors(
    name: Name, training_set: SetText, measure: Measures = None, db: Db = None, json: Json = False
) -> None:
    """Show the sets one move away and what each move changes."""
    with opened(db, name) as chosen:
        answer = chosen.neighbors(training_set, measures=measure)
        give(answer, json, printing.print_neighborhood)


@app.command(
    "path", epilog="Example: lattice path covertype A BCD --objective widest -m accuracy/ABCD"
)
def path(
    name: Name,
    source: Annotated[str, typer.Argument(metavar="FROM", help="Where the path starts.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="Where it ends.")],
    objective: Annotated[
        Objective,
        typer.Option(
            "--objective",
            help="fewest: the fewest moves. widest: the best worst score between the ends.",
        ),
    ] = "fewest",
    measure: Annotated[
        str | None, typer.Option("--measure", "-m", metavar="MEASURE", help="Whose scores count.")
    ] = None,
    db: Db = None,
    json: Json = False,
) -> None:
    """Find a path of single moves between two training sets."""
    with opened(db, name) as chosen:
        answer = chosen.path(source, target, objective=objective, measure=measure)
        give(answer, json, printing.print_path)


@app.command("grid", epilog="Example: lattice grid toy --without B")
def grid(
    name: Name,
    measure: Measures = None,
    sort: Annotated[
        Sort, typer.Option("--sort", help="By rank, or by score under the first measure.")
    ] = "rank",
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
            pairs = chosen.pairs(without, measures=measure, start=start, limit=limit)
            give(pairs, json, printing.print_pairs)
        else:
            cells = chosen.grid(measures=measure, sort=sort, start=start, limit=limit)
            give(cells, json, printing.print_grid)
