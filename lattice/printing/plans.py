"""Plans as tables: what to train next, and what has become of it."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from lattice.model import Plan, PlannedCell, PlanReview
from lattice.printing.pieces import counted, new_table, say_page

_KINDS = {"new": "", "replicate": "again", "block": "all cells again"}


def print_plan(console: Console, answer: Plan) -> None:
    """A line per thing to train, then what all of it is expected to bring."""
    asked = answer.question
    console.print(
        f"plan for {asked.goal}{f': {asked.measure}' if asked.measure else ''}",
        style="bold",
        markup=False,
        soft_wrap=True,
    )
    priced = asked.expense != "training"
    known = any(each.left is not None for each in answer.items)
    seeds = any(each.replicate is not None for each in answer.items)
    table = new_table(
        ">#",
        "train",
        "",
        *([">replicate"] if seeds else []),
        *([">gain", ">left"] if known else []),
        *([f">{asked.expense}", ">spent"] if priced else []),
    )
    first = answer.total if answer.next is None else int(answer.next)
    first -= len(answer.items)
    for place, each in enumerate(answer.items):
        table.add_row(
            f"{first + place + 1:,}",
            escape(each.training_set.name),
            _KINDS[each.kind],
            *([_replicate(each)] if seeds else []),
            *([_number(each.gain), _number(each.left)] if known else []),
            *([f"{each.cost:g}", f"{each.spent:g}"] if priced else []),
        )
    if answer.items:
        console.print(table)
    say_page(console, len(answer.items), answer.total, answer.next)
    _say_reduction(console, answer)
    for note in answer.notes:
        console.print(f"Note: {note}.", markup=False)
    console.print(f"{asked.goal}: {answer.definition}.", markup=False, style="dim")


def _say_reduction(console: Console, answer: Plan) -> None:
    if answer.before is None:
        return
    said = f"The {answer.uncertainty} is {answer.before:.4g} now"
    if answer.after is not None and answer.items:
        expected = "will be" if answer.sure else "is expected to be"
        said += f", and {expected} {answer.after:.4g}"
    if answer.question.criterion == "connect":
        said = f"{counted(answer.total, 'set')} to train, and the two are connected"
    console.print(f"{said}.", markup=False)


def print_plan_review(console: Console, answer: PlanReview) -> None:
    """How much of a plan is done, and what that has brought."""
    console.print(
        f"plan for {answer.question.goal}: {answer.question.measure}", style="bold", markup=False
    )
    console.print(f"{answer.trained:,} of {counted(answer.planned, 'planned cell')} have a score.")
    table = new_table(answer.uncertainty, ">")
    for name, number in (
        ("before", answer.before),
        ("predicted", answer.predicted),
        ("now", answer.now),
    ):
        table.add_row(name, "unknown" if number is None else f"{number:.4g}")
    console.print(table)
    if answer.lacking:
        names = ", ".join(each.name for each in answer.lacking[:8])
        more = f" and {len(answer.lacking) - 8:,} more" if len(answer.lacking) > 8 else ""
        console.print(f"Still to train: {names}{more}.", markup=False)
    for note in answer.notes:
        console.print(f"Note: {note}.", markup=False)


def _replicate(cell: PlannedCell) -> str:
    return "" if cell.replicate is None else str(cell.replicate)


def _number(number: float | None) -> str:
    return "" if number is None else f"{number:.4g}"
