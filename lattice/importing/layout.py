"""Finds which column of a table plays which role, from the mapping, the header and a sample.

Nothing is guessed between two readings: what stays open is refused with the line of mapping that
would settle it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lattice.errors import ImportRefused
from lattice.importing.delimited import Table
from lattice.importing.metrics import direction_of
from lattice.importing.records import Context

ROLES = ("training_set", "evaluation_set", "metric", "protocol", "seed", "inner_seed")
USUAL_NAMES: dict[str, frozenset[str]] = {
    "training_set": frozenset(
        {
            "training_set",
            "train_set",
            "training_subset",
            "train_subset",
            "subset",
            "coalition",
            "trained_on",
            "mix",
        }
    ),
    "evaluation_set": frozenset(
        {"evaluation_set", "eval_set", "test_set", "evaluation", "benchmark", "task"}
    ),
    "metric": frozenset({"metric", "metric_name"}),
    "protocol": frozenset({"protocol", "learner", "model", "model_name"}),
    "seed": frozenset({"seed", "random_seed", "trial_seed", "replicate", "rep", "trial"}),
    "inner_seed": frozenset({"inner_seed"}),
}
NOT_RESULTS = frozenset(
    {"", "id", "run", "run_id", "run_name", "date", "time", "timestamp", "note", "notes", "comment"}
)
PLAIN_SCORE = frozenset({"score", "value", "result"})
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")


@dataclass(frozen=True)
class ScoreColumn:
    """A column of scores and what its header says of the measure; None where it says nothing."""

    column: str
    metric: str | None
    evaluation_set: str | None


@dataclass(frozen=True)
class Layout:
    """The roles of a table's columns. Either `training_set` or `objects` says the set."""

    training_set: str | None
    objects: tuple[str, ...]
    evaluation_set: str | None
    metric: str | None
    protocol: str | None
    seed: str | None
    inner_seed: str | None
    scores: tuple[ScoreColumn, ...]
    ignored: tuple[str, ...]

    @property
    def is_long(self) -> bool:
        """Whether rows, not headers, name the evaluation set or the metric."""
        return self.evaluation_set is not None or self.metric is not None


def find_layout(table: Table, context: Context) -> Layout:
    """The roles of the table's columns.

    Raises:
        ImportRefused: no column says the training set, or none holds scores, or a column's role
            stays open.
        MappingRefused: the mapping names a column that is not there.
    """
    said = context.mapping.columns
    roles = {role: getattr(said, role) for role in ROLES}
    taken = {name for name in roles.values() if name} | set(said.ignore)
    taken |= {*said.objects, *said.measures} | ({said.score} if said.score else set())
    for column in taken:
        table.index(column)
    by_usual_name(table, roles, taken, wide=context.mapping.format == "wide")
    unusual = [name for name in table.header if name not in taken]
    ignored = [name for name in unusual if name.casefold() in NOT_RESULTS]
    rest = [name for name in unusual if name not in ignored]
    kinds = classify(table, rest)
    objects = said.objects
    if roles["training_set"] is None and not objects:
        objects = _object_columns(table, context, rest, kinds)
    rest = [name for name in rest if name not in objects]
    _refuse_missing_columns(table, context, objects)
    scores = said.measures or ((said.score,) if said.score else ())
    scores = scores or tuple(name for name in rest if kinds[name] != "text")
    left = [name for name in rest if name not in scores]
    if left:
        line, text = _first_text(table, left[0])
        raise ImportRefused(
            f"{table.name}, line {line}: {text!r} is no number, so the column {left[0]!r} is"
            " neither a training set, an object nor a score.",
            hint=f'Say its role in a mapping, for example [columns] ignore = ["{left[0]}"].',
        )
    if not scores:
        raise ImportRefused(
            f"{table.name}, line 1: no column holds scores.",
            hint='Name them in a mapping: [columns] measures = ["..."].',
        )
    layout = Layout(**roles, objects=tuple(objects), scores=(), ignored=(*said.ignore, *ignored))
    return Layout(
        **{**layout.__dict__, "scores": tuple(_score(name, layout, context) for name in scores)}
    )


def by_usual_name(
    table: Table, roles: dict[str, str | None], taken: set[str], *, wide: bool
) -> None:
    """Fill roles that nobody said from the names that such columns usually have."""
    for column in table.header:
        for role, names in USUAL_NAMES.items():
            if wide and role in ("evaluation_set", "metric"):
                continue
            if roles[role] is None and column not in taken and _plain(column) in names:
                roles[role] = column
                taken.add(column)


def _plain(column: str) -> str:
    """A header as it is compared with usual names: `Training set` is training_set."""
    return column.strip().casefold().replace(" ", "_").replace("-", "_")


def classify(table: Table, columns: list[str]) -> dict[str, str]:
    """What a sample of each column holds: `binary`, `number` or `text`; blanks say nothing."""
    sample = table.sample()
    kinds = {}
    for column in columns:
        index = table.index(column)
        values = {row[index].strip() for row in sample} - {""}
        if values and values <= {"0", "1"}:
            kinds[column] = "binary"
        else:
            numbers = sum(map(_is_number, values))
            # One word among numbers is a mistake in a score, which is refused with its line.
            kinds[column] = "number" if numbers > len(values) / 2 or not values else "text"
    return kinds


def _is_number(value: str) -> bool:
    return _NUMBER.fullmatch(value) is not None or _is_odd_number(value)


def _is_odd_number(value: str) -> bool:
    """NaN and infinities: refused later as scores, with their line, not here as a role."""
    return value.casefold().lstrip("+-") in {"nan", "inf", "infinity"}


def _first_text(table: Table, column: str) -> tuple[int, str]:
    """The line and text of the column's first field that is no number, in a column of texts."""
    index = table.index(column)
    return next(
        (line, row[index])
        for batch in table.batches()
        for line, row in zip(batch.lines.tolist(), batch.rows, strict=True)
        if row[index].strip() and not _is_number(row[index].strip())
    )


def _object_columns(
    table: Table, context: Context, rest: list[str], kinds: dict[str, str]
) -> tuple[str, ...]:
    if context.known and all(name in rest for name in context.known):
        return tuple(name for name in rest if name in context.known)
    found = tuple(
        name for name in rest if kinds[name] == "binary" and not _names_a_metric(name, rest, kinds)
    )
    if not found:
        raise ImportRefused(
            f"{table.name}, line 1: no column says the training set.",
            hint='Name it in a mapping: [columns] training_set = "..." for a text,'
            ' or objects = ["...", "..."] for 0/1 columns.',
        )
    return found


def _names_a_metric(column: str, others: list[str], kinds: dict[str, str]) -> bool:
    """Whether a column of 0 and 1 is a score by its name: `accuracy`, or `accuracy/test`.

    Before a slash stands a metric when it is a usual one, or when scores of it stand beside.
    """
    metric, slash, _ = column.partition("/")
    if direction_of(metric) is not None:
        return True
    beside = (name for name in others if kinds[name] == "number")
    return bool(slash) and any(name.startswith(f"{metric}/") for name in beside)


def _refuse_missing_columns(table: Table, context: Context, objects: tuple[str, ...]) -> None:
    if not objects or not context.closed:
        return
    listed = [entry.name for entry in context.mapping.objects]
    for name in listed:
        if name not in objects:
            raise ImportRefused(
                f"{table.name}, line 1: the object {name!r} of the mapping has no column.",
                hint="Add its 0/1 column, or take the object out of the mapping.",
            )
    for name in objects:
        if name not in listed:
            raise ImportRefused(
                f"{table.name}, line 1: the column {name!r} is no object of the mapping.",
                hint="Add it under [[objects]], or list it in columns.ignore.",
            )


def _score(column: str, layout: Layout, context: Context) -> ScoreColumn:
    """What a score column's header says: a metric, an evaluation set, or both."""
    named = {entry.name for entry in context.mapping.metrics}
    if layout.metric is not None:
        silent = layout.evaluation_set is not None or column.casefold() in PLAIN_SCORE
        return ScoreColumn(column, None, None if silent else column)
    if layout.evaluation_set is not None:
        plain = column.casefold() in PLAIN_SCORE and context.part("metric") is not None
        return ScoreColumn(column, None if plain else column, None)
    for metric in sorted(named, key=len, reverse=True):
        if column.startswith(f"{metric}/") and len(column) > len(metric) + 1:
            return ScoreColumn(column, metric, column[len(metric) + 1 :])
    if column in named or (not named and direction_of(column) is not None):
        return ScoreColumn(column, column, None)
    if not named and "/" in column.strip("/"):
        metric, _, evaluation_set = column.partition("/")
        return ScoreColumn(column, metric, evaluation_set)
    if column.casefold() in PLAIN_SCORE and context.part("metric") is not None:
        return ScoreColumn(column, None, None)
    return ScoreColumn(column, None, column)
