"""Tests of the questions to an index."""
