"""Finds which column of a table plays which role, from the mapping, the header and a sample.

Nothing is guessed between two readings: what stays open is refused with the line of mapping that
would settle it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lattice.errors import ImportRefused
from lattice.importing.mapping import Columns, MeasureEntry
from lattice.importing.metrics import direction_of
from lattice.importing.records import Context
from lattice.importing.table import Table

ROLES = ("training_set", "evaluation_set", "metric", "seed", "inner_seed")
USUAL_NAMES: dict[str, frozenset[str]] = {
    "training_set": frozenset(
        {
            "training_set",
            "train_set",
            "training_subset",
            "train_subset",
            "training_sources",
            "train_sources",
            "training_data",
            "train_data",
            "train_datasets",
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
    "seed": frozenset({"seed", "random_seed", "trial_seed", "replicate", "rep", "trial", "fold"}),
    "inner_seed": frozenset({"inner_seed"}),
}
ORIGIN = "origin"
"""The column in which an export says of every score whether it is measured or declared."""
NOT_RESULTS = frozenset(
    [
        "id",
        "run",
        "run_id",
        "run_name",
        "name",
        "state",
        "date",
        "time",
        "timestamp",
        "created",
        "runtime",
        "note",
        "notes",
        "comment",
        "tags",
        "user",
        "group",
        "sweep",
        "index",
        "epoch",
        "epochs",
        "step",
        "steps",
        "lr",
        "learning_rate",
        "batch_size",
        "_step",
        "_runtime",
        "_timestamp",
    ]
) | {"", "unnamed: 0", ORIGIN}
_SETTINGS = ("config.", "args.", "hparams.", "params.", "system/", "system.", "_wandb.")
PLAIN_SCORE = frozenset({"score", "value", "result"})
_NUMBER = re.compile(r"\s*[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?\s*")
_DECORATED = re.compile(r"\d[\d.,]*\s*(%|(±|\+/?-).*)")
_REPLICATE = re.compile(r"(.+?)[._ -](?:rep|replicate|seed|run|trial)[._-]?(\d+)")
_ERROR = "_stderr"
_ENOUGH_TO_DIFFER = 4


@dataclass(frozen=True)
class ScoreColumn:
    """A column of scores and what is known of its measure; None where nothing is.

    `error` is the column that reports the scores' standard errors, `scale` what the scores are
    multiplied by.
    """

    column: str
    metric: str | None
    evaluation_set: str | None
    protocol: str | None = None
    replicate: str | None = None
    error: str | None = None
    scale: float = 1.0


@dataclass(frozen=True)
class Layout:
    """The roles of a table's columns. Either `training_set` or `objects` says the set.

    `doubtful` are columns that were taken for objects and hold the same in every row: they may be
    settings.
    """

    training_set: str | None
    evaluation_set: str | None
    metric: str | None
    protocol: tuple[str, ...]
    seed: str | None
    inner_seed: str | None
    objects: tuple[str, ...] = ()
    scores: tuple[ScoreColumn, ...] = ()
    attributes: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()

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
    roles = _said_roles(said)
    for role, column in table.roles.items():
        roles[role] = roles[role] or (column,)
    named = _said_measures(table, context)
    taken = {name for names in roles.values() for name in names}
    taken |= {*said.objects, *named, *said.attributes, *said.ignore}
    taken |= {said.score} if said.score else set()
    for column in sorted(taken):
        table.index(column)
    in_name = {"training_set"} & context.parts.keys()
    _by_usual_name(table, roles, taken, context, in_name)
    ignored = [name for name in table.header if name not in taken and _is_no_result(name, context)]
    left_out = {*taken, *ignored}
    rest = [name for name in table.header if name not in left_out]
    kinds = classify(table, rest)
    objects = said.objects
    if not roles["training_set"] and not objects and not in_name:
        objects = _object_columns(table, context, rest, kinds)
    of_objects = set(objects)
    rest = [name for name in rest if name not in of_objects]
    _refuse_missing_columns(table, context, objects)
    scores = named or ((said.score,) if said.score else ())
    scores = scores or tuple(
        name for name in table.scores if name not in taken and name not in of_objects
    )
    if not scores:
        errors = _errors_of(rest)
        scores = tuple(name for name in rest if kinds[name] != "text" and name not in errors)
    known = {*scores, *_errors_of(scores)}
    left = [name for name in rest if name not in known]
    if left and not (named or table.scores or table.loose):
        _refuse_without_role(table, left[0], kinds)
    if not scores:
        raise ImportRefused(
            f"{table.start}: no column holds scores.",
            hint='Name them in a mapping: [columns] measures = ["..."].',
        )
    layout = Layout(
        training_set=_only(roles["training_set"]),
        evaluation_set=_only(roles["evaluation_set"]),
        metric=_only(roles["metric"]),
        protocol=roles["protocol"],
        seed=_only(roles["seed"]),
        inner_seed=_only(roles["inner_seed"]),
        objects=tuple(objects),
        attributes=said.attributes,
        doubtful=() if said.objects or context.known else _constant(table, objects),
        ignored=(*said.ignore, *ignored, *left),
    )
    columns = _replicate_columns(scores)
    found = tuple(_score(table, name, columns, layout, context) for name in scores)
    return Layout(**{**layout.__dict__, "scores": found})


def _is_no_result(column: str, context: Context) -> bool:
    """Whether a column is by its name neither an object nor a score: an id, a setting of a run."""
    if column in context.object_of or column in context.known:
        return False
    return column.casefold() in NOT_RESULTS or column.startswith(_SETTINGS)


def _said_roles(said: Columns) -> dict[str, tuple[str, ...]]:
    roles: dict[str, tuple[str, ...]] = {}
    for role in (*ROLES, "protocol"):
        value = getattr(said, role)
        roles[role] = () if value is None else (value,) if isinstance(value, str) else value
    return roles


def _constant(table: Table, columns: Sequence[str]) -> tuple[str, ...]:
    """The columns that hold one text in every row of the sample, where there are several rows."""
    sample = table.sample()
    if len(sample) < _ENOUGH_TO_DIFFER:
        return ()
    return tuple(
        name for name in columns if len({*map(str.strip, sample.columns[table.index(name)])}) == 1
    )


def _only(names: tuple[str, ...]) -> str | None:
    return names[0] if names else None


def _said_measures(table: Table, context: Context) -> tuple[str, ...]:
    """The columns of scores that the mapping names, in the order of the table."""
    entries = {entry.column for entry in context.mapping.measures}
    named = {*context.mapping.columns.measures, *entries}
    for column in named - set(table.header):
        table.index(column)
    return tuple(name for name in table.header if name in named)


def _by_usual_name(
    table: Table,
    roles: dict[str, tuple[str, ...]],
    taken: set[str],
    context: Context,
    in_name: set[str],
) -> None:
    """Fill roles that nobody said from the names that such columns usually have."""
    wide = context.mapping.format == "wide"
    of_runs = table.loose or bool(table.scores)
    by_objects = bool(context.mapping.columns.objects)
    seeds = [name for name in table.header if _plain(name, table) in USUAL_NAMES["seed"]]
    for column in table.header:
        for role, names in USUAL_NAMES.items():
            if (wide and role in ("evaluation_set", "metric")) or role in in_name:
                continue
            if of_runs and role not in ("training_set", "seed"):
                continue  # args.task and config.model of a run may be anything
            if role == "training_set" and by_objects:
                continue
            if role == "seed" and of_runs and len(seeds) > 1:
                continue
            if not roles[role] and column not in taken and _plain(column, table) in names:
                roles[role] = (column,)
                taken.add(column)


def _plain(column: str, table: Table) -> str:
    """A header as it is compared with usual names: `Training set` is training_set."""
    if table.loose or table.scores:  # dotted keys of runs: params.seed, args.seed
        column = re.sub(r"^(params|param|args|config|tags)\.", "", column)
    return column.strip().casefold().replace(" ", "_").replace("-", "_")


def classify(table: Table, columns: list[str]) -> dict[str, str]:
    """What a sample of each column holds: `binary`, `number` or `text`; blanks say nothing."""
    sample = table.sample()
    kinds = {}
    for column in columns:
        texts = sample.columns[table.index(column)]
        values = {text.strip() for text in texts} - {""}
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
    """Numbers that are refused later as scores, with their line, not here as a role."""
    plain = value.casefold().lstrip("+-")
    return plain in {"nan", "inf", "infinity"} or _DECORATED.fullmatch(plain) is not None


def _refuse_without_role(table: Table, column: str, kinds: dict[str, str]) -> None:
    index = table.index(column)
    for batch in table.batches():
        for row, text in enumerate(batch.columns[index]):
            if text.strip() and not _is_number(text.strip()):
                raise ImportRefused(
                    f"{table.at(batch, row)}: {text[:80]!r} is no number, so the column {column!r}"
                    " is neither a training set, an object nor a score.",
                    hint=f'Say its role in a mapping, for example [columns] ignore = ["{column}"].',
                )
    raise ImportRefused(
        f"{table.start}: the column {column!r} ({kinds[column]}) has no role beside the named"
        " scores.",
        hint=f'List it in a mapping: [columns] ignore = ["{column}"], or among the measures.',
    )


def _object_columns(
    table: Table, context: Context, rest: list[str], kinds: dict[str, str]
) -> tuple[str, ...]:
    names = {name: context.object_of.get(name, name) for name in rest}
    all_known = bool(context.known) and set(context.known) <= set(names.values())
    known = {name for name in rest if names[name] in context.known} if all_known else set()
    if known and context.closed:
        return tuple(name for name in rest if name in known)
    candidates = set() if table.loose or table.scores else set(rest)
    found = tuple(
        name
        for name in rest
        if name in known
        or (
            name in candidates
            and kinds[name] == "binary"
            and not _names_a_metric(name, rest, kinds)
        )
    )
    if not found:
        _refuse_weights(table, rest, kinds)
        raise ImportRefused(
            f"{table.start}: no column says the training set.",
            hint='Name it in a mapping: [columns] training_set = "..." for a text,'
            f' or objects = ["...", "..."] for 0/1 columns. The columns are {_shown(table)}.',
        )
    return found


def _refuse_weights(table: Table, rest: list[str], kinds: dict[str, str]) -> None:
    """Refuse columns of weights that sum to one as what they are."""
    sample = table.sample()
    columns = {
        name: sample.columns[table.index(name)]
        for name in rest
        if kinds[name] != "text" and direction_of(name.partition("/")[0]) is None
    }
    if len(columns) < 2:
        return
    for total in (1.0, 100.0):
        try:
            sums = [sum(map(float, row)) for row in zip(*columns.values(), strict=True)]
        except ValueError:
            return
        if all(abs(each - total) < 1e-6 * total for each in sums):
            raise ImportRefused(
                f"{table.start}: {', '.join(list(columns)[:8])} are the weights of a mixture: they"
                f" sum to {total:g} in every row.",
                hint="A training set holds an object or not; continuous weights belong to the"
                " protocol. Where only presence matters, write 0/1 columns.",
            )


def _shown(table: Table) -> str:
    shown = ", ".join(table.header[:16])
    more = len(table.header) - 16
    return f"{shown} and {more} more" if more > 0 else shown


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
    """Refuse object columns that do not fit the mapping's list of objects."""
    if not objects or not context.closed:
        return
    listed = {entry.name for entry in context.mapping.objects}
    found = {context.object_of.get(name, name) for name in objects}
    for name in sorted(listed - found):
        raise ImportRefused(
            f"{table.start}: the object {name!r} of the mapping has no column.",
            hint="Add its 0/1 column, or take the object out of the mapping.",
        )
    for name in objects:
        if context.object_of.get(name, name) not in listed:
            raise ImportRefused(
                f"{table.start}: the column {name!r} is no object of the mapping.",
                hint="Add it under [[objects]], or list it in columns.ignore.",
            )


# ------------------------------------------------------------------ scores


def error_column(column: str) -> str:
    """The column in which a column's standard errors usually stand: acc_stderr for acc."""
    stem, comma, rest = column.partition(",")
    return f"{stem}{_ERROR}{comma}{rest}"


def _errors_of(columns: Sequence[str]) -> set[str]:
    return {error_column(column) for column in columns}


def _replicate_columns(scores: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """Columns such as `accuracy.rep1`: their common name and their replicate."""
    found = {name: match for name in scores if (match := _REPLICATE.fullmatch(name))}
    stems = Counter(match[1] for match in found.values())
    return {name: (match[1], match[2]) for name, match in found.items() if stems[match[1]] > 1}


def _score(
    table: Table,
    column: str,
    replicates: dict[str, tuple[str, str]],
    layout: Layout,
    context: Context,
) -> ScoreColumn:
    """What is known of a score column's measure, from the mapping and from its header."""
    name, replicate = replicates.get(column, (column, None))
    entry = next((each for each in context.mapping.measures if each.column in (column, name)), None)
    metric, evaluation_set = _parts(name, layout, context)
    if entry is not None:
        metric, evaluation_set = _said_parts(entry, layout)
        replicate = entry.replicate or replicate
    error = error_column(column)
    return ScoreColumn(
        column=column,
        metric=metric,
        evaluation_set=evaluation_set,
        protocol=None if entry is None else entry.protocol,
        replicate=replicate,
        error=error if error in table.header else None,
        scale=1.0 if entry is None else entry.scale,
    )


def _said_parts(entry: MeasureEntry, layout: Layout) -> tuple[str | None, str | None]:
    if entry.metric is None and entry.evaluation_set is None and not layout.is_long:
        return None, entry.column
    return entry.metric, entry.evaluation_set


def _parts(name: str, layout: Layout, context: Context) -> tuple[str | None, str | None]:
    """Metric and evaluation set as a score column's header says them."""
    named = {entry.name for entry in context.mapping.metrics}
    plain = re.sub(r"^metrics\.", "", name)
    if layout.metric is not None:
        silent = layout.evaluation_set is not None or plain.casefold() in PLAIN_SCORE
        return None, None if silent else plain
    if layout.evaluation_set is not None:
        unnamed = plain.casefold() in PLAIN_SCORE and context.part("metric") is not None
        return None if unnamed else plain, None
    for metric in sorted(named, key=len, reverse=True):
        if plain.startswith(f"{metric}/") and len(plain) > len(metric) + 1:
            return metric, plain[len(metric) + 1 :]
    if plain in named or (not named and direction_of(plain) is not None):
        return plain, None
    metric = plain.partition("/")[0]
    if not named and direction_of(metric) is None and (found := _split_name(plain)) is not None:
        return found
    if not named and "/" in plain.strip("/"):
        metric, _, evaluation_set = plain.partition("/")
        return metric, evaluation_set
    if plain.casefold() in PLAIN_SCORE and context.part("metric") is not None:
        return None, None
    return None, plain


def _split_name(name: str) -> tuple[str, str] | None:
    """Metric and evaluation set of a name such as `eval/mmlu_acc`, where its end is a metric."""
    for sign in ("_", "/"):
        stem, _, last = name.rpartition(sign)
        if stem and direction_of(last) is not None:
            return last, stem
    return None
