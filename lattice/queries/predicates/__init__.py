"""Predicates that read like the domain: read from a text, and asked of every stored set at once.

contains("books") and not contains("science") and rank >= 3 and score("accuracy/en") > 0.6
"""

from lattice.queries.predicates.meaning import Predicate, parse, select

__all__ = ["Predicate", "parse", "select"]
