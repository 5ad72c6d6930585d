"""Paths as they are printed: sets with long names at 80 columns, and what is counted."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path as FilePath

import pytest
from msgspec import structs
from rich.console import Console

import lattice
from lattice.facade import Lattice
from lattice.model import Path
from lattice.printing import print_path, print_tradeoffs

NAMES = [f"supplier-number-{number}" for number in range(1, 9)]


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lattice]:
    """Eight suppliers who join one after the other."""
    folder: FilePath = tmp_path_factory.mktemp("printed")
    lines = ["train_set,accuracy/test"]
    lines += [f"{'+'.join(NAMES[:count])},0.{count}" for count in range(1, 9)]
    file = folder / "chain.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with lattice.create(str(folder / "chain.db")) as database:
        database.import_files([file])
        yield database["chain"]


def shown(answer: Path, width: int) -> str:
    file = io.StringIO()
    print_path(Console(file=file, width=width), answer)
    return file.getvalue()


def printed(stored: Lattice, width: int) -> str:
    return shown(stored.path(NAMES[0], "+".join(NAMES)), width)


def test_long_names_are_never_cut_inside_an_object(chain: Lattice) -> None:
    text = printed(chain, 80)
    assert max(map(len, text.splitlines())) <= 80
    for name in NAMES[1:]:
        assert f"+{name}" in text  # every move
    lines = text.splitlines()
    (last,) = [place for place, line in enumerate(lines) if line.strip().startswith("7 +")]
    folded = [lines[last].split()[2]]
    folded += [line.strip() for line in lines[last + 1 : last + 8] if line.strip()[:4] == "supp"]
    assert "".join(folded) == "+".join(NAMES)
    assert all(line.endswith("+") for line in folded[:-1])
    inner = [line for line in lines if line.strip().startswith("5 +")]
    assert len(inner) == 1
    assert "supplier-number-1" not in inner[0]


def test_names_that_fit_are_printed_in_one_line(chain: Lattice) -> None:
    text = printed(chain, 300)
    for count in range(1, 9):
        assert "+".join(NAMES[:count]) in text


def test_one_jump_changes_and_two_steps_change(bundled: FilePath) -> None:
    with lattice.open(str(bundled)) as database:
        toy = database["toy"]
        one = toy.path("AB", "ACD", max_rank=3, jumps=True)
    assert f"{one.moves} steps that change " in shown(one, 80)
    alone = structs.replace(one, moves=1)
    assert "1 step that changes " in shown(alone, 80)


def test_objects_without_a_cost_are_counted_beyond_the_first_few(chain: Lattice) -> None:
    costs = {f"-{NAMES[0]}": 1.0}
    found = chain.path(NAMES[0], "+".join(NAMES), objective="cheapest", costs=costs)
    named = ", ".join(NAMES[:5])
    assert found.notes[0].endswith(f"an object without a cost: {named} and 3 more")


@pytest.fixture(scope="module")
def cube(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lattice]:
    """All sets of four suppliers."""
    folder: FilePath = tmp_path_factory.mktemp("cube")
    lines = ["train_set,accuracy/test"]
    for mask in range(16):
        names = [name for place, name in enumerate(NAMES[:4]) if mask >> place & 1]
        lines.append(f"{'+'.join(names) or 'empty'},0.{mask + 10}")
    file = folder / "cube.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with lattice.create(str(folder / "cube.db")) as database:
        database.import_files([file])
        yield database["cube"]


def test_paths_with_long_names_are_told_apart_by_what_they_change(cube: Lattice) -> None:
    ends = "empty", "+".join(NAMES[:4])
    answer = cube.path(*ends, k=24)
    text = shown(answer, 80)
    assert max(map(len, text.splitlines())) <= 80
    table = " ".join(text[text.index("changes from empty") :].split())
    orders = [[step.move for step in answer.steps if step.move is not None]]
    orders += [list(each.changes) for each in answer.alternatives]
    spelled = [" ".join(f"+{move.object}" for move in order) for order in orders]
    assert len(set(spelled)) == 24  # all orders of four
    assert all(order in table for order in spelled[1:])
    for each in answer.alternatives:
        assert len(each.changes) == len(each.training_sets) - 1
    file = io.StringIO()
    traded = cube.tradeoffs(*ends, first="fewest", second="widest")
    print_tradeoffs(Console(file=file, width=80), traded)
    moves = [step.move.object for step in traded.items[0].path.steps if step.move is not None]
    assert " ".join(f"+{name}" for name in moves) in " ".join(file.getvalue().split())


def test_of_alternatives_as_many_changes_are_given_as_steps(cube: Lattice) -> None:
    answer = cube.path("empty", "+".join(NAMES[:4]), k=2, limit=3)
    assert [len(each.changes) for each in answer.alternatives] == [2]
    assert "and 2 more" in shown(answer, 80)
