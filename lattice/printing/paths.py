"""Paths as tables."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from lattice.model import Jump, Move, NoPath, Path, PathStep, Sought, Tradable, Tradeoffs
from lattice.printing.pieces import (
    cell_texts,
    counted,
    move_text,
    new_table,
    print_columns,
    say_errors,
    say_page,
)

_VALUES: dict[Sought, str] = {
    "average": "mean score after the first set",
    "least-loss": "sum of losses",
    "cheapest": "cost",
}
_LARGEST_EXACT = 10**15
_GAP = 2
_NARROWEST = 12


def print_path(console: Console, answer: Path) -> None:
    """One line per step, then what the path is worth."""
    if not answer.found:
        console.print(f"There is no path: {'; '.join(answer.notes)}.", markup=False)
        if answer.why is not None:
            _print_why(console, answer.why)
        return
    steps = [
        _step_text(answer, number, step) for number, step in enumerate(answer.steps, _first(answer))
    ]
    scores = [_scores(step) for step in answer.steps]
    names = _names(console, answer, steps, scores)
    rows = list(zip(steps, names, scores, strict=True))
    print_columns(console, ("step", "training set"), answer.measures, rows)
    say_page(console, len(answer.steps), (answer.moves or 0) + 1, answer.next)
    console.print(f"{'; '.join(_worth(answer))}.")
    say_errors(console, [delta for step in answer.steps for delta in step.deltas])
    _print_alternatives(console, answer)
    _print_optimism(console, answer)
    for note in answer.notes:
        console.print(f"Note: {note}.", markup=False)


def print_tradeoffs(console: Console, answer: Tradeoffs) -> None:
    """One line per path with its two values and its sets."""
    if not answer.items:
        console.print(f"There is no path: {'; '.join(answer.notes)}.", markup=False)
        if answer.why is not None:
            _print_why(console, answer.why)
        return
    first, second = _TRADED[answer.first], _TRADED[answer.second]
    changes = f"changes from {answer.source.name}"
    table = new_table(f">{first}", f">{second}", ">moves", ">as good", changes)
    for each in answer.items:
        values = [_value_text(value) for value in (each.first, each.second)]
        moves = [step.move for step in each.path.steps if step.move is not None]
        changed = _changes_text(moves, each.path.moves)
        table.add_row(*values, f"{each.path.moves:,}", f"{each.path.optima:,}", changed)
    console.print(table)
    say_page(console, len(answer.items), answer.total, answer.next)
    for note in answer.notes:
        console.print(f"Note: {note}.", markup=False)


_TRADED: dict[Tradable, str] = {
    "fewest": "number of moves",
    "widest": "worst score between",
    "least-loss": "sum of losses",
    "cheapest": "cost",
}


def _value_text(value: float | None) -> str:
    return "nothing between" if value is None else f"{value:.4g}"


def _print_optimism(console: Console, answer: Path) -> None:
    """What the path's value is on scores that did not choose it."""
    found = None if answer.optimism is None else answer.optimism.optimism
    if found is None or found.apparent is None or found.cross_fitted is None:
        return
    same = ""
    if found.same is not None:
        same = f"; {found.same} of {found.resamples} resamples of them choose this path"
    console.print(
        f"Value {found.apparent:.4g} on the scores that chose, {found.cross_fitted:.4g} where one"
        f" half of {found.blocks} blocks chooses and the other scores{same}."
    )


def _names(console: Console, answer: Path, steps: list[str], scores: list[list[Text]]) -> list[str]:
    """What each step's set is called, in one line.

    Beside the scores of one measure there may be no room for it: then the moves alone say which
    set it is, from the first one that is listed, which is folded between objects, as is the last.
    """
    taken = max(map(len, ("step", *steps))) + 2 * _GAP
    if answer.measures:
        cells = max(len(each[0]) for each in scores) if scores else 0
        taken += _GAP + max(len(answer.measures[0]), cells)
    room = max(_NARROWEST, console.width - taken)
    names = [step.training_set.name for step in answer.steps]
    ends = (0, len(names) - 1)
    return [
        name if len(name) <= room else _folded(name, room) if place in ends else ""
        for place, name in enumerate(names)
    ]


def _folded(name: str, room: int) -> str:
    """The name in lines that end after a plus."""
    lines = [""]
    for piece in name.replace("+", "+\n").split("\n"):
        if lines[-1] and len(lines[-1]) + len(piece) > room:
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines)


def _first(answer: Path) -> int:
    """The number of the first step that is listed."""
    last = (answer.moves or 0) + 1 if answer.next is None else int(answer.next)
    return last - len(answer.steps)


def _step_text(answer: Path, number: int, step: PathStep) -> str:
    """`3 +B`, and whether no other step loses as much."""
    changed = "" if step.move is None else move_text(step.move)
    if step.jump is not None:
        changed = f"{_jump_text(step.jump)} (jump)"
    return f"{number} {changed}{'  < worst step' if number == answer.worst_step else ''}"


def _jump_text(jump: Jump) -> str:
    return " ".join([*(f"+{each}" for each in jump.added), *(f"-{each}" for each in jump.removed)])


def _scores(step: PathStep) -> list[Text]:
    """Cells, each with the delta of the move and the change since the start."""
    texts = cell_texts(step.cells, step.deltas)
    if not step.deltas:
        return texts
    return [
        text if total is None else Text.assemble(text, f"  total {total:+.4g}")
        for text, total in zip(texts, step.cumulative, strict=True)
    ]


def _worth(answer: Path) -> list[str]:
    """What the path is worth, in a few words each."""
    jumps = any(step.jump for step in answer.steps)
    steps = counted(answer.moves or 0, "step" if jumps else "move")
    if jumps and answer.value is not None:
        verb = "changes" if answer.moves == 1 else "change"
        steps += f" that {verb} {counted(int(answer.value), 'object')}"
    said = [steps, _optima(answer)]
    if answer.value is not None and answer.objective in _VALUES:
        said.append(f"{_VALUES[answer.objective]} {answer.value:.4g}")
    if answer.floor is not None:
        said.append(f"worst score between the ends {answer.floor:.4g}")
    if answer.ends_floor is not None:
        said.append(f"worse end {answer.ends_floor:.4g}")
    return said


def _optima(answer: Path) -> str:
    least = "" if answer.counted else "at least "
    if answer.optima == 1 and answer.counted:
        return "the only best one"
    number = f"{answer.optima:,}" if answer.optima < _LARGEST_EXACT else f"{answer.optima:.3g}"
    return f"{least}{number} are equally good"


def _print_alternatives(console: Console, answer: Path) -> None:
    """The next best paths, one line each."""
    if not answer.alternatives:
        return
    table = new_table(">", ">value", ">moves", f"changes from {answer.source.name}")
    for number, each in enumerate(answer.alternatives, 2):
        value = "" if each.value is None else f"{each.value:.4g}"
        changed = _changes_text(each.changes, each.moves)
        table.add_row(f"{number}", value, f"{each.moves:,}", changed)
    console.print("The next best paths:")
    console.print(table)


def _changes_text(moves: Sequence[Move], count: int | None) -> Text:
    """`+B +C -A`: what tells paths between the same ends apart, however long their sets' names."""
    left = (count or 0) - len(moves)
    more = [f"and {left:,} more"] if left else []
    return Text(" ".join([*map(move_text, moves), *more]))


def _print_why(console: Console, why: NoPath) -> None:
    """What lies on either side of a gap, and what would connect the ends."""
    here = f"{counted(why.around_source, 'set')} around {why.source.name}"
    there = f"{counted(why.around_target, 'set')} around {why.target.name}"
    parts = "" if why.components is None else f", {counted(why.components, 'connected part')}"
    console.print(f"{here}, {there}{parts}.", markup=False)
    if why.nearest is not None:
        near = why.nearest
        console.print(
            f"Nearest sets of the two sides: {near.here.name} and {near.there.name},"
            f" {counted(near.objects, 'object')} apart.",
            markup=False,
        )
    if why.fewest is not None:
        least = "At least " if why.status == "bounded" else ""
        sets = ", ".join(each.name for each in why.to_train)
        listed = f": {sets}" if sets else ""
        console.print(
            f"{least}{counted(why.fewest, 'set')} to train would connect them{listed}.",
            markup=False,
        )
    for note in why.notes:
        console.print(f"Note: {note}.", markup=False)
