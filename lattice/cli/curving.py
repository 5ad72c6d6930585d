"""Commands for curves and for all ways to value the same units: curve, methods."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from lattice import printing
from lattice.cli.common import Db, Json, Name, app, give, opened
from lattice.cli.ordering import By, GroupTexts
from lattice.cli.valuing import Beta, Empty, Given, MeasureText, Of, two_numbers
from lattice.facade import Valued
from lattice.model import CurveAxis


@app.command("curve", epilog="Example: lattice curve covertype scaling -m accuracy/ABCD")
def curve(
    name: Name,
    kind: Annotated[
        Literal["scaling", "evaluation", "order"],
        typer.Argument(
            help="scaling: against the amount of data; evaluation: against the size of the"
            " evaluation set; order: while objects join or leave in the order of a ranking."
        ),
    ] = "scaling",
    measure: MeasureText = None,
    axis: Annotated[
        CurveAxis, typer.Option("--axis", help="Of scaling: objects (rank), or their size.")
    ] = "rank",
    stratum: Annotated[
        list[str] | None,
        typer.Option("--stratum", metavar="UNIT", help="Of scaling: with it and without it."),
    ] = None,
    training_set: Annotated[
        str, typer.Option("--set", metavar="SET", help="Of evaluation: whose scores.")
    ] = "all",
    ranking: Annotated[
        str, typer.Option("--ranking", metavar="QUANTITY", help="Of order: the value to rank by.")
    ] = "shapley",
    first: Annotated[
        list[str] | None,
        typer.Option("--first", metavar="UNIT", help="Of order: all units instead, best first."),
    ] = None,
    of: Of = None,
    given: Given = None,
    by: By = "object",
    group: GroupTexts = None,
    empty: Empty = None,
    beta: Beta = None,
    db: Db = None,
    json: Json = False,
) -> None:
    """Show how scores grow with the data, or what a ranking of the data is worth."""
    with opened(db, name) as chosen:
        valued = Valued(measure=measure, of=of, given=given, by=by, groups=group, empty=empty)
        if kind == "scaling":
            found = chosen.scaling(axis=axis, strata=stratum or (), **valued)
            give(found, json, printing.print_scaling)
        elif kind == "evaluation":
            scores = chosen.evaluation_scaling(training_set, measure=measure)
            give(scores, json, printing.print_evaluation_curve)
        else:
            valued["beta"] = two_numbers(beta)
            curves = chosen.order_curves(first or ranking, **valued)
            give(curves, json, printing.print_order_curves)


@app.command("methods", epilog="Example: lattice methods covertype -m accuracy/ABCD --empty 0")
def methods(
    name: Name,
    measure: MeasureText = None,
    of: Of = None,
    given: Given = None,
    by: By = "object",
    group: GroupTexts = None,
    empty: Empty = None,
    assume: Annotated[
        str | None,
        typer.Option(
            "--assume", metavar="WHAT", help="What bounds rest on, as in `lattice value`."
        ),
    ] = None,
    db: Db = None,
    json: Json = False,
) -> None:
    """Value the same objects in all ways side by side, and see how far the rankings agree."""
    with opened(db, name) as chosen:
        answer = chosen.methods(
            assume=assume, measure=measure, of=of, given=given, by=by, groups=group, empty=empty
        )
        give(answer, json, printing.print_methods)
