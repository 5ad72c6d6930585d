"""Benchmarks: our call and a reference in turns, in one process, as ratios."""
