"""Commands for orders: withdraw, acquire."""

from __future__ import annotations

from typing import Annotated

import typer

from lattice import printing
from lattice.cli.common import Db, Json, Name, app, give, opened
from lattice.model import UnitKind

Measure = Annotated[
    str | None, typer.Option("--measure", "-m", metavar="MEASURE", help="Whose scores count.")
]
UnitNames = Annotated[
    list[str] | None,
    typer.Option(
        "--unit", metavar="NAME", help="Who moves: an object, owner or group. May be repeated."
    ),
]
By = Annotated[
    UnitKind,
    typer.Option("--by", help="Whether each object moves alone, or all objects of an owner."),
]
GroupTexts = Annotated[
    list[str] | None,
    typer.Option(
        "--group", metavar="NAME=A,B", help="Objects that move together. May be repeated."
    ),
]
To = Annotated[
    str | None, typer.Option("--to", metavar="SET", help="The set in the end, instead of --unit.")
]


@app.command("withdraw", epilog="Example: lattice withdraw covertype --to D -m accuracy/ABCD")
def withdraw(
    name: Name,
    source: Annotated[str, typer.Argument(metavar="FROM", help="The set that they leave.")] = (
        "all"
    ),
    to: To = None,
    unit: UnitNames = None,
    by: By = "object",
    group: GroupTexts = None,
    measure: Measure = None,
    db: Db = None,
    json: Json = False,
) -> None:
    """Show in which order objects, owners or groups leave a set: best, worst, greedy, average."""
    with opened(db, name) as chosen:
        answer = chosen.withdrawals(source, units=unit, by=by, groups=group, measure=measure, to=to)
        give(answer, json, printing.print_orders)


@app.command("acquire", epilog="Example: lattice acquire covertype D -m accuracy/ABCD")
def acquire(
    name: Name,
    source: Annotated[str, typer.Argument(metavar="FROM", help="The set that they join.")] = (
        "empty"
    ),
    to: To = None,
    unit: UnitNames = None,
    by: By = "object",
    group: GroupTexts = None,
    measure: Measure = None,
    db: Db = None,
    json: Json = False,
) -> None:
    """Show in which order objects, owners or groups join a set: best, worst, greedy, average."""
    with opened(db, name) as chosen:
        answer = chosen.acquisitions(
            source, units=unit, by=by, groups=group, measure=measure, to=to
        )
        give(answer, json, printing.print_orders)
