"""Tests of lattice.web."""
