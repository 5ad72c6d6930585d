"""Curves and comparisons of methods as tables."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from lattice.model import (
    CurveFit,
    CurvePoint,
    EvaluationCurve,
    Method,
    Methods,
    MethodValue,
    OrderCurves,
    OrderPoint,
    ScalingCurve,
)
from lattice.printing.pieces import cell_text, contrast_text, new_table

_WIDTH = 16


def print_scaling(console: Console, answer: ScalingCurve) -> None:
    """A table of points per kind of set, with its fits."""
    console.print(Text(f"scaling: {answer.measure}", style="bold"), soft_wrap=True)
    for series in answer.series:
        if series.holding or series.without:
            kind = [f"with {each}" for each in series.holding]
            kind += [f"without {each}" for each in series.without]
            console.print(Text(", ".join(kind), style="bold"))
        if series.points:
            table = new_table(
                ">objects" if answer.axis == "rank" else ">size", ">mean", ">spread", ">sets", ""
            )
            drawn = [each.mean for each in series.points if not each.declared]
            low, high = min(drawn, default=0.0), max(drawn, default=0.0)
            for each in series.points:
                table.add_row(
                    f"{each.x:g}",
                    _mean(each),
                    "" if each.deviation is None else f"{each.deviation:.2g}",
                    f"{each.scored:,}"
                    if each.sets is None
                    else f"{each.scored:,} of {each.sets:,}",
                    "declared" if each.declared else _bar(each.mean, low, high),
                )
            console.print(table)
        for fit in series.fits:
            console.print(_formula(fit), markup=False)
        if series.note is not None:
            console.print(f"Note: {series.note}.", markup=False)
    for note in answer.notes:
        console.print(f"Note: {note}.", markup=False)


def _mean(point: CurvePoint) -> str:
    sign = "" if point.status == "exact" else "~"
    error = "" if point.standard_error is None else f" ±{point.standard_error:.2g}"
    return f"{sign}{point.mean:.4g}{error}"


def _formula(fit: CurveFit) -> str:
    def told(place: int, value: float) -> str:
        error = fit.errors[place]
        return f"{value:.4g}" if error is None else f"{value:.4g}±{error:.1g}"

    c = "" if fit.c is None else told(2, fit.c)
    shape = {
        "power": f"x^-({c})",
        "exponential": f"e^(-({c}) x)",
        "logarithmic": "log x",
    }[fit.name]
    last = fit.curve[-1]
    error = "" if last.standard_error is None else f" ±{last.standard_error:.2g}"
    return (
        f"{fit.name}: {told(0, fit.a)} + ({told(1, fit.b)}) {shape}, off by {fit.rmse:.2g};"
        f" {last.y:.4g}{error} at {last.x:g}, extrapolated"
    )


def print_evaluation_curve(console: Console, answer: EvaluationCurve) -> None:
    """A line per evaluation set, the smallest first."""
    console.print(
        Text(f"{answer.training_set.name}: {answer.metric} under {answer.protocol}", style="bold"),
        soft_wrap=True,
    )
    table = new_table("evaluation set", ">size", ">score", ">sampling error")
    for each in answer.points:
        table.add_row(
            escape(each.evaluation_set),
            f"{each.size:g}",
            cell_text(each.cell),
            "" if each.sampling_error is None else f"{each.sampling_error:.2g}",
        )
    console.print(table)
    for note in answer.notes:
        console.print(f"Note: {note}.", markup=False)


def print_order_curves(console: Console, answer: OrderCurves) -> None:
    """The curves side by side, then their areas."""
    console.print(
        Text(f"order by {answer.ranking}: {answer.measure}", style="bold"), soft_wrap=True
    )
    table = new_table(">moved", *(f">{each.along}" for each in answer.curves))
    for row in zip(*(each.points for each in answer.curves), strict=True):
        table.add_row(f"{row[0].moved:,}", *(_order_point(each) for each in row))
    table.add_section()
    table.add_row("area", *(contrast_text(each.area).lstrip("+") for each in answer.curves))
    console.print(table)
    console.print(f"Best first: {', '.join(answer.curves[0].units)}.", markup=False)
    if answer.missing:
        names = ", ".join(each.name for each in answer.missing[:8])
        console.print(f"Without a score: {names}.", markup=False)
    for note in answer.notes:
        console.print(f"Note: {note}.", markup=False)


def _order_point(point: OrderPoint) -> str:
    if point.score is None:
        return "missing"
    unit = "" if point.unit is None or point.training_set is None else f"{escape(point.unit)} "
    return f"{unit}{point.score:.4g}"


def print_methods(console: Console, answer: Methods) -> None:
    """A line per unit and a column per method, then the agreement of every two."""
    console.print(Text(f"methods: {answer.measure}", style="bold"), soft_wrap=True)
    if all(each.value is not None for method in answer.methods for each in method.items):
        table = new_table("name", *(f">{each.name}" for each in answer.methods))
        for row in zip(*(each.items for each in answer.methods), strict=True):
            table.add_row(escape(row[0].unit), *(_method_value(each) for each in row))
        table.add_section()
        table.add_row("cells", *(_cells(each) for each in answer.methods))
    else:  # bounds are too wide for a column each
        table = new_table("name", "method", ">value", ">cells")
        for row in zip(*(each.items for each in answer.methods), strict=True):
            for method, each in zip(answer.methods, row, strict=True):
                table.add_row(escape(each.unit), method.name, _method_value(each), _cells(method))
            table.add_section()
    console.print(table)
    known = [each for each in answer.agreements if each.spearman is not None]
    if known:
        agreement = new_table("rankings agree", "", ">Spearman", ">Kendall")
        for each in known:
            agreement.add_row(
                each.first, each.second, f"{each.spearman:+.3f}", f"{each.kendall:+.3f}"
            )
        console.print(agreement)
    notes = dict.fromkeys(each.note for each in answer.methods if each.note)
    for note in (*notes, *answer.notes):
        console.print(f"Note: {note}.", markup=False)


def _method_value(value: MethodValue) -> str:
    if value.value is not None:
        rank = "" if value.rank is None else f" ({value.rank})"
        return f"{value.value:+.3g}{rank}"
    if value.low is not None and value.high is not None:
        return f"{{{value.low:+.3g} .. {value.high:+.3g}}}"
    return value.status


def _cells(method: Method) -> str:
    needed = "very many" if method.needed is None else f"{method.needed:,}"
    return f"{method.used:,} of {needed}"


def _bar(mean: float, low: float, high: float) -> str:
    share = 1.0 if high <= low else (mean - low) / (high - low)
    return "█" * max(1, round(share * _WIDTH))
