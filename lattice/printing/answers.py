"""What is stored, as tables that fit a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from lattice.model import (
    DataObject,
    Grid,
    GridBands,
    LatticeDetail,
    LatticeSummary,
    Measure,
    PairPage,
    SetReplicates,
)
from lattice.printing.pieces import (
    cell_texts,
    contrast_text,
    counted,
    delta_text,
    new_table,
    print_columns,
    say_errors,
    say_page,
    share,
)

_MOST_OBJECTS = 20
_KINDS = {
    "shared": "Shared replicates: other sets have the same ones, and changes are paired by them.",
    "independent": "Independent replicates: each was drawn for this set alone.",
    "nested": "Nested replicates: each is the mean of its inner ones.",
    "unlabelled": "Unlabelled replicates: which of another set they belong to is not known.",
}


def print_lattices(console: Console, lattices: Sequence[LatticeSummary]) -> None:
    """One line per lattice."""
    if not lattices:
        console.print("No lattice yet. `lattice import FILE` makes one.")
        return
    table = new_table(
        "lattice", ">objects", ">sets", ">of all", ">moves", ">measures", ">cells", ">filled"
    )
    table.columns[0].no_wrap = len(max((each.name for each in lattices), key=len)) < 30
    for each in lattices:
        table.add_row(
            escape(each.name),
            f"{each.objects:,}",
            f"{each.training_sets:,}",
            share(each.completeness),
            f"{each.moves:,}",
            f"{each.measures:,}",
            f"{each.cells:,}",
            share(each.coverage),
        )
    console.print(table)


def print_detail(console: Console, detail: LatticeDetail) -> None:
    """Everything `lattice show` says."""
    summary = detail.summary
    console.print(Text(summary.title or summary.name, style="bold"))
    if summary.description:
        console.print(Text(summary.description))
    console.print(
        f"\n{counted(summary.training_sets, 'training set')} of"
        f" {counted(summary.objects, 'object')} ({share(summary.completeness)} of all),"
        f" {counted(summary.moves, 'move')}, {counted(summary.evaluations, 'evaluation')} in"
        f" {counted(summary.cells, 'cell')}"
        f" ({share(summary.coverage)} of sets x measures)."
    )
    for note in detail.notes:
        console.print(f"Note: {note}.", markup=False)
    console.print(_objects(detail.objects))
    measures = new_table("measure", "better", "range", ">cells")
    for measure, cells in zip(detail.measures, detail.cells_per_measure, strict=True):
        measures.add_row(
            escape(measure.name), measure.metric.direction, _range(measure), f"{cells:,}"
        )
    console.print(measures)
    results = new_table(">#", "result set", "imported", ">evaluations", "replicates", "design")
    for each in detail.result_sets:
        results.add_row(
            str(each.id),
            escape(each.name),
            each.imported_at[:16].replace("T", " "),
            f"{each.evaluations:,}",
            each.replicate_kind,
            each.design,
        )
    console.print(results)


def print_grid(console: Console, answer: Grid) -> None:
    """Training sets x measures, as many columns as fit."""
    names = [measure.name for measure in answer.measures]
    rows = [(row.training_set.name, cell_texts(row.cells)) for row in answer.items]
    print_columns(console, ("training set",), names, rows)
    for note in answer.notes:
        console.print(f"Note: {note}.", markup=False)
    say_page(console, len(answer.items), answer.total, answer.next)


def print_bands(console: Console, answer: GridBands) -> None:
    """The whole grid, a line per band of rows."""
    if not answer.starts:
        console.print("No such set.")
        return
    by_rank = answer.sort.removeprefix("-") == "rank"
    ends = [*answer.starts[1:], answer.total]
    by_band = list(zip(*answer.means, strict=True)) or [()] * len(ends)
    rows: list[tuple[*tuple[str, ...], list[Text]]] = []
    for start, end, rank, means in zip(answer.starts, ends, answer.ranks, by_band, strict=True):
        said = (f"{start + 1:,}" if end == start + 1 else f"{start + 1:,} to {end:,}",)
        ranked = (f"{rank}",) if by_rank else ()
        rows.append(
            (*said, *ranked, [Text("none" if mean is None else f"{mean:.4g}") for mean in means])
        )
    titles = ("rows", *(["from rank"] if by_rank else []))
    print_columns(console, titles, answer.measures, rows)
    console.print(
        f"{counted(answer.total, 'set')} in {counted(len(rows), 'band')}, sorted by"
        f" {answer.sort}: the means of their measured scores.",
        markup=False,
    )


def print_pairs(console: Console, answer: PairPage) -> None:
    """What removing the object changes, one line per stored pair."""
    names = [measure.name for measure in answer.measures]
    rows = [
        (each.with_object.name, each.without_object.name, [delta_text(d) for d in each.deltas])
        for each in answer.items
    ]
    print_columns(console, ("with", "without"), names, rows)
    console.print(f"Score without {answer.object} minus score with it.", markup=False)
    for measure, found in zip(answer.measures, answer.summaries, strict=False):
        if found.mean is not None:
            console.print(
                f"{measure.name}: mean change {contrast_text(found.mean)} over"
                f" {counted(found.pairs, 'pair')}; {found.better:,} better, {found.worse:,} worse.",
                markup=False,
            )
    say_page(console, len(answer.items), answer.total, answer.next)
    say_errors(console, [delta for pair in answer.items for delta in pair.deltas])


def print_replicates(console: Console, answer: SetReplicates) -> None:
    """Every replicate of a set in a line, then the means."""
    console.print(
        f"{answer.training_set.name}, {counted(answer.training_set.rank, 'object')}.", markup=False
    )
    labels = dict.fromkeys(each.label for found in answer.replicates for each in found)
    scores = [{each.label: f"{each.score:.4g}" for each in found} for found in answer.replicates]
    rows = [
        (label or "unnamed", [Text(found.get(label, "missing")) for found in scores])
        for label in labels
    ]
    print_columns(
        console, ("replicate",), answer.measures, [*rows, ("mean", cell_texts(answer.cells))]
    )
    for note in _of_replicates(answer):
        console.print(note)


# ------------------------------------------------------------------ pieces


def _of_replicates(answer: SetReplicates) -> list[str]:
    """What has to be known of a set's replicates."""
    measured = [
        found
        for cell, found in zip(answer.cells, answer.replicates, strict=True)
        if cell is not None and cell.origin == "measured"
    ]
    notes = []
    if any(len(found) > 1 for found in measured):
        notes.append("± is one standard error of the mean.")
    if any(len(found) == 1 for found in measured):
        notes.append("The error of a single replicate is unknown.")
    kinds = {each.kind for found in measured if len(found) > 1 for each in found}
    return notes + [about for kind, about in _KINDS.items() if kind in kinds]


def _objects(objects: Sequence[DataObject]) -> Table:
    costly = any(each.cost is not None for each in objects)
    table = new_table("object", "label", ">size", *([">cost"] if costly else []), "owner")
    for each in objects[:_MOST_OBJECTS]:
        numbers = [_number(each.size), *([_number(each.cost)] if costly else [])]
        table.add_row(
            escape(each.name), escape(each.label or ""), *numbers, escape(each.owner or "")
        )
    if len(objects) > _MOST_OBJECTS:
        table.add_row(f"... and {len(objects) - _MOST_OBJECTS:,} more")
    return table


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.15g}"


def _range(measure: Measure) -> str:
    low, high = measure.metric.low, measure.metric.high
    if low is None and high is None:
        return "not declared"
    return f"{'-inf' if low is None else f'{low:g}'} to {'inf' if high is None else f'{high:g}'}"
