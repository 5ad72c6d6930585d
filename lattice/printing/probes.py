"""Strikes, budgets and shapes as tables, with what has to be known of them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from lattice.model import (
    Affordable,
    Budget,
    MoveCount,
    Optimism,
    Shape,
    SmallestCoalition,
    Strike,
    Threat,
)
from lattice.printing.pieces import (
    cell_text,
    contrast_text,
    counted,
    delta_text,
    new_table,
    say_errors,
    say_page,
)

_NAMED = 8


def print_strike(console: Console, answer: Strike) -> None:
    """A line per unit, then the coalition, then the smallest one beyond the line."""
    _title(console, f"strike against {answer.whole.name}: {answer.measure}")
    console.print(f"Its score is {cell_text(answer.cell)}.", markup=False)
    table = new_table("without", ">threat", ">at best", "best left")
    for each in answer.items:
        table.add_row(escape(_names(each.units)), *_threat(each))
    if answer.coalition is not None:
        table.add_row(escape(_names(answer.coalition.units)), *_threat(answer.coalition))
    console.print(table)
    say_page(console, len(answer.items), answer.total, answer.next)
    threats = [*answer.items, *([answer.coalition] if answer.coalition else [])]
    partial = [each for each in threats if each.rescue.threat.status == "bounded"]
    if answer.coalition is not None:
        _print_coalition(console, answer.coalition)
    if answer.smallest is not None:
        _print_smallest(console, answer.smallest)
    if partial:
        console.print(
            "<= : sets without a score may do better, so at best the threat may be smaller."
        )
    say_errors(console, [each.threat for each in threats])
    fitted = any(each.rescue.optimism.cross_fitted is not None for each in threats)
    console.print(
        "At best, the best set of what is left is trained; it is chosen on "
        + (
            "the same scores; held-out threats are in --json."
            if fitted
            else "the same scores: the threat looks smaller than it is."
        ),
        markup=False,
    )


def _threat(threat: Threat) -> tuple[Text | str, ...]:
    rescue = threat.rescue
    limit = "<= " if rescue.threat.status == "bounded" else ""
    return (
        contrast_text(threat.threat),
        f"{limit}{contrast_text(rescue.threat)}",
        escape(rescue.best.name) if rescue.best is not None else "",
    )


def _print_coalition(console: Console, found: Threat) -> None:
    said = f"Together {_names(found.units)} take {contrast_text(found.threat)} with them"
    if found.apart is not None and found.synergy is not None:
        said += (
            f", one at a time {contrast_text(found.apart)} in sum: synergy"
            f" {contrast_text(found.synergy)}"
        )
    console.print(f"{said}.", markup=False)


def _print_smallest(console: Console, found: SmallestCoalition) -> None:
    line = f"worse than {found.line:g}"
    if found.units is None or found.without is None:
        said = f"No coalition makes the score {line}"
        if found.status == "bounded":
            said = f"No stored set is {line}; a coalition of {found.at_least} might do it"
    elif found.size == 0:
        said = f"The score is {line} already"
    else:
        least = "The smallest coalition" if found.status == "exact" else "A coalition"
        said = (
            f"{least} that makes the score {line}: {_names(found.units)} (leaves"
            f" {found.without.name}, {cell_text(found.cell)})"
        )
        if found.ties is not None and found.ties > 1:
            said += f"; {found.ties:,} of that size do"
        if found.status == "bounded":
            said += f"; one of {found.at_least} might do it"
    console.print(f"{said}.", markup=False, soft_wrap=True)
    if found.missing:
        names = ", ".join(each.name for each in found.missing[:_NAMED])
        total = found.missing_total
        more = " ..." if total is None or total > _NAMED else ""
        count = "very many sets" if total is None else counted(total, "set")
        console.print(f"Missing: {count} that smaller ones leave: {names}{more}", markup=False)
    if found.units is not None:
        _say_optimism(console, "Its score", found.optimism)


def print_budget(console: Console, answer: Budget) -> None:
    """A line per budget."""
    _title(console, f"budget for sets within {answer.whole.name}: {answer.measure}")
    counts = answer.expense == "rank" and answer.spent == "exactly"
    table = new_table(
        ">objects" if counts else f">{answer.expense} <=",
        "best set",
        *([] if counts else [">spent"]),
        ">score",
        ">held out",
        ">regret",
        ">of sets",
    )
    for each in answer.items:
        table.add_row(
            f"{each.budget:,.12g}",
            "" if each.training_set is None else escape(_tied(each)),
            *([] if counts else ["" if each.spent is None else f"{each.spent:,.12g}"]),
            cell_text(each.cell),
            "" if each.optimism.cross_fitted is None else f"{each.optimism.cross_fitted:.4g}",
            contrast_text(each.regret) if each.regret.value is not None else "",
            _share(each),
        )
    console.print(table)
    say_page(console, len(answer.items), answer.total, answer.next)
    console.print(
        f"Regret: by how much {answer.whole.name} ({cell_text(answer.cell)}) is better.",
        markup=False,
        soft_wrap=True,
    )
    if any(each.status == "bounded" for each in answer.items):
        console.print("Where not all sets have a score, a better one may be among the others.")
    notes = {each.optimism.note for each in answer.items if each.cell is not None}
    notes |= {each.regret.note for each in answer.items if each.cell is not None}
    for note in (*sorted(note for note in notes if note), *answer.notes):
        console.print(f"Note: {note}.", markup=False)


def _tied(found: Affordable) -> str:
    name = "" if found.training_set is None else found.training_set.name
    return name if found.ties < 2 else f"{name} ({found.ties - 1:,} alike)"


def _share(found: Affordable) -> str:
    if found.possible == found.scored:
        return f"all {found.scored:,}"
    return f"{found.scored:,}" + ("" if found.possible is None else f" of {found.possible:,}")


def print_shape(console: Console, answer: Shape) -> None:
    """A line per object, then what is contrary to expectation."""
    _title(console, f"shape within {answer.whole.name}: {answer.measure}")
    table = new_table("object", ">moves", ">worse", ">better", ">largest", "from", ">held out")
    for each in answer.items:
        found = each.largest
        table.add_row(
            escape(each.object),
            f"{each.moves:,}",
            f"{each.worse:,}",
            f"{each.better:,}",
            "" if found is None else delta_text(found.delta),
            "" if found is None else escape(found.lower.name),
            _held_out(found.optimism) if found is not None else "",
        )
    console.print(table)
    say_page(console, len(answer.items), answer.total, answer.next)
    if answer.largest is not None:
        console.print(
            f"Largest stored change: {delta_text(answer.largest.delta)} when"
            f" {answer.largest.object} joins {answer.largest.lower.name}.",
            markup=False,
            soft_wrap=True,
        )
        _say_optimism(console, "Its size", answer.largest.optimism)
    _say_count(console, answer.worse, "add", "adds", "make the score worse")
    if answer.worst:
        said = [
            f"{each.object} to {each.lower.name} {delta_text(each.delta)}"
            for each in answer.worst[:3]
        ]
        console.print(f"  most: {'; '.join(said)}", markup=False)
    _say_count(console, answer.growing, "square", "squares", "show growing returns")
    if answer.steepest:
        said = [
            f"{' and '.join(each.objects)} to {each.lower.name} {contrast_text(each.interaction)}"
            for each in answer.steepest[:3]
        ]
        console.print(f"  most: {'; '.join(said)}", markup=False)
    console.print(
        f"{counted(answer.peaks, 'set')} of {answer.compared:,}"
        f" {'is' if answer.peaks == 1 else 'are'} better than all neighbors with a score;"
        f" of {answer.sure:,} every neighbor has one."
    )
    if answer.optima:
        said = [
            f"{each.training_set.name} {cell_text(each.cell)} ({each.neighbors} of {each.possible})"
            for each in answer.optima[:3]
        ]
        console.print(f"  best: {'; '.join(said)}", markup=False)
    for note in answer.notes:
        console.print(f"Note: {note}.", markup=False)


def _say_count(console: Console, found: MoveCount, one: str, many: str, what: str) -> None:
    possible = "very many" if found.possible is None else f"{found.possible:,}"
    clearly = "" if found.clearly is None else f", {found.clearly:,} beyond their 90% interval"
    console.print(
        f"Of {found.checked:,} {one if found.checked == 1 else many} with all scores (of {possible})"
        f" {found.found:,} {what}{clearly}.",
        markup=False,
    )


def _held_out(found: Optimism) -> str:
    return "" if found.cross_fitted is None else f"{found.cross_fitted:+.4g}"


def _say_optimism(console: Console, what: str, found: Optimism) -> None:
    if found.cross_fitted is None:
        if found.note:
            console.print(f"Note: {what[0].lower()}{what[1:]} was {found.note}.", markup=False)
        return
    console.print(
        f"{what} is {found.apparent:.4g} on the scores that chose it, {found.cross_fitted:.4g} on"
        f" held-out ones ({found.blocks} blocks).",
        markup=False,
    )


def _names(units: Sequence[str]) -> str:
    more = len(units) - _NAMED
    return ", ".join(units[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _title(console: Console, text: str) -> None:
    console.print(Text(text, style="bold"), soft_wrap=True)
