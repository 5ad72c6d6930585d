"""Answers as tables that fit a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from lattice.model import (
    Cell,
    DataObject,
    Delta,
    Grid,
    LatticeDetail,
    LatticeSummary,
    Measure,
    Move,
    Neighborhood,
    PairPage,
    Path,
)

_STYLE = {"better": "green", "worse": "red", "equal": "", None: "dim"}
_MOST_OBJECTS = 20


def print_lattices(console: Console, lattices: Sequence[LatticeSummary]) -> None:
    """One line per lattice."""
    if not lattices:
        console.print("No lattice yet. `lattice import FILE` makes one.")
        return
    table = new_table(
        "lattice", ">objects", ">sets", ">of all", ">moves", ">measures", ">cells", ">filled"
    )
    table.columns[0].no_wrap = len(max((each.name for each in lattices), key=len)) < 30
    for each in lattices:
        table.add_row(
            escape(each.name),
            f"{each.objects:,}",
            f"{each.training_sets:,}",
            share(each.completeness),
            f"{each.moves:,}",
            f"{each.measures:,}",
            f"{each.cells:,}",
            share(each.coverage),
        )
    console.print(table)


def print_detail(console: Console, detail: LatticeDetail) -> None:
    """Everything `lattice show` says."""
    summary = detail.summary
    console.print(Text(summary.title or summary.name, style="bold"))
    if summary.description:
        console.print(Text(summary.description))
    console.print(
        f"\n{counted(summary.training_sets, 'training set')} of"
        f" {counted(summary.objects, 'object')} ({share(summary.completeness)} of all),"
        f" {counted(summary.moves, 'move')}, {counted(summary.evaluations, 'evaluation')} in"
        f" {counted(summary.cells, 'cell')}"
        f" ({share(summary.coverage)} of sets x measures)."
    )
    for note in detail.notes:
        console.print(f"Note: {note}.", markup=False)
    console.print(_objects(detail.objects))
    measures = new_table("measure", "better", "range", ">cells")
    for measure, cells in zip(detail.measures, detail.cells_per_measure, strict=True):
        measures.add_row(
            escape(measure.name), measure.metric.direction, _range(measure), f"{cells:,}"
        )
    console.print(measures)
    results = new_table(">#", "result set", "imported", ">evaluations", "replicates", "design")
    for each in detail.result_sets:
        results.add_row(
            str(each.id),
            escape(each.name),
            each.imported_at[:16].replace("T", " "),
            f"{each.evaluations:,}",
            each.replicate_kind,
            each.design,
        )
    console.print(results)


def print_neighborhood(console: Console, answer: Neighborhood) -> None:
    """One line per move; with several measures, as many columns as fit."""
    rows = [
        (move_text(each.move), each.training_set.name, _cells(each.cells, each.deltas))
        for each in answer.neighbors
    ]
    here = ("", answer.training_set.name, _cells(answer.cells))
    _print_columns(console, ("move", "training set"), answer.measures, [here, *rows])
    if answer.missing:
        names = ", ".join(each.training_set.name for each in answer.missing[:12])
        more = f" and {len(answer.missing) - 12:,} more" if len(answer.missing) > 12 else ""
        console.print(f"Not stored: {names}{more}.", markup=False)
    _say_errors(console, [delta for each in answer.neighbors for delta in each.deltas])


def print_path(console: Console, answer: Path) -> None:
    """One line per step, then what the path is worth."""
    if not answer.found:
        console.print(f"There is no path: {'; '.join(answer.notes)}.", markup=False)
        return
    rows = []
    for number, step in enumerate(answer.steps):
        move = "" if step.move is None else move_text(step.move)
        worst = "  < worst step" if number == answer.worst_step else ""
        name = step.training_set.name + worst
        rows.append((f"{number} {move}", name, _cells(step.cells, step.deltas)))
    _print_columns(console, ("step", "training set"), answer.measures, rows)
    equal = "the only best one" if answer.optima == 1 else f"{answer.optima:,} are equally good"
    said = [counted(answer.moves or 0, "move"), equal]
    if answer.floor is not None:
        said.append(f"worst score between the ends {answer.floor:.4g}")
    if answer.ends_floor is not None:
        said.append(f"worse end {answer.ends_floor:.4g}")
    console.print(f"{'; '.join(said)}.")
    _say_errors(console, [delta for step in answer.steps for delta in step.deltas])
    for note in answer.notes:
        console.print(f"Note: {note}.", markup=False)


def print_grid(console: Console, answer: Grid) -> None:
    """Training sets x measures, as many columns as fit."""
    names = [measure.name for measure in answer.measures]
    rows = [(row.training_set.name, _cells(row.cells)) for row in answer.items]
    _print_columns(console, ("training set",), names, rows)
    say_page(console, len(answer.items), answer.total, answer.next)


def print_pairs(console: Console, answer: PairPage) -> None:
    """What removing the object changes, one line per stored pair."""
    names = [measure.name for measure in answer.measures]
    rows = [
        (each.with_object.name, each.without_object.name, [delta_text(d) for d in each.deltas])
        for each in answer.items
    ]
    _print_columns(console, ("with", "without"), names, rows)
    console.print(f"Score without {answer.object} minus score with it.", markup=False)
    say_page(console, len(answer.items), answer.total, answer.next)
    _say_errors(console, [delta for pair in answer.items for delta in pair.deltas])


# ------------------------------------------------------------------ pieces


def counted(count: int, name: str) -> str:
    """`1 move`, `5,120 moves`."""
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def move_text(move: Move) -> str:
    """`+B` or `-B`."""
    return f"{'+' if move.kind == 'add' else '-'}{move.object}"


def cell_text(cell: Cell | None) -> str:
    """A cell's mean and standard error."""
    if cell is None:
        return "missing"
    error = "" if cell.standard_error is None else f" ±{cell.standard_error:.2g}"
    return f"{cell.mean:.4g}{error}{' (declared)' if cell.origin == 'declared' else ''}"


def delta_text(delta: Delta) -> Text:
    """A delta with its sign, in the color of its effect."""
    if delta.value is None:
        return Text("unavailable", style="dim")
    error = "" if delta.standard_error is None else f" ±{delta.standard_error:.2g}"
    return Text(f"{delta.value:+.4g}{error}", style=_STYLE[delta.effect])


def share(value: float) -> str:
    """A share of a whole; what is not all or nothing is never rounded to it."""
    if value in (0.0, 1.0):
        return f"{value:.0%}"
    if value < 0.0001:
        return "<0.01%"
    return ">99.99%" if value > 0.9999 else f"{value * 100:.4g}%"


def _cells(cells: Sequence[Cell | None], deltas: Sequence[Delta] = ()) -> list[Text]:
    """Cells as texts, each with its delta where there are deltas."""
    texts = [Text(cell_text(cell)) for cell in cells]
    if not deltas:
        return texts
    return [
        Text.assemble(text, "  ", delta_text(delta))
        for text, delta in zip(texts, deltas, strict=True)
    ]


def _print_columns(
    console: Console,
    titles: Sequence[str],
    measures: Sequence[str],
    rows: Sequence[tuple[*tuple[str, ...], list[Text]]],
) -> None:
    """A table whose rows end in one text per measure; shows the measures that fit."""
    starts = [list(row[:-1]) for row in rows]
    cells = [row[-1] for row in rows]
    gap = 2
    widths = [max(map(len, column)) for column in zip(titles, *starts, strict=True)]
    room = console.width - sum(widths) - gap * len(widths)
    shown = 0
    for index, name in enumerate(measures):
        room -= gap + max([len(name), *(len(row[index]) for row in cells)])
        if room < 0 and index:
            break
        shown = index + 1
    table = new_table(*titles, *(f">{name}" for name in measures[:shown]))
    for start, row in zip(starts, cells, strict=True):
        table.add_row(*map(escape, start), *row[:shown])
    console.print(table)
    if shown < len(measures):
        left = f"{len(measures) - shown} of {len(measures)} measures do not fit"
        console.print(f"{left}: choose with --measure, or use --json.")


def _objects(objects: Sequence[DataObject]) -> Table:
    table = new_table("object", "label", ">size", "owner")
    for each in objects[:_MOST_OBJECTS]:
        size = "" if each.size is None else f"{each.size:,.15g}"
        table.add_row(escape(each.name), escape(each.label or ""), size, escape(each.owner or ""))
    if len(objects) > _MOST_OBJECTS:
        table.add_row(f"... and {len(objects) - _MOST_OBJECTS:,} more", "", "", "")
    return table


def _range(measure: Measure) -> str:
    low, high = measure.metric.low, measure.metric.high
    if low is None and high is None:
        return "not declared"
    return f"{'-inf' if low is None else f'{low:g}'} to {'inf' if high is None else f'{high:g}'}"


def new_table(*columns: str) -> Table:
    """A table; a column whose title starts with > is set to the right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for column in columns:
        right = column.startswith(">")
        title = escape(column.removeprefix(">"))
        table.add_column(
            title, justify="right" if right else "left", overflow="fold", no_wrap=right
        )
    return table


def say_page(console: Console, shown: int, total: int, following: str | None) -> None:
    """Say which part of all rows is shown, where it is not all."""
    if following is not None:
        console.print(f"{shown:,} of {total:,} shown: --start {following} goes on.")


def _say_errors(console: Console, deltas: Iterable[Delta]) -> None:
    """Say once what is known of the deltas' errors."""
    found = list(deltas)
    known = [each for each in found if each.standard_error is not None]
    if known:
        for method in sorted({each.method or "" for each in known}):
            counts = {each.replicates for each in known if each.method == method}
            what = "an upper limit of" if method == "limit" else "one"
            kind = "replicates unlabelled" if method == "limit" else method
            replicates = f"{min(counts)} to {max(counts)}" if len(counts) > 1 else f"{min(counts)}"
            console.print(f"± is {what} standard error ({kind}; {replicates} replicates).")
    for note in sorted({each.note for each in found if each.note}):
        console.print(f"Note: {note}.", markup=False)
