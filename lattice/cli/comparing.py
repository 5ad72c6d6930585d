"""Commands for the sets around and between sets: neighbors."""

from __future__ import annotations

from lattice import printing
from lattice.cli.common import Db, Json, Measures, Name, SetText, app, give, opened


@app.command("neighbors", epilog="Example: lattice neighbors covertype ABCD -m accuracy/ABCD")
def neighbors(
    name: Name, training_set: SetText, measure: Measures = None, db: Db = None, json: Json = False
) -> None:
    """Show the sets one move away and what each move changes."""
    with opened(db, name) as chosen:
        answer = chosen.neighbors(training_set, measures=measure)
        give(answer, json, printing.print_neighborhood)
