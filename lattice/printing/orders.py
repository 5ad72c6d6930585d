"""Withdrawals and acquisitions as tables, with their curves as small bars."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from lattice.model import Contrast, Order, Orders, OrderSize, OrderStep
from lattice.printing.pieces import cell_text, counted, delta_text, new_table

_BARS = "▁▂▃▄▅▆▇█"
_MOST_BARS = 24
_MOST_NAMED = 12
_WIDEST = 10_000


def print_orders(console: Console, answer: Orders) -> None:
    """A line per order, then best and worst step by step, then what all of it amounts to."""
    verb = "leave" if answer.direction == "withdrawal" else "join"
    who = counted(len(answer.units), "unit")
    console.print(
        Text(f"{who} {verb} {answer.source.name} one by one: {answer.measure}", style="bold")
    )
    _print_summary(console, answer)
    _print_steps(console, answer)
    _print_sums(console, answer)
    if answer.missing_count:
        names = ", ".join(each.name for each in answer.missing[:_MOST_NAMED])
        more = answer.missing_count - min(len(answer.missing), _MOST_NAMED)
        console.print(f"No score: {names}{f' and {more:,} more' if more else ''}.", markup=False)
    for note in answer.notes:
        console.print(f"Note: {note}.", markup=False)


def _print_summary(console: Console, answer: Orders) -> None:
    lowest, highest = _range(answer)
    table = new_table("order", ">mean score", ">equally good", "curve", "who")
    for title, order in _orders(answer):
        scores = [None if step.cell is None else step.cell.mean for step in order.steps]
        names = ", ".join(order.units[:_MOST_NAMED])
        more = len(order.units) - _MOST_NAMED
        table.add_row(
            title,
            _value(order.area),
            "" if order.optima is None else f"{order.optima:,}",
            sparkline(scores, lowest, highest),
            escape(names + (f" and {more} more" if more > 0 else "")),
        )
    if answer.average.sizes:
        means = [each.mean for each in answer.average.sizes]
        area, deviation = answer.average.area, answer.average.deviation
        value = "unavailable" if area is None else f"{area:.4g} (sd {deviation:.2g})"
        count = "" if answer.orders is None else f"{answer.orders:,} orders"
        table.add_row("average", value, "", sparkline(means, lowest, highest), count)
    console.print(table)


def _orders(answer: Orders) -> list[tuple[str, Order]]:
    found = [("best", answer.best), ("worst", answer.worst)]
    found += [("greedy best", answer.greedy_best), ("greedy worst", answer.greedy_worst)]
    return [(title, order) for title, order in found if order is not None]


def _print_steps(console: Console, answer: Orders) -> None:
    """The best and the worst order, or else the greedy ones; side by side where there is room."""
    shown = _orders(answer)[:2]
    wide = _steps(answer, shown)
    anything = console.options.update(max_width=_WIDEST)
    if console.measure(wide, options=anything).maximum <= console.width:
        console.print(wide)
        return
    for each in shown:
        console.print(_steps(answer, [each]))


def _steps(answer: Orders, shown: Sequence[tuple[str, Order]]) -> Table:
    sign = "-" if answer.direction == "withdrawal" else "+"
    table = new_table(
        ">step",
        *(text for title, _ in shown for text in (title, ">score", ">change")),
        *([">all orders"] if answer.average.sizes else []),
    )
    for number in range(max(len(order.steps) for _, order in shown)):
        row: list[str | Text] = [str(number)]
        for _, order in shown:
            row += _cells(order.steps, number, sign)
        if answer.average.sizes:
            row.append(_size(answer.average.sizes[number]))
        table.add_row(*row)
    return table


def _size(size: OrderSize) -> str:
    if size.mean is None or size.deviation is None:
        return f"{size.scored:,} of {size.sets:,} sets"
    return f"{size.mean:.4g} (sd {size.deviation:.2g})"


def _print_sums(console: Console, answer: Orders) -> None:
    """What all units do together, what each does alone, and how optimistic the best order is."""
    together = Text.assemble("All together: ", delta_text(answer.together))
    if answer.together.value is None:
        together.append(f" ({answer.together.note})")
    elif answer.apart.value is None or answer.synergy.value is None:
        why = answer.apart.note or answer.synergy.note
        together.append(f"; each alone, summed, and synergy: unavailable ({why})")
    else:
        together.append(f"; each alone, summed: {_signed(answer.apart)}")
        together.append(f"; synergy: {_signed(answer.synergy)}")
    console.print(together)
    optimism = None if answer.best is None else answer.best.optimism
    if optimism and optimism.cross_fitted is not None and optimism.apparent is not None:
        console.print(
            f"Best order: {optimism.apparent:.4g} on the scores that chose it,"
            f" {optimism.cross_fitted:.4g} on blocks that did not (cross-fitted,"
            f" {optimism.blocks} blocks)."
        )


def _cells(steps: Sequence[OrderStep], number: int, sign: str) -> list[str | Text]:
    if number >= len(steps):
        return ["", "", ""]
    step = steps[number]
    name = step.training_set.name if step.unit is None else sign + step.unit
    change = Text("") if step.delta is None else delta_text(step.delta)
    return [escape(name), cell_text(step.cell), change]


def _range(answer: Orders) -> tuple[float, float]:
    scores = [step.cell.mean for _, order in _orders(answer) for step in order.steps if step.cell]
    return (min(scores), max(scores)) if scores else (0.0, 0.0)


def sparkline(scores: Sequence[float | None], lowest: float, highest: float) -> str:
    """Scores as bars between a lowest and a highest; a dot where one is missing."""
    if len(scores) > _MOST_BARS:
        last = len(scores) - 1
        scores = [scores[round(place * last / (_MOST_BARS - 1))] for place in range(_MOST_BARS)]
    room = highest - lowest
    return "".join(
        "·"
        if score is None
        else _BARS[round((score - lowest) / room * (len(_BARS) - 1)) if room > 0 else 0]
        for score in scores
    )


def _value(contrast: Contrast) -> str:
    if contrast.value is None:
        return "unavailable"
    error = "" if contrast.standard_error is None else f" ±{contrast.standard_error:.2g}"
    return f"{contrast.value:.4g}{error}"


def _signed(contrast: Contrast) -> str:
    value = _value(contrast)
    return value if value.startswith("-") else f"+{value}"
