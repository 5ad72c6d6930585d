"""Scores as curves: against the amount of data, against evaluation data, along an order."""
