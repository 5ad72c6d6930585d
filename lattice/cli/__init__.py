"""The command line: parse, call the facade, print.

`lattice VERB LATTICE ARGUMENTS [--options]`. Answers go to standard output, progress and notes
to standard error. Exit codes: 0, 1 refused or failed, 2 wrong usage.
"""

from __future__ import annotations

from lattice.cli import (
    browsing,
    comparing,
    curving,
    explaining,
    exporting,
    importing,
    ordering,
    planning,
    probing,
    results,
    searching,
    serving,
    valuing,
    walking,
)
from lattice.cli.common import app, err
from lattice.errors import LatticeError

__all__ = [
    "app",
    "browsing",
    "comparing",
    "curving",
    "explaining",
    "exporting",
    "importing",
    "main",
    "ordering",
    "planning",
    "probing",
    "results",
    "searching",
    "serving",
    "valuing",
    "walking",
]


def main() -> None:
    """Run the command line; every refusal is one sentence on standard error."""
    try:
        app()
    except LatticeError as error:
        err.print(f"lattice: {error}", style="red", markup=False, soft_wrap=True)
        raise SystemExit(1) from error
