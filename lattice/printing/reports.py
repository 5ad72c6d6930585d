"""Reports of imports, as text for a terminal: what was understood, added, and is open."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from lattice.model import ImportedResults, ImportReport
from lattice.printing.pieces import counted, new_table

_MOST_MEASURES = 20
_MOST_OBJECTS = 30


def print_report(console: Console, report: ImportReport) -> None:
    """What an import understood and added; a dry run in more detail."""
    for each in report.imported:
        console.print(Text(f"{each.name} -> lattice {each.lattice}", style="bold"))
        for line in each.understood:
            console.print(f"  understood: {escape(line)}")
        if report.dry_run and not each.already_imported:
            _print_understanding(console, each)
        if not each.already_imported:
            console.print(f"  {'would add' if report.dry_run else 'added'}: {_added(each)}")
        if each.conflicts:
            count = counted(each.conflicts, "score")
            console.print(f"  {count} disagreed with stored ones; settled as asked")
        for note in each.notes:
            console.print(f"  {escape(note)}")
        _print_refused(console, each)
        for question in each.questions:
            console.print(f"  open: {escape(question.what)}. In a mapping:")
            console.print(Padding(Text(question.say, style="cyan"), (0, 0, 0, 8)))
    if report.dry_run:
        console.print("Nothing was written: this was a dry run.")


def _print_understanding(console: Console, each: ImportedResults) -> None:
    shown = ", ".join(each.object_names[:_MOST_OBJECTS])
    more = len(each.object_names) - _MOST_OBJECTS
    console.print(
        f"  {counted(len(each.object_names), 'object')}:"
        f" {escape(shown)}{f' and {more} more' if more > 0 else ''}"
    )
    kind = f", {each.replicate_kind}" if each.replicates > 1 else ""
    labels = counted(each.replicates, "replicate label") if each.replicates else "no replicates"
    console.print(f"  {counted(each.read_sets, 'training set')}; {labels}{kind}")
    table = new_table("measure", "better", ">scores", ">lowest", ">highest")
    for measure in each.read_measures[:_MOST_MEASURES]:
        table.add_row(
            escape(measure.name),
            measure.direction,
            f"{measure.evaluations:,}",
            f"{measure.lowest:.6g}",
            f"{measure.highest:.6g}",
        )
    console.print(Padding(table, (0, 0, 0, 2)))
    if len(each.read_measures) > _MOST_MEASURES:
        console.print(f"  and {len(each.read_measures) - _MOST_MEASURES:,} more measures")


def _print_refused(console: Console, each: ImportedResults) -> None:
    if not each.refused:
        return
    shown = len(each.refused)
    first = f" (the first {shown})" if shown < each.refused_count else ""
    count = counted(each.refused_count, "row")
    console.print(f"  {count} cannot be read{first}; nothing would be imported:")
    for text in each.refused:
        console.print(Padding(Text(text, style="red"), (0, 0, 0, 4)))


def _added(each: ImportedResults) -> str:
    parts = (
        (each.objects, "object"),
        (each.training_sets, "training set"),
        (each.moves, "move"),
        (each.measures, "measure"),
        (each.evaluations, "evaluation"),
    )
    return ", ".join(counted(count, name) for count, name in parts)
