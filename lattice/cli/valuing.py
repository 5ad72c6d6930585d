"""The command for values: value."""

from __future__ import annotations

from typing import Annotated

import typer

from lattice import printing
from lattice.cli.common import Db, Json, Limit, Name, Start, app, give, opened
from lattice.cli.ordering import By, GroupTexts
from lattice.errors import BadQuestion, about
from lattice.facade import Valued
from lattice.model import QuantityName


def numbers(text: str | None, what: str) -> tuple[float, ...] | None:
    """Numbers with commas between."""
    if text is None:
        return None
    try:
        return tuple(float(each) for each in text.split(","))
    except ValueError:
        with about(text):
            raise BadQuestion(
                f"{text!r} is not {what}.", hint="Write numbers with commas between them."
            ) from None


Split = Annotated[QuantityName, typer.Argument(metavar="QUANTITY", help="Which value.")]
MeasureText = Annotated[
    str | None,
    typer.Option("--measure", "-m", metavar="MEASURE", help="Whose scores are shared out."),
]
Of = Annotated[
    str | None, typer.Option("--of", metavar="SET", help="The set whose objects are valued.")
]
Given = Annotated[
    str | None, typer.Option("--given", metavar="SET", help="The set that is always held.")
]
Empty = Annotated[
    float | None,
    typer.Option("--empty", metavar="SCORE", help="The score that the empty set is taken to have."),
]
Beta = Annotated[
    str | None, typer.Option("--beta", metavar="A,B", help="The two numbers of Beta(A, B).")
]
Shares = Annotated[
    str | None,
    typer.Option("--shares", metavar="S0,S1,...", help="Of by-size: the weight of each size."),
]


def two_numbers(text: str | None) -> tuple[float, float] | None:
    """The two numbers of --beta."""
    said = numbers(text, "A,B")
    if said is None:
        return None
    if len(said) != 2:
        raise typer.BadParameter("give two numbers, for example 16,1", param_hint="--beta")
    return said[0], said[1]


@app.command("value", epilog="Example: lattice value covertype shapley -m accuracy/ABCD --empty 0")
def value(
    name: Name,
    quantity: Split = "shapley",
    measure: MeasureText = None,
    of: Of = None,
    given: Given = None,
    by: By = "object",
    group: GroupTexts = None,
    empty: Empty = None,
    beta: Beta = None,
    shares: Shares = None,
    unit: Annotated[
        list[str] | None,
        typer.Option(
            "--unit",
            metavar="NAME",
            help="Of leave-one-out, pair-interaction, evaluation-value: these units only.",
        ),
    ] = None,
    order: Annotated[
        int | None,
        typer.Option("--order", metavar="N", help="Of dividends: sets of so many units only."),
    ] = None,
    assume: Annotated[
        str | None,
        typer.Option(
            "--assume",
            metavar="WHAT",
            help="What bounds rest on where cells are missing: range, monotone, cap=0.05,"
            " diminishing or saturated=8.",
        ),
    ] = None,
    estimate: Annotated[
        str | None,
        typer.Option(
            "--estimate",
            metavar="HOW",
            help="How values are estimated where cells are missing: stratified, chains, reuse or"
            " none; without it the first that is honest.",
        ),
    ] = None,
    differences: Annotated[
        bool, typer.Option("--differences", help="By how much every two values differ.")
    ] = False,
    cells: Annotated[
        str | None,
        typer.Option("--cells", metavar="UNIT", help="The cells that the value of one rests on."),
    ] = None,
    start: Start = 0,
    limit: Limit = 50,
    db: Db = None,
    json: Json = False,
) -> None:
    """Show what each object is worth, how sure that is, and which cells are missing for it."""
    with opened(db, name) as chosen:
        valued = Valued(
            measure=measure,
            of=of,
            given=given,
            by=by,
            groups=group,
            empty=empty,
            beta=two_numbers(beta),
            shares=numbers(shares, "a list of shares"),
            units=unit,
            order=order,
        )
        if cells is not None:
            found = chosen.value_cells(quantity, cells, start=start, limit=limit, **valued)
            give(found, json, printing.print_value_cells)
            return
        ask = chosen.value_differences if differences else chosen.value
        answer = ask(quantity, assume=assume, estimate=estimate, start=start, limit=limit, **valued)
        give(answer, json, printing.print_values)


@app.command("fairness", epilog="Example: lattice fairness covertype -m accuracy/ABCD --empty 0")
def fairness(
    name: Name,
    quantity: Split = "shapley",
    measure: MeasureText = None,
    of: Of = None,
    given: Given = None,
    by: By = "object",
    group: GroupTexts = None,
    empty: Empty = None,
    beta: Beta = None,
    shares: Shares = None,
    db: Db = None,
    json: Json = False,
) -> None:
    """Show how fair a split by values is: efficiency, the core, the least core."""
    with opened(db, name) as chosen:
        answer = chosen.fairness(
            quantity,
            measure=measure,
            of=of,
            given=given,
            by=by,
            groups=group,
            empty=empty,
            beta=two_numbers(beta),
            shares=numbers(shares, "a list of shares"),
        )
        give(answer, json, printing.print_fairness)
