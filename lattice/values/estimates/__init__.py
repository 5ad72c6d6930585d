"""Estimates of values from some of the cells: with intervals where those are honest, or none."""
