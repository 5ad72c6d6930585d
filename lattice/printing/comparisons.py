"""Neighborhoods, intervals and comparisons as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from lattice.facade import quoted
from lattice.model import (
    ColumnMoves,
    Comparison,
    Corner,
    Extreme,
    GroupValues,
    Interval,
    Neighborhood,
    NeighborSummary,
    ReplicateMatch,
    Squares,
)
from lattice.printing.pieces import (
    cell_text,
    cell_texts,
    contrast_text,
    counted,
    delta_text,
    new_table,
    print_columns,
    say_errors,
    say_page,
    share,
)

_MOST_NAMED = 12


def print_neighborhood(console: Console, answer: Neighborhood) -> None:
    """One line per neighbor; with several measures, as many columns as fit."""
    rows = [
        (
            changes_text(each.added, each.removed),
            each.training_set.name,
            cell_texts(each.cells, each.deltas),
        )
        for each in answer.neighbors
    ]
    here = ("", answer.training_set.name, cell_texts(answer.cells))
    print_columns(console, ("move", "training set"), answer.measures, [here, *rows])
    if answer.missing_total != 0:
        names = ", ".join(each.training_set.name for each in answer.missing[:_MOST_NAMED])
        console.print(f"Not stored: {names}{_more(answer)}.", markup=False)
    _print_summaries(console, answer.summaries)
    say_page(console, len(answer.neighbors), answer.total, answer.next)
    say_errors(console, [delta for each in answer.neighbors for delta in each.deltas])
    _say_notes(console, answer.notes)


def print_interval(console: Console, answer: Interval) -> None:
    """How much of every rank is stored, then one line per set."""
    lower, upper = answer.lower.training_set.name, answer.upper.training_set.name
    console.print(
        f"From {lower} to {upper}, {counted(len(answer.free), 'object')} in or out:"
        f" {counted(answer.total, 'set')} stored ({share(answer.completeness)} of all).",
        markup=False,
    )
    table = new_table(
        ">rank", ">stored", ">possible", *(f">{each}" for each in answer.measures[:1])
    )
    for each in answer.ranks:
        possible = "over 2^53" if each.possible is None else f"{each.possible:,}"
        scored = [f"{count:,} scored" for count in each.scored[:1]]
        table.add_row(str(each.rank), f"{each.stored:,}", possible, *scored)
    console.print(table)
    rows = [
        (changes_text(each.added, ()), each.training_set.name, cell_texts(each.cells))
        for each in answer.items
    ]
    if rows:
        print_columns(console, (f"beyond {lower}", "training set"), answer.measures, rows)
    say_page(console, len(answer.items), answer.total, answer.next)
    _say_notes(console, answer.notes)


def print_comparison(console: Console, answer: Comparison) -> None:
    """The baseline, then one line per set with what it changes."""
    baseline = ("baseline", _corner_name(answer.baseline), cell_texts(answer.baseline.cells))
    rows = [
        (
            changes_text(each.added, each.removed),
            each.training_set.name + ("" if each.stored else " (not stored)"),
            cell_texts(each.cells, each.deltas),
        )
        for each in answer.sets
    ]
    print_columns(console, ("change", "training set"), answer.measures, [baseline, *rows])
    held = ", ".join(map(quoted, answer.held[:_MOST_NAMED])) or "nothing"
    more = "" if len(answer.held) <= _MOST_NAMED else f" and {len(answer.held) - _MOST_NAMED} more"
    console.print(
        f"Held fixed: {held}{more}. Meet: {_corner_name(answer.meet)}. Join:"
        f" {_corner_name(answer.join)}.",
        markup=False,
    )
    _say_replicates(console, answer)
    if len(set(answer.protocols)) > 1:
        console.print("Every delta is within one protocol; there are several here.")
    say_errors(console, [delta for each in answer.sets for delta in each.deltas])
    _say_notes(console, answer.notes)


def _say_replicates(console: Console, answer: Comparison) -> None:
    """How many replicates each delta has; sets that agree in that are named together."""
    names: dict[ReplicateMatch, dict[str, None]] = {}
    for each in answer.sets:
        for match in each.replicates:
            if match.before and match.after:
                names.setdefault(match, {})[each.training_set.name] = None
    for match in sorted(names, key=lambda each: (each.before, each.after, each.paired)):
        sets, kinds = list(names[match]), " and ".join(match.kinds)
        left = len(sets) - _MOST_NAMED
        more = f" and {left} more" if left > 0 else ""
        console.print(
            f"Replicates: {match.before} of the baseline, {match.after} of"
            f" {', '.join(sets[:_MOST_NAMED])}{more}, {match.paired} in pairs ({kinds}).",
            markup=False,
        )


def print_group_values(console: Console, answer: GroupValues) -> None:
    """One line per group: what is left, and what the group is worth there."""
    rows = [
        (each.group, _corner_name(each.without), [delta_text(value) for value in each.values])
        for each in answer.items
    ]
    name = answer.training_set.name
    print_columns(console, ("left out", "leaves"), answer.measures, rows)
    console.print(f"Value: score of {name} minus score without the group.", markup=False)
    say_page(console, len(answer.items), answer.total, answer.next)
    say_errors(console, [value for each in answer.items for value in each.values])
    _say_notes(console, answer.notes)


def print_squares(console: Console, answer: Squares) -> None:
    """One line per pair of objects."""
    rows = [
        (
            " + ".join(map(quoted, each.objects)),
            ", ".join(each.missing) or "none",
            [
                Text(f"{contrast_text(value)}{f'  {reading}' if reading else ''}")
                for value, reading in zip(each.interactions, each.readings, strict=True)
            ],
        )
        for each in answer.items
    ]
    name = answer.training_set.name
    print_columns(console, ("pair", "missing sets"), answer.measures, rows)
    console.print(
        f"Interaction of i and j in S = {name}: v(S) - v(S-i) - v(S-j) + v(S-ij).", markup=False
    )
    console.print(f"All four sets are stored for {answer.complete:,} of {answer.total:,} pairs.")
    say_page(console, len(answer.items), answer.total, answer.next)
    say_errors(console, [value for each in answer.items for value in each.interactions])
    _say_notes(console, answer.notes)


def print_column_moves(console: Console, answer: ColumnMoves) -> None:
    """One line per move from column to column."""
    table = new_table("added", "trained on", "from", ">score", "to", ">score", ">delta")
    for each in answer.items:
        table.add_row(
            escape(each.object),
            "yes" if each.trained_on else "no",
            escape(each.before),
            cell_text(each.cell_before),
            escape(each.after),
            cell_text(each.cell_after),
            delta_text(each.delta),
        )
    if answer.items:
        console.print(table)
        console.print(f"Training set {answer.training_set.name}.", markup=False)
    if answer.missing_total:
        columns = ["+".join(each.members) for each in answer.missing[:_MOST_NAMED]]
        left = answer.missing_total - len(columns)
        more = f" and {left:,} more" if left else ""
        console.print(f"No such column: {', '.join(columns)}{more}.", markup=False)
    say_page(console, len(answer.items), answer.total, answer.next)
    say_errors(console, [each.delta for each in answer.items])
    _say_notes(console, answer.notes)


# ------------------------------------------------------------------ pieces


def changes_text(added: Sequence[str], removed: Sequence[str]) -> str:
    """`+B -A`."""
    return " ".join([*(f"+{each}" for each in added), *(f"-{each}" for each in removed)])


def _corner_name(corner: Corner) -> str:
    return corner.training_set.name + ("" if corner.stored else " (not stored)")


def _more(answer: Neighborhood) -> str:
    """How many missing sets are not named."""
    if answer.missing_total is None:
        return " and more than 2^53 more"
    left = answer.missing_total - min(len(answer.missing), _MOST_NAMED)
    return f" and {left:,} more" if left else ""


def _print_summaries(console: Console, summaries: Sequence[NeighborSummary]) -> None:
    """One line per side and measure."""
    if not summaries:
        return
    several = ["measure"] if len(summaries[0].deltas) > 1 else []
    table = new_table(
        "side", ">stored", ">missing", *several, ">better", ">worse", "deltas", "best", "worst"
    )
    for each in summaries:
        missing = "over 2^53" if each.missing is None else f"{each.missing:,}"
        for number, summary in enumerate(each.deltas):
            start = ("", "", "") if number else (each.side, f"{each.stored:,}", missing)
            table.add_row(
                *start,
                *(escape(summary.measure) for _ in several),
                f"{summary.better:,}",
                f"{summary.worse:,}",
                _quantiles_text(summary.quantiles),
                _extreme_text(summary.best),
                _extreme_text(summary.worst),
            )
    console.print(table)
    console.print("Deltas: least, quartiles, largest.")


def _quantiles_text(quantiles: Iterable[float] | None) -> str:
    return "" if quantiles is None else " ".join(f"{each:+.3g}" for each in quantiles)


def _extreme_text(extreme: Extreme | None) -> Text:
    if extreme is None:
        return Text("")
    changes = changes_text(extreme.added, extreme.removed)
    return Text.assemble(changes, " ", delta_text(extreme.delta))


def _say_notes(console: Console, notes: Iterable[str]) -> None:
    for note in notes:
        console.print(f"Note: {note}.", markup=False)
