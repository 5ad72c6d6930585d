"""What all printed answers are made of: tables that fit, cells, deltas, moves, pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from lattice.model import Cell, Contrast, Delta, Move

_STYLE = {"better": "green", "worse": "red", "equal": "", None: "dim"}


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


def contrast_text(contrast: Contrast) -> str:
    """A weighted sum of cells with its sign."""
    if contrast.value is None:
        return "unavailable"
    error = "" if contrast.standard_error is None else f" ±{contrast.standard_error:.2g}"
    return f"{contrast.value:+.4g}{error}"


def share(value: float) -> str:
    """A share of a whole; what is not all or nothing is never rounded to it."""
    if value in (0.0, 1.0):
        return f"{value:.0%}"
    if value < 0.0001:
        return "<0.01%"
    return ">99.99%" if value > 0.9999 else f"{value * 100:.4g}%"


def cell_texts(cells: Sequence[Cell | None], deltas: Sequence[Delta] = ()) -> list[Text]:
    """Cells as texts, each with its delta where there are deltas."""
    texts = [Text(cell_text(cell)) for cell in cells]
    if not deltas:
        return texts
    return [
        Text.assemble(text, "  ", delta_text(delta))
        for text, delta in zip(texts, deltas, strict=True)
    ]


def print_columns(
    console: Console,
    titles: Sequence[str],
    measures: Sequence[str],
    rows: Sequence[tuple[*tuple[str, ...], list[Text]]],
) -> None:
    """A table whose rows end in one text per measure; shows the measures that fit.

    Nothing where there are no rows.
    """
    if not rows:
        return
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


def new_table(*columns: str) -> Table:
    """A table; a column whose title starts with > is of numbers, set to the right.

    A number that has no room ends in an ellipsis: digits are never left out unseen.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for column in columns:
        right = column.startswith(">")
        title = escape(column.removeprefix(">"))
        if right:
            table.add_column(title, justify="right", overflow="ellipsis", no_wrap=True)
        else:
            table.add_column(title, overflow="fold")
    return table


def say_page(console: Console, shown: int, total: int, following: str | None) -> None:
    """Say which part of all rows is shown, where it is not all; or that the page is beyond them."""
    if shown == 0 and total:
        console.print(f"There {'is' if total == 1 else 'are'} only {total:,}.")
    if following is not None:
        console.print(f"{shown:,} of {total:,} shown: --start {following} goes on.")


def say_errors(console: Console, deltas: Iterable[Delta | Contrast]) -> None:
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
