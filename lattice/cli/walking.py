"""Commands for paths: path."""

from __future__ import annotations

from typing import Annotated

import typer

from lattice import printing
from lattice.cli.common import Db, Json, Name, app, give, opened
from lattice.model import Objective


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
