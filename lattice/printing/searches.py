"""Found sets as tables."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lattice.model import Front, FrontSet, Histogram, Level, Levels, Nearest, Optimism, SetPage
from lattice.printing.pieces import (
    cell_texts,
    counted,
    new_table,
    print_columns,
    say_page,
    share,
)

_BARS = " ▁▂▃▄▅▆▇█"
_DIGITS = (4, 3)
_AMPLE = 1_000
_MOST_NAMED = 6
_ROOM_FOR_NUMBERS = 40


def print_sets(console: Console, page: SetPage) -> None:
    """One line per set, then how far the first one is lucky."""
    if page.total == 0:
        console.print("No such set.")
    elif page.items:
        print_columns(console, *_sorted_columns(page))
        shown = f"{counted(page.total, 'set')}, sorted by {page.sort}."
        console.print(shown, markup=False)
    say_page(console, len(page.items), page.total, page.next)
    if page.optimism is not None:
        console.print(_luck(page.optimism), markup=False)
    _say_notes(console, page.notes)


def print_front(console: Console, answer: Front) -> None:
    """One line per set of the front."""
    axes = ", ".join(f"{axis.name} ({axis.better} is better)" for axis in answer.axes)
    expense = [axis.name for axis in answer.axes if axis.name not in answer.measures]
    titles = ("training set", *expense)
    rows = [(_named(each), cell_texts(each.cells)) for each in answer.items]
    print_columns(console, titles, answer.measures, [(*starts, texts) for starts, texts in rows])
    console.print(
        f"{answer.total:,} of {counted(answer.compared, 'set')} are on the front of {axes}.",
        markup=False,
    )
    if answer.left_out:
        console.print(f"{counted(answer.left_out, 'set')} without one of these: left out.")
    say_page(console, len(answer.items), answer.total, answer.next)
    _say_notes(console, answer.notes)


def print_nearest(console: Console, answer: Nearest) -> None:
    """One line per near set, with what to change."""
    rows = [
        (
            each.training_set.name,
            f"{each.distance}",
            _changes(each.add, each.remove),
            cell_texts(each.cells),
        )
        for each in answer.items
    ]
    print_columns(console, ("stored set", "apart", "changes"), answer.measures, rows)
    stored = "is stored" if answer.stored else "is not stored"
    console.print(f"{answer.training_set.name} {stored}.", markup=False)


def print_levels(console: Console, answer: Levels) -> None:
    """One line per rank, with quantiles where there is a measure, in as many digits as fit."""
    varied = any(each.base_sets != each.sets for each in answer.items)
    declared = sum(each.declared for each in answer.items)
    tables = (_levels_table(answer, varied, digits) for digits in _DIGITS)
    fitting = (each for each in tables if _width(console, each) <= console.width)
    console.print(next(fitting, None) or _levels_table(answer, varied, _DIGITS[-1]))
    if varied:
        console.print("Base: sets without variants, whose share of all is given.")
    about = f" Scores are {answer.measure}, {answer.better} is better." if answer.measure else ""
    console.print(f"{counted(answer.total, 'set')}.{about}", markup=False)
    _say_declared(console, declared, "" if answer.measure is None else "the quantiles")


def _width(console: Console, table: Table) -> int:
    """How wide the table would be with room for everything."""
    return console.measure(table, options=console.options.update(width=_AMPLE)).maximum


def _levels_table(answer: Levels, varied: bool, digits: int) -> Table:
    titles = [">rank", ">sets", *([">base"] if varied else []), ">of all"]
    if answer.measure is None:
        titles += [">evaluated"]
    else:
        titles += [">scored", ">lowest", ">25%", ">median", ">75%", ">highest", ">mean"]
    table = new_table(*titles)
    for each in answer.items:
        scores = _quantiles(each, digits) if answer.measure is not None else []
        covered = "" if each.coverage is None else share(each.coverage)
        counts = [f"{each.sets:,}", *([f"{each.base_sets:,}"] if varied else [])]
        table.add_row(f"{each.rank}", *counts, covered, f"{each.evaluated:,}", *scores)
    return table


def print_histogram(console: Console, answer: Histogram) -> None:
    """One line of bars per rank, each scaled to its own highest bar."""
    declared = sum(answer.declared)
    if not answer.edges:
        measured = "measured " if declared else ""
        console.print(f"No set has a {measured}score under {answer.measure}.", markup=False)
        _say_declared(console, declared, "")
        return
    bins = len(answer.edges) - 1
    together = -(-bins // max(8, console.width - _ROOM_FOR_NUMBERS))
    low, high = f"{answer.edges[0]:.4g}", f"{answer.edges[-1]:.4g}"
    room = max(-(-bins // together), len(low) + len(high) + 1)
    scale = f"{low}{high.rjust(room - len(low))}"
    title = ">measured" if declared else ">scored"
    table = new_table(">rank", scale, title, *([">declared"] if declared else []), ">missing")
    for rank, counts, missing, convention in zip(
        answer.ranks, answer.counts, answer.missing, answer.declared, strict=True
    ):
        shown = [sum(counts[start : start + together]) for start in range(0, bins, together)]
        apart = [f"{convention:,}"] if declared else []
        table.add_row(f"{rank}", _bars(shown), f"{sum(counts):,}", *apart, f"{missing:,}")
    console.print(table)
    width = (answer.edges[1] - answer.edges[0]) * together
    console.print(
        f"{counted(answer.total, 'set')} by {answer.measure} ({answer.better} is better), in bins"
        f" of {width:.3g}; each rank's highest bar is full.",
        markup=False,
    )
    _say_declared(console, declared, "the bins")


# ------------------------------------------------------------------ pieces


def _sorted_columns(
    page: SetPage,
) -> tuple[tuple[str, ...], tuple[str, ...], list[tuple[*tuple[str, ...], list[Text]]]]:
    """Titles, measures and rows of found sets, with the cost or size that they are sorted by."""
    amount = (page.sort.removeprefix("-"),) if page.amounts else ()
    titles = ("training set", "rank", *amount)
    rows: list[tuple[*tuple[str, ...], list[Text]]] = []
    for place, each in enumerate(page.items):
        starts = [each.training_set.name, f"{each.training_set.rank}"]
        starts += [_amount(amount) for amount in page.amounts[place : place + 1]]
        rows.append((*starts, cell_texts(each.cells)))
    return titles, page.measures, rows


def _amount(amount: float | None) -> str:
    return "missing" if amount is None else f"{amount:,.6g}"


def _named(found: FrontSet) -> tuple[str, ...]:
    """A set of a front and, where it counts, what it costs."""
    name = found.training_set.name
    return (name,) if found.expense is None else (name, _amount(found.expense))


def _luck(optimism: Optimism) -> str:
    """What is to be known of the best set's score."""
    if optimism.cross_fitted is None or optimism.same is None:
        return f"Note: the first set is {optimism.note}."
    note = f" ({optimism.note})" if optimism.note else ""
    return (
        f"The first set scores {optimism.apparent:.4g} on the {optimism.blocks} shared replicates"
        f" that chose it{note}; chosen on half of them, it scores {optimism.cross_fitted:.4g} on the"
        f" others. {optimism.same} of {optimism.resamples} resamples choose the same set."
    )


def _changes(add: Sequence[str], remove: Sequence[str]) -> str:
    """`+B -C`, the first few of them."""
    moves = [*(f"+{name}" for name in add), *(f"-{name}" for name in remove)]
    more = f" ... {len(moves) - _MOST_NAMED:,} more" if len(moves) > _MOST_NAMED else ""
    return " ".join(moves[:_MOST_NAMED]) + more


def _quantiles(level: Level, digits: int) -> list[str]:
    found = (
        level.lowest,
        level.lower_quartile,
        level.median,
        level.upper_quartile,
        level.highest,
        level.mean,
    )
    return ["" if value is None else f"{value:.{digits}g}" for value in found]


def _say_declared(console: Console, declared: int, outside: str) -> None:
    """How many scores are conventions, and of what they are no part."""
    if declared:
        more = f": {'it is' if declared == 1 else 'they are'} no part of {outside}"
        console.print(f"{declared:,} declared, not measured{more if outside else ''}.")


def _bars(counts: Sequence[int]) -> str:
    """A bar per count; what is not zero is never shown as nothing."""
    most = max(counts)
    steps = len(_BARS) - 1
    return "".join(_BARS[-(-count * steps // most) if most else 0] for count in counts)


def _say_notes(console: Console, notes: Sequence[str]) -> None:
    for note in notes:
        console.print(f"Note: {note}.", markup=False)
