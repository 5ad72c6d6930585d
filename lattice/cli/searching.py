"""Commands that look for sets: search, front, nearest, levels."""

from __future__ import annotations

from typing import Annotated

import typer

from lattice import printing
from lattice.cli.common import Db, Json, Limit, Measures, Name, SetText, Start, app, give, opened
from lattice.model import Expense

Where = Annotated[
    str | None,
    typer.Option(
        "--where",
        metavar="PREDICATE",
        help="""Only sets of which this is true: 'contains("B") and rank >= 3'.""",
    ),
]


@app.command("search", epilog="Example: lattice search toy rank>=2 --sort accuracy/A --top 3")
def search(
    name: Name,
    where: Annotated[
        str | None,
        typer.Argument(
            metavar="[PREDICATE]",
            help="""What has to hold: 'contains("B") and score("C") > 0.6'. All sets without it.""",
        ),
    ] = None,
    sort: Annotated[
        str | None,
        typer.Option(
            "--sort",
            metavar="WORD",
            help="rank, cost or size (smallest first), or a measure (best first); the other way"
            " round with a minus, -rank. [default: rank]",
        ),
    ] = None,
    top: Annotated[
        int | None,
        typer.Option("--top", metavar="K", help="Only the first K; sets without a score are out."),
    ] = None,
    measure: Measures = None,
    start: Start = 0,
    limit: Limit = 50,
    db: Db = None,
    json: Json = False,
) -> None:
    """Look for training sets by what they hold, cost and score."""
    with opened(db, name) as chosen:
        found = chosen.search(where, sort=sort, top=top, measures=measure, start=start, limit=limit)
        give(found, json, printing.print_sets)


@app.command("front", epilog="Example: lattice front covertype -m accuracy/A -m accuracy/D")
def front(
    name: Name,
    measure: Measures = None,
    expense: Annotated[
        Expense | None,
        typer.Option("--expense", help="Count this too, less is better: cost, size or rank."),
    ] = None,
    where: Where = None,
    start: Start = 0,
    limit: Limit = 50,
    db: Db = None,
    json: Json = False,
) -> None:
    """Show the Pareto front: the sets that no other equals in everything and beats in something."""
    with opened(db, name) as chosen:
        found = chosen.front(measure or (), expense=expense, where=where, start=start, limit=limit)
        give(found, json, printing.print_front)


@app.command("nearest", epilog="Example: lattice nearest toy BC")
def nearest(
    name: Name,
    training_set: SetText,
    count: Annotated[int, typer.Option("-k", metavar="K", help="How many sets to show.")] = 10,
    measure: Measures = None,
    db: Db = None,
    json: Json = False,
) -> None:
    """Show the stored sets nearest to a set that need not be stored, and what to change."""
    with opened(db, name) as chosen:
        give(chosen.nearest(training_set, count, measures=measure), json, printing.print_nearest)


@app.command("levels", epilog="Example: lattice levels california-housing -m @decision_tree")
def levels(
    name: Name,
    measure: Annotated[
        str | None, typer.Option("--measure", "-m", metavar="MEASURE", help="Whose scores.")
    ] = None,
    where: Where = None,
    histogram: Annotated[
        bool, typer.Option("--histogram", help="Show how the scores of each rank are distributed.")
    ] = False,
    bins: Annotated[
        int | None,
        typer.Option(
            "--bins",
            metavar="B",
            help="With --histogram: at most so many bins, up to 200. [default: 40]",
        ),
    ] = None,
    db: Db = None,
    json: Json = False,
) -> None:
    """Summarize the sets of each rank: how many are stored, and how they score."""
    if bins is not None and not histogram:
        raise typer.BadParameter("only a histogram has bins: add --histogram", param_hint="--bins")
    with opened(db, name) as chosen:
        if histogram:
            found = chosen.histogram(measure, bins=40 if bins is None else bins, where=where)
            give(found, json, printing.print_histogram)
        else:
            give(chosen.levels(measure, where=where), json, printing.print_levels)
