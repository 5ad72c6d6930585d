"""Paths as tables."""

from __future__ import annotations

from rich.console import Console

from lattice.model import Path
from lattice.printing.pieces import cell_texts, counted, move_text, print_columns, say_errors


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
        rows.append((f"{number} {move}", name, cell_texts(step.cells, step.deltas)))
    print_columns(console, ("step", "training set"), answer.measures, rows)
    equal = "the only best one" if answer.optima == 1 else f"{answer.optima:,} are equally good"
    said = [counted(answer.moves or 0, "move"), equal]
    if answer.floor is not None:
        said.append(f"worst score between the ends {answer.floor:.4g}")
    if answer.ends_floor is not None:
        said.append(f"worse end {answer.ends_floor:.4g}")
    console.print(f"{'; '.join(said)}.")
    say_errors(console, [delta for step in answer.steps for delta in step.deltas])
    for note in answer.notes:
        console.print(f"Note: {note}.", markup=False)
