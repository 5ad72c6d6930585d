"""Reports of exports and merges, as text for a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from lattice.exporting.report import ExportReport, MergedLattice, MergeReport
from lattice.printing.pieces import counted


def print_export(console: Console, report: ExportReport) -> None:
    """What was written where."""
    where = "standard output" if report.place == "-" else report.place
    console.print(Text(f"{report.lattice} -> {where} ({report.format})", style="bold"))
    parts = (
        counted(report.training_sets, "training set"),
        counted(len(report.measures), "measure"),
        counted(report.evaluations, "score"),
    )
    if report.part is not None:
        console.print(f"  part: the sets {escape(report.part)}")
    console.print(f"  wrote: {', '.join(parts)}")
    for note in report.notes:
        console.print(f"  {escape(note)}")


def print_merge(console: Console, report: MergeReport) -> None:
    """What each lattice gained."""
    if not report.merged:
        console.print(f"There is no lattice in {escape(report.place)}.")
    for each in report.merged:
        renamed = "" if each.source == each.lattice else f" as {each.lattice}"
        console.print(Text(f"{report.place}: lattice {each.source}{renamed}", style="bold"))
        _print_merged(console, each, report.dry_run)
    if report.dry_run:
        console.print("Nothing was written: this was a dry run.")


def _print_merged(console: Console, each: MergedLattice, dry_run: bool) -> None:
    there = sum(found.already_there for found in each.result_sets)
    new = [found.name for found in each.result_sets if not found.already_there]
    if there:
        console.print(f"  already there: {counted(there, 'result set')}")
    if new or each.training_sets or each.objects:
        parts = (
            counted(len(new), "result set"),
            counted(each.objects, "object"),
            counted(each.training_sets, "training set"),
            counted(each.moves, "move"),
            counted(each.measures, "measure"),
            counted(each.evaluations, "evaluation"),
        )
        console.print(f"  {'would add' if dry_run else 'added'}: {', '.join(parts)}")
    if each.superseded:
        console.print(
            f"  {counted(each.superseded, 'stored score')} superseded, as the other database settled them"
        )
    if each.conflicts:
        console.print(f"  {counted(each.conflicts, 'score')} disagreed and were settled as asked:")
        for line in each.disagreements:
            console.print(f"    {escape(line)}")
