"""Commands for paths: path, longest, tradeoffs."""

from __future__ import annotations

from typing import Annotated

import typer

from lattice import printing
from lattice.cli.common import Db, Json, Name, Start, app, give, opened
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
from lattice.model import Objective, Tradable

Costs = Annotated[
    list[str] | None,
    typer.Option(
        "--cost",
        metavar="[-]OBJECT=COST",
        help="For cheapest: of adding, or with a minus of removing. May be repeated."
        " [default: what adding costs is stored]",
    ),
]


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
            help="fewest: moves. widest: the best worst score between the ends. average: the best"
            " mean score. least-loss: the smallest sum of losses. monotone: scores never"
            " get worse."
            " cheapest: the smallest cost.",
        ),
    ] = "fewest",
    measure: Annotated[
        str | None, typer.Option("--measure", "-m", metavar="MEASURE", help="Whose scores count.")
    ] = None,
    profile: Annotated[
        list[str] | None,
        typer.Option(
            "--profile", metavar="MEASURE", help="What is listed at every step. May be repeated."
        ),
    ] = None,
    k: Annotated[
        int,
        typer.Option(
            "-k", metavar="K", help="So many of the best paths: fewest, least-loss, cheapest."
        ),
    ] = 1,
    slack: Annotated[
        float,
        typer.Option(
            "--slack", metavar="SCORE", help="For monotone: by how much it may get worse."
        ),
    ] = 0.0,
    cost: Costs = None,
    jumps: Annotated[
        bool,
        typer.Option(
            "--jumps", help="For fewest: change several objects at once where moves do not lead."
        ),
    ] = False,
    only: OnlyMoves = None,
    min_rank: MinRank = None,
    max_rank: MaxRank = None,
    keep: Keep = None,
    avoid: Avoid = None,
    floor: Floor = None,
    ceiling: Ceiling = None,
    where: Where = None,
    evaluated: Evaluated = False,
    start: Start = 0,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=1000, help="How many steps to show.")
    ] = 200,
    db: Db = None,
    json: Json = False,
) -> None:
    """Find the best path of single moves between two training sets.

    What is said of the sets on the path holds for its two ends as well.
    """
    with opened(db, name) as chosen:
        answer = chosen.path(
            source,
            target,
            objective=objective,
            measure=measure,
            measures=profile,
            k=k,
            slack=slack,
            costs=cost or (),
            jumps=jumps,
            only=only,
            min_rank=min_rank,
            max_rank=max_rank,
            keep=keep or (),
            avoid=avoid or (),
            floors=floor or (),
            ceilings=ceiling or (),
            where=where,
            evaluated=evaluated,
            start=start,
            limit=limit,
        )
        give(answer, json, printing.print_path)


@app.command("longest", epilog="Example: lattice longest covertype -m accuracy/ABCD")
def longest(
    name: Name,
    source: Annotated[
        str | None, typer.Option("--from", metavar="SET", help="Where it starts.")
    ] = None,
    target: Annotated[
        str | None, typer.Option("--to", metavar="SET", help="Where it ends.")
    ] = None,
    measure: Annotated[
        str | None, typer.Option("--measure", "-m", metavar="MEASURE", help="Whose scores count.")
    ] = None,
    start: Start = 0,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=1000, help="How many steps to show.")
    ] = 200,
    db: Db = None,
    json: Json = False,
) -> None:
    """Find the longest chain of sets with a score in which every move adds an object."""
    with opened(db, name) as chosen:
        answer = chosen.longest_run(
            source=source, target=target, measure=measure, start=start, limit=limit
        )
        give(answer, json, printing.print_path)


@app.command(
    "tradeoffs",
    epilog="Example: lattice tradeoffs covertype A BCD --first widest --second fewest"
    " -m accuracy/ABCD",
)
def tradeoffs(
    name: Name,
    source: Annotated[str, typer.Argument(metavar="FROM", help="Where the paths start.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="Where they end.")],
    first: Annotated[
        Tradable, typer.Option("--first", help="One objective; the best by it comes first.")
    ] = "widest",
    second: Annotated[Tradable, typer.Option("--second", help="The other one.")] = "fewest",
    measure: Annotated[
        str | None, typer.Option("--measure", "-m", metavar="MEASURE", help="Whose scores count.")
    ] = None,
    cost: Costs = None,
    only: OnlyMoves = None,
    min_rank: MinRank = None,
    max_rank: MaxRank = None,
    keep: Keep = None,
    avoid: Avoid = None,
    floor: Floor = None,
    ceiling: Ceiling = None,
    where: Where = None,
    evaluated: Evaluated = False,
    start: Start = 0,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=1000, help="How many paths to show.")
    ] = 50,
    db: Db = None,
    json: Json = False,
) -> None:
    """Find the paths that trade one objective for another: the Pareto front of two.

    What is said of the sets on the paths holds for their two ends as well.
    """
    with opened(db, name) as chosen:
        answer = chosen.tradeoffs(
            source,
            target,
            first=first,
            second=second,
            measure=measure,
            costs=cost or (),
            only=only,
            min_rank=min_rank,
            max_rank=max_rank,
            keep=keep or (),
            avoid=avoid or (),
            floors=floor or (),
            ceilings=ceiling or (),
            where=where,
            evaluated=evaluated,
            start=start,
            limit=limit,
        )
        give(answer, json, printing.print_tradeoffs)
