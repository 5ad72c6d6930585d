"""Answers and reports as text for a terminal."""

from lattice.printing.answers import (
    print_detail,
    print_grid,
    print_lattices,
    print_pairs,
)
from lattice.printing.comparisons import print_neighborhood
from lattice.printing.exports import print_export, print_merge
from lattice.printing.paths import print_path
from lattice.printing.reports import print_report
from lattice.printing.results import (
    print_diff,
    print_doctor,
    print_result,
    print_results,
    print_undo,
)

__all__ = [
    "print_detail",
    "print_diff",
    "print_doctor",
    "print_export",
    "print_grid",
    "print_lattices",
    "print_merge",
    "print_neighborhood",
    "print_pairs",
    "print_path",
    "print_report",
    "print_result",
    "print_results",
    "print_undo",
]
