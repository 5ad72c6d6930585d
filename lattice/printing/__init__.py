"""Answers and reports as text for a terminal."""

from lattice.printing.answers import (
    print_bands,
    print_detail,
    print_grid,
    print_lattices,
    print_pairs,
    print_replicates,
)
from lattice.printing.comparisons import (
    print_column_moves,
    print_comparison,
    print_group_values,
    print_interval,
    print_neighborhood,
    print_squares,
)
from lattice.printing.curves import (
    print_evaluation_curve,
    print_methods,
    print_order_curves,
    print_scaling,
)
from lattice.printing.exports import print_export, print_merge
from lattice.printing.orders import print_orders
from lattice.printing.paths import print_path, print_tradeoffs
from lattice.printing.plans import print_plan, print_plan_review
from lattice.printing.probes import print_budget, print_shape, print_strike
from lattice.printing.reports import print_report
from lattice.printing.results import (
    print_diff,
    print_doctor,
    print_result,
    print_results,
    print_undo,
)
from lattice.printing.searches import (
    print_front,
    print_histogram,
    print_levels,
    print_nearest,
    print_sets,
)
from lattice.printing.terms import print_terms
from lattice.printing.values import print_fairness, print_value_cells, print_values

__all__ = [
    "print_bands",
    "print_budget",
    "print_column_moves",
    "print_comparison",
    "print_detail",
    "print_diff",
    "print_doctor",
    "print_evaluation_curve",
    "print_export",
    "print_fairness",
    "print_front",
    "print_grid",
    "print_group_values",
    "print_histogram",
    "print_interval",
    "print_lattices",
    "print_levels",
    "print_merge",
    "print_methods",
    "print_nearest",
    "print_neighborhood",
    "print_order_curves",
    "print_orders",
    "print_pairs",
    "print_path",
    "print_plan",
    "print_plan_review",
    "print_replicates",
    "print_report",
    "print_result",
    "print_results",
    "print_scaling",
    "print_sets",
    "print_shape",
    "print_squares",
    "print_strike",
    "print_terms",
    "print_tradeoffs",
    "print_undo",
    "print_value_cells",
    "print_values",
]
