"""Commands for the sets around, between and beside sets."""

from __future__ import annotations

from typing import Annotated

import typer

from lattice import printing
from lattice.cli.common import Db, Json, Limit, Measures, Name, SetText, Start, app, give, opened
from lattice.facade import LARGEST_RADIUS
from lattice.model import LeftOut

Sort = Annotated[
    str | None,
    typer.Option("--sort", metavar="MEASURE", help="Best under this measure first, missing last."),
]


@app.command(
    "neighbors", epilog="Example: lattice neighbors covertype ABC --moves swap --sort accuracy/ABCD"
)
def neighbors(
    name: Name,
    training_set: SetText,
    measure: Measures = None,
    radius: Annotated[
        int, typer.Option("--radius", min=1, max=LARGEST_RADIUS, help="How many moves away.")
    ] = 1,
    moves: Annotated[
        list[str] | None,
        typer.Option(
            "--moves",
            metavar="KIND",
            help="Which moves: add, remove, or swap one object for another; may be repeated."
            " [default: add and remove]",
        ),
    ] = None,
    sort: Sort = None,
    start: Start = 0,
    limit: Limit = 50,
    missing_start: Annotated[
        int, typer.Option("--missing-start", min=0, help="The first missing set to name.")
    ] = 0,
    db: Db = None,
    json: Json = False,
) -> None:
    """Show the sets a few moves away and what the moves change."""
    with opened(db, name) as chosen:
        answer = chosen.neighbors(
            training_set,
            measures=measure,
            radius=radius,
            moves=moves or ("add", "remove"),
            sort=sort,
            start=start,
            limit=limit,
            missing_start=missing_start,
        )
        give(answer, json, printing.print_neighborhood)


@app.command("interval", epilog="Example: lattice interval covertype A ABCD -m accuracy/ABCD")
def interval(
    name: Name,
    lower: Annotated[str, typer.Argument(metavar="FROM", help="The smaller set, stored or not.")],
    upper: Annotated[str, typer.Argument(metavar="TO", help="The larger set, stored or not.")],
    measure: Measures = None,
    sort: Sort = None,
    start: Start = 0,
    limit: Limit = 50,
    db: Db = None,
    json: Json = False,
) -> None:
    """Show all stored sets between two sets."""
    with opened(db, name) as chosen:
        answer = chosen.interval(
            lower, upper, measures=measure, sort=sort, start=start, limit=limit
        )
        give(answer, json, printing.print_interval)


@app.command("compare", epilog="Example: lattice compare covertype all ^A ^B -m accuracy/ABCD")
def compare(
    name: Name,
    sets: Annotated[
        list[str], typer.Argument(metavar="SET SET...", help="The sets, the baseline first.")
    ],
    measure: Measures = None,
    db: Db = None,
    json: Json = False,
) -> None:
    """Compare sets with a baseline: what differs, and what that changes."""
    with opened(db, name) as chosen:
        give(chosen.compare(*sets, measures=measure), json, printing.print_comparison)


@app.command("without", epilog="Example: lattice without covertype ABCD A BC -m accuracy/ABCD")
def without(
    name: Name,
    training_set: SetText,
    groups: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[GROUP]...", help="What to leave out, each a set. [default: see --by]"
        ),
    ] = None,
    by: Annotated[
        LeftOut,
        typer.Option("--by", help="Without groups: each object, or all objects of each owner."),
    ] = "object",
    measure: Measures = None,
    start: Start = 0,
    limit: Limit = 50,
    db: Db = None,
    json: Json = False,
) -> None:
    """Show what a set loses without each of some groups of its objects."""
    with opened(db, name) as chosen:
        answer = chosen.group_leave_one_out(
            training_set, groups, by=by, measures=measure, start=start, limit=limit
        )
        give(answer, json, printing.print_group_values)


@app.command("squares", epilog="Example: lattice squares covertype ABCD B C -m accuracy/ABCD")
def squares(
    name: Name,
    training_set: SetText,
    objects: Annotated[
        list[str] | None,
        typer.Argument(metavar="[OBJECT OBJECT]", help="Two objects. [default: all pairs]"),
    ] = None,
    measure: Measures = None,
    sort: Annotated[
        str | None,
        typer.Option(
            "--sort", metavar="MEASURE", help="Complements under this measure first, missing last."
        ),
    ] = None,
    start: Start = 0,
    limit: Limit = 50,
    db: Db = None,
    json: Json = False,
) -> None:
    """Show what pairs of objects do together beyond what each does alone."""
    with opened(db, name) as chosen:
        answer = chosen.squares(
            training_set, objects or None, measures=measure, sort=sort, start=start, limit=limit
        )
        give(answer, json, printing.print_squares)


@app.command("columns", epilog="Example: lattice columns covertype AB -m accuracy/A")
def columns(
    name: Name,
    training_set: SetText,
    measure: Measures = None,
    start: Start = 0,
    limit: Limit = 50,
    db: Db = None,
    json: Json = False,
) -> None:
    """Show what one object more in the evaluation set changes for a training set."""
    with opened(db, name) as chosen:
        answer = chosen.column_moves(training_set, measures=measure, start=start, limit=limit)
        give(answer, json, printing.print_column_moves)
