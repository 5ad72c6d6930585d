"""The glossary as text."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from lattice.model import Terms


def print_terms(console: Console, answer: Terms) -> None:
    """A paragraph per word; of several only what they mean."""
    for each in answer.items:
        also = f" ({', '.join(each.also)})" if each.also else ""
        console.print(Text(f"{each.name}{also}", style="bold"))
        lines = [each.definition]
        if answer.total <= 8:
            lines += [
                f"{name}: {text}"
                for name, text in (
                    ("formula", each.formula),
                    ("on the grid", each.grid),
                    ("on the graph", each.graph),
                    ("assumes", each.assumes),
                    ("source", each.reference),
                )
                if text
            ]
        console.print(Padding(Text("\n".join(lines)), (0, 0, 1, 2)))
