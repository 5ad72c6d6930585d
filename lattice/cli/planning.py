"""The command for what to train next: plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lattice import printing
from lattice.cli.common import Db, Json, Limit, Name, Start, app, give, opened
from lattice.cli.ordering import By, GroupTexts
from lattice.cli.valuing import (
    Beta,
    Empty,
    Given,
    MeasureText,
    Of,
    Shares,
    numbers,
    two_numbers,
)
from lattice.encoding import read_plan
from lattice.facade import Valued
from lattice.model import Criterion, TrainingCost


@app.command("plan", epilog="Example: lattice plan toy --for shapley --budget 3 -m C")
def plan(
    name: Name,
    goal: Annotated[
        str,
        typer.Option(
            "--for",
            metavar="GOAL",
            help="What is to be known: a value as in `lattice value`, strike, or path.",
        ),
    ] = "shapley",
    measure: MeasureText = None,
    budget: Annotated[
        float, typer.Option("--budget", metavar="AMOUNT", help="How much may be trained.")
    ] = 20,
    criterion: Annotated[
        Criterion | None,
        typer.Option(
            "--criterion",
            help="width narrows bounds, variance lowers errors, sample draws at random by strata.",
        ),
    ] = None,
    expense: Annotated[
        TrainingCost,
        typer.Option(
            "--expense", help="What a set costs: one training, its rank, its size, or its cost."
        ),
    ] = "training",
    assume: Annotated[
        str | None,
        typer.Option(
            "--assume",
            metavar="WHAT",
            help="What bounds rest on: range, monotone, cap=0.05, diminishing or saturated=8.",
        ),
    ] = None,
    most: Annotated[
        int | None,
        typer.Option("--most", metavar="N", help="Of strike: how many leave together at most."),
    ] = None,
    source: Annotated[
        str | None, typer.Option("--from", metavar="SET", help="Of path: where it begins.")
    ] = None,
    target: Annotated[
        str | None, typer.Option("--to", metavar="SET", help="Of path: where it ends.")
    ] = None,
    of: Of = None,
    given: Given = None,
    by: By = "object",
    group: GroupTexts = None,
    empty: Empty = None,
    beta: Beta = None,
    shares: Shares = None,
    seed: Annotated[int, typer.Option("--seed", help="Of sample: of the draw.")] = 0,
    review: Annotated[
        Path | None,
        typer.Option(
            "--review", metavar="FILE", help="See what has become of a plan that --json wrote."
        ),
    ] = None,
    start: Start = 0,
    limit: Limit = 50,
    db: Db = None,
    json: Json = False,
) -> None:
    """Show which sets to train next, and what that is expected to bring."""
    if (goal == "path") != (source is not None and target is not None):
        raise typer.BadParameter("a path needs --for path, --from SET and --to SET together")
    with opened(db, name) as chosen:
        if review is not None:
            give(chosen.review(read_plan(review)), json, printing.print_plan_review)
            return
        if source is not None and target is not None:
            give(chosen.plan_path(source, target, measure=measure), json, printing.print_plan)
            return
        answer = chosen.plan(
            goal,
            budget=budget,
            criterion=criterion,
            expense=expense,
            assume=assume,
            most=most,
            seed=seed,
            start=start,
            limit=limit,
            **Valued(
                measure=measure,
                of=of,
                given=given,
                by=by,
                groups=group,
                empty=empty,
                beta=two_numbers(beta),
                shares=numbers(shares, "a list of shares"),
            ),
        )
        give(answer, json, printing.print_plan)
