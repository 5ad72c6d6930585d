"""The command for what words mean: terms."""

from __future__ import annotations

from typing import Annotated

import typer

from lattice import facade, printing
from lattice.cli.common import Db, Json, app, give


@app.command("terms", epilog="Example: lattice terms shapley coreset")
def terms(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORD]...", help="The words; all without one.")
    ] = None,
    db: Db = None,
    json: Json = False,
) -> None:
    """Say what the words mean: each with its formula, its picture and its source."""
    del db  # taken as by every command, and not needed
    give(facade.terms(tuple(words or ())), json, printing.print_terms)
