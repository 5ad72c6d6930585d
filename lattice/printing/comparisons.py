"""Neighborhoods and comparisons as tables."""

from __future__ import annotations

from rich.console import Console

from lattice.model import Neighborhood
from lattice.printing.pieces import cell_texts, move_text, print_columns, say_errors


def print_neighborhood(console: Console, answer: Neighborhood) -> None:
    """One line per move; with several measures, as many columns as fit."""
    rows = [
        (move_text(each.move), each.training_set.name, cell_texts(each.cells, each.deltas))
        for each in answer.neighbors
    ]
    here = ("", answer.training_set.name, cell_texts(answer.cells))
    print_columns(console, ("move", "training set"), answer.measures, [here, *rows])
    if answer.missing:
        names = ", ".join(each.training_set.name for each in answer.missing[:12])
        more = f" and {len(answer.missing) - 12:,} more" if len(answer.missing) > 12 else ""
        console.print(f"Not stored: {names}{more}.", markup=False)
    say_errors(console, [delta for each in answer.neighbors for delta in each.deltas])
