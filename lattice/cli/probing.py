"""Commands that probe a column of scores: strike, budget, shape."""

from __future__ import annotations

from typing import Annotated

import typer

from lattice import printing
from lattice.cli.common import Db, Json, Limit, Name, Start, app, give, opened
from lattice.cli.ordering import By, GroupTexts, Measure
from lattice.model import Expense

Within = Annotated[
    str | None, typer.Option("--of", metavar="SET", help="The largest set that is looked at.")
]
Given = Annotated[str | None, typer.Option("--given", metavar="SET", help="What every set holds.")]


@app.command("strike", epilog="Example: lattice strike covertype A B C -m accuracy/ABCD")
def strike(
    name: Name,
    units: Annotated[
        list[str] | None,
        typer.Argument(metavar="[UNIT]...", help="Who leaves together: objects, owners, groups."),
    ] = None,
    measure: Measure = None,
    of: Annotated[
        str | None, typer.Option("--of", metavar="SET", help="The set that they leave.")
    ] = None,
    given: Annotated[
        str | None, typer.Option("--given", metavar="SET", help="What cannot leave.")
    ] = None,
    by: By = "object",
    group: GroupTexts = None,
    below: Annotated[
        float | None,
        typer.Option(
            "--below",
            metavar="SCORE",
            help="Find the smallest coalition that makes the score worse than this.",
        ),
    ] = None,
    start: Start = 0,
    limit: Limit = 50,
    db: Db = None,
    json: Json = False,
) -> None:
    """Show what a set loses when units leave it together, and what can be saved."""
    with opened(db, name) as chosen:
        answer = chosen.strike(
            units or (),
            measure=measure,
            of=of,
            given=given,
            by=by,
            groups=group,
            below=below,
            start=start,
            limit=limit,
        )
        give(answer, json, printing.print_strike)


@app.command("budget", epilog="Example: lattice budget covertype -m accuracy/ABCD")
def budget(
    name: Name,
    measure: Measure = None,
    expense: Annotated[
        Expense, typer.Option("--expense", help="What is spent: rank (objects), cost or size.")
    ] = "rank",
    at_most: Annotated[
        list[float] | None,
        typer.Option("--at-most", metavar="AMOUNT", help="A budget. May be repeated."),
    ] = None,
    of: Within = None,
    given: Given = None,
    start: Start = 0,
    limit: Limit = 50,
    db: Db = None,
    json: Json = False,
) -> None:
    """Show the best stored set of every size, or for what may be spent, and the regret."""
    with opened(db, name) as chosen:
        answer = chosen.budget(
            measure,
            expense=expense,
            at_most=at_most or (),
            of=of,
            given=given,
            start=start,
            limit=limit,
        )
        give(answer, json, printing.print_budget)


@app.command("shape", epilog="Example: lattice shape covertype -m accuracy/ABCD")
def shape(
    name: Name,
    measure: Measure = None,
    of: Within = None,
    given: Given = None,
    start: Start = 0,
    limit: Limit = 50,
    db: Db = None,
    json: Json = False,
) -> None:
    """Show the largest stored change of each object, and where more data makes things worse."""
    with opened(db, name) as chosen:
        answer = chosen.shape(measure, of=of, given=given, start=start, limit=limit)
        give(answer, json, printing.print_shape)
