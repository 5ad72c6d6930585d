"""Values as tables with bars, their bounds, and the cells that they rest on."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from lattice.model import Bounds, Fairness, Value, ValueCells, ValueRank, Values
from lattice.printing.pieces import cell_text, contrast_text, counted, new_table, say_page, share

_WIDTH = 8
_MOST_NAMED = 8
_MOST_NOTES = 3
_ASSUMED = {
    "range": "within the metric's range",
    "monotone": "if more data is never worse",
    "cap": "if no move changes more than the cap",
    "diminishing": "if returns diminish",
    "saturated": "if larger sets score alike",
}
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def print_values(console: Console, answer: Values) -> None:
    """A line per value, then what they add up to and what is missing."""
    between = f"of {answer.whole.name}"
    if answer.held.rank and answer.held != answer.whole:
        between += f" given {answer.held.name}"
    console.print(
        Text(f"{answer.quantity} {between}: {answer.measure}", style="bold"), soft_wrap=True
    )
    per_size = any(each.per_size is not None for each in answer.items)
    partial = answer.status != "exact"
    ranked = any(each.rank is not None for each in answer.items)
    table = new_table(
        "name",
        *([">rank"] if ranked else []),
        ">value",
        ">interval",
        "",
        *([">cells"] if partial else []),
        *([">per size"] if per_size else []),
    )
    widest = max((abs(_shown(each)) for each in answer.items), default=0.0)
    if ranked and per_size and any(each.low is not None for each in answer.items):
        widest = 0.0  # no room for bars
    for each in answer.items:
        needed = "very many" if each.needed is None else f"{each.needed:,}"
        row: list[str | Text] = [
            escape(each.name),
            *([_rank(each.rank)] if ranked else []),
            _value(each),
            _interval(each),
            _bar(each, widest),
            *([f"{each.used:,} of {needed}"] if partial else []),
        ]
        if per_size:
            row.append("" if each.per_size is None else f"{each.per_size:.4g}")
        table.add_row(*row)
    console.print(table)
    say_page(console, len(answer.items), answer.total, answer.next)
    _say_blocks(console, answer)
    _say_sums(console, answer)
    _say_missing(console, answer)
    for note in answer.notes:
        console.print(f"Note: {note}.", markup=False)
    console.print(f"{answer.quantity}: {answer.definition}.", markup=False, style="dim")


def _say_blocks(console: Console, answer: Values) -> None:
    """Which units stay together, with what they are worth in all; how the largest was chosen."""
    worth = {each.objects: each.value for each in answer.items}
    for block in answer.blocks:
        if len(block.objects) > 1:
            shares = [worth.get((each,)) for each in block.objects]
            known = [each for each in shares if each is not None]
            total = f": {sum(known):+.4g} in all" if len(known) == len(shares) else ""
            console.print(
                f"{block.name} stays together ({', '.join(block.objects)}){total}.", markup=False
            )
    found = answer.optimism
    if found is not None and found.cross_fitted is not None and found.apparent is not None:
        console.print(
            f"The largest is {found.apparent:.4g} on the scores that chose it,"
            f" {found.cross_fitted:.4g} on blocks that did not (cross-fitted, {found.blocks}"
            " blocks)."
        )
    elif found is not None:
        console.print("The largest are chosen on the same scores: optimistic.")


def _rank(rank: ValueRank | None) -> str:
    if rank is None:
        return ""
    span = "" if rank.best is None or rank.best == rank.worst else f"{rank.best}..{rank.worst}"
    if rank.place is None:
        return span or ("" if rank.best is None else f"{rank.best}")
    return f"{rank.place}{f' ({span})' if span else ''}"


def _value(value: Value) -> Text:
    if value.value is None and value.estimate is not None:
        return Text(f"~{value.estimate.value:+.4g} ±{value.estimate.standard_error:.2g}")
    if value.value is None:
        return Text(value.status, style="dim")
    error = "" if value.standard_error is None else f" ±{value.standard_error:.2g}"
    return Text(f"{value.value:+.4g}{error}")


def _interval(value: Value) -> str:
    """What the replicates allow, in brackets; where it must lie with cells missing, in braces.

    What is estimated has a tilde before it.
    """
    if value.estimate is not None:
        return f"~[{value.estimate.low:+.4g} .. {value.estimate.high:+.4g}]"
    if value.bounds is not None:
        return f"{{{value.bounds.low:+.4g} .. {value.bounds.high:+.4g}}}"
    if value.low is None or value.high is None:
        return ""
    return f"[{value.low:+.4g} .. {value.high:+.4g}]"


def _shown(value: Value) -> float:
    """The value, or else its estimate, or else 0."""
    if value.value is not None:
        return value.value
    return 0.0 if value.estimate is None else value.estimate.value


def _bar(value: Value, widest: float) -> str:
    """The size of a value as a bar; a value below 0 has a minus before it."""
    shown = _shown(value)
    if (value.value is None and value.estimate is None) or widest <= 0:
        return ""
    eighths = round(abs(shown) / widest * _WIDTH * 8)
    whole, rest = divmod(eighths, 8)
    return f"{'-' if shown < 0 else ' '}{'█' * whole}{_EIGHTHS[rest].strip()}"


def _say_sums(console: Console, answer: Values) -> None:
    if answer.together is not None:
        together = contrast_text(answer.together)
        console.print(
            f"v({answer.whole.name}) - v({answer.held.name}): {together}",
            markup=False,
            soft_wrap=True,
        )
    exact = [each for each in answer.items if each.status == "exact"]
    if exact and answer.status == "exact":
        used = sorted({each.used for each in exact})
        said = counted(used[-1], "cell")
        console.print(f"Exact, each from {said if len(used) == 1 else f'{used[0]:,} to {said}'}.")
    methods = sorted({each.method for each in exact if each.method is not None})
    if methods:
        counts = sorted({each.replicates for each in exact})
        said = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
        what = "an upper limit of one" if methods == ["limit"] else "one"
        console.print(
            f"± is {what} standard error ({', '.join(methods)}; {said} replicates); brackets hold"
            f" {exact[0].level:.0%}."
        )
    _say_estimates(console, answer.items)
    bounds = next((each.bounds for each in answer.items if each.bounds is not None), None)
    if bounds is not None and any(each.estimate is None for each in answer.items):
        console.print(
            "Braces: where the value must lie, whatever the missing cells score"
            f" ({_assumed(bounds)})."
        )
    notes = sorted({each.note for each in answer.items if each.note})
    for note in notes[:_MOST_NOTES]:
        console.print(f"Note: {note}.", markup=False)
    if len(notes) > _MOST_NOTES:
        console.print(f"Note: {len(notes) - _MOST_NOTES:,} more such notes.", markup=False)


def _say_estimates(console: Console, items: Sequence[Value]) -> None:
    """How estimates were made, what they assume, and what the bounds beside them are."""
    found = [each.estimate for each in items if each.estimate is not None]
    if not found:
        return
    for method, design in sorted({(each.method, each.design) for each in found}):
        some = [each for each in found if (each.method, each.design) == (method, design)]
        assumed = sorted({each.assumption for each in some if each.assumption})
        sampled = sorted({each.sampled for each in some})
        what = "chains" if method == "chains" else "sampled cells"
        said = f"{sampled[0]:,}" if len(sampled) == 1 else f"{sampled[0]:,} to {sampled[-1]:,}"
        rest = f"; {', '.join(assumed)}" if assumed else ""
        console.print(
            f"~ estimated ({method}, design {design}, from {said} {what}{rest}); brackets hold"
            f" {some[0].level:.0%} for the scores of the full table.",
            markup=False,
        )
    seeds = [each.seed_error for each in found if each.seed_error is not None]
    if seeds:
        console.print(f"Seeds add an error of up to ±{max(seeds):.2g} for expected scores.")
    for note in sorted({each.note for each in found if each.note}):
        console.print(f"Note: {note}.", markup=False)
    beside = [each for each in items if each.estimate is not None and each.bounds is not None]
    if beside:
        bounds = [each.bounds for each in beside if each.bounds is not None]
        told = ", ".join(
            f"{each.name} {{{each.bounds.low:+.4g} .. {each.bounds.high:+.4g}}}"
            for each in beside[:_MOST_NAMED]
            if each.bounds is not None
        )
        more = f" and {len(beside) - _MOST_NAMED} more" if len(beside) > _MOST_NAMED else ""
        console.print(f"Bounds ({_assumed(bounds[0])}): {told}{more}.", markup=False)


def _assumed(bounds: Bounds) -> str:
    said = _ASSUMED.get(bounds.assumption.partition("=")[0], bounds.assumption)
    if bounds.violations:
        return f"{said}, up to {bounds.slack:.3g}: {bounds.violations:,} stored cases disagree"
    return f"{said}{'' if bounds.sharp else '; outer limits'}"


def _say_missing(console: Console, answer: Values) -> None:
    if answer.missing_total == 0:
        return
    total = answer.missing_total
    said = "very many cells" if total is None else counted(total, "cell")
    names = ", ".join(
        each.training_set.name
        if each.measure is None
        else f"{each.training_set.name} under {each.measure}"
        for each in answer.missing[:_MOST_NAMED]
    )
    least = min((each.coverage for each in answer.items), default=0.0)
    more = " ..." if total is None or total > _MOST_NAMED else ""
    console.print(
        f"Missing: {said}; the rest carries {share(least)} of the weight. Heaviest first:"
        f" {names}{more}",
        markup=False,
    )


def print_value_cells(console: Console, answer: ValueCells) -> None:
    """The cells of one value with their weights."""
    console.print(
        Text(f"{answer.quantity} of {answer.name}: {answer.measure}", style="bold"), soft_wrap=True
    )
    table = new_table("set", ">rank", ">weight", ">score")
    for each in answer.items:
        under = "" if each.measure is None else f" under {each.measure}"
        table.add_row(
            escape(each.training_set.name + under),
            str(each.training_set.rank),
            f"{each.weight:+.4g}",
            cell_text(each.cell),
        )
    console.print(table)
    say_page(console, len(answer.items), answer.total, answer.next)
    for note in answer.notes:
        console.print(f"Note: {note}.", markup=False)


def print_fairness(console: Console, answer: Fairness) -> None:
    """The split beside one of the least core, and the sets that claim more than they are given."""
    console.print(
        Text(f"fairness of {answer.split} of {answer.whole.name}: {answer.measure}", style="bold"),
        soft_wrap=True,
    )
    table = new_table("name", f">{answer.split}", ">least core")
    for name, share_, other in zip(
        answer.units, answer.shares, answer.least_core.split, strict=True
    ):
        table.add_row(
            escape(name), "unavailable" if share_ is None else f"{share_:+.4g}", f"{other:+.4g}"
        )
    console.print(table)
    together = contrast_text(answer.together)
    console.print(f"v({answer.whole.name}) - v({answer.held.name}): {together}", markup=False)
    if answer.efficiency is not None:
        whole = abs(answer.together.value or 0.0)
        rounding = abs(answer.efficiency) <= 1e-9 * max(1.0, whole)
        beyond = "" if rounding else f" {answer.efficiency:+.3g}"
        console.print(f"The shares sum to that{beyond}.")
    _print_core(console, answer)
    for note in answer.notes:
        console.print(f"Note: {note}.", markup=False)


def _print_core(console: Console, answer: Fairness) -> None:
    known = {True: "The split is in the core.", False: "The split is not in the core."}
    console.print(
        known[answer.in_core]
        if answer.in_core is not None
        else "Whether the split is in the core is not known: cells are missing."
    )
    if answer.violated:
        console.print(
            f"Of {counted(answer.checked, 'set')} with a score {answer.violated:,} gain more alone, the"
            " most:"
        )
        table = new_table("set", ">gains", ">is given", ">lacks")
        for each in answer.claims[:_MOST_NAMED]:
            if each.excess > 0:
                table.add_row(
                    escape(each.training_set.name),
                    f"{each.gain:+.4g}",
                    f"{each.given:+.4g}",
                    f"{each.excess:.4g}",
                )
        console.print(table)
    core = answer.least_core
    if core.excess is not None and core.excess == core.excess:
        error = "" if core.standard_error is None else f" ±{core.standard_error:.2g}"
        least = "at least " if core.status == "bounded" else ""
        blocks = f" (over {core.blocks} blocks)" if core.blocks else ""
        console.print(
            f"Whatever the split, some set lacks {least}{core.excess:.4g}{error}{blocks}."
            if core.excess > 0
            else f"A split exists that leaves every set {-core.excess:.4g} more than it gains"
            f" alone{error}{blocks}."
        )
