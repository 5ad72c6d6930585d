"""Writes a lattice to a file: losslessly for ourselves, as tables, arrays and graphs for others."""
