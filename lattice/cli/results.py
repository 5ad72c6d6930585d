"""Commands about what was imported: results ls, show, undo, diff; and the check-up."""

from __future__ import annotations

from typing import Annotated

import typer

import lattice
from lattice import printing
from lattice.cli.common import Db, Json, Name, app, give, opened

Which = Annotated[
    str,
    typer.Argument(metavar="RESULT", help="A result set: its id (3 or #3), or its name."),
]

results = typer.Typer(
    name="results",
    help="List, show, undo and compare the result sets of a lattice.",
    epilog="Example: lattice results ls covertype",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(results)


@results.command("ls", epilog="Example: lattice results ls covertype")
def list_results(name: Name, db: Db = None, json: Json = False) -> None:
    """List the result sets of a lattice, oldest first."""
    with opened(db, name) as chosen:
        give(chosen.result_sets(), json, printing.print_results)


@results.command("show", epilog="Example: lattice results show covertype covertype")
def show_result(name: Name, result: Which, db: Db = None, json: Json = False) -> None:
    """Show where a result set came from, how it was read, and what undoing it takes away."""
    with opened(db, name) as chosen:
        give(chosen.result_set(result), json, printing.print_result)


@results.command("undo", epilog="Example: lattice results undo covertype covertype --dry-run")
def undo_result(
    name: Name,
    result: Which,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be removed, and write nothing.")
    ] = False,
    db: Db = None,
    json: Json = False,
) -> None:
    """Undo a result set: the lattice is then as if it had never been imported."""
    with opened(db, name) as chosen:
        give(chosen.undo(result, dry_run=dry_run), json, printing.print_undo)


@results.command("diff", epilog="Example: lattice results diff covertype 2 covertype")
def diff_results(
    name: Name,
    first: Which,
    second: Which,
    limit: Annotated[
        int,
        typer.Option("--limit", min=0, max=1000, help="How many scores of each kind to list."),
    ] = 20,
    db: Db = None,
    json: Json = False,
) -> None:
    """Compare two result sets score by score, largest differences first."""
    with opened(db, name) as chosen:
        give(chosen.diff(first, second, limit=limit), json, printing.print_diff)


@app.command("doctor", epilog="Example: lattice doctor")
def doctor(db: Db = None, json: Json = False) -> None:
    """Check a database for what should never be; exits with 1 where something is wrong."""
    with lattice.open(db) as database:
        report = database.doctor()
    give(report, json, printing.print_doctor)
    if not report.sound:
        raise typer.Exit(1)
