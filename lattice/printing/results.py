"""Result sets, what undoing one did, and check-ups, as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from lattice.printing.pieces import counted, new_table
from lattice.reports import (
    DoctorReport,
    LoneScore,
    ResultDetail,
    ResultEntry,
    ResultsDiff,
    Supersession,
    UndoReport,
)

_MOST_FILES = 20


def print_results(console: Console, entries: Sequence[ResultEntry]) -> None:
    """One line per result set."""
    table = new_table(
        ">#", "result set", "imported", ">scores", ">superseded", "replicates", "design", ">files"
    )
    for column in table.columns[2:]:
        column.no_wrap = True
    for each in entries:
        found = each.result_set
        title = f"\n{found.title}" if found.title else ""
        table.add_row(
            str(found.id),
            escape(found.name + title),
            found.imported_at[:10],
            f"{found.evaluations:,}",
            f"{each.superseded:,}",
            found.replicate_kind,
            found.design,
            f"{len(found.files):,}",
        )
    console.print(table)


def print_result(console: Console, detail: ResultDetail) -> None:
    """Provenance, counts, files, and the mapping."""
    found = detail.result_set
    console.print(Text(f"#{found.id} {found.name}", style="bold"))
    for text in (found.title, found.description):
        if text:
            console.print(Text(text))
    facts = [
        ("source", found.source),
        ("licence", found.licence),
        ("imported", f"{found.imported_at} by {detail.imported_by}"),
        ("design", found.design),
        ("replicates", found.replicate_kind),
        ("blocks", detail.blocks),
        ("holds", _held(detail)),
        ("superseded", _others(detail.superseded_by, "by")),
        ("supersedes", _others(detail.supersedes, "of")),
        ("undoing takes", _taken(detail)),
    ]
    grid = new_table("", "")
    grid.show_header = False
    for name, value in facts:
        if value:
            grid.add_row(name, escape(value))
    console.print(grid)
    files = new_table("file", "sha256")
    for each in found.files[:_MOST_FILES]:
        files.add_row(escape(each.name), each.sha256)
    if len(found.files) > _MOST_FILES:
        files.add_row(f"... and {len(found.files) - _MOST_FILES:,} more", "")
    console.print(files)
    console.print("Mapping (as a file it reads the same files again):\n")
    console.print(Text(detail.mapping.rstrip()), soft_wrap=True)


def print_undo(console: Console, report: UndoReport) -> None:
    """What was removed and revived."""
    name = f"#{report.result_set.id} {report.result_set.name}"
    verb = "Undoing" if report.dry_run else "Undid"
    console.print(Text(f"{verb} {name} of {report.lattice}", style="bold"))
    removed = [
        counted(report.evaluations, "evaluation"),
        counted(report.training_sets, "training set"),
        counted(report.moves, "move"),
        counted(len(report.measures), "measure"),
        counted(len(report.objects), "object"),
    ]
    console.print(f"  {'would remove' if report.dry_run else 'removed'}: {', '.join(removed)}")
    if report.objects:
        console.print(f"  objects: {', '.join(report.objects)}", markup=False)
    if report.revived:
        console.print(f"  counting again: {counted(report.revived, 'superseded evaluation')}")
    if report.superseded:
        older = counted(report.superseded, "evaluation")
        console.print(f"  giving way to older scores that count again: {older}")
    for fact in report.forgotten:
        console.print(f"  nobody else says the {fact}", markup=False)
    if report.lattice_removed:
        console.print(f"  the lattice {report.lattice} goes with its last result set", markup=False)
    if report.dry_run:
        console.print("Nothing was written: this was a dry run.")


def print_diff(console: Console, answer: ResultsDiff) -> None:
    """Counts per measure, then the largest differences, then scores of only one."""
    one, two = f"#{answer.first.id}", f"#{answer.second.id}"
    console.print(f"{one} {answer.first.name}; {two} {answer.second.name}", markup=False)
    counts = new_table("measure", ">same", ">other", f">only {one}", f">only {two}", ">largest")
    for each in answer.measures:
        largest = "" if each.largest is None else f"{each.largest:.4g}"
        numbers = (each.same, each.other, each.only_first, each.only_second)
        counts.add_row(escape(each.measure), *(f"{number:,}" for number in numbers), largest)
    console.print(counts)
    if answer.differences:
        table = new_table(
            "training set", "measure", "replicate", f">{one}", f">{two}", ">difference"
        )
        for each_one in answer.differences:
            table.add_row(
                escape(each_one.training_set.name),
                escape(each_one.measure),
                escape(each_one.replicate or ""),
                f"{each_one.first:.6g}",
                f"{each_one.second:.6g}",
                f"{each_one.difference:+.4g}",
            )
        console.print(table)
    _say_more(console, len(answer.differences), sum(each.other for each in answer.measures))
    only = sum(each.only_first for each in answer.measures)
    _print_lone(console, one, answer.only_first, only)
    only = sum(each.only_second for each in answer.measures)
    _print_lone(console, two, answer.only_second, only)


def print_doctor(console: Console, report: DoctorReport) -> None:
    """One line per check, with what to do where something is wrong."""
    table = new_table("", "check", "found")
    table.show_header = False
    for each in report.findings:
        where = each.check if each.lattice is None else f"{each.lattice}: {each.check}"
        mark = Text("ok", style="green") if each.ok else Text("problem", style="red")
        found = each.found if each.ok else f"{each.found}. {each.advice}"
        table.add_row(mark, escape(where), escape(found))
    console.print(table)
    problems = sum(not each.ok for each in report.findings)
    said = "all is well" if report.sound else counted(problems, "problem")
    console.print(f"{report.place}: {said}.", markup=False)


# ------------------------------------------------------------------ pieces


def _held(detail: ResultDetail) -> str:
    return (
        f"{counted(detail.result_set.evaluations, 'evaluation')} of"
        f" {counted(detail.training_sets, 'training set')} under"
        f" {counted(len(detail.measures), 'measure')}"
    )


def _others(found: Sequence[Supersession], preposition: str) -> str:
    return "; ".join(
        f"{each.evaluations:,} {preposition} #{each.result_set} {each.name}" for each in found
    )


def _taken(detail: ResultDetail) -> str:
    sets = counted(detail.only_sets, "training set")
    measures = counted(len(detail.only_measures), "measure")
    return f"{sets} and {measures} that no other result set evaluates"


def _print_lone(console: Console, which: str, listed: Sequence[LoneScore], total: int) -> None:
    if not total:
        return
    console.print(f"\nOnly in {which}: {counted(total, 'score')}.")
    if listed:
        table = new_table("training set", "measure", "replicate", ">score")
        for each in listed:
            table.add_row(
                escape(each.training_set.name),
                escape(each.measure),
                escape(each.replicate or ""),
                f"{each.score:.6g}",
            )
        console.print(table)
    _say_more(console, len(listed), total)


def _say_more(console: Console, shown: int, total: int) -> None:
    if shown < total:
        console.print(f"{shown:,} of {total:,} shown: --limit shows more.")
