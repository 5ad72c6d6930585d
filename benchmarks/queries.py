"""Questions at a million sets: paths, neighborhoods, opening and memory, on three lattices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks import neighborhoods, opening, routes
from benchmarks.harness import OBJECTS
from benchmarks.lattices import complete, half, kept_folder, snake


def comparisons() -> Iterator[object]:
    """The rows of this benchmark."""
    with kept_folder() as folder, ExitStack() as stack:
        whole = stack.enter_context(complete(folder, OBJECTS))
        part = stack.enter_context(half(folder, OBJECTS))
        line = stack.enter_context(snake(folder))
        yield from opening.comparisons(whole, line)
        for example in (whole, part):
            yield from neighborhoods.comparisons(example, folder)
        yield from routes.few_moves(whole, part)
        for example in (whole, part, line):
            yield from routes.gathers(example)
            yield from routes.wide(example)
        yield from routes.adding(whole)
        yield from routes.across(whole)
        yield from routes.others(part)
        for example in (whole, part):
            yield from routes.whole_answers(example)
