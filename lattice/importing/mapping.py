"""The mapping: one TOML schema that says how files are read and what their parts are called.

A bundled result set's manifest is such a mapping. Whatever it leaves out is detected. Its JSON
Schema is `json_schema()`; docs/mapping.md explains it with examples.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import Annotated, Any, Literal

import tomli_w
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from lattice.errors import MappingRefused
from lattice.importing.drawing import Drawing, refuse_odd_draws
from lattice.importing.metrics import direction_of
from lattice.model import DesignName, Direction, ReplicateKind

Format = Literal["wide", "long", "game", "masks", "runs", "lm-eval", "mlflow"]
Spelling = Literal["letters", "names"]
_NAME = r"^[^\x00-\x1f\x7f]+$"
_LONGEST_NAME = 10_000
_LARGEST = 64 * 2**20
Name = Annotated[str, Field(min_length=1, max_length=_LONGEST_NAME, pattern=_NAME)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]

_STRICT = ConfigDict(extra="forbid", use_attribute_docstrings=True, defer_build=True)


@dataclass(frozen=True, config=_STRICT)
class Columns:
    """Which column of a table plays which role; names are those of the header."""

    training_set: Name | None = None
    """The column whose text spells the training set."""
    objects: tuple[Name, ...] = ()
    """One 0/1 column per object, instead of a training_set column."""
    evaluation_set: Name | None = None
    """Long tables: the column that names the evaluation set."""
    metric: Name | None = None
    """Long tables: the column that names the metric."""
    protocol: Name | tuple[Name, ...] | None = None
    """The column that names the protocol, or several whose values together are the protocol."""
    seed: Name | None = None
    """The column that labels the replicate."""
    inner_seed: Name | None = None
    """The column that labels the inner replicate, for nested replicates."""
    score: Name | None = None
    """Long tables: the column with the score; its name is the metric where none is named."""
    measures: tuple[Name, ...] = ()
    """Wide tables: the columns with scores; left out, every other numeric column is one."""
    attributes: tuple[Name, ...] = ()
    """Columns that are kept with each evaluation as they are: run ids, durations, hardware."""
    ignore: tuple[Name, ...] = ()
    """Columns that are neither: dates, notes."""


@dataclass(frozen=True, config=_STRICT)
class TableFormat:
    """How a text table is written, and which of its rows count."""

    delimiter: Literal[",", "\t", ";", "|", " "] | None = None
    """Between fields; left out, the sign that the first line has most of."""
    encoding: Name = "utf-8"
    """The text's encoding, such as latin-1."""
    decimal: Literal[".", ","] = "."
    """The sign before decimals."""
    header: tuple[Name, ...] = ()
    """The names of the columns, for a file that has no header line."""
    lines: str | None = None
    """A regular expression; only lines in which it is found are rows (results within a log)."""
    missing: tuple[str, ...] = ()
    """Texts that mean that a score is missing, such as NA or nan; a blank always does."""
    drop_lines: tuple[int, ...] = ()
    """Lines to leave out, counted from 1."""
    drop: dict[Name, tuple[str, ...]] = field(default_factory=dict)
    """Rows to leave out: by column, the texts for which a row is dropped."""
    keep: dict[Name, tuple[str, ...]] = field(default_factory=dict)
    """Rows to keep: by column, the only texts with which a row is read."""


@dataclass(frozen=True, config=_STRICT)
class Join:
    """Two tables read as one: the first says the sets, the others bring their columns."""

    key: Name | None = None
    """The column that both have and that names a row; left out, rows are joined in order."""


@dataclass(frozen=True, config=_STRICT)
class Runs:
    """How a folder of runs is read: one row a run, columns are dotted keys."""

    file: Name | None = None
    """The name of the file in each run's folder; left out, every .json and .jsonl file."""
    checkpoint: Literal["last", "first", "best"] = "last"
    """Which line of a run's JSON Lines counts."""
    best: Name | None = None
    """For the best checkpoint: the dotted key by which it is best."""
    direction: Direction = "higher"
    """For the best checkpoint: whether higher or lower values of that key are better."""


@dataclass(frozen=True, config=_STRICT)
class Replicates:
    """What the replicates of this result set are."""

    kind: ReplicateKind = "unlabelled"
    """shared: the same split, chunk or initialization for many sets, so that deltas may be
    paired; independent: a fresh draw per cell; nested: outer and inner; unlabelled: unknown."""
    blocks: Name | None = None
    """A name that other result sets may give too: equal seeds under one name are one block."""
    repeated_rows: bool = False
    """Rows that repeat a set are its replicates, without a label; otherwise they are refused."""
    sorted: bool = False
    """Replicates that are sorted in every cell are so by nature, and their labels are real."""


@dataclass(frozen=True, config=_STRICT)
class Sets:
    """How training sets are written."""

    spelling: Spelling | None = None
    """letters: ABC is A, B and C; names: ABC is one object."""
    separator: Annotated[str, Field(min_length=1, max_length=10)] | None = None
    """Between the names of a set, where it is not a plus sign."""
    complement: bool = False
    """Texts and columns name the objects that are left out."""
    membership: Literal["one", "filled"] = "one"
    """In object columns: a member is a 1, or any field that is filled."""
    pattern: str | None = None
    """A regular expression whose only group is the set within a longer text."""
    aliases: dict[Name, str] = field(default_factory=dict)
    """Words for sets: pooled = "^{evaluation_set}" is all objects but the evaluated one."""
    declared: tuple[str, ...] = ()
    """Sets whose scores are conventions of the source (an empty set's 0), not measurements."""


@dataclass(frozen=True, config=_STRICT)
class ObjectEntry:
    """One data object."""

    name: Name
    """The name in sets; where files number their objects, entries are in that order."""
    aliases: tuple[Name, ...] = ()
    """What files call it besides: another name, a column, a number."""
    label: Name | None = None
    """A longer name for people."""
    size: Positive | None = None
    """Rows, tokens or any other unit that is the same for all objects."""
    cost: NotNegative | None = None
    """What having the object costs."""
    owner: Name | None = None
    """Who contributed it."""
    variant_of: Name | None = None
    """The base object of which this is a corrupted, relabelled or re-dosed version."""
    fingerprint: Name | None = None
    """A hash of the object's content; two contents under one name are refused."""


@dataclass(frozen=True, config=_STRICT)
class EvaluationSetEntry:
    """One evaluation set."""

    name: Name
    """The name in measures."""
    label: Name | None = None
    """A longer name for people."""
    size: Positive | None = None
    """Number of evaluation rows."""
    members: str | None = None
    """Where it is itself a set of the objects: that set, as sets are written."""
    domain: tuple[str, str] | None = None
    """The smallest and the largest set for which scores on it are defined; elsewhere they are
    undefined, which is not missing."""


@dataclass(frozen=True, config=_STRICT)
class MetricEntry:
    """One metric."""

    name: Name
    """The name in measures."""
    direction: Direction
    """Whether higher or lower scores are better."""
    range: tuple[float, float] | None = None
    """The scores that are possible; -inf or inf where an end is open."""
    unit: Name | None = None
    """The unit, if it has one."""


@dataclass(frozen=True, config=_STRICT)
class MeasureEntry:
    """What the scores of one column are, where its header does not say it."""

    column: Name
    """The column."""
    metric: Name | None = None
    """Its metric."""
    evaluation_set: Name | None = None
    """Its evaluation set."""
    protocol: Name | None = None
    """Its protocol."""
    replicate: Name | None = None
    """The replicate that all its scores are of."""
    scale: Positive = 1.0
    """What its scores are multiplied by: 0.01 makes shares of percent."""


@dataclass(frozen=True, config=_STRICT)
class ProtocolEntry:
    """One protocol: what was held fixed."""

    name: Name
    """The name in measures."""
    definition: dict[str, str | int | float | bool] = field(default_factory=dict)
    """Learner, hyperparameters, budget. Equal names with other definitions are refused."""


@dataclass(frozen=True, config=_STRICT)
class Mapping:
    """How the files of one result set are read."""

    lattice: Name | None = None
    """The lattice to import into; left out, the first file's name."""
    title: Name | None = None
    """One line for people."""
    description: str | None = None
    """What was trained on what, and what should be known before comparing."""
    source: str | None = None
    """Where the results come from."""
    licence: str | None = None
    """Under which terms they may be used."""
    files: tuple[Name, ...] = ()
    """In a manifest: the files and folders to read, beside it; `*` matches within a name."""
    filename: Name | None = None
    """A pattern for file names with {training_set}, {protocol}, {seed}, {evaluation_set} or
    {metric} in it; `*` is any text."""
    format: Format | None = None
    """wide: a row per training set; long: a row per score; game: coalitions and values; masks:
    arrays of masks and scores; runs: a folder of runs; lm-eval: results of
    lm-evaluation-harness; mlflow: its store or its lists of runs."""
    design: DesignName = "unknown"
    """How the training sets were chosen."""
    draws: Drawing = field(default_factory=Drawing)
    """How random sets or chains were drawn."""
    table: TableFormat = field(default_factory=TableFormat)
    """How a text table is written."""
    join: Join | None = None
    """All files are one table, joined by a key or by the order of their rows."""
    runs: Runs = field(default_factory=Runs)
    """How a folder of runs is read."""
    columns: Columns = field(default_factory=Columns)
    """Roles of a table's columns."""
    replicates: Replicates = field(default_factory=Replicates)
    """Kind of replicates."""
    sets: Sets = field(default_factory=Sets)
    """How sets are written."""
    objects: tuple[ObjectEntry, ...] = ()
    """The objects in their order; left out, they are found in the files."""
    evaluation_sets: tuple[EvaluationSetEntry, ...] = ()
    """The evaluation sets; a single one is meant where a file names none."""
    measures: tuple[MeasureEntry, ...] = ()
    """What single columns of scores are; other numeric columns are then no scores."""
    metrics: tuple[MetricEntry, ...] = ()
    """The metrics; a single one is meant where a file names none."""
    protocols: tuple[ProtocolEntry, ...] = ()
    """The protocols; a single one is meant where a file names none."""


_ADAPTER = TypeAdapter(Mapping)


def is_name(text: str) -> bool:
    """Whether something may be called so: not blank, not endless, no control characters."""
    return re.fullmatch(_NAME, text) is not None and len(text) <= _LONGEST_NAME


def load(path: Path) -> Mapping:
    """Read a mapping from a TOML file.

    Raises:
        MappingRefused: the file is missing, no TOML, or does not follow the schema.
    """
    try:
        if not path.is_file() and path.exists():
            raise MappingRefused(
                f"The mapping {str(path)!r} is no regular file.", hint="Name a .toml file."
            )
        if path.is_file() and path.stat().st_size > _LARGEST:
            raise MappingRefused(
                f"The mapping {str(path)!r} has {path.stat().st_size:,} bytes.",
                hint=f"At most {_LARGEST:,} are read.",
            )
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise MappingRefused(
            f"The mapping {str(path)!r} cannot be read: {error.strerror}."
        ) from error
    except UnicodeDecodeError as error:
        raise MappingRefused(f"The mapping {str(path)!r} is no UTF-8 text.") from error
    return parse(text, path.name)


def parse(text: str, name: str) -> Mapping:
    """Read a mapping from TOML text; `name` is used in messages.

    Raises:
        MappingRefused: no TOML, or not after the schema.
    """
    try:
        return validated(tomllib.loads(text), name)
    except tomllib.TOMLDecodeError as error:
        raise MappingRefused(
            f"{name} is no valid TOML: {error}.", hint="Texts need double quotes in TOML."
        ) from error


def validated(content: dict[str, Any], name: str) -> Mapping:
    """A mapping from plain values.

    Raises:
        MappingRefused: the first thing that does not follow the schema.
    """
    try:
        mapping = _ADAPTER.validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        if first["type"] == "tuple_type":
            reason = 'it is a list, such as ["a", "b"]'
        if first["type"] == "unexpected_keyword_argument":
            reason = "the schema has no such key"
        raise MappingRefused(
            f"{name}: {where}: {reason}.", hint="docs/mapping.md lists every key."
        ) from error
    _refuse_twice(mapping, name)
    refuse_odd_draws(mapping.design, mapping.draws, name)
    return mapping


def _refuse_twice(mapping: Mapping, name: str) -> None:
    for kind in ("objects", "evaluation_sets", "metrics", "protocols"):
        names = [entry.name for entry in getattr(mapping, kind)]
        for each, times in Counter(names).items():
            if times > 1:
                raise MappingRefused(
                    f"{name}: {kind}: the name {each!r} is given twice.",
                    hint="Give every entry a name of its own.",
                )
    for metric in mapping.metrics:
        if metric.range is not None and not metric.range[0] < metric.range[1]:
            raise MappingRefused(
                f"{name}: metrics: the range of {metric.name!r} is not [low, high].",
                hint="Write for example range = [0, 1], or [-inf, 1] with an open end.",
            )


def with_metric(mapping: Mapping, metric: str | None, direction: Direction | None) -> Mapping:
    """The mapping with its only metric said on the command line.

    Raises:
        MappingRefused: one of the two is missing, or the mapping names metrics already.
    """
    if metric is None and direction is None:
        return mapping
    if metric is not None and direction is None:
        direction = direction_of(metric)
    if metric is None:
        hint = f"Name it as well: --metric NAME --direction {direction}"
        raise MappingRefused("--direction does not say of which metric.", hint=hint)
    if direction is None:
        raise MappingRefused(
            f"Whether higher or lower scores of the metric {metric!r} are better is not known.",
            hint=f"Say it as well: --metric {metric} --direction higher, or lower",
        )
    if mapping.metrics:
        raise MappingRefused(
            "The mapping already names metrics.", hint="Leave out --metric and --direction."
        )
    return replace(mapping, metrics=(MetricEntry(metric, direction),))


def with_said(mapping: Mapping, said: Sequence[str]) -> Mapping:
    """The mapping with keys said on the command line: `columns.seed=run`, `design=complete`.

    What follows the sign is read as TOML where it can be (`true`, `["a", "b"]`), as a text
    otherwise.

    Raises:
        MappingRefused: a text has no sign, or the schema has no such key.
    """
    if not said:
        return mapping
    content = canonical(mapping)
    for text in said:
        key, sign, value = text.partition("=")
        if not sign or not key.strip():
            raise MappingRefused(
                f"{text!r} is no KEY=VALUE.", hint="Write for example --set columns.seed=run."
            )
        try:
            found = tomllib.loads(f"{key} = {value}")
        except tomllib.TOMLDecodeError:
            try:
                found = tomllib.loads(f"{key} = {json.dumps(value.strip())}")
            except tomllib.TOMLDecodeError as error:
                raise MappingRefused(
                    f"--set {text!r}: {key!r} is no key.",
                    hint="Keys are joined by dots; docs/mapping.md lists them.",
                ) from error
        content = _over(content, found)
    return restored(content, "--set")


def _over(content: dict[str, Any], news: dict[str, Any]) -> dict[str, Any]:
    """Nested values with others laid over them."""
    answer = dict(content)
    for key, value in news.items():
        old = answer.get(key)
        both = isinstance(value, dict) and isinstance(old, dict)
        answer[key] = _over(old, value) if both else value  # type: ignore[arg-type]
    return answer


def canonical(mapping: Mapping) -> dict[str, Any]:
    """The mapping as plain JSON values, as it is stored with its result set."""
    content = _ADAPTER.dump_python(mapping, mode="json", exclude_defaults=True)
    for entry in content.get("metrics", ()):
        if entry.get("range"):  # JSON has no infinity
            entry["range"] = [None if abs(end) == float("inf") else end for end in entry["range"]]
    return dict(content)


def restored(content: dict[str, Any], name: str = "the stored mapping") -> Mapping:
    """The mapping that `canonical` made these plain values of.

    Raises:
        MappingRefused: they do not follow the schema.
    """
    metrics = [dict(entry) for entry in content.get("metrics", ())]
    for entry in metrics:
        if entry.get("range"):
            ends = zip(entry["range"], (float("-inf"), float("inf")), strict=True)
            entry["range"] = tuple(end if said is None else said for said, end in ends)
    whole = {**content, "metrics": metrics} if metrics else content
    return validated(whole, name)


def merged(mapping: Mapping, found: dict[str, Any]) -> Mapping:
    """The mapping with what was found about a file wherever it says nothing itself."""
    content = canonical(mapping)
    for key, value in found.items():
        if isinstance(value, dict):
            content[key] = {**value, **content.get(key, {})}
        else:
            content.setdefault(key, value)
    return restored(content)


def to_toml(mapping: Mapping) -> str:
    """The mapping as TOML text, which `parse` reads back."""
    content = _ADAPTER.dump_python(mapping, mode="json", exclude_defaults=True)
    for entry, said in zip(content.get("metrics", ()), mapping.metrics, strict=True):
        if said.range is not None:
            entry["range"] = list(said.range)  # TOML has an infinity, JSON has none
    return tomli_w.dumps(_without_none(content))


def _without_none(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _without_none(value) for key, value in content.items() if value is not None}
    return [_without_none(each) for each in content] if isinstance(content, list) else content


def digest(mapping: Mapping, files: Sequence[tuple[str, str]]) -> str:
    """What makes a result set the same: its files' (name, sha256) and how they are read."""
    reading = {**canonical(mapping), "files": sorted(files)}
    text = json.dumps(reading, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a mapping."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_ADAPTER.json_schema(mode="validation"),
    }
